"""time_client.py PROGRAM: docs/examples/time_client asks chronyd, and servers that fail in each way."""
import contextlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from serving import LIMIT, differs, installed, tap

PROGRAM = sys.argv[1]
FROM_1900 = 2208988800


def ask(*places):
    done = subprocess.run([PROGRAM] + list(places), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=LIMIT)
    return done.returncode, done.stdout.decode().splitlines()


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def chrony():
    """It serves this machine's own clock, and leaves that alone (-x)."""
    program = installed('chronyd')
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, 'conf').write_text(
            'port %d\nbindaddress 127.0.0.1\nallow 127.0.0.1\nlocal stratum 5\ncmdport 0\n'
            'bindcmdaddress /\npidfile %s/pid\nuser %s\n' % (port, folder, 'root'))
        server = subprocess.Popen([program, '-x', '-d', '-U', '-f', folder + '/conf'],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            place = '127.0.0.1:%d' % port
            for _ in range(5):                      # until it is there
                code, said = ask(place)
                if code == 0:
                    break
                if server.poll() is not None:
                    raise tap.Skip('chronyd does not run here: ' + server.stdout.read().decode()[-300:])
            found = re.match(re.escape(place) + r' ([+-][\d.]+) s, the way ([\d.]+) s$', said[0])
            good = found and abs(float(found.group(1))) < 0.5 and float(found.group(2)) < 1
            return None if good else repr(said)
        finally:
            server.kill()
            server.wait()


@contextlib.contextmanager
def serving(answer):
    """A server whose answer to a question, as bytes, or none, that says."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(('127.0.0.1', 0))
        s.settimeout(LIMIT)
        place = '127.0.0.1:%d' % s.getsockname()[1]

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    asked, client = s.recvfrom(1000)
                    if not asked:
                        return
                    for each in answer(asked):
                        s.sendto(each, client)
        thread = threading.Thread(target=serve)
        thread.start()
        yield place
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b'', s.getsockname())
        thread.join()


def true_answer(asked, ahead=0):
    now = time.time() + FROM_1900 + ahead
    stamp = struct.pack('>II', int(now), int(now % 1 * (1 << 32)))
    return b'\x24\x01' + bytes(22) + asked[40:48] + stamp + stamp


def an_hour_ahead():
    with serving(lambda asked: [true_answer(asked, 3600)]) as place:
        code, said = ask(place)
        return None if code == 0 and re.search(r' \+(3599\.[5-9]|3600\.[0-4])', said[0]) else repr(said)


def garbage():
    """What is too short, of another question, or no server's: none of it is taken for the answer."""
    with serving(lambda asked: [b'', b'x' * 20, true_answer(bytes(48), 99), asked, true_answer(asked)]) as place:
        code, said = ask(place)
        return None if code == 0 and re.search(r' [+-]0\.[0-4]', said[0]) else repr(said)


def lost():
    times = []

    def second_time(asked):
        times.append(asked)
        return [true_answer(asked)] if len(times) == 2 else []
    with serving(second_time) as place:
        code, said = ask(place)
        return None if code == 0 and len(times) == 2 and times[0] != times[1] else repr((said, len(times)))


def silent_and_gone():
    with serving(lambda asked: []) as silent, serving(lambda asked: [true_answer(asked)]) as good:
        code, said = ask(silent, '127.0.0.1:%d' % free_port(), 'no-such-host.invalid', good)
        ok = code == 1 and len(said) == 4 and sum('no answer' in line for line in said) == 1 and \
            sum('refused' in line for line in said) == 1 and sum(line.startswith('no-such-host.invalid:123 ') for line in said) == 1
        return None if ok else differs((code, said), 'no answer, refused, not found, a time')


tap.run([('chronyd', chrony), ('a clock that is an hour ahead', an_hour_ahead), ('garbage beside the answer', garbage),
         ('a question that is lost', lost), ('one that says nothing, none, no host, and one that answers', silent_and_gone)])
