# [loop]
import heapq
import time
from collections import deque


class EventLoop:                        # it knows nothing of coroutines
    def __init__(self):
        self._ready = deque()
        self._sleeping = []
        self._sequence = 0

    def call_soon(self, callback):
        self._ready.append(callback)

    def call_later(self, seconds, callback):
        self._sequence += 1
        heapq.heappush(self._sleeping, (time.monotonic() + seconds, self._sequence, callback))

    def run(self):
        while self._ready or self._sleeping or self.watches():
            self.wait(0 if self._ready else
                      max(0, self._sleeping[0][0] - time.monotonic()) if self._sleeping else 1e9)
            while self._sleeping and self._sleeping[0][0] <= time.monotonic():
                self._ready.append(heapq.heappop(self._sleeping)[2])
            for _ in range(len(self._ready)):
                self._ready.popleft()()

    def wait(self, seconds):            # chapter 9 waits for more
        time.sleep(seconds)

    def watches(self):
        return False
# [/loop]


# [future]
class Future:                           # a value that comes later, and who wants to be told
    def __init__(self, loop):
        self._loop = loop
        self._callbacks = []
        self.done = False
        self.result = None

    def set_result(self, result):
        self.result = result
        self.done = True
        for callback in self._callbacks:
            self._loop.call_soon(callback)      # calls nobody
        self._callbacks.clear()

    def add_done_callback(self, callback):
        if self.done:
            self._loop.call_soon(callback)
        else:
            self._callbacks.append(callback)
# [/future]


# [task]
class Task(Future):                     # its coroutine yields the future it waits for
    def __init__(self, loop, coroutine):
        super().__init__(loop)
        self._coroutine = coroutine

    def step(self):
        try:
            waits_for = next(self._coroutine)
        except StopIteration as stop:
            self.set_result(stop.value)
        else:
            waits_for.add_done_callback(self.step)


def create_task(loop, coroutine):
    task = Task(loop, coroutine)
    loop.call_soon(task.step)
    return task


def sleep(loop, seconds):
    done = Future(loop)
    loop.call_later(seconds, lambda: done.set_result(None))
    return done
# [/task]


# [cakes]
def bake(loop):
    print('(baking)')
    yield sleep(loop, 2)
    print('(baked)')
    return 'cake'


def eat(who, baking):
    print(who, 'waits')
    yield baking
    print(who, 'has', baking.result)


if __name__ == '__main__':
    loop = EventLoop()
    baking = create_task(loop, bake(loop))
    create_task(loop, eat('ann', baking))
    create_task(loop, eat('bob', baking))
    loop.call_later(1, lambda: print('one second'))
    baking.add_done_callback(lambda: print('callback:', baking.result))
    print('nothing has run yet')
    loop.run()
# [/cakes]
