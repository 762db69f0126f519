import asyncio
import contextlib

# [contexts]
@contextlib.asynccontextmanager
async def connection(host):
    await asyncio.sleep(1)
    print('open', host)
    try:
        yield 'socket to ' + host
    except LookupError:
        print(host, 'knows no such page')
    finally:
        await asyncio.sleep(1)
        print('close', host)

async def one():
    async with connection('a') as socket:
        print('use the', socket)
        raise LookupError('page 12')

async def many(hosts):
    stack = contextlib.AsyncExitStack()
    async with stack:
        for host in hosts:
            socket = await stack.enter_async_context(connection(host))
        print('all are open')
# [/contexts]

asyncio.run(one())
asyncio.run(many(['b', 'c']))
