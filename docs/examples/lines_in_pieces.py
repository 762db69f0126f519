import socket

from callback_loop import create_task, sleep
from poll_loop import SelectLoop, readable


# [lines]
def read_line(loop, sock, buffer):
    while b'\n' not in buffer:
        yield readable(loop, sock)
        piece = sock.recv(20)
        if not piece:
            raise RuntimeError('closed within a line')
        buffer += piece
    line, _, rest = buffer.partition(b'\n')
    buffer[:] = rest
    return line.decode()


def reader(loop, sock):
    buffer = bytearray()
    for i in range(1, 4):
        line = yield from read_line(loop, sock, buffer)
        print('%d: %s' % (i, line))
    sock.close()


def writer(loop, sock):
    for piece in b'The fi', b'rst.\nThe second.\nThe', b' third.\n':
        yield sleep(loop, 1)
        print('(a piece)')
        sock.send(piece)
    sock.close()
# [/lines]


loop = SelectLoop()
one, other = socket.socketpair()
create_task(loop, reader(loop, one))
create_task(loop, writer(loop, other))
loop.run()
