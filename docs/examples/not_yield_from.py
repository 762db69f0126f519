# [echoes]
def echo():
    sent = 0
    while True:
        sent = (yield sent) or 0


def by_loop():
    for x in echo():
        yield x


def by_yield_from():
    yield from echo()


a, b = by_loop(), by_yield_from()
next(a)
next(b)
print(a.send(7), b.send(7))
# [/echoes]
