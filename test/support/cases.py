"""The test cases there are: their names, as the sources spell them."""
import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LITERAL = r'"(?:[^"\\\n]|\\.)*"'


def all_cases():
    """Returns (path relative to test/, name) of each TEST_CASE, in the order of the text."""
    found = []
    for path in sorted((ROOT / 'test').rglob('*.cpp')):
        for literals in re.findall(r'\bTEST_CASE(?:_\w+)?\((?:\w+,)?\s*(%s(?:\s*%s)*)' % (LITERAL, LITERAL),
                                   path.read_text()):
            name = ''.join(ast.literal_eval(part) for part in re.findall(LITERAL, literals))
            found.append((path.relative_to(ROOT / 'test').as_posix(), name))
    return found
