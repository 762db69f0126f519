import asyncio

# [counters]
async def count_down(n):
    while n > 0:
        print('count_down', n)
        await asyncio.sleep(1)
        n -= 1


async def count_up(n):
    i = 0
    while i < n:
        print('count_up', i)
        await asyncio.sleep(3)
        i += 1


async def count():
    await asyncio.gather(
        count_down(5),
        count_up(5))
# [/counters]

async def timed():
    start = asyncio.get_running_loop().time()
    await count()
    print('took %.0f seconds' % (asyncio.get_running_loop().time() - start))

asyncio.run(timed())
