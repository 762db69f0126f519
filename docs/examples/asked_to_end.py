import asyncio


# [asked]
async def tidy():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print('tidy: cleaning up ...')
        await asyncio.sleep(1)
        print('tidy: ... clean')
        raise
    return 'tidy slept well'


async def deaf():
    try:
        await asyncio.sleep(10)
    except:
        print('deaf: what was that?')
    return 'deaf goes on'


async def late():
    print('late: here I am')
    return 'late was in time'


async def boss():
    tasks = [asyncio.create_task(tidy(), name='tidy'),
             asyncio.create_task(deaf(), name='deaf')]
    await asyncio.sleep(1)
    tasks.append(asyncio.create_task(late(), name='late'))
    for t in tasks:
        t.cancel()
    print('boss: asked them all')
    for t in tasks:
        try:
            said = await t
            print('boss:', said)
        except asyncio.CancelledError:
            print('boss:', t.get_name(), 'was cancelled')
# [/asked]


asyncio.run(boss())
