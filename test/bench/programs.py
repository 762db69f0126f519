"""The programs of the benchmarks: how they are built and run, what they say, and how their instructions are counted.

A program is named by its source, without the suffix: `step` is lasti's, `peers/asio/switches` one of Asio's. Each takes
a way and a size, and prints one line, RESULT items=N ns=TOTAL wall=TOTAL bytes=TOTAL.
"""
import collections
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess

import peers

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / 'build' / 'bench'
COMPILERS = ('g++', 'clang++')
PATIENCE = 120          # seconds that a program may take
LAUNCHER = ['ccache'] if shutil.which('ccache') else []

recipe = collections.namedtuple('recipe', 'needs compilers std libraries')
CXX = {  # by the folder in peers
    None: recipe((), COMPILERS, '11', ()),
    'by_hand': recipe((), COMPILERS, '11', ()),
    'cpp20': recipe((), COMPILERS, '20', ()),
    'boost': recipe(('Boost.Coroutine2',), ('g++',), '14', ('boost_context',)),
    'asio': recipe(('Asio',), ('g++',), '20', ()),
    'libuv': recipe(('libuv',), ('g++',), '11', ('uv',)),
    'libev': recipe(('libev',), ('g++',), '11', ('ev',)),
}
OTHERS = {'go': 'Go', 'rust': 'Rust', 'node': 'Node.js', 'python': 'CPython'}
# Those of lasti that use more than headers.
WITH_LIBRARY = {'loop_switch', 'sleepers', 'sync', 'cancel', 'threads', 'echo/lasti_streams', 'echo/lasti_sockets'}
ECHO = {'echo/asio_callbacks': 'asio', 'echo/libuv': 'libuv'}


def folder_of(program):
    """None: it is lasti's, or needs nothing else."""
    return program.split('/')[1] if program.startswith('peers/') else ECHO.get(program)


def made_with(program):
    """What it is built with, each a program of its own: compilers, or a language."""
    found = CXX.get(folder_of(program))
    return found.compilers if found else (OTHERS[folder_of(program)],)


def needs_of(program):
    found = CXX.get(folder_of(program))
    return found.needs if found else (OTHERS[folder_of(program)],)


def executable(program, tool, out=BUILD):
    folder = folder_of(program)
    name = folder if folder in ('go', 'rust') else program.replace('/', '_')
    return out / tool.replace(' ', '_') / name


def command_of(program, tool, out=BUILD):
    """How to start it."""
    folder = folder_of(program)
    if folder == 'node':
        return ['node', str(HERE / (program + '.js'))]
    if folder == 'python':
        return [peers.python(), str(HERE / (program + '.py'))]
    return [str(executable(program, tool, out))]


def run_all(commands):
    """Runs the commands of {what is made: command}, some at a time; returns {what could not be made: what was said}."""
    def run(item):
        done = subprocess.run(list(map(str, item[1])), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
        return (item[0], done.stdout) if done.returncode else None
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(failed for failed in pool.map(run, commands.items()) if failed)


def build_library(compiler, out, root=ROOT):
    """Makes the lasti of a checkout, as its users would."""
    archive = out / compiler / 'liblasti.a'
    archive.parent.mkdir(parents=True, exist_ok=True)
    objects = {out / compiler / (source.stem + '.o'): source for source in sorted((root / 'src').glob('*.cpp'))}
    failed = run_all({made: [*LAUNCHER, compiler, '-O2', '-DNDEBUG', '-I', root / 'include', '-pthread', '-std=c++11', '-DLASTI_COMPILED',
                             '-c', source, '-o', made] for made, source in objects.items()})
    for said in failed.values():
        raise SystemExit(said)
    archive.unlink(missing_ok=True)
    subprocess.run(['ar', 'rcs', archive, *objects], check=True)


def compilation(program, compiler, out, root):
    how = CXX[folder_of(program)]
    command = [*LAUNCHER, compiler, '-O2', '-DNDEBUG', '-pthread', '-std=c++' + how.std, '-I', root / 'include', '-iquote', HERE]
    if how.std == '20' and compiler == 'clang++':
        command += ['-D__cpp_impl_coroutine=201902L']   # what clang 14 does not say with libstdc++
    command += ['-DLASTI_COMPILED'] if program in WITH_LIBRARY else []
    return command + ['-c', HERE / (program + '.cpp'), '-o', str(executable(program, compiler, out)) + '.main.o']


def link(program, compiler, out):
    made = executable(program, compiler, out)
    libraries = [out / compiler / 'liblasti.a'] if program in WITH_LIBRARY else []
    return [compiler, str(made) + '.main.o', *libraries, '-pthread', *('-l' + name for name in CXX[folder_of(program)].libraries),
            '-o', made]


def build_other(program, made):
    """The command that compiles a program in Go or Rust; None: it is a script."""
    folder = HERE / 'peers' / folder_of(program)
    if folder.name == 'go':
        return ['env', '-C', folder, 'GO111MODULE=off', peers.go(), 'build', '-o', made, '.']
    if folder.name == 'rust' and peers.version('Rust, gen blocks'):
        return ['env', 'RUSTC_BOOTSTRAP=1', 'rustc', '--edition', '2024', '--cfg', 'gen_blocks', '-C', 'opt-level=2', folder / 'main.rs',
                '-o', made]
    if folder.name == 'rust':
        return ['rustc', '--edition', '2021', '-C', 'opt-level=2', folder / 'main.rs', '-o', made]
    return None


def build(programs, out=BUILD, root=ROOT, say=lambda what: None):
    """Builds them, pairs of (program, what it is made with); returns those that can not be, with what the compiler said."""
    made = {pair: executable(*pair, out) for pair in programs}
    compiled = [pair for pair in programs if folder_of(pair[0]) in CXX]
    for compiler in dict.fromkeys(tool for program, tool in compiled if program in WITH_LIBRARY):
        say('building lasti with ' + compiler)
        build_library(compiler, out, root)
    say('building %d programs' % len(set(made.values())))
    for path in made.values():
        path.parent.mkdir(parents=True, exist_ok=True)
    first = {made[pair]: compilation(*pair, out, root) for pair in compiled}
    first.update((made[pair], build_other(pair[0], made[pair])) for pair in programs if pair not in compiled)
    failed = run_all({path: command for path, command in first.items() if command})
    failed.update(run_all({made[pair]: link(*pair, out) for pair in compiled if made[pair] not in failed}))
    return {pair: failed[path] for pair, path in made.items() if path in failed}


def measure(command):
    """What a program says: {'ns', 'wall', 'bytes'} for each item."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=PATIENCE)
    found = {key: float(value) for key, value in re.findall(r'(\w+)=(-?\d+)', done.stdout)}
    if done.returncode or 'items' not in found:
        raise RuntimeError('%s: %s' % (' '.join(command), done.stderr.strip() or 'exit %d' % done.returncode))
    return {key: value / found['items'] for key, value in found.items() if key != 'items'}


def instructions(start, sizes, more, only_timed=False):
    """For each item: of two runs the difference, so that what is done once is not counted."""
    counts, items = [], []
    for size in sizes:
        done = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null',
                               *(['--toggle-collect=*bench::timed*'] if only_timed else []), *start, str(size), *more],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=5 * PATIENCE)
        counts.append(int(re.search(r'Collected : (\d+)', done.stderr).group(1)))
        items.append(float(re.search(r'items=(\d+)', done.stdout).group(1)))
    return (counts[1] - counts[0]) / (items[1] - items[0])
