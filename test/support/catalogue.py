"""test/conformance/catalogue.csv says what became of each of CPython's tests, and says the truth.

A row is one test method of CPython. Its status is
    ported           our_test asserts the same
    adapted          our_test asserts what of it can be said in C++; `why` may tell the difference
    not applicable   `why` tells the reason
    I/O              it is about sockets, descriptors, signals or child processes, which come later;
                     `why` may tell about which
    open             nobody has looked yet; an error with --complete
our_test is the file under test/ that holds the case, or the full name of the case. Either way that
name ends with ` (FILE: Class.test)`, as the row has them; so the row is found from there, too.
"""
import csv
import re
import sys
from collections import Counter

import cases as sources
import tap

STATUSES = ['ported', 'adapted', 'not applicable', 'I/O', 'open']
COLUMNS = ['file', 'class', 'test', 'status', 'our_test', 'why']

with (sources.ROOT / 'test/conformance/catalogue.csv').open(newline='') as text:
    reader = csv.DictReader(text)
    columns = reader.fieldnames
    rows = list(reader)
cases = sources.all_cases()


def called(row):
    return '%s: %s.%s' % (row['file'], row['class'], row['test'])


def cited():
    """Returns {what a case says it is a port of: [(path, name) of the case]}."""
    found = {}
    for path, name in cases:
        port = re.search(r' \((test_\S*: \S*\.\S*)\)$', name)
        if port:
            found.setdefault(port.group(1), []).append((path, name))
    return found


def listed(problems):
    return '\n'.join(problems) or None


def check_rows():
    wrong = [] if columns == COLUMNS else ['its columns are not ' + ', '.join(COLUMNS)]
    wrong += ['twice: ' + name for name, n in Counter(map(called, rows)).items() if n > 1]
    for row in rows:
        if row['status'] not in STATUSES:
            wrong.append('%s: its status is "%s"' % (called(row), row['status']))
        elif row['status'] == 'not applicable' and not row['why']:
            wrong.append(called(row) + ': not applicable, but why?')
        elif row['our_test'] and row['status'] not in ('ported', 'adapted'):
            wrong.append('%s: has a test, but is %s' % (called(row), row['status']))
    return listed(wrong)


def check_tests():
    ports, wrong = cited(), []
    for row in rows:
        if row['status'] in ('ported', 'adapted'):
            ours = row['our_test']
            if not any(ours in found for found in ports.get(called(row), [])):
                wrong.append('%s: no case of that name in "%s"' % (called(row), ours))
    return listed(wrong)


def check_cases():
    known = {called(row): row['status'] for row in rows}
    wrong = []
    for port, found in cited().items():
        if known.get(port) not in ('ported', 'adapted'):
            wrong.append('%s: the row of (%s) is %s' % (found[0][0], port, known.get(port, 'missing')))
        if len(found) > 1:
            wrong.append('%d cases are ports of (%s)' % (len(found), port))
    wrong += ['one name for two cases of %s: %s' % (path, name)
              for (path, name), n in Counter(cases).items() if n > 1]
    return listed(wrong)


def check_complete():
    if '--complete' not in sys.argv:
        return None
    return listed(['open: ' + called(row) for row in rows if row['status'] == 'open'])


counts = Counter(row['status'] for row in rows)
tap.run([('the rows of the catalogue are in order', check_rows),
         ('each port that a row names is there', check_tests),
         ('each test that says it is a port has a row of its own', check_cases),
         (', '.join('%d %s' % (counts[status], status) for status in STATUSES), check_complete)])
