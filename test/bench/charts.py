"""The results of the benchmarks as pictures for the docs: bars for each letter, and curves. They follow the reader's choice
of light or dark, as the other pictures do. Time and memory stand on logarithmic axes: each line is ten times the one before.
"""
import math
import re
import sys

import programs
import report

FOLDER = programs.ROOT / 'docs' / 'pictures'
sys.path.insert(0, str(FOLDER))
from draw import Picture  # noqa: E402

STYLE = '''<style>
    .grid { stroke: #d1d9e0; stroke-width: 1 } .other { fill: #afb8c1 } .ours { fill: #0969da }
    .second { opacity: 0.55 } text.bold { font-weight: 600 } text.small { font-size: 13px } text.mark { font-size: 12px; fill: #59636e }
    .curve { fill: none; stroke-width: 2 } .dot { stroke: none }
    .c0 { stroke: #0969da; fill: #0969da; stroke-width: 3 } .c1 { stroke: #59636e; fill: #59636e } .c2 { stroke: #bc4c00; fill: #bc4c00 }
    .c3 { stroke: #1a7f37; fill: #1a7f37 } .c4 { stroke: #8250df; fill: #8250df } .c5 { stroke: #bf3989; fill: #bf3989 }
    polyline.curve { fill: none } text.c0, text.c1, text.c2, text.c3, text.c4, text.c5 { stroke: none; font-size: 13px }
    @media (prefers-color-scheme: dark) {
      .grid { stroke: #30363d } .other { fill: #6e7681 } .ours { fill: #4493f8 } text.mark { fill: #9198a1 }
      .c0 { stroke: #4493f8; fill: #4493f8 } .c1 { stroke: #9198a1; fill: #9198a1 } .c2 { stroke: #f0883e; fill: #f0883e }
      .c3 { stroke: #3fb950; fill: #3fb950 } .c4 { stroke: #ab7df8; fill: #ab7df8 } .c5 { stroke: #db61a2; fill: #db61a2 }
    }
  </style>'''
WIDTH, LEFT, RIGHT, BAR = 860, 330, 90, 22


def plain(label):
    return re.sub(r'\*\*|`', '', label)


def amount(value, by):
    """3.1 ns, 12 µs, 1.2 kB: three digits at most."""
    units = ('bytes', 'kB', 'MB', 'GB') if by == 'bytes' else ('requests/s',) if by == 'requests' else ('ns', 'µs', 'ms', 's')
    if by == 'requests':
        return '{:,.0f}'.format(value)
    step = 0
    while value >= 999.5 and step + 1 < len(units):
        value, step = value / 1000, step + 1
    exact = value < 9.95 and value != round(value) and (by != 'bytes' or step)
    return ('%.1f' if exact else '%.0f') % value + ' ' + units[step]


class log_axis:
    """From a power of ten below the least value to the greatest."""

    def __init__(self, values, begin, end, margin=0.02):
        self.low = math.floor(math.log10(min(values)) - margin)
        self.high = max(math.log10(max(values)), self.low + 1)
        self.begin, self.end = begin, end

    def at(self, value):
        return self.begin + (self.end - self.begin) * (math.log10(value) - self.low) / (self.high - self.low)

    def marks(self):
        return [10.0 ** power for power in range(self.low, math.floor(self.high + 1e-9) + 1)]


class linear_axis:
    """From zero: for what is not spread over powers of ten."""

    def __init__(self, values, begin, end):
        self.most, self.begin, self.end = max(values), begin, end

    def at(self, value):
        return self.begin + (self.end - self.begin) * value / self.most

    def marks(self):
        step = 10.0 ** math.floor(math.log10(self.most))
        return [step * i for i in range(int(self.most / step) + 1)]


def rounds_of(found, scale=''):
    text = '%d round%s%s' % (found['rounds'], 's, medians' if found['rounds'] > 1 else '', scale)
    return text + ('; provisional: the machine was busy' if found['others'] > report.BUSY else '')


class panel:
    """A group of a letter: bars below each other."""

    def __init__(self, title, by, rows):
        self.title, self.by, self.rows = title, by, rows

    @property
    def height(self):
        return 58 + sum(BAR if first else BAR - 8 for _, _, _, first in self.rows)

    def draw(self, picture, top, axis):
        picture.text(12, top + 18, self.title, 'title')
        bottom = top + self.height - 22
        for mark in axis.marks():
            x = axis.at(mark)
            picture.parts.append('<line x1="%.0f" y1="%d" x2="%.0f" y2="%d" class="grid"/>' % (x, top + 28, x, bottom))
            picture.text(x, bottom + 14, amount(mark, self.by), 'mark', 'middle')
        y = top + 30
        for label, value, ours, first in self.rows:
            tall = BAR - 6 if first else BAR - 12
            picture.parts.append('<rect x="%d" y="%d" width="%.0f" height="%d" class="%s%s"/>' % (
                axis.begin, y + 2, max(1, axis.at(value) - axis.begin), tall, 'ours' if ours else 'other', '' if first else ' second'))
            if first:
                picture.text(LEFT - 8, y + 15, label, 'small' + (' bold' if ours else ''), 'end')
            picture.text(axis.at(value) + 6, y + (15 if first else 11), amount(value, self.by) + ('' if first else ', clang++'),
                         'small' if first else 'mark')
            y += BAR if first else BAR - 8


def panels(letter, found):
    if letter == 'E':
        yield panel('Requests per second, one thread', 'requests', [
            (plain(r['name']), r['per_second'], 'lasti' in r['name'], True) for r in found['servers']])
    for group in found.get('groups', ()):
        before, rows = None, []
        for r in group['rows']:
            rows.append((plain(r['label']), r['median'], r['lasti'], r['label'] != before))
            before = r['label']
        if rows:
            yield panel(plain(group['title']), group['by'], rows)


def bars(letter, found):
    drawn = list(panels(letter, found))
    picture = Picture(WIDTH, 26 + sum(each.height for each in drawn), 'Benchmark %s. The numbers are in test/bench/results.md.' % letter)
    picture.parts.append(STYLE)
    top = 4
    for each in drawn:
        values = [value for other in drawn if other.by == each.by for _, value, _, _ in other.rows]
        axis = linear_axis if each.by == 'requests' else log_axis
        each.draw(picture, top, axis(values, LEFT, WIDTH - RIGHT))
        top += each.height
    picture.text(WIDTH - 12, top + 14, rounds_of(found, '' if letter == 'E' else '; a logarithmic scale'), 'mark', 'end')
    return picture.svg()


def curves(name, about):
    """A plot of {'title', 'x', 'by', 'series': {label: [[x, y] …]}, 'rounds', 'others'}; lasti's is the first."""
    width, height, left, right, top, bottom = 760, 400, 70, 190, 40, 330
    picture = Picture(width, height, about['title'])
    picture.parts.append(STYLE)
    picture.text(12, 22, about['title'], 'title')
    points = [point for series in about['series'].values() for point in series]
    x_axis, y_axis = log_axis([x for x, _ in points], left, width - right, 0), log_axis([y for _, y in points], bottom, top)
    for mark in x_axis.marks():
        x = x_axis.at(mark)
        picture.parts.append('<line x1="%.0f" y1="%d" x2="%.0f" y2="%d" class="grid"/>' % (x, top, x, bottom))
        picture.text(x, bottom + 18, '{:,.0f}'.format(mark) if mark < 1e6 else '%.0f M' % (mark / 1e6), 'mark', 'middle')
    for mark in y_axis.marks():
        y = y_axis.at(mark)
        picture.parts.append('<line x1="%d" y1="%.0f" x2="%d" y2="%.0f" class="grid"/>' % (left, y, width - right, y))
        picture.text(left - 6, y + 4, amount(mark, about['by']), 'mark', 'end')
    labels = []
    for at, (label, series) in enumerate(about['series'].items()):
        places = [(x_axis.at(x), y_axis.at(y)) for x, y in series]
        picture.parts.append('<polyline points="%s" class="curve c%d"/>' % (' '.join('%.0f,%.0f' % place for place in places), at))
        picture.parts += ['<circle cx="%.0f" cy="%.0f" r="3" class="dot c%d"/>' % (place + (at,)) for place in places]
        x, y = places[-1]
        if x < x_axis.at(max(x for x, _ in points)):
            picture.text(x, y - 10, label, 'c%d' % at, 'middle')
        else:
            labels.append([y, x, label, at])
    labels.sort()
    for before, after in zip(labels, labels[1:]):       # names stand apart
        after[0] = max(after[0], before[0] + 16)
    for y, x, label, at in labels:
        picture.text(x + 8, y + 4, label, 'c%d' % at)
    picture.text((left + width - right) / 2, bottom + 38, about['x'], 'faint', 'middle')
    picture.text(width - 12, height - 8, rounds_of(about), 'mark', 'end')
    return picture.svg()


def drawn(results, curved):
    """{file's name: its text}"""
    made = {'%s.svg' % letter: bars(letter, found) for letter, found in results.items() if letter != 'J'}
    made.update(('%s.svg' % name, curves(name, about)) for name, about in curved.items())
    return made


def write(results, curved):
    folder = FOLDER / 'speed'
    folder.mkdir(exist_ok=True)
    for name, text in drawn(results, curved).items():
        (folder / name).write_text(text)
