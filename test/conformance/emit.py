"""Writes statements as Python and as C++: those that every suite has. The two classes are twins."""
INDENT = '    '


class Emitter:
    own_mark = ('try', 'while', 'if')   # statements that do not say where they are before they begin: others do

    def __init__(self, program):
        self.program = program
        self.lines = []
        self.depth = 0
        self.handling = 0      # how many except clauses stand around

    def line(self, text, *args):
        self.lines.append(INDENT * self.depth + (text % args if args else text))

    def mark(self, id):
        self.line('s(%d)' % id + self.stop)

    def block(self, body, end):
        for s in body:
            self.statement(s)
        if not (body and body[-1].is_jump()):
            self.mark(end)

    def clause(self, c):
        self.depth += 1
        self.mark(c.id)
        if c.kind == 'except_as':
            self.line('bound(e%d)' % c.id + self.stop)
        self.handling += c.kind.startswith('except')
        self.entered(c)
        self.block(c.body, c.end)
        self.handling -= c.kind.startswith('except')
        self.depth -= 1

    def entered(self, c):
        """For a suite that says more there."""

    def statement(self, s):
        if s.kind not in self.own_mark:
            self.mark(s.id)
        getattr(self, 'do_' + s.kind)(s, *s.args)

    def do_break(self, s):
        self.line('break' + self.stop)

    def do_continue(self, s):
        self.line('continue' + self.stop)


class PythonStatements(Emitter):
    stop = ''

    def caught_type(self, name):
        return name

    def exception(self, name, number):
        return 'made(%r, %d)' % (name, number)

    def do_raise(self, s, name, how):
        self.line('raise %s', self.exception(name, s.id))

    def do_reraise(self, s):
        self.line('raise')

    def do_caught(self, s):
        self.line('caught(sys.exc_info()[1])')

    def do_try(self, s):
        for c in s.clauses:
            if c.kind == 'except':
                self.line('except %s:', self.caught_type(c.arg))
            elif c.kind == 'except_as':
                self.line('except %s as e%d:', self.caught_type(c.arg), c.id)
            elif c.kind == 'except_any':
                self.line('except:')
            else:
                self.line('%s:', c.kind)
            self.clause(c)

    def do_while(self, s, n, form):
        self.line('i%d = 0', s.id)
        self.line('while i%d < %d and fuelled():', s.id, n)
        self.line(INDENT + 'i%d += 1', s.id)
        self.clause(s.clauses[0])

    def do_if(self, s):
        self.line('if flip():')
        self.clause(s.clauses[0])
        if len(s.clauses) > 1:
            self.line('else:')
            self.clause(s.clauses[1])


class CppStatements(Emitter):
    """A suite's own adds type_name(name) and exception(name, number)."""
    stop = ';'

    def declarations(self, statements):
        """What the statements need among the locals of the body."""
        for s in statements:
            if s.kind == 'while':
                yield 'int i%d = 0;' % s.id
            for c in s.clauses:
                if c.kind == 'except_as':
                    yield '%s const* e%d = nullptr;' % (self.type_name(c.arg), c.id)

    def do_raise(self, s, name, how):
        if how == 'macro':
            self.line('RAISE(%s);', self.exception(name, s.id))
        else:
            self.line('throw_native("%s", %d);', name, s.id)

    def do_reraise(self, s):
        self.line('RERAISE;')

    def do_caught(self, s):
        self.line('caught(self.handled());')

    def do_try(self, s):
        for c in s.clauses:
            if c.kind == 'except':
                self.line('EXCEPT(%s)', self.type_name(c.arg))
            elif c.kind == 'except_as':
                self.line('EXCEPT_AS(e%d, %s)', c.id, self.type_name(c.arg))
            else:
                self.line(c.kind.upper())
            self.clause(c)
        self.line('END_TRY')

    def do_while(self, s, n, form):
        if form == 'for':
            self.line('for (i%d = 0; i%d < %d && fuelled(); ++i%d) {', s.id, s.id, n, s.id)
        else:
            self.line('i%d = 0;', s.id)
            self.line('while (i%d++ < %d && fuelled()) {', s.id, n)
        self.clause(s.clauses[0])
        self.line('}')

    def do_if(self, s):
        self.line('if (flip()) {')
        self.clause(s.clauses[0])
        if len(s.clauses) > 1:
            self.line('} else {')
            self.clause(s.clauses[1])
        self.line('}')
