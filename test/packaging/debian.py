"""Debian's packages: liblasti with the library, liblasti-dev with the rest, made from what `meson dist` archives.

    python3 test/packaging/debian.py FOLDER

FOLDER then has the packages, the source and what lintian needs to look at them. DEBFULLNAME and DEBEMAIL say who made them.
Needs debhelper and meson."""
import email.utils
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHORT = 'generators and coroutines for C++11, by the rules of Python'
LONG = '''\
 Generators, coroutines and an event loop with tasks, locks, queues, time
 limits, streams, files and subprocesses, all of which do what Python's asyncio
 does, for programs in C++11 and newer. They need no support by the compiler: a
 body is a switch over a saved program counter.'''

CONTROL = '''\
Source: lasti
Section: libs
Priority: optional
Maintainer: {maintainer}
Rules-Requires-Root: no
Build-Depends: debhelper-compat (= 13), libssl-dev, meson (>= 1.0.1), pkg-config, python3:any
Standards-Version: 4.6.2

Package: {library}
Architecture: any
Multi-Arch: same
Depends: ${{misc:Depends}}, ${{shlibs:Depends}}
Description: {short}
{long}
 .
 This package has the library that programs are run with.

Package: liblasti-dev
Section: libdevel
Architecture: any
Multi-Arch: same
Depends: {library} (= ${{binary:Version}}), ${{misc:Depends}}
Description: {short} - to compile with
{long}
 .
 This package has the headers, what pkg-config and CMake read, and how gdb shows
 who waits where.
'''
RULES = '''\
#!/usr/bin/make -f
export DEB_BUILD_MAINT_OPTIONS = hardening=+all

%:
\tdh $@ --buildsystem=meson

override_dh_auto_configure:
\tdh_auto_configure -- -Ddefault_library=shared -Dfew_units=true -Dtests=disabled -Dexamples=disabled -Dbench=disabled

# What it exports is checked by a test of its own; see src/lasti.map.
override_dh_makeshlibs:
\tdh_makeshlibs -V'{library} (>= {version})'
'''
COPYRIGHT = '''\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: lasti

Files: *
Copyright: {holder}
License: Expat

License: Expat
{licence}
'''
CHANGELOG = '''\
lasti ({version}-1) UNRELEASED; urgency=medium

  * As docs/CHANGELOG.md says.

 -- {maintainer}  {date}
'''


def files():
    version = '.'.join(re.findall(r'#define LASTI_VERSION_\w+ (\d+)', (ROOT / 'include/lasti/version.hpp').read_text()))
    major, minor, _ = version.split('.')
    library = 'liblasti' + (major + '.' + minor if major == '0' else major)  # as the SONAME in meson.build
    text = (ROOT / 'LICENSE').read_text().strip()
    holder = re.search(r'^Copyright (?:\(c\) )?(.*)$', text, re.M).group(1)
    terms = text[text.index('Permission is hereby'):]
    words = {
        'version': version, 'library': library, 'short': SHORT, 'long': LONG, 'holder': holder,
        'maintainer': '%s <%s>' % (os.environ.get('DEBFULLNAME', 'lasti'), os.environ.get('DEBEMAIL', 'lasti@lasti.invalid')),
        'licence': '\n'.join(' ' + (line.strip() or '.') for line in terms.splitlines()),
        'date': email.utils.formatdate((ROOT / 'docs/CHANGELOG.md').stat().st_mtime),
    }
    return version, {
        'control': CONTROL.format(**words),
        'rules': RULES.format(**words),
        'copyright': COPYRIGHT.format(**words),
        'changelog': CHANGELOG.format(**words),
        'source/format': '3.0 (quilt)\n',
        library + '.install': 'usr/lib/*/liblasti.so.*\n',
        'liblasti-dev.install': 'usr/include\nusr/lib/*/liblasti.so\nusr/lib/*/pkgconfig\nusr/lib/*/cmake\nusr/share/lasti\nusr/share/gdb\n',
        'liblasti-dev.docs': 'docs/CHANGELOG.md\nREADME.md\n',
    }


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    run = lambda *words, cwd: subprocess.run([str(word) for word in words], check=True, cwd=str(cwd), stdin=subprocess.DEVNULL)
    run('meson', 'setup', folder / 'dist', ROOT, '-Dtests=disabled', '-Dexamples=disabled', '-Dbench=disabled', cwd=folder)
    run('meson', 'dist', '-C', folder / 'dist', '--no-tests', '--allow-dirty', '--formats', 'gztar', cwd=folder)
    version, made = files()
    tree = folder / ('lasti-' + version)
    archive = folder / ('lasti_%s.orig.tar.gz' % version)
    (folder / 'dist/meson-dist' / (tree.name + '.tar.gz')).rename(archive)
    run('tar', 'xf', archive, cwd=folder)
    for name, text in made.items():
        path = tree / 'debian' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tree / 'debian/rules').chmod(0o755)
    run('dpkg-buildpackage', '-us', '-uc', '-d', cwd=tree)


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]).resolve())
