"""The programs of the benchmarks: how they are built, timed, and how their instructions are counted."""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess

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


def build(compiler, out, root=ROOT):
    """Every program with this compiler at -O2, in the folder; `root` is the checkout whose lasti is measured."""
    out.mkdir(parents=True, exist_ok=True)
    flags = ['-O2', '-DNDEBUG', '-I', str(root / 'include'), '-pthread']
    library = out / 'liblasti.a'
    sources = sorted((root / 'src').glob('*.cpp'))
    objects = [str(out / (source.stem + '.o')) for source in sources]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in [pool.submit(subprocess.run, [compiler, *flags, '-std=c++11', '-DLASTI_COMPILED', '-c', str(source), '-o', made],
                                 check=True) for source, made in zip(sources, objects)]:
            done.result()
    if library.exists():
        library.unlink()
    subprocess.run(['ar', 'rcs', str(library)] + objects, check=True)
    for program in sorted({row[1] for row in STEP + LOOP + SYNC + COPIES}):
        command = [compiler, *flags, str(HERE / (program + '.cpp')), '-o', str(out / program)]
        command += ['-std=c++20'] if program in CXX20 else ['-std=c++11']
        if program in CXX20 and compiler == 'clang++':
            command += ['-D__cpp_impl_coroutine=201902L']  # what clang 14 does not say with libstdc++
        if program in WITH_LIBRARY:
            command += ['-DLASTI_COMPILED', str(library)]
        subprocess.run(command, check=True)


def measure(command):
    """Nanoseconds and bytes, for each item."""
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout
    items, spent, memory = (float(x) for x in re.search(r'items=(\d+) ns=(\d+) bytes=(-?\d+)', text).groups())
    return spent / items, memory / items


def instructions(program, argument, sizes):
    """For each item; None: callgrind is not here, or it would take too long."""
    if not shutil.which('valgrind') or not sizes:
        return None
    counts, items = [], []
    for size in sizes:
        run = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', str(program), argument, str(size)],
                             check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        counts.append(int(re.search(r'Collected : (\d+)', run.stderr).group(1)))
        items.append(float(re.search(r'items=(\d+)', run.stdout).group(1)))
    return (counts[1] - counts[0]) / (items[1] - items[0])


def version(compiler):
    return subprocess.run([compiler, '--version'], stdout=subprocess.PIPE, universal_newlines=True).stdout.splitlines()[0]
