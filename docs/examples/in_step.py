import asyncio

# [walk]
async def walk(together, name, pace):
    for stage in (1, 2):
        await asyncio.sleep(pace)
        place = await together.wait()
        print('%s was number %d at the end of stage %d' % (name, place, stage))
# [/walk]

async def main():
    together = asyncio.Barrier(3)
    await asyncio.gather(walk(together, 'ann', 0.3), walk(together, 'bob', 0.1), walk(together, 'cat', 0.2))

asyncio.run(main())
