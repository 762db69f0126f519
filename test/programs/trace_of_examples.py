"""trace_of_examples.py FOLDER: what the examples there tell of themselves, as Perfetto and Chrome read it."""
import collections
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from serving import LIMIT, tap

FOLDER = Path(sys.argv[1])


def traced(name, ending):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ('run.' + ending)
        subprocess.run([str(FOLDER / name)] + ['--virtual'] * (name == 'counters'), check=True, timeout=LIMIT,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env=dict(os.environ, LASTI_TRACE=str(path)))
        return path.read_text()


def slices_nest(events):
    """On each track, two slices lie one in the other or apart: Perfetto shows no others."""
    for tid in {e['tid'] for e in events}:
        open_until = []
        for e in sorted((e for e in events if e['tid'] == tid and e['ph'] == 'X'),
                        key=lambda e: (e['ts'], -e['dur'])):
            while open_until and open_until[-1] <= e['ts']:
                open_until.pop()
            assert not open_until or e['ts'] + e['dur'] <= open_until[-1], e
            open_until.append(e['ts'] + e['dur'])


def waits_pair(events):
    """Spans of one id begin and end in turn, at later times, on the same track."""
    spans = collections.defaultdict(list)
    for e in events:
        if e['ph'] in 'be':
            spans[e['cat'], e['id']].append(e)
    for of_one in spans.values():
        assert [e['ph'] for e in of_one] == ['b', 'e'] * (len(of_one) // 2), of_one
        for begin, end in zip(of_one[::2], of_one[1::2]):
            assert begin['name'] == end['name'] and begin['tid'] == end['tid'] and begin['ts'] < end['ts']
    return len(spans)


def arrows_lead(events):
    """From inside a slice to one that begins later; each id once."""
    starts = {e['id']: e for e in events if e['ph'] == 's'}
    ends = {e['id']: e for e in events if e['ph'] == 'f'}
    assert len(starts) == sum(e['ph'] == 's' for e in events) and set(ends) <= set(starts)
    slices = [e for e in events if e['ph'] == 'X']
    for of, e in [(starts[i], e) for i, e in ends.items()]:
        assert of['ts'] < e['ts'] and e['bp'] == 'e' and of['cat'] == e['cat'] and of['name'] == e['name']
        for end in (of, e):
            assert any(s['tid'] == end['tid'] and s['ts'] <= end['ts'] <= s['ts'] + s['dur'] for s in slices), end
    return len(ends)


def check_chrome(name, tasks):
    events = json.loads(traced(name, 'json'))
    for e in events:
        assert e['ph'] in 'XbesfiM' and e['pid'] == 1 and isinstance(e['ts'], int) and e['name'], e
        assert e['ph'] != 'X' or e['dur'] > 0, e
    names = [e['args']['name'] for e in events if e.get('name') == 'thread_name']
    assert len(names) == len({e['tid'] for e in events}), 'a track without a name'
    if sum(n.startswith('Task-') for n in names) != tasks:
        return 'its tracks are ' + ', '.join(names)
    slices_nest(events)
    waits, arrows = waits_pair(events), arrows_lead(events)
    return None if waits <= tasks and bool(arrows) == bool(tasks) else '%d waits, %d arrows' % (waits, arrows)


def sleeps_last():
    """On a virtual clock a wait is as long as the sleep: 1 s, 5 times, and 3 s, 5 times."""
    events = json.loads(traced('counters', 'json'))
    begun, lengths = {}, collections.Counter()
    for e in events:
        if e['ph'] == 'b':
            begun[e['id']] = e
        elif e['ph'] == 'e':
            lengths[e['name'], round((e['ts'] - begun[e['id']]['ts']) / 1e6)] += 1
    return None if lengths == {('sleep 1 s', 1): 5, ('sleep 3 s', 3): 5} else str(lengths)


def check_text():
    """The text tells the same turns."""
    turns = [line.strip()[:-len(' runs')] for line in traced('counters', 'txt').splitlines() if line.endswith(' runs')]
    slices = sorted((e['ts'], e['name']) for e in json.loads(traced('counters', 'json'))
                    if e['ph'] == 'X' and e['name'].startswith('Task-'))
    return None if turns == [name for _, name in slices] and len(turns) == 12 else str(turns)


tap.run([('Chrome can read %s' % name, lambda n=name, t=tasks: check_chrome(n, t))
         for name, tasks in (('counters', 2), ('gathered', 8), ('producer_consumer', 5), ('square_send', 0),
                             ('yield_from_tree', 0))] +
        [('waits are as long as sleeps', sleeps_last), ('the text tells the same', check_text)])
