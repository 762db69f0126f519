"""What the bodies and actions of a run share: the loop, and tables of everything tasks can wait
on."""
import asyncio
import collections
import re
import sys
import weakref

from virtual import Loop

LEVELS, SLOTS = 5, 2                 # functions of a program; tasks in the table of each
GENERATOR = 3                        # the function that is an async generator, if there is one
FUEL = 250                           # statements until loops stop: bounds a run
DELAYS = [0, 0, 1, 1, 2, 2, 3, 5]    # seconds


class A(Exception): pass
class B(A): pass
class C(Exception): pass


ENDS = {t.__name__: t for t in (StopIteration, StopAsyncIteration, GeneratorExit)}
RAISED = {t.__name__: t for t in (A, B, C, ValueError, RuntimeError, TimeoutError,
                                  asyncio.CancelledError)}


class World:
    """Everything of one run."""
    def begin(self, run, functions, actions):
        self.run, self.functions, self.actions = run, functions, actions
        self.fuel, self.coin = FUEL, run + 1
        self.loop = loop = Loop()
        self.tasks = [None] * (LEVELS * SLOTS)
        self.spawned = []
        self.over = loop.create_future()
        self.over.set_result(0)
        self.futures = [loop.create_future() for _ in range(3)]
        self.locks = [asyncio.Lock() for _ in range(2)]
        self.events = [asyncio.Event() for _ in range(2)]
        self.conditions = [asyncio.Condition(), asyncio.Condition(self.locks[0])]
        self.counts = [0, 0]         # what the conditions are about
        self.semaphores = [asyncio.Semaphore(1), asyncio.BoundedSemaphore(2)]
        self.barriers = [asyncio.Barrier(2), asyncio.Barrier(3)]
        self.generators = [None, None]
        self.queues = [asyncio.Queue(1), asyncio.PriorityQueue(2), asyncio.LifoQueue(),
                       asyncio.Queue(2)]
        self.timeouts = [None] * LEVELS
        self.groups = [None] * LEVELS
        self.handles = [None] * 3
        self.told = []               # to the exception handler, when garbage is collected
        self.ticking = 0
        # task: kinds of what it awaits, outermost first; of the blocks that it stands in
        self.waiting = weakref.WeakKeyDictionary()
        self.inside = weakref.WeakKeyDictionary()


world = World()
coverage = collections.Counter()     # (what, outcome)


def log(text):
    task = asyncio.current_task(world.loop) if world.loop.is_running() else None
    sys.stdout.write('%d %s %s\n' % (world.loop.now, label(task) if task else '-', text))


def label(future):
    """Its name in traces."""
    if isinstance(future, asyncio.Task):
        return future.get_name().replace('Task-', 'T')
    return 'F%d' % world.futures.index(future) if future in world.futures else 'future'


def made(name, number):
    if name in ENDS:
        return ENDS[name]()
    return RAISED[name]('%d' % number)


def words(message):
    """What both say in a message: lasti's goes on, after a colon, with the place; Python's may name
    an object."""
    return re.sub(r' <.*?>', '', message).split(':')[0].rstrip('.')


def describe(e):
    if isinstance(e, BaseExceptionGroup):
        return 'ExceptionGroup[%s]' % ', '.join(map(describe, e.exceptions))
    text = type(e).__name__
    if isinstance(e, (A, C, asyncio.CancelledError)) or type(e) in (ValueError, RuntimeError):
        text += words(''.join(' %s' % a for a in e.args if a != ''))
    return text


def state_of(future):
    """What can be known without retrieving its exception."""
    if not future.done():
        text = 'pending'
    elif future.cancelled():
        text = 'cancelled'
        if isinstance(future, asyncio.Task):
            text += ' ' + (future._cancel_message or 'silently')
    elif future._exception is not None:
        seen = '' if not future._log_traceback else ' unseen'
        text = 'raised ' + describe(future._exception) + seen
    else:
        text = 'result %s' % future.result()
    if isinstance(future, asyncio.Task):
        text += ' cancelling %d' % future.cancelling()
    return label(future) + ' ' + text
