"""asyncio as lasti has it where the two differ on purpose (docs/differences.md), on a virtual
clock.

Everything else is CPython's own: its Task, Future, locks, queues, timeouts run unchanged.

- Time stands still while something is ready, and jumps to the next timer when nothing is.
- Timers of one deadline fire in the order they were set; CPython's heap leaves that open.
- A sleeper steps in the round in which its deadline passes. asyncio's timer resolves a future
  there, and the task steps a round later. So sleep() here awaits an object whose timer calls the
  task's step itself; CPython's Task takes any object with the methods of a future.
- Tasks are numbered in each loop, and a TaskGroup cancels its tasks in the order they were made.
- What 3.14 does otherwise than 3.13 is done as 3.14 does it: shield() reports an exception that
  nobody waits for any more, and an eager child that fails does not cancel its group's body at once.
"""
import asyncio
import heapq
import inspect
import sys
import textwrap
import weakref
from asyncio import base_events, events, taskgroups, tasks


def changed(function, *changes):
    """CPython's function with pieces of its source replaced, there and as the result."""
    source = textwrap.dedent(inspect.getsource(function))
    for old, new in changes:
        assert source.count(old) == 1, 'not in %s: %s' % (function, old)
        source = source.replace(old, new)
    space = vars(sys.modules[function.__module__])
    exec(source, space)
    return space[function.__name__]


class Task(asyncio.Task):
    """asyncio forgets with which message a task was cancelled once somebody has asked for its
    result, and gather() at once; here everybody is told."""
    ended_with = None

    def _make_cancelled_error(self):
        if self.ended_with is None:
            self.ended_with = asyncio.Task._make_cancelled_error(self)
        return self.ended_with

    @property
    def _cancel_message(self):
        return (self._make_cancelled_error().args or (None,))[0]

    def __await__(self):
        if self.cancelled():
            raise self._make_cancelled_error()
        return asyncio.Task.__await__(self)

    def result(self):
        if self.cancelled():
            raise self._make_cancelled_error()
        return asyncio.Task.result(self)

    def exception(self):
        if self.cancelled():
            raise self._make_cancelled_error()
        return asyncio.Task.exception(self)


class Timer(events.TimerHandle):
    __slots__ = ['number']

    def __lt__(self, other):
        return (self._when, self.number) < (other._when, other.number)


class Nothing:
    """The selector: nothing comes from outside, so the time until the next timer is skipped."""
    def __init__(self, loop):
        self.loop = loop

    def select(self, timeout):
        if timeout is None:
            self.loop.stop()         # nothing can happen any more
        else:
            self.loop.now += timeout
        return []


class Loop(base_events.BaseEventLoop):
    def __init__(self):
        base_events.BaseEventLoop.__init__(self)
        self.now = 0
        self._clock_resolution = 1e-9    # what is due exactly now is due
        self._selector = Nothing(self)
        self.timers = 0
        self.rounds = 0
        self._asyncgens = WeakInOrder()
        self.eager_child = False         # a group makes an eager task
        self.tasks = []                  # all that were made: held, as lasti's loop holds them

    # A group of lasti is an exception like others, whatever is in it.
    shutdown_asyncgens = changed(
        base_events.BaseEventLoop.shutdown_asyncgens,
        ('isinstance(result, Exception)', 'isinstance(result, (Exception, BaseExceptionGroup))'))

    def time(self):
        return self.now

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass

    def _run_once(self):
        self.rounds += 1
        base_events.BaseEventLoop._run_once(self)

    def call_at(self, when, callback, *args, context=None):
        self._check_closed()
        timer = Timer(when, callback, args, self, context)
        timer.number = self.timers = self.timers + 1
        timer._scheduled = True
        heapq.heappush(self._scheduled, timer)
        return timer

    def create_task(self, coro, *, name=None, context=None, eager_start=False):
        self._check_closed()
        eager_start, self.eager_child = eager_start or self.eager_child, False
        at = len(self.tasks)
        self.tasks.append(None)
        task = Task(coro, loop=self, name=name or 'Task-%d' % (at + 1), context=context,
                    eager_start=eager_start)
        self.tasks[at] = task
        return task


class Sleep:
    """What a task waits on that sleeps."""
    _asyncio_future_blocking = False

    def __init__(self, delay):
        self.delay = delay
        self.loop = asyncio.get_running_loop()
        self.cancelled = None            # the CancelledError

    def __await__(self):
        self._asyncio_future_blocking = True
        yield self
        self.result()

    def get_loop(self):
        return self.loop

    def done(self):
        return self.cancelled is not None or not self.timer._scheduled

    def add_done_callback(self, wakeup, *, context):
        self.wakeup, self.context = wakeup, context
        self.timer = self.loop.call_later(self.delay, wakeup, self, context=context)

    def cancel(self, msg=None):
        if self.done():
            return False
        self.timer.cancel()
        self.cancelled = asyncio.CancelledError() if msg is None else asyncio.CancelledError(msg)
        self.loop.call_soon(self.wakeup, self, context=self.context)
        return True

    def result(self):
        if self.cancelled is not None:
            raise self.cancelled


async def sleep(delay, result=None):
    if delay == 0:
        await asyncio.sleep(0)
    else:
        await Sleep(delay)
    return result


class InOrder(dict):
    """A set that is iterated in the order in which its elements came."""
    def __init__(self, elements=()):
        dict.__init__(self, ((e, None) for e in elements))

    def add(self, element):
        self[element] = None

    def discard(self, element):
        self.pop(element, None)

    remove = discard


def is_created(generator):
    return (inspect.getasyncgenstate(generator) == inspect.AGEN_CREATED and
            not generator.ag_running)


# CPython's loop takes an async generator for begun whatever it is asked first; lasti's where its
# body begins.
def asend(generator, value):
    return refused() if is_created(generator) else generator.asend(value)


def athrow(generator, what):
    return not_begun(generator, is_created(generator), generator.athrow(what))


def aclose(generator):
    return not_begun(generator, is_created(generator), generator.aclose())


def not_begun(generator, was_created, operation):
    if was_created:
        asyncio.get_running_loop()._asyncgens.discard(generator)
    return operation


async def refused():
    raise TypeError("can't send non-None value to a just-started async generator")


class WeakInOrder(InOrder):
    """The same, weakly."""
    def add(self, element):
        self[weakref.ref(element)] = None

    def discard(self, element):
        self.pop(weakref.ref(element), None)

    def __iter__(self):
        return (e for e in [reference() for reference in self.keys()] if e is not None)


class TaskGroup(taskgroups.TaskGroup):
    def __init__(self):
        taskgroups.TaskGroup.__init__(self)
        self._tasks = InOrder()
        self.adding = 0

    def create_task(self, coro, eager):
        self.adding += 1
        try:
            if self._loop is not None:
                self._loop.eager_child = eager
            task = taskgroups.TaskGroup.create_task(self, coro)
        finally:
            self.adding -= 1
            if self._loop is not None:
                self._loop.eager_child = False   # where it refused to make a task
        if task.done() and task not in self._tasks:
            self._tasks.add(task)
            task.add_done_callback(self._on_task_done)
        return task

    def _on_task_done(self, task):
        if not self.adding:          # else create_task() of 3.13 calls it for one that is done
            taskgroups.TaskGroup._on_task_done(self, task)


def shield(arg):
    """That of 3.14."""
    inner = asyncio.ensure_future(arg)
    if inner.done():
        return inner
    outer = inner.get_loop().create_future()

    def inner_done(inner):
        if outer.cancelled():
            return
        if inner.cancelled():
            outer.cancel()
        elif inner.exception() is not None:
            outer.set_exception(inner.exception())
        else:
            outer.set_result(inner.result())

    def outer_done(outer):
        if not inner.done():
            inner.remove_done_callback(inner_done)
            inner.remove_done_callback(log_on_exception)
            inner.add_done_callback(log_on_exception)

    inner.add_done_callback(inner_done)
    outer.add_done_callback(outer_done)
    return outer


def log_on_exception(inner):
    if not inner.cancelled() and inner.exception() is not None:
        inner.get_loop().call_exception_handler({
            'message': '%s exception in shielded future' % type(inner.exception()).__name__,
            'exception': inner.exception(), 'future': inner})


# as_completed() takes what it is given in that order; in Python it is a set.
tasks.InOrder = InOrder
changed(tasks._AsCompletedIterator,
        ('{ensure_future(aw, loop=loop) for aw in set(aws)}',
         'InOrder(ensure_future(aw, loop=loop) for aw in InOrder(aws))'))
# So does wait().
wait = changed(tasks.wait, ('fs = set(fs)', 'fs = InOrder(fs)'))
# A wait() that is over asks for nobody's exception, not even where a callback was on its way.
changed(tasks._wait,
        ('    counter = len(fs)\n', '    counter = len(fs)\n    over = False\n'),
        ('        nonlocal counter\n', '        nonlocal counter\n        if over: return\n'),
        ('    finally:\n', '    finally:\n        over = True\n'))
