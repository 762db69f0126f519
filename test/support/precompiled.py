"""The header of lasti that a small file includes first, compiled once for all files that do so."""
import functools
import re
import subprocess
import tempfile
from pathlib import Path

INCLUDE = Path(__file__).resolve().parents[2] / 'include'
FOLDER = tempfile.TemporaryDirectory()


def arguments(compiler, path):
    """What the compiler takes besides, at C++11; nothing where a macro is defined in front of the header."""
    before, header = re.match(r'(.*?)(?:#include <(lasti/\S+)>|$)', path.read_text(), re.S).groups()
    return [] if header is None or '#define' in before else ['-include', compiled(compiler, header)]


@functools.lru_cache(maxsize=None)
def compiled(compiler, header):
    """Nothing stands there but the .gch: a compiler that finds it unfit says so, and compiles nothing."""
    made = Path(FOLDER.name) / compiler / header
    made.parent.mkdir(parents=True, exist_ok=True)
    # -w: that one of these is compiled by itself is worth a warning, as they count as the system's.
    subprocess.check_call([compiler, '-std=c++11', '-pedantic-errors', '-w', '-I', str(INCLUDE), '-x', 'c++-header',
                           str(INCLUDE / header), '-o', '%s.gch' % made])
    return made
