# [work]
def work():
    try:
        yield 'try'
    except RuntimeError as e:
        yield 'except ' + str(e)
    else:
        yield 'else'
    finally:
        print('(cleaning up)')
        yield 'finally'
# [/work]

for s in work():
    print(s)

print('-- an exception is thrown in')
g = work()
print(next(g))
print(g.throw(RuntimeError('E')))
print(next(g))
print(next(g, 'the end'))

print('-- it is closed, and answers by yielding')
g = work()
print(next(g))
try:
    g.close()
except RuntimeError as e:
    print(e)
