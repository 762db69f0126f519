import asyncio

# [pages]
async def pages(count):
    try:
        for n in range(1, count + 1):
            await asyncio.sleep(1)
            yield 'page %d' % n
    finally:
        await asyncio.sleep(1)
        print('hung up')

async def reader():
    async for page in pages(2):
        print(page)

    source = pages(9)
    async for page in source:
        print('%s, enough' % page)
        break
    page = await anext(source)
    print(page, 'after all')
    await source.aclose()
    page = await anext(source, 'no more')
    print(page)
# [/pages]

async def main():
    loop = asyncio.get_running_loop()
    start = loop.time()
    await reader()
    print('%.0f seconds' % (loop.time() - start))

asyncio.run(main())
