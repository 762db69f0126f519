import asyncio

# [cancel]
async def worker():
    try:
        print('working')
        await asyncio.sleep(3600)
    except asyncio.CancelledError as e:
        print('cancelled:', e)
        await asyncio.sleep(1)
        raise
    finally:
        print('clean')

async def boss():
    loop = asyncio.get_running_loop()
    start = loop.time()
    t = asyncio.create_task(worker())
    await asyncio.sleep(2)
    t.cancel('enough')
    try:
        await t
    except asyncio.CancelledError:
        print('it took %.0f seconds' % (loop.time() - start))
# [/cancel]

asyncio.run(boss())
