"""compare.py PROGRAM [COUNT [SEED]]: random chains of iterator tools, in C++ and in Python.

Both read the same lines, build the tools that they name, walk them and print what these give and when they
draw from their sources; the prints must be the same. PROGRAM is tools.cpp, compiled; with `-` in its place it
is compiled here. It wants Python 3.10; what younger ones brought is written out here.
"""
import itertools
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


# ---- the tools: each is wrapped in a generator, as what has ended stays ended in C++ ----

def hashed(items):
    h = 17
    for x in items:
        h = (h * 31 + x % 1000003 + 1000003) % 1000003
    return h


def hashes(tuples):
    return wrapped(map(hashed, tuples))


def wrapped(iterator):
    yield from iterator


def traced(items, say):
    for item in items:
        say('<%d' % item)
        yield item
    say('<.')


def batched(iterable, n, strict):
    if n < 1:
        raise ValueError
    return batches(iter(iterable), n, strict)


def batches(iterator, n, strict):
    while batch := tuple(itertools.islice(iterator, n)):
        if strict and len(batch) < n:
            raise ValueError
        yield batch


def groups(grouped, how):
    before = None
    for rounds, (key, group) in enumerate(grouped):
        walked = [int(key)]
        if before and (how == 'b' or how == 'o' and rounds == 2):
            walked += [x + 500 for x in before]
        if how == 'b' or not before:        # the one before, or the first one
            before = group
        if how == 'f':
            walked += [x for x in itertools.islice(group, 1)]
        if how == 'a':
            walked += group
        yield hashed(walked)


def take_turns(branches, turns):
    at = ended = 0
    while ended < len(turns):
        turn = turns[at % len(turns)]
        at += 1
        for x in branches[turn]:
            ended = 0
            yield x * 10 + turn
            break
        else:
            ended += 1


def test_r(x):
    if x == 5:
        raise ValueError('five')
    return x > 1


TESTS = {'o': lambda x: x % 2 != 0, 's': lambda x: x < 3, 'n': lambda x: x != 4, 'r': test_r, '-': None}
OPERATIONS = {'add': lambda a, b: a + b, 'larger': max, 'mixed': lambda a, b: (a * 3 + b) % 1009}


class Reader:
    def __init__(self, line, say):
        self.words = iter(line.split())
        self.say = say
        self.steps = self.number()
        self.shared = [traced(self.items(), say) for _ in range(self.number())]

    def word(self):
        return next(self.words)

    def number(self):
        return int(self.word())

    def optional(self):
        word = self.word()
        return None if word == '-' else int(word)

    def items(self):
        return [self.number() for _ in range(self.number())]

    def sequence(self):
        return getattr(self, 'a_' + self.word())()

    def a_list(self):
        return wrapped(self.items())

    def a_traced(self):
        return traced(self.items(), self.say)

    def a_shared(self):
        return self.shared[self.number()]

    def a_count(self):
        return itertools.count(self.number(), self.number())

    def a_cycle(self):
        return wrapped(itertools.cycle(self.sequence()))

    def a_repeat(self):
        x, times = self.number(), self.optional()
        return itertools.repeat(x) if times is None else itertools.repeat(x, times)

    def a_accumulate(self):
        function, initial = OPERATIONS[self.word()], self.optional()
        return wrapped(itertools.accumulate(self.sequence(), function, initial=initial))

    def a_batched(self):
        n, strict = self.number(), self.word() == 'strict'
        return hashes(batched(self.sequence(), n, strict))

    def a_chain(self):
        return wrapped(itertools.chain(self.sequence(), self.sequence()))

    def a_flat(self):
        copies = map(lambda x: [x] * (x % 3 if x > 0 else 0), self.sequence())
        return wrapped(itertools.chain.from_iterable(copies))

    def a_compress(self):
        return wrapped(itertools.compress(self.sequence(), self.sequence()))

    def tested(self, tool):
        return wrapped(tool(TESTS[self.word()], self.sequence()))

    def a_dropwhile(self):
        return self.tested(itertools.dropwhile)

    def a_takewhile(self):
        return self.tested(itertools.takewhile)

    def a_filter(self):
        return self.tested(filter)

    def a_filterfalse(self):
        return self.tested(itertools.filterfalse)

    def a_groupby(self):
        key, how = TESTS[self.word()], self.word()
        return groups(itertools.groupby(self.sequence(), key), how)

    def a_islice(self):
        start, stop, step = self.word(), self.optional(), self.optional()
        source = self.sequence()
        if start == 'only':
            return wrapped(itertools.islice(source, stop))
        return wrapped(itertools.islice(source, int(start), stop, step))

    def a_pairwise(self):
        return hashes(itertools.pairwise(self.sequence()))

    def a_starmap(self):
        function = OPERATIONS[self.word()]
        return wrapped(itertools.starmap(function, itertools.pairwise(self.sequence())))

    def a_tee(self):
        n, turns = self.number(), self.items()
        return take_turns(itertools.tee(self.sequence(), n), turns)

    def a_zip(self):
        strict, n = self.word() == 'strict', self.number()
        return hashes(zip(*[self.sequence() for _ in range(n)], strict=strict))

    def a_zip_longest(self):
        fill, n = self.number(), self.number()
        return hashes(itertools.zip_longest(*[self.sequence() for _ in range(n)], fillvalue=fill))

    def a_map(self):
        return wrapped(map(lambda *items: hashed(items), *[self.sequence() for _ in range(3)]))

    def a_product(self):
        return hashes(itertools.product(self.sequence(), self.sequence()))

    def a_product_times(self):
        n, first = self.number(), self.sequence()
        more = [] if self.word() == 'one' else [self.sequence()]
        return hashes(itertools.product(first, *more, repeat=n))

    def a_permutations(self):
        r = self.optional()
        return hashes(itertools.permutations(self.sequence(), r))

    def a_combinations(self):
        r = self.number()
        return hashes(itertools.combinations(self.sequence(), r))

    def a_again(self):
        r = self.number()
        return hashes(itertools.combinations_with_replacement(self.sequence(), r))

    def a_enumerate(self):
        start = self.number()
        return hashes(enumerate(self.sequence(), start))

    def a_reversed(self):
        return wrapped(reversed(self.items()))


def walk(line):
    said = []
    try:
        reader = Reader(line, said.append)
        source = reader.sequence()
        said.append('|')
        for _ in range(reader.steps):
            for x in source:
                said.append(str(x))
                break
            else:
                said.append('end')
                break
    except ValueError:
        said.append('ValueError')
    return ' '.join(['>'] + said)


# ---- the lines ----

class Grower:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.shared = 0

    def any(self, *choices):
        return self.random.choice(choices)

    def upto(self, n, least=0):
        return self.random.randint(least, n)

    def items(self, longest=6, largest=5):
        items = [self.upto(largest) for _ in range(self.upto(longest))]
        return ' '.join(map(str, [len(items)] + items))

    def line(self):
        self.shared = self.any(0, 0, 1, 2)
        head = [str(self.upto(12, 1)), str(self.shared)] + [self.items() for _ in range(self.shared)]
        return ' '.join(head + [self.sequence(self.any(1, 2, 2, 3))])

    def leaf(self):
        kinds = ['list %s' % self.items(), 'traced %s' % self.items(), 'traced %s' % self.items(),
                 'reversed %s' % self.items(), 'repeat %d %d' % (self.upto(5), self.upto(5, -1))]
        return self.any(*kinds + ['shared %d' % self.upto(max(self.shared, 1) - 1)] * (2 if self.shared else 0))

    def endless(self, depth):
        return self.any('count %d %d' % (self.upto(9, -9), self.upto(3, -3)), 'repeat %d -' % self.upto(5),
                        'cycle ' + self.sequence(depth))

    def bound(self, least=-1):
        return self.any('-', *map(str, range(0, 7)), *map(str, range(0, 7)), str(least))

    def sequence(self, depth):
        if depth == 0:
            return self.leaf()
        more = lambda: self.sequence(self.any(depth - 1, 0))
        test = self.any(*TESTS)
        a_test = self.any('o', 's', 'n', 'r')
        operation = self.any(*OPERATIONS)
        strict = self.any('strict', 'lax')
        n = self.upto(3, 1)
        short = 'islice only %d - ' % self.upto(4)         # or a product would grow without measure
        turns = [self.upto(n - 1) for _ in range(self.upto(4, 1))]
        return self.any(
            lambda: 'islice only %d - %s' % (self.upto(6), self.endless(depth - 1)),
            lambda: 'islice only %s - %s' % (self.bound(), more()),
            lambda: 'islice %d %s %s %s' % (self.upto(6, -1), self.bound(), self.any('-', 1, 2, 3, 0), more()),
            lambda: 'accumulate %s %s %s' % (operation, self.any('-', self.upto(5)), more()),
            lambda: 'batched %d %s %s' % (self.upto(4), strict, more()),
            lambda: 'chain %s %s' % (more(), more()),
            lambda: 'flat ' + more(),
            lambda: 'compress %s %s' % (more(), more()),
            lambda: 'dropwhile %s %s' % (a_test, more()),
            lambda: 'takewhile %s %s' % (a_test, more()),
            lambda: 'filter %s %s' % (test, more()),
            lambda: 'filterfalse %s %s' % (test, more()),
            lambda: 'groupby %s %s %s' % (test, self.any('a', 'f', 'b', 'o', 'n'), more()),
            lambda: 'pairwise ' + more(),
            lambda: 'starmap %s %s' % (operation, more()),
            lambda: 'tee %d %s %s' % (self.any(n, n, n, n, n, n, n, n, n, -1), ' '.join(map(str, [len(turns)] + turns)), more()),
            lambda: 'zip %s %d %s' % (strict, n, ' '.join(more() for _ in range(n))),
            lambda: 'zip_longest 7 3 %s %s %s' % (more(), more(), more()),
            lambda: 'zip_longest 8 2 %s %s' % (more(), more()),
            lambda: 'map %s %s %s' % (more(), more(), more()),
            lambda: 'product %s%s %s%s' % (short, more(), short, more()),
            lambda: 'product_times %d %s%s one' % (self.upto(3, -1), short, more()),
            lambda: 'product_times %d %s%s two %s%s' % (self.upto(2), short, more(), short, more()),
            lambda: 'permutations %s %s%s' % (self.any('-', 0, 1, 2, 3, 5, -1), short, more()),
            lambda: 'combinations %d %s' % (self.upto(4, -1), more()),
            lambda: 'again %d %s%s' % (self.upto(3, -1), short, more()),
            lambda: 'enumerate %d %s' % (self.upto(3, -3), more()),
        )()


def compiled(folder):
    program = Path(folder) / 'tools'
    subprocess.check_call(['c++', '-std=c++11', '-I', str(ROOT / 'include'), '-o', str(program),
                           str(Path(__file__).with_name('tools.cpp'))])
    return program


def main(program='-', count='2000', seed='1'):
    grower = Grower(int(seed))
    lines = [grower.line() for _ in range(int(count))]
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run([str(compiled(folder) if program == '-' else program)],
                             input='\n'.join(lines) + '\n', stdout=subprocess.PIPE, universal_newlines=True)
    printed = run.stdout.splitlines()
    if run.returncode or len(printed) != len(lines):
        at = min(len(printed), len(lines) - 1)
        sys.exit('exit status %d, after %d lines: %s' % (run.returncode, len(printed), lines[at]))
    different = [(line, walk(line), got) for line, got in zip(lines, printed) if walk(line) != got]
    for line, want, got in sorted(different, key=lambda of: len(of[0]))[:5]:
        print(line, '    Python ' + want, '    C++    ' + got, sep='\n')
    print('%d chains of iterator tools, seed %s: %d differ' % (len(lines), seed, len(different)))
    return 1 if different else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
