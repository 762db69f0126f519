"""Every mistake that docs/pitfalls.md shows is made here, and seen as the page says.

A file of docs/pitfalls holds a mistake, and with -DGOOD what to write instead. It opens with lines of
the form `// key: text`:
    g++, clang++   the mistake does not compile, and this compiler says so
    flags          further arguments, for both twins
    bad prints     the mistake compiles and prints this; `bad dies`: with this it is aborted
    good prints    what the other one prints
docs/pitfalls.md quotes the texts. The right twin is compiled with warnings as errors.
"""
import os
import re
import shutil
import tempfile
from pathlib import Path

import precompiled
import tap
from shell import say

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / 'docs/pitfalls'
PAGE = (ROOT / 'docs/pitfalls.md').read_text()
WARNINGS = ['-Wall', '-Wextra', '-Wshadow', '-Wconversion', '-Werror']


def call(*command):
    return say(command, env=dict(os.environ, LC_ALL='C'))  # C: plain quotes


def build(compiler, path, keys, *flags):
    return call(compiler, '-std=c++11', '-pedantic-errors', '-I', ROOT / 'include',
                *precompiled.arguments(compiler, path), *keys.get('flags', '').split(), *flags, path)


def check(compiler, path, keys):
    status, said = build(compiler, path, keys, '-DGOOD', '-fsyntax-only', *WARNINGS)
    if status:
        return 'what to write instead does not compile:\n' + said
    if compiler in keys:
        status, said = build(compiler, path, keys, '-fsyntax-only')
        if not status:
            return 'the mistake compiles'
        if keys[compiler] not in said:
            return 'refused, but not with "%s":\n%s' % (keys[compiler], said)
    return None


def behaves(path, keys):
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / 'program'
        for twin, flag in ('bad', '-DBAD'), ('good', '-DGOOD'):
            prints, dies = keys.get(twin + ' prints'), keys.get(twin + ' dies')
            if prints is None and dies is None:
                continue
            status, said = build('g++', path, keys, flag, '-g0', '-o', program)
            if status:
                return said
            status, said = call(program)
            if dies is not None and (status >= 0 or dies not in said):
                return '%s: exit status %d: %s' % (twin, status, said)
            if prints is not None and (status != 0 or ' '.join(said.split()) != prints):
                return '%s: exit status %d, printed: %s' % (twin, status, said)
    return None


def quoted(path, keys):
    lost = [text for key, text in keys.items() if key != 'flags' and not key.startswith('good')
            and text not in PAGE]
    return 'docs/pitfalls.md does not quote: ' + '; '.join(lost) if lost else None


cases = []
for path in sorted(FOLDER.glob('*.cpp')):
    keys = dict(re.findall(r'^// ([^:]+): *(.*?) *$', path.read_text().split('#', 1)[0], re.M))
    cases.append((path.stem + ' is quoted', lambda p=path, k=keys: quoted(p, k)))
    for compiler in 'g++', 'clang++':
        if shutil.which(compiler):
            cases.append(('%s with %s' % (path.stem, compiler),
                          lambda c=compiler, p=path, k=keys: check(c, p, k)))
    if any('prints' in key or 'dies' in key for key in keys):
        cases.append((path.stem + ' behaves as it says', lambda p=path, k=keys: behaves(p, k)))
tap.run(cases)
