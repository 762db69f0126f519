class node:
    def __init__(self, value):
        self.value, self.left, self.right = value, None, None

# [tree]
def walk(n):
    if n.left:
        yield from walk(n.left)
    yield n.value
    if n.right:
        yield from walk(n.right)
# [/tree]

def insert(at, value):
    if not at:
        return node(value)
    if value < at.value:
        at.left = insert(at.left, value)
    else:
        at.right = insert(at.right, value)
    return at

root = None
for value in 4, 2, 6, 1, 3, 5, 7:
    root = insert(root, value)
for value in walk(root):
    print(value, end=' ')
print()
