"""How costs grow with the number of tasks: a switch, a timer, and the memory of a task, from 1 to 10,000,000 of them.

Writes curves.json, and a plot of each for the docs. What is slow, or has no room for as many, ends earlier.
"""
import argparse
import json
import statistics
import subprocess
import sys

import peers
import programs
import report
from bench import CURVES, RESULTS, busy, load, progress, rounded, write

COUNTS = [10 ** power for power in range(8)]

# Of each: the title, what is on the x axis, what is measured, and by label: (program, way, its greatest count, what it needs)
PLOTS = {
    'switches': ('A switch of tasks', 'tasks', 'ns', {
        'lasti': ('loop_switch', '-', 10 ** 7, 'g++'),
        'a ring by hand, epoll': ('peers/by_hand/switches', 'epoll', 10 ** 7, 'g++'),
        'Asio, asio::coroutine': ('peers/asio/switches', 'reenter', 10 ** 7, 'Asio'),
        'Asio, awaitable': ('peers/asio/switches', 'awaitable', 10 ** 6, 'Asio'),
        'Go': ('peers/go/tasks', 'switches', 10 ** 5, 'Go'),
        'asyncio': ('peers/python/tasks', 'switches', 10 ** 4, 'CPython')}),
    'timers': ('A task that sleeps once, for 0 to 1000 ms: CPU time', 'tasks that sleep at the same time', 'ns', {
        'lasti': ('sleepers', 'real', 10 ** 7, 'g++'),
        'by hand': ('peers/by_hand/sleepers', '-', 10 ** 7, 'g++'),
        'lasti, virtual clock': ('sleepers', 'virtual', 10 ** 7, 'g++'),
        'libev: a callback': ('peers/libev/sleepers', '-', 10 ** 7, 'libev'),
        'Asio: a callback': ('peers/asio/sleepers', 'callback', 10 ** 6, 'Asio'),
        'asyncio': ('peers/python/tasks', 'sleepers', 10 ** 4, 'CPython')}),
    'memory': ('Memory of a task that sleeps', 'tasks', 'bytes', {
        'lasti': ('sleepers', 'virtual', 10 ** 7, 'g++'),
        'by hand': ('peers/by_hand/sleepers', '-', 10 ** 6, 'g++'),
        'libev: a callback': ('peers/libev/sleepers', '-', 10 ** 6, 'libev'),
        'Asio, awaitable': ('peers/asio/sleepers', 'awaitable', 10 ** 5, 'Asio'),
        'Go': ('peers/go/tasks', 'sleepers', 10 ** 5, 'Go'),
        'asyncio': ('peers/python/tasks', 'sleepers', 10 ** 4, 'CPython')}),
}
LEAST_FOR_MEMORY = 1000         # below, it is the loop's


def words(plot, count, program):
    """What the program is told after its way: how much, and how many tasks."""
    if plot == 'switches':
        work = 200000 if program.startswith('peers/python') else 2000000
        return [str(max(3, work // max(count, 5))), str(count)]
    return [str(count)] + (['2000'] if plot == 'memory' else [])    # ms; all are asleep at the same time


def runs():
    """Yields (plot, label, count, command)."""
    for plot, (_, _, _, series) in PLOTS.items():
        for label, (program, way, most, needed) in series.items():
            if not peers.version(needed):
                continue
            command = programs.command_of(program, programs.made_with(program)[0]) + [way]
            for count in COUNTS:
                if count <= most and (plot != 'memory' or count >= LEAST_FOR_MEMORY):
                    yield plot, label, count, command + words(plot, count, program)


def measure(rounds, shown):
    """{(plot, label, count): values}"""
    programs_wanted = dict.fromkeys((about[0], programs.made_with(about[0])[0]) for _, _, _, series in PLOTS.values()
                                    for about in series.values() if peers.version(about[3]))
    for (program, _), said in programs.build(list(programs_wanted), say=shown.say).items():
        sys.exit('could not build %s:\n%s' % (program, said))
    found, failed = {}, set()
    for number in range(rounds):
        for plot, label, count, command in runs():
            if (plot, label, count) in failed or plot == 'memory' and number:
                continue
            shown.say('round %d of %d: %s' % (number + 1, rounds, plot), '%s, %d' % (label, count))
            try:
                found.setdefault((plot, label, count), []).append(programs.measure(command)[PLOTS[plot][2]])
            except (RuntimeError, subprocess.TimeoutExpired) as problem:
                failed.add((plot, label, count))
                shown.warn('left out, %s: %d: %s' % (label, count, problem))
    return found


def main():
    parser = argparse.ArgumentParser(prog='sh test/bench/curves', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=5)
    rounds = parser.parse_args().rounds
    meanwhile = busy()
    found = measure(rounds, progress())
    curved = {}
    for plot, (title, x, by, series) in PLOTS.items():
        curved[plot] = {'title': title, 'x': x, 'by': by, 'rounds': rounds if plot != 'memory' else 1, 'others': rounded(meanwhile.others()), 'series': {
            label: [[count, rounded(statistics.median(found[plot, label, count]))] for count in COUNTS if (plot, label, count) in found]
            for label in series if any(key[:2] == (plot, label) for key in found)}}
        print('\n'.join([title + ':'] + ['  %-24s %s' % (label, '  '.join('%d: %s' % (n, report.number(y)) for n, y in points))
                                         for label, points in curved[plot]['series'].items()]))
    CURVES.write_text('{\n%s\n}\n' % ',\n'.join('%s: %s' % (json.dumps(name), json.dumps(about)) for name, about in curved.items()))
    write(load(RESULTS))


if __name__ == '__main__':
    main()
