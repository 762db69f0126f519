import asyncio

# [fetch]
async def fetch(name):
    try:
        await asyncio.sleep(len(name))
        if name == 'rumour':
            raise RuntimeError('no such page: rumour')
        print('got', name)
    except asyncio.CancelledError:
        print('gave up', name)
        raise
    return len(name)

async def fetch_all(names, limit):
    async with asyncio.timeout(limit), asyncio.TaskGroup() as group:
        pages = [group.create_task(fetch(name)) for name in names]
    return sum(page.result() for page in pages)
# [/fetch]

async def report(names, limit):
    try:
        print(await fetch_all(names, limit), 'letters')
    except TimeoutError:
        print('it took too long')
    except ExceptionGroup as group:
        for e in group.exceptions:
            print(e)

async def main():
    start = asyncio.get_running_loop().time()
    await report(['map', 'news', 'weather'], 10)
    await report(['map', 'news', 'weather'], 5)
    await report(['map', 'rumour', 'weather'], 10)
    print('after %.0f s' % (asyncio.get_running_loop().time() - start))

asyncio.run(main())
