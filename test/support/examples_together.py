"""Writes a source that is several examples at once: what they include is compiled once.

usage: examples_together.py OUTPUT EXAMPLE.cpp...

The program takes the name of one of them as its first argument, and then is that one. With --can EXAMPLE.cpp...
it only prints the names of those of which this can be made: they have no headers of their own, and their last
function is an ordinary main().
"""
import re
import sys
from pathlib import Path

import together

MAIN = re.compile(r'^int main\((int argc, char\*\* argv)?\) \{\n(?:(?!\}).*\n)*(\}\n)(?:// .*\n)*\Z', re.M)
ENTRY = '''int main(int argc, char** argv) {
    const std::string name = argc > 1 ? argv[1] : "";
%s    return 2;
}
'''


def inside(path, text):
    """Its own text, since only the real main() may end without a return."""
    main = MAIN.search(text)
    text = text[:main.start(2)] + 'return 0;' + text[main.start(2):]
    text = text[:main.start()] + text[main.start():].replace('int main(', 'static int main_of_example(', 1)
    text = re.sub(r'^#include .*', '', text, flags=re.M)
    return '#line 1 "%s"\n%s' % (path, text)


def entry(path, text):
    arguments = '--argc, ++argv' if MAIN.search(text).group(1) else ''
    return '    if (name == "%s") return in_%s::main_of_example(%s);\n' % (path.stem, path.stem, arguments)


def can(text):
    return MAIN.search(text) and together.LAST in text and '#include "' not in text


def main(output, *examples):
    texts = {Path(example): Path(example).read_text() for example in examples}
    if output == '--can':
        print(*[path.stem for path, text in texts.items() if can(text)], sep='\n')
        return
    made = together.source(texts, inside=inside) + '#line 1 "%s"\n' % Path(output).name
    Path(output).write_text('#include <string>\n' + made + ENTRY % ''.join(entry(*item) for item in texts.items()))


if __name__ == '__main__':
    main(*sys.argv[1:])
