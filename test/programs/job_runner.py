"""job_runner.py PROGRAM: docs/examples/job_runner runs commands of the shell, so many at a time, and shows how far it is."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from serving import LIMIT, differs, tap

PROGRAM = sys.argv[1]


def run(*words):
    done = subprocess.run([PROGRAM] + [str(word) for word in words], stdin=subprocess.DEVNULL, timeout=LIMIT,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def outputs():
    """In the order in which they were asked for, though the first ends last."""
    code, said, progress = run(3, 'sleep 0.5; echo a', 'exit 3', 'echo b; echo c >&2', 'kill -9 $$')
    return differs((code, said), (0, '$ sleep 0.5; echo a\na\n$ exit 3\nreturned 3\n$ echo b; echo c >&2\nb\nc\n'
                                  '$ kill -9 $$\nreturned -9\n')) or \
        differs(re.findall(r'\[(\d)/4\]', progress), ['1', '2', '3', '4']) or \
        (None if progress.splitlines()[-1] == '[4/4] sleep 0.5; echo a' else progress)


def so_many_at_a_time():
    """Each leaves a mark while it runs, and counts the marks."""
    with tempfile.TemporaryDirectory() as folder:
        job = 'cd %s; touch $$; ls | wc -l; sleep 0.1; rm $$' % folder
        code, said, _ = run(3, *[job] * 12)
        most = max(int(n) for n in re.findall(r'^ *(\d+)$', said, re.M))
        return differs((code, most), (0, 3))


def stopped():
    """Ctrl-C ends it and what it runs."""
    with tempfile.TemporaryDirectory() as folder:
        job = 'echo $$ > %s/pid; exec sleep 100' % folder
        runner = subprocess.Popen([PROGRAM, '1', job], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        pid = Path(folder, 'pid')
        while not pid.exists() or not pid.read_text().strip():
            time.sleep(0.01)
        runner.send_signal(signal.SIGINT)
        runner.wait(LIMIT)
        try:
            os.kill(int(pid.read_text()), 0)
        except ProcessLookupError:
            return None
        return 'the job runs on'


tap.run([('what they print, and how far it is', outputs), ('so many at a time', so_many_at_a_time),
         ('Ctrl-C', stopped)])
