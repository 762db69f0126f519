"""iterator_tools.py PROGRAM: some random chains of iterator tools give in C++ what they give in Python."""
import subprocess
import sys
from pathlib import Path

import tap

HERE = Path(__file__).resolve().parent


def check():
    newest = subprocess.check_output(['sh', str(HERE / 'newest_python.sh')], universal_newlines=True).strip()
    if subprocess.call([newest, '-c', 'import itertools; itertools.pairwise']) != 0:
        raise tap.Skip('wants Python 3.10')
    run = subprocess.run([newest, '-B', str(HERE.parent / 'conformance/itertools/compare.py'), sys.argv[1], '3000'],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    return run.stdout if run.returncode else None


tap.run([('itertools: 3000 random chains of tools give what they give in Python, and draw when they draw there', check)])
