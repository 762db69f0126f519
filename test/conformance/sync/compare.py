"""Random programs over locks and queues, run by lasti and by asyncio: the same must happen in the same rounds.

A program has four to six tasks of a few statements over shared locks, a semaphore, an event, a condition, a barrier
and queues; some of them are cancelled at random times. Two interpreters, interpreter.cpp and interpreter.py, tell
what each statement did and in which round of the loop.
"""
import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]

# How often which statement, and what its numbers are.
STATEMENTS = [
    (2, lambda r: 's%d' % r.randint(1, 3)),
    (4, lambda r: 'l%d,%d' % (r.randrange(2), r.randrange(4))),
    (3, lambda r: 'm%d' % r.randrange(4)),
    (1, lambda r: 'a'),
    (2, lambda r: 'e'), (2, lambda r: 'E'), (1, lambda r: 'c'),
    (4, lambda r: 'w%d' % r.randrange(3)),
    (2, lambda r: 'W%d' % r.randint(1, 6)),
    (4, lambda r: 'n%d,%d' % (r.randrange(4), r.randrange(3))),
    (5, lambda r: 'b'), (1, lambda r: 'r'), (0.3, lambda r: 'x'),
    (4, lambda r: 'p%d,%d' % (r.randrange(3), r.randrange(9))),
    (4, lambda r: 'g%d' % r.randrange(3)),
    (1, lambda r: 'P%d,%d' % (r.randrange(3), r.randrange(9))),
    (1, lambda r: 'G%d' % r.randrange(3)),
    (1, lambda r: 'd%d' % r.randrange(3)), (1, lambda r: 'j%d' % r.randrange(3)),
    (0.2, lambda r: 'z%d,%d' % (r.randrange(3), r.randrange(2))),
]


def program(seed):
    r = random.Random(seed)
    # Few kinds at a time, so that the tasks meet.
    kinds = r.sample(STATEMENTS, 6)
    tasks = r.randint(4, 6)

    def statement():
        if r.random() < 0.08:
            return 'k%d' % r.randrange(tasks)
        return r.choices(kinds, [weight for weight, _ in kinds])[0][1](r)

    texts = [' '.join(statement() for _ in range(r.randint(2, 7))) for _ in range(tasks)]
    rounds = r.choice((8, 16, 32))
    cancels = ['c%d,%d' % (r.randint(1, rounds), r.randrange(tasks)) for _ in range(r.randrange(16))]
    return '|'.join(texts) + '!' + ' '.join(cancels)


def build(folder):
    binary = folder / 'interpreter'
    flags = os.environ.get('CONFORMANCE_CXXFLAGS', '').split()
    command = [*os.environ.get('CXX', 'g++').split(), '-std=c++11', '-O1', '-pthread', '-I', str(ROOT / 'include'), *flags,
               str(HERE / 'interpreter.cpp'), *map(str, sorted((ROOT / 'src').glob('*.cpp'))), '-o', str(binary)]
    subprocess.run(command, check=True)
    return [str(binary)]


def traces(command, programs):
    done = subprocess.run(command, input='\n'.join(programs) + '\n', stdout=subprocess.PIPE, universal_newlines=True)
    found = done.stdout.split('--\n')
    tail = [] if done.returncode == 0 else ['exit code %d' % done.returncode]
    return [t.splitlines() for t in found[:len(programs)]] + [found[-1].splitlines() + tail]


def show(text, ours, theirs):
    print('    ' + text)
    for number, (a, b) in enumerate(zip(ours + ['(nothing)'], theirs + ['(nothing)'])):
        if a != b:
            for line in theirs[max(0, number - 12):number]:
                print('        ' + line)
            print('    asyncio: ' + b)
            print('    lasti:   ' + a)
            return


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('count', nargs='?', type=int, default=2000, metavar='N')
    parser.add_argument('seed', nargs='?', type=int, default=1, metavar='SEED')
    parser.add_argument('--program', help='this one alone, as a difference shows it')
    options = parser.parse_args()
    if sys.version_info < (3, 13):
        print('needs Python 3.13, which has Queue.shutdown()')
        return 2
    folder = pathlib.Path(tempfile.mkdtemp(prefix='lasti-sync-'))
    try:
        ours = build(folder)
        numbers = [0] if options.program else range(options.seed, options.seed + options.count)
        programs = [options.program or program(n) for n in numbers]
        mine, theirs = traces(ours, programs), traces([sys.executable, str(HERE / 'interpreter.py')], programs)
    finally:
        shutil.rmtree(folder)
    differences = 0
    for number, text, a, b in zip(numbers, programs, mine, theirs):
        if a == b:
            continue
        differences += 1
        if differences <= 5:
            print('program %d differs:' % number)
            show(text, a, b)
    lines = sum(len(t) for t in theirs)
    print('%d programs, %d differences, %d lines of trace' % (len(programs), differences, lines))
    return 1 if differences or len(mine) <= len(programs) else 0


sys.exit(main())
