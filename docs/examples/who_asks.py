import asyncio
import contextvars

# [variable]
user = contextvars.ContextVar('user', default='nobody')

async def fetch(what):
    await asyncio.sleep(1)
    print(user.get(), 'gets', what)

async def serve(name):
    user.set(name)                          # in this task's context alone
    await asyncio.create_task(fetch('a'))   # a copy of it goes along
    token = user.set(name + "'s friend")
    await fetch('b')
    user.reset(token)
    await fetch('c')
# [/variable]

async def main():
    await asyncio.gather(serve('alice'), serve('bob'))
    print('here it is', user.get())

asyncio.run(main())
