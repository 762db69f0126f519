"""Grows random statements: the part that does not depend on what the programs are about."""
import random

from syntax import Clause, Stmt

RAISED = ['A', 'B', 'C']           # exceptions of the program that every suite has; B derives from A


class Grower:
    """The same (seed, number) grows the same, whichever others are grown.

    A suite's own adds statement(), which chooses a kind and calls make(), and for kinds without a make_KIND()
    their arguments(). `level` is that of the function around.
    """
    raisable = RAISED

    def __init__(self, seed, number):
        self.random = random.Random('%d/%d' % (seed, number))
        self.ids = 0
        self.budget = 0        # statements that the function being made may still get
        self.trying = 0        # how many try bodies the statement being made stands in

    def new_id(self):
        self.ids += 1
        return self.ids

    def chance(self, p):
        return self.random.random() < p

    def block(self, level, depth, in_loop, in_handler, length=None):
        out = []
        for _ in range(self.random.choice([1, 1, 2, 2, 3]) if length is None else length):
            if out and self.budget <= 0:
                break
            self.budget -= 1
            out.append(self.statement(level, depth, in_loop, in_handler))
            if out[-1].is_jump():
                break
        return out

    def make(self, kind, level, depth, in_loop, in_handler):
        make = getattr(self, 'make_' + kind, None)
        return make(level, depth, in_loop, in_handler) if make else Stmt(kind, self.new_id(), self.arguments(kind, level))

    def clause(self, kind, body, arg=None):
        entered = self.new_id()
        return Clause(kind, entered, self.new_id(), body, arg)

    def make_try(self, level, depth, in_loop, in_handler):
        r = self.random

        def part(kind, handler=in_handler, arg=None):
            return self.clause(kind, self.block(level, depth + 1, in_loop, handler), arg)
        excepts = r.choice([0, 1, 1, 1, 2, 3])
        self.trying += excepts > 0
        clauses = [part('try')]
        self.trying -= excepts > 0
        for i in range(excepts):
            kind = r.choice(['except', 'except', 'except_as', 'except_any'])
            if kind == 'except_any' and i + 1 < excepts:
                kind = 'except'                  # a bare except must stand last
            clauses.append(part(kind, True, None if kind == 'except_any' else self.catch()))
        if excepts and self.chance(0.5):
            self.raise_for(clauses)
        if excepts and self.chance(0.35):
            clauses.append(part('else'))
        if not excepts or self.chance(0.45):
            clauses.append(part('finally'))
        return Stmt('try', self.new_id(), (), clauses)

    def raise_for(self, clauses):
        """Lets a try body end with an exception that one of its except clauses takes."""
        body = clauses[0].body
        if not body[-1].is_jump():
            wanted = self.random.choice(clauses[1:]).arg
            name = wanted if wanted in self.raisable else self.random.choice(RAISED)
            body.append(Stmt('raise', self.new_id(), (name, self.random.choice(['macro', 'native']))))

    def loop_body(self, level, depth, in_handler):
        return self.block(level, depth + 1, True, in_handler)

    def make_while(self, level, depth, in_loop, in_handler):
        return Stmt('while', self.new_id(), (self.random.randint(1, 3), self.random.choice(['while', 'for'])),
                    [self.clause('while', self.loop_body(level, depth, in_handler))])

    def make_if(self, level, depth, in_loop, in_handler):
        clauses = [self.clause('then', self.block(level, depth + 1, in_loop, in_handler))]
        if self.chance(0.5):
            clauses.append(self.clause('otherwise', self.block(level, depth + 1, in_loop, in_handler)))
        return Stmt('if', self.new_id(), (), clauses)
