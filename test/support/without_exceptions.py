"""What applies where the compiler is told -fno-exceptions: the cases of the tests that neither throw nor wait for
it.

usage: without_exceptions.py     names the tests that have such cases, for test/meson.build
"""
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
CASE = re.compile(r'^TEST_CASE(?:[^\n]*}|.*?^})\n', re.M | re.S)
NOT_CODE = re.compile(r'//[^\n]*|"(?:\\.|[^"\\\n])*"')
SOURCE = re.compile(r'^#include ".*\.cpp"', re.M)  # of the library: together.py would put it into a namespace
THROWS = re.compile(r'THROWS|\b(try|catch|throw|thrown_by|cancelled_with)\b')
NEEDED = '// Needs exceptions: '             # in a case: for another reason


def throws(text):
    return NEEDED in text or THROWS.search(NOT_CODE.sub('', text))


def applying(text):
    """The text without the cases that do not apply, on the same lines; None if nothing is left that compiles."""
    left = CASE.sub(lambda case: '\n' * case.group().count('\n') if throws(case.group()) else case.group(), text)
    return None if throws(left) or SOURCE.search(left) or not CASE.search(left) else left


if __name__ == '__main__':
    for test in sorted(TESTS.glob('test_*.cpp')):
        if applying(test.read_text()):
            print(test.stem[len('test_'):])
