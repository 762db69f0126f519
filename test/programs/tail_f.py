"""tail_f.py PROGRAM: docs/examples/tail_f prints what the shell and others append to a file."""
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from serving import LIMIT, differs, tap

PROGRAM = sys.argv[1]


def follows():
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, 'log')
        log.write_text('there before\n')
        tail = subprocess.Popen([PROGRAM, str(log)], stdout=subprocess.PIPE)
        said = [tail.stdout.readline()]
        for command in ("echo one >> $0", "printf 'two\\nthree\\n' >> $0", "seq 1 3 | tee -a $0 > /dev/null"):
            subprocess.run(['sh', '-c', command, str(log)], check=True)
            said.append(tail.stdout.readline())
            if 'two' in command:
                said.append(tail.stdout.readline())
        said += [tail.stdout.readline() for _ in range(2)]
        tail.send_signal(signal.SIGINT)
        rest, _ = tail.communicate(timeout=LIMIT)
        return differs((said, rest, tail.returncode),
                       ([b'there before\n', b'one\n', b'two\n', b'three\n', b'1\n', b'2\n', b'3\n'], b'', 0))


def no_file():
    done = subprocess.run([PROGRAM, '/no/such/file'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT)
    return None if done.returncode != 0 and b'/no/such/file' in done.stderr else repr(done)


tap.run([('what is appended', follows), ('a file that is not there', no_file)])
