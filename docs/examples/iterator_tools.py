import itertools as it


# [primes]
def primes():
    left = it.count(2)
    while True:
        prime = next(left)
        left = filter(lambda n, prime=prime: n % prime != 0, left)
        yield prime
# [/primes]


def show(iterable):
    print(*iterable, end=' \n')


show(it.islice(primes(), 10))

# [tools]
letters = 'abc'
sizes = [3, 1, 2]

for i, item in enumerate(sizes):
    sizes[i] = item * 10
show(sizes)

show('%d%s' % numbered for numbered in enumerate(letters, 1))

show(it.accumulate(it.chain(sizes, [4])))
show(filter(lambda n: n > 10, reversed(sizes)))

show('%s:%s' % (key, ''.join(group)) for key, group in it.groupby('aabccc'))

show(a + b for a, b in it.combinations(letters, 2))

show(a + b for a, b in it.zip_longest(letters, 'xyz!', fillvalue='-'))
# [/tools]

# [tee]
branches = it.tee(it.islice(primes(), 5))
next(branches[1])
show(map(lambda a, b: b - a, *branches))
# [/tee]
