"""Builds the benchmarks with every compiler, runs them in turn, and writes results.md.

Medians of one round-robin: each round runs every program once, and a ratio is taken within a round, so that a
machine that is busy for a while slows both sides of it. Instructions are counted by callgrind at two sizes and
divided by the difference: exact where time is noisy.
"""
import argparse
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / 'build' / 'bench'

# Row: (label, program, its argument, sizes for callgrind, the row that its ratio is taken to)
STEP = [
    ('hand-written loop', 'step', 'loop', (1000000, 2000000), None),
    ('`lasti::iterate(body)`', 'step', 'iterate', (1000000, 2000000), 'hand-written loop'),
    ('`lasti::generator<long>`', 'step', 'generator', (1000000, 2000000), 'hand-written loop'),
    ('iterator class, virtual `next()`', 'step', 'virtual', (1000000, 2000000), 'hand-written loop'),
    ('C++20 coroutine generator', 'step_cpp20', '-', (1000000, 2000000), 'hand-written loop'),
    ('a tree in order, by `YIELD_FROM`', 'tree', '-', (16383, 32767), 'hand-written loop'),
]
LOOP = [
    ('switch: 1,000 tasks pass 1,000 times each', 'loop_switch', '-', (100, 200), None),
    ('sleep: 1,000,000 tasks sleep once, 0 to 1000 ms', 'sleepers', '-', None, None),
]
# These have a twin for asyncio, of the same name.
SYNC = [
    ('lock: acquire and release, nobody waits', 'sync', 'lock', (1000, 2000), None),
    ('lock: 100 tasks, each holds it for a round', 'sync', 'contended', (100, 200), None),
    ('queue: an item from one task to another, room for 1', 'sync', 'queue1', (1000, 2000), None),
    ('queue: the same, room for 100', 'sync', 'queue100', (1000, 2000), None),
    ('cancel: one of 1,000,000 tasks that sleep, to its end', 'cancel_sleepers', '-', None, None),
]
# (position, depth): items taken before, and how deep they come from. By g.copy(), and by a new one that runs up to there.
COPY = [(1, 1), (10, 1), (100, 1), (1000, 1), (10000, 1), (1000, 10), (1000, 100)]
COPIES = [('%s:%d:%d' % (way, *at), 'copy', '%s:%d:%d' % (way, *at), None, None) for at in COPY for way in ('copy', 'again')]
CXX20 = {'step_cpp20'}
WITH_LIBRARY = {'loop_switch', 'sleepers', 'sync', 'cancel_sleepers'}


def find_python():
    """The newest python3.N, which asyncio is measured with."""
    for minor in range(20, 10, -1):
        for name in ['python3.%d' % minor] + [str(p) for p in pathlib.Path.home().glob('.pyenv/versions/3.%d.*/bin/python3' % minor)]:
            if shutil.which(name) and subprocess.run([name, '-c', ''], stderr=subprocess.DEVNULL).returncode == 0:
                return name
    return sys.executable


def build(compiler):
    """Every program with this compiler at -O2; the library's sources are compiled into those that need them."""
    out = BUILD / compiler
    out.mkdir(parents=True, exist_ok=True)
    for program in sorted({row[1] for row in STEP + LOOP + SYNC + COPIES}):
        sources = [str(HERE / (program + '.cpp'))]
        if program in WITH_LIBRARY:
            sources += sorted(str(s) for s in (ROOT / 'src').glob('*.cpp'))
        flags = ['-O2', '-DNDEBUG', '-I', str(ROOT / 'include'), '-pthread']
        flags += ['-std=c++20'] if program in CXX20 else ['-std=c++11']
        if program in CXX20 and compiler == 'clang++':
            flags += ['-D__cpp_impl_coroutine=201902L']  # what clang 14 does not say with libstdc++
        subprocess.run([compiler] + flags + sources + ['-o', str(out / program)], check=True)


def measure(compiler, program, argument):
    command = [str(BUILD / compiler / program)]
    if compiler not in ('g++', 'clang++'):
        command = [compiler, str(HERE / (program + '.py'))]
    text = subprocess.run(command + [argument],
                          check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout
    items, spent, memory = (float(x) for x in re.search(r'items=(\d+) ns=(\d+) bytes=(-?\d+)', text).groups())
    return spent / items, memory / items


def instructions(compiler, program, argument, sizes):
    if not shutil.which('valgrind') or not sizes:
        return None
    counts, items = [], []
    for size in sizes:
        run = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null',
                              str(BUILD / compiler / program), argument, str(size)],
                             check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        counts.append(int(re.search(r'Collected : (\d+)', run.stderr).group(1)))
        items.append(float(re.search(r'items=(\d+)', run.stdout).group(1)))
    return (counts[1] - counts[0]) / (items[1] - items[0])


def rounds_of(rows, compilers, rounds):
    times = {(c, r[0]): [] for c in compilers for r in rows}
    memory = {}
    for number in range(rounds):
        print('round %d of %d' % (number + 1, rounds), file=sys.stderr)
        for compiler in compilers:
            for label, program, argument, _, _ in rows:
                spent, used = measure(compiler, program, argument)
                times[compiler, label].append(spent)
                memory[compiler, label] = used
    return times, memory


def table(rows, compilers, times, memory, counts, with_memory):
    head = ['']
    for compiler in compilers:
        head += [compiler + ', ns', 'bytes' if with_memory else 'x loop', 'instructions']
    lines = ['| ' + ' | '.join(head) + ' |', '|---|' + '--:|' * (len(head) - 1)]
    for label, _, _, _, base in rows:
        cells = [label]
        for compiler in compilers:
            mine = times[compiler, label]
            cells.append('%.2f' % statistics.median(mine))
            if with_memory:
                cells.append('%.0f' % memory[compiler, label] if 'sleep' in label else '')
            else:
                other = times[compiler, base or label]
                cells.append('%.2f' % statistics.median(a / b for a, b in zip(mine, other)))
            count = counts.get((compiler, label))
            cells.append('%.1f' % count if count is not None else '')
        lines.append('| ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def table_of_twins(compilers, python, times, counts):
    head = [''] + [c + how for c in compilers for how in (', ns', ', instructions')] + ['asyncio, ns']
    head += ['asyncio / ' + c for c in compilers]
    lines = ['| ' + ' | '.join(head) + ' |', '|---|' + '--:|' * (len(head) - 1)]
    for label, _, _, _, _ in SYNC:
        cells = [label]
        for compiler in compilers:
            count = counts.get((compiler, label))
            cells += ['%.1f' % statistics.median(times[compiler, label]), '%.0f' % count if count is not None else '']
        theirs = times[python, label]
        cells.append('%.0f' % statistics.median(theirs))
        cells += ['%.0f' % statistics.median(a / b for a, b in zip(theirs, times[c, label])) for c in compilers]
        lines.append('| ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def table_of_copies(compilers, times):
    head = ['items taken', 'generators deep'] + [c + how for c in compilers for how in (': copy, ns', ': again, ns', ': again / copy')]
    lines = ['| ' + ' | '.join(head) + ' |', '|' + '--:|' * len(head)]
    for position, depth in COPY:
        cells = ['{:,}'.format(position), str(depth)]
        for compiler in compilers:
            copied, again = (times[compiler, '%s:%d:%d' % (way, position, depth)] for way in ('copy', 'again'))
            cells += ['%.0f' % statistics.median(copied), '%.0f' % statistics.median(again),
                      '%.1f' % statistics.median(a / b for a, b in zip(again, copied))]
        lines.append('| ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--rounds', type=int, default=11)
    parser.add_argument('--output', type=pathlib.Path, default=HERE / 'results.md')
    options = parser.parse_args()
    compilers = [c for c in ('g++', 'clang++') if shutil.which(c)]
    for compiler in compilers:
        print('building with ' + compiler, file=sys.stderr)
        build(compiler)
    counts = {(c, r[0]): instructions(c, r[1], r[2], r[3]) for c in compilers for r in STEP + LOOP + SYNC}
    step_times, step_memory = rounds_of(STEP, compilers, options.rounds)
    loop_times, loop_memory = rounds_of(LOOP, compilers, options.rounds)
    copy_times, _ = rounds_of(COPIES, compilers, options.rounds)
    python = find_python()
    sync_times, _ = rounds_of(SYNC, compilers + [python], options.rounds)
    version = subprocess.run([python, '--version'], stdout=subprocess.PIPE, universal_newlines=True).stdout.strip()
    versions = [subprocess.run([c, '--version'], stdout=subprocess.PIPE, universal_newlines=True).stdout.splitlines()[0]
                for c in compilers]
    text = '\n'.join([
        '# Benchmarks', '',
        'Command: `sh test/bench/run --rounds %d`. Compilers: %s, `-O2`, on %s. Medians of %d interleaved rounds of'
        % (options.rounds, ' and '.join(versions), platform.machine(), options.rounds),
        'CPU time; a ratio is the median of the ratios within a round; instructions are callgrind\'s, per item.', '',
        '## A generator\'s step: the sum of 0 … N-1, N = 50,000,000', '',
        table(STEP, compilers, step_times, step_memory, counts, False), '',
        '## The event loop, for each switch and for each task', '',
        table(LOOP, compilers, loop_times, loop_memory, counts, True), '',
        '## A copy of a suspended generator, and a new one that runs up to there', '',
        table_of_copies(compilers, copy_times), '',
        '## Beside asyncio of %s' % version, '',
        table_of_twins(compilers, python, sync_times, counts), ''])
    options.output.write_text(text)
    print(text)


main()
