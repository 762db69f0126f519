import time

from sixty_lines import EventLoop

start = time.monotonic()


def now():
    return time.monotonic() - start


# [starving]
def tick(n):
    for _ in range(n):
        print('tick')
        yield 1


def compute():
    yield 1.5
    print('computing ...')
    time.sleep(5)                       # 5 seconds of work, without a yield
    print('... done at %g' % now())


loop = EventLoop()
loop.add(tick(4))
loop.add(compute())
loop.run()
print('the end: %g' % now())
# [/starving]
