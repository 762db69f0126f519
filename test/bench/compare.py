"""compare.py OLD [NEW] [--rounds N]: whether lasti became slower from one commit to another (by default to what lies here).

The programs are this checkout's, compiled with the lasti of either commit; they are run in turn, round after round, and
a ratio is taken within a round. A benchmark is slower if more instructions say so or, where they are not counted, if the
lower quartile of its ratios is above 1 by more than the bound: then three rounds in four saw it. Exits with 1 if one is.
"""
import argparse
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from programs import BUILD, COMPILERS, ROOT, build, command_of, instructions, measure
from rows import SECTIONS

BOUND = 0.02         # of instructions, which do not scatter
BOUND_OF_TIME = 0.05
LETTERS = 'ABCDFG'


def rows():
    """Yields (label, row) of what lasti itself does; of sleepers, one crowd is enough."""
    for letter in LETTERS:
        for group in SECTIONS[letter].groups[:1 if letter == 'D' else None]:
            for row in group.rows:
                if row.is_lasti and '**' in row.label:
                    yield '%s. %s: %s' % (letter, group.title, row.label.replace('*', '')), row


def checkout(commit, folder):
    """The include and src of a commit."""
    archive = subprocess.run(['git', '-C', str(ROOT), 'archive', commit, 'include', 'src'], check=True, stdout=subprocess.PIPE)
    subprocess.run(['tar', 'x', '-C', str(folder)], input=archive.stdout, check=True)
    return folder


def compare(compiler, rounds):
    """Yields (label, ratios of time, instructions before and after)."""
    def start(row, side):
        return command_of(row.program, compiler, BUILD / 'compare' / side)
    times = {}
    for number in range(rounds):
        print('%s: round %d of %d' % (compiler, number + 1, rounds), file=sys.stderr)
        for label, row in rows():
            before, after = (measure(start(row, side) + row.words())['ns'] for side in ('old', 'new'))
            times.setdefault(label, []).append(after / before)
    for label, row in rows():
        yield label, times[label], [row.counted and instructions(start(row, side) + [row.way], row.counted, row.counted_more, row.only_timed)
                                    for side in ('old', 'new')]


def is_slower(ratios, counts):
    if None not in counts:
        return counts[1] > counts[0] * (1 + BOUND)
    return statistics.quantiles(ratios, n=4)[0] > 1 + BOUND_OF_TIME


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('old', help='a commit')
    parser.add_argument('new', nargs='?', help='another; without, the files as they lie here')
    parser.add_argument('--rounds', type=int, default=7)
    options = parser.parse_args()
    if options.rounds < 4:
        parser.error('quartiles take four rounds')
    compilers = [c for c in COMPILERS if shutil.which(c)]
    slower = []
    with tempfile.TemporaryDirectory() as folder:
        roots = {}
        for side, commit in ('old', options.old), ('new', options.new):
            if commit:
                (pathlib.Path(folder) / side).mkdir()
            roots[side] = checkout(commit, pathlib.Path(folder) / side) if commit else ROOT
        for side, root in roots.items():
            broken = build(list(dict.fromkeys((row.program, c) for _, row in rows() for c in compilers)), BUILD / 'compare' / side, root,
                           lambda what, side=side: print('the %s one: %s' % (side, what), file=sys.stderr))
            for said in broken.values():
                sys.exit(said)
    for compiler in compilers:
        print('\n| %s | time, new / old | instructions, old | new |  |\n|---|--:|--:|--:|---|' % compiler)
        for label, ratios, counts in compare(compiler, options.rounds):
            verdict = 'slower' if is_slower(ratios, counts) else ''
            slower += ['%s with %s' % (label, compiler)] if verdict else []
            print('| %s | %.2f | %s | %s |' % (label, statistics.median(ratios), ' | '.join(
                '' if count is None else '%.1f' % count for count in counts), verdict))
    print('\n%d slower' % len(slower))
    sys.exit(bool(slower))


main()
