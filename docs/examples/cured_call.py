from sixty_lines import PARKED, EventLoop

waiting = {}                            # who waits for which answer
answers = {}


def price_of(item):
    if item == 'gold':
        raise ValueError('no gold here')
    return len(item)


# [cured]
failures = {}


def handle(loop, item):
    try:
        yield 1
        answers[item] = price_of(item)
    except ValueError as e:
        failures[item] = e
    finally:
        loop.add(waiting.pop(item))     # whatever has ended it


def ask(loop, item):
    waiting[item] = loop.current
    loop.add(handle(loop, item))
    yield PARKED
    if item in failures:
        raise failures[item]


def shopping(loop):
    global done
    for item in 'tea', 'cake', 'gold', 'bread':
        try:
            yield from ask(loop, item)
            print(item, 'costs', answers[item])
        except ValueError as e:
            print(e)
    done = True
# [/cured]


def progress():
    i = 1
    while not done and i < 7:
        print('...', i)
        yield 1
        i += 1
    if not done:
        print('and so on, for ever')


done = False
loop = EventLoop()
loop.add(shopping(loop))
loop.add(progress())
loop.run()
print(len(waiting), 'still wait')
