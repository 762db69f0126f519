# [in_turn]
from collections import deque


def sum_of(name, numbers):
    total = 0
    for _ in range(numbers):
        total += yield name + ' needs a number'
    print(name, 'has', total)
    return total


def drive(programs):
    answer = 1
    waiting = deque((g, next(g)) for g in programs)     # runs each to its first question
    while waiting:
        g, question = waiting.popleft()
        print('%s: %d' % (question, answer))
        try:
            waiting.append((g, g.send(answer)))
        except StopIteration:
            pass
        answer += 1


drive([sum_of('ann', 2), sum_of('bob', 3)])
# [/in_turn]
