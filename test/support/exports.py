"""What a shared liblasti exports: names of lasti and no others, and of its own code what is marked with LASTI_API."""
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A mangled name: a table or a thunk, what a function is const or && for, the namespaces, the length of the first name.
MANGLED = re.compile(r'_Z(?:T[VTIS]|T[hvc].*?_(?=N)|GV)?Z?N?[VK]*[RO]?N?5lasti(?:6detail|5trace)?(\d+)')


def said(*words):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout


def names(symbol):
    """The first names in it behind the namespaces: of a class or a function, and of a member, if there is one."""
    found = MANGLED.match(symbol)
    rest, length = symbol[found.end():] if found else '', found
    for _ in range(2):
        if length:
            size = int(length.group(1))
            yield rest[:size]
            length = re.match(r'(\d+)', rest[size:])
            rest = length and rest[size + length.end():]


def without_templates(text):
    while re.search(r'<[^<>]*>', text):
        text = re.sub(r'<[^<>]*>', '', text)
    return text


def wrong(library, version):
    """None, or a text that says what should not be there."""
    major, minor = version.split('.')[:2]
    soname = 'liblasti.so.' + ('0.' + minor if major == '0' else major)
    if '[%s]' % soname not in said('readelf', '-d', library):
        return 'the SONAME is not ' + soname
    rows = [line.split(' ', 2) for line in said('nm', '-D', '--defined-only', library).splitlines()]
    headers = '\n'.join(re.sub(r'//.*', '', path.read_text()) for path in (ROOT / 'include').rglob('*.hpp'))
    marked = set(re.findall(r'(?:class|struct) LASTI_(?:API|VISIBLE) (\w+)', headers))
    for declared in re.findall(r'LASTI_(?:API|VISIBLE) ([^;{]*)', headers):
        marked.update(re.findall(r'(\w+)(?:\(|$)', without_templates(declared))[:1])
    known = set(re.findall(r'\w+', headers))
    leaks = [name for _, kind, name in rows if not (known if kind in 'WVu' else marked).intersection(names(name))]
    if leaks:
        return 'exported, though no header has it or says LASTI_API:\n' + said('c++filt', *sorted(leaks))
    return None if len(rows) > 500 else 'only %d names are exported' % len(rows)
