"""echo_server.py PROGRAM: docs/examples/echo_server answers nc and socat, by TCP and by Unix sockets."""
import subprocess
import sys
import tempfile
from pathlib import Path

from serving import LIMIT, Program, differs, installed, output, tap

PROGRAM = sys.argv[1]
TEXT = b'one\ntwo\nno end of line'
LARGE = bytes(range(256)) * 16384        # 4 MiB: more than any buffer on the way


def tcp(client, text):
    installed(client)
    with Program(PROGRAM, '0') as server:
        how = {'nc': ['nc', '-N', '127.0.0.1', server.port],
               'socat': ['socat', '-t', LIMIT, '-', 'TCP:127.0.0.1:' + server.port]}
        return differs(output(how[client], text), text)


def unix(client, text):
    installed(client)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'echo'
        with Program(PROGRAM, path):
            how = {'nc': ['nc', '-N', '-U', path],
                   'socat': ['socat', '-t', LIMIT, '-', 'UNIX-CONNECT:%s' % path]}
            wrong = differs(output(how[client], text), text)
        return wrong or ('the socket is still there' if path.exists() else None)


def several():
    """One that says nothing does not keep the others waiting."""
    installed('nc')
    with Program(PROGRAM, '0') as server:
        command = ['nc', '-N', '127.0.0.1', server.port]
        silent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        got = [output(command, b'%d' % i) for i in range(10)]
        late = silent.communicate(b'late', LIMIT)[0]
        return differs(got + [late], [b'%d' % i for i in range(10)] + [b'late'])


tap.run([('%s, %s, %d bytes' % (client, how.__name__, len(text)),
          lambda c=client, h=how, t=text: h(c, t))
         for client in ('nc', 'socat') for how in (tcp, unix) for text in (TEXT, LARGE)] +
        [('one that is silent, and others', several)])
