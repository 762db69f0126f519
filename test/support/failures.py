"""test/conformance/failures.md is whole: each cell of its matrix names cases, each case is there, and is named.

A case is told by its file and its full name; so a case that is renamed or dropped is noticed here.
"""
import re

import cases
import tap

text = (cases.ROOT / 'test/conformance/failures.md').read_text()
known = set(cases.all_cases())
listed = {int(number): (path, name) for number, path, name in re.findall(r'^(\d+)\. `(\S+)`: (.*)$', text, re.M)}
rows = [line.strip('| ').split(' | ') for line in text.splitlines() if line.startswith('| ')]
COLUMNS = len(rows[0]) if rows else 0


def check_rows():
    wrong = [] if len(rows) > 1 else ['there is no matrix']
    for row in rows[1:]:
        if len(row) != COLUMNS:
            wrong.append('%s: %d cells instead of %d' % (row[0], len(row), COLUMNS))
        for cell in row[1:]:
            if cell != '·' and not re.search(r'\d', cell):
                wrong.append('%s: a cell without a case: "%s"' % (row[0], cell))
    return '\n'.join(wrong) or None


def check_cases():
    lost = ['%s: %s' % case for case in listed.values() if case not in known]
    return 'there is no such case:\n' + '\n'.join(lost) if lost else None


def check_numbers():
    before = text[:text.index('## The cases')]
    named = {int(number) for number in re.findall(r'(?<![\w,`.])(\d+)(?![\w,`])', before)}
    wrong = ['%d is not in the list' % n for n in sorted(named - set(listed))]
    wrong += ['%d is named nowhere' % n for n in sorted(set(listed) - named)]
    return '\n'.join(wrong) or None


tap.run([('each cell of the matrix names a case', check_rows), ('each case is there', check_cases),
         ('%d cases, each named' % len(listed), check_numbers)])
