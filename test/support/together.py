"""Writes a source that compiles several test files as one: what they include is compiled once.

usage: together.py OUTPUT TEST.cpp...

usage: together.py --without-exceptions OUTPUT TEST.cpp...     without the cases that do not apply then

Each file lies in a namespace of its own, after all that any of them includes. It is a program still
to who runs it: `--source-file=*/test_NAME.cpp` runs what is in that file alone.
"""
import re
import sys
from pathlib import Path

import without_exceptions

INCLUDE = re.compile(r'^#include ([<"].*[>"])', re.M)
DEFINE = re.compile(r'^#define (\w+)', re.M)
LAST = '<lasti/keywords.hpp>'            # its words may be names in other headers


def include(what):
    return '#include %s\n' % what


def include_file(path, _text):
    return include('"%s"' % path.resolve())


def source(texts, after='', inside=include_file):
    """Of a dictionary {path: text of the file}; what is to stand after each of them, and in its namespace."""
    headers = dict.fromkeys(header for text in texts.values() for header in INCLUDE.findall(text))
    keywords = headers.pop(LAST, '') is None
    made = ''.join(map(include, headers)) + include(LAST) * keywords
    for path, text in texts.items():
        made += 'namespace in_%s {\n' % path.stem + inside(path, text) + '}\n' + after
        made += ''.join('#undef %s\n' % name for name in DEFINE.findall(text))
    return made


def include_applying(path, text):
    return '#line 1 "%s"\n' % path.resolve() + without_exceptions.applying(text)


def main(*words):
    less = words[0] == '--without-exceptions'
    output, *tests = words[less:]
    texts = {Path(test): Path(test).read_text() for test in tests}
    Path(output).write_text(source(texts, 'TEST_SUITE_END();\n', include_applying if less else include_file))


if __name__ == '__main__':
    main(*sys.argv[1:])
