"""Runs the programs that compare.py writes on asyncio, as interpreter.cpp does on lasti."""
import asyncio
import sys

ROUNDS = 120

NAMES = {
    asyncio.BrokenBarrierError: 'broken', asyncio.QueueEmpty: 'empty',
    asyncio.QueueFull: 'full', asyncio.QueueShutDown: 'shut down', ValueError: 'value', RuntimeError: 'runtime',
}


def name_of(e):
    if isinstance(e, asyncio.CancelledError):
        return ' '.join(['cancelled', *e.args])
    return NAMES.get(type(e)) or 'another: ' + type(e).__name__


class World:
    def __init__(self):
        self.locks = [asyncio.Lock(), asyncio.Lock()]
        self.semaphore = asyncio.Semaphore(2)
        self.event = asyncio.Event()
        self.condition = asyncio.Condition()
        self.barrier = asyncio.Barrier(3)
        self.queues = [asyncio.Queue(2), asyncio.LifoQueue(1), asyncio.PriorityQueue()]
        self.changes = self.round = 0
        self.tasks = []
        self.lines = []

    def log(self, task, at, what):
        if self.round < ROUNDS:
            self.lines.append('%d %d.%d %s' % (self.round, task, at, what))


async def give_way(n):
    for _ in range(n):
        await asyncio.sleep(0)


async def execute(w, letter, a, b, log):
    """One statement; its result, or -1."""
    if letter == 'a':
        w.semaphore.release()
    elif letter == 'E':
        w.event.set()
    elif letter == 'c':
        w.event.clear()
    elif letter == 'P':
        w.queues[a].put_nowait(b)
    elif letter == 'G':
        return w.queues[a].get_nowait()
    elif letter == 'd':
        w.queues[a].task_done()
    elif letter == 'z':
        w.queues[a].shutdown(b != 0)
    elif letter == 'k':
        w.tasks[a].cancel('in %d' % w.round)
    elif letter == 's':
        await give_way(a)
    elif letter == 'l':
        async with w.locks[a]:
            log('in')
            await give_way(b)
    elif letter == 'm':
        async with w.semaphore:
            log('in')
            await give_way(a)
    elif letter == 'e':
        await w.event.wait()
    elif letter == 'w':
        async with w.condition:
            log('in')
            await w.condition.wait()
            log('notified')
            await give_way(a)
    elif letter == 'W':
        async with w.condition:
            log('in')
            await w.condition.wait_for(lambda: w.changes >= a)
    elif letter == 'n':
        async with w.condition:
            log('in')
            w.changes += 1
            w.condition.notify(a)
            await give_way(b)
    elif letter == 'b':
        return await w.barrier.wait()
    elif letter == 'r':
        await w.barrier.reset()
    elif letter == 'x':
        await w.barrier.abort()
    elif letter == 'p':
        await w.queues[a].put(b)
    elif letter == 'g':
        return await w.queues[a].get()
    elif letter == 'j':
        await w.queues[a].join()
    return -1


async def interpreted(w, me, statements):
    for at, (letter, a, b) in enumerate(statements):
        def log(what):
            w.log(me, at, what)
        try:
            log(letter)
            result = await execute(w, letter, a, b, log)
            log('ok' if result < 0 else 'ok %d' % result)
        except GeneratorExit:
            raise
        except BaseException as e:
            log(name_of(e))
            if at == 0:
                raise
    w.log(me, len(statements), 'end')


def parse(text):
    statements = []
    for word in text.split():
        numbers = [int(n) for n in word[1:].split(',') if n] + [0, 0]
        statements.append((word[0], numbers[0], numbers[1]))
    return statements


def outcome(t):
    if not t.done():
        return 'pending'
    if t.cancelled():
        return 'cancelled'
    return name_of(t.exception()) if t.exception() else 'done'


def run(line):
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda loop, context: None)
    asyncio.set_event_loop(loop)
    w = World()
    tasks, _, cancels = line.partition('!')
    cancels = parse(cancels)

    def tick():
        w.round += 1
        for _, when, whom in cancels:
            if when == w.round:
                w.tasks[whom].cancel('at %d' % w.round)
        if w.round < ROUNDS:
            loop.call_soon(tick)
        else:
            loop.stop()

    loop.call_soon(tick)
    for me, text in enumerate(tasks.split('|')):
        w.tasks.append(loop.create_task(interpreted(w, me, parse(text))))
    loop.run_forever()
    w.lines.append(' '.join(outcome(t) for t in w.tasks) + ' ')
    w.lines.append('%d%d%d %d %d%d %d%d' % (
        w.locks[0].locked(), w.locks[1].locked(), w.semaphore.locked(), w.semaphore._value, w.event.is_set(),
        w.condition.locked(), w.barrier.n_waiting, w.barrier.broken)
        + ''.join(' %d/%d' % (q.qsize(), q._unfinished_tasks) for q in w.queues))
    print('\n'.join(w.lines + ['--']))
    for t in w.tasks:  # they hang, as they may
        t._log_destroy_pending = False
        w.lines = []
    loop.close()


def main():
    sys.unraisablehook = lambda unraisable: None
    for line in sys.stdin:
        run(line.rstrip('\n'))


main()
