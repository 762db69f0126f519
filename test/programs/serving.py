"""What the tests of the example programs share: they run one, and talk to it with programs that nobody
here wrote. Where such a program is not installed, the case is skipped and says so.
"""
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

LIMIT = 30                               # seconds: longer than anything here takes, on a busy machine


def installed(program):
    """The path of a foreign program; skips the case where there is none."""
    found = shutil.which(program)
    if not found:
        raise tap.Skip('there is no %s here' % program)
    return found


def output(command, text=b''):
    """What a command prints that is given this text, and the end after it; it must succeed."""
    done = subprocess.run([str(word) for word in command], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=LIMIT)
    if done.returncode != 0:
        raise AssertionError('%s: exit status %d\n%s' % (
            ' '.join(map(str, command)), done.returncode, done.stderr.decode(errors='replace')))
    return done.stdout


def differs(got, want):
    """What a check returns: nothing if they are equal."""
    return None if got == want else 'got  %.2000r\nwant %.2000r' % (got, want)


class Program:
    """An example that serves, from its "listening at ..." on; ended by a signal, which it must obey."""

    def __init__(self, *command):
        self.command = [str(word) for word in command]

    def __enter__(self):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=self.errors)
        self.said = self.process.stdout.readline().decode()
        found = re.match(r"listening at (?:\('[^']+', (\d+)\)|'(.+)')$", self.said)
        if not found:
            self.process.kill()
            raise AssertionError('it said %r\n%s' % (self.said, self.complaints()))
        self.port, self.path = found.groups()
        return self

    def complaints(self):
        self.process.wait(LIMIT)
        self.errors.seek(0)
        return self.errors.read().decode(errors='replace')

    def stop(self, with_signal=signal.SIGINT):
        self.process.send_signal(with_signal)
        return self.process.wait(LIMIT)

    def __exit__(self, kind, *_):
        try:
            if self.process.poll() is None:
                self.stop()
        except subprocess.TimeoutExpired:
            self.process.kill()
            if kind is None:
                raise
        finally:
            self.process.stdout.close()
        if kind is None and (self.process.returncode or self.complaints()):
            raise AssertionError('exit status %s\n%s' % (self.process.returncode, self.complaints()))
