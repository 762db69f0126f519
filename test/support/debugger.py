"""debugger.py PROGRAM: what src/lasti_gdb.py tells of a stopped program, and of its core file, is stopped.txt.

Skipped where there is no gdb, or one that can not do it. Addresses are others in every run: 0x... is any.
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import regions
import tap

PROGRAM, SCRIPT = sys.argv[1], regions.ROOT / 'src/lasti_gdb.py'
EXPECTED = regions.ROOT / 'test/support/stopped.txt'
LOOK = [
    r'echo # [tasks]\n', 'lasti tasks', r'echo # [/tasks]\n', 'frame function main',
    r'echo # [print]\n', 'print g', 'print fresh', 'print ended', 'print none', 'print fetching', 'print second',
    r'echo # [/print]\n', r'echo # [chain]\n', 'lasti chain g', 'lasti chain second', r'echo # [/chain]\n',
    'lasti tasks loop', 'lasti chain loop']
LAST = 'loop is no generator, coroutine or task'


def gdb(words, commands):
    command = ['gdb', '-nx', '-batch'] + [w for c in commands for w in ('-ex', c)] + words
    run = subprocess.run([str(w) for w in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, universal_newlines=True, timeout=100)
    return run.stdout


def can_stop():
    if not shutil.which('gdb'):
        raise tap.Skip('there is no gdb here')
    if 'it has 2' not in gdb([], ['python print("it has %d" % (1 + 1))']):
        raise tap.Skip('this gdb has no Python')
    if 'stop_here ()' not in gdb([PROGRAM], ['break stop_here', 'run']):
        raise tap.Skip('gdb can not run programs here')


def compared(printed):
    """What was printed from the first look on, without what gdb says of lines."""
    lines = printed[printed.find('# [tasks]'):].splitlines()
    lines = [line for line in lines if not re.match(r'#\d|\d+\t', line)]
    told = re.sub(r'0x[0-9a-f]+', '0x...', '\n'.join(lines)) + '\n'
    return None if told == EXPECTED.read_text() else told + '--- all of it:\n' + printed


def of_a_stopped_program():
    can_stop()
    return compared(gdb([PROGRAM], ['source %s' % SCRIPT, 'break stop_here', 'run'] + LOOK))


def of_a_core_file():
    can_stop()
    with tempfile.TemporaryDirectory() as folder:
        core = Path(folder) / 'core'
        said = gdb([PROGRAM], ['break stop_here', 'run', 'generate-core-file %s' % core])
        if not core.exists():
            raise tap.Skip('gdb makes no core files here: ' + said.splitlines()[-1])
        return compared(gdb([PROGRAM, core], ['source %s' % SCRIPT] + LOOK))


def without_types():
    """A program whose types nobody describes: that is said in words."""
    can_stop()
    said = gdb(['true'], ['source %s' % SCRIPT, 'starti', 'lasti tasks'])
    return None if 'no debug information' in said and 'Traceback' not in said else said


tap.run([('gdb tells where generators and tasks of a stopped program stand', of_a_stopped_program),
         ('gdb tells the same of a core file', of_a_core_file),
         ('gdb says what it lacks where there is no debug information', without_types)])
