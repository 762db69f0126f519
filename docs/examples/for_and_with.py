# [session]
class session:
    def __init__(self, name):
        self.name = name
    def __enter__(self):
        print('open', self.name)
        return self.name + '-1'
    def __exit__(self, kind, raised, traceback):
        print('close', self.name + (' after an exception' if raised else ''))

def prices(list):
    with session('shop') as id:
        for item in list.items():
            if item[1] == 0:
                continue
            if item[1] > 9:
                break
            yield id + ': ' + item[0]
# [/session]

for s in prices({'ale': 3, 'bun': 0, 'cod': 7, 'eel': 12, 'fig': 1}):
    print(s)

g = prices({'ale': 3, 'cod': 7})
print(next(g))
g.close()
