"""The ways to take lasti in, as a stranger would: a Meson subproject (a static library), and pkg-config after
an install (a shared one; with LASTI_TEST_ALL set, a static one, too).

The sources of the library are compiled as one, in a sixth of the time; with LASTI_TEST_ALL, each by itself."""
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONSUMER = ROOT / 'test' / 'packaging' / 'consumer'
EVERYTHING = 'LASTI_TEST_ALL' in os.environ
QUICKLY = ['-Doptimization=0', '-Ddebug=false'] + ['-Dunity=on', '-Dunity_size=1000'] * (not EVERYTHING)


def sh(*words, **options):
    """Runs it; what it printed is in the exception if it fails."""
    run = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, universal_newlines=True, **options)
    if run.returncode:
        raise RuntimeError('%s\n%s' % (' '.join(str(word) for word in words), run.stdout))
    return run.stdout


def in_temporary_folder(check):
    def wrapped():
        with tempfile.TemporaryDirectory() as folder:
            return check(pathlib.Path(folder))
    return wrapped


def subproject(folder):
    host = folder / 'host'
    shutil.copytree(str(CONSUMER), str(host))
    (host / 'subprojects').mkdir()
    (host / 'subprojects' / 'lasti').symlink_to(ROOT)
    sh('meson', 'setup', folder / 'build', host, *QUICKLY)
    sh('meson', 'test', '-C', folder / 'build')


def installed(library):
    def check(folder):
        sh('meson', 'setup', folder / 'build', ROOT, '--prefix', folder / 'first', '--libdir', 'lib',
           *QUICKLY, '-Ddefault_library=' + library, '-Dtests=disabled', '-Dexamples=disabled', '-Dbench=disabled')
        sh('meson', 'install', '-C', folder / 'build')
        prefix = folder / 'moved'
        (folder / 'first').rename(prefix)
        env = dict(os.environ, PKG_CONFIG_PATH=str(prefix / 'lib' / 'pkgconfig'), LD_LIBRARY_PATH=str(prefix / 'lib'))
        options = ['--static'] if library == 'static' else []
        flags = sh('pkg-config', '--define-prefix', '--cflags', '--libs', *options, 'lasti', env=env)
        compiler = shlex.split(os.environ.get('CXX', 'c++'))
        sh(*compiler, '-std=c++11', CONSUMER / 'consumer.cpp', *shlex.split(flags), '-o', folder / 'consumer')
        sh(folder / 'consumer', env=env)
    return check


libraries = ['static', 'shared'] if EVERYTHING else ['shared']
cases = [('a Meson subproject', in_temporary_folder(subproject))]

cases += [('pkg-config, %s library, after its prefix moved' % library, in_temporary_folder(installed(library)))
          for library in libraries]
tap.run(cases)
