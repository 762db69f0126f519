"""http_client.py PROGRAM: docs/examples/http_client fetches from Python's http.server."""
import os
import pty
import subprocess
import sys
import tempfile
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


tap.run([('forty files, four at a time', many), ('a page, none, a server that is none', failures),
         ('what is no URL', no_url), ('progress on a terminal', progress)])
