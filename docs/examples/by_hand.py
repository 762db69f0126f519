import types


# [drive]
@types.coroutine
def sleep(seconds):
    yield 'sleep %d s' % seconds        # a request, to whoever drives


async def nap(seconds):
    await sleep(seconds)
    return seconds


async def night():
    slept = await nap(3)
    more = await nap(4)
    return slept + more


c = night()
try:
    while True:
        asked = c.send(None)
        print(c.cr_await.cr_code.co_name, 'asks:', asked)
except StopIteration as stop:
    print('night returned', stop.value)
# [/drive]
