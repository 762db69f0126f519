"""size.py [--rounds N]: what small programs with lasti, Asio and C++20 coroutines cost to compile, and their sizes.

Prints a table, and writes it into docs/sizes.md. Seconds are CPU time of the compiler at -O2, medians of rounds in
which each program is compiled once; bytes are those of the stripped program's code and data, linked with
--gc-sections, without the C++ library, which is shared."""
import argparse
import pathlib
import re
import resource
import shutil
import statistics
import subprocess

from peers import version

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / 'test' / 'bench' / 'size'
BUILD = ROOT / 'build' / 'size'
PAGE = ROOT / 'docs' / 'sizes.md'
FLAGS = ['-O2', '-ffunction-sections', '-fdata-sections', '-I', str(ROOT / 'include')]
WITH_LIBRARY = ['-DLASTI_COMPILED']
# Label, program, standard, whether it is linked with the library.
ROWS = [
    ('nothing but `printf`', 'nothing', '11', False),
    ('**one generator**: `lasti::generator<int>`', 'generator_lasti', '11', True),
    ('the same, of headers alone', 'generator_lasti', '11', False),
    ('`lasti::iterate(body)`', 'generator_by_value', '11', True),
    ('`asio::coroutine`', 'generator_asio', '11', False),
    ('C++20 coroutine, the least generator', 'generator_cpp20', '20', False),
    ('**one loop**, two tasks that sleep: lasti', 'loop_lasti', '11', True),
    ('the same, all of lasti included', 'loop_all_of_lasti', '11', True),
    ('`asio::coroutine`, timers of Asio', 'loop_asio_coroutine', '11', False),
    ('`asio::awaitable`, C++20', 'loop_asio_awaitable', '20', False),
]


def seconds(*command):
    """CPU time of a command and its children; None if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    if subprocess.run([str(word) for word in command], stderr=subprocess.DEVNULL).returncode:
        return None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compiled(compiler, source, std, with_library):
    made = object_of(compiler, source, with_library)
    made.parent.mkdir(parents=True, exist_ok=True)
    return seconds(compiler, *FLAGS, *(WITH_LIBRARY if with_library else []), '-std=c++' + std, '-c', source, '-o', made)


def object_of(compiler, source, with_library):
    return BUILD / ('with' if with_library else 'without') / ('%s.%s.o' % (source.stem, compiler))


def library(compiler):
    """Makes it; seconds."""
    sources = sorted((ROOT / 'src').glob('*.cpp'))
    taken = sum(compiled(compiler, source, '11', True) for source in sources)
    archive(compiler).unlink(missing_ok=True)
    subprocess.run(['ar', 'rcs', archive(compiler)] + [object_of(compiler, source, True) for source in sources], check=True)
    return taken


def archive(compiler):
    return BUILD / ('liblasti.%s.a' % compiler)


def size(compiler, source, with_library):
    """Bytes of code and of data that is not zero, of the program as it is loaded."""
    out = BUILD / ('%s.%s' % (source.stem, compiler))
    libraries = [archive(compiler)] if with_library else []
    subprocess.run([str(word) for word in [compiler, '-s', '-Wl,--gc-sections', object_of(compiler, source, with_library),
                                           *libraries, '-pthread', '-o', out]], check=True)
    text, data = subprocess.run(['size', str(out)], check=True, stdout=subprocess.PIPE,
                                universal_newlines=True).stdout.splitlines()[1].split()[:2]
    return int(text) + int(data)


def measure(compilers, rounds):
    taken = {c: library(c) for c in compilers}
    times = {}
    for _ in range(rounds):
        for _, program, std, with_library in ROWS:
            for c in compilers:
                times.setdefault((program, with_library, c), []).append(
                    compiled(c, HERE / (program + '.cpp'), std, with_library))
    yield '|  |%s' % ''.join(' %s, s | bytes |' % c for c in compilers)
    yield '|---|%s' % ('--:|--:|' * len(compilers))
    for label, program, _, with_library in ROWS:
        cells = []
        for c in compilers:
            found = times[program, with_library, c]
            cells += ['', ''] if None in found else [
                '%.2f' % statistics.median(found), format(size(c, HERE / (program + '.cpp'), with_library), ',')]
        yield '| %s | %s |' % (label, ' | '.join(cells))
    yield '| the library, once | %s |' % ' | '.join('%.0f | ' % taken[c] for c in compilers)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, default=5)
    rounds = parser.parse_args().rounds
    compilers = [c for c in ('g++', 'clang++') if shutil.which(c)]
    BUILD.mkdir(parents=True, exist_ok=True)
    table = '\n'.join(measure(compilers, rounds))
    print(table)
    made = 'Made by `python3 test/bench/size.py --rounds %d`, with %s.' % (rounds, ' and '.join(map(version, compilers)))
    page = re.sub(r'<!-- made -->.*<!-- /made -->', lambda _: '<!-- made -->\n%s\n\n%s\n<!-- /made -->' % (made, table),
                  PAGE.read_text(), flags=re.S)
    PAGE.write_text(page)


main()
