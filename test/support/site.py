"""`sh docs/site` builds the pages of the documentation, and every link on them leads somewhere.

Skipped where what it needs is not here: MkDocs with its theme, Doxygen.
"""
import html.parser
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

import regions
import tap

SITE = Path(tempfile.mkdtemp(prefix='lasti-site-'))
PYTHON = (lambda path: path and Path(path).read_text().splitlines()[0][2:].strip())(shutil.which('mkdocs'))

HAS_THEME = 'from mkdocs.utils import get_theme_names; exit("material" not in get_theme_names())'


class Page(html.parser.HTMLParser):
    """What a page links to, and what can be linked to on it."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = set(), {''}
        self.feed(path.read_text(errors='replace'))

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        self.anchors.update(value for key, value in attributes if key in ('id', 'name') and value)
        link = known.get('href') if tag in ('a', 'link') else known.get('src')
        if link and not re.match(r'\w+:|//', link):
            self.links.add(link)


def built():
    if not PYTHON or subprocess.call([PYTHON, '-c', HAS_THEME], stderr=subprocess.DEVNULL):
        raise tap.Skip('there is no mkdocs with its theme material here')
    if not shutil.which('doxygen'):
        raise tap.Skip('there is no doxygen here')
    if not (SITE / 'index.html').exists():
        done = subprocess.run([sys.executable, str(regions.ROOT / 'docs/site.py'), str(SITE)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, universal_newlines=True)
        if done.returncode or 'WARNING' in done.stdout:
            return done.stdout
    return None


def generated(path):
    """By Doxygen, which links to headings that it leaves out."""
    return 'api' in path.relative_to(SITE).parts


def dead_links():
    wrong = built()
    if wrong:
        return wrong
    pages = {path: Page(path) for path in SITE.rglob('*.html')}
    lost = set()
    for path, page in pages.items():
        if path.name == '404.html':                     # its links are for a server
            continue
        for link in page.links:
            name, _, anchor = unquote(link).partition('#')
            name = name.split('?')[0]
            to = (path.parent / name).resolve() if name else path
            to = to / 'index.html' if to.is_dir() else to
            if not to.exists() or (to in pages and anchor not in pages[to].anchors and not generated(path)):
                lost.add('%s: %s' % (path.relative_to(SITE), link))
    if len(pages) < 100:
        return 'only %d pages' % len(pages)
    return '\n'.join(sorted(lost)) or None


def programs_are_shown():
    """What stands side by side in Markdown is code on the site, and no table."""
    wrong = built()
    if wrong:
        return wrong
    text = (SITE / 'docs/tutorial/4_yield_from.html').read_text()
    found = text.count('class="twins"'), text.count('```'), text.count('<details>')
    return None if found == (3, 0, 3) else 'twins, fences, details: %s' % (found,)


try:
    tap.run([('docs/site builds, and no link on its pages is dead', dead_links),
             ('its chapters show programs side by side', programs_are_shown)])
finally:
    shutil.rmtree(str(SITE), ignore_errors=True)
