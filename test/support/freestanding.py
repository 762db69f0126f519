"""The freestanding profile: test/configurations/board is compiled for a Cortex-M3 without an operating system, C++
exceptions, RTTI and heap, and runs in qemu. How large it gets stands in docs/freestanding.md.

    freestanding.py             checks, skips what cannot be done here; the table only with LASTI_TEST_ALL
    freestanding.py --write     measures anew, and writes the table
"""
import functools
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import tap
from shell import sh

ROOT = Path(__file__).resolve().parents[2]
BOARD = ROOT / 'test/configurations/board'
PAGE = ROOT / 'docs/freestanding.md'
COMPILER = 'arm-none-eabi-g++'
FLAGS = ('-DLASTI_OWN_WARNINGS -std=c++11 -pedantic-errors -Wall -Wextra -Wshadow -Wconversion -Werror '
         '-Os -mcpu=cortex-m3 -mthumb '
         '-fno-exceptions -fno-rtti -fno-threadsafe-statics -ffunction-sections -fdata-sections').split()
LINK = ['-nostartfiles', '--specs=nano.specs', '-Wl,--gc-sections', '-T', str(BOARD / 'board.ld')]
QEMU = ('qemu-system-arm -M mps2-an385 -nographic -monitor none -serial none '
        '-semihosting-config enable=on,target=native -kernel').split()
TABLE = re.compile(r'(<!-- measured by test/support/freestanding.py, with (.*?) -->\n)(.*?)(\n\n)', re.S)


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise tap.Skip('there is no %s; test/run --all installs it' % program)


def built(folder, name, *flags):
    made = folder / 'program.elf'
    sh(COMPILER, *FLAGS, *flags, '-I', ROOT / 'include', BOARD / (name + '.cpp'), BOARD / 'board.cpp', *LINK, '-o', made)
    return made


@functools.lru_cache(None)
def all_there_is():
    """What runs on the board says, and which names are in it."""
    need(COMPILER, 'arm-none-eabi-nm', 'qemu-system-arm')
    with tempfile.TemporaryDirectory() as place:
        program = built(Path(place), 'cases')
        return sh(*QEMU, program, timeout=60).splitlines(), sh('arm-none-eabi-nm', '-C', program)


def runs():
    said, _ = all_there_is()
    expected = len(re.findall(r'\bcheck\(', (BOARD / 'cases.cpp').read_text())) - 1
    lines = [line for line in said if line.startswith(('ok', 'not ok'))]
    if len(set(lines)) != expected or any(line.startswith('not') for line in lines):
        return '\n'.join(said)
    lit = [line for line in said if line.startswith('on ')]
    if sorted(lit) != ['on 1'] * 4 + ['on 2'] * 2 or lit[:2] != ['on 1', 'on 2']:
        return 'the lamps: ' + ', '.join(lit)
    return None


def without_heap():
    """Nothing in it asks for a heap but what board.cpp has in its place."""
    _, names = all_there_is()
    found = re.findall(r' (malloc|_malloc_r|free|_sbrk|__cxa_throw|__gxx_personality_v0|std::terminate\(\))$', names, re.M)
    return 'it has ' + ', '.join(found) if found else None


def sizes():
    """(flash, RAM) of each PART of sizes.cpp."""
    found = []
    for part in range(10):
        with tempfile.TemporaryDirectory() as place:
            text, data, bss = sh('arm-none-eabi-size', built(Path(place), 'sizes', '-DPART=%d' % part)
                                 ).splitlines()[1].split()[:3]
        found.append((int(text) + int(data), int(data) + int(bss)))
    return found


def table():
    all_of = sizes()

    def row(what, part, less):
        return '| %s | %d | %d |' % (what, all_of[part][0] - all_of[less][0], all_of[part][1] - all_of[less][1])

    return '\n'.join([
        '| what | flash | RAM |', '|---|---|---|',
        row('the first generator, by `iterate`, on the stack', 1, 0),
        row('each further one', 2, 1),
        row('the first generator in a `static_frame`, behind a handle', 3, 0),
        row('each further one', 4, 3),
        row('`TRY`, `RAISE`, `EXCEPT`, `FINALLY`, with 128 bytes of `static_memory`', 5, 3),
        row('the first task, with a `fixed_loop`, its clock, and all below it', 6, 0),
        row('each further task, with its place in the loop', 7, 6),
        row('a protothread (an integer and a switch) that counts as that generator', 8, 0),
        row('each further one', 9, 8)])


def compiler():
    return sh(COMPILER, '--version').splitlines()[0]


def table_is_true():
    need(COMPILER, 'arm-none-eabi-size')
    if 'LASTI_TEST_ALL' not in os.environ:
        raise tap.Skip('LASTI_TEST_ALL is not set')
    if TABLE.search(PAGE.read_text()).group(2) != compiler():
        raise tap.Skip('the figures are of another compiler')
    now = table()
    return None if now == TABLE.search(PAGE.read_text()).group(3) else \
        'freestanding.py --write would write:\n' + now


if sys.argv[1:] == ['--write']:
    PAGE.write_text(TABLE.sub(lambda m: '<!-- measured by test/support/freestanding.py, with %s -->\n%s\n\n'
                              % (compiler(), table()), PAGE.read_text()))
else:
    tap.run([('generators, exceptions and a loop run on a Cortex-M3', runs),
             ('nothing in it asks for a heap', without_heap),
             ('how large it gets stands in docs/freestanding.md', table_is_true)])
