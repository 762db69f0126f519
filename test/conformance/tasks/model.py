"""What a random program is: coroutines, actions, the start, and the schedules of its runs. Knows
neither language.

A program is compiled once and run several times: each run has its own delays (drawn from its
number) and injects its own actions, most of them cancellations, in some round at some time.

A coroutine of level k awaits only tasks and coroutines of levels above k, so that no tasks await
each other in a circle, where CPython's cancel() recurses without end.
"""
import copy

from syntax import statements, well_formed

LEVELS = 5
GENERATOR = 3          # the level of the async generator, in the programs that have one
RAISABLE = ['A', 'B', 'C', 'ValueError', 'RuntimeError', 'TimeoutError', 'CancelledError',
            'StopIteration', 'StopAsyncIteration']
CATCHABLE = ['A', 'B', 'C', 'Exception', 'CancelledError', 'TimeoutError', 'ValueError',
             'RuntimeError', 'ExceptionGroup', 'StopAsyncIteration', 'GeneratorExit',
             'BrokenBarrierError', 'QueueEmpty', 'QueueFull', 'QueueShutDown', 'InvalidStateError']

# What can be awaited, as a tree:
#   ('task', slot)  the table's task, or a future that is done
#   ('future', i)   the table's i-th future
#   ('call', k)     a coroutine of function k
#   ('slept', id)   a coroutine that only sleeps
#   ('shield', e)   ('wait_for', e, id)   ('ensure', k)           a task of its own for function k
#   ('gathered', gathering)                                       a coroutine that awaits a gather()
# An async generator is ('generator', i): the table's i-th; ('generator', None): a fresh one.
# A gathering is ((e, …), whether exceptions are results).
FUTURES = ('task', 'future', 'shield', 'ensure')      # the others are coroutines

# An action is (name, a, b, then); `then` is the action that a callback does, or None.


class Function:
    __slots__ = ('level', 'body', 'id', 'end', 'yields')

    def __init__(self, level, body, id, end, yields):
        self.level, self.body, self.id, self.end = level, body, id, end
        self.yields = yields             # it is an async generator


class Program:
    """`starts`: actions; `runs`: (number, [(time, rounds, action)])."""
    __slots__ = ('number', 'seed', 'functions', 'starts', 'runs')

    def __init__(self, number, seed, functions, starts, runs):
        self.number, self.seed, self.functions = number, seed, functions
        self.starts, self.runs = starts, runs

    def copy(self):
        return copy.deepcopy(self)


def lists(program):
    """What shrinking may take elements from, besides the bodies."""
    return [program.runs, program.starts] + [injections for _, injections in program.runs]


def levels_in(thing):
    """Levels of the functions that an expression or action names."""
    if isinstance(thing, (tuple, list)):
        if len(thing) == 4 and thing[0] in ('spawn', 'group_spawn'):
            yield thing[1] if thing[0] == 'spawn' else thing[2] // 2
        if len(thing) == 2 and thing[0] in ('call', 'ensure'):
            yield thing[1]
        if thing and thing[0] in ('generator', 'new_generator'):
            yield GENERATOR
        for part in thing:
            for level in levels_in(part):
                yield level


def used_functions(program):
    """Those that can be called: shrinking leaves others behind."""
    wanted = set(levels_in(program.starts)) | set(levels_in(program.runs))
    for f in program.functions:          # by their levels: a function calls only those above it
        if f.level in wanted:
            for s in statements(f.body):
                wanted.update(levels_in(s.args))
    return [f for f in program.functions if f.level in wanted]


def is_valid(program):
    return all(well_formed(f.body) for f in program.functions)
