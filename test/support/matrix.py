"""Builds and tests lasti in one configuration after another; counts every test case once.

usage: sh test/run [--all] [--config NAME]... [PROGRAM]...

A configuration is COMPILER.STANDARD[.VARIANT], as in g++.11, clang++.20, g++.11.asan; it is built
in build/NAME. The variants are asan, tsan, shared, release, no_rtti and no_exceptions. Without arguments
three of them run;
  --all          runs the whole matrix, the long tests, 20,000 programs of generators and as many
                 of tasks against CPython
  --config NAME  runs this one instead (again and again: several; with --all: all its tests)
  --list         prints the configurations
  PROGRAM        runs only the test programs of these names (`generator`: test/test_generator.cpp)
One case alone:  meson test -C build/g++.11 generator -v --test-args=--test-case='*a part of its name*'
For a debugger:  meson configure build/g++.11 -Ddebug=true, then the same with --gdb
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import results

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / 'build'

TESTS = ['quick', 'full', 'examples']


def sanitized():
    """Clang compiles for sanitizers in half the time; they are a package of their own that may be missing."""
    probe = 'echo "int main() {}" | clang++ -fsanitize=address,undefined -x c++ - -o /dev/null'
    return ('g++' if subprocess.call(probe, shell=True, stderr=subprocess.DEVNULL) else 'clang++') + '.11.asan'


DEFAULT = {                              # configuration: the suites it runs (see test/meson.build)
    'g++.11': TESTS + ['compile'],
    sanitized(): ['quick', 'full'],
    'clang++.17': ['quick'],
}
LONG = list(DEFAULT)                     # with --all these run the suite `long` too
COMPILERS = ['g++', 'g++-11', 'clang++', 'clang++-19']
STANDARDS = ['11', '14', '17', '20']
UNOPTIMISED = {'g++.11', 'clang++.17'}   # a third of the time to compile; the rest of the matrix is optimised
# No debug info: it is a fifth to a quarter of the time to compile. ASan's reports name functions, and UBSan's have
# lines nevertheless; of a race the lines are wanted.
# No werror with sanitizers: they mislead GCC's warnings.
VARIANTS = {
    '': ['-Dwerror=true', '-Ddebug=false'],
    'asan': ['-Db_sanitize=address,undefined', '-Db_lundef=false', '-Doptimization=0', '-Ddebug=false',
             '-Dcpp_args=-fno-sanitize-recover=all'],     # no way back to compile: a tenth of the time
    'tsan': ['-Db_sanitize=thread', '-Db_lundef=false', '-Doptimization=0', '-Dcpp_args=-g1'],
    'shared': ['-Dwerror=true', '-Ddebug=false', '-Ddefault_library=shared'],
    'release': ['-Dwerror=true', '-Ddebug=false', '-Doptimization=3'],
    'no_rtti': ['-Dwerror=true', '-Ddebug=false', '-Dcpp_rtti=false'],
    # What only the cases that are left out call is unused.
    'no_exceptions': ['-Dwerror=true', '-Ddebug=false', '-Dcpp_eh=none', '-Dexamples=disabled', '-Dbench=disabled',
                      '-Dcpp_args=-Wno-unused'],
}
SLOWER = {'asan': 4, 'tsan': 10}         # what the time limit of a test is multiplied by
CACHE = {'CCACHE_SLOPPINESS': 'pch_defines,time_macros'}  # or it keeps nothing that is precompiled
STRICT = {                               # handle_segv=2: ASan's report says more than doctest's
    'ASAN_OPTIONS': 'abort_on_error=1:handle_segv=2',
    'UBSAN_OPTIONS': 'abort_on_error=1:halt_on_error=1:print_stacktrace=1',
}


def matrix():
    """Every configuration, with the suites that --all runs in it."""
    names = ['%s.%s' % (compiler, std) for compiler in COMPILERS for std in STANDARDS]
    names += ['%s.%s' % (base, variant) for base in ('g++.11', 'clang++.17')
              for variant in VARIANTS if variant]
    names += [name for name in DEFAULT if name not in names]
    return {name: TESTS + ['compile'] * (name == 'g++.11') + ['long'] * (name in LONG)
            for name in names}


def run(command, log, **env):
    """Runs a command, its output at the end of a file; true if it exits with 0."""
    with open(str(log), 'ab') as out:
        return 0 == subprocess.call(
            [str(word) for word in command], cwd=str(ROOT), env=dict(os.environ, **dict(CACHE, **env)),
            stdin=subprocess.DEVNULL, stdout=out, stderr=out)


def new_log(name):
    BUILD.mkdir(exist_ok=True)
    log = BUILD / (name + '.log')
    log.write_text('')
    return log


def set_up(folder, words, log, compiler):
    """Sets a build folder up; anew if it was set up otherwise, or elsewhere (folders get moved)."""
    environment = {'CXX': ('ccache ' if shutil.which('ccache') else '') + compiler}
    command = ['meson', 'setup', folder, ROOT, '-Dtests=enabled', '-Dbuildtype=debug'] + words
    stamp, made_by = folder / 'made-by', '%s %s\n' % (environment['CXX'], ' '.join(map(str, command)))
    if stamp.exists() and stamp.read_text() == made_by:
        return True
    shutil.rmtree(str(folder), ignore_errors=True)
    if shutil.which('ld.lld') and '--cross-file' not in words:
        environment['CXX_LD'] = 'lld'               # a quarter of the time
    if not run(command, log, **environment):
        return False
    stamp.write_text(made_by)
    return True


def verdicts(folder, command, log, **environment):
    """{case: passed} of a command that runs the tests of a build folder; None: it did not come so far."""
    found = folder / 'meson-logs/testlog.json'
    if found.exists():
        found.unlink()                              # never read those of the last run
    passed = run(command, log, **environment)
    if found.exists():
        return results.read(found)
    return {} if passed else None                   # {}: no such program in this configuration


def failed_build(log):
    """Shows where, and is what a configuration then has as its cases."""
    lines = log.read_text(errors='replace').splitlines()
    bad = [i for i, line in enumerate(lines) if re.search('FAILED|ERROR|error:', line)]
    results.show(lines[bad[0] if bad else -40:][:40] + ['all of it: build/' + log.name])
    return {'the build': False}


def configure(name, log):
    """Sets up build/NAME."""
    compiler, std, variant = (name.split('.') + [''])[:3]
    words = ['-Dcpp_std=c++' + std, '-Ddefault_library=static', '-Doptimization=' + ('0' if name in UNOPTIMISED else '1')]
    words += VARIANTS[variant]
    if compiler.startswith('g++') and not any('cpp_args' in word for word in VARIANTS[variant]):
        words += ['-Dcpp_args=--param=ggc-min-heapsize=500000']  # KB: a tenth of the time is its garbage collector
    if std != '11' or variant or 'LASTI_TEST_ALL' not in os.environ:
        words += ['-Dfew_units=true', '-Dtests_together=true']
        # else, once for each compiler, each source and each test by itself
    return set_up(BUILD / name, words, log, compiler)


def test(name, suites, programs):
    """Builds and tests one configuration; returns {case: passed}."""
    log, folder = new_log(name), BUILD / name
    variant = name.split('.')[2:]
    command = ['meson', 'test', '-C', folder, '-t', max([1] + [SLOWER.get(v, 1) for v in variant])]
    command += ['--num-processes', (os.cpu_count() or 1) + 1]   # some of them wait for others, or for time to pass
    command += programs or [word for suite in suites for word in ('--suite', suite)]
    if variant == ['tsan'] and run(['setarch', '-R', 'true'], log):
        command = ['setarch', '-R'] + command       # TSan wants addresses that are not random

    # Meson builds what its tests need; what no test needs (examples, benchmarks) is built once.
    built = configure(name, log)
    if built and 'compile' in suites and not programs:
        built = run(['ninja', '-C', folder], log)
    cases = verdicts(folder, command, log, **STRICT) if built else None
    return failed_build(log) if cases is None else cases


def conformance(script, words, seconds, case, **environment):
    """Runs a script of test/conformance as one case; prints its last line, or more if it failed."""
    log = new_log('-'.join(['conformance', script] + list(environment.values())))
    path = ROOT / 'test/conformance' / script
    passed = run(['timeout', '-k', 10, seconds, 'sh', path] + words, log, **environment)
    lines = log.read_text(errors='replace').splitlines()
    left_out = bool(lines) and lines[-1].startswith('left out')
    results.show(lines[-1 if passed or left_out else -60:])
    return {} if left_out else {case: passed}


def one_header(*options):
    """The tests against lasti_single.hpp."""
    log = new_log('one_header' + ''.join(options))
    folder = BUILD / 'one_header' / ('without_io' if options else 'build')
    return verdicts(folder, [sys.executable, ROOT / 'test/support/one_header.py'] + list(options), log) or failed_build(log)


def jobs(args):
    """What is to run: a list of (name, function that returns {case: passed})."""
    chosen = matrix() if args.all else DEFAULT
    if args.config:
        chosen = {name: dict(matrix(), **chosen).get(name, TESTS) for name in args.config}
    for name, suites in chosen.items():
        compiler = name.split('.')[0]
        if args.all and not args.config and not shutil.which(compiler):
            print('%s: left out, there is no %s here' % (name, compiler))
        else:
            yield name, lambda: test(name, suites, args.program)

    if args.config or args.program:
        return
    if not (ROOT / 'test/conformance/run').exists():
        return
    seconds = 14400 if args.all else 420
    yield 'conformance', lambda: conformance(
        'run', ['20000' if args.all else '300', '1'], seconds,
        'conformance: the same traces as CPython')
    built = BUILD / 'g++.11/liblasti.a'
    yield 'conformance of tasks', lambda: conformance(
        'run_asyncio', ['20000' if args.all else '150', '1'] +
        (['--library', built] if built.exists() else []), seconds,
        'conformance: the same in the same rounds as asyncio')
    if args.all:
        yield 'conformance without exceptions', lambda: conformance(
            'run', ['2000', '1'], seconds, 'conformance: the same traces as CPython, without C++ exceptions',
            CONFORMANCE_CXXFLAGS='-fno-exceptions')
        yield 'one header', one_header
        yield 'one header without I/O', lambda: one_header('--without-io')
        yield 'mutants', lambda: conformance(
            'mutants', [], 14400, 'conformance: every seeded bug is caught')
        yield 'mutants of tasks', lambda: conformance(
            'mutants_asyncio', [], 14400, 'conformance: every bug seeded in the tasks is caught')


def main():
    parser = argparse.ArgumentParser(add_help=False, usage='sh test/run [--help] ...')
    parser.add_argument('-h', '--help', action='store_true')
    parser.add_argument('--all', action='store_true')
    parser.add_argument('--config', action='append', default=[])
    parser.add_argument('--list', action='store_true')
    parser.add_argument('program', nargs='*')
    args = parser.parse_args()
    for name in args.config:
        if not re.match(r'[^.]+\.\d\d(\.(asan|tsan|shared|release|no_rtti|no_exceptions))?$', name):
            parser.error('no configuration %s; --list names them' % name)
    if args.help:
        print(__doc__)
        return 0
    if args.list:
        for name in matrix():
            print('%-20s %s' % (name, 'by default' if name in DEFAULT else '--all'))
        return 0

    if args.all:
        os.environ['LASTI_TEST_ALL'] = '1'   # for compile.py

    ran = {}                             # case: {configuration: passed}
    for name, job in jobs(args):
        print('%s ...' % name, flush=True)
        start = time.time()
        cases = job()
        for case, passed in cases.items():
            ran.setdefault(case, {})[name] = passed
        good, seconds = sum(cases.values()), time.time() - start
        print('%s: %d passed, %d failed (%.0f s)' % (name, good, len(cases) - good, seconds))

    print()
    failed = sorted(case for case in ran if not all(ran[case].values()))
    for case in failed:
        where = [name for name, passed in ran[case].items() if not passed]
        print('FAILED %s in %s' % (case, ', '.join(where)))
    print('%d passed, %d failed' % (len(ran) - len(failed), len(failed)))
    return 1 if failed or not ran else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
