"""usage: conformance.py SUITE [N [SEED]] [--root FOLDER] [--only NUMBER] [--keep] [--quiet] [--no-shrink]

Makes the programs 0 … N-1 of SEED, runs each as Python and as lasti C++, and compares the traces. SUITE is the
folder beside this file that says what the programs are about: generators, tasks.
"""
import argparse
import concurrent.futures
import itertools
import os
import platform
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.join(HERE, sys.argv[1] if len(sys.argv) > 1 else 'generators'))

import mutate
import suite
from execute import Batch, Problem, Toolchain
from shrink import shrink

SHOWN = 3              # differences that are shrunk and shown in full

SEED = 20201011


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('suite', choices=['generators', 'tasks'])
    parser.add_argument('count', nargs='?', type=int, default=300)
    parser.add_argument('seed', nargs='?', type=int, default=SEED)
    parser.add_argument('--root', default=os.path.join(HERE, '..', '..'), help='the library: include/ and src/')
    parser.add_argument('--library', help='what was built of src/: then it is not compiled anew')
    parser.add_argument('--only', type=int, help='run this one program')
    parser.add_argument('--keep', action='store_true', help='keep the folder with the sources')
    parser.add_argument('--quiet', action='store_true', help='only the last line')
    parser.add_argument('--no-shrink', action='store_true')
    parser.add_argument('--patience', type=int, default=90, help='seconds for making a difference smaller')
    parser.add_argument('--mutants', nargs='*', metavar='WORD', help='see the script `mutants`')
    parser.add_argument('--jobs', type=int, default=int(os.environ.get('CONFORMANCE_JOBS', '2')))
    return parser.parse_args()


class Session:
    def __init__(self, options, folder):
        self.options = options
        self.toolchain = Toolchain(os.path.abspath(options.root), folder,
                                   library=options.library).prepare()
        self.coverage = suite.Coverage()
        self.differences = []
        self.crashes = {}
        self.names = itertools.count()

    def say(self, text=''):
        if not self.options.quiet:
            print(text, flush=True)

    def batch(self, numbers):
        programs = [suite.make_program(self.options.seed, n) for n in numbers]
        batch = Batch(programs, self.toolchain, 'batch%d' % next(self.names)).execute()
        found = batch.differences()
        if not (found or self.options.keep):
            batch.clean()
        return batch, found

    def run(self, numbers):
        files = [numbers[i:i + suite.PER_FILE] for i in range(0, len(numbers), suite.PER_FILE)]
        started = said = time.time()
        with concurrent.futures.ThreadPoolExecutor(max(1, self.options.jobs)) as pool:
            done = 0
            for batch, found in pool.map(self.batch, files):
                for difference in found:
                    self.say('program %d differs in line %d of its trace' % (difference.number, difference.line))
                self.coverage.add(batch)
                self.differences += found
                self.crashes.update(batch.python_crashes)
                done += len(batch.programs)
                if time.time() - said > 30:
                    said = time.time()
                    self.say('%d programs, %d differences after %d s' % (done, len(self.differences), said - started))
        for difference in self.differences[:SHOWN]:
            self.show(difference)
        if len(self.differences) > SHOWN:
            self.say('… and in the programs ' + ' '.join(str(d.number) for d in self.differences[SHOWN:]))

    def failing(self, programs):
        try:
            batch = Batch(programs, self.toolchain, 'shrink').execute()
        except Problem as e:
            self.say('while shrinking: %s' % e)
            return []
        return [[p.number for p in programs].index(d.number) for d in batch.differences()]

    def show(self, difference):
        program = suite.make_program(self.options.seed, difference.number)
        number = program.number
        if not (self.options.no_shrink or self.options.quiet):
            until = time.time() + self.options.patience
            program = shrink(program, self.failing, lambda: time.time() > until)
            batch = Batch([program], self.toolchain, 'shrunk').execute()
            found = batch.differences()
            difference = found[0] if found else difference   # a crash may come and go
            self.say('\n---- program %d of seed %d, shrunk: Python ----' % (number, self.options.seed))
            self.say('\n'.join(suite.python_lines(program)))
            self.say('---- C++ ----')
            self.say('\n'.join(suite.cpp_lines(program)))
        self.say('---- program %d of seed %d: line %d of its trace differs ----' %
                 (number, self.options.seed, difference.line))
        for line in difference.before[-12:]:
            self.say('         %s' % line)
        self.say('Python : %s' % (difference.expected or '(end of trace)'))
        self.say('lasti  : %s' % (difference.actual or '(end of trace)'))


def main():
    options = arguments()
    if sys.version_info < suite.OLDEST_PYTHON:
        print('left out: the programs need Python %d.%d, this is %s' %
              (suite.OLDEST_PYTHON + (platform.python_version(),)))
        return 2
    numbers = [options.only] if options.only is not None else list(range(options.count))
    folder = tempfile.mkdtemp(prefix='lasti-conformance-')
    try:
        if options.mutants is not None:
            return mutate.run(os.path.abspath(options.root), folder, options.seed, options.mutants, options.jobs)
        session = Session(options, folder)
        session.say('conformance: %d programs of seed %d under Python %s (%s)' %
                    (len(numbers), options.seed, platform.python_version(), sys.executable))
        session.run(numbers)
        if session.crashes:
            session.say('compared in part, since this Python did not go on: programs ' +
                        ' '.join(map(str, sorted(session.crashes))))
        missed = options.only is None and session.coverage.report(
            session.say, complete=len(numbers) >= suite.COMPLETE_FROM)
    except Problem as e:
        print(e)
        return 2
    finally:
        if options.keep:
            print('kept: ' + folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print('%d programs, %d differences' % (len(numbers), len(session.differences)))
    lost = len(session.crashes) > 1 + len(numbers) // 5
    return 1 if session.differences or missed or lost else 0


if __name__ == '__main__':
    sys.exit(main())
