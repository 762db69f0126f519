import asyncio
import types


# [frame]
@types.coroutine
def sleep(seconds):
    yield 'sleep %d s' % seconds        # a request, to whoever drives


async def inner():
    try:
        await sleep(3600)
    finally:
        print('inner: finally')


async def outer():
    try:
        await inner()
    finally:
        print('outer: finally')


c = outer()
print(c.send(None))                     # runs it to its first wait
try:
    c.throw(asyncio.CancelledError())   # what task.cancel() does in the end
except asyncio.CancelledError:
    print('cancelled')
# [/frame]
