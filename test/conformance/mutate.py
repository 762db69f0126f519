"""Seeds each bug of mutations.py into a copy of the headers and looks whether the comparison notices."""
import concurrent.futures
import os
import shutil
import tempfile

from execute import Batch, Problem, Toolchain
from generate import make_program
from mutations import MUTATIONS

BATCH = 40
BATCHES = 8            # a mutant has survived when this many showed no difference


def mutated(include, folder, header, old, new):
    """A copy of the headers with the bug in it."""
    shutil.copytree(include, folder)
    path = os.path.join(folder, 'lasti', header)
    with open(path) as source:
        text = source.read()
    if text.count(old) != 1:
        raise Problem('the text to change stands %d times in %s' % (text.count(old), header))
    with open(path, 'w') as out:
        out.write(text.replace(old, new))
    return folder


class Hunt:
    """The same programs for every mutant; those that differ without any bug seeded show nothing."""
    def __init__(self, include, folder, seed, jobs):
        self.include, self.folder, self.seed = include, folder, seed
        self.pool = concurrent.futures.ThreadPoolExecutor(max(1, jobs))
        toolchain = Toolchain(include, os.path.join(folder, 'sound')).prepare()
        batches = self.pool.map(lambda n: self.batch(n, toolchain, 'sound%d' % n), range(BATCHES))
        self.differ_anyway = {d.number for batch in batches for d in batch.differences()}

    def batch(self, n, toolchain, name):
        programs = [make_program(self.seed, i) for i in range(n * BATCH, (n + 1) * BATCH)]
        return Batch(programs, toolchain, name).execute()

    def run(self, name, header, old, new):
        """(number of the first program that noticed, how), or (None, '')."""
        folder = tempfile.mkdtemp(dir=self.folder)
        toolchain = Toolchain(mutated(self.include, os.path.join(folder, 'include'), header, old, new),
                              os.path.join(folder, 'build')).prepare()
        try:
            for n in range(BATCHES):
                found = [d for d in self.batch(n, toolchain, 'mutant').differences()
                         if d.number not in self.differ_anyway]
                if found:
                    return found[0].number, '%s, not %s' % (found[0].actual or 'the end', found[0].expected or 'the end')
            return None, ''
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def run(include, folder, seed, words, jobs):
    """Exit code."""
    chosen = [m for m in MUTATIONS if all(w in m[0] for w in words)]
    hunt = Hunt(include, folder, seed, jobs)
    if hunt.differ_anyway:
        print('without any mutation the programs %s differ: they are not counted' % sorted(hunt.differ_anyway))
    caught = broken = 0
    for (name, *_), result in zip(chosen, [hunt.pool.submit(hunt.run, *m) for m in chosen]):
        try:
            number, how = result.result()
        except Problem as e:
            broken += 1
            print('BROKEN   %s: %s' % (name, e), flush=True)
            continue
        caught += number is not None
        print('SURVIVED %s' % name if number is None else 'caught   %s: by program %d (%s)' % (name, number, how),
              flush=True)
    print('%d mutants, %d caught, %d survived, %d no longer apply' %
          (len(chosen), caught, len(chosen) - caught - broken, broken))
    return 0 if chosen and caught == len(chosen) else 1
