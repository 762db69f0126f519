"""Makes random programs. The same (seed, number) gives the same program, whichever others are
made."""
from grow import Grower
from model import CATCHABLE, FUTURES, GENERATOR, LEVELS, RAISABLE, Function, Program
from syntax import Stmt

RUNS = 10
SLOTS = 2
STATEMENTS = [('sleep', 5), ('sleep_set', .5), ('await', 6), ('await_drop', 1.5), ('gather', 1.5),
              ('wait', 1.5), ('lock', 2.5), ('acquire', 1), ('event_wait', 1.5), ('condition', 2.5),
              ('condition_wait', 1.5), ('semaphore', 1.5), ('take', .7), ('barrier_wait', 1.5),
              ('barrier', .7), ('barrier_order', .3), ('as_completed', 1),
              ('async_as_completed', .8), ('async_for', 3), ('operate', 3), ('yield', 5),
              ('yield_set', 4), ('put', 2), ('get', 2), ('join', .9), ('timeout', 2.5),
              ('group', 1.6), ('act', 9), ('try', 6), ('while', 1.5), ('if', 1.5), ('return', 1),
              ('raise', 1.5), ('reraise', 2.5), ('caught', 1.5), ('break', 1.5), ('continue', 1.5)]
NESTED = ('try', 'while', 'if', 'lock', 'timeout', 'group', 'condition', 'semaphore', 'barrier',
          'as_completed', 'async_as_completed', 'async_for')
ACTIONS = [('spawn', 2.5), ('cancel', 5), ('uncancel', .8), ('look', .5), ('set_event', 2),
           ('clear_event', .6), ('release', 1), ('notify', 1), ('give_back', .8), ('put', 2),
           ('get', 1), ('task_done', 1.2), ('shut_down', .2), ('set_result', 1.2),
           ('set_exception', .6), ('cancel_future', .6), ('new_future', .8), ('soon', 1.5),
           ('later', 1.5), ('when_done', 1), ('when_set', .7), ('drop_handle', .4), ('raise', .3),
           ('set_variable', .7), ('get_variable', .7), ('reschedule', 1), ('never', .2),
           ('expired', .3), ('group_spawn', 1.5), ('probe', .6), ('new_generator', .6)]
# Many programs are mostly about one thing, and one object of it, so that the tasks meet there:
# statements, and actions.
FOCI = [(('lock', 'acquire'), ('release',)), (('semaphore', 'take'), ('give_back',)),
        (('put', 'get'), ('put', 'get')), (('put',), ('get', 'shut_down')),
        (('put', 'get', 'join'), ('get', 'task_done')),
        (('condition', 'condition_wait'), ('notify', 'release')), (('barrier', 'barrier_wait'), ()),
        (('event_wait',), ('set_event', 'clear_event')), (('timeout', 'group'), ('group_spawn',)),
        (('gather', 'wait', 'await'), ('set_result', 'cancel')), (('async_for', 'operate'), ())]
FREE = -1              # the level of an action that no function does: any level is above it


class Generator(Grower):
    raisable = RAISABLE

    def __init__(self, seed, number):
        Grower.__init__(self, seed, number)
        self.iterates = self.chance(0.6)     # it has an async generator
        self.focus, self.actions = self.random.choice(FOCI) if self.chance(0.6) else ((), ())
        self.favourite = self.random.randrange(4)
        self.scopes = 0                      # how many stand around the statement being made

    # Statements

    def statement(self, level, depth, in_loop, in_handler):
        def allowed(kind):
            if kind in ('break', 'continue'):
                return in_loop
            if kind in ('caught', 'reraise'):
                return in_handler
            if kind in ('yield', 'yield_set'):
                # lasti refuses a YIELD inside of a timeout or a group.
                return self.iterates and level == GENERATOR and not self.scopes
            if kind in ('async_for', 'operate') and not (self.iterates and level < GENERATOR):
                return False
            return not (kind in NESTED and (depth >= 4 or self.budget <= 0) or
                        kind == 'group' and level + 1 >= LEVELS)

        def weight(kind, usual):
            if kind in self.focus:
                usual *= 4
            if kind in ('raise', 'return') and not self.trying:
                return usual * 0.3       # else most functions are over before their end
            return usual * 0.5 if kind in NESTED and depth >= 2 else usual
        return self.make(self.one_of([(k, weight(k, w)) for k, w in STATEMENTS if allowed(k)]),
                         level, depth, in_loop, in_handler)

    def block(self, *where):
        """What is sent or thrown mostly goes to async generators that have begun."""
        body = []
        for s in Grower.block(self, *where):
            late = s.kind == 'operate' and s.args[1] in ('asend', 'athrow', 'aclose')
            if late and self.chance(0.8):
                body.append(Stmt('operate', self.new_id(), (s.args[0], 'anext', 0)))
            body.append(s)
        return body

    def which(self, count):
        """Of so many locks, queues, …"""
        if self.focus and self.chance(0.7):
            return self.favourite % count
        return self.random.randrange(count)

    def one_of(self, weighted):
        return self.random.choices([k for k, _ in weighted], [w for _, w in weighted])[0]

    def arguments(self, kind, level):
        r = self.random
        if kind in ('await', 'await_drop'):
            return (self.expression(level),)
        if kind == 'raise':
            return (r.choice(RAISABLE if self.chance(0.5) else ['A', 'B', 'C']),
                    r.choice(['macro', 'macro', 'native']))
        if kind in ('acquire', 'event_wait', 'take', 'barrier_wait'):
            return (self.which(2),)
        if kind == 'condition_wait':
            return (self.which(2), self.chance(0.5))
        if kind == 'barrier_order':
            return (self.which(2), r.choice(['reset', 'abort']))
        if kind in ('put', 'get', 'join'):
            return (self.which(4),)
        if kind == 'sleep_set':
            return (r.randint(1, 9),)
        if kind == 'gather':
            return (self.gathering(level),)
        if kind == 'wait':
            until = r.choice(['ALL_COMPLETED', 'ALL_COMPLETED', 'FIRST_COMPLETED',
                              'FIRST_COMPLETED', 'FIRST_EXCEPTION'])
            given = self.futures(level, r.choice([0, 1, 2, 2, 3, 3, 3, 4, 4]))
            return (tuple(given), until, self.chance(0.5))
        if kind == 'operate':
            name = r.choice(['anext', 'anext', 'anext', 'anext_default', 'asend', 'asend',
                             'athrow', 'aclose'])
            thrown = (r.choice(['A', 'B', 'C', 'CancelledError', 'GeneratorExit',
                                'StopAsyncIteration']), self.new_id())
            of = self.generator(fresh=0.1 if name.startswith('anext') else 0)
            return (of, name, thrown if name == 'athrow' else r.randint(1, 9))
        if kind == 'act':
            return (self.action(level), self.chance(0.7))
        return ()

    def catch(self):
        usual = ['A', 'Exception', 'CancelledError', 'CancelledError', 'TimeoutError']
        return self.random.choice(CATCHABLE if self.chance(0.5) else usual)

    def around(self, kind, level, depth, in_loop, in_handler, args, first=()):
        body = list(first) + self.block(level, depth + 1, in_loop, in_handler)
        return Stmt(kind, self.new_id(), args, [self.clause(kind, body)])

    def make_lock(self, *where):
        return self.around('lock', *where, args=(self.which(2),))

    def make_semaphore(self, *where):
        return self.around('semaphore', *where, args=(self.which(2),))

    def make_barrier(self, *where):
        return self.around('barrier', *where, args=(self.which(2),))

    def make_condition(self, *where):
        i = self.which(2)
        if self.chance(0.6):
            first = Stmt('condition_wait', self.new_id(), (i, self.chance(0.5)))
        else:
            notify = ('notify', i, self.random.randrange(3), None)
            first = Stmt('act', self.new_id(), (notify, True))
        return self.around('condition', *where, args=(i,), first=[first])

    def make_as_completed(self, level, depth, in_loop, in_handler):
        count = self.random.choice([0, 1, 2, 2, 3, 3, 4])
        coroutines = self.chance(0.3)
        given = self.some(lambda e: (e[0] in FUTURES) != coroutines, level, count)
        return self.around('as_completed', level, depth, True, in_handler,
                           args=(tuple(given), self.chance(0.5)))

    def make_async_as_completed(self, level, depth, in_loop, in_handler):
        given = self.futures(level, self.random.choice([0, 1, 2, 2, 3, 3, 4]))
        return self.around('async_as_completed', level, depth, True, in_handler,
                           args=(tuple(given), self.chance(0.5)))

    def generator(self, fresh):
        return ('generator', None if self.chance(fresh) else self.random.randrange(2))

    def make_async_for(self, level, depth, in_loop, in_handler):
        return self.around('async_for', level, depth, True, in_handler,
                           args=(self.generator(fresh=0.6),))

    def make_timeout(self, level, *where):
        form = self.random.choice(['timeout', 'timeout', 'timeout', 'timeout_at', 'forever'])
        return self.scope('timeout', level, *where, args=(level, form))

    def make_group(self, level, *where):
        spawns = [Stmt('act', self.new_id(), (self.group_spawn(level), self.chance(0.8)))
                  for _ in range(self.random.randint(1, 3))]
        group = self.scope('group', level, *where, args=(level,), first=spawns)
        if self.chance(0.6):
            return group
        then = [Stmt('sleep', self.new_id())]     # there a cancellation is raised that came besides
        return Stmt('try', self.new_id(), (), [self.clause('try', [group]),
                                               self.clause('except', then, 'ExceptionGroup')])

    def scope(self, *what, **how):
        self.scopes += 1
        made = self.around(*what, **how)
        self.scopes -= 1
        return made

    # What is awaited

    def above(self, level):
        while True:
            found = self.random.randint(level + 1, LEVELS - 1)
            if not (self.iterates and found == GENERATOR):
                return found

    def expression(self, level, nested=0):
        r = self.random
        if not nested or self.chance(0.3):
            kind = r.choices(['shield', 'wait_for', 'other'], [2, 3, 10])[0]
            if nested < 2 and kind != 'other':
                inner = self.expression(level, nested + 1)
                return (kind, inner) if kind == 'shield' else (kind, inner, self.new_id())
        if nested < 2 and self.chance(0.06):
            return ('gathered', self.gathering(level, nested + 1))
        if level + 1 >= LEVELS or self.chance(0.2):
            return r.choice([('future', r.randrange(3)), ('slept', self.new_id())])
        k = self.above(level)
        return r.choice([('task', k * SLOTS + r.randrange(SLOTS)),
                         ('task', k * SLOTS + r.randrange(SLOTS)),
                         ('call', k), ('call', k), ('ensure', k)])

    def gathering(self, level, nested=1):
        count = self.random.choice([0, 1, 2, 2, 2, 3, 3, 4]) if nested == 1 else 2
        wanted = self.random.choice(['futures', 'coroutines', 'mixed'])
        if wanted == 'futures':
            given = self.futures(level, count)
        elif wanted == 'coroutines':
            given = self.some(lambda e: e[0] not in FUTURES, level, count)
        else:
            given = self.futures(level, 1) + self.some(lambda e: e[0] not in FUTURES, level, 1)
            self.random.shuffle(given)
        return (tuple(given), self.chance(0.4))

    def futures(self, level, count):
        return self.some(lambda e: e[0] in FUTURES, level, count)

    def some(self, wanted, level, count):
        found = []
        while len(found) < count:
            e = self.expression(level, 2)
            if wanted(e):
                found.append(e)
                if e[0] == 'task' and len(found) < count and self.chance(0.2):
                    found.append(e)      # the same twice
        return found

    # Actions

    def slot(self):
        return self.random.randrange(LEVELS * SLOTS)

    def group_spawn(self, level):
        """Level of the group's owner, and 2 * level of the function + whether it is eager."""
        return ('group_spawn', level, self.above(level) * 2 + self.chance(0.2), None)

    def action(self, level, nested=0):
        r = self.random
        name = self.one_of([(k, w * 4 if k in self.actions else w) for k, w in ACTIONS
                            if not (k == 'new_generator' and not self.iterates
                                    or nested > 1 and k in ('soon', 'later', 'when_done',
                                                            'when_set')
                                    or level + 1 >= LEVELS and k in ('spawn', 'group_spawn'))])
        if name == 'spawn':
            return (name, self.above(level), r.randrange(SLOTS) + 2 * self.chance(0.2), None)
        if name == 'group_spawn':
            return self.group_spawn(max(0, r.randint(level, LEVELS - 2)))
        if name == 'cancel':
            return (name, self.slot(), r.choice([0, r.randint(1, 99)]), None)
        if name in ('uncancel', 'look'):
            return (name, self.slot(), 0, None)
        if name == 'give_back':
            return (name, self.which(2), r.choice([1, 1, 2, 3]), None)
        if name in ('set_event', 'clear_event', 'release', 'get_variable',
                    'new_generator'):
            return (name, self.which(2), 0, None)
        if name == 'notify':
            return (name, self.which(2), r.randrange(3), None)
        if name in ('put', 'get', 'task_done'):
            return (name, self.which(4), r.randint(1, 9), None)
        if name == 'shut_down':
            return (name, self.which(4), r.randrange(2), None)
        if name in ('set_result', 'set_exception', 'cancel_future', 'new_future'):
            return (name, r.randrange(3), r.randint(0, 9), None)
        if name in ('soon', 'later'):
            return (name, r.randrange(3), r.randint(0, 3), self.action(FREE, nested + 1))
        if name == 'when_done':
            return (name, self.slot(), 0, self.action(FREE, nested + 1))
        if name == 'when_set':
            return (name, r.randrange(3), 0, self.action(FREE, nested + 1))
        if name == 'set_variable':
            return (name, r.randrange(2), r.randint(1, 9), None)
        if name in ('reschedule', 'never', 'expired'):
            return (name, r.randrange(LEVELS), r.randint(0, 3), None)
        return (name, r.randrange(3), 0, None)

    # The whole

    def function(self, level):
        self.budget = self.random.randint(5, 12) if level < 2 else self.random.randint(2, 6)
        body = self.block(level, 0, False, False, self.random.randint(2, 5))
        if self.iterates and level == GENERATOR:
            body.insert(self.chance(0.3), self.yielding())
        return Function(level, body, self.new_id(), self.new_id(),
                        self.iterates and level == GENERATOR)

    def yielding(self):
        """A loop of yields; what is thrown in there is often waited for."""
        r = self.random
        inside = [Stmt(r.choice(['yield', 'yield_set']), self.new_id())]
        if self.chance(0.5):
            waits = [Stmt(*r.choice([('sleep', self.new_id()),
                                     ('event_wait', self.new_id(), (0,))]))]
            clauses = [self.clause('try', inside)]
            if self.chance(0.5):
                caught = r.choice(['A', 'Exception', 'GeneratorExit', 'CancelledError'])
                if caught == 'GeneratorExit':
                    waits.append(Stmt('return', self.new_id()))
                clauses.append(self.clause('except', waits, caught))
            else:
                clauses.append(self.clause('finally', waits))
            inside = [Stmt('try', self.new_id(), (), clauses)]
        inside += self.block(GENERATOR, 1, True, False)
        return Stmt('while', self.new_id(), (r.randint(2, 4), 'while'),
                    [self.clause('while', inside)])

    def cancel(self, often=None):
        """`often`: of half of them."""
        slot = self.slot() if often is None or self.chance(0.5) else often
        return ('cancel', slot, self.random.choice([0, self.random.randint(1, 99)]), None)

    def wake(self):
        """What somebody may wait for."""
        r = self.random
        wakes = ['set_event', 'release', 'give_back', 'put', 'put', 'get', 'task_done',
                 'set_result', 'notify']
        favourites = [a for a in self.actions if a in wakes]
        name = r.choice(favourites if favourites and self.chance(0.7) else wakes)
        how_many = {'put': 4, 'get': 4, 'task_done': 4, 'set_result': 3}
        return (name, self.which(how_many.get(name, 2)), r.randint(name == 'give_back', 2), None)

    def injections(self, run):
        """Wakes, cancellations, others; and cancellations in the round of a wake or the next."""
        r = self.random
        if run == 0:
            return []
        found = [(r.randint(0, 6), r.randint(0, 4), self.wake()) for _ in range(r.randint(0, 6))]
        found += [(r.randint(0, 6), r.randint(0, 6),
                   self.cancel() if self.chance(0.7) else self.action(FREE))
                  for _ in range(r.randint(1, 6))]
        for _ in range(r.randint(0, 3)):
            when, ticks, slot = r.randint(0, 6), r.randint(0, 4), self.slot()
            found.append((when, ticks, self.wake()))
            found += [(when, ticks + r.choice([0, 0, 1]), self.cancel(slot))
                      for _ in range(r.randint(1, 3))]
            if self.chance(0.3):
                found.append((when, ticks, ('uncancel', slot, 0, None)))
        return found

    def program(self, number, seed):
        r = self.random
        functions = [self.function(level) for level in range(LEVELS)]
        starts = [('spawn', level, slot, None)
                  for level, slot in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0))
                  if level < 1 or self.chance(0.7)]
        starts += [self.action(FREE) for _ in range(r.randint(0, 3))]
        r.shuffle(starts)
        runs = [(run, self.injections(run)) for run in range(RUNS)]
        return Program(number, seed, functions, starts, runs)


def make_program(seed, number):
    return Generator(seed, number).program(number, seed)
