"""Each rule of test/conformance/rules.csv is shown by a test, or told in docs/differences.md.

A test shows a rule by its id as a word in its name: `LK2: a woken waiter that is cancelled …`.
docs/differences.md tells of one in brackets, `[GC2]` or `[L8, T16]`; that is enough only where the
column `differs` says why no test can: `C++` (lasti does otherwise, on purpose), `not in C++`, or `I/O`
(what it is about does not exist yet).

The letters: G to K generators and coroutines, A asynchronous generators, L the loop, F and T futures
and tasks, the rest what their rules say. V are behaviours that changed between versions of Python, of
which the newest counts; W what implementations get wrong; U what users of asyncio complain about.
"""
import csv
import re
import sys
from collections import Counter

import cases
import tap

with (cases.ROOT / 'test/conformance/rules.csv').open(newline='') as text:
    rules = list(csv.DictReader(text))
known = {rule['id'] for rule in rules}
ID = r'\b[A-Z]{1,2}\d{1,2}\b'

names = {word for _, name in cases.all_cases() for word in re.findall(ID, name)}
page = (cases.ROOT / 'docs/differences.md').read_text()
told = {word for bracket in re.findall(r'\[([^\]\n]*)\](?!\()', page) for word in re.findall(ID, bracket)}


def by(rule):
    if rule['id'] in names:
        return 'by tests'
    if not rule['differs'] or rule['id'] not in told:
        return 'open'
    return 'wait for I/O' if rule['differs'] == 'I/O' else 'by differences.md'


def check_rules():
    wrong = ['twice: ' + name for name, n in Counter(rule['id'] for rule in rules).items() if n > 1]
    for rule in rules:
        if rule['differs'] not in ('', 'C++', 'not in C++', 'I/O'):
            wrong.append('%s: differs is "%s"' % (rule['id'], rule['differs']))
        elif rule['differs'] and rule['id'] not in told:
            wrong.append('%s differs, but docs/differences.md does not tell' % rule['id'])
        if not rule['rule']:
            wrong.append(rule['id'] + ' says nothing')
    return '\n'.join(wrong) or None


def check_told():
    lost = sorted(told - known)
    return 'docs/differences.md cites what is no rule: ' + ', '.join(lost) if lost else None


def check_complete():
    if '--complete' not in sys.argv:
        return None
    return '\n'.join('open: %(id)s: %(rule)s' % rule for rule in rules if by(rule) == 'open') or None


counts = Counter(map(by, rules))
tap.run([('the rules are in order', check_rules),
         ('docs/differences.md cites rules that there are', check_told),
         ('%d rules: ' % len(rules) + ', '.join('%d %s' % (counts[how], how) for how in
                                                ('by tests', 'by differences.md', 'wait for I/O', 'open')),
          check_complete)])
