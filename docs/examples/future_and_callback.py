import asyncio

# [wait]
async def wait_for(name, answer):
    print(name, 'waits')
    x = await answer
    print(name, 'got', x)

async def ask():
    loop = asyncio.get_running_loop()
    answer = loop.create_future()
    answer.add_done_callback(lambda f: print('callback got', f.result()))
    a = loop.create_task(wait_for('a', answer))
    b = loop.create_task(wait_for('b', answer))
    def set():
        answer.set_result(42)
        print('set')
    loop.call_later(1, set)
    await a
    await b
# [/wait]

asyncio.run(ask())
