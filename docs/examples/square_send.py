import inspect

# [square]
def square():
    x = yield 0
    while True:
        x = yield x ** 2
# [/square]

g = square()
print(next(g))
print(g.send(3))
print(g.send(12))
g.close()
print('closed' if inspect.getgeneratorstate(g) == inspect.GEN_CLOSED else 'open')
