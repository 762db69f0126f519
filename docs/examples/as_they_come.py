# needs 3.13
import asyncio

# [come]
async def runner(name, seconds):
    await asyncio.sleep(seconds)
    return name

async def race():
    for next in asyncio.as_completed([runner('tortoise', 9), runner('hare', 2)]):
        name = await next
        print(name)

    second_race = [asyncio.create_task(runner('tortoise', 9), name='the slow one'),
                   asyncio.create_task(runner('hare', 2), name='the fast one')]
    try:
        async for done in asyncio.as_completed(second_race, timeout=5):
            print(done.get_name())
    except TimeoutError:
        print('time is over')
    await second_race[0]
# [/come]

asyncio.run(race())
