"""port_scanner.py PROGRAM: docs/examples/port_scanner finds Python's sockets, and shows how far it is."""
import contextlib
import errno
import os
import pty
import socket
import subprocess
import sys

from serving import LIMIT, differs, output, tap

PROGRAM = sys.argv[1]


def bound(stack, near=None, family=socket.AF_INET, host='127.0.0.1'):
    """A socket at a port that is free, the next one behind that of another: so there are few between."""
    s = stack.enter_context(socket.socket(family))
    port = near.getsockname()[1] + 1 if near else 0
    while True:
        try:
            s.bind((host, port))
            return s
        except OSError as e:
            if e.errno != errno.EADDRINUSE:
                raise tap.Skip(e)
            port = (port + 1) % 65536


def listening(*where):
    s = bound(*where)
    s.listen(20)
    return s


def scan(host, ports, *options):
    """What it prints for the range that these ports span, of these ports: others may have theirs."""
    lines = output([PROGRAM, host, min(ports), max(ports)] + list(options)).decode().splitlines()
    return [p for p in sorted(ports) if 'port %d is open' % p in lines]


def finds(host='127.0.0.1', family=socket.AF_INET, called=None):
    with contextlib.ExitStack() as stack:
        sockets = [listening(stack, None, family, host)]
        while len(sockets) < 5:
            sockets.append(listening(stack, sockets[-1], family, host))
        closed = bound(stack, sockets[-1], family, host)
        ports = sorted(s.getsockname()[1] for s in sockets)
        return differs(scan(called or host, ports + [closed.getsockname()[1]], 100), ports)


def no_answer():
    """A listener whose queue is full answers nobody: it is given up after its time."""
    with contextlib.ExitStack() as stack:
        full = bound(stack)
        good = listening(stack, full)
        full.listen(0)
        for _ in range(5):
            s = stack.enter_context(socket.socket())
            s.setblocking(False)
            s.connect_ex(full.getsockname())
        ports = [full.getsockname()[1], good.getsockname()[1]]
        return differs(scan('127.0.0.1', ports, 100, 0.5), ports[1:])


def progress():
    """On a terminal."""
    with contextlib.ExitStack() as stack:
        port = listening(stack).getsockname()[1]
        mine, its = pty.openpty()
        stack.callback(os.close, mine)
        done = subprocess.run([PROGRAM, '127.0.0.1', str(port), str(port)], stderr=its,
                              stdout=subprocess.PIPE, timeout=LIMIT)
        os.close(its)
        shown = os.read(mine, 10000).decode()
        return differs((shown[:17], shown[-4:], done.stdout.decode()),
                       ('\r0 tried, 0 open ', '\r\x1b[K', 'port %d is open\n' % port))


def by_name():
    family, _, _, _, address = socket.getaddrinfo('localhost', 80, type=socket.SOCK_STREAM)[0]
    return finds(address[0], family, 'localhost')


tap.run([('finds those that listen', finds), ('finds them by a name', by_name),
         ('IPv6', lambda: finds('::1', socket.AF_INET6)), ('gives up one that does not answer', no_answer),
         ('shows its progress', progress)])
