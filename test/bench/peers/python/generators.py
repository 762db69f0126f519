"""generators.py step|tree|throw|close SIZE: generators of CPython."""
from common import MORE, measure, run


def count(n):
    for i in range(n):
        yield i


def step(n):
    total = 0
    with measure() as m:
        for value in count(n):
            total += value
    m.report(n)


class node:
    __slots__ = 'left', 'right', 'value'


def grow(begin, end):
    if begin == end:
        return None
    n = node()
    n.value = (begin + end) // 2
    n.left, n.right = grow(begin, n.value), grow(n.value + 1, end)
    return n


def walk(n):
    if n.left:
        yield from walk(n.left)
    yield n.value
    if n.right:
        yield from walk(n.right)


def tree(walks):
    nodes = 2 ** int(MORE[1]) - 1
    root = grow(0, nodes)
    with measure() as m:
        for _ in range(walks):
            for _ in walk(root):
                pass
    m.report(walks * nodes)


def catching():
    caught = 0
    while True:
        try:
            while True:
                yield caught
        except RuntimeError:
            caught += 1


def throw(n):
    g = catching()
    next(g)
    problem = RuntimeError()
    with measure() as m:
        for _ in range(n):
            g.throw(problem)
            problem.__traceback__ = None        # or it grows
    m.report(n)


def endless():
    while True:
        yield 0


def close(n):
    m = measure()
    for _ in range(n // 1000):
        together = [endless() for _ in range(1000)]
        for g in together:
            next(g)
        with m:
            for g in together:
                g.close()
    m.report(n)


run({'step': step, 'tree': tree, 'throw': throw, 'close': close})
