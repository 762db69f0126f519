from sixty_lines import PARKED, EventLoop

# [lost]
waiting = {}                            # who waits for which answer
answers = {}


def price_of(item):
    if item == 'gold':
        raise ValueError('no gold here')
    return len(item)


def handle(loop, item):                 # the other end of a call
    yield 1                             # it takes a second
    answers[item] = price_of(item)
    loop.add(waiting.pop(item))


def ask(loop, item):
    waiting[item] = loop.current
    loop.add(handle(loop, item))
    yield PARKED                        # until handle() adds it again


def shopping(loop):
    global done
    for item in 'tea', 'cake', 'gold', 'bread':
        yield from ask(loop, item)
        print(item, 'costs', answers[item])
    done = True


def progress():
    i = 1
    while not done and i < 7:
        print('...', i)
        yield 1
        i += 1
    if not done:
        print('and so on, for ever')
# [/lost]


# [who]
def who_waits():
    for item, g in waiting.items():
        print('for', item, 'waits', end='')
        while g is not None:
            print('', g.gi_code.co_name, end='')
            g = g.gi_yieldfrom
        print()
# [/who]


done = False
loop = EventLoop()
loop.add(shopping(loop))
loop.add(progress())
loop.run()
who_waits()
