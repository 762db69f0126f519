"""What the compilers say to small files, one test case per file and compiler.

compile.py headers    each public header compiles alone, included twice
compile.py fail       each file of test/compile_fail compiles with -DGOOD; without, it is refused
compile.py warnings   each file of test/warnings is clean, and lasti's headers, too; and as a host's source, whatever the
                      host asks its compiler to warn about

By default g++ and clang++ must refuse, while what is right is compiled by one of them, at one standard each;
with LASTI_TEST_ALL set, by all compilers, and warnings at all standards.

A file in test/compile_fail opens with lines of the form `// key: text`:
    expect: REGEX       what the compiler must say (required)
    flags:  -Wall ...   further arguments, for both twins
    only:   clang++     the one compiler that sees the mistake
"""
import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import precompiled
import tap
import together
from host_warnings import HOST_WARNINGS

ROOT = Path(__file__).resolve().parents[2]
COMPILERS = [c for c in ('g++', 'g++-11', 'clang++', 'clang++-19') if shutil.which(c)]
STANDARDS = ('c++11', 'c++14', 'c++17', 'c++20')
EVERYTHING = 'LASTI_TEST_ALL' in os.environ
WARNINGS = ['-Wall', '-Wextra', '-Wshadow', '-Wconversion', '-Wsign-conversion', '-Wold-style-cast',
            '-Wimplicit-fallthrough', '-Werror', '-DLASTI_OWN_WARNINGS']


def complaints(compiler, *args, text=None, std='c++11'):
    """Compiles a file, or a text; returns None if that worked, else what the compiler said."""
    command = [compiler, '-std=' + std, '-pedantic-errors', '-I', ROOT / 'include', '-x', 'c++']
    command += list(args) + ['-'] * (text is not None)
    run = subprocess.run([str(word) for word in command], input=text or '',
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True,
                         env=dict(os.environ, LC_ALL='C'))  # C: plain quotes, for the regexes
    return None if run.returncode == 0 else '%s -std=%s\n%s' % (compiler, std, run.stdout)


FLAGS = {'freestanding.hpp': ['-fno-exceptions']}  # header: what it asks for
NEEDS = {'ranges.hpp': 'c++14'}          # header: the oldest standard it can be had at, if that is not C++11


def alone(compiler, header):
    said = complaints(compiler, *WARNINGS, *FLAGS.get(header, []), '-fsyntax-only', text='#include <lasti/%s>\n' % header * 2,
                      std=NEEDS.get(header, 'c++11'))
    if said and 'needs range-v3' in said:
        raise tap.Skip('there is no range-v3 here')
    return said


def headers():
    for path in sorted((ROOT / 'include').glob('lasti/*.hpp')):
        for compiler in COMPILERS if EVERYTHING else ['g++']:
            yield ('%s alone, twice, with %s' % (path.name, compiler),
                   lambda c=compiler, h=path.name: alone(c, h))


def fail():
    for path in sorted((ROOT / 'test/compile_fail').glob('*.cpp')):
        says = dict(re.findall(r'^// (\w+): *(.*?) *$', path.read_text(), re.M))
        for compiler in default_compilers():
            if says.get('only', compiler) == compiler:
                yield ('%s with %s' % (path.stem, compiler),
                       lambda c=compiler, p=path, s=says: refused(c, p, s))


@functools.lru_cache(maxsize=None)
def good_together():
    """The GOOD twins that compile as one source, in a tenth of the time: all of them, or none if one does not."""
    texts = {path: path.read_text() for path in sorted((ROOT / 'test/compile_fail').glob('*.cpp'))}
    texts = {path: text for path, text in texts.items() if not re.search(r'^// (flags|only):|^#define|^#if[\s\S]*#include', text, re.M)}
    return texts if not complaints('g++', '-DGOOD', '-fsyntax-only', text=together.source(texts)) else {}


def refused(compiler, path, says):
    if 'expect' not in says:
        return '%s: needs a line `// expect: REGEX`' % path
    args = ['-fsyntax-only'] + precompiled.arguments(compiler, path) + says.get('flags', '').split() + [path]
    good = None
    if EVERYTHING or compiler == says.get('only', 'g++') and path not in good_together():
        good = complaints(compiler, '-DGOOD', *args)
    if good:
        return 'the GOOD twin does not compile:\n' + good
    bad = complaints(compiler, *args)
    if not bad:
        return 'the BAD twin compiles'
    if not re.search(says['expect'], bad):
        return 'refused, but not with "%s":\n%s' % (says['expect'], bad)
    return None


def warnings():
    for path in sorted((ROOT / 'test/warnings').glob('*.cpp')):
        for compiler in COMPILERS if EVERYTHING else ['g++', 'clang++']:
            default = {'g++': ('c++11',), 'clang++': ('c++20',)}
            for std in STANDARDS if EVERYTHING else default[compiler]:
                # Some of GCC's warnings need the optimiser.
                how = ['-O1', '-c', '-o', os.devnull] if compiler.startswith('g++') else ['-fsyntax-only']
                yield ('%s with %s at %s' % (path.stem, compiler, std),
                       lambda c=compiler, s=std, p=path, h=how: complaints(c, *WARNINGS, *h, p, std=s))


def hosts():
    """By default the optimiser looks at one of the files: it takes the most time."""
    for path in sorted((ROOT / 'test/warnings').glob('*.cpp')):
        for compiler in COMPILERS if EVERYTHING else ['g++', 'clang++']:
            optimised = EVERYTHING or (compiler, path.stem) == ('g++', 'prefixed')
            how = ['-O2', '-c', '-o', os.devnull] if optimised else ['-fsyntax-only']
            for std in STANDARDS if EVERYTHING else ['c++11']:
                yield ('%s with %s at %s, in a host that asks for all warnings' % (path.stem, compiler, std),
                       lambda c=compiler, s=std, p=path, h=how: complaints(c, *HOST_WARNINGS[c[0]], *h, p, std=s))


def default_compilers():
    return [c for c in COMPILERS if '-' not in c]


tap.run(list({'headers': headers, 'fail': fail, 'warnings': lambda: [*warnings(), *hosts()]}[sys.argv[1]]()))
