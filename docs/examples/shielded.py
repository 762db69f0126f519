import asyncio

# [shield]
async def commit():
    print('writing')
    await asyncio.sleep(2)
    print('written')

async def save():
    work = asyncio.create_task(commit())
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        print('cancelled, but not before it is written')
        await work
        raise

async def impatient():
    saving = asyncio.create_task(save())
    await asyncio.sleep(1)
    saving.cancel()
    try:
        await saving
    except asyncio.CancelledError:
        print('save() is cancelled')
# [/shield]

asyncio.run(impatient())
