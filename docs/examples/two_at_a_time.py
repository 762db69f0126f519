import asyncio

# [download]
async def download(connections, page):
    async with connections:
        print('begin', page)
        await asyncio.sleep(0.1 * page)
        print('end', page)
# [/download]

async def main():
    connections = asyncio.Semaphore(2)
    await asyncio.gather(*(download(connections, page) for page in range(1, 6)))

asyncio.run(main())
