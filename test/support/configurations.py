"""The library without C++ exceptions, without RTTI, without either, and without a heap.

    configurations.py [WORD ...]     only those whose names have these words in them

Each program of test/configurations prints its cases; each case is one here, with the compiler and its flags.
By default the library itself is compiled once, in a few units, with both of them off and without I/O; with
LASTI_TEST_ALL set, all of it, by both compilers and in every way."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tap
from shell import say

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / 'test/configurations'
COMPILERS = [c for c in ('g++', 'clang++') if shutil.which(c)]
EVERYTHING = 'LASTI_TEST_ALL' in os.environ
WARNINGS = ['-DLASTI_OWN_WARNINGS', '-Wall', '-Wextra', '-Wshadow', '-Wconversion', '-Werror']
OFF = {'without exceptions': ['-fno-exceptions'],
       'without RTTI': ['-fno-rtti'],
       'without either': ['-fno-exceptions', '-fno-rtti']}
SOURCES = sorted((ROOT / 'src').glob('*.cpp'))
LIBRARY = [] if EVERYTHING else ['-DLASTI_NO_IO']
WORDS = sys.argv[1:]


def compiled(command):
    status, said = say(command)
    return None if status == 0 else '%s\n%s' % (' '.join(str(word) for word in command), said)


def library(compiler, flags, folder):
    """Its objects; as many units as there are cores to compile them."""
    objects = []
    running = []
    for part in range(4):
        unit = folder / ('part%d.cpp' % part)
        unit.write_text(''.join('#include "%s"\n' % source for source in SOURCES[part::4]))
        objects.append(unit.with_suffix('.o'))
        # In few units a local name may shadow another source's.
        command = [compiler, '-std=c++11', '-pedantic-errors', '-Wall', '-Wextra', '-Werror', '-O0'] + flags + [
            '-I', ROOT / 'include', '-I', ROOT / 'src', '-c', unit, '-o', objects[-1]]
        running.append(subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True))
        if len(running) - sum(r.poll() is not None for r in running) >= (os.cpu_count() or 1):
            running[-1].wait()
    said = [run.communicate()[0] for run in running]
    return objects, ''.join(said) if any(run.returncode for run in running) else None


def cases_of(program):
    return re.findall(r'^CASE\("(.*)"\)', program.read_text(), re.M)


def outcomes(name, compiler, flags, objects, wrong):
    """(case, what is wrong or None) of each case that ran."""
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / name
        wrong = wrong or compiled([compiler, '-std=c++11', '-pedantic-errors'] + WARNINGS + flags + [
            '-I', ROOT / 'include', PROGRAMS / (name + '.cpp')] + objects + ['-o', made, '-pthread'])
        if wrong:
            return [('it compiles', wrong)]
        status, said = say([made], timeout=60)
        found = []
        notes = []
        for line in said.splitlines():
            match = re.match(r'(not )?ok (.*)', line)
            if match:
                found.append((match.group(2), '\n'.join(notes + [line]) if match.group(1) else None))
                notes = []
            else:
                notes.append(line)
        if not found or (status != 0 and all(wrong is None for _, wrong in found)):
            found.append(('it ends', 'status %s: %s' % (status, '\n'.join(notes))))
        return found


def runs():
    """(programs, words, compiler, flags, whether they need the library)"""
    for how, flags in OFF.items():
        for compiler in COMPILERS if EVERYTHING else COMPILERS[-1:] if how == 'without RTTI' else COMPILERS[:1]:
            yield ['generators'], how, compiler, flags, False
    for how, flags in OFF.items() if EVERYTHING else [('without either', OFF['without either'])]:
        for compiler in COMPILERS if EVERYTHING else COMPILERS[-1:]:
            yield ['tasks', 'without_heap'], how, compiler, flags + LIBRARY, True


def main():
    cases = []
    for programs, how, compiler, flags, needs_library in runs():
        titles = {name: '%s %s, %s' % (name, how, compiler) for name in programs}
        chosen = [name for name in programs if all(word in titles[name] for word in WORDS)]
        with tempfile.TemporaryDirectory() as place:
            objects, wrong = library(compiler, flags, Path(place)) if needs_library and chosen else ([], None)
            for name in chosen:
                for case, failure in outcomes(name, compiler, flags, objects, wrong):
                    cases.append(('%s: %s' % (titles[name], case), lambda failure=failure: failure))
    tap.run(cases)


main()
