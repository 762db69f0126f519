"""What the emitted Python programs run on; harness.hpp is its twin in C++, function by function.

usage: python batch.py FIRST COVERAGE
Runs the programs of the batch from the FIRST on, and writes their traces to stdout. COVERAGE gets lines «program id operation count»: how often control came
by the statement `id` while the driver was in `operation`, and «program @line operation count»: how often
`operation` met a generator suspended in that line.
"""
import collections
import gc
import inspect
import os
import sys
import types
import weakref

TABLE, LOCALS = 5, 2
GIVEN_UP = 9           # exit code


class A(Exception): pass
class B(A): pass
class C(Exception): pass
class X(BaseException): pass
class Y(X): pass


def made(name, number):
    if name == 'StopIteration':
        return StopIteration()
    if name == 'StopIterationValue':
        return StopIteration(number)
    if name == 'GeneratorExit':
        return GeneratorExit()
    return {'A': A, 'B': B, 'C': C, 'X': X, 'Y': Y, 'ValueError': ValueError, 'TypeError': TypeError,
            'RuntimeError': RuntimeError}[name]('%d' % number)


def describe(e):
    text = type(e).__name__
    if isinstance(e, AttributeError):
        pass                     # its text names Python's type of iterator
    elif isinstance(e, StopIteration):
        text += ' %s' % ('-' if e.value is None else e.value)
    elif e.args:
        text += ' %s' % e.args[0]
    return text


def with_context(e):
    """The same with the types of the contexts, where the program compares them.

    Only of what a body handles: what comes out of a generator in C++ is the bare object, without its context.
    """
    text = describe(e)
    if state.contexts and not state.dropping:
        chain = []
        while e.__context__ is not None and len(chain) < 6:
            e = e.__context__
            chain.append(type(e).__name__)
        text += ' <- ' + ' '.join(chain) if chain else ''
    return text


class State:
    def __init__(self):
        self.contexts = False
        self.dropping = 0        # inside the destruction of handles that a step of the driver drops
        self.clearing = 0        # inside the destruction of the locals of a frame that has finished
        self.fuel = 300          # statements until loops stop: bounds a program's run
        self.coin = 1
        self.operation = ['-']


state = State()
coverage = collections.Counter()


def log(text):
    sys.stdout.write(text + '\n')


# Called by bodies

def s(id):
    """Control came by the statement `id`.

    What is being handled forgets its traceback, which refers to the frame that handles it: such a cycle would
    keep the locals of a frame alive that goes while it stands in a handler. So do its contexts.
    """
    handled = sys.exc_info()[1]
    while handled is not None:
        handled.__traceback__ = None
        handled = handled.__context__
    state.fuel -= 1
    coverage[id, state.operation[-1]] += 1
    log('%d' % id)


def v(id, x):
    """The value that statement `id` yields or returns: shows that the local x survived."""
    return (id + 1000 * x) % 1000003


def got(t):
    log('got %s' % ('None' if t is None else t))
    return 0 if t is None else t


def result(t):
    """Of a yield from. A sub-generator that had finished before gives None; C++ has but R() for it."""
    log('result %d' % (t or 0))
    return t or 0


def caught(e):
    log('caught ' + with_context(e))


def bound(e):
    """Of `as e`: in C++ the object, which has no context."""
    log('bound ' + describe(e))


def fuelled():
    return state.fuel > 0


def flip():
    """A coin whose throws are the same in C++."""
    state.coin = (state.coin * 1103 + 12345) % 65536
    return state.coin & 64 != 0


class Manager:
    """Something for WITH. `does`: swallow 1, raise in enter 2, raise in exit 4, exit returns nothing 8."""
    def __init__(self, id, does):
        self.id, self.does = id, does

    def __enter__(self):
        log('enter %d' % self.id)
        if self.does & 2:
            raise A('%d' % self.id)
        return self.id

    def __exit__(self, type, e, traceback):
        log('exit %d %s' % (self.id, 'None' if e is None else with_context(e)))
        if self.does & 4:
            raise C('%d' % self.id)
        return bool(self.does & 1)


# Handles

def nothing():
    return 0
    yield


def count(n):
    for i in range(n):
        yield i
    return 0


def loud(n):
    try:
        yield n
    finally:
        log('loud %d' % n)
    return 0


class Handles:
    """Handles to generators, each with the level of its function: a frame keeps those of higher levels only."""
    def __init__(self, size, level):
        self.g = [None] * size
        self.levels = [0] * size
        self.level = level

    def get(self, i):
        return nothing() if self.g[i] is None else self.g[i]

    def put(self, i, g, level):
        self.levels[i] = level
        # The list alone must refer to both the new one and the old one when the old one goes.
        self.g[i], g = g, None

    def take(self, i, other, j):
        if other.g[j] is not None and other.levels[j] > self.level:
            self.levels[i] = other.levels[j]
            self.g[i] = other.g[j]

    def drop(self, i):
        state.operation.append('destroy')
        self.g[i] = None
        state.operation.pop()

    def __del__(self):
        self.clear()

    def clear(self):
        state.clearing += 1
        for i in range(len(self.g)):
            self.g[i] = None
        state.clearing -= 1


class Locals(Handles):
    """The handles in a frame's locals."""
    def __init__(self, level):
        Handles.__init__(self, LOCALS, level)
        self.weak = weakref.proxy(self)


def suspended(g):
    return g.gi_suspended if hasattr(g, 'gi_suspended') else inspect.getgeneratorstate(g) == inspect.GEN_SUSPENDED


def letter(g):
    if g is None:
        return '-'
    if g.gi_running:
        return 'r'
    if suspended(g):
        return 's' if g.gi_yieldfrom is None else 'd'
    return 'c' if g.gi_frame is not None else 'f'


def probe():
    """The states of all handles in the table: created, suspended, delegating, running, finished."""
    log('state ' + ''.join(map(letter, H.g)))


def cover(g, operation):
    while isinstance(g.gi_yieldfrom, types.GeneratorType):
        g = g.gi_yieldfrom
    if g.gi_frame is not None:
        coverage['@%d' % g.gi_frame.f_lineno, operation] += 1


# No local of what follows may refer to a generator or to a frame's Locals: an exception that a body goes on
# handling refers to the frame it came through, that one to its callers (f_back), and they to their locals.

def close(handles, i):
    """handles.g[i].close() as Python 3.13 has it, with the value the body returned; older ones drop the value.

    There the same is done by hand: close() is a throw of GeneratorExit whose ends are sorted differently.
    """
    if sys.version_info >= (3, 13) or not suspended(handles.g[i]):
        return handles.g[i].close()
    try:
        handles.g[i].throw(GeneratorExit())
    except StopIteration as e:
        return e.value
    except GeneratorExit:
        return None
    raise RuntimeError('generator ignored GeneratorExit')


def throw(handles, i, name, number):
    """Throws as Python 3.12 does. Older ones do otherwise in three cases:

    Into a generator that has not started, StopIteration stays what it is. A running generator that delegates
    refuses it; 3.10 and 3.11 throw into its sub-generator and break both. Where it is in the middle of a chain,
    that can't be mended from here: the program is given up.
    """
    if sys.version_info < (3, 12):
        if letter(handles.g[i]) == 'r':
            raise ValueError('generator already executing')
        if name.startswith('StopIteration') and letter(handles.g[i]) == 'c':
            handles.g[i].close()
            raise made(name, number)
        if name != 'GeneratorExit' and running_below(handles.g[i]):
            give_up()
    return handles.g[i].throw(made(name, number))


def running_below(g):
    g = g.gi_yieldfrom
    while isinstance(g, types.GeneratorType) and not g.gi_running:
        g = g.gi_yieldfrom
    return isinstance(g, types.GeneratorType)


def apply(handles, i, name, arg):
    """Does the operation; what it says."""
    if name in ('next', 'resume'):
        return 'yield %d' % next(handles.g[i])
    if name == 'next_default':
        return 'yield %d' % next(handles.g[i], -1)
    if name in ('send', 'resume_with'):
        return 'yield %d' % handles.g[i].send(arg)
    if name == 'throw':
        return 'yield %d' % throw(handles, i, *arg)
    value = close(handles, i)
    return 'closed %s' % ('None' if value is None else value)


def operate(handles, i, name, arg, guarded):
    if handles.g[i] is None:
        log('%s %d: empty' % (name, i))
        return
    log('%s %d' % (name, i))
    kind = {'next_default': 'next', 'resume': 'next', 'resume_with': 'send'}.get(name, name)
    if kind == 'throw' and arg[0] == 'GeneratorExit':
        kind = 'throw_exit'
    cover(handles.g[i], kind)
    state.operation.append(kind)
    try:
        said = apply(handles, i, name, arg)
    except BaseException as e:
        if not guarded:
            log('=> out')
            raise
        said = 'raise ' + describe(e)
    finally:
        state.operation.pop()
    log('=> ' + said)


def inner(handles, i, name, arg, guarded):
    """An operation by a body. The locals of a finished frame go while it runs here, but not so in C++: none then."""
    if state.clearing or not fuelled():
        log('skipped')
    else:
        operate(handles, i, name, arg, guarded)


# Called by the driver

def drive(i, name, arg):
    operate(H, i, name, arg, True)
    probe()


def new(i, g, level):
    log('new %d' % i)
    H.levels[i] = level
    dropping(i, [g])
    del g
    probe()


def is_over(i):
    """Is the i-th handle of the table of no more use?"""
    return letter(H.g[i]) in '-f'


def copy(i, j):
    log('copy %d %d' % (i, j))
    H.levels[i] = H.levels[j]
    dropping(i, [H.g[j]])
    probe()


def drop(i):
    log('drop %d' % i)
    dropping(i, [None])
    probe()


def dropping(i, g):
    """Puts g[0] into the table; what stood there may go."""
    state.dropping += 1
    state.operation.append('destroy')
    if sys.getrefcount(H.g[i]) == 2 and H.g[i] is not None and suspended(H.g[i]):
        cover(H.g[i], 'destroy')
    H.g[i] = g.pop()
    state.operation.pop()
    state.dropping -= 1


def unraisable(args):
    log('unraisable ' + describe(args.exc_value))
    if sys.version_info < (3, 11) and 'ignored' in describe(args.exc_value):
        give_up()        # these keep the traceback beside what is handled, so that frame stays in a cycle, see s()


def give_up():
    """The rest of this program goes otherwise in this version of Python."""
    sys.stdout.flush()
    os._exit(GIVEN_UP)


H = Handles(TABLE, -1)


def main(programs):
    gc.disable()                 # a cycle must not go at a time of its own
    sys.unraisablehook = unraisable
    first, covered = int(sys.argv[1]), open(sys.argv[2], 'a')
    for number, program, contexts in programs[first:]:
        state.__init__()
        state.contexts = contexts
        log('program %d' % number)
        program()
        while any(g is not None for g in H.g):   # what is dropped may fill the table again
            for i in range(TABLE):
                drop(i)
        log('end %d' % number)
        for (id, operation), times in coverage.items():
            covered.write('%d %s %s %d\n' % (number, id, operation, times))
        coverage.clear()
        covered.flush()
        sys.stdout.flush()       # what was said before a crash must be out
    os._exit(0)                  # what hangs in cycles must not run now
