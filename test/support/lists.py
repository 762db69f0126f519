"""Every source, test and example stands in the list of its folder's meson.build, and every header counts as the
system's in a host."""
from pathlib import Path

import tap

ROOT = Path(__file__).resolve().parents[2]
LISTED = {                               # files: how a list names one of them
    'src/*.cpp': lambda path: path.name,
    'test/test_*.cpp': lambda path: path.stem[len('test_'):],
    'docs/examples/*.cpp': lambda path: path.stem,
}


def check(pattern, name):
    files = sorted(ROOT.glob(pattern))
    build = ROOT / pattern.rpartition('/')[0] / 'meson.build'
    text = build.read_text()
    lost = [path.name for path in files if "'%s'" % name(path) not in text]
    return 'not in %s: %s' % (build, ', '.join(lost)) if lost else None


def headers():
    """Those without are neither included by hosts nor declare anything."""
    without = {'detail/needs_io.hpp', 'detail/needs_posix_io.hpp', 'no_keywords.hpp'}
    folder = ROOT / 'include' / 'lasti'
    lost = [str(path.relative_to(folder)) for path in sorted(folder.rglob('*.hpp'))
            if not ('\nLASTI_SYSTEM_HEADER\n' in path.read_text() or '#pragma GCC system_header' in path.read_text())]
    lost = [name for name in lost if name not in without]
    return 'no LASTI_SYSTEM_HEADER in ' + ', '.join(lost) if lost else None


tap.run([('every %s is built' % pattern, lambda p=pattern, n=name: check(p, n))
         for pattern, name in LISTED.items()]
        + [("every header counts as the system's", headers)])
