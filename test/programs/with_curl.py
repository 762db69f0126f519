"""with_curl.py PROGRAM: docs/examples/with_curl fetches from Python's http.server."""
import os
import sys

from serving import differs, output, tap
from site_of_python import Handler, site

PROGRAM = sys.argv[1]


def many():
    files = {'%02d' % i: os.urandom(i * 10000) for i in range(30)}
    with site(files) as url:
        Handler.most_at_once = 0
        got = output([PROGRAM] + [url + name for name in files])
        return differs(got, b''.join(files.values())) or \
            (None if Handler.most_at_once > 1 else 'one after the other')


def one_fails():
    with site({'a': b'there'}) as url:
        try:
            return 'it printed %r' % output([PROGRAM] + [url + 'a', url + 'b'] + [url + 'a'] * 10)
        except AssertionError as e:
            return None if 'HTTP response code said error' in str(e) and 'exit status 1\n' in str(e) else str(e)


tap.run([('thirty files at once', many), ('one that is not there', one_fails)])
