import asyncio

# [wait]
async def answer(value, seconds):
    await asyncio.sleep(seconds)
    return value

async def first_of_three():
    asked = [asyncio.create_task(answer(1, 5)), asyncio.create_task(answer(2, 1)), asyncio.create_task(answer(3, 9))]
    done, pending = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    print('first:', done.pop().result())

    done, pending = await asyncio.wait(pending, timeout=6.5)
    print(len(done), 'more,', len(pending), 'not in time')
    for late in pending:
        late.cancel()
# [/wait]

asyncio.run(first_of_three())
