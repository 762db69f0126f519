"""Writes a program as lasti C++. harness.hpp is what it runs on. The twin of emit_python.py."""
from emit import CppStatements
from model import FOREIGN, LOUD, has_function, used_functions
from syntax import statements

TYPES = {'ValueError': 'lasti::value_error', 'RuntimeError': 'lasti::runtime_error',
         'TypeError': 'lasti::type_error', 'StopIteration': 'lasti::stop_iteration',
         'StopIterationValue': 'lasti::stop_iteration_value<long>', 'GeneratorExit': 'lasti::generator_exit',
         'Exception': 'std::exception'}


def type_name(name):
    return TYPES.get(name, name)


def exception(name, number):
    if name in ('StopIteration', 'GeneratorExit'):
        return '%s()' % type_name(name)
    if name in ('ValueError', 'RuntimeError', 'TypeError'):
        return '%s("%d")' % (type_name(name), number)
    return '%s(%d)' % (type_name(name), number)


def argument(arg):
    if isinstance(arg, tuple):
        return '{"%s", %d}' % arg
    return '{nullptr, %d}' % (arg or 0)


class CppEmitter(CppStatements):
    own_mark = ('try', 'for', 'forgen', 'while', 'if', 'with')
    type_name, exception = staticmethod(type_name), staticmethod(exception)

    def emit(self):
        p = self.program
        self.line('namespace p%d {', p.number)
        for f in used_functions(p):
            self.line('%s f%d(long x);', *self.kind(f))
        for f in used_functions(p):
            self.function(f)
        self.line('void run() {')
        self.depth += 1
        for step in p.driver:
            self.step(step)
        self.depth -= 1
        self.line('}')
        self.line('} // namespace p%d', p.number)
        return self.lines

    def function(self, f):
        self.line('%s f%d(long x) {', *self.kind(f))
        self.depth += 1
        for name in self.locals(f):
            self.line(name)
        self.line('return GENERATOR(%s) {', 'int, int, int' if f.level == FOREIGN else 'long, long, long')
        self.depth += 1
        self.line('BEGIN;')
        self.line('s(%d);', f.id)
        self.block(f.body, f.end)
        self.line('END;')
        self.depth -= 1
        self.line('};')
        self.depth -= 1
        self.line('}')

    def kind(self, f):
        return 'foreign_gen' if f.level == FOREIGN else 'gen', f.level

    def locals(self, f):
        if f.uses_locals():
            yield 'handles L(%d);' % f.level
        for each in self.declarations(statements(f.body)):
            yield each

    def entered(self, c):
        if self.program.contexts and self.handling and c.kind.startswith(('except', 'finally')):
            self.line('caught(self.handled());')

    def source(self, source):
        kind, i = source
        if kind == 'new' and i == LOUD:
            kind, i = 'loud', 0
        elif kind == 'new' and not has_function(self.program, i):
            kind = 'nothing'
        return {'new': 'f%d(x)', 'nothing': 'nothing()', 'loud': 'loud(%d)', 'table': 'H.get(%d)',
                'local': 'L.get(%d)', 'range': 'range(%d)', 'count': 'count(%d)'}[kind].replace('%d', str(i))

    def do_yield(self, s):
        self.line('YIELD(v(%d, x));', s.id)

    def do_yield_set(self, s):
        self.line('YIELD_SET(x, v(%d, x));', s.id)
        self.line('got(self.was_sent(), x);')

    def do_yield_from(self, s, source):
        self.line('YIELD_FROM(%s);', self.source(source))

    def do_yield_from_set(self, s, source):
        self.line('YIELD_FROM_SET(x, %s);', self.source(source))
        self.line('result(x);')

    def do_return(self, s):
        self.line('RETURN(v(%d, x));', s.id)

    def do_probe(self, s):
        self.line('probe();')

    def do_for(self, s, n):
        self.line('FOR(x, range(%d))', n)
        self.clause(s.clauses[0])
        self.line('END_FOR')

    def do_forgen(self, s, source):
        self.line('FOR(x, %s)', self.source(source))
        self.clause(s.clauses[0])
        self.line('END_FOR')

    def do_with(self, s, does, sets):
        manager = '%s(%d, %d)' % ('void_manager' if does & 8 else 'manager', s.id, does)
        self.line('WITH_SET(x, %s)' if sets else 'WITH(%s)', manager)
        self.clause(s.clauses[0])
        self.line('END_WITH')

    def do_new_local(self, s, i, k):
        self.line('L.put(%d, %s, %d);', i, self.source(('new', k)), k)

    def do_new_table(self, s, i, k):
        self.line('H.put(%d, %s, %d);', i, self.source(('new', k)), k)

    def do_get_local(self, s, i, j):
        self.line('L.take(%d, H, %d);', i, j)

    def do_put_table(self, s, j, i):
        self.line('H.take(%d, L, %d);', j, i)

    def do_drop_local(self, s, i):
        self.line('L.drop(%d);', i)

    def do_drop_table(self, s, i):
        self.line('H.drop(%d);', i)

    def do_operate(self, s, where, index, name, arg, mode, guarded):
        self.line('inner(%s, %d, "%s", %s, %d, %s);', 'H' if where == 'table' else 'L', index, name,
                  argument(arg), mode, 'true' if guarded else 'false')

    # The driver

    def step(self, step):
        kind, rest = step[0], step[1:]
        if kind in ('new', 'renew'):
            self.line(('if (is_over(%d)) ' % rest[0] if kind == 'renew' else '') +
                      'new_(%d, f%d(%d), %d);', rest[0], rest[1], rest[0], rest[1])
        elif kind == 'operate':
            self.line('drive(%d, "%s", %s, %d);', rest[0], rest[1], argument(rest[2]), rest[3])
        else:
            self.line('%s(%s);', kind, ', '.join(map(str, rest)))


def cpp_file(programs):
    lines = ['#include "harness.hpp"', '']
    for p in programs:
        lines += CppEmitter(p).emit()
        lines.append('')
    lines.append('static program const programs[] = {')
    for p in programs:
        lines.append('    {%d, &p%d::run, %s},' % (p.number, p.number, 'true' if p.contexts else 'false'))
    lines.append('};')
    lines.append('int main(int argc, char** argv) { return run_programs(programs, %d, argc, argv); }' % len(programs))
    return '\n'.join(lines) + '\n'
