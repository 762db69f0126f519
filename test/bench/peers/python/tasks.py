"""tasks.py switches|sleepers SIZE [MORE]: tasks of asyncio that pass, or that sleep once."""
import asyncio

from common import measure, more, random_numbers, run


async def passing(passes):
    for _ in range(passes):
        await asyncio.sleep(0)


async def switches(passes):
    tasks = more(1000)
    with measure() as m:
        await asyncio.gather(*(passing(passes) for _ in range(tasks)))
    m.report(tasks * passes)


async def sleepers(tasks):
    same, random = more(0), random_numbers()
    with measure() as m:
        await asyncio.gather(*(asyncio.sleep((same or next(random) % 1001) / 1000) for _ in range(tasks)))
    m.report(tasks)


run({'switches': switches, 'sleepers': sleepers})
