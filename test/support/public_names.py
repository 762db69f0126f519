"""The public names that the headers in include/lasti declare; those in detail/ and private ones are nobody's.

The headers are laid out by clang-format, so a small reader will do: it knows namespaces, classes and their
access, enums, functions, variables and types. `public_names.py` prints what it finds.
"""
import re

import regions

OPENS, CLOSES = '([{', ')]}'
NO_NAMES = {'alignas', 'decltype', 'noexcept', 'static_assert', 'sizeof', 'operator', 'if', 'defined', 'throw'}


def bare(text):
    """Without comments, strings, preprocessor lines and attributes."""
    text = re.sub(r'//[^\n]*|/\*.*?\*/', '', text, flags=re.S)
    text = re.sub(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', '', text, flags=re.M)
    text = re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'', '0', text)
    return re.sub(r'\[\[.*?\]\]|\bLASTI_\w+\b(?:\(.*?\))?', '', text)


def declarations(text):
    """Yields (head, body) of each: body is what stands in its braces, or None."""
    at = start = depth = 0
    while at < len(text):
        c = text[at]
        if depth == 0 and c == ':' and re.search(r'(?:^|\s)(public|protected|private)\s*$', text[start:at]):
            yield text[start:at].strip() + ':', None
            start = at + 1
        elif c == ';' and depth == 0:
            yield text[start:at].strip(), None
            start = at + 1
        elif c == '{' and depth == 0:
            end, inner = at, 0
            while True:
                inner += (text[end] == '{') - (text[end] == '}')
                end += 1
                if inner == 0:
                    break
            yield text[start:at].strip(), text[at + 1:end - 1]
            after = re.match(r'\s*[;,]?', text[end:])
            at = start = end + after.end()
            continue
        depth += (c in '(') - (c in ')')
        at += 1


def without_template(head):
    """Without `template <…>` in front, and without the arguments of templates."""
    while head.startswith('template'):
        depth = 0
        for at, c in enumerate(head):
            depth += (c == '<') - (c == '>')
            if c == '>' and depth == 0:
                break
        head = head[at + 1:].strip()
    while re.search(r'<[^<>()]*>', head) and 'operator' not in head:
        head = re.sub(r'<[^<>()]*>', '', head)
    return head


def name_in(head):
    """The name that a declaration of a function, variable or type declares; None: none of its own."""
    head = without_template(head)
    if not head or re.match(r'(friend|static_assert|extern|namespace)\b', head) or 'operator' in head:
        return None
    if head.startswith('using'):
        found = re.match(r'using (\w+) =', head)
        return found and found.group(1)
    if head.startswith('typedef'):
        return re.findall(r'\w+', head)[-1]
    if '= delete' in head:
        return None
    head = re.sub(r'\b(?:decltype|noexcept|enable_if)\s*\((?:[^()]|\([^()]*\))*\)', '', head)
    pointer = re.search(r'\(\*(\w+)\)\(', head)
    if pointer:
        return pointer.group(1)
    called = re.search(r'(~|::)?\b(\w+)\s*\(', head)
    if called:                              # of a class that was declared before: seen there
        return None if called.group(1) or called.group(2) in NO_NAMES else called.group(2)
    words = re.findall(r'\w+', head.split('=')[0].split('[')[0])
    return words[-1] if len(words) > 1 else None


def read(text, inside='', public=True):
    """Yields (class or '', name)."""
    for head, body in declarations(text):
        kind = without_template(head)
        if kind in ('public:', 'protected:', 'private:'):
            public = kind == 'public:'
            continue
        if kind.startswith('namespace'):
            if body and not kind.endswith('detail'):
                yield from read(body, inside, public)
            continue
        if not public:
            continue
        typed = re.match(r'(class|struct|union|enum class|enum)\b\s*(\w*)', kind)
        if typed and body is not None and '(' not in kind:
            name = typed.group(2)
            if name:
                yield inside, name
            if typed.group(1).startswith('enum'):
                for value in re.findall(r'(?:^|,)\s*(\w+)', body):
                    yield name or inside, value
            elif name:
                yield from read(body, name, typed.group(1) != 'class')
            continue
        if typed and '(' not in kind and body is None and len(kind.split()) <= 3:
            continue                                                # declared only
        name = name_in(head)
        if name and name != inside:
            yield inside, name


def of(path):
    """[(class or '', name)] of a header, but for what it declares for the macros and the driver alone."""
    text = re.sub(r'/// @name What .*?/// @\}', '', path.read_text(), flags=re.S)
    return sorted(set(read(bare(text))))


def headers():
    return sorted((regions.ROOT / 'include/lasti').glob('*.hpp'))


if __name__ == '__main__':
    for header in headers():
        print(header.name + ':', ', '.join('%s::%s' % n if n[0] else n[1] for n in of(header)))
