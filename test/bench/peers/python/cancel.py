"""cancel.py sleepers|chain SIZE: the twin of cancel.cpp on asyncio."""
import asyncio

from common import measure, random_numbers, run


async def sleepers(count):
    random = random_numbers()
    tasks = [asyncio.create_task(asyncio.sleep(3600 + next(random))) for _ in range(count)]
    await asyncio.sleep(0)
    for i in range(count, 1, -1):
        j = next(random) % i
        tasks[i - 1], tasks[j] = tasks[j], tasks[i - 1]
    with measure() as m:
        for t in tasks:
            t.cancel()
        await asyncio.wait(tasks)
    m.report(count)


async def deep(depth):
    if depth > 1:
        await deep(depth - 1)
    else:
        await asyncio.sleep(3600)


async def chain(count):
    depth, together = 100, 10
    m = measure()
    for _ in range(count // (depth * together)):
        tasks = [asyncio.create_task(deep(depth)) for _ in range(together)]
        await asyncio.sleep(0)
        with m:
            for t in tasks:
                t.cancel()
            await asyncio.wait(tasks)
    m.report(count)


run({'sleepers': sleepers, 'chain': chain})
