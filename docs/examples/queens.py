def conjoin(slots):
    values, open = [None] * len(slots), []
    while True:
        if len(open) < len(slots):
            open.append(slots[len(open)]())
        else:
            yield values
        while open:
            try:
                values[len(open) - 1] = next(open[-1])
                break
            except StopIteration:
                open.pop()
        else:
            return


# [row]
class board:
    def __init__(self, n):
        self.n, self.used = n, 0

    def lines(self, i, j):
        n = self.n
        return 1 << j | 1 << (n + i - j + n - 1) | 1 << (n + 2 * n - 1 + i + j)


def columns(b, row):
    for j in range(b.n):
        if b.used & b.lines(row, j):
            continue
        b.used |= b.lines(row, j)
        yield j
        b.used &= ~b.lines(row, j)
# [/row]


b = board(8)
rows = [lambda i=i: columns(b, i) for i in range(b.n)]
solutions = 0
for solution in conjoin(rows):
    solutions += 1
    if solutions == 1:
        for column in solution:
            print(''.join(' Q' if j == column else ' .' for j in range(8)))
print(solutions, 'solutions')
