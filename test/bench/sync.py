"""What sync.cpp measures, with asyncio: sync.py lock|contended|queue1|queue100 [N]."""
import asyncio
import sys
import time


async def locking(lock, n):
    for _ in range(n):
        await lock.acquire()
        lock.release()


async def contending(lock, n):
    for _ in range(n):
        await lock.acquire()
        await asyncio.sleep(0)
        lock.release()


async def producing(q, n):
    for i in range(n):
        await q.put(i)


async def consuming(q, n):
    for _ in range(n):
        await q.get()


async def main():
    what = sys.argv[1]
    tasks = 100 if what == 'contended' else 1
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 2000 if what == 'contended' else 200000
    start = time.process_time_ns()
    if what == 'lock':
        await locking(asyncio.Lock(), n)
    elif what == 'contended':
        lock = asyncio.Lock()
        await asyncio.gather(*(contending(lock, n) for _ in range(tasks)))
    else:
        q = asyncio.Queue(int(what[5:]))
        await asyncio.gather(consuming(q, n), producing(q, n))
    print('RESULT items=%d ns=%d bytes=0' % (tasks * n, time.process_time_ns() - start))


asyncio.run(main())
