# [average]
def average(numbers):
    sum = 0
    for n in numbers:
        sum += n
        yield n
    return sum / len(numbers)

def report(numbers):
    result = yield from average(numbers)
    print('average %g' % result)
    return result
# [/average]

def careless(numbers):
    yield next(numbers)
    yield next(numbers)

g = report([1, 2, 6])
try:
    while True:
        print(next(g))
except StopIteration as stop:
    print('StopIteration %g' % stop.value)
print(next(g, -1))

g = average([10, 20])
try:
    while True:
        print(next(g))
except StopIteration as stop:
    print('result %g' % stop.value)

try:
    for i in careless(iter([5])):
        print(i)
except RuntimeError as e:
    print(e)
