# [total]
def running_total():
    total = 0
    while True:
        value = yield total
        print('(got %d)' % value)
        total += value


g = running_total()
try:
    g.send(5)
except TypeError:
    print('nobody listens yet')
print(next(g))
print(g.send(5))
print(g.send(7))
# [/total]
