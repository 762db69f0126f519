"""golden.py NAME.txt PROGRAM [WORD]...: the program prints that text, byte for byte, and exits with 0.

The words in NAME.args, where there is such a file, are its arguments, and NAME.in its input. Where __FILE__ comes out, the
folders before docs/examples/ depend on where the build is: they are left out. Addresses are others in
every run: `id=0x...` stands for any.

A NAME.py beside it is the same program in Python: it prints the same text, under the newest Python of
this machine, unless that is older than a line `# needs 3.13` in it says. Its asyncio sleeps on a virtual
clock (twin.py).
"""
import difflib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import tap

expected, program = Path(sys.argv[1]), sys.argv[2:]
twin = expected.with_suffix('.py')


def check(command):
    given = expected.with_suffix('.in')
    text = given.read_bytes() if given.exists() else b''
    run = subprocess.run([str(word) for word in command], input=text,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    want, printed = expected.read_bytes(), re.sub(rb"[^\s(']*docs/examples/", b'', run.stdout)
    printed = re.sub(rb'\bid=0x[0-9a-f]+', b'id=0x...', printed)
    if run.returncode == 0 and printed == want:
        return None
    if b'this selector has no descriptor' in run.stderr:      # -Dselector=poll: a guest needs another
        raise tap.Skip('the selector of this build has no descriptor that a host could watch')
    want, got, err = (text.decode(errors='replace') for text in (want, printed, run.stderr))
    diff = difflib.unified_diff(want.splitlines(), got.splitlines(), expected.name,
                                'what it printed', lineterm='')
    return '\n'.join(list(diff) + ['exit status %d' % run.returncode, err])


def too_new(python):
    needs = re.search(r'^# needs 3\.(\d+)$', twin.read_text(), re.M)
    asks = 'import sys; sys.exit(sys.version_info < (3, %s))' % (needs.group(1) if needs else 0)
    return subprocess.call([python, '-c', asks]) != 0


args = expected.with_suffix('.args')
words = shlex.split(args.read_text()) if args.exists() else []
cases = [('prints ' + expected.name, lambda: check(program + words))]
if twin.exists():
    here = Path(__file__).parent
    newest = subprocess.check_output(['sh', str(here / 'newest_python.sh')], universal_newlines=True).strip()
    if not too_new(newest):
        cases.append((twin.name + ' prints ' + expected.name, lambda: check([newest, here / 'twin.py', twin])))
tap.run(cases)
