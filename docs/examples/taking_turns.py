# [turns]
from collections import deque


def cook(dish, steps):
    for i in range(1, steps + 1):
        yield '%s %d' % (dish, i)
    print(dish, 'is ready')


turns = deque([cook('soup', 1), cook('cake', 3), cook('tea', 2)])
while turns:
    g = turns.popleft()
    try:
        print(next(g))
    except StopIteration:
        continue
    turns.append(g)
# [/turns]
