"""one_header.py [--without-io] [WORDS FOR meson test]: runs the tests with lasti as one header, where each header is that.

In build/one_header/ stands a copy of this tree whose include/lasti/NAME.hpp include lasti_single.hpp, and whose library
has one source. The tests that start compilers themselves are not run."""
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TREE = ROOT / 'build' / 'one_header' / 'tree'
WITHOUT_IO = '--without-io' in sys.argv
BUILD = ROOT / 'build' / 'one_header' / ('without_io' if WITHOUT_IO else 'build')
AS_THEY_ARE = ['keywords.hpp', 'no_keywords.hpp', 'ranges.hpp']  # which can be included again, or not at all


def write(path, text):
    """Leaves the time of a file alone that has this text already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)


def main():
    for folder in ['test', 'docs', 'src', 'subprojects']:
        for path in (ROOT / folder).rglob('*'):
            to = TREE / path.relative_to(ROOT)
            if path.is_file() and (not to.is_file() or to.read_bytes() != path.read_bytes()):
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(path), str(to))
    shutil.copy(str(ROOT / 'meson_options.txt'), str(TREE))
    # The driver of frames is a part of the header, for each source.
    write(TREE / 'meson.build', (ROOT / 'meson.build').read_text().replace("['LASTI_COMPILED']", '[]'))
    made = BUILD.parent / 'lasti_single.hpp'
    subprocess.run([sys.executable, str(ROOT / 'src/single_header.py'), str(made)], check=True)
    write(TREE / 'include/lasti_single.hpp', made.read_text())
    for path in (ROOT / 'include').rglob('*.hpp'):
        kept = path.name in AS_THEY_ARE + ['version.hpp']
        write(TREE / path.relative_to(ROOT), path.read_text() if kept else '#include <lasti_single.hpp>\n')
    write(TREE / 'src/lasti_single.cpp', '#define LASTI_IMPLEMENTATION\n#include <lasti_single.hpp>\n')
    write(TREE / 'src/meson.build', "lasti_sources = files('lasti_single.cpp')\n")
    if not (BUILD / 'build.ninja').is_file():
        subprocess.run(['meson', 'setup', str(BUILD), str(TREE), '-Dbuildtype=debug', '-Ddebug=false', '-Dwerror=true',
                        '-Ddefault_library=static', '-Dtests_together=true', '-Dexamples=disabled', '-Dbench=disabled',
                        '-Dio=' + ('disabled' if WITHOUT_IO else 'enabled')], check=True)
    words = [word for word in sys.argv[1:] if word != '--without-io']
    return subprocess.run(['meson', 'test', '-C', str(BUILD), '--no-suite', 'compile', *words]).returncode


sys.exit(main())
