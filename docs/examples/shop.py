# [shop]
def shop():
    try:
        while True:
            try:
                yield 'open'
            except ValueError:
                yield 'sorting that out'
    finally:
        print('(lights out)')


g = shop()
print(next(g))
print(g.throw(ValueError('wrong change')))
print(next(g))
g.close()
print('closed')

g = shop()
print(next(g))
try:
    g.throw(TypeError('no money'))
except TypeError:
    print('that was no money')
shop().close()
print('the end')
# [/shop]
