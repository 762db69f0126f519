# [ignores]
import inspect


def stubborn():
    try:
        yield 1
    finally:
        yield 2


g = stubborn()
next(g)
try:
    g.close()
except RuntimeError:
    print('refused')
print(inspect.getgeneratorstate(g))
g.close()
print(inspect.getgeneratorstate(g))
# [/ignores]
