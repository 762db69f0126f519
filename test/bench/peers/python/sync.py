"""sync.py lock|contended|queue|event|gather SIZE [ROOM]: what sync.cpp measures, with asyncio."""
import asyncio

from common import measure, more, run


async def lock(n):
    held = asyncio.Lock()
    with measure() as m:
        for _ in range(n):
            await held.acquire()
            held.release()
    m.report(n)


async def contending(held, n):
    for _ in range(n):
        await held.acquire()
        await asyncio.sleep(0)
        held.release()


async def contended(n):
    held = asyncio.Lock()
    with measure() as m:
        await asyncio.gather(*(contending(held, n) for _ in range(100)))
    m.report(100 * n)


async def producing(q, n):
    for i in range(n):
        await q.put(i)


async def consuming(q, n):
    for _ in range(n):
        await q.get()


async def queue(n):
    q = asyncio.Queue(more(1))
    with measure() as m:
        await asyncio.gather(consuming(q, n), producing(q, n))
    m.report(n)


async def waiting(events, n):
    for i in range(n):
        await events[i % 2].wait()


async def setting(events, n):
    for i in range(n):
        await asyncio.sleep(0)
        events[i % 2].set()
        events[i % 2].clear()


async def event(n):
    events = asyncio.Event(), asyncio.Event()
    with measure() as m:
        await asyncio.gather(*(waiting(events, n) for _ in range(1000)), setting(events, n))
    m.report(1000 * n)


async def nothing():
    pass


async def gather(n):
    with measure() as m:
        for _ in range(n):
            await asyncio.gather(*(nothing() for _ in range(1000)))
    m.report(1000 * n)


run({'lock': lock, 'contended': contended, 'queue': queue, 'event': event, 'gather': gather})
