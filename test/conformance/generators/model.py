"""What a random program is: statements, clauses, functions, a driver. Knows neither Python nor C++.

A program has a few generator functions and a driver. Function k makes (and keeps in its locals) only
generators of functions above k, so that no reference cycle arises: a cycle would be freed by Python's
collector at some time of its own, and never in C++.
"""
import copy

from syntax import LOOPS, statements, well_formed

TABLE = 5      # handles in the global table, which driver and bodies share
LOCALS = 2     # handles in each frame's locals
NOTHING = 9    # stands for nothing(), a function without effects above all others
LOUD = 8       # stands for loud(0), a function that yields and says when it goes
FOREIGN = 5    # the function whose generators have other types in C++; no handles to it are kept

# Exceptions. 'A' 'B' 'C': Exception classes of the program (B derives from A); 'X' 'Y': BaseException alone
# (Y derives from X), in C++ classes foreign to std::exception. The others are the library's own.
RAISABLE = ['A', 'B', 'C', 'X', 'Y', 'ValueError', 'RuntimeError', 'TypeError',
            'StopIteration', 'StopIterationValue', 'GeneratorExit']
CATCHABLE = ['A', 'B', 'C', 'X', 'Y', 'Exception', 'ValueError', 'RuntimeError', 'TypeError',
             'StopIteration', 'GeneratorExit']

# The clauses of the coverage table. 'try' is the body of any try statement; 'then' and 'otherwise' (of an
# `if`) are transparent there, since they are nothing to the library.
CLAUSES = ['body', 'try', 'except', 'except_as', 'except_any', 'else', 'finally',
           'for', 'forgen', 'while', 'with']

# How a generator expression in a statement is had.
#   ('new', k)    a fresh one of function k      ('table', i)  the global table's i-th handle
#   ('local', i)  the frame's i-th handle        ('range', n)  not a generator: any iterable
#   ('count', n)  a generator that counts to n and has no other effect
#   ('loud', n)   a generator that yields once and says its number when it goes
# An empty handle stands for `nothing()`, a generator that is over at once.

# Operations on a handle: (name, argument, mode). The mode chooses between spellings in C++ alone:
# next/resume, send/resume_with, throw_ of an object, of an error, of an exception_ptr.
OPERATIONS = ['next', 'next_default', 'resume', 'send', 'resume_with', 'throw', 'close']


class Function:
    __slots__ = ('level', 'body', 'id', 'end')

    def __init__(self, level, body, id, end):
        self.level, self.body, self.id, self.end = level, body, id, end

    def uses_locals(self):
        return any(s.kind in ('new_local', 'get_local', 'put_table', 'drop_local')
                   or (s.args and s.args[0] == 'local')
                   or (s.args and isinstance(s.args[0], tuple) and s.args[0][0] == 'local')
                   for s in statements(self.body))


def has_function(program, level):
    return any(f.level == level for f in program.functions)


def used_functions(program):
    """Those that the driver makes generators of, or that these do: shrinking leaves others behind."""
    wanted = {step[2] for step in program.driver if step[0] in ('new', 'renew')}
    for f in program.functions:
        if f.level in wanted:
            for s in statements(f.body):
                for a in s.args:
                    if isinstance(a, tuple) and a[0] == 'new':
                        wanted.add(a[1])
                if s.kind in ('new_local', 'new_table'):
                    wanted.add(s.args[1])
    return [f for f in program.functions if f.level in wanted]


class Program:
    """`contexts`: print the __context__ of exceptions. Such programs never drive a generator from inside a
    body (see README: where a handled exception of another chain would show in Python)."""
    __slots__ = ('number', 'seed', 'functions', 'driver', 'contexts')

    def __init__(self, number, seed, functions, driver, contexts):
        self.number, self.seed = number, seed
        self.functions, self.driver, self.contexts = functions, driver, contexts

    def copy(self):
        return copy.deepcopy(self)


def places(program):
    """{id: [(clause kind, statement kind that jumps out of it or None), …]}, innermost clause first.

    For a break or continue, the clauses up to its loop; else, all the clauses it is inside of.
    """
    found = {}

    def walk(body, around):
        for s in body:
            here = around
            if s.kind in ('break', 'continue'):
                upto = next(i for i, c in enumerate(around) if c in LOOPS)
                here = around[:upto + 1]
            found[s.id] = (s.kind, here)
            for c in s.clauses:
                inner = around if c.kind in ('then', 'otherwise') else [c.kind] + around
                found[c.id] = ('enter', inner)
                found[c.end] = ('normal', inner)
                walk(c.body, inner)

    for f in program.functions:
        found[f.id] = ('enter', ['body'])
        found[f.end] = ('normal', ['body'])
        walk(f.body, ['body'])
    return found


def lists(program):
    """What shrinking may take elements from, besides the bodies."""
    return [program.driver]


def is_valid(program):
    # Elsewhere than in a handler, a bare raise could raise in Python what a body handles that drives this one.
    return all(well_formed(f.body, may_reraise=program.contexts) for f in program.functions)
