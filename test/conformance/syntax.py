"""The statements of random programs, whatever the programs are about. Knows neither Python nor C++.

Every statement that can be reached by control has an id, which both emitted programs print when they come
by. The ids tie a trace line to the place in the model, for the coverage table and for reading a difference.
"""
JUMPS = ('return', 'raise', 'reraise', 'break', 'continue')
LOOPS = ('for', 'forgen', 'while', 'async_for', 'as_completed', 'async_as_completed')    # clauses that `break` and `continue` are about


class Stmt:
    """A statement. `args` depends on the kind; `clauses` are the blocks inside, in the order of the source."""
    __slots__ = ('kind', 'id', 'args', 'clauses')

    def __init__(self, kind, id=0, args=(), clauses=()):
        self.kind, self.id, self.args, self.clauses = kind, id, tuple(args), list(clauses)

    def is_jump(self):
        return self.kind in JUMPS

    def __repr__(self):
        return '%s#%d%r' % (self.kind, self.id, self.args)


class Clause:
    """A block of a statement: kind is the name of its place ('try', 'else', 'while', …); `arg` is the type of an except clause."""
    __slots__ = ('kind', 'id', 'end', 'arg', 'body')

    def __init__(self, kind, id, end, body, arg=None):
        self.kind, self.id, self.end, self.body, self.arg = kind, id, end, body, arg


def statements(body):
    """Every statement in `body`, the nested ones too."""
    for s in body:
        yield s
        for c in s.clauses:
            for inner in statements(c.body):
                yield inner


def bodies(function):
    """Every list of statements in the function."""
    yield function.body
    for s in statements(function.body):
        for c in s.clauses:
            yield c.body


def well_formed(body, may_reraise=False, in_loop=False, in_handler=False):
    """Would Python and C++ take it? Shrinking asks, having cut things out."""
    for i, s in enumerate(body):
        kinds = [c.kind for c in s.clauses]
        if s.kind in ('break', 'continue') and not in_loop:
            return False
        if s.kind == 'caught' and not in_handler or s.kind == 'reraise' and not (in_handler or may_reraise):
            return False
        if s.is_jump() and i + 1 < len(body):
            return False
        if s.kind == 'try' and len(kinds) < 2:
            return False
        if s.kind == 'try' and 'else' in kinds and not any(k.startswith('except') for k in kinds):
            return False
        for c in s.clauses:
            if not well_formed(c.body, may_reraise, in_loop or c.kind in LOOPS,
                               in_handler or c.kind.startswith('except')):
                return False
    return True
