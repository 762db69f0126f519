"""What the benchmarks in Python share; `uvloop` as the last argument makes asyncio run on that loop."""
import asyncio
import sys
import time

WAY = sys.argv[1]
SIZE = int(sys.argv[2])
MORE = sys.argv[3:]
if MORE[-1:] == ['uvloop']:
    import uvloop
    uvloop.install()
    MORE.pop()


def more(otherwise):
    """The number in the next argument."""
    return int(MORE[0]) if MORE else otherwise


def memory(key):
    with open('/proc/self/status') as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith(key))


class measure:
    """with measure() as m: …; m.report(items). May be entered again and again."""

    def __init__(self):
        self.ns = self.wall = 0
        self.memory = memory('VmRSS')

    def __enter__(self):
        self.began, self.begin = time.monotonic_ns(), time.process_time_ns()
        return self

    def __exit__(self, *_):
        self.ns += time.process_time_ns() - self.begin
        self.wall += time.monotonic_ns() - self.began

    def report(self, items):
        print('RESULT items=%d ns=%d wall=%d bytes=%d' % (items, self.ns, self.wall, memory('VmHWM') - self.memory))


def random_numbers():
    """The same in every language."""
    state = 12345
    while True:
        state = (state * 1664525 + 1013904223) & 0xffffffff
        yield state >> 8


def run(ways):
    """Calls what the first argument names; a coroutine runs in asyncio."""
    done = ways[WAY](SIZE)
    if asyncio.iscoroutine(done):
        asyncio.run(done)
