"""golden.py PROGRAM NAME.txt: the program prints that text, byte for byte, and exits with 0.

The words in NAME.args, where there is such a file, are its arguments. Where __FILE__ comes out, the
folders before docs/examples/ depend on where the build is: they are left out.

A NAME.py beside it is the same program in Python: it prints the same text. Its asyncio sleeps on a
virtual clock (twin.py).
"""
import difflib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import tap

program, expected = sys.argv[1], Path(sys.argv[2])
twin = expected.with_suffix('.py')


def check(command):
    run = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    want, printed = expected.read_bytes(), re.sub(rb'[^\s(]*docs/examples/', b'', run.stdout)
    if run.returncode == 0 and printed == want:
        return None
    want, got, err = (text.decode(errors='replace') for text in (want, printed, run.stderr))
    diff = difflib.unified_diff(want.splitlines(), got.splitlines(), expected.name,
                                'what it printed', lineterm='')
    return '\n'.join(list(diff) + ['exit status %d' % run.returncode, err])


args = expected.with_suffix('.args')
words = shlex.split(args.read_text()) if args.exists() else []
cases = [('prints ' + expected.name, lambda: check([program] + words))]
if twin.exists():
    cases.append((twin.name + ' prints ' + expected.name, lambda: check(
        [sys.executable, Path(__file__).with_name('twin.py'), twin])))
tap.run(cases)
