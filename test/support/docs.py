"""The documentation says what the code says.

Every block of C++ or Python in README.md and docs/ has a comment in front of it that tells where it
is from, and is compared with that:
    <!-- docs/examples/NAME.cpp -->          the whole file (which the tests build and run)
    <!-- docs/examples/NAME.cpp [region] --> what stands between `// [region]` and `// [/region]`
    <!-- declared in include/lasti/X.hpp --> a synopsis: each of its lines stands in that header,
                                             apart from comments
    <!-- expansion of ... -->                see expansion.py
So may a block of text have: the output in docs/examples/NAME.txt, or the drawing of a struct,
    <!-- fields of include/lasti/X.hpp -->   the first words of its rows are members, in that order
"""
import re
import runpy
import sys

import public_names
import regions
import tap

ROOT = regions.ROOT
PAGES = [ROOT / 'README.md'] + sorted((ROOT / 'docs').rglob('*.md'))
REFERENCE = sorted((ROOT / 'docs/reference').glob('*.md'))
WORDS = {}              # of each page of the reference; see code_of()
SHAPE = ['Purpose', 'In Python', 'Synopsis', 'States', 'Operations', 'Throws', 'Cost', 'Example', 'Limits']


def flat(text):
    return re.sub(r'\s+', ' ', text).strip()


def wrong_block(before, language, text):
    mark = re.match(r' *<!-- (declared in|expansion of|fields of)? ?(\S+\.\w+)(?: \[(\w+)\])? -->$', before)
    if not mark:
        return 'no comment tells where it is from' if language in ('cpp', 'python') else None
    how, path, region = mark.groups()
    if not (ROOT / path).is_file():
        return 'there is no ' + path
    if how == 'expansion of':
        return None
    if how == 'declared in':
        header = flat(re.sub(r'//.*', '', (ROOT / path).read_text()))
        lines = [flat(re.sub(r'//.*', '', line)).rstrip(';') for line in text.splitlines()]
        lost = [line for line in lines if line and line != '}' and line not in header]
        return '%s does not declare: %s' % (path, '; '.join(lost)) if lost else None
    if how == 'fields of':
        header, at = (ROOT / path).read_text(), 0
        for name in re.findall(r'^ *│ (\w+)', text, re.M):
            found = re.compile(r'[ *]%s(?: = [^;]*)?;|\(\*%s\)\(' % (name, name)).search(header, at)
            if not found:
                return '%s has no member %s after those before it' % (path, name)
            at = found.end()
        members = re.findall(r'^    (?:detail::)?(?:bool|int|unsigned|error|result_state|frame\*|code const\*|block_stack|'
                             r'counted<frame>) (\w+)(?: = \w+)?;', header, re.M)
        lost = [name for name in members if not re.search(r'^ *│ %s\b' % name, text, re.M)]
        return 'it does not draw: ' + ', '.join(lost) if lost else None
    if regions.cut(path, region).rstrip() != text.rstrip():
        return 'it differs from %s %s' % (path, region or '')
    return None


def blocks(page):
    """Yields (line number, the line before that is not empty, language, text) of each block."""
    before, language, start, text = '', None, 0, []
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if language is None and line.lstrip().startswith('```'):
            language, start, text = line.strip()[3:], number, []
        elif language is not None and line.strip() == '```':
            yield start, before, language, '\n'.join(text)
            language, before = None, ''
        elif language is not None:
            text.append(line)
        elif line.strip():
            before = line.strip()
    if language is not None:
        yield start, before, '', 'not closed'


def check_blocks(page):
    wrong = []
    for line, before, language, text in blocks(page):
        problem = wrong_block(before, language, text) if language else 'no language (say ```text)'
        if problem:
            wrong.append('line %d: %s' % (line, problem))
    return '\n'.join(wrong) or None


def anchors(page):
    heads = re.findall(r'^#+ (.*)$', re.sub(r'```.*?```', '', page.read_text(), flags=re.S), re.M)
    return {re.sub(r'[^\w\- ]', '', head.lower()).replace(' ', '-') for head in heads}


def check_links(page):
    prose = re.sub(r'```.*?```', '', page.read_text(), flags=re.S)
    wrong = []
    for link in re.findall(r'\]\(([^)\s]+)\)', prose):
        if re.match(r'https?:', link):
            continue
        path, _, anchor = link.partition('#')
        target = page.parent / path if path else page
        if not target.exists():
            wrong.append('leads nowhere: ' + link)
        elif anchor and anchor not in anchors(target):
            wrong.append('no such heading: ' + link)
    return '\n'.join(wrong) or None


def check_shape(page):
    heads = re.findall(r'^## (.*)$', page.read_text(), re.M)
    return None if heads == SHAPE else 'its headings are %s, not %s' % (heads, SHAPE)


def check_names(names, what):
    text = '\n'.join(page.read_text() for page in REFERENCE)
    lost = [name for name in names if not re.search(r'(?<!\w)%s(?!\w)' % re.escape(name), text)]
    return 'docs/reference does not name %s: %s' % (what, ', '.join(lost)) if lost else None


def check_pictures():
    folder = ROOT / 'docs/pictures'
    drawn = {name + '.svg': draw().svg() for name, draw in runpy.run_path(str(folder / 'draw.py'))['PICTURES'].items()}
    there = {path.name: path.read_text() for path in folder.glob('*.svg')}
    return None if drawn == there else 'run python3 docs/pictures/draw.py'


def check_sixty_lines():
    for path in 'docs/examples/sixty_lines.hpp', 'docs/examples/sixty_lines.py':
        lines = regions.cut(path, 'loop').count('\n')
        if lines > 60:
            return '%s: the loop has %d lines' % (path, lines)
    return None


def headers():
    return ['lasti/' + path.name for path in sorted((ROOT / 'include/lasti').glob('*.hpp'))]


def macros():
    keywords = (ROOT / 'include/lasti/keywords.hpp').read_text()
    version = (ROOT / 'include/lasti/version.hpp').read_text()
    return (re.findall(r'#define (\w+)\S* LASTI_\w+', keywords) +
            re.findall(r'#define (LASTI_VERSION\w*)(?!\w| *$)', version, re.M))


def types():
    """The classes and structs of namespace lasti, apart from its namespace detail."""
    found = set()
    for path in (ROOT / 'include/lasti').rglob('*.hpp'):
        depth = 0           # of namespace detail
        for line in path.read_text().splitlines():
            if line == 'namespace detail {':
                depth = 1
            elif line == '}  // namespace detail':
                depth = 0
            declared = re.match(r'(?:class|struct|enum class)(?: LASTI_\w+)? (\w+)\b(?! *<).*[{:]', line)
            if declared and not depth:
                found.add(declared.group(1))
    return sorted(found)


def code_of(page):
    """The words in the code of a page: in its blocks, and in its text between backticks."""
    text = page.read_text()
    prose = re.sub(r'```.*?```', '', text, flags=re.S)
    return set(re.findall(r'\w+', ' '.join(re.findall(r'```cpp\n(.*?)```', text, re.S) + re.findall(r'`([^`]+)`', prose))))


def check_public_names(header):
    """A member is to stand on a page of its class; what recurs, in the index."""
    everywhere = set().union(*WORDS.values())
    lost = []
    for owner, name in public_names.of(header):
        pages = [words for page, words in WORDS.items() if owner in words or page == 'index']
        if name not in (set().union(*pages) if owner in everywhere else everywhere):
            lost.append(owner + '::' + name if owner else name)
    return 'docs/reference does not name: ' + ', '.join(lost) if lost else None


WORDS.update((page.stem, code_of(page)) for page in REFERENCE)


def title(page):
    return str(page.relative_to(ROOT))


cases = [('the blocks of ' + title(page), lambda p=page: check_blocks(p)) for page in PAGES]
cases += [('the links of ' + title(page), lambda p=page: check_links(p)) for page in PAGES]
cases += [('the shape of ' + title(page), lambda p=page: check_shape(p))
          for page in REFERENCE if page.stem != 'index']
cases += [('the pictures are those that docs/pictures/draw.py draws', check_pictures),
          ('the loop of sixty lines has sixty lines', check_sixty_lines)]
cases += [('docs/reference names every ' + what, lambda f=find, w=what: check_names(f(), w))
          for what, find in (('header', headers), ('macro', macros), ('type', types))]
cases += [('docs/reference names all that is public in ' + path.name, lambda p=path: check_public_names(p))
          for path in public_names.headers()]

if __name__ == '__main__':
    if '--names' in sys.argv:
        print(headers(), macros(), types(), sep='\n\n')
    else:
        tap.run(cases)
