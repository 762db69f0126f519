"""Marked regions of files: `// [name]` … `// [/name]`, in Python `# [name]` … `# [/name]`."""
import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = re.compile(r'^[ \t]*(?://|#) \[/?\w+\]\n', re.M)


def cut(path, name=None):
    """The text of a region, moved to the left margin and without other marks; without a name, of all."""
    text = (ROOT / path).read_text()
    if name:
        found = re.search(r'^[ \t]*(?://|#) \[%s\]\n(.*?)^[ \t]*(?://|#) \[/%s\]\n' % (name, name),
                          text, re.M | re.S)
        if not found:
            raise ValueError('%s has no region [%s]' % (path, name))
        text = found.group(1)
    return textwrap.dedent(MARK.sub('', text)).strip('\n') + '\n'
