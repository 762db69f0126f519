"""Writes a program as Python. harness.py is what it runs on."""
from emit import INDENT, PythonStatements
from model import LOUD, has_function, used_functions


class PythonEmitter(PythonStatements):
    own_mark = ('try', 'for', 'forgen', 'while', 'if', 'with')

    def __init__(self, program):
        PythonStatements.__init__(self, program)
        self.prefix = 'p%d_f' % program.number
        self.yields = {}       # line (from 0, of this program) -> id of the statement that suspends there

    def emit(self):
        p = self.program
        for f in used_functions(p):
            self.function(f)
        self.line('def p%d():', p.number)
        self.depth += 1
        self.line('pass')
        for step in p.driver:
            self.step(step)
        self.depth -= 1
        return self

    def function(self, f):
        self.line('def %s%d(x):', self.prefix, f.level)
        self.depth += 1
        keeps = f.uses_locals()
        if keeps:
            # C++ ends a frame's locals when it finishes; an exception's traceback would keep Python's alive.
            self.line('L = Locals(%d)', f.level)
            self.line('try:')
            self.depth += 1
        self.line('s(%d)', f.id)
        self.block(f.body, f.end)
        if not (f.body and f.body[-1].is_jump()):
            self.line('return 0')
        if keeps:
            self.depth -= 1
            self.line('finally:')
            self.line(INDENT + 'L.clear()')
        self.line('yield')     # it is a generator, whatever it does
        self.depth -= 1

    def entered(self, c):
        if self.program.contexts and self.handling and c.kind.startswith(('except', 'finally')):
            self.line('caught(sys.exc_info()[1])')

    def source(self, source):
        kind, i = source
        if kind == 'new' and i == LOUD:
            kind, i = 'loud', 0
        elif kind == 'new' and not has_function(self.program, i):
            kind = 'nothing'
        return {'new': self.prefix + '%d(x)', 'nothing': 'nothing()', 'loud': 'loud(%d)', 'table': 'H.get(%d)',
                'local': 'L.get(%d)', 'range': 'range(%d)', 'count': 'count(%d)'}[kind].replace('%d', str(i))

    def suspends(self, s, text, *args):
        self.yields[len(self.lines)] = s.id
        self.line(text, *args)

    def do_yield(self, s):
        self.suspends(s, 'yield v(%d, x)', s.id)

    def do_yield_set(self, s):
        self.suspends(s, 't = yield v(%d, x)', s.id)
        self.line('x = got(t)')

    def do_yield_from(self, s, source):
        self.suspends(s, 'yield from %s', self.source(source))

    def do_yield_from_set(self, s, source):
        self.suspends(s, 't = yield from %s', self.source(source))
        self.line('x = result(t)')

    def do_return(self, s):
        self.line('return v(%d, x)', s.id)

    def do_probe(self, s):
        self.line('probe()')

    def do_for(self, s, n):
        self.line('for x in range(%d):', n)
        self.clause(s.clauses[0])

    def do_forgen(self, s, source):
        self.line('for x in %s:', self.source(source))
        self.clause(s.clauses[0])

    def do_with(self, s, does, sets):
        self.line('with Manager(%d, %d)%s:', s.id, does, ' as x' if sets else '')
        self.clause(s.clauses[0])

    def do_new_local(self, s, i, k):
        self.line('L.put(%d, %s, %d)', i, self.source(('new', k)), k)

    def do_new_table(self, s, i, k):
        self.line('H.put(%d, %s, %d)', i, self.source(('new', k)), k)

    def do_get_local(self, s, i, j):
        self.line('L.take(%d, H, %d)', i, j)

    def do_put_table(self, s, j, i):
        self.line('H.take(%d, L, %d)', j, i)

    def do_drop_local(self, s, i):
        self.line('L.drop(%d)', i)

    def do_drop_table(self, s, i):
        self.line('H.drop(%d)', i)

    def do_operate(self, s, where, index, name, arg, mode, guarded):
        self.line('inner(%s, %d, %r, %r, %r)', 'H' if where == 'table' else 'L.weak', index, name, arg, guarded)

    # The driver

    def step(self, step):
        kind, rest = step[0], step[1:]
        if kind in ('new', 'renew'):
            self.line(('if is_over(%d): ' % rest[0] if kind == 'renew' else '') +
                      'new(%d, %s, %d)', rest[0], '%s%d(%d)' % (self.prefix, rest[1], rest[0]), rest[1])
        elif kind == 'operate':
            self.line('drive(%d, %r, %r)', rest[0], rest[1], rest[2])
        else:
            self.line('%s(%s)', kind, ', '.join(map(str, rest)))


def python_file(programs):
    """(source, {line: id of the suspending statement} per program) of a batch."""
    lines = ['from harness import *', '']
    yields = {}
    for p in programs:
        e = PythonEmitter(p).emit()
        yields[p.number] = {len(lines) + i + 1: id for i, id in e.yields.items()}
        lines += e.lines
        lines.append('')
    lines.append('main([%s])' % ', '.join('(%d, p%d, %r)' % (p.number, p.number, p.contexts) for p in programs))
    return '\n'.join(lines) + '\n', yields
