"""Writes a program as Python. harness.py is what it runs on."""
from emit import PythonStatements
from emit_tasks import TaskPrograms
from model import LEVELS

# lasti's timeout_error is a runtime_error, and it has one class for both sorts of groups.
CAUGHT = {'RuntimeError': '(RuntimeError, TimeoutError)', 'ExceptionGroup': 'BaseExceptionGroup',
          'Exception': '(Exception, BaseExceptionGroup)'}


class PythonEmitter(TaskPrograms, PythonStatements):
    def emit(self):
        p = self.program
        self.begin()
        self.prefix = 'p%d_f' % p.number
        self.spellings = {
            'task': 'T(%d)', 'future': 'F(%d)', 'call': self.prefix + '%d(x)',
            'slept': 'slept(d(%d))', 'shield': 'shield(%s)', 'wait_for': 'wait_for(%s, d(%d))',
            'ensure': 'ensure(' + self.prefix + '%d(x))',
            'none_call': 'slept(0)', 'none_ensure': 'T(0)'}
        for f in self.functions:
            self.function(f)
        starts, runs = self.schedule()
        functions = [self.prefix + str(k) if k in self.levels else 'None' for k in range(LEVELS)]
        self.line('p%d = (%d, [%s], %r, %r, %r)' % (
            p.number, p.number, ', '.join(functions), self.actions.rows, starts, runs))
        return self.lines

    def function(self, f):
        self.in_generator = f.yields
        self.line('async def %s%d(x):', self.prefix, f.level)
        self.depth += 1
        self.line('if not fuelled(): return' + ' 0' * (not f.yields))
        self.mark(f.id)
        self.block(f.body, f.end)
        if f.yields:
            self.line('if False: yield')
        elif not (f.body and f.body[-1].is_jump()):
            self.line('return v(%d, x)', f.end)
        self.depth -= 1

    def awaited(self, kind, text, assigns=False):
        self.line(('x = got(await w(%r, %s))' if assigns else 'await w(%r, %s)') % (kind, text))

    def inside(self, s, kind, text):
        self.line('async with W(%r, %s):' % (kind, text))
        self.clause(s.clauses[0])

    def caught_type(self, name):
        return CAUGHT.get(name, name)

    def do_return(self, s):
        self.line('return' if self.in_generator else 'return v(%d, x)' % s.id)

    def do_yield(self, s):
        self.line('yield v(%d, x)', s.id)

    def do_yield_set(self, s):
        self.line('t = yield v(%d, x)', s.id)
        self.line('x = got_sent(t)')

    def do_async_for(self, s, source):
        self.line('async for x in W("async for", %s):' % self.generator(source[1]))
        self.clause(s.clauses[0])

    def do_operate(self, s, source, name, argument):
        of = self.generator(source[1])
        text = {'anext': 'anext(%s)', 'anext_default': 'anext(%s, 77)',
                'asend': 'asend(%s, {})', 'athrow': 'athrow(%s, {})',
                'aclose': 'aclose(%s)'}[name] % of
        given = self.exception(*argument) if name == 'athrow' else argument
        self.awaited(name, text.format(given), name != 'aclose')

    def do_act(self, s, action, guarded):
        self.line('act(world.actions[%d], %r)', self.actions.add(action), guarded)

    def do_sleep(self, s):
        self.awaited('sleep', 'sleep(d(%d))' % s.id)

    def do_await(self, s, e):
        self.awaited(e[0], self.expression(e), True)

    def do_await_drop(self, s, e):
        self.awaited(e[0], self.expression(e))

    def do_sleep_set(self, s, value):
        self.awaited('sleep', 'sleep(d(%d), %d)' % (s.id, value), True)

    def gather(self, parts, are_futures, keeps_exceptions):
        how = ['return_exceptions=True'] if keeps_exceptions else []
        return 'asyncio.gather(%s)' % ', '.join(parts + how)

    def do_gather(self, s, gathering):
        self.line('x = got_list(await w("gather", %s))' % self.gathering(*gathering))

    def do_wait(self, s, given, until, limited):
        self.line('x = got_sets(await w("wait %s", '
                  'wait([%s], timeout=%s, return_when=asyncio.%s)))' % (
                      until, ', '.join(map(self.expression, given)),
                      'd(%d)' % s.id if limited else 'None', until))

    def do_acquire(self, s, i):
        self.awaited('lock', 'world.locks[%d].acquire()' % i)

    def do_event_wait(self, s, i):
        self.awaited('event', 'world.events[%d].wait()' % i)

    def do_put(self, s, i):
        self.awaited('put', 'world.queues[%d].put(x %% 10)' % i)

    def do_get(self, s, i):
        self.awaited('get', 'world.queues[%d].get()' % i, True)

    def do_join(self, s, i):
        self.awaited('join', 'world.queues[%d].join()' % i)

    def do_take(self, s, i):
        self.awaited('semaphore', 'world.semaphores[%d].acquire()' % i)

    def do_condition_wait(self, s, i, asks):
        wait = 'wait_for(lambda: asks(%d))' % i if asks else 'wait()'
        self.awaited('condition wait', 'world.conditions[%d].%s' % (i, wait))

    def do_barrier_wait(self, s, i):
        self.awaited('barrier', 'world.barriers[%d].wait()' % i, True)

    def do_barrier_order(self, s, i, order):
        self.awaited('barrier ' + order, 'world.barriers[%d].%s()' % (i, order))

    def do_condition(self, s, i):
        self.inside(s, 'condition', 'world.conditions[%d]' % i)

    def do_semaphore(self, s, i):
        self.inside(s, 'semaphore', 'world.semaphores[%d]' % i)

    def do_barrier(self, s, i):
        self.inside(s, 'barrier', 'world.barriers[%d]' % i)

    def as_completed(self, s, given, limited):
        return 'asyncio.as_completed([%s], timeout=%s)' % (
            ', '.join(map(self.expression, given)), 'd(%d)' % s.id if limited else 'None')

    def do_as_completed(self, s, given, limited):
        self.line('for item%d in %s:' % (s.id, self.as_completed(s, given, limited)))
        self.line('    x = got(await w("as_completed", item%d))' % s.id)
        self.clause(s.clauses[0])

    def do_async_as_completed(self, s, given, limited):
        self.line('async for item%d in W("async as_completed", %s):' % (
            s.id, self.as_completed(s, given, limited)))
        self.line('    log("item " + state_of(item%d))' % s.id)
        self.clause(s.clauses[0])

    def do_lock(self, s, i):
        self.inside(s, 'lock', 'world.locks[%d]' % i)

    def do_timeout(self, s, slot, form):
        made = {'timeout': 'timeout(d(%d))', 'timeout_at': 'timeout_at(now() + d(%d))',
                'forever': 'timeout(None)'}[form]
        made = made % s.id if '%' in made else made
        self.inside(s, 'timeout', 'open_timeout(%d, %s)' % (slot, made))

    def do_group(self, s, slot):
        self.inside(s, 'group', 'open_group(%d)' % slot)


def python_file(programs):
    """(source, nothing more to know about it)."""
    lines = ['from harness import *', '']
    for p in programs:
        lines += PythonEmitter(p).emit() + ['']
    lines.append('main([%s])' % ', '.join('p%d' % p.number for p in programs))
    return '\n'.join(lines) + '\n', {}
