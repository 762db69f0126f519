# [loop]
import heapq
import time
from collections import deque

PARKED = -1


class EventLoop:
    def __init__(self):
        self._ready = deque()
        self._sleeping = []             # a heap of (deadline, sequence, coroutine)
        self._sequence = 0
        self.current = None

    def add(self, coroutine):
        self._ready.append(coroutine)

    def run(self):
        while self._ready or self._sleeping:
            if not self._ready:
                time.sleep(max(0, self._sleeping[0][0] - time.monotonic()))
            self._wake_sleepers()
            self._run_ready()

    def _wake_sleepers(self):
        while self._sleeping and self._sleeping[0][0] <= time.monotonic():
            self._ready.append(heapq.heappop(self._sleeping)[2])

    def _run_ready(self):
        for _ in range(len(self._ready)):       # who is added now has to wait a round
            self.current = self._ready.popleft()
            try:
                self._put_aside(self.current, next(self.current))
            except StopIteration:
                pass
            except Exception as e:
                print('failed:', e)

    def _put_aside(self, coroutine, seconds):
        if seconds > 0:
            self._sequence += 1
            deadline = time.monotonic() + seconds
            heapq.heappush(self._sleeping, (deadline, self._sequence, coroutine))
        elif seconds == 0:
            self._ready.append(coroutine)
# [/loop]


# [counters]
def count_down(n):
    while n > 0:
        print('count_down', n)
        yield 1
        n -= 1


def count_up(n):
    i = 0
    while i < n:
        print('count_up', i)
        yield 3
        i += 1


if __name__ == '__main__':
    start = time.monotonic()
    loop = EventLoop()
    loop.add(count_down(5))
    loop.add(count_up(5))
    loop.run()
    print('took %.0f seconds' % (time.monotonic() - start))
# [/counters]
