import asyncio

# [steps]
async def steps(name):
    for i in range(3):
        print(name + str(i), end=' ')
        await asyncio.sleep(0)
    await asyncio.sleep(1.5)
    print(name + '3', end=' ')
# [/steps]

async def main():
    start = asyncio.get_running_loop().time()
    await asyncio.gather(steps('a'), steps('b'))
    print('after %g s' % round(asyncio.get_running_loop().time() - start, 1))

asyncio.run(main())
