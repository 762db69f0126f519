"""Builds the benchmarks with every compiler, runs them in turn, and writes results.md.

Medians of one round-robin: each round runs every program once, and a ratio is taken within a round, so that a
machine that is busy for a while slows both sides of it. Instructions are counted by callgrind at two sizes and
divided by the difference: exact where time is noisy.
"""
import argparse
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys

from programs import BUILD, COPIES, COPY, HERE, LOOP, STEP, SYNC, build, instructions, measure, version


def find_python():
    """The newest python3.N, which asyncio is measured with."""
    for minor in range(20, 10, -1):
        for name in ['python3.%d' % minor] + [str(p) for p in pathlib.Path.home().glob('.pyenv/versions/3.%d.*/bin/python3' % minor)]:
            if shutil.which(name) and subprocess.run([name, '-c', ''], stderr=subprocess.DEVNULL).returncode == 0:
                return name
    return sys.executable


def command_of(compiler, program, argument):
    """For Python the program is its twin."""
    folder = BUILD / compiler
    return [compiler, str(HERE / (program + '.py')), argument] if not folder.is_dir() else [str(folder / program), argument]


def rounds_of(rows, compilers, rounds):
    times = {(c, r[0]): [] for c in compilers for r in rows}
    memory = {}
    for number in range(rounds):
        print('round %d of %d' % (number + 1, rounds), file=sys.stderr)
        for compiler in compilers:
            for label, program, argument, _, _ in rows:
                spent, used = measure(command_of(compiler, program, argument))
                times[compiler, label].append(spent)
                memory[compiler, label] = used
    return times, memory


def table(rows, compilers, times, memory, counts, with_memory):
    head = ['']
    for compiler in compilers:
        head += [compiler + ', ns', 'bytes' if with_memory else 'x loop', 'instructions']
    lines = ['| ' + ' | '.join(head) + ' |', '|---|' + '--:|' * (len(head) - 1)]
    for label, _, _, _, base in rows:
        cells = [label]
        for compiler in compilers:
            mine = times[compiler, label]
            cells.append('%.2f' % statistics.median(mine))
            if with_memory:
                cells.append('%.0f' % memory[compiler, label] if 'sleep' in label else '')
            else:
                other = times[compiler, base or label]
                cells.append('%.2f' % statistics.median(a / b for a, b in zip(mine, other)))
            count = counts.get((compiler, label))
            cells.append('%.1f' % count if count is not None else '')
        lines.append('| ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def table_of_twins(compilers, python, times, counts):
    head = [''] + [c + how for c in compilers for how in (', ns', ', instructions')] + ['asyncio, ns']
    head += ['asyncio / ' + c for c in compilers]
    lines = ['| ' + ' | '.join(head) + ' |', '|---|' + '--:|' * (len(head) - 1)]
    for label, _, _, _, _ in SYNC:
        cells = [label]
        for compiler in compilers:
            count = counts.get((compiler, label))
            cells += ['%.1f' % statistics.median(times[compiler, label]), '%.0f' % count if count is not None else '']
        theirs = times[python, label]
        cells.append('%.0f' % statistics.median(theirs))
        cells += ['%.0f' % statistics.median(a / b for a, b in zip(theirs, times[c, label])) for c in compilers]
        lines.append('| ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def table_of_copies(compilers, times):
    head = ['items taken', 'generators deep'] + [c + how for c in compilers for how in (': copy, ns', ': again, ns', ': again / copy')]
    lines = ['| ' + ' | '.join(head) + ' |', '|' + '--:|' * len(head)]
    for position, depth in COPY:
        cells = ['{:,}'.format(position), str(depth)]
        for compiler in compilers:
            copied, again = (times[compiler, '%s:%d:%d' % (way, position, depth)] for way in ('copy', 'again'))
            cells += ['%.0f' % statistics.median(copied), '%.0f' % statistics.median(again),
                      '%.1f' % statistics.median(a / b for a, b in zip(again, copied))]
        lines.append('| ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--rounds', type=int, default=11)
    parser.add_argument('--output', type=pathlib.Path, default=HERE / 'results.md')
    options = parser.parse_args()
    compilers = [c for c in ('g++', 'clang++') if shutil.which(c)]
    for compiler in compilers:
        print('building with ' + compiler, file=sys.stderr)
        build(compiler, BUILD / compiler)
    counts = {(c, r[0]): instructions(BUILD / c / r[1], r[2], r[3]) for c in compilers for r in STEP + LOOP + SYNC}
    step_times, step_memory = rounds_of(STEP, compilers, options.rounds)
    loop_times, loop_memory = rounds_of(LOOP, compilers, options.rounds)
    copy_times, _ = rounds_of(COPIES, compilers, options.rounds)
    python = find_python()
    sync_times, _ = rounds_of(SYNC, compilers + [python], options.rounds)
    text = '\n'.join([
        '# Benchmarks', '',
        'Command: `sh test/bench/run --rounds %d`. Compilers: %s, `-O2`, on %s. Medians of %d interleaved rounds of'
        % (options.rounds, ' and '.join(map(version, compilers)), platform.machine(), options.rounds),
        'CPU time; a ratio is the median of the ratios within a round; instructions are callgrind\'s, per item.', '',
        '## A generator\'s step: the sum of 0 … N-1, N = 50,000,000', '',
        table(STEP, compilers, step_times, step_memory, counts, False), '',
        '## The event loop, for each switch and for each task', '',
        table(LOOP, compilers, loop_times, loop_memory, counts, True), '',
        '## A copy of a suspended generator, and a new one that runs up to there', '',
        table_of_copies(compilers, copy_times), '',
        '## Beside asyncio of %s' % version(python), '',
        table_of_twins(compilers, python, sync_times, counts), ''])
    options.output.write_text(text)
    print(text)


main()
