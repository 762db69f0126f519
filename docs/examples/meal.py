# [meal]
import inspect


def meal():
    print('(cooking)')
    yield 'soup'
    print('(cooking again)')
    yield 'cake'
    print('(washing up)')


g = meal()
print('made:', inspect.getgeneratorstate(g))
print(next(g))
print(inspect.getgeneratorstate(g))
print(next(g))
print(next(g, 'nothing left'))
print(inspect.getgeneratorstate(g))
# [/meal]
