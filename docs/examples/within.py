import asyncio


async def fetch(seconds):
    await asyncio.sleep(seconds)
    return 'fetched in %d' % seconds


# [within]
async def within(seconds, task):
    timer = asyncio.get_running_loop().call_later(seconds, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise TimeoutError('too late')
    finally:
        timer.cancel()


async def boss():
    for seconds in 1, 3:
        try:
            print(await within(2, asyncio.create_task(fetch(seconds))))
        except TimeoutError as e:
            print(e)
    print('at %g' % asyncio.get_running_loop().time())
# [/within]


asyncio.run(boss())
