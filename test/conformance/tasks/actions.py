"""What bodies, callbacks, and the schedule of a run do without waiting: (name, a, b, c)."""
import asyncio
import contextvars

from virtual import TaskGroup
from world import A, GENERATOR, SLOTS, coverage, describe, label, log, made, state_of, world

VARIABLES = [contextvars.ContextVar('v0', default=0), contextvars.ContextVar('v1')]


def T(i):
    """The task in the table, or a future that is done."""
    return world.over if world.tasks[i] is None else world.tasks[i]


def act(action, guarded=False):
    name, a, b, c = action
    log('do %s %d %d' % (name, a, b))
    try:
        said = globals()['do_' + name](a, b, c)
    except BaseException as e:
        coverage[name, 'error'] += 1
        if not guarded:
            raise
        log('! ' + describe(e))
    else:
        coverage[name, 'done'] += 1
        if said is not None:
            log('-> %s' % said)


def do_spawn(level, slot, _):
    if world.fuel <= 0:
        return
    task = world.loop.create_task(world.functions[level](level), eager_start=slot >= SLOTS)
    world.tasks[level * SLOTS + slot % SLOTS] = task
    world.spawned.append(task)
    return label(task)


def met(task):
    """How a cancellation meets a task, for the coverage tables: all that can be said."""
    if task.done():
        yield 'cancel', 'of a task that is done'
    elif asyncio.current_task() is task:
        yield 'cancel', 'of itself'
    elif not world.waiting.get(task):
        yield 'cancel', 'before the start' if task._fut_waiter is None else 'elsewhere'
    else:
        *outer, innermost = world.waiting[task]
        woken = task._fut_waiter is None or task._fut_waiter.done()
        yield innermost, 'met woken' if woken else 'met waiting'
        for kind in outer + world.inside.get(task, []):
            yield kind, 'met inside'


def do_cancel(slot, message, _):
    task = T(slot)
    if task is not world.over:
        coverage.update(met(task))
    done = task.cancel('m%d' % message) if message else task.cancel()
    return '%s %d' % (label(task), done)


def do_uncancel(slot, *_):
    return T(slot).uncancel() if T(slot) is not world.over else None


def do_look(slot, *_):
    """Retrieves its exception."""
    return describe(T(slot).exception()) if T(slot).exception() is not None else 'None'


def do_set_event(i, *_):
    world.events[i].set()


def do_clear_event(i, *_):
    world.events[i].clear()


def do_release(i, *_):
    world.locks[i].release()


def do_new_generator(i, *_):
    world.generators[i] = world.functions[GENERATOR](i)


def do_notify(i, n, _):
    world.counts[i] += 1
    if n:
        world.conditions[i].notify(n)
    else:
        world.conditions[i].notify_all()


def do_give_back(i, times, _):
    for _ in range(times):
        world.semaphores[i].release()


def do_put(i, item, _):
    world.queues[i].put_nowait(item)


def do_get(i, *_):
    return world.queues[i].get_nowait()


def do_task_done(i, times, _):
    for _ in range(times):
        world.queues[i].task_done()


def do_shut_down(i, immediate, _):
    world.queues[i].shutdown(bool(immediate))


def do_set_result(i, value, _):
    world.futures[i].set_result(value)


def do_set_exception(i, number, _):
    world.futures[i].set_exception(A('%d' % number))


def do_cancel_future(i, message, _):
    future = world.futures[i]
    return '%d' % (future.cancel('m%d' % message) if message else future.cancel())


def do_new_future(i, *_):
    if world.futures[i].done():
        world.futures[i] = world.loop.create_future()


def called(action):
    act(world.actions[action])


def do_soon(i, _, action):
    world.handles[i] = world.loop.call_soon(called, action)


def do_later(i, delay, action):
    world.handles[i] = world.loop.call_later(delay, called, action)


def do_when_done(slot, _, action):
    T(slot).add_done_callback(lambda future: done(future, action))


def do_when_set(i, _, action):
    world.futures[i].add_done_callback(lambda future: done(future, action))


def done(future, action):
    log('done ' + state_of(future))
    called(action)


def do_drop_handle(i, *_):
    if world.handles[i] is not None:
        world.handles[i].cancel()


def do_raise(number, *_):
    raise A('%d' % number)


def do_set_variable(i, value, _):
    VARIABLES[i].set(value)


def do_get_variable(i, *_):
    return VARIABLES[i].get()


def do_reschedule(slot, delay, _):
    if world.timeouts[slot] is not None:
        world.timeouts[slot].reschedule(world.loop.time() + delay)


def do_never(slot, *_):
    if world.timeouts[slot] is not None:
        world.timeouts[slot].reschedule(None)


def do_expired(slot, *_):
    return None if world.timeouts[slot] is None else '%d' % world.timeouts[slot].expired()


def do_group_spawn(slot, which, _):
    if world.fuel <= 0 or world.groups[slot] is None:
        return
    level, eager = which // 2, which % 2
    task = world.groups[slot].create_task(world.functions[level](level), bool(eager))
    world.tasks[level * SLOTS] = task
    world.spawned.append(task)
    return label(task)


def do_probe(*_):
    w = world
    return '%s locks %s events %s queues %s semaphores %s barriers %s' % (
        ' '.join('-' if t is None else 'd' if t.done() else 'p%d' % t.cancelling()
                 for t in w.tasks),
        ' '.join('%d' % l.locked() for l in w.locks), ' '.join('%d' % e.is_set() for e in w.events),
        ' '.join('%d' % q.qsize() for q in w.queues),
        ' '.join('%d%d' % (s._value, s.locked()) for s in w.semaphores),
        ' '.join('%d%d' % (b.n_waiting, b.broken) for b in w.barriers))


def open_timeout(slot, made):
    world.timeouts[slot] = made
    return made


def open_group(slot):
    world.groups[slot] = TaskGroup()
    return world.groups[slot]
