"""http_server.py PROGRAM: docs/examples/http_server answers curl, wrk and nc."""
import os
import re
import socket
import sys
import tempfile
import time
from pathlib import Path

from serving import LIMIT, Program, differs, installed, output, tap

PROGRAM = sys.argv[1]
PATIENCE = 1.5                           # seconds that a client may take, where that is tested
FILES = {'hello.txt': b'Hello!\n', 'index.html': b'<p>index', 'empty': b'', 'a space.txt': b'a space',
         'large': os.urandom(3 << 20) * 3, 'in/index.html': b'inside'}


def curl(site, *words):
    """What curl prints; a word that begins with / is a path on this server."""
    installed('curl')
    words = [site.url + word if word.startswith('/') else word for word in words]
    return output(['curl', '-sS', '--max-time', LIMIT] + words)


def status(site, *words):
    return curl(site, '-o' + os.devnull, '-w', '%{http_code}', *words).decode()


def several(site):
    got = curl(site, '-w', ' %{num_connects}\n', '/hello.txt', '/', '/a%20space.txt', '/empty', '/in/')
    return differs(got, b'Hello!\n 1\n<p>index 0\na space 0\n 0\ninside 0\n')


def head(site):
    fields = curl(site, '-I', '/hello.txt', '/large').decode()
    return differs(re.findall(r'HTTP/1.1 (\d+)|^Content-Length: (\d+)|^(Date): ', fields, re.M),
                   [('200', '', ''), ('', '', 'Date'), ('', '7', ''),
                    ('200', '', ''), ('', '', 'Date'), ('', str(len(FILES['large'])), '')])


def post(site):
    with tempfile.NamedTemporaryFile() as body:
        body.write(os.urandom(1 << 20))
        body.flush()
        sent = ['--data-binary', '@' + body.name, '/echo']
        want = Path(body.name).read_bytes()
        return differs(curl(site, *sent), want) or \
            differs(curl(site, '-H', 'Transfer-Encoding: chunked', *sent), want) or \
            differs(curl(site, '-H', 'Expect: 100-continue', *sent), want)


def too_large(site):
    with tempfile.NamedTemporaryFile() as body:
        body.truncate((1 << 20) + 1)
        sent = ['--data-binary', '@' + body.name, '/echo']
        return differs([status(site, *sent), status(site, '-H', 'Expect:', *sent),
                        status(site, '-H', 'Transfer-Encoding: chunked', *sent)], ['413'] * 3)


def large(site):
    return differs(curl(site, '/large'), FILES['large'])


def many(site):
    with tempfile.TemporaryDirectory() as folder:
        got = curl(site, '-Z', '--parallel-max', '50', '-o' + folder + '/#1', '-w', '%{http_code}\n',
                   '/large?[1-10]')
        files = sorted(path.read_bytes() for path in Path(folder).iterdir())
        return differs(got, b'200\n' * 10) or \
            (None if files == [FILES['large']] * 10 else 'the files differ')


def refused(site):
    want = {'/nothing': '404', '/in': '404', '/%zz': '400', '/hello.txt/..%2f../secret': '400'}
    got = {path: status(site, '--path-as-is', path) for path in want}
    got['/../secret'] = status(site, '--path-as-is', '/../secret')
    got['DELETE'] = status(site, '-X', 'DELETE', '/hello.txt')
    got['POST'] = status(site, '-d', 'x', '/hello.txt')
    got['header'] = status(site, '-H', 'X-Long: ' + 'x' * 17000, '/hello.txt')
    got['no host'] = status(site, '-H', 'Host:', '/hello.txt')
    got['1.0'] = status(site, '-0', '/hello.txt')
    got['upgrade'] = status(site, '--http2', '/hello.txt')
    want.update({'/../secret': '400', 'DELETE': '405', 'POST': '405', 'header': '431', 'no host': '400',
                 '1.0': '200', 'upgrade': '200'})
    return differs(got, want)


def by_nc(site):
    installed('nc')
    text = b'GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n' * 100 + b'GET / HTTP/9.x\r\n\r\n' + b'GET / HTTP/1.0\r\n\r\n'
    answers = output(['nc', '-N', '127.0.0.1', site.server.port], text)
    return differs(re.findall(rb'^HTTP/1.1 (\d+)', answers, re.M), [b'200'] * 100 + [b'400'])


def everything(connection):
    connection.settimeout(LIMIT)
    got = b''
    while True:
        part = connection.recv(65536)
        if not part:
            return got
        got += part


def slow_to_ask(site):
    with socket.create_connection(('127.0.0.1', int(site.server.port))) as half, \
            socket.create_connection(('127.0.0.1', int(site.server.port))) as silent:
        half.sendall(b'GET / HTTP/1.1\r\nHo')
        return differs((everything(half)[:12], everything(silent)), (b'HTTP/1.1 408', b''))


def slow_to_take(site):
    """It is cut off, and others are served meanwhile."""
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(('127.0.0.1', int(site.server.port)))
        slow.sendall(b'GET /large HTTP/1.1\r\nHost: x\r\n\r\n')
        wrong = several(site)
        try:
            slow.settimeout(LIMIT)
            time.sleep(PATIENCE + 1)
            got = len(everything(slow))
            return wrong or (None if got < len(FILES['large']) else 'it got all %d' % got)
        except ConnectionResetError:
            return wrong


def wrk(site):
    said = output([installed('wrk'), '-d', '1', '-c', '20', '-t', '1', site.url + '/hello.txt']).decode()
    rate = float(re.search(r'Requests/sec: *([\d.]+)', said).group(1))
    return said if 'errors' in said or 'Non-2xx' in said or rate < 100 else None


def stops(site):
    """With connections that are open and say nothing."""
    idle = [socket.create_connection(('127.0.0.1', int(site.server.port))) for _ in range(3)]
    several(site)
    code = site.server.stop()
    return differs([code] + [everything(s) for s in idle], [0, b'', b'', b''])


class Site:
    def __init__(self, *patience):
        self.patience = patience

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        for name, text in FILES.items():
            path = Path(self.folder.name, 'site', name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        Path(self.folder.name, 'secret').write_text('nobody sees this')
        self.server = Program(PROGRAM, '0', Path(self.folder.name, 'site'), *self.patience).__enter__()
        self.url = 'http://127.0.0.1:' + self.server.port
        return self

    def __exit__(self, *how):
        self.server.__exit__(*how)
        self.folder.cleanup()


def on_a_site(check):
    with Site(*[PATIENCE] * (check in (slow_to_ask, slow_to_take))) as site:
        return check(site)


tap.run([(name, lambda c=check: on_a_site(c)) for name, check in (
    ('curl: several requests on one connection', several), ('curl: HEAD', head), ('curl: POST', post),
    ('curl: a body that is too large', too_large), ('curl: a large file', large),
    ('curl: ten large files at once', many), ('curl: what is refused', refused),
    ('nc: a hundred requests at once, and one that is none', by_nc),
    ('a client that is slow to ask', slow_to_ask), ('a client that is slow to take', slow_to_take),
    ('wrk: no errors', wrk), ('it stops at Ctrl-C', stops))])
