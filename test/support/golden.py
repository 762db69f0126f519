"""golden.py PROGRAM NAME.txt: the program prints that text, byte for byte, and exits with 0.

The words in NAME.args, where there is such a file, are its arguments.
"""
import difflib
import shlex
import subprocess
import sys
from pathlib import Path

import tap

program, expected = sys.argv[1], Path(sys.argv[2])


def check():
    args = expected.with_suffix('.args')
    words = shlex.split(args.read_text()) if args.exists() else []
    run = subprocess.run([program] + words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE)
    want = expected.read_bytes()
    if run.returncode == 0 and run.stdout == want:
        return None
    want, got, err = (text.decode(errors='replace') for text in (want, run.stdout, run.stderr))
    diff = difflib.unified_diff(want.splitlines(), got.splitlines(), expected.name,
                                'what it printed', lineterm='')
    return '\n'.join(list(diff) + ['exit status %d' % run.returncode, err])


tap.run([('prints ' + expected.name, check)])
