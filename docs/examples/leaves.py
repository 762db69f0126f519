# [leaves]
def leaves(tree):
    if isinstance(tree, str):
        yield tree
        return 1
    count = 0
    for child in tree:
        count += yield from leaves(child)
    return count


def count_and_print(tree):
    count = yield from leaves(tree)
    yield count


print(*count_and_print(['a', ['b', ['c', 'd'], 'e'], 'f']))
# [/leaves]
