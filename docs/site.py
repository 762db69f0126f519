"""site.py FOLDER [STEPS]: the documentation as web pages; `sh docs/site` sees to what it needs, and calls it.

The Markdown is what GitHub shows. MkDocs wants some of it otherwise: a copy is made, in which two programs
side by side are no table, and each source file that a page links to is a page itself. Where STEPS has a
NAME.html, written by `sh docs/examples/run NAME --step`, that stands behind the program's output.
`site.py --programs` prints the NAMEs that the tutorial asks for.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = {'.cpp': 'cpp', '.hpp': 'cpp', '.py': 'python', '.txt': 'text', '.sh': 'sh', '.csv': 'text'}
RUNS = r'<code>sh docs/examples/run (\w+)</code>'
PAGES = ['README.md'] + sorted(str(path.relative_to(ROOT)) for folder in ('test/bench', 'test/conformance', 'docs')
                               for path in (ROOT / folder).rglob('*.md'))


def title(page):
    found = re.search(r'^# (.*)$', (ROOT / page).read_text(), re.M)
    return re.sub(r'`', '', found.group(1)) if found else Path(page).stem


def code(path, heading=''):
    language = LANGUAGES.get(path.suffix, 'sh' if path.read_text().startswith('#!/bin/sh') else 'text')
    shown = re.sub(r'^[ \t]*(?://|#) \[/?\w+\]\n', '', path.read_text(), flags=re.M)
    return '%s```` %s\n%s\n````\n\n' % (heading and '## %s\n\n' % heading, language, shown.rstrip())


def page_of_source(path):
    """The text of a page for a source file; an example has its output and its twin there, too."""
    name = str(path.relative_to(ROOT))
    if path.is_dir():
        links = ['- [%s](%s.md)' % (each.name, each.name) for each in sorted(path.glob('*.cpp'))]
        return '# %s\n\n%s\n' % (name, '\n'.join(links))
    text = '# %s\n\n' % (path.stem if path.parent.name == 'examples' and path.suffix == '.cpp' else name)
    if path.parent.name != 'examples' or path.suffix != '.cpp':
        return text + code(path)
    text += '`sh docs/examples/run %s` builds and runs it.\n\n' % path.stem + code(path)
    if path.with_suffix('.txt').exists():
        text += code(path.with_suffix('.txt'), 'What it prints')
    if path.with_suffix('.py').exists():
        text += code(path.with_suffix('.py'), 'The same in Python')
    return text


def target(page, link, wanted):
    """Where a link of a page leads on the site; notes the source files that are to become pages."""
    path, _, anchor = link.partition('#')
    if not path or re.match(r'\w+:', link):
        return link
    at = Path(os.path.normpath(str((ROOT / page).parent / path)))
    if at.suffix in ('.md', '.svg', '.png', '.html') or not at.exists():
        return link
    if at.suffix == '.py' and at.parent.name == 'examples' and at.with_suffix('.cpp').exists():
        at, path, anchor = at.with_suffix('.cpp'), str(Path(path).with_suffix('.cpp')), 'the-same-in-python'
    wanted.add(at)
    if at.is_dir():
        wanted.update(at.glob('*.cpp'))
    page = path.rstrip('/') + ('/index.md' if at.is_dir() else '.md')
    return page + ('#' + anchor if anchor else '')


def for_mkdocs(page, wanted):
    """A page's text as MkDocs wants it."""
    parts = re.split(r'(^ *```.*?^ *```$)', (ROOT / page).read_text(), flags=re.M | re.S)
    for i in range(0, len(parts), 2):                   # what is no code
        text = re.sub(r'<!--.*?-->\n', '', parts[i], flags=re.S)
        text = re.sub(r'<details>', '<details markdown="1">', text)
        text = re.sub(r'<table>\s*<tr><th>(.*?)</th><th>(.*?)</th></tr>\s*<tr><td[^>]*>',
                      r'<div class="twins" markdown="1">\n<div markdown="1">\n', text)
        text = re.sub(r'</td><td[^>]*>', '</div>\n<div markdown="1">\n', text)
        text = re.sub(r'</td></tr>\s*</table>', '</div>\n</div>', text)
        parts[i] = re.sub(r'\]\(([^)\s]+)\)', lambda m: '](%s)' % target(page, m.group(1), wanted), text)
    return ''.join(parts)


def programs():
    """The examples of which the tutorial tells how they are run, each once."""
    found = [name for page in PAGES if '/tutorial/' in page
             for name in re.findall(RUNS, (ROOT / page).read_text())]
    return list(dict.fromkeys(found))


def with_steps(page, text, steps):
    """The text of a chapter, with a page to step through behind the output of each program."""
    def embed(found):
        name = re.search(RUNS, found.group())
        if not name or not (steps / (name.group(1) + '.html')).exists():
            return found.group()
        at = os.path.relpath('docs/steps/%s.html' % name.group(1), os.path.dirname(page))
        return '%s\n\n<details><summary>Step through it</summary><iframe class="steps" loading="lazy" title="%s, step by step" src="%s"></iframe><p><a href="%s">on a page of its own</a></p></details>' % (
            found.group(), name.group(1), at, at)
    return re.sub(r'<details markdown="1">.*?</details>', embed, text, flags=re.S)


def nav(sources):
    chapters = sorted((p for p in PAGES if '/tutorial/' in p), key=lambda p: int(Path(p).name.split('_')[0]))
    reference = [p for p in PAGES if '/reference/' in p and not p.endswith('index.md')]
    examples = sorted(s for s in sources if s.startswith('docs/examples/'))
    others = [s for s in sources if s not in examples]
    named = {'Home': ['README.md', 'docs/index.md'], 'Tutorial': chapters,
             'How to': ['docs/%s.md' % n for n in ('ways_in', 'pitfalls', 'programs', 'embedding', 'stepper', 'debugging',
                                                   'contributing')],
             'Reference': ['docs/reference/index.md'] + reference,
             'Understand': ['docs/internals.md', 'docs/differences.md']}
    known = {page for pages in named.values() for page in pages}
    named['Understand'] += [p for p in PAGES if p not in known and p not in sources]
    lines = ['nav:']
    for section, pages in named.items():
        lines.append('  - %s:' % section)
        lines += ["    - '%s': %s" % (re.sub(r"'", '', title(p)), p) for p in pages]
        if section == 'Reference':
            lines.append("    - 'from the headers': api/index.html")
    for section, pages in ('Examples', examples), ('Sources', others):
        lines.append('  - %s:' % section)
        lines += ["    - '%s': %s" % (Path(p).name[:-len('.md')].replace('.cpp', ''), p) for p in pages]
    return '\n'.join(lines) + '\n'


def stage(folder, steps):
    """Copies what the site is made of into a folder; returns the file with MkDocs' settings."""
    content, wanted = folder / 'content', set()
    for page in PAGES:
        at = content / page
        at.parent.mkdir(parents=True, exist_ok=True)
        text = for_mkdocs(page, wanted)
        at.write_text(with_steps(page, text, steps) if steps and '/tutorial/' in page else text)
    for name in programs() if steps else ():
        if (steps / (name + '.html')).exists():
            (content / 'docs/steps').mkdir(exist_ok=True)
            shutil.copy(str(steps / (name + '.html')), str(content / 'docs/steps'))
    wanted.update((ROOT / 'docs/examples').glob('*.cpp'))
    sources = {}
    for path in sorted(wanted):
        name = str(path.relative_to(ROOT)) + ('/index.md' if path.is_dir() else '.md')
        sources[name] = page_of_source(path)
    for name, text in sources.items():
        (content / name).parent.mkdir(parents=True, exist_ok=True)
        (content / name).write_text(text)
    shutil.copytree(str(ROOT / 'docs/pictures'), str(content / 'docs/pictures'), ignore=shutil.ignore_patterns('*.py*', '__*'))
    shutil.copy(str(ROOT / 'docs/site.css'), str(content / 'site.css'))
    settings = folder / 'mkdocs.yml'
    settings.write_text((ROOT / 'docs/site.yml').read_text() + nav(list(sources)))
    return settings


def run(command, where, quiet):
    done = subprocess.run([str(word) for word in command], cwd=str(where), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True)
    if done.returncode:
        sys.exit(done.stdout)
    told = [line for line in done.stdout.splitlines() if 'warning' in line.lower() and not re.search(quiet, line)]
    print('\n'.join(told), end='\n' if told else '', file=sys.stderr)


def build(into, steps=None):
    with tempfile.TemporaryDirectory() as folder:
        settings = stage(Path(folder), steps)
        run(['mkdocs', 'build', '--quiet', '--clean', '--config-file', settings, '--site-dir', into], folder,
            'api/index.html')           # which Doxygen makes now
    doxyfile = (ROOT / 'docs/Doxyfile').read_text() + 'OUTPUT_DIRECTORY = "%s"\nHTML_OUTPUT = api\n' % into
    asked = subprocess.run(['doxygen', '-'], input=doxyfile, cwd=str(ROOT), stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE, universal_newlines=True)
    if asked.returncode:
        sys.exit(asked.stderr)


if __name__ == '__main__' and sys.argv[1:] == ['--programs']:
    print(*programs())
elif __name__ == '__main__':
    INTO = Path(sys.argv[1]).resolve()
    build(INTO, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    print('open %s' % (INTO / 'index.html'))
