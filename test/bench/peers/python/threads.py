"""threads.py round_trips|posts SIZE: loops of asyncio, each in a thread, and call_soon_threadsafe()."""
import asyncio
import threading

from common import measure, run


class loop_in_thread:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


def round_trips(n):
    sides = loop_in_thread(), loop_in_thread()
    ended = threading.Event()

    def fly(left):
        if left == 0:
            ended.set()
        else:
            sides[left % 2].loop.call_soon_threadsafe(fly, left - 1)
    with measure() as m:
        fly(2 * n)
        ended.wait()
    m.report(n)
    for side in sides:
        side.stop()


def posts(n):
    there = loop_in_thread()
    ended = threading.Event()
    came = 0

    def come():
        nonlocal came
        came += 1
        if came == n:
            ended.set()
    with measure() as m:
        for _ in range(n):
            there.loop.call_soon_threadsafe(come)
        ended.wait()
    m.report(n)
    there.stop()


run({'round_trips': round_trips, 'posts': posts})
