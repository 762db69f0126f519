# [loop]
import selectors
import socket

import callback_loop
from callback_loop import Future, create_task, sleep


class SelectLoop(callback_loop.EventLoop):
    def __init__(self):
        super().__init__()
        self._selector = selectors.DefaultSelector()

    def add_reader(self, file, callback):
        self._selector.register(file, selectors.EVENT_READ, callback)

    def remove_reader(self, file):
        self._selector.unregister(file)

    def watches(self):
        return bool(self._selector.get_map())

    def wait(self, seconds):
        for key, _ in self._selector.select(seconds):
            self.call_soon(key.data)


def readable(loop, file):
    ready = Future(loop)

    def tell():
        loop.remove_reader(file)
        ready.set_result(None)
    loop.add_reader(file, tell)
    return ready
# [/loop]


# [talk]
def answer(loop, sock):
    while True:
        yield readable(loop, sock)
        text = sock.recv(20)            # it will not block: something is there
        if not text:
            break
        print('got', text.decode())
    sock.close()
    print('the other side has closed')


def ask(loop, sock):
    for _ in range(2):
        yield sleep(loop, 2)
        print('sending')
        sock.send(b'hello')
    sock.close()


def tick(loop):
    for i in range(1, 4):
        yield sleep(loop, 1.5)
        print('tick', i)


if __name__ == '__main__':
    loop = SelectLoop()
    one, other = socket.socketpair()
    create_task(loop, answer(loop, one))
    create_task(loop, ask(loop, other))
    create_task(loop, tick(loop))
    loop.run()
# [/talk]
