import asyncio

# [gather]
async def fetch(page, seconds):
    await asyncio.sleep(seconds)
    if page == 404:
        raise IndexError('no page 404')
    print('page', page)
    return page * 100

async def fetch_all():
    three = await asyncio.gather(fetch(1, 3), fetch(2, 1), asyncio.sleep(2))
    print(three[0], three[1])

    outcomes = await asyncio.gather(fetch(3, 2), fetch(404, 1), return_exceptions=True)
    for o in outcomes:
        print(o)

    try:
        await asyncio.gather(fetch(404, 1), fetch(4, 2))
    except IndexError as e:
        print('at once:', e)
    await asyncio.sleep(5)
# [/gather]

asyncio.run(fetch_all())
