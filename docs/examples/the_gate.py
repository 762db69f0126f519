import asyncio

# [gate]
async def visitor(gate, name, arrives):
    await asyncio.sleep(arrives)
    print(name + (' comes' if gate.is_set() else ' waits'))
    await gate.wait()
    print(name + ' is in')
# [/gate]

def open_it(gate):
    print('open')
    gate.set()

async def main():
    gate = asyncio.Event()
    asyncio.get_running_loop().call_later(0.3, open_it, gate)
    await asyncio.gather(visitor(gate, 'ann', 0.1), visitor(gate, 'bob', 0.2), visitor(gate, 'late', 0.4))

asyncio.run(main())
