"""Builds the benchmarks of lasti and of its peers, runs them in turn, and writes results.md and the charts of the docs.

Each round runs every program once, and a ratio is taken within a round, so that a machine that is busy for a while slows
both sides of it. Instructions are counted by callgrind at two sizes and divided by the difference: exact where time is
noisy.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

import charts
import echo
import peers
import programs
import report
from rows import SECTIONS

RESULTS, CURVES = (programs.HERE / name for name in ('results.json', 'curves.json'))
LETTERS = sorted(list(SECTIONS) + ['E'])


class progress:
    """Says what goes on: on a terminal in one line, else in a line for each letter of a round."""

    def __init__(self):
        self.began, self.last = time.monotonic(), None

    def say(self, what, detail=''):
        gone = time.monotonic() - self.began
        text = '%3d:%02d  %s' % (gone // 60, gone % 60, what)
        if sys.stderr.isatty():
            sys.stderr.write('\r\x1b[K' + (text + '  ' + detail)[:shutil.get_terminal_size().columns - 1])
        elif what != self.last:
            sys.stderr.write(text + '\n')
        sys.stderr.flush()
        self.last = what

    def warn(self, text):
        sys.stderr.write(('\r\x1b[K' if sys.stderr.isatty() else '') + text + '\n')


class busy:
    """How many cores others used meanwhile; with figures taken at more than a tenth nobody should argue."""

    def __init__(self):
        self.wall, self.all, self.mine = time.monotonic(), self.of_all(), self.of_mine()

    @staticmethod
    def of_all():
        words = [int(word) for word in pathlib.Path('/proc/stat').read_text().split('\n')[0].split()[1:9]]
        return (sum(words) - words[3] - words[4]) / os.sysconf('SC_CLK_TCK')    # all but idle and waiting for a disk

    @staticmethod
    def of_mine():
        both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(used.ru_utime + used.ru_stime for used in both)

    def others(self):
        return max(0, (self.of_all() - self.all - self.of_mine() + self.mine) / (time.monotonic() - self.wall))


class case:
    """A row, made with one of its tools."""

    def __init__(self, letter, group, row, tool):
        self.letter, self.group, self.row, self.tool = letter, group, row, tool
        self.rounds, self.failed, self.instructions = [], None, None

    def __str__(self):
        return '%s: %s, %s' % (self.letter, self.row.label.replace('*', ''), self.tool)

    def start(self):
        return programs.command_of(self.row.program, self.tool)

    def run(self):
        self.rounds.append(programs.measure(self.start() + self.row.words()))

    def count(self):
        self.instructions = programs.instructions(self.start() + [self.row.way], self.row.counted, self.row.counted_more,
                                                  self.row.only_timed)

    def try_to(self, what, shown):
        if self.failed:
            return
        try:
            what()
        except (RuntimeError, AttributeError, subprocess.TimeoutExpired) as problem:
            self.failed = str(problem)
            shown.warn('failed, %s: %s' % (self, problem))


def cases_of(letters):
    """The cases that can be built here, and what they need that is not here."""
    made, lost = [], []
    for letter in letters:
        for group in SECTIONS[letter].groups if letter in SECTIONS else ():
            for row in group.rows:
                lost += [name for name in row.needs if not peers.version(name)]
                lost += [tool for tool in row.tools if tool in peers.PEERS and not peers.version(tool)]
                if all(map(peers.version, row.needs)):
                    made += [case(letter, group, row, tool) for tool in row.tools if tool not in peers.PEERS or peers.version(tool)]
    return made, list(dict.fromkeys(lost))


def count_all(cases, shown):
    """Instructions do not mind that the machine is busy, so some are counted at a time."""
    counted = [c for c in cases if c.row.counted and not c.failed] if shutil.which('valgrind') else []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for c, _ in zip(counted, pool.map(lambda each: each.try_to(each.count, shown), counted)):
            shown.say('counting instructions', str(c))


def value(c, by, number):
    """Of a round; bytes are measured in the first alone."""
    return c.rounds[min(number, len(c.rounds) - 1)][by]


def ratio(c, other, by):
    rounds = range(min(len(c.rounds), len(other.rounds)))
    return statistics.median(value(c, by, n) / value(other, by, n) for n in rounds)


def rounded(number):
    return None if number is None else float('%.4g' % number)


def group_of(group, cases):
    """What the results say of a group."""
    cases = [c for c in cases if c.group is group and c.rounds and not c.failed]

    def find(wanted, tool):
        found = [c for c in cases if wanted(c.row)]
        return next((c for c in found if c.tool == tool), found[0] if found else None)
    rows = []
    for c in cases:
        floor = find(lambda row: row.label == group.floor, c.tool)
        ours = find(lambda row: row.ours, c.tool)
        values = [value(c, group.by, n) for n in range(len(c.rounds))]
        rows.append({
            'label': c.row.label, 'tool': c.tool, 'lasti': c.row.is_lasti and '**' in c.row.label,
            'median': rounded(statistics.median(values)), 'low': rounded(min(values)), 'high': rounded(max(values)),
            'floor': rounded(ratio(c, floor, group.by)) if floor else None,
            'ours': rounded(ratio(c, ours, group.by)) if ours else None,
            'cpu': rounded(statistics.median(r['ns'] for r in c.rounds)), 'instructions': rounded(c.instructions)})
    return {'title': group.title, 'unit': group.unit, 'by': group.by, 'floor': group.floor, 'rows': rows}


def sweep(cases, letters, options, shown):
    """Runs all of them round after round; returns what was measured of the echo servers."""
    servers = echo.servers(shown.warn, not options.no_counts) if 'E' in letters else {}
    for number in range(options.rounds):
        for at, c in enumerate(cases):
            if c.group.by != 'bytes' or number == 0:
                shown.say('round %d of %d: %s' % (number + 1, options.rounds, c.letter), '%d of %d: %s' % (at + 1, len(cases), c))
                c.try_to(c.run, shown)
        for name, server in list(servers.items()):
            shown.say('round %d of %d: E' % (number + 1, options.rounds), name)
            try:
                server.serve(options.seconds)
            except (RuntimeError, subprocess.CalledProcessError) as problem:
                shown.warn('failed, E: %s: %s' % (name, problem))
                del servers[name]
    return servers


def measure(letters, options, shown):
    """Yields (letter, its results)."""
    cases, lost = cases_of(letters)
    for name in peers.missing(lost):
        shown.warn('not here: ' + name)
    broken = programs.build(list(dict.fromkeys((c.row.program, c.tool) for c in cases)), say=shown.say)
    for (program, tool), said in broken.items():
        shown.warn('could not build %s with %s:\n%s' % (program, tool, said))
    cases = [c for c in cases if (c.row.program, c.tool) not in broken]
    if not options.no_counts:
        count_all(cases, shown)
    meanwhile = busy()
    servers = sweep(cases, letters, options, shown)
    others = meanwhile.others()
    for letter in letters:
        if letter == 'E' and echo.FLOOR not in servers:
            shown.warn('nothing of E: there is no ' + echo.FLOOR)
            continue
        mine = [c for c in cases if c.letter == letter]
        needed = echo.NEEDS if letter == 'E' else [name for c in mine for name in c.row.needs + (c.tool,) if name in peers.PEERS]
        yield letter, {
            'rounds': options.rounds, 'others': rounded(others),
            'with': {name: peers.version(name) for name in dict.fromkeys(needed) if peers.version(name)},
            'missing': peers.missing(echo.missing() if letter == 'E' else cases_of([letter])[1]),
            'failed': [str(c) for c in mine if c.failed],
            **({'servers': [server.result(servers[echo.FLOOR]) for server in servers.values()]} if letter == 'E' else
               {'groups': [group_of(group, mine) for group in SECTIONS[letter].groups]})}


def load(path):
    return json.loads(path.read_text()) if path.exists() else {}


def write(results):
    report.PAGE.write_text(report.page(results))
    charts.write(results, load(CURVES))


def main():
    parser = argparse.ArgumentParser(prog='sh test/bench/run', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('letters', nargs='*', metavar='LETTER', help='of %s; all of them without' % ', '.join(LETTERS))
    parser.add_argument('--rounds', type=int, default=11)
    parser.add_argument('--seconds', type=float, default=1, help='that an echo server is asked in a round')
    parser.add_argument('--no-counts', action='store_true', help='counts no instructions')
    parser.add_argument('--only-write', action='store_true', help='measures nothing: writes results.md and the charts anew')
    options = parser.parse_args()
    for letter in options.letters:
        if letter not in LETTERS:
            parser.error('no such letter: ' + letter)
    results = load(RESULTS)
    if not options.only_write:
        measured = list(measure(options.letters or LETTERS, options, progress()))
        for letter, found in measured:
            if options.no_counts and letter in results:
                report.keep_counts(results[letter], found)
            results[letter] = found
        RESULTS.write_text(report.as_json(results))
        print('\n' + '\n\n'.join(report.section(letter, found) for letter, found in measured))
    write(results)


if __name__ == '__main__':
    main()
