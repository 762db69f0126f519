import time

from callback_loop import EventLoop, Future, create_task, sleep


# [both]
def both(loop, a, b):
    all_of_it = Future(loop)

    def look():
        if a.done and b.done and not all_of_it.done:
            all_of_it.set_result('%s and %s' % (a.result, b.result))
    a.add_done_callback(look)
    b.add_done_callback(look)
    return all_of_it


def fetch(loop, what, seconds):
    yield sleep(loop, seconds)
    print(what)
    return what


def breakfast(loop):
    start = time.monotonic()
    both_of_them = both(loop, create_task(loop, fetch(loop, 'tea', 3)),
                        create_task(loop, fetch(loop, 'toast', 2)))
    yield both_of_them
    print('%s after %.0f seconds' % (both_of_them.result, time.monotonic() - start))


loop = EventLoop()
create_task(loop, breakfast(loop))
loop.run()
# [/both]
