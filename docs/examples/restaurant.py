# [restaurant]
def waiter():
    orders = 0
    while True:
        order = yield 'what else?'
        if order == 'the bill':
            return orders
        orders += 1


def table(number):
    try:
        orders = yield from waiter()
        print('(table %d: %d)' % (number, orders))
    finally:
        print('(table %d is free)' % number)
    return orders


def restaurant():
    one = yield from table(1)
    two = yield from table(2)
    return one + two


def chain(g):
    names = g.gi_code.co_name
    while g.gi_yieldfrom is not None:
        g = g.gi_yieldfrom
        names += ' -> ' + g.gi_code.co_name
    return names


g = restaurant()
print(next(g))
print(chain(g))
print(g.send('soup'))
print(g.send('cake'))
print(g.send('the bill'))
print(chain(g))
try:
    g.throw(RuntimeError('a fire'))
except RuntimeError as e:
    print(e)
print(chain(g))
# [/restaurant]
