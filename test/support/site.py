"""site.py NAME=PROGRAM...: `sh docs/site` builds the pages of the documentation, and every link on them leads somewhere.

A PROGRAM is the example NAME, or several of which one is that. Skipped where what it needs is not here: MkDocs with its theme, Doxygen.
"""
import html.parser
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

import regions
import tap

PROGRAMS = dict(word.split('=', 1) for word in sys.argv[1:])
FOLDER = Path(tempfile.mkdtemp(prefix='lasti-site-'))
SITE, STEPS = FOLDER / 'site', FOLDER / 'steps'
MAKER = [sys.executable, str(regions.ROOT / 'docs/site.py')]
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


def tutorial_programs():
    told = subprocess.run(MAKER + ['--programs'], stdout=subprocess.PIPE, universal_newlines=True, check=True)
    return told.stdout.split()


def command(name):
    program = PROGRAMS[name]
    return [program] if Path(program).name == name else [program, name]


def built():
    if not PYTHON or subprocess.call([PYTHON, '-c', HAS_THEME], stderr=subprocess.DEVNULL):
        raise tap.Skip('there is no mkdocs with its theme material here')
    if not shutil.which('doxygen'):
        raise tap.Skip('there is no doxygen here')
    if not (SITE / 'index.html').exists():
        if not PROGRAMS:
            raise tap.Skip('the examples are not built')
        STEPS.mkdir()
        for name in tutorial_programs():
            subprocess.run(command(name) + ['--virtual'], cwd=str(regions.ROOT), stdout=subprocess.DEVNULL,
                           env=dict(os.environ, LASTI_TRACE=str(STEPS / (name + '.html'))), timeout=60, check=True)
        done = subprocess.run(MAKER + [str(SITE), str(STEPS)], stdout=subprocess.PIPE,
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
    return None if found == (3, 0, 6) else 'twins, fences, details: %s' % (found,)


def steps_are_there():
    """Behind the output of each program of the tutorial."""
    wrong = built()
    if wrong:
        return wrong
    shown = set()
    for page in (SITE / 'docs/tutorial').glob('*.html'):
        shown.update(re.findall(r'<iframe [^>]*src="../steps/(\w+).html"', page.read_text()))
    lost = set(tutorial_programs()) - shown
    return 'not to be stepped through: ' + ', '.join(sorted(lost)) if lost else None


try:
    tap.run([('docs/site builds, and no link on its pages is dead', dead_links),
             ('its chapters show programs side by side', programs_are_shown),
             ('each program of the tutorial can be stepped through there', steps_are_there)])
finally:
    shutil.rmtree(str(FOLDER), ignore_errors=True)
