"""Every source, test and example stands in the list of its folder's meson.build."""
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


tap.run([('every %s is built' % pattern, lambda p=pattern, n=name: check(p, n))
         for pattern, name in LISTED.items()])
