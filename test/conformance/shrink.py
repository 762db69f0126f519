"""Makes a failing program smaller: greedily takes things away while it still fails.

Candidates are tried many at a time, since one compilation of 40 small programs costs little more than of one.
"""
from suite import is_valid, lists
from syntax import bodies

BATCH = 40


def candidates(program):
    """Programs with one thing less, the boldest cuts first."""
    for n, elements in enumerate(lists(program)):
        size = len(elements)
        while size:
            for i in range(0, len(elements), size):
                smaller = program.copy()
                del lists(smaller)[n][i:i + size]
                yield smaller
            size //= 2
    for f in range(len(program.functions)):
        count = sum(1 for _ in bodies(program.functions[f]))
        for b in range(count):
            for change in changes(nth_body(program, f, b)):
                smaller = program.copy()
                change(nth_body(smaller, f, b))
                if is_valid(smaller):
                    yield smaller


def nth_body(program, f, b):
    return list(bodies(program.functions[f]))[b]


def changes(body):
    """Functions that each cut something out of a body that looks like this one."""
    def cut(i, j):
        return lambda b: b.__delitem__(slice(i, j))

    def hoist(i, c):
        return lambda b: b.__setitem__(slice(i, i + 1), b[i].clauses[c].body)

    def drop_clause(i, c):
        return lambda b: b[i].clauses.__delitem__(c)
    if len(body) > 1:
        yield cut(0, len(body))
    for i, s in enumerate(body):
        yield cut(i, i + 1)
        for c in range(len(s.clauses)):
            yield hoist(i, c)
            if c:
                yield drop_clause(i, c)


def batches(items, size):
    out = []
    for item in items:
        out.append(item)
        if len(out) == size:
            yield out
            out = []
    if out:
        yield out


def shrink(program, failing, is_time_up):
    """`failing(programs)` gives the indices of those that fail."""
    progress = True
    while progress and not is_time_up():
        progress = False
        for batch in batches(candidates(program), BATCH):
            for i, candidate in enumerate(batch):
                candidate.number = i
            bad = failing(batch)
            if bad:
                program = batch[min(bad)]
                progress = True
                break
            if is_time_up():
                break
    return program
