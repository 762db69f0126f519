# [jumps]
def counter():
    i = 0
    while True:
        sent = yield i
        if sent is not None:
            i = sent
        else:
            i += 1
# [/jumps]


g = counter()
print(next(g))
print(next(g))
print(g.send(0))
print(g.send(40))
print(next(g))
