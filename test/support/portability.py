"""Builds and tests lasti in cells: a compiler, a standard, a library, a machine. docs/portability.md has what came out.

usage: sh test/matrix [--full] [--keep] [CELL]...

A cell is COMPILER.STANDARD[.o2][.libc++], as in g++-11.20.o2 or clang++-19.20.libc++, or MACHINE.STANDARD[.o2], as in
aarch64.11: what is compiled for another machine runs in an emulator. A word without a dot means all cells of that
compiler or machine. Without arguments all cells run, which takes most of a day.
  --full   runs the tests of the suite `full`, too (see test/meson.build)
  --keep   leaves docs/portability.md as it is
  --list   prints the cells
"""
import argparse
import datetime
import re
import shutil
import subprocess
import sys
import time

import matrix

PAGE = matrix.ROOT / 'docs' / 'portability.md'
CROSS = matrix.ROOT / 'test' / 'support' / 'cross'
INCLUDE = matrix.BUILD / 'foreign_include'
STANDARDS = ['11', '14', '17', '20']
COMPILERS = ['g++-11', 'g++-12', 'clang++-14', 'clang++-16', 'clang++-19']
MACHINES = {                             # machine: what runs there, the compiler, which packages have both
    'x86': ('32 bits, little-endian', 'g++-12 -m32',
            'g++-12=g++-12 /usr/lib/gcc/x86_64-linux-gnu/12/32/crtbegin.o=g++-12-multilib'),
    'aarch64': ('64 bits, little-endian', 'aarch64-linux-gnu-g++',
                'aarch64-linux-gnu-g++=g++-aarch64-linux-gnu qemu-aarch64=qemu-user'),
    'armhf': ('32 bits, little-endian', 'arm-linux-gnueabihf-g++',
              'arm-linux-gnueabihf-g++=g++-arm-linux-gnueabihf qemu-arm=qemu-user'),
    's390x': ('64 bits, big-endian', 's390x-linux-gnu-g++',
              's390x-linux-gnu-g++=g++-s390x-linux-gnu qemu-s390x=qemu-user'),
    'mingw': ('Windows', 'x86_64-w64-mingw32-g++-posix',
              'x86_64-w64-mingw32-g++-posix=g++-mingw-w64-x86-64-posix /usr/lib/wine/wine64=wine64'),
}
RUN_BY = {'x86': 'this machine', 'mingw': 'wine'}  # the others: qemu-user
BEGIN, END = '<!-- test/matrix writes from here -->\n', '<!-- to here -->\n'


def cells():
    for compiler in COMPILERS:
        for std in STANDARDS:
            for library in ['', '.libc++'] if compiler.startswith('clang') else ['']:
                for speed in ['', '.o2']:
                    yield '%s.%s%s%s' % (compiler, std, speed, library)
    for machine in MACHINES:
        for std in STANDARDS:
            for speed in ['', '.o2']:
                yield '%s.%s%s' % (machine, std, speed)


def parts(cell):
    """Its compiler or machine, its standard, and the rest."""
    head, std, *rest = re.sub(r'libc\+\+', 'libcxx', cell).split('.')
    return head, std, rest


def packages(chosen):
    """Pairs COMMAND=PACKAGE."""
    for head in sorted({parts(cell)[0] for cell in chosen}):
        if head in MACHINES:
            yield from MACHINES[head][2].split()
        else:
            yield '%s=%s' % (head, head.replace('clang++', 'clang'))


def compiler_of(head):
    return MACHINES[head][1] if head in MACHINES else head


def version(head):
    said = subprocess.run(compiler_of(head).split() + ['--version'], stdout=subprocess.PIPE, universal_newlines=True).stdout
    return re.search(r'\d+\.\d+\.\d+|\d+-posix', said).group()


def own_include():
    """The headers that the tests take from /usr/include, for compilers that do not look there."""
    INCLUDE.mkdir(parents=True, exist_ok=True)
    for name in ['doctest', 'range', 'concepts', 'meta', 'std']:
        if (INCLUDE / name).is_symlink():
            (INCLUDE / name).unlink()
        (INCLUDE / name).symlink_to('/usr/include/' + name)
    return INCLUDE


def libcxx(head, log):
    """LLVM's library of that version in a folder: Debian's packages exclude each other when they are installed."""
    number = head.split('-')[1]
    folder = matrix.BUILD / ('libc++-' + number)
    if not folder.is_dir():
        made = folder.with_suffix('.part')
        shutil.rmtree(str(made), ignore_errors=True)
        made.mkdir(parents=True)
        names = ' '.join(name % number for name in ['libc++-%s-dev', 'libc++1-%s', 'libc++abi-%s-dev', 'libc++abi1-%s',
                                                    'libunwind-%s-dev', 'libunwind-%s'])
        script = 'cd %s && apt-get download %s && for deb in *.deb; do dpkg -x $deb . || exit 1; done' % (made, names)
        if not matrix.run(['sh', '-c', script], log):
            return None
        made.rename(folder)
    return folder / 'usr/lib' / ('llvm-' + number)


def configure(cell, log):
    head, std, rest = parts(cell)
    words = ['-Dexamples=disabled', '-Dbench=disabled', '-Dcpp_std=c++' + std, '-Ddebug=false', '-Dwerror=true',
             '-Ddefault_library=static', '-Doptimization=' + ('2' if 'o2' in rest else '0'), '-Dfew_units=true',
             '-Dtests_together=true']
    if head in MACHINES:
        words += ['--cross-file', CROSS / (head + '.ini'), '-Dtls=disabled', '-Dcpp_args=-isystem%s' % own_include()]
    if 'libcxx' in rest:
        llvm = libcxx(head, log)
        if not llvm:
            return False
        words += ["-Dcpp_args=['-nostdinc++', '-isystem%s/include/c++/v1']" % llvm,
                  "-Dcpp_link_args=['-stdlib=libc++', '-L{0}/lib', '-Wl,-rpath,{0}/lib']".format(llvm)]
    return matrix.set_up(matrix.BUILD / cell, words, log, head)


def test(cell, full):
    """{case: passed}"""
    log, folder = matrix.new_log(cell), matrix.BUILD / cell
    command = ['meson', 'test', '-C', folder, '-t', 10 if parts(cell)[0] in MACHINES else 2]
    command += ['--suite', 'quick'] + ['--suite', 'full'] * full
    return configure(cell, log) and matrix.verdicts(folder, command, log, WINEDEBUG='-all') or matrix.failed_build(log)


def row(cell, cases, full):
    head, std, rest = parts(cell)
    where = '%s; %s' % (MACHINES[head][0], RUN_BY.get(head, 'qemu-user')) if head in MACHINES else 'x86-64'
    library = 'libc++' if 'libcxx' in rest else 'libstdc++'
    good = sum(cases.values())
    return '| `%s` | %s | C++%s | %s | %s | %s | %s | %d | %d |' % (
        cell, version(head), std, '-O2' if 'o2' in rest else '-O0', library, where,
        ('quick, full' if full else 'quick') + ', ' + datetime.date.today().isoformat(), good, len(cases) - good)


def write(rows):
    """Puts the rows into the page, in the order of the cells, in place of older ones of the same cells."""
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    known = {line.split('`')[1]: line for line in old.splitlines() if line.startswith('| `')}
    known.update(rows)
    order = list(cells())
    table = ['| cell | version | standard | | library | machine | tests, when | passed | failed |', '|' + '---|' * 9]
    table += [known[cell] for cell in order if cell in known]
    missing = {}
    for cell in order:
        if cell not in known:
            head, std, rest = parts(cell)
            missing.setdefault(head, []).append('.'.join([std] + rest).replace('libcxx', 'libc++'))
    lost = ['- `%s`: %s' % (head, ', '.join(names)) for head, names in missing.items()]
    more = ['', 'Cells that have not run yet:', ''] + lost if lost else []
    PAGE.write_text(before + BEGIN + '\n'.join(table + more) + '\n' + END + after)


def main():
    parser = argparse.ArgumentParser(add_help=False, usage='sh test/matrix [--help] ...')
    for flag in ['--help', '--full', '--keep', '--list', '--packages']:
        parser.add_argument(flag, action='store_true')
    parser.add_argument('cell', nargs='*')
    args = parser.parse_args()
    chosen = [cell for cell in cells() if not args.cell or cell in args.cell or parts(cell)[0] in args.cell]
    for name in args.cell:
        if not any(name in (cell, parts(cell)[0]) for cell in chosen):
            parser.error('no cell %s; --list names them' % name)
    if args.help or args.list or args.packages:
        print(__doc__ if args.help else '\n'.join(chosen if args.list else packages(chosen)))
        return 0
    rows, failed = {}, []
    for cell in chosen:
        start = time.time()
        print('%s ...' % cell, flush=True)
        try:
            version(parts(cell)[0])
        except (OSError, AttributeError):
            print('%s: left out, there is no %s here' % (cell, compiler_of(parts(cell)[0])))
            continue
        cases = test(cell, args.full)
        failed += ['%s in %s' % (case, cell) for case, passed in cases.items() if not passed]
        rows[cell] = row(cell, cases, args.full)
        print('%s: %d passed, %d failed (%.0f s)' % (cell, sum(cases.values()), len(cases) - sum(cases.values()),
                                                    time.time() - start))
        if not args.keep:
            write({cell: rows[cell]})
    print()
    print('\n'.join(list(rows.values()) + ['FAILED ' + line for line in failed]))
    return 1 if failed or not rows else 0


if __name__ == '__main__':
    sys.exit(main())
