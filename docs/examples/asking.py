# [asking]
def age():
    born = yield 'born in?'
    return 2026 - born


def ages_of_two():
    a = yield from age()
    print('(first: %d)' % a)
    b = yield from age()
    print('(second: %d)' % b)
    return a + b


def drive(g, answer):
    try:
        question = next(g)
        while True:
            print(question, answer)
            question = g.send(answer)
            answer += 10
    except StopIteration as stop:
        return stop.value


never_driven = age()
print('together', drive(ages_of_two(), 1990))
# [/asking]
