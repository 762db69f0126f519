"""Makes random programs. The same (seed, number) gives the same program, whichever others are made.

A program starts from three *targets*, taken in turn from the whole lists of coverage cells: the first statement
of functions 0 and 1 is built to reach a cell (clause, operation, way out), that of function 2 a cell (statement,
clause), and the driver starts by going there. All that stands around and behind is random. So a few hundred
programs reach every cell, and no cell is reached in one surrounding only.
"""
import os

from grow import Grower
from model import (CATCHABLE, FOREIGN, LOCALS, LOUD, NOTHING, OPERATIONS, RAISABLE, TABLE, Function, Program)
from syntax import JUMPS, LOOPS, Stmt

LEVELS = 5             # functions of a program; the last makes no generators
OUTER, MIDDLE, INNER = 2, 3, 4   # the functions that chains are made of; 0 and 1 have their targets
WAYS = ['normal', 'break', 'continue', 'return', 'raise', 'yield']
CELL_OPERATIONS = ['next', 'send', 'throw', 'throw_exit', 'close', 'destroy']
CELL_CLAUSES = ['body', 'try', 'except', 'except_as', 'except_any', 'else', 'finally',
                'for', 'forgen', 'while', 'with']
# A way out that does not exist: what is no loop and in none has neither break nor continue.
CELLS = [(c, o, w) for c in CELL_CLAUSES for o in CELL_OPERATIONS for w in WAYS
         if not (c == 'body' and w in ('break', 'continue'))]

# Relative frequencies of statements.
WEIGHTS = [('yield', 5), ('yield_set', 4), ('yield_from', 4), ('yield_from_set', 4), ('return', 1),
           ('raise', 2.5), ('reraise', 3), ('caught', 2), ('break', 2), ('continue', 2), ('try', 7), ('for', 1.5),
           ('forgen', 1), ('while', 1.5), ('if', 1.5), ('with', 2), ('new_local', .8), ('get_local', .4),
           ('put_table', .6), ('new_table', .4), ('drop_local', .4), ('drop_table', .4), ('operate', 1.6),
           ('probe', .4)]
# These drive or destroy generators from inside a body; see Program.contexts.
MIXES_CHAINS = ('forgen', 'new_local', 'get_local', 'put_table', 'new_table', 'drop_local', 'drop_table', 'operate')
STATEMENT_CELLS = [(k, c) for k, _ in WEIGHTS for c in CELL_CLAUSES
                   if not (c == 'body' and k in ('break', 'continue', 'reraise', 'caught'))]
NESTED = ('try', 'for', 'forgen', 'while', 'if', 'with')


class Generator(Grower):
    raisable = RAISABLE

    def __init__(self, seed, number, statement_cell):
        Grower.__init__(self, seed, number)
        self.statement_cell = statement_cell
        self.contexts = self.random.random() < 0.4 and statement_cell[0] not in MIXES_CHAINS
        # CPython from 3.12 on takes a StopIteration thrown into a `yield from` of a mere iterator for the end of
        # that iterator. PEP 380 has it raised there. So no program has both.
        self.foreign = self.random.random() < 0.5
        self.ranges = self.random.random() < 0.6
        # What MIDDLE and INNER begin with and the driver plays once: see the scenes below.
        self.scene = self.random.choices([None, 'answering', 'looking' if self.contexts else 'abandoned'], [6, 1, 2])[0]
        # Where the functions look first for a generator to delegate to: nowhere; each the handle after its
        # own (outer, middle, inner); all the same one (sharing).
        self.layout = self.random.choice(['none', 'chain', 'share'])

    # Statements

    def statement(self, level, depth, in_loop, in_handler):
        def allowed(kind):
            if kind in ('break', 'continue'):
                return in_loop
            if kind == 'caught' or kind == 'reraise' and not self.contexts:
                return in_handler
            if kind in NESTED and (depth >= 4 or self.budget <= 0):
                return False
            if self.contexts and kind in MIXES_CHAINS:
                return False
            return True

        def weight(kind, usual):
            if kind == 'reraise' and not in_handler:
                return 0.2                       # raises what a delegator is handling, or RuntimeError
            if kind in ('raise', 'return') and not self.trying:
                return usual * 0.3               # else most functions are over before they come to their end
            return usual * 0.4 if kind in NESTED and depth >= 2 else usual
        kinds = [(k, weight(k, w)) for k, w in WEIGHTS if allowed(k)]
        kind = self.random.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
        return self.make(kind, level, depth, in_loop, in_handler)

    def arguments(self, kind, level):
        r = self.random
        if kind in ('yield_from', 'yield_from_set'):
            return (self.source(level, ranges=kind == 'yield_from'),)
        if kind == 'raise':
            return (self.exception(), r.choice(['macro', 'macro', 'native']))
        if kind == 'new_local':
            return (r.randrange(LOCALS), self.above(level))
        if kind == 'get_local':
            return (r.randrange(LOCALS), r.randrange(TABLE))
        if kind == 'put_table':
            return (r.randrange(TABLE), r.randrange(LOCALS))
        if kind == 'new_table':
            return (r.randrange(TABLE), self.above(level))
        if kind == 'drop_local':
            return (r.randrange(LOCALS),)
        if kind == 'drop_table':
            return (r.randrange(TABLE),)
        if kind == 'operate':
            where = r.choice(['table', 'table', 'local'])
            index = r.randrange(TABLE if where == 'table' else LOCALS)
            return (where, index) + self.operation() + (self.chance(0.6),)
        return ()

    def above(self, level):
        """A function that a frame of `level` may make generators of."""
        return self.random.randint(level + 1, LEVELS - 1) if level + 1 < LEVELS else NOTHING

    def source(self, level, ranges):
        r = self.random
        if ranges and self.ranges and self.chance(0.25):
            return ('range', r.randint(0, 3))
        if self.chance(0.45):
            if self.layout == 'chain':
                return ('table', max(level - 1, 1))
            if self.layout == 'share':
                return ('table', 2)
        if self.foreign and level < FOREIGN and self.chance(0.15):
            return ('new', FOREIGN)
        choices = [('new', self.above(level))] * 4 + [('table', r.randrange(TABLE))] * 2
        if not self.contexts:
            choices.append(('local', r.randrange(LOCALS)))
        return r.choice(choices)

    def exception(self):
        r = self.random
        return r.choice(RAISABLE if self.chance(0.5) else RAISABLE[:5])

    def thrown(self):
        """(name, number) of an exception to throw in."""
        while True:
            name = self.exception()
            if not (self.ranges and name.startswith('StopIteration')):
                return (name, 1000 + self.new_id())

    def catch(self):
        r = self.random
        return r.choice(CATCHABLE if self.chance(0.5) else ['A', 'C', 'X', 'Exception', 'GeneratorExit'])

    def operation(self):
        """(name, argument, mode) of an operation on a handle."""
        r = self.random
        name = r.choices(OPERATIONS, [6, 1, 3, 4, 2, 7, 3])[0]
        if name in ('send', 'resume_with'):
            return (name, r.randint(1, 9), 0)
        if name == 'throw':
            return (name, self.thrown(), r.randrange(3))
        return (name, None, 0)

    # Statements with clauses

    def make_for(self, level, depth, in_loop, in_handler):
        return Stmt('for', self.new_id(), (self.random.randint(1, 3),),
                    [self.clause('for', self.loop_body(level, depth, in_handler))])

    def make_forgen(self, level, depth, in_loop, in_handler):
        return Stmt('forgen', self.new_id(), (self.source(level, False),),
                    [self.clause('forgen', self.loop_body(level, depth, in_handler))])

    def make_with(self, level, depth, in_loop, in_handler):
        # What the manager does: swallow (1), raise in enter (2), raise in exit (4), exit returns void (8).
        does = self.random.choice([0, 0, 0, 1, 1, 2, 4, 8])
        if '-fno-exceptions' in os.environ.get('CONFORMANCE_CXXFLAGS', ''):
            does &= ~6                   # its functions are plain C++, and have no other way to raise
        return Stmt('with', self.new_id(), (does, self.chance(0.5)),
                    [self.clause('with', self.block(level, depth + 1, in_loop, in_handler))])

    # The targets

    def target(self, cell):
        """A statement whose first suspension is in the cell's clause, and is left the cell's way."""
        clause, operation, way = cell
        handler = clause.startswith('except')
        kind = self.random.choice(['yield', 'yield_set'])
        suspended = Stmt(kind, self.new_id())
        inside = []
        if operation in ('next', 'send') or (way == 'raise' and self.chance(0.4)):
            inside.append(suspended)
        else:
            inside.append(Stmt('try', self.new_id(), (), [self.clause('try', [suspended]),
                                                          self.clause('except_any', self.quiet(handler=True))]))
        if way == 'yield':
            inside.append(Stmt(self.random.choice(['yield', 'yield_set']), self.new_id()))
        elif way == 'raise':
            inside.append(Stmt('reraise', self.new_id()) if handler and self.chance(0.5) else
                          Stmt('raise', self.new_id(), (self.exception(), 'macro')))
        elif way != 'normal':
            inside.append(Stmt(way, self.new_id()))
        return self.reached(clause, inside)

    def reached(self, clause, inside):
        """Statements that come to `inside`, standing in `clause`; in a loop if need be."""
        if clause == 'body':
            return inside
        made = self.around(clause, inside)
        if clause in LOOPS or inside[-1].kind not in ('break', 'continue'):
            return [made]
        return [Stmt('while', self.new_id(), (2, 'while'), [self.clause('while', [made])])]

    def statement_target(self, level):
        kind, clause = self.statement_cell
        self.budget = 4
        inside = [self.make(kind, level, 2, clause in LOOPS, clause.startswith('except'))]
        if kind in ('reraise', 'caught') and not clause.startswith('except'):
            # Not in a handler itself: put a handler around it all.
            raised = self.clause('try', [Stmt('raise', self.new_id(), ('B', 'native'))])
            handler = self.clause('except', self.reached(clause, inside), 'A')
            return [Stmt('try', self.new_id(), (), [raised, handler])]
        return self.reached(clause, inside)

    def quiet(self, handler=False):
        return [Stmt('caught' if handler and self.chance(0.5) else 'probe', self.new_id())]

    def around(self, clause, inside):
        """The statement that has `inside` as its `clause`, and comes to it."""
        made = self.clause(clause, inside)
        if clause in ('for', 'while'):
            return Stmt(clause, self.new_id(), (2,) if clause == 'for' else (2, 'for'), [made])
        if clause == 'forgen':
            return Stmt('forgen', self.new_id(), (('count', 2),), [made])
        if clause == 'with':
            return Stmt('with', self.new_id(), (0, False), [made])
        rest = [self.clause('finally', self.quiet())] if clause != 'finally' and self.chance(0.5) else []
        other = [self.clause('except', self.quiet(True), 'C')] if clause != 'finally' or self.chance(0.3) else []
        if clause == 'try':
            return Stmt('try', self.new_id(), (), [made] + (other or []) + (rest or []))
        if clause in ('else', 'finally'):
            fails = clause == 'finally' and self.chance(0.4)
            first = self.clause('try', [Stmt('raise', self.new_id(), (self.exception(), 'macro'))] if fails
                                else self.quiet())
            return Stmt('try', self.new_id(), (), [first] + other + [made] + rest)
        exception = self.random.choice(['A', 'B'])
        made.arg = None if clause == 'except_any' else 'A'
        first = self.clause('try', [Stmt('raise', self.new_id(), (exception, self.random.choice(['macro', 'native'])))])
        return Stmt('try', self.new_id(), (), [first, made] + rest)

    # The whole

    # Whole functions for what random ones come to too seldom

    def stubborn(self, level):
        """Yields when it is closed; the second time, or where it is resumed after that, it goes on."""
        return [Stmt('try', self.new_id(), (), [
            self.clause('try', [Stmt('yield', self.new_id()), Stmt('yield_set', self.new_id())]),
            self.clause(*self.random.choice([('except_any', self.stays()), ('except', self.stays(), 'GeneratorExit'),
                                             ('finally', self.stays())]))]),
                Stmt('yield', self.new_id())]

    def stays(self):
        return [Stmt(self.random.choice(['yield', 'yield_set']), self.new_id()), Stmt('probe', self.new_id())]

    # The scenes

    def abandoned(self):
        """Delegates again when it is closed, and holds generators in its locals, in loops and as what it delegates
        to, each of which says when it goes: so it shows in which order a frame lets go."""
        def delegates(n):
            return Stmt('yield_from', self.new_id(), (('loud', n),))

        def loop(n, inside):
            return Stmt('forgen', self.new_id(), (('loud', n),), [self.clause('forgen', [inside])])
        return [Stmt('new_local', self.new_id(), (0, LOUD)),
                Stmt('operate', self.new_id(), ('local', 0, 'next', None, 0, True)),
                Stmt('try', self.new_id(), (), [
                    self.clause('try', [loop(1, delegates(2))]),
                    self.clause('except_any', [loop(3, loop(4, delegates(5)))])])]

    def looking(self):
        """Says what it sees of what is handled outside: by a context, and by a bare raise. Goes on when thrown into."""
        def tried(statement, kind, arg=None):
            return Stmt('try', self.new_id(), (), [self.clause('try', [statement]),
                                                   self.clause(kind, self.quiet(handler=True), arg)])
        return [Stmt('while', self.new_id(), (3, 'for'), [self.clause('while', [
            tried(Stmt('yield', self.new_id()), 'except', 'Exception'),
            tried(Stmt('raise', self.new_id(), ('B', self.random.choice(['macro', 'native']))), 'except_any'),
            tried(Stmt('reraise', self.new_id()), 'except_any')])])]

    def looked_at(self):
        """Delegates to one that is looking while it handles something."""
        inner = ('new', FOREIGN if self.foreign and self.chance(0.7) else INNER)
        return [Stmt('try', self.new_id(), (), [
            self.clause('try', [Stmt('raise', self.new_id(), ('A', 'macro'))]),
            self.clause('except', [Stmt('yield_from', self.new_id(), (inner,))], 'A')])]

    def answering(self):
        """Returns something when it is closed."""
        return [Stmt('try', self.new_id(), (), [
            self.clause('try', [Stmt('yield', self.new_id()), Stmt('yield_set', self.new_id())]),
            self.clause(self.random.choice(['except_any', 'finally']), [Stmt('return', self.new_id())])])]

    def asking(self):
        return [Stmt('yield_from_set', self.new_id(), (('table', 2),))]

    def begins(self, level):
        if level == MIDDLE:
            return {'abandoned': self.abandoned, 'looking': self.looked_at, 'answering': self.asking}[self.scene]()
        if level == INNER and self.scene == 'answering':
            return self.answering()
        if level in (INNER, FOREIGN) and self.scene == 'looking':
            return self.looking()
        return []

    def play_scene(self):
        """The steps of the driver. Handle 2 is shared, 3 is MIDDLE."""
        def step(handle, name, arg=None):
            return ('operate', handle, name, arg, 0)
        start = [('new', 3, MIDDLE), step(3, 'next')]
        if self.scene == 'abandoned':
            return start + [('drop', 3)]
        if self.scene == 'looking':
            return start + [step(3, 'next'), step(3, 'throw', self.thrown()), step(3, 'next')]
        end = self.random.choice([step(3, 'close'), step(2, 'close'), ('drop', 3), self.cell_step(3, 'throw_exit')])
        return [('new', 2, INNER)] + start + [end] + start

    def function(self, level, start):
        body = list(start)
        if self.scene:
            body += self.begins(level)
        if level == INNER and self.chance(0.3):
            body += self.stubborn(level)
        self.budget = self.random.randint(1, 6) if level < OUTER else self.random.randint(6, 20)
        if level in (OUTER, MIDDLE) and self.layout != 'none' and self.chance(0.6):
            delegates = Stmt(self.random.choice(['yield_from', 'yield_from_set']), self.new_id(),
                             (('table', 2 if self.layout == 'share' else level - 1),))
            body.append(delegates if self.chance(0.5) else self.make('try', level, 0, False, False))
            if body[-1].kind == 'try':
                body[-1].clauses[0].body.insert(0, delegates)
        if not (body and body[-1].kind in JUMPS):
            body += self.block(level, 0, False, False, self.random.randint(1, 3))
        return Function(level, body, self.new_id(), self.new_id())

    def make_driver(self, cells):
        r = self.random
        steps = []
        for handle, (_, operation, _) in enumerate(cells):
            steps += [('new', handle, handle), ('operate', handle, 'next', None, 0), self.cell_step(handle, operation)]
        for handle, level in ((2, INNER), (1, MIDDLE), (0, OUTER)):
            if level == OUTER or self.layout != 'none' or self.chance(0.5):
                steps.append(('new', handle, level))
        if self.scene:
            steps += self.play_scene()
        if self.layout != 'none' and self.chance(0.4):
            # Close a chain, drive its ends apart, and put them together again.
            steps += [('operate', 0, 'next', None, 0), ('operate', 0, r.choice(['next', 'resume']), None, 0),
                      r.choice([('operate', 0, 'close', None, 0), ('drop', 0)]),
                      ('operate', r.choice([1, 2]), 'next', None, 0), ('renew', 0, r.choice([OUTER, MIDDLE]))]
        for n in range(r.randint(2, 5)):
            steps.append(('operate', 0, 'next', None, 0) if n == 0 or self.chance(0.5) else ('operate', 0) + self.operation())
        for _ in range(r.randint(6, 20)):
            kind = r.choices(['operate', 'new', 'copy', 'drop'], [16, 2, 1, 1.5])[0]
            handle = r.choice([0, 0, 0, 1, 1, 2, 2, 3, 4])
            if kind == 'operate':
                if self.chance(0.6):
                    steps.append(('renew', handle, r.choice([0, 1, OUTER, OUTER, MIDDLE, MIDDLE, INNER])))
                steps.append((kind, handle) + self.operation())
            elif kind == 'new':
                steps.append((kind, handle, r.randrange(LEVELS)))
            elif kind == 'copy':
                steps.append((kind, handle, r.randrange(TABLE)))
            else:
                steps.append((kind, handle))
        return steps

    def cell_step(self, handle, operation):
        if operation == 'destroy':
            return ('drop', handle)
        if operation == 'send':
            return ('operate', handle, self.random.choice(['send', 'resume_with']), 5, 0)
        if operation == 'throw':
            thrown = self.thrown()
            while thrown[0] == 'GeneratorExit':
                thrown = self.thrown()
            return ('operate', handle, 'throw', thrown, self.random.randrange(3))
        if operation == 'throw_exit':
            return ('operate', handle, 'throw', ('GeneratorExit', 1000 + self.new_id()), 0)
        return ('operate', handle, operation, None, 0)


def make_program(seed, number):
    g = Generator(seed, number, STATEMENT_CELLS[(number + seed) % len(STATEMENT_CELLS)])
    cells = [CELLS[(2 * number + i + seed) % len(CELLS)] for i in (0, 1)]
    targets = [g.target(cell) for cell in cells] + [g.statement_target(OUTER)]
    functions = [g.function(level, targets[level] if level < len(targets) else []) for level in range(LEVELS)]
    if g.foreign:
        functions.append(g.function(FOREIGN, []))
    return Program(number, seed, functions, g.make_driver(cells), g.contexts)
