"""What the emitted Python programs run on; harness.hpp is its twin in C++, function by function.

usage: python batch.py FIRST COVERAGE
Runs the programs of the batch from the FIRST on, and writes their traces to stdout. COVERAGE gets
lines «program what outcome count»: how often an await of some kind came out how, how often a
cancellation met a task in which state.
"""
import asyncio
import gc
import itertools
import os
import sys
import warnings
from asyncio import (
    BrokenBarrierError, CancelledError, InvalidStateError, QueueEmpty, QueueFull, QueueShutDown,
    timeout, timeout_at, wait_for)

from actions import T, act, called, open_group, open_timeout
from virtual import aclose, asend, athrow, shield, sleep, wait
from world import A, B, C, DELAYS, GENERATOR, coverage, describe, label, log, made, state_of, world


# Called by bodies

def s(id):
    """Control came by the statement `id`."""
    world.fuel -= 1
    log('%d' % id)


def v(id, x):
    """The value that statement `id` returns or yields: shows that the local x survived."""
    return (id + 1000 * x) % 1000003


def hashed(id):
    return ((id * 31 + world.run) * 2654435761 % 2 ** 32) >> 20


def d(id):
    """How long statement `id` takes in this run, in seconds."""
    return DELAYS[hashed(id) % len(DELAYS)]


def fuelled():
    return world.fuel > 0


def flip():
    """A coin whose throws are the same in C++."""
    world.coin = (world.coin * 1103 + 12345) % 65536
    return world.coin & 64 != 0


def got(t):
    log('got %d' % (t or 0))
    return t or 0


def got_sent(t):
    log('got None' if t is None else 'got sent %d' % t)
    return t or 0


def got_list(items):
    log('got [%s]' % ', '.join('%d' % i if isinstance(i, int) else describe(i) for i in items))
    return sum(i for i in items if isinstance(i, int)) % 1000003


def got_sets(sets):
    done, pending = sets
    log('got %s / %s' % (' '.join(sorted(map(label, done))), ' '.join(sorted(map(label, pending)))))
    return len(done)


def caught(e):
    log('caught ' + describe(e))


def bound(e):
    log('bound ' + describe(e))


def F(i):
    return world.futures[i]


def G(i):
    """The async generator in the table, made where there is none."""
    if world.generators[i] is None:
        world.generators[i] = world.functions[GENERATOR](i)
    return world.generators[i]


async def no_items():
    if False:
        yield


def now():
    return world.loop.time()


def ensure(coroutine):
    return asyncio.ensure_future(coroutine)


async def slept(delay):
    await sleep(delay)
    return delay + 7


def asks(i):
    """A predicate about a count: true of two in three."""
    log('asked %d' % i)
    return world.counts[i] % 3 != 0


async def gathered(future):
    return got_list(await future)


def current():
    """The task, or the loop where an async generator is closed outside of tasks."""
    return asyncio.current_task() or world.loop


async def w(kind, awaitable):
    """Awaits it, and counts how that came out."""
    stack = world.waiting.setdefault(current(), [])
    stack.append(kind)
    round = world.loop.rounds
    try:
        result = await awaitable
        how = 'at once' if round == world.loop.rounds else 'later'
        return result
    except CancelledError:
        how = 'cancelled'
        raise
    except TimeoutError:
        how = 'timeout'
        raise
    except BaseException:
        how = 'error'
        raise
    finally:
        del awaitable            # a traceback may keep this frame, but must not keep a generator
        stack.pop()
        coverage[kind, how] += 1


class W:
    """A context manager or iterator that is watched: see w()."""
    def __init__(self, kind, inner):
        self.kind, self.inner = kind, inner

    async def __aenter__(self):
        result = await w(self.kind, self.inner.__aenter__())
        self.around = world.inside.setdefault(current(), [])
        self.around.append(self.kind)
        return result

    async def __aexit__(self, *args):
        self.around.remove(self.kind)
        return await w(self.kind + ' exit', self.inner.__aexit__(*args))

    def __aiter__(self):
        self.inner = self.inner.__aiter__()
        return self

    def __anext__(self):
        return w(self.kind, self.inner.__anext__())


# A run

def tick(left, action):
    """Lets rounds pass, and shows where in each it was called."""
    log('tick %d' % left)
    if left:
        world.loop.call_soon(tick, left - 1, action)
    else:
        act(world.actions[action], True)


def begin(starts, injections):
    for action in starts:
        act(world.actions[action], True)
    for when, ticks, action in injections:
        world.loop.call_later(when, tick, ticks, action)
        coverage['scheduled', 'round %d' % ticks] += world.actions[action][0] == 'cancel'


def tell(loop, context):
    message = context['message']
    said = describe(context['exception']) if 'exception' in context else ''
    for part, kind in (('never retrieved', 'never retrieved '), ('destroyed', 'destroyed '),
                       ('closing of asynchronous generator', 'closing ')):
        if part in message:
            return world.told.append(kind + said)
    for part, kind in (('Exception in callback', 'callback'), ('shielded', 'shielded'),
                       ('errored out', 'group'), ('', message)):
        if part in message:
            return log('handler: %s %s' % (kind, said))


def warned(message, *_, **__):
    world.told.append('never awaited' if 'never awaited' in str(message) else str(message))


def unraisable(what):
    world.told.append('unraisable ' + describe(what.exc_value))


def close_generators():
    tasks = len(world.loop.tasks)
    world.loop.create_task(world.loop.shutdown_asyncgens())
    finish()
    del world.loop.tasks[tasks:]         # they keep the generators
    world.loop.call_soon(drop_generators)
    finish()


def drop_generators():
    for i in range(len(world.generators)):
        world.generators[i] = None


def finish():
    """Nothing can happen any more: who is left hangs, and is cancelled until all are done.

    Who waits in a condition needs its lock to come out of there, and the task that has it may be
    gone.
    """
    loop = world.loop
    for attempt in itertools.count():
        loop.run_forever()
        left = [t for t in loop.tasks if not t.done()]
        if not left:
            break
        log('deadlock ' + ' '.join(map(label, left)))
        for task in left:
            task.cancel()
        for lock in world.locks + world.conditions[:1]:
            if attempt and lock.locked():
                lock.release()


def report():
    w = world
    for future in w.spawned + w.futures:
        log('end ' + state_of(future))
    act(('probe', 0, 0, 0))
    del future                   # it must go with the others
    gc.collect()
    told, loop = w.told, w.loop
    w.__dict__.clear()
    w.told, w.loop = told, loop
    loop.tasks.clear()
    gc.collect()
    for text in sorted(told):
        sys.stdout.write('told %s\n' % text)
    loop.close()


def main(programs):
    gc.disable()
    gc.freeze()
    warnings.showwarning = warned
    sys.unraisablehook = unraisable
    warnings.simplefilter('always')
    first, covered = int(sys.argv[1]), open(sys.argv[2], 'a')
    for number, functions, actions, starts, runs in programs[first:]:
        sys.stdout.write('program %d\n' % number)
        for run, injections in runs:
            sys.stdout.write('run %d\n' % run)
            world.begin(run, functions, actions)
            world.loop.set_exception_handler(tell)
            world.loop.call_soon(begin, starts, injections)
            finish()
            close_generators()
            report()
        sys.stdout.write('end %d\n' % number)
        for (what, outcome), times in coverage.items():
            covered.write('%d %s %s %d\n' % (
                number, what.replace(' ', '_'), outcome.replace(' ', '_'), times))
        coverage.clear()
        covered.flush()
        sys.stdout.flush()       # what was said before a crash must be out
    os._exit(0)
