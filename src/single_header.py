"""Writes lasti_single.hpp: all of lasti in one file, for who builds with nothing but a compiler.

    python3 src/single_header.py lasti_single.hpp

One source of the program defines LASTI_IMPLEMENTATION before it includes that file. The headers come first, each
once and in the order in which they need each other, then, for that one source, what src/ has.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
HEADERS = ROOT / 'include' / 'lasti'
SHORT_NAMES = [HEADERS / 'keywords.hpp', HEADERS / 'no_keywords.hpp']  # they are optional, and come last
IO = '#if LASTI_HAS_IO'                  # what stands below is for those alone who have it
POSIX_IO = '#if LASTI_HAS_POSIX_IO'      # and below this for fewer of them
ALL = HEADERS / 'lasti.hpp'
BOARD = HEADERS / 'freestanding.hpp'     # it is a choice, and not what one file is for
NEEDS_IO = '#include <lasti/detail/needs_io.hpp>'
NEEDS_POSIX_IO = '#include <lasti/detail/needs_posix_io.hpp>'
ALL_OF = '#include <lasti/detail/config.hpp>\n%s\n'  # how a source begins that has nothing else
RANGES = HEADERS / 'ranges.hpp'         # it wants range-v3 and C++14
OWN = re.compile(r'\s*#\s*include\s+(?:<(lasti/[^>]+)>|"([^"]+)")')

TOP = '''\
// lasti {version} in one file: Python's generators and asyncio for C++11. Made by src/single_header.py.
//
//     #define LASTI_IMPLEMENTATION     // in one source of the program, and only there
//     #define LASTI_KEYWORDS           // BEGIN, YIELD, AWAIT ... for LASTI_BEGIN, LASTI_YIELD, LASTI_AWAIT ...
//     #define LASTI_RANGES             // lasti/ranges.hpp, too: needs C++14 and range-v3
//     #define LASTI_NO_IO              // no sockets, streams, files, subprocesses, signals; in all sources
//     #include "lasti_single.hpp"
//
// That one source is to include it before anything else defines the short names. Link with -pthread. For TLS it
// defines LASTI_WITH_OPENSSL, too, and the program is linked with -lssl -lcrypto. On Windows with -lws2_32.
//
{licence}

// What a host's compiler is told to warn about is the host's own code.
#if defined(__GNUC__)
#pragma GCC system_header
#endif

#ifndef LASTI_SINGLE_HPP_INCLUDED
#define LASTI_SINGLE_HPP_INCLUDED
'''
IMPLEMENTATION = '''
#endif

#if defined(LASTI_IMPLEMENTATION) && !defined(LASTI_IMPLEMENTED)
#define LASTI_IMPLEMENTED
'''
KEYWORDS = '''
#endif

#if defined(LASTI_KEYWORDS) && !defined(LASTI_KEYWORDS_DEFINED)
'''


def included(path, done, certain=True):
    """The lines of a file, with lasti's own files in the place of their #include.

    Each comes once; but what stands below an #if may not be there for all, and comes again where it is needed. What
    stands below that of I/O is needed by nobody else."""
    if path in done or path in SHORT_NAMES:
        return
    if certain:
        done.add(path)
    yield '// ---- %s' % path.relative_to(ROOT)
    outermost = 1 if path.suffix == '.hpp' else 0  # within the guard of a header
    conditions = []
    for line in plain(path):
        if re.match(r'\s*#\s*if', line):
            conditions.append(line)
        elif re.match(r'\s*#\s*endif', line):
            conditions.pop()
        depth = sum(line not in (IO, POSIX_IO) for line in conditions)
        own = OWN.match(line)
        if own:
            inner = ROOT / 'include' / own.group(1) if own.group(1) else path.parent / own.group(2)
            yield from included(inner, done, certain and depth <= outermost)
        else:
            yield line


def plain(path):
    """The lines of a file without `#pragma GCC system_header`, which would hold for all that follows."""
    text = path.read_text()
    return re.sub(r'#if defined\(__GNUC__\)\n#pragma GCC system_header\n#endif\n', '', text).splitlines()


def needs(path):
    """How much of I/O there must be for a source to have anything."""
    text = path.read_text()
    return (ALL_OF % IO in text) + 2 * (ALL_OF % POSIX_IO in text)


def single_header():
    done = set()
    licence = ''.join(('// ' + line).rstrip() + '\n' for line in (ROOT / 'LICENSE').read_text().strip().splitlines())
    numbers = re.findall(r'#define LASTI_VERSION_\w+ (\d+)', (HEADERS / 'version.hpp').read_text())
    yield TOP.format(version='.'.join(numbers), licence=licence.rstrip())
    # What I/O alone needs comes last: all that it has in common with the others is there then.
    headers = [path for path in sorted(HEADERS.rglob('*.hpp')) if path not in (RANGES, BOARD)]
    io = [path for path in headers if NEEDS_IO in path.read_text().splitlines()]
    posix = [path for path in headers if NEEDS_POSIX_IO in path.read_text().splitlines()]
    for path in headers:
        if path not in io + posix + [ALL]:
            yield from included(path, done)
    yield from included(ALL, done)
    for condition, needing in [(IO, io), (POSIX_IO, posix)]:
        yield condition
        for path in needing:
            yield from included(path, done)
        yield '#endif'
    yield '#if defined(LASTI_RANGES)'
    yield from included(RANGES, done)
    yield '#endif'
    yield IMPLEMENTATION
    for path in sorted((ROOT / 'src').glob('*.cpp'), key=lambda path: (needs(path), path)):
        yield from included(path, done)
    yield KEYWORDS
    yield from (line for line in plain(SHORT_NAMES[0]) if not OWN.match(line))
    yield '\n#endif'


if len(sys.argv) != 2:
    sys.exit(__doc__)
pathlib.Path(sys.argv[1]).write_text('\n'.join(single_header()) + '\n')
