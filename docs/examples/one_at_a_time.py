import asyncio

# [print]
async def write(printer, text):
    async with printer:
        for letter in text:
            print(letter, end='')
            await asyncio.sleep(0.01)
        print()
# [/print]

async def main():
    printer = asyncio.Lock()
    await asyncio.gather(*(write(printer, text) for text in ('first', 'second', 'third')))

asyncio.run(main())
