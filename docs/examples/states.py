# [states]
import inspect


def countdown(n, step):
    while n > 0:
        yield n
        n -= step


def show(g):
    print(inspect.getgeneratorstate(g), end='')
    for name, value in inspect.getgeneratorlocals(g).items():
        print('  %s = %s' % (name, value), end='')
    print()


g = countdown(5, 2)
show(g)
for i in g:
    print(i, end=':  ')
    show(g)
show(g)
# [/states]
