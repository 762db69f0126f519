"""What both emitters of this suite do alike: actions go into a table, expressions are written
inside out."""
from model import FUTURES, GENERATOR, used_functions


class ActionTable:
    def __init__(self):
        self.rows = []

    def add(self, action):
        """The index of the row."""
        name, a, b, then = action
        row = (name, a, b, -1 if then is None else self.add(then))
        if row not in self.rows:
            self.rows.append(row)
        return self.rows.index(row)


class TaskPrograms:
    """A base of the emitters; `spellings` says how an expression is written, and `prefix` how
    functions are named."""
    def begin(self):
        self.actions = ActionTable()
        self.functions = used_functions(self.program)
        self.levels = [f.level for f in self.functions]
        self.in_generator = False

    def expression(self, e):
        kind, rest = e[0], e[1:]
        if kind in ('call', 'ensure') and rest[0] not in self.levels:
            return self.spellings['none_' + kind]
        if kind == 'gathered':
            return 'gathered(%s)' % self.gathering(*rest[0])
        parts = tuple(self.expression(part) if isinstance(part, tuple) else part for part in rest)
        return self.spellings[kind] % parts

    def generator(self, i):
        """How the async generator is written: the table's, a fresh one, or where shrinking took it
        away, an empty one."""
        if GENERATOR not in self.levels:
            return 'no_items()'
        return self.prefix + '%d(x)' % GENERATOR if i is None else 'G(%d)' % i

    def gathering(self, given, keeps_exceptions):
        parts = [self.expression(e) for e in given]
        return self.gather(parts, [e[0] in FUTURES for e in given], keeps_exceptions)

    def schedule(self):
        """The starts and runs, with rows of the table for the actions."""
        p = self.program
        return ([self.actions.add(a) for a in p.starts],
                [(n, [(when, ticks, self.actions.add(a)) for when, ticks, a in injections])
                 for n, injections in p.runs])
