"""The results of the benchmarks as Markdown."""
import json

import echo
import programs
from rows import SECTIONS

PAGE = programs.HERE / 'results.md'
BUSY = 0.1              # cores that others used
OURS = {'ns': 'CPU, ns', 'wall': 'ns', 'bytes': 'bytes'}


def as_json(results):
    """A row a line, so that a change of the file can be read."""
    def rows(group):
        return ',\n    '.join(json.dumps(row, ensure_ascii=False) for row in group)
    lines = []
    for letter in sorted(results):
        found = dict(results[letter])
        lists = found.pop('servers', None), found.pop('groups', None)
        text = json.dumps(found, ensure_ascii=False)[:-1]
        if lists[0] is not None:
            text += ', "servers": [\n    %s]' % rows(lists[0])
        else:
            groups = []
            for group in lists[1]:
                head = json.dumps({key: value for key, value in group.items() if key != 'rows'}, ensure_ascii=False)
                groups.append('%s, "rows": [\n    %s]}' % (head[:-1], rows(group['rows'])))
            text += ', "groups": [\n  %s]' % ',\n  '.join(groups)
        lines.append('%s: %s}' % (json.dumps(letter), text))
    return '{\n%s\n}\n' % ',\n'.join(lines)


def keep_counts(old, new):
    """Instructions that were not counted this time."""
    known = {(group['title'], row['label'], row['tool']): row['instructions']
             for group in old.get('groups', ()) for row in group['rows']}
    for group in new.get('groups', ()):
        for row in group['rows']:
            row['instructions'] = known.get((group['title'], row['label'], row['tool']))
    known = {row['name']: row.get('instructions') for row in old.get('servers', ())}
    for row in new.get('servers', ()):
        row['instructions'] = known.get(row['name'])


def number(value):
    """Three digits, or all of a larger number."""
    if value is None:
        return ''
    if value >= 100:
        return format(round(value), ',')
    return ('%.2f' if value < 10 else '%.1f') % value


def table(group):
    columns = [('', lambda r: r['label']), ('with', lambda r: r['tool'])]
    columns += [(OURS[group['by']], lambda r: number(r['median']))]
    if group['by'] != 'bytes':
        columns += [('least – most', lambda r: '%s – %s' % (number(r['low']), number(r['high'])))]
    if group['by'] == 'wall':
        columns += [('CPU, ns', lambda r: number(r['cpu']))]
    if group['floor']:
        columns += [('x the floor', lambda r: number(r['floor']))]
    columns += [('x lasti', lambda r: number(r['ours']))]
    if any(r['instructions'] is not None for r in group['rows']):
        columns += [('instructions', lambda r: number(r['instructions']))]
    lines = ['| ' + ' | '.join(head for head, _ in columns) + ' |', '|---|---|' + '--:|' * (len(columns) - 2)]
    lines += ['| ' + ' | '.join(cell(row) for _, cell in columns) + ' |' for row in group['rows']]
    return '\n'.join(lines)


def circumstances(found):
    text = '%d round%s. %s.' % (found['rounds'], 's' * (found['rounds'] > 1), '; '.join('%s: %s' % pair if pair[0] not in pair[1] else pair[1]
                                                          for pair in found['with'].items()))
    if found['others'] > BUSY:
        text += ' **Provisional**: others used %.1f cores of the machine meanwhile.' % found['others']
    if found['missing']:
        text += ' Not here: %s.' % ', '.join(found['missing'])
    if found['failed']:
        text += ' Failed: %s.' % ', '.join(found['failed'])
    return text


def section(letter, found):
    parts = ['## %s. %s' % (letter, 'Echo servers' if letter == 'E' else SECTIONS[letter].title), circumstances(found)]
    if letter == 'E':
        return '\n\n'.join(parts + ['50 connections, 64 bytes there and back; server and client have a core each. System calls are '
                                    'those for each request, beside the wait that all connections share.',
                                    echo.table(found['servers'])])
    for group in found['groups']:
        parts += ['%s, for each %s%s:' % (group['title'], group['unit'], '; the floor is ' + group['floor'] if group['floor'] else ''),
                  table(group)]
    return '\n\n'.join(parts)


def page(results):
    head = ['# Benchmarks', 'Made by `sh test/bench/run`, with `-O2`; see [how](peers/README.md).',
            'Medians of interleaved rounds; a ratio is the median of the ratios within a round, to lasti built with the same compiler if '
            'there is one. Instructions are callgrind\'s, per item.']
    return '\n\n'.join(head + [section(letter, results[letter]) for letter in sorted(results)]) + '\n'
