import asyncio

# [patience]
async def answer(seconds):
    await asyncio.sleep(seconds)
    return '42'

async def impatient():
    loop = asyncio.get_running_loop()
    start = loop.time()
    print(await asyncio.wait_for(answer(1), 2))
    try:
        await asyncio.wait_for(answer(50), 2)
    except TimeoutError:
        print('no answer')

    try:
        async with asyncio.timeout(3) as limit:
            await answer(2)
            print('the first is there, so there is time for another')
            limit.reschedule(limit.when() + 5)
            await answer(4)
            print('the second')
            await answer(50)
            print('never')
    except TimeoutError:
        print('the limit' if limit.expired() else '?', 'was reached after %.0f s' % (loop.time() - start))
# [/patience]

asyncio.run(impatient())
