# [sort]
def several_things_go_wrong():
    disks = ExceptionGroup('disks', [IndexError('sector 9'), ValueError('no name')])
    raise ExceptionGroup('start', [ValueError('port -1'), disks])

def leaves(group):
    for e in group.exceptions:
        yield from leaves(e) if isinstance(e, ExceptionGroup) else [e]

def sort_out(group):
    match, rest = group.split(ValueError)
    for e in leaves(match):
        print('argument:', e)
    print('match:', match)
    print('rest:', rest)
    if not group.subgroup(TimeoutError):
        print('nothing timed out')
# [/sort]

try:
    several_things_go_wrong()
except ExceptionGroup as group:
    sort_out(group)
