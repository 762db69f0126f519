"""What a benchmark needs beside lasti: whether it is here, in which version, and which package of Debian brings it."""
import functools
import os
import pathlib
import re
import shutil
import subprocess
import tempfile


def said_by(*command, text=None):
    """What a command prints; '' if it fails."""
    try:
        done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
    except OSError:
        return ''
    return '' if done.returncode else done.stdout.strip()


def tool(*command):
    """The first line that it says about its version."""
    return lambda: said_by(*command).partition('\n')[0]


def header(name, *macros):
    """The version that macros of a header say."""
    def found():
        text = '#include <%s>\nfound %s\n' % (name, ' '.join(macros))
        words = re.findall(r'^found (.*)', said_by('g++', '-std=c++20', '-E', '-P', '-x', 'c++', '-', text=text), re.M)
        return '.'.join(words[0].strip('"').replace('_', '.').split()) if words else ''
    return found


def asio():
    number = header('asio/version.hpp', 'ASIO_VERSION')()
    return number and '%d.%d.%d' % (int(number) // 100000, int(number) // 100 % 1000, int(number) % 100)


def pythons():
    """Those to choose from, the newest first; Debian's packages have modules for /usr/bin/python3."""
    here = sorted(pathlib.Path.home().glob('.pyenv/versions/3.*/bin/python3'),
                  key=lambda path: [int(n) for n in re.findall(r'\d+', path.parts[-3])], reverse=True)
    names = ['python3.%d' % minor for minor in range(20, 10, -1)] + list(map(str, here)) + ['python3', '/usr/bin/python3']
    return [name for name in names if shutil.which(name)]


@functools.lru_cache(None)
def python(module='asyncio'):
    """The interpreter: the one that has uvloop, so that both loops run on the same; else the newest that has the module."""
    having = [name for name in pythons() if said_by(name, '-c', 'import uvloop; print(1)')]
    having = having or [name for name in pythons() if said_by(name, '-c', 'import %s; print(1)' % module)]
    return having[0] if having else 'python3'


def uvloop():
    return said_by(python(), '-c', 'import uvloop; print(uvloop.__version__)')


@functools.lru_cache(None)
def go():
    """The newest; Debian's backports do not lie in the path."""
    def minor(name):
        found = re.search(r'go1\.(\d+)', said_by(name, 'version'))
        return int(found.group(1)) if found else 0
    return max(['go'] + list(map(str, pathlib.Path('/usr/lib').glob('go-1.*/bin/go'))), key=minor)


def pulling_go():
    """Generators that are pulled came with Go 1.23."""
    found = re.search(r'go1\.(\d+)', said_by(go(), 'version'))
    return found.group() if found and int(found.group(1)) >= 23 else ''


@functools.lru_cache(None)
def rust_with_gen_blocks():
    try:
        # In a folder: it moves its output to its place, which must not be that of a device.
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(['rustc', '--edition', '2024', '--crate-type', 'lib', '--emit', 'metadata', '--out-dir', folder, '-'],
                                  input='#![feature(gen_blocks)] pub fn f() -> impl Iterator<Item = i64> { gen { yield 1; } }',
                                  env=dict(os.environ, RUSTC_BOOTSTRAP='1'), universal_newlines=True,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return ''
    return '' if done.returncode else said_by('rustc', '--version')


# Name: (what finds its version, the package)
PEERS = {
    'g++': (tool('g++', '--version'), 'g++'),
    'clang++': (tool('clang++', '--version'), 'clang'),
    'Boost.Coroutine2': (header('boost/version.hpp', 'BOOST_LIB_VERSION'), 'libboost-context-dev'),
    'Asio': (asio, 'libasio-dev'),
    'libuv': (header('uv.h', 'UV_VERSION_MAJOR', 'UV_VERSION_MINOR'), 'libuv1-dev'),
    'libev': (header('ev.h', 'EV_VERSION_MAJOR', 'EV_VERSION_MINOR'), 'libev-dev'),
    'Go': (lambda: said_by(go(), 'version'), 'golang-go'),
    'Go 1.23': (pulling_go, 'golang-1.23-go, from backports'),
    'Rust': (tool('rustc', '--version'), 'rustc'),
    'Rust, gen blocks': (rust_with_gen_blocks, 'rustc, 1.85 or newer'),
    'Node.js': (tool('node', '--version'), 'nodejs'),
    'CPython': (lambda: said_by(python(), '--version'), 'python3'),
    'uvloop': (uvloop, 'python3-uvloop'),
}


@functools.lru_cache(None)
def version(peer):
    """'' if it is not here."""
    return PEERS[peer][0]()


def missing(names):
    return ['%s (Debian: %s)' % (name, PEERS[name][1]) for name in names if not version(name)]


def packages():
    """Those that would bring what is missing, as far as one name says it."""
    return [package for name, (_, package) in PEERS.items() if not version(name) and ' ' not in package]


if __name__ == '__main__':
    print(*packages())
