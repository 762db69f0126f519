"""The ways to take lasti in, as a stranger would: what README.md says, from an empty folder; as a subproject of Meson
by its wraps; by CMake; and after an install, of which the exported names are looked at, too.

    packaging.py [WORD ...]     only those that have these words in their names

By default the library is compiled three times, in one unit each: as a guest of Meson, as one header, and shared, to be
installed; with LASTI_TEST_ALL set, for all of the ways, and the one header by both compilers."""
import os
import pathlib
import re
import shlex
import shutil
import sys
import tempfile

import exports
import tap
from host_warnings import HOST_WARNINGS
from shell import sh

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONSUMER = ROOT / 'test' / 'packaging' / 'consumer'
SECOND = ROOT / 'test' / 'packaging' / 'single' / 'second.cpp'
EVERYTHING = 'LASTI_TEST_ALL' in os.environ
QUICKLY = ['-Doptimization=0', '-Ddebug=false', '-Dunity=on', '-Dunity_size=1000']
GUEST = 'clang++' if shutil.which('clang++') else 'c++'  # at -O0 it takes half of the time that g++ takes
VERSION = '.'.join(re.findall(r'#define LASTI_VERSION_\w+ (\d+)', (ROOT / 'include/lasti/version.hpp').read_text()))


def in_temporary_folder(check):
    def wrapped():
        with tempfile.TemporaryDirectory() as folder:
            return check(pathlib.Path(folder))
    return wrapped


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise tap.Skip('there is no ' + program)


def repository(folder):
    """A git repository of what hosts need, as it stands in this tree."""
    need('git')
    source = folder / 'lasti.git'
    source.mkdir()
    for name in ['include', 'src', 'docs/host']:
        shutil.copytree(str(ROOT / name), str(source / name))
    for name in ['meson.build', 'meson_options.txt', 'LICENSE', 'README.md']:
        shutil.copy(str(ROOT / name), str(source))
    git = ['git', '-C', source, '-c', 'user.name=lasti', '-c', 'user.email=lasti@localhost']
    sh(*git, 'init', '-q', '-b', 'main')
    sh(*git, 'add', '.')
    sh(*git, 'commit', '-q', '-m', 'lasti')
    return source


def readme(word):
    """The block of commands in README.md that has this word."""
    blocks = re.findall(r'^```sh\n(.*?)^```', (ROOT / 'README.md').read_text(), re.M | re.S)
    found, = [block for block in blocks if word in block]
    return found


def empty_folder(program, word, replacements=()):
    """README.md's commands in an empty folder end with the program that counts."""
    def check(folder):
        need(program)
        source, empty = repository(folder), folder / 'empty'
        empty.mkdir()
        commands = readme(word)
        if len(commands.splitlines()) > 4:
            return 'more than four commands:\n' + commands
        for old, new in replacements:
            if old not in commands:
                return 'no %s in\n%s' % (old, commands)
            commands = commands.replace(old, new)
        env = dict(os.environ, LASTI=str(source), CXX=GUEST)
        said = sh('sh', '-euc', commands, cwd=str(empty), env=env)
        return None if said.endswith('3\n2\n1\n') else said
    return check


def cmake_reads_it(folder):
    """As a guest, without the time that it takes to build it: CMake would compile all sources."""
    need('cmake')
    source, build = repository(folder), folder / 'build'
    shutil.copy(str(ROOT / 'docs/host/CMakeLists.txt'), str(folder))
    shutil.copy(str(ROOT / 'docs/host/app.cpp'), str(folder))
    source.rename(folder / 'lasti')
    sh('cmake', '-S', folder, '-B', build, '-DCMAKE_UNITY_BUILD=OFF')
    units = ''.join(path.read_text() for path in build.rglob('Unity/*.cxx'))
    lost = [path.name for path in ROOT.glob('src/*.cpp') if '/src/%s"' % path.name not in units]
    return 'not compiled: ' + ', '.join(lost) if lost else None


def wrap(kind, *options):
    def check(folder):
        source, host = repository(folder), folder / 'host'
        shutil.copytree(str(CONSUMER), str(host))
        (host / 'subprojects').mkdir()
        if kind == 'git':
            lines = ['[wrap-git]', 'url = %s' % source, 'revision = main', 'depth = 1']
        else:
            archive = host / 'subprojects' / 'packagefiles' / 'lasti.tar.gz'
            archive.parent.mkdir()
            sh('git', '-C', source, 'archive', '--prefix=lasti/', '-o', archive, 'main')
            lines = ['[wrap-file]', 'directory = lasti', 'source_filename = lasti.tar.gz', 'source_url = file://%s' % archive,
                     'source_hash = ' + sh('sha256sum', archive).split()[0]]
        lines += ['[provide]', 'dependency_names = lasti', '']
        (host / 'subprojects' / 'lasti.wrap').write_text('\n'.join(lines))
        sh('meson', 'setup', folder / 'build', host, *QUICKLY, *options)
        sh('meson', 'test', '-C', folder / 'build')
        if '-Dlasti:io=disabled' in options:
            return calls_of_io(folder / 'build/subprojects/lasti/liblasti.so')
    return check


def calls_of_io(library):
    """None, if it calls nothing of the system that makes descriptors or waits for them."""
    called = re.findall(r' U (\w+)', sh('nm', '-D', library))
    wrong = set(called) & {'pipe', 'poll', 'ppoll', 'epoll_create1', 'socket', 'open', 'open64', 'read', 'write', 'fork', 'sigaction'}
    return 'without I/O it calls ' + ', '.join(sorted(wrong)) if wrong else None


def fetch_content(*options):
    def check(folder):
        need('cmake')
        sh('cmake', '-S', CONSUMER, '-B', folder / 'build', '-DLASTI_FROM=%s' % repository(folder), *options)
        sh('cmake', '--build', folder / 'build')
        sh(folder / 'build' / 'consumer')
    return check


def plain_copy(folder):
    shutil.copytree(str(ROOT / 'include'), str(folder / 'include'))
    shutil.copytree(str(ROOT / 'src'), str(folder / 'src'))
    sh(*compiler(), '-std=c++11', '-I', folder / 'include', CONSUMER / 'consumer.cpp', *(folder / 'src').glob('*.cpp'),
       '-pthread', '-o', folder / 'consumer')
    sh(folder / 'consumer')


def compiler():
    return shlex.split(os.environ.get('CXX', 'c++'))


def installed(library):
    """After an install to a folder that then moves: pkg-config, CMake, and what the library exports."""
    def check(folder):
        sh('meson', 'setup', folder / 'build', ROOT, '--prefix', folder / 'first', '--libdir', 'lib',
           *QUICKLY, '-Ddefault_library=' + library, '-Dtests=disabled', '-Dexamples=disabled', '-Dbench=disabled')
        sh('meson', 'install', '-C', folder / 'build')
        prefix = folder / 'moved'
        (folder / 'first').rename(prefix)
        env = dict(os.environ, PKG_CONFIG_PATH=str(prefix / 'lib' / 'pkgconfig'), LD_LIBRARY_PATH=str(prefix / 'lib'))
        options = ['--static'] if library == 'static' else []
        flags = sh('pkg-config', '--define-prefix', '--cflags', '--libs', *options, 'lasti', env=env)
        sh(*compiler(), '-std=c++11', CONSUMER / 'consumer.cpp', *shlex.split(flags), '-o', folder / 'consumer')
        sh(folder / 'consumer', env=env)
        if library == 'shared':
            wrong = exports.wrong(prefix / 'lib' / 'liblasti.so', VERSION)
            if wrong:
                return wrong
        return by_cmake(folder, prefix, env) if shutil.which('cmake') else None
    return check


def by_cmake(folder, prefix, env):
    here = ['-DCMAKE_PREFIX_PATH=%s' % prefix]
    sh('cmake', '-S', CONSUMER, '-B', folder / 'by_cmake', *here)
    sh('cmake', '--build', folder / 'by_cmake')
    sh(folder / 'by_cmake' / 'consumer', env=env)
    file = prefix / 'lib' / 'cmake' / 'lasti' / 'lasti-config-version.cmake'
    script = folder / 'asks.cmake'
    for wanted, fits in [('', True), ('0', True), (VERSION, True), ('99', False), ('0.0.1', False), (VERSION + '.1', False)]:
        script.write_text('set(PACKAGE_FIND_VERSION "%s")\ninclude("%s")\nmessage("${PACKAGE_VERSION_COMPATIBLE}")\n'
                          % (wanted, file))
        if (sh('cmake', '-P', script).strip() == 'TRUE') != fits:
            return 'find_package(lasti %s) says %s' % (wanted, 'no' if fits else 'yes')
    return None


def one_header(compiler, std, *more):
    def check(folder):
        need(compiler)
        sh('python3', ROOT / 'src' / 'single_header.py', folder / 'lasti_single.hpp')
        sh(compiler, '-std=' + std, '-pedantic-errors', *HOST_WARNINGS[compiler[0]], '-I', folder,
           ROOT / 'docs/host/one_header.cpp', SECOND, '-pthread', '-o', folder / 'app', *more)
        said = sh(folder / 'app')
        return None if said == '3\n2\n1\n' else said
    return check


MINGW = 'x86_64-w64-mingw32-g++-posix'
WINE = '/usr/lib/wine/wine64'


def by_wine(folder, program):
    """Runs a program of Windows; its libraries are in the folder, those of C++ where the compiler has them."""
    places = [folder] + [pathlib.Path(sh(MINGW, '-print-file-name=' + name).strip()).resolve().parent
                         for name in ('libstdc++-6.dll', 'libwinpthread-1.dll')]
    path = ';'.join('Z:' + str(place).replace('/', '\\') for place in places)
    sh(WINE, program, env=dict(os.environ, WINEPATH=path, WINEDEBUG='-all'))


def windows_by_cmake(folder):
    need('cmake', 'ninja', MINGW, WINE)
    sh('cmake', '-G', 'Ninja', '-S', CONSUMER, '-B', folder / 'build', '-DLASTI_FROM=%s' % repository(folder),
       '-DCMAKE_SYSTEM_NAME=Windows', '-DCMAKE_CXX_COMPILER=' + MINGW, '-DBUILD_SHARED_LIBS=ON')
    sh('cmake', '--build', folder / 'build')
    library, = (folder / 'build').rglob('liblasti*.dll')
    by_wine(library.parent, folder / 'build/consumer.exe')


def windows_by_meson(folder):
    """Installed there, and found by pkg-config."""
    need('pkg-config', MINGW, WINE)
    prefix = folder / 'prefix'
    sh('meson', 'setup', folder / 'build', ROOT, '--prefix', prefix, '--libdir', 'lib', '--cross-file',
       ROOT / 'test/support/cross/mingw.ini', *QUICKLY, '-Dcpp_link_args=', '-Ddefault_library=shared', '-Dtls=disabled',
       '-Dtests=disabled', '-Dexamples=disabled', '-Dbench=disabled')
    sh('meson', 'install', '-C', folder / 'build')
    flags = sh('pkg-config', '--cflags', '--libs', 'lasti', env=dict(os.environ, PKG_CONFIG_LIBDIR=str(prefix / 'lib/pkgconfig')))
    sh(MINGW, '-std=c++11', CONSUMER / 'consumer.cpp', *shlex.split(flags), '-o', folder / 'consumer.exe')
    by_wine(prefix / 'bin', folder / 'consumer.exe')


def debian(folder):
    """lintian has nothing to say but that no bug of Debian's asks for lasti."""
    need('dpkg-buildpackage', 'dh', 'lintian', 'git')
    if not (ROOT / '.git').exists():
        raise tap.Skip('meson dist archives what git has')
    sh('python3', ROOT / 'test/packaging/debian.py', folder)
    made, = folder.glob('*.changes')
    sh('lintian', '--allow-root', '--fail-on', 'error,warning', '--suppress-tags', 'initial-upload-closes-no-bugs', made)
    return None if list(folder.glob('liblasti-dev_*.deb')) else 'no liblasti-dev'


def changes(_):
    heads = re.findall(r'^## ([\d.]+)', (ROOT / 'docs' / 'CHANGELOG.md').read_text(), re.M)
    return None if VERSION == heads[0] else 'version.hpp says %s, CHANGELOG.md %s' % (VERSION, heads)


cases = [
    ('README.md: a host of Meson', empty_folder('meson', 'meson setup', [
        ('meson setup', 'meson setup ' + ' '.join(QUICKLY))])),
    ('README.md: one header, and a second source', empty_folder('python3', 'single_header.py', [
        ('c++ ', '%s %s %s -I. ' % (GUEST, shlex.quote(str(SECOND)), ' '.join(HOST_WARNINGS['c']) if GUEST == 'clang++' else ''))])),
    ('what CMake takes as its own', cmake_reads_it),
    ('installed, a shared library: pkg-config, CMake, its exports', installed('shared')),
    ('the changes are those of this version', changes),
]
if EVERYTHING:
    cases += [
        ('README.md: a host of CMake', empty_folder('cmake', 'cmake -B')),
        ('a Meson subproject, by wrap-git', wrap('git')),
        ('a Meson subproject, by wrap-file', wrap('file')),
        ('a Meson subproject without I/O', wrap('git', '-Dlasti:io=disabled', '-Dlasti:default_library=shared')),
        ('CMake, FetchContent, a shared library', fetch_content('-DBUILD_SHARED_LIBS=ON')),
        ('CMake, FetchContent, without I/O', fetch_content('-DLASTI_IO=OFF')),
        ('a copy of include and src', plain_copy),
        ('for Windows: CMake, FetchContent, a shared library', windows_by_cmake),
        ('for Windows: installed by Meson, a shared library, pkg-config', windows_by_meson),
        ("Debian's packages, and what lintian says", debian),
        ('installed, a static library: pkg-config, CMake', installed('static')),
    ]
    ways = {'': [], ' with TLS': ['-DLASTI_WITH_OPENSSL', '-lssl', '-lcrypto'], ' without I/O': ['-DLASTI_NO_IO']}
    cases += [('one header in two sources, %s at %s%s' % (name, std, way), one_header(name, std, *flags))
              for name in ('g++', 'clang++') for std in ('c++11', 'c++20') for way, flags in ways.items()]
tap.run([(name, in_temporary_folder(check)) for name, check in cases
         if all(word in name for word in sys.argv[1:])])
