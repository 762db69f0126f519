"""Echo servers beside one another: 64 bytes there and back, on 50 connections, each server on one thread.

Each round runs every server that can be built here once, for some seconds: the server on one core, the client on
another. A ratio is taken within a round, to the bare epoll server, so that a machine that is busy for a while slows
both sides of it. System calls are counted by strace in a run of their own.
"""
import argparse
import os
import pathlib
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent / 'echo'
ROOT = HERE.parent.parent.parent
BUILD = ROOT / 'build' / 'bench' / 'echo'
CXX = ['g++', '-std=c++11', '-O2', '-DNDEBUG', '-I', str(ROOT / 'include'), '-pthread']
FLOOR = 'bare epoll'


def build(name, *libraries, library=False):
    """The program, or None: what it needs is not here."""
    sources = [str(HERE / (name + '.cpp'))]
    if library:
        sources += sorted(str(source) for source in (ROOT / 'src').glob('*.cpp'))
    BUILD.mkdir(parents=True, exist_ok=True)
    command = CXX + sources + ['-o', str(BUILD / name)] + ['-l' + each for each in libraries]
    found = subprocess.run(command, stderr=subprocess.PIPE, universal_newlines=True)
    if found.returncode and (library or not re.search('No such file|cannot find', found.stderr)):
        sys.exit(found.stderr)
    return None if found.returncode else [str(BUILD / name)]


def go():
    if not shutil.which('go'):
        return None
    environment = dict(os.environ, GO111MODULE='off')
    made = subprocess.run(['go', 'build', '-o', str(BUILD / 'go'), str(HERE / 'echo.go')], env=environment)
    return None if made.returncode else [str(BUILD / 'go')]


def python(module, *words):
    """The newest python3.N that has the module."""
    here = [str(path) for path in pathlib.Path.home().glob('.pyenv/versions/3.*/bin/python3')]
    newest_first = ['python3.%d' % minor for minor in range(20, 10, -1)] + sorted(here, reverse=True)
    for name in newest_first + ['python3', '/usr/bin/python3']:   # whose modules are Debian's packages
        if shutil.which(name) and not subprocess.call([name, '-c', 'import ' + module], stderr=subprocess.DEVNULL):
            return [name, str(HERE / 'streams.py'), 'PORT'] + list(words)
    return None


def servers():
    made = {
        FLOOR: build('bare_epoll'),
        'lasti, streams': build('lasti_streams', library=True),
        'lasti, `sock_recv_into`': build('lasti_sockets', library=True),
        'Asio, callbacks': build('asio_callbacks'),
        'libuv, `uv_write`': build('libuv', 'uv'),
        'Go, one thread': go(),
        'asyncio, streams': python('asyncio'),
        'uvloop, streams': python('uvloop', 'uvloop'),
    }
    for name, command in made.items():
        if not command:
            print('left out: ' + name, file=sys.stderr)
    return {name: command for name, command in made.items() if command}


class running:
    def __init__(self, command, *before):
        self.port = random.randint(20000, 60000)
        words = [str(self.port) if word == 'PORT' else word for word in command]
        if 'PORT' not in command:
            words.append(str(self.port))
        self.process = subprocess.Popen(list(before) + words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(500):
            try:
                socket.create_connection(('127.0.0.1', self.port)).close()
                return
            except OSError:
                time.sleep(0.02)
        sys.exit('does not listen: ' + ' '.join(words))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def client(port, pid, seconds):
    command = [str(BUILD / 'client'), str(port), '50', '64', str(seconds), str(pid)]
    text = subprocess.run(['taskset', '-c', '1'] + command, check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout
    return {key: float(value) for key, value in re.findall(r'(\w+)=([\d.]+)', text)}


def system_calls(command):
    """System calls for each request, but for those that all connections share."""
    if not shutil.which('strace'):
        return None
    with running(command) as server:
        log = BUILD / 'strace'
        tracing = subprocess.Popen(['strace', '-f', '-c', '-U', 'calls,name', '-o', str(log), '-p', str(server.process.pid)],
                                   stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        subprocess.run([str(BUILD / 'client'), str(server.port), '50', '64', '1', str(server.process.pid)],
                       stdout=subprocess.DEVNULL)
        time.sleep(0.2)
        tracing.send_signal(2)
        tracing.wait()
    counts = {name: int(n) for n, name in re.findall(r'^ *(\d+) (\w+)$', log.read_text(), re.M) if name != 'total'}
    requests = max(counts.get(name, 0) for name in ('sendto', 'write', 'sendmsg'))
    waits = ('epoll_wait', 'epoll_pwait', 'epoll_pwait2', 'futex')
    return sum(n for name, n in counts.items() if name not in waits) / requests


def table(names, runs, calls):
    lines = ['| server | requests/s | x bare epoll | CPU, µs | x bare epoll | p50, µs | p99, µs | system calls |',
             '|---|' + '--:|' * 7]
    for name in names:
        mine, floor = runs[name], runs[FLOOR]

        def median(key):
            return statistics.median(run[key] for run in mine)

        def ratio(key):
            return statistics.median(a[key] / b[key] for a, b in zip(mine, floor))
        lines.append('| %s | %.0f | %.2f | %.2f | %.2f | %.0f | %.0f | %s |' % (
            name, median('per_second'), ratio('per_second'), median('cpu_ns') / 1000, ratio('cpu_ns'),
            median('p50_us'), median('p99_us'), '' if calls[name] is None else '%.2f' % calls[name]))
    return '\n'.join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--seconds', type=float, default=3)
    parser.add_argument('--output', type=pathlib.Path, default=HERE.parent / 'echo.md')
    options = parser.parse_args()
    build('client')
    commands = servers()
    calls = {name: system_calls(command) for name, command in commands.items()}
    runs = {name: [] for name in commands}
    for number in range(options.rounds):
        print('round %d of %d' % (number + 1, options.rounds), file=sys.stderr)
        for name, command in commands.items():
            with running(command, 'taskset', '-c', '0') as server:
                runs[name].append(client(server.port, server.process.pid, options.seconds))
    text = '\n'.join([
        '# Echo servers', '',
        'Command: `sh test/bench/run_echo --rounds %d --seconds %g`. 50 connections, 64 bytes there and back, `-O2`; server and'
        % (options.rounds, options.seconds),
        'client have a core each. Medians of interleaved rounds; a ratio is the median of the ratios within a round. System calls',
        'are those for each request, beside the wait that all connections share.', '',
        table(list(commands), runs, calls), ''])
    options.output.write_text(text)
    print(text)


main()
