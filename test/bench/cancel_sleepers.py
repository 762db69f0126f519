"""The twin of cancel_sleepers.cpp on asyncio."""
import asyncio
import sys
import time


async def main(count):
    random = 12345

    def next_random():
        nonlocal random
        random = (random * 1664525 + 1013904223) & 0xffffffff
        return random >> 8
    tasks = [asyncio.create_task(asyncio.sleep(3600 + next_random())) for _ in range(count)]
    await asyncio.sleep(0)
    for i in range(count, 1, -1):
        j = next_random() % i
        tasks[i - 1], tasks[j] = tasks[j], tasks[i - 1]
    began = time.process_time()
    for t in tasks:
        t.cancel()
    await asyncio.wait(tasks)
    print('items=%d ns=%d bytes=0' % (count, (time.process_time() - began) * 1e9))


asyncio.run(main(int(sys.argv[2]) if len(sys.argv) > 2 else 1000000))
