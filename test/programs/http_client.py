"""http_client.py PROGRAM: docs/examples/http_client fetches from nginx and Python's http.server."""
import contextlib
import os
import pty
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from serving import LIMIT, differs, tap
from site_of_python import Handler, site

PROGRAM = sys.argv[1]


def fetch(words, **how):
    done = subprocess.run([PROGRAM] + words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          timeout=LIMIT, **how)
    return done.returncode, done.stdout.decode()


def many():
    files = {'%02d' % i: os.urandom(i * 10000) for i in range(40)}
    with site(files) as url, tempfile.TemporaryDirectory() as kept:
        Handler.most_at_once = 0
        code, said = fetch(['-n', '4', '-d', kept] + [url + name for name in files])
        got = {path.name: path.read_bytes() for path in Path(kept).iterdir()}
        want = ''.join('200 %d bytes /%s\n' % (len(text), name) for name, text in files.items())
        return differs((code, said), (0, want)) or (None if got == files else 'the files differ') or \
            (None if 2 <= Handler.most_at_once <= 4 else '%d at once' % Handler.most_at_once)


@contextlib.contextmanager
def nginx(files):
    """Serves these files, of a folder of its own and at a port of its own."""
    program = shutil.which('nginx') or shutil.which('/usr/sbin/nginx')
    if not program:
        raise tap.Skip('there is no nginx here')
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        os.chmod(folder, 0o755)
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
        probe.close()
        for name, text in files.items():
            Path(folder, name).write_bytes(text)
        temporary = ''.join('%s_temp_path %s/t;' % (what, folder)
                            for what in ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))
        Path(folder, 'conf').write_text(
            'daemon off; %s pid %s/pid; error_log stderr; events {} http { access_log off; %s '
            'server { listen 127.0.0.1:%d; root %s; gzip off; chunked_transfer_encoding on; '
            'location /slow/ { alias %s/; limit_rate 100k; } } }'
            % ('user root;' if os.getuid() == 0 else '', folder, temporary, port, folder, folder))
        server = subprocess.Popen([program, '-p', folder, '-c', folder + '/conf'], stderr=subprocess.PIPE)
        try:
            for _ in range(500):
                with contextlib.suppress(OSError):
                    socket.create_connection(('127.0.0.1', port)).close()
                    break
                if server.poll() is not None:
                    raise tap.Skip('nginx does not run here: ' + server.stderr.read().decode()[-300:])
                time.sleep(0.02)
            yield 'http://127.0.0.1:%d/' % port
        finally:
            server.terminate()
            server.communicate(timeout=LIMIT)


def from_nginx():
    files = {'%03d' % i: os.urandom(i * 1000) for i in range(200)}
    with nginx(files) as url, tempfile.TemporaryDirectory() as kept:
        code, said = fetch(['-n', '20', '-d', kept] + [url + name for name in files])
        got = {path.name: path.read_bytes() for path in Path(kept).iterdir()}
        want = ''.join('200 %d bytes /%s\n' % (len(text), name) for name, text in files.items())
        return differs((code, said), (0, want)) or (None if got == files else 'the files differ')


def slow_nginx():
    """Fifty that take half a second each, all at once, and one that is not there."""
    with nginx({'page': os.urandom(50000)}) as url:
        begin = time.monotonic()
        code, said = fetch(['-n', '50'] + [url + 'slow/page'] * 50 + [url + 'none'])
        took = time.monotonic() - begin
        lines = said.splitlines()
        return differs((code, lines[:50], lines[50][:4]), (1, ['200 50000 bytes /slow/page'] * 50, '404 ')) or \
            (None if took < 15 else 'one after the other: %.1f s' % took)


def failures():
    with site({'a': b'there'}) as url:
        gone = 'http://127.0.0.1:1/'
        code, said = fetch([url + 'a', url + 'b', gone])
        lines = said.splitlines()
        ok = code == 1 and lines[0] == '200 5 bytes /a' and lines[1].startswith('404 ') and \
            lines[2].startswith('/: ') and 'refused' in lines[2]
        return None if ok else differs((code, said), 'a page, none, a server that is none')


def no_url():
    return differs(fetch(['nonsense'], stderr=subprocess.DEVNULL)[0], 1)


def progress():
    with site({'a': b'there'}) as url:
        mine, its = pty.openpty()
        code, said = fetch([url + 'a'], stderr=its)
        os.close(its)
        shown = os.read(mine, 10000).decode()
        os.close(mine)
        return differs((code, said, shown[:15], shown[-4:]),
                       (0, '200 5 bytes /a\n', '\r0 of 1, 0 KiB ', '\r\x1b[K'))


tap.run([('nginx: two hundred files, twenty at a time', from_nginx),
         ('nginx: fifty slow pages at once', slow_nginx), ('forty files, four at a time', many), ('a page, none, a server that is none', failures),
         ('what is no URL', no_url), ('progress on a terminal', progress)])
