"""Writes a program as lasti C++. harness.hpp is what it runs on. The twin of emit_python.py."""
from emit import CppStatements
from emit_tasks import TaskPrograms
from model import FUTURES, LEVELS
from syntax import statements

LIBRARY = {'Exception': 'std::exception', 'ExceptionGroup': 'exception_group',
           'CancelledError': 'cancelled_error', 'QueueShutDown': 'queue_shut_down'}
OWN = ('A', 'B', 'C')


def type_name(name):
    if name in OWN:
        return name
    words = ''.join('_' + c.lower() if c.isupper() else c for c in name)
    snake = LIBRARY.get(name) or words.lstrip('_')
    return snake if snake.startswith('std::') else 'lasti::' + snake


class CppEmitter(TaskPrograms, CppStatements):
    type_name = staticmethod(type_name)
    prefix = 'f'
    spellings = {'task': 'T(%d)', 'future': 'F(%d)', 'call': 'f%d(x)', 'slept': 'slept(d(%d))',
                 'shield': 'shielded(%s)', 'wait_for': 'limited(%s, d(%d))',
                 'ensure': 'ensured(f%d(x))', 'none_call': 'slept(0)', 'none_ensure': 'T(0)'}

    def exception(self, name, number):
        if name in ('StopIteration', 'StopAsyncIteration', 'GeneratorExit'):
            return type_name(name) + '()'
        return '%s(%s)' % (type_name(name), number if name in OWN else '"%d"' % number)

    def emit(self):
        p = self.program
        self.begin()
        self.line('namespace p%d {', p.number)
        for f in self.functions:
            self.line('%s f%d(long x);', 'generator' if f.yields else 'co', f.level)
        for f in self.functions:
            self.function(f)
        starts, runs = self.schedule()
        yields = [f.level for f in self.functions if f.yields]
        functions = ['&f%d' % k if k in self.levels and k not in yields else 'nullptr'
                     for k in range(LEVELS)]
        self.line('static co (*const functions[])(long) = {%s};' % ', '.join(functions))
        self.line('static action const actions[] = {%s{nullptr, 0, 0, -1}};' %
                  ''.join('{"%s", %d, %d, %d}, ' % row for row in self.actions.rows))
        self.line('static int const starts[] = {%s-1};' % ''.join('%d, ' % a for a in starts))
        self.line('static injection const injections[] = {%s{-1, 0, 0, 0}};' % ''.join(
            '{%d, %d, %d, %d}, ' % (n, when, ticks, a)
            for n, injections in runs for when, ticks, a in injections))
        self.line('static generator (*const generator_function)(long) = %s;' %
                  ''.join(['&f%d' % k for k in yields] or ['nullptr']))
        self.line('static int const runs[] = {%s-1};' % ''.join('%d, ' % n for n, _ in runs))
        self.line('} // namespace p%d', p.number)
        return self.lines

    def function(self, f):
        self.in_generator = f.yields
        self.line('%s f%d(long x) {', 'generator' if f.yields else 'co', f.level)
        self.depth += 1
        for each in self.declarations(statements(f.body)):
            self.line(each)
        self.line('LISTS')
        self.line('return %s {' % (
            'ASYNC_GENERATOR(long, long)' if f.yields else 'COROUTINE(long)'))
        self.depth += 1
        self.line('BEGIN;')
        self.line('if (!fuelled()) RETURN(%s);' % ('' if f.yields else '0'))
        self.mark(f.id)
        self.block(f.body, f.end)
        if not (f.yields or f.body and f.body[-1].is_jump()):
            self.line('RETURN(v(%d, x));', f.end)
        self.line('END;')
        self.depth -= 1
        self.line('};')
        self.depth -= 1
        self.line('}')

    def awaited(self, text, assigns=False):
        if assigns:
            self.line('AWAIT_SET(x, %s);' % text)
            self.line('got(x);')
        else:
            self.line('AWAIT(%s);' % text)

    def inside(self, s, text):
        self.line('ASYNC_WITH(%s)' % text)
        self.clause(s.clauses[0])
        self.line('END_ASYNC_WITH')

    def do_return(self, s):
        self.line('RETURN();' if self.in_generator else 'RETURN(v(%d, x));' % s.id)

    def do_yield(self, s):
        self.line('YIELD(v(%d, x));', s.id)

    def do_yield_set(self, s):
        self.line('YIELD_SET(x, v(%d, x));', s.id)
        self.line('got_sent(self.was_sent(), x);')

    def do_async_for(self, s, source):
        self.line('ASYNC_FOR(x, %s)' % self.generator(source[1]))
        self.clause(s.clauses[0])
        self.line('END_ASYNC_FOR')

    def do_operate(self, s, source, name, argument):
        of = self.generator(source[1])
        text = {'anext': '%s.anext()', 'anext_default': 'lasti::anext(%s, 77L)',
                'asend': '%s.asend({}L)', 'athrow': '%s.athrow({})',
                'aclose': '%s.aclose()'}[name] % of
        given = self.exception(*argument) if name == 'athrow' else argument
        self.awaited(text.format(given), name != 'aclose')

    def do_act(self, s, action, guarded):
        self.line('act(%d, %s);', self.actions.add(action), 'true' if guarded else 'false')

    def do_sleep(self, s):
        self.awaited('lasti::sleep(d(%d))' % s.id)

    def do_await(self, s, e):
        self.awaited(self.expression(e), True)

    def do_await_drop(self, s, e):
        self.awaited(self.expression(e))

    def do_sleep_set(self, s, value):
        self.awaited('lasti::sleep(d(%d), %dL)' % (s.id, value), True)

    def gather(self, parts, are_futures, keeps_exceptions):
        # Always in braces: there the order of evaluation is that of the text, and an argument may
        # make a task.
        if len(set(are_futures)) == 2:
            type = 'two<%s>' % ', '.join('fut' if f else 'co' for f in are_futures)
        else:
            type = 'std::vector<%s>' % ('co' if are_futures and not are_futures[0] else 'fut')
        function = 'gather_outcomes' if keeps_exceptions else 'gather'
        return '%s(%s{%s})' % (function, type, ', '.join(parts))

    def do_gather(self, s, gathering):
        given, keeps_exceptions = gathering
        two = len(set(e[0] in FUTURES for e in given)) == 2
        target = ('outcome' if keeps_exceptions else 'long') + ('_pair' if two else '_list')
        self.line('AWAIT_SET(%s, %s);' % (target, self.gathering(*gathering)))
        self.line('x = got_list(%s);' % target)

    def do_wait(self, s, given, until, limited):
        self.line(
            'AWAIT_SET(found, lasti::wait(std::vector<fut>{%s}, %slasti::return_when::%s));' % (
                ', '.join(map(self.expression, given)), 'd(%d), ' % s.id if limited else '',
                until.lower()))
        self.line('x = got_sets(found);')

    def do_acquire(self, s, i):
        self.awaited('world->locks[%d].acquire()' % i)

    def do_event_wait(self, s, i):
        self.awaited('world->events[%d].wait()' % i)

    def do_put(self, s, i):
        self.awaited('world->queues[%d].put(x %% 10)' % i)

    def do_get(self, s, i):
        self.awaited('world->queues[%d].get()' % i, True)

    def do_join(self, s, i):
        self.awaited('world->queues[%d].join()' % i)

    def do_take(self, s, i):
        self.awaited('world->semaphores[%d].acquire()' % i)

    def do_condition_wait(self, s, i, asks):
        self.awaited('world->conditions[%d].wait%s' % (i, '_for(asks{%d})' % i if asks else '()'))

    def do_barrier_wait(self, s, i):
        self.awaited('world->barriers[%d].wait()' % i, True)

    def do_barrier_order(self, s, i, order):
        self.awaited('world->barriers[%d].%s()' % (i, order))

    def do_condition(self, s, i):
        self.inside(s, 'world->conditions[%d]' % i)

    def do_semaphore(self, s, i):
        self.inside(s, 'world->semaphores[%d]' % i)

    def do_barrier(self, s, i):
        self.inside(s, 'world->barriers[%d]' % i)

    def as_completed(self, s, given, limited):
        type = 'fut' if not given or given[0][0] in FUTURES else 'co'
        return 'lasti::as_completed(std::vector<%s>{%s}%s)' % (
            type, ', '.join(map(self.expression, given)), ', d(%d)' % s.id if limited else '')

    def do_as_completed(self, s, given, limited):
        self.line('FOR(item, %s)' % self.as_completed(s, given, limited))
        self.line('    AWAIT_SET(x, item);')
        self.line('    got(x);')
        self.clause(s.clauses[0])
        self.line('END_FOR')

    def do_async_as_completed(self, s, given, limited):
        self.line('ASYNC_FOR(completed, %s)' % self.as_completed(s, given, limited))
        self.line('    log("item " + state_of(completed));')
        self.clause(s.clauses[0])
        self.line('END_ASYNC_FOR')

    def do_lock(self, s, i):
        self.inside(s, 'world->locks[%d]' % i)

    def do_timeout(self, s, slot, form):
        made = {'timeout': 'lasti::timeout(d(%d))',
                'timeout_at': 'lasti::timeout_at(now() + d(%d))',
                'forever': 'lasti::timeout(lasti::forever)'}[form]
        self.inside(s, 'open_timeout(%d, %s)' % (slot, made % s.id if '%' in made else made))

    def do_group(self, s, slot):
        self.inside(s, 'open_group(%d)' % slot)


def cpp_file(programs):
    lines = ['#include "harness.hpp"', '']
    for p in programs:
        lines += CppEmitter(p).emit()
        lines.append('')
    lines.append('static program const programs[] = {')
    for p in programs:
        lines.append('    {%d, p%d::functions, p%d::actions, p%d::starts, p%d::injections, '
                     'p%d::runs, p%d::generator_function},' % ((p.number,) * 7))
    lines.append('};')
    lines.append('int main(int argc, char** argv) { '
                 'return run_programs(programs, %d, argc, argv); }' % len(programs))
    return '\n'.join(lines) + '\n'
