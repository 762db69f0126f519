"""What is measured: sections by letter, groups of rows that do the same work, and how much of it each does in one run.

A size is such that a run takes between a tenth of a second and three; what is slow does less of the same.
"""
import collections
import os

from programs import folder_of, made_with, needs_of

# unit: what an item is; floor: the label to whose time the others' is a ratio; by: 'ns' of CPU time, 'wall', or 'bytes'
section = collections.namedtuple('section', 'letter title groups')
group = collections.namedtuple('group', 'title unit floor by rows')


class row:
    """counted: two sizes for callgrind, or None; `counted_more`: its further words; once: in the first round alone."""

    def __init__(self, label, program, way, size, *more, counted=None, counted_more=None, only_timed=False, needs=(), ours=False):
        self.label, self.program, self.way, self.size, self.more = label, program, way, size, [str(word) for word in more]
        self.counted, self.only_timed = counted, only_timed
        self.counted_more = [str(word) for word in counted_more] if counted_more else self.more
        self.needs = tuple(needs) or needs_of(program)
        self.tools = made_with(program)
        self.ours = ours                # lasti's that the others are compared with

    @property
    def is_lasti(self):
        return folder_of(self.program) is None

    def words(self):
        return [self.way, str(self.size)] + self.more


STEPS = (1000000, 2000000)
A = section('A', 'A step of a generator', [group(
    'The sum of 0 … N-1', 'item', 'a loop', 'ns', [
        row('a loop', 'step', 'loop', 100000000, counted=STEPS),
        row('**lasti, `iterate(body)`**', 'step', 'iterate', 50000000, counted=STEPS),
        row('**lasti, `generator<long>`**', 'step', 'generator', 30000000, counted=STEPS, ours=True),
        row('a switch frame by hand, behind a pointer', 'peers/by_hand/step', '-', 30000000, counted=STEPS),
        row('an iterator class, virtual `next()`', 'step', 'virtual', 50000000, counted=STEPS),
        row('C++20 coroutine', 'peers/cpp20/step', '-', 30000000, counted=STEPS),
        row('`asio::coroutine`, visible', 'peers/asio/step', 'visible', 50000000, counted=STEPS),
        row('`asio::coroutine`, opaque', 'peers/asio/step', 'opaque', 50000000, counted=STEPS),
        row('Boost.Coroutine2', 'peers/boost/step', '-', 5000000, counted=(10000, 20000)),
        row('Rust, `gen`, visible', 'peers/rust/main', 'visible', 50000000, counted=STEPS, needs=['Rust, gen blocks']),
        row('Rust, `gen`, boxed', 'peers/rust/main', 'boxed', 50000000, counted=STEPS, needs=['Rust, gen blocks']),
        row('Go, `iter.Pull`', 'peers/go/pull', 'step', 3000000, needs=['Go 1.23']),
        row('Node.js, `function*`', 'peers/node/main', 'step', 10000000),
        row('CPython', 'peers/python/generators', 'step', 5000000),
    ])])

SMALL = dict(counted=(1, 3), counted_more=['balanced', 12])


def walked(title, shape, depth, walks, rows):
    return group(title, 'node', 'an iterator with a stack of its own', 'ns', [
        row(label, program, way, walks * factor, shape, depth, **settings) for label, program, way, factor, settings in rows])


OURS, ITERATOR, FRAMES = [
    ('**lasti, `YIELD_FROM`**', 'tree', 'walk', 1, dict(SMALL, ours=True)),
    ('an iterator with a stack of its own', 'peers/by_hand/tree', 'iterator', 2, SMALL),
    ('switch frames by hand, from a list', 'peers/by_hand/tree', 'frames', 2, SMALL)]
RECURSIVE = ('C++20, recursive generator', 'peers/cpp20/tree', 'recursive', 1, SMALL)


def uncounted(each):
    return each[:4] + ({'ours': 'ours' in each[4]},)


B = section('B', 'A generator that delegates: a tree, walked in order', [
    walked('A balanced tree of 2^20 - 1 nodes', 'balanced', 20, 1, [
        ITERATOR, OURS, FRAMES, ('a function that calls itself, which cannot pause', 'peers/by_hand/tree', 'function', 4, SMALL),
        RECURSIVE, ('C++20, each value passed up', 'peers/cpp20/tree', 'nested', 1, SMALL),
        ('Boost.Coroutine2, one, and a function in it', 'peers/boost/tree', '-', 1, SMALL),
        ('Go, `iter.Pull`', 'peers/go/pull', 'tree', 1, dict(needs=['Go 1.23'])),
        ('Node.js, `yield*`', 'peers/node/main', 'tree', 1, {}),
        ('CPython, `yield from`', 'peers/python/generators', 'tree', 1, {})]),
    walked('100 walks of a tree that is a list, 10,000 deep', 'spine', 10000, 100, map(uncounted, [ITERATOR, OURS, FRAMES, RECURSIVE])),
    walked('A list, 1,000,000 deep', 'spine', 1000000, 1, map(uncounted, [ITERATOR, OURS, FRAMES, RECURSIVE])),
])

C = section('C', 'A switch of tasks, through the whole event loop', [group(
    '1,000 tasks pass again and again', 'switch', 'a ring of switch frames', 'ns', [
        row('a ring of switch frames', 'peers/by_hand/switches', 'ring', 20000, 1000, counted=(100, 200)),
        row('the same, and epoll each round', 'peers/by_hand/switches', 'epoll', 20000, 1000, counted=(100, 200)),
        row('**lasti, `sleep(0)`**', 'loop_switch', '-', 5000, 1000, counted=(100, 200), ours=True),
        row('C++20 coroutines in a ring', 'peers/cpp20/switches', '-', 20000, 1000, counted=(100, 200)),
        row('Rust, boxed futures in a ring', 'peers/rust/main', 'switches', 20000, 1000, counted=(100, 200)),
        row('libuv, `uv_idle`: a callback', 'peers/libuv/switches', '-', 10000, 1000, counted=(100, 200)),
        row('libev, `ev_idle`: a callback', 'peers/libev/switches', '-', 10000, 1000, counted=(100, 200)),
        row('Asio, `post` of a callback', 'peers/asio/switches', 'callback', 3000, 1000, counted=(100, 200)),
        row('Asio, `asio::coroutine` and `post`', 'peers/asio/switches', 'reenter', 3000, 1000, counted=(100, 200)),
        row('Asio, `awaitable`', 'peers/asio/switches', 'awaitable', 1000, 1000, counted=(100, 200)),
        row('Go, `Gosched`', 'peers/go/tasks', 'switches', 2000, 1000),
        row('Node.js, `setImmediate` awaited', 'peers/node/main', 'switches', 500, 1000),
        row('asyncio, `sleep(0)`', 'peers/python/tasks', 'switches', 200, 1000),
        row('uvloop, `sleep(0)`', 'peers/python/tasks', 'switches', 200, 1000, 'uvloop', needs=['uvloop']),
    ])])

SLEEPERS = [
    ('switch frames, a heap and epoll, by hand', 'peers/by_hand/sleepers', '-', [], 1, ()),
    ('**lasti, `sleep()`**', 'sleepers', 'real', [], 1, ()),
    ('libev: a callback', 'peers/libev/sleepers', '-', [], 1, ()),
    ('Asio: a callback', 'peers/asio/sleepers', 'callback', [], 1, ()),
    ('libuv: a callback', 'peers/libuv/sleepers', '-', [], 1, ()),
    ('Asio, `awaitable`', 'peers/asio/sleepers', 'awaitable', [], 1, ()),
    ('Go, `time.Sleep`', 'peers/go/tasks', 'sleepers', [], 1, ()),
    ('Node.js, `setTimeout` awaited', 'peers/node/main', 'sleepers', [], 1, ()),
    ('asyncio, `sleep()`', 'peers/python/tasks', 'sleepers', [], 0.5, ()),
    ('uvloop, `sleep()`', 'peers/python/tasks', 'sleepers', ['uvloop'], 0.5, ('uvloop',)),
]


def slept(title, count, same, by, most):
    floor = SLEEPERS[0][0]
    return group(title, 'task', floor, by, [
        row(label + (', of half as many' if part < 1 else ''), program, way, int(count * part), same, *more, needs=needs,
            ours='lasti' in label)
        for label, program, way, more, part, needs in SLEEPERS[:most]])


D = section('D', 'Tasks that sleep once', [
    slept('1,000,000, for 0 to 1000 ms: CPU time', 1000000, 0, 'ns', 5),
    slept('100,000, for 0 to 1000 ms: CPU time', 100000, 0, 'ns', 10),
    slept('100,000 that sleep together: memory', 100000, 2000, 'bytes', 10),
])

F = section('F', 'Exceptions, closing, cancelling', [
    group('An exception raised where a generator stands, which catches it and yields on', 'exception', None, 'ns', [
        row('**lasti, `throw_()`**', 'throws', 'throw', 2000000, counted=(1000, 2000), ours=True),
        row('C++20 coroutine', 'peers/cpp20/throws', 'throw', 100000, counted=(1000, 2000)),
        row('Node.js, `throw()`', 'peers/node/main', 'throw', 200000),
        row('CPython, `throw()`', 'peers/python/generators', 'throw', 1000000)]),
    group('A suspended generator is ended', 'generator', None, 'ns', [
        row('**lasti, `close()`**', 'throws', 'close', 2000000, counted=(1000, 2000), only_timed=True, ours=True),
        row('**lasti, `close()`, in a `TRY` with `FINALLY`**', 'throws', 'close_try', 1000000, counted=(1000, 2000), only_timed=True),
        row('C++20 coroutine, `destroy()`', 'peers/cpp20/throws', 'close', 2000000, counted=(1000, 2000), only_timed=True),
        row('CPython, `close()`', 'peers/python/generators', 'close', 1000000)]),
    group('One of 1,000,000 tasks that sleep is cancelled, to its end', 'task', None, 'ns', [
        row('**lasti, `cancel()`**', 'cancel', 'sleepers', 1000000, counted=(10000, 20000), only_timed=True, ours=True),
        row('libev, `ev_timer_stop`: no callback is told', 'peers/libev/cancel', '-', 1000000, counted=(10000, 20000), only_timed=True),
        row('Asio, `cancel()` of a timer with a callback', 'peers/asio/cancel', 'sleepers', 1000000, counted=(10000, 20000), only_timed=True),
        row('asyncio, `cancel()`, of 50,000', 'peers/python/cancel', 'sleepers', 50000)]),
    group('A task that stands 100 coroutines deep is cancelled', 'coroutine', None, 'ns', [
        row('**lasti**', 'cancel', 'chain', 500000, counted=(1000, 2000), only_timed=True, ours=True),
        row('**lasti, each in a `TRY` with `FINALLY`**', 'cancel', 'chain_finally', 500000, counted=(1000, 2000), only_timed=True),
        row('C++20 coroutines, an exception thrown in', 'peers/cpp20/throws', 'chain', 100000, counted=(1000, 2000), only_timed=True),
        row('Asio, `awaitable`', 'peers/asio/cancel', 'chain', 100000, counted=(1000, 2000), only_timed=True),
        row('asyncio', 'peers/python/cancel', 'chain', 200000)]),
])


def both(unit, title, way, size, counted, theirs, *more, others=()):
    return group(title, unit, None, 'ns', [
        row('**lasti**', 'sync', way, size, *more, counted=counted, ours=True), *others,
        row('asyncio', 'peers/python/sync', way, theirs, *more)])


def channels(room):
    return [row('Asio, `experimental::channel`', 'peers/asio/sync', '-', 200000, room, counted=(1000, 2000)),
            row('Go, a channel', 'peers/go/tasks', 'queue', 1000000, room)]


G = section('G', 'Tasks that wait for each other', [
    both('time', 'A lock is acquired and released, nobody waits', 'lock', 10000000, (1000, 2000), 300000, others=[
        row('Go, `sync.Mutex`', 'peers/go/tasks', 'lock', 10000000)]),
    both('time', 'A lock for 100 tasks, each holds it for a round', 'contended', 20000, (100, 200), 200),
    both('item', 'An item from task to task through a queue with room for 1', 'queue', 2000000, (1000, 2000), 30000, 1,
         others=channels(1)),
    both('item', 'The same with room for 100', 'queue', 5000000, (1000, 2000), 200000, 100, others=channels(100)),
    both('waiter', 'An event wakes 1,000 tasks', 'event', 2000, (20, 40), 100),
    both('child', '`gather` of 1,000 that do nothing', 'gather', 1000, (20, 40), 50, others=[
        row('Go, `sync.WaitGroup`', 'peers/go/tasks', 'gather', 1000),
        row('Node.js, `Promise.all`', 'peers/node/main', 'gather', 1000)]),
])


def in_threads(count):
    return group('%d loop%s in as many threads: 1,000 tasks pass on each' % (count, 's' * (count > 1)), 'switch', None, 'wall', [
        row('**lasti**', 'threads', 'switches', 3000, count, ours=True),
        row('Asio, `asio::coroutine` and `post`', 'peers/asio/threads', 'switches', 1000, count)])


I = section('I', 'Loops and threads: time on the wall', [
    group('A callback goes to the loop of another thread and back', 'round trip', None, 'wall', [
        row('**lasti, `call_soon_threadsafe`**', 'threads', 'round_trips', 30000, ours=True),
        row('Asio, `post`', 'peers/asio/threads', 'round_trips', 30000),
        row('libuv, `uv_async_send`', 'peers/libuv/threads', '-', 10000),
        row('Go, two channels, threads of their own', 'peers/go/tasks', 'round_trips', 20000),
        row('asyncio, `call_soon_threadsafe`', 'peers/python/threads', 'round_trips', 10000),
        row('uvloop, `call_soon_threadsafe`', 'peers/python/threads', 'round_trips', 5000, 'uvloop', needs=['uvloop'])]),
    group('One thread hands callbacks to the loop of another', 'callback', None, 'wall', [
        row('**lasti, `call_soon_threadsafe`**', 'threads', 'posts', 1000000, ours=True),
        row('Asio, `post`', 'peers/asio/threads', 'posts', 1000000),
        row('asyncio, `call_soon_threadsafe`', 'peers/python/threads', 'posts', 50000)]),
] + [in_threads(count) for count in sorted({1, 2, os.cpu_count() or 1})])

AT = [(1, 1), (10, 1), (100, 1), (1000, 1), (10000, 1), (1000, 10), (1000, 100)]
J = section('J', 'A copy of a suspended generator, and a new one that runs up to there', [
    group('{:,} item{} taken, {} deep'.format(position, 's' * (position > 1), depth), 'copy', None, 'ns', [
        row('**lasti, `copy()`**', 'copy', 'copy:%d:%d' % (position, depth), 2000000 // depth, ours=True),
        row('a new one', 'copy', 'again:%d:%d' % (position, depth), 20000000 // (position + depth + 10))])
    for position, depth in AT])

SECTIONS = {each.letter: each for each in (A, B, C, D, F, G, I, J)}
