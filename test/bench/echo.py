"""Echo servers beside one another: 64 bytes there and back, on 50 connections, each server on one thread.

The server runs on one core, the client on another. A ratio is taken within a round, to the bare epoll server. System calls
are counted by strace in a run of their own, instructions by callgrind in two more.
"""
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import time

import peers
import programs

FLOOR = 'bare epoll'
# Name: (program, words before the port and after it, what it needs)
SERVERS = {
    FLOOR: ('echo/bare_epoll', [], [], 'g++'),
    '**lasti, streams**': ('echo/lasti_streams', [], [], 'g++'),
    '**lasti, `sock_recv_into`**': ('echo/lasti_sockets', [], [], 'g++'),
    'Asio, callbacks': ('echo/asio_callbacks', [], [], 'Asio'),
    'libuv, `uv_write`': ('echo/libuv', [], [], 'libuv'),
    'Go, one thread': ('peers/go/echo', ['echo'], [], 'Go'),
    'asyncio, streams': ('echo/streams', [], [], 'CPython'),
    'uvloop, streams': ('echo/streams', [], ['uvloop'], 'uvloop'),
}
NEEDS = list(dict.fromkeys(needed for *_, needed in SERVERS.values()))


def missing():
    return [name for name in NEEDS if not peers.version(name)]


def pinned(core):
    return ['taskset', '-c', str(core)] if (os.cpu_count() or 1) > 1 and shutil.which('taskset') else []


class running:
    """A server that listens, as long as this is there."""

    def __init__(self, before, words, after):
        for _ in range(5):                              # somebody may have the port
            self.port = random.randint(20000, 30000)    # below those that the system gives to clients
            command = before + words + [str(self.port)] + after
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if self.listens():
                return
            self.__exit__()
        raise RuntimeError('does not listen: ' + ' '.join(command))

    def listens(self):
        for _ in range(500):
            try:
                socket.create_connection(('127.0.0.1', self.port)).close()
                return self.process.poll() is None
            except OSError:
                if self.process.poll() is not None:
                    return False
                time.sleep(0.02)
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def ask(self, seconds):
        """What the client says."""
        client = programs.command_of('echo/client', 'g++')
        text = subprocess.run(pinned(1) + client + [str(self.port), '50', '64', str(seconds), str(self.process.pid)], check=True,
                              stdout=subprocess.PIPE, universal_newlines=True).stdout
        return {key: float(value) for key, value in re.findall(r'(\w+)=([\d.]+)', text)}


class server:
    def __init__(self, name):
        self.name, self.rounds = name, []
        program, self.before, self.after, self.needs = SERVERS[name]
        self.command = [peers.python(), str(programs.HERE / (program + '.py'))] if program == 'echo/streams' else programs.command_of(
            program, programs.made_with(program)[0])
        self.is_of_cxx = program.startswith('echo/') and program != 'echo/streams'
        self.calls = self.count_calls() if shutil.which('strace') else None
        self.instructions = None

    def run(self, before=()):
        return running(list(before), self.command + self.before, self.after)

    def serve(self, seconds):
        with self.run(pinned(0)) as at:
            self.rounds.append(at.ask(seconds))

    def count_calls(self):
        """System calls for each request, but for those that all connections share."""
        log = programs.BUILD / 'strace'
        with self.run() as at:
            tracing = subprocess.Popen(['strace', '-f', '-c', '-U', 'calls,name', '-o', str(log), '-p', str(at.process.pid)],
                                       stderr=subprocess.DEVNULL)
            time.sleep(0.5)
            at.ask(0.3)
            time.sleep(0.2)
            tracing.send_signal(2)
            tracing.wait()
        counts = {name: int(n) for n, name in re.findall(r'^ *(\d+) (\w+)$', log.read_text(), re.M) if name != 'total'}
        requests = max(counts.get(name, 0) for name in ('sendto', 'write', 'sendmsg'))
        waits = ('epoll_wait', 'epoll_pwait', 'epoll_pwait2', 'futex')
        return sum(n for name, n in counts.items() if name not in waits) / requests if requests else None

    def count_instructions(self):
        """Of the program and its libraries, for each request: of two runs the difference, so that the beginning is not counted."""
        counts, requests = [], []
        log = programs.BUILD / 'callgrind'
        for seconds in (0.2, 2):
            with self.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', '--log-file=%s' % log]) as at:
                requests.append(at.ask(seconds)['all'])
                at.process.terminate()
                at.process.wait()
            counts.append(int(re.search(r'Collected : (\d+)', log.read_text()).group(1)))
        self.instructions = (counts[1] - counts[0]) / (requests[1] - requests[0])

    def result(self, floor):
        def median(key):
            return float('%.4g' % statistics.median(each[key] for each in self.rounds))

        def ratio(key):
            return float('%.3g' % statistics.median(a[key] / b[key] for a, b in zip(self.rounds, floor.rounds)))
        return {'name': self.name, 'per_second': median('per_second'), 'ratio': ratio('per_second'), 'cpu': median('cpu_ns'),
                'cpu_ratio': ratio('cpu_ns'), 'p50': median('p50_us'), 'p99': median('p99_us'),
                'calls': self.calls and float('%.3g' % self.calls),
                'instructions': self.instructions and float('%.4g' % self.instructions)}


def servers(warn, counted):
    """Those that can be built and do listen; `counted`: their instructions, too."""
    wanted = {name: about for name, about in SERVERS.items() if peers.version(about[3])}
    needed = ['echo/client'] + [about[0] for about in wanted.values() if about[0] != 'echo/streams']
    broken = programs.build([(program, programs.made_with(program)[0]) for program in needed])
    made = {}
    for name, about in wanted.items():
        said = broken.get((about[0], programs.made_with(about[0])[0])) if about[0] != 'echo/streams' else None
        try:
            if said:
                raise RuntimeError(said)
            made[name] = server(name)
            if counted and made[name].is_of_cxx and shutil.which('valgrind'):
                made[name].count_instructions()
        except RuntimeError as problem:
            warn('failed, E: %s: %s' % (name, problem))
    return made


def table(results):
    lines = ['| server | requests/s | x bare epoll | CPU, µs | x bare epoll | p50, µs | p99, µs | system calls | instructions |',
             '|---|' + '--:|' * 8]
    for r in results:
        lines.append('| %s | %s | %.2f | %.2f | %.2f | %.0f | %.0f | %s | %s |' % (
            r['name'], format(round(r['per_second']), ','), r['ratio'], r['cpu'] / 1000, r['cpu_ratio'], r['p50'], r['p99'],
            '' if r['calls'] is None else '%.2f' % r['calls'],
            format(round(r['instructions']), ',') if r.get('instructions') else ''))
    return '\n'.join(lines)
