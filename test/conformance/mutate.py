"""Seeds each bug of the suite's mutations.py into a copy of the library and looks whether the comparison notices."""
import concurrent.futures
import os
import shutil
import tempfile

import suite
from execute import Batch, Problem, Toolchain

BATCH = 40
BATCHES = 8            # a mutant has survived when this many showed no difference


def mutated(root, folder, path, old, new):
    """A copy of the library with the bug in it."""
    for part in ('include', 'src'):
        shutil.copytree(os.path.join(root, part), os.path.join(folder, part))
    with open(os.path.join(folder, path)) as source:
        text = source.read()
    if text.count(old) != 1:
        raise Problem('the text to change stands %d times in %s' % (text.count(old), path))
    with open(os.path.join(folder, path), 'w') as out:
        out.write(text.replace(old, new))
    return folder


class Hunt:
    """The same programs for every mutant; those that differ without any bug seeded show nothing."""
    def __init__(self, root, folder, seed, jobs):
        self.root, self.folder, self.seed = root, folder, seed
        self.pool = concurrent.futures.ThreadPoolExecutor(max(1, jobs))
        self.toolchain = Toolchain(root, os.path.join(folder, 'sound')).prepare()
        self.sound = list(self.pool.map(self.sound_batch, range(BATCHES)))
        self.differ_anyway = {d.number for batch in self.sound for d in batch.differences()}

    def sound_batch(self, n):
        programs = [suite.make_program(self.seed, i) for i in range(n * BATCH, (n + 1) * BATCH)]
        return Batch(programs, self.toolchain, 'sound%d' % n).execute()

    def toolchain_for(self, folder, path, old, new):
        root = mutated(self.root, os.path.join(folder, 'library'), path, old, new)
        if path.startswith('src/') and path.endswith('.cpp'):
            return Toolchain(root, os.path.join(folder, 'build'), self.toolchain, os.path.basename(path)).prepare()
        return Toolchain(root, os.path.join(folder, 'build')).prepare()

    def run(self, name, path, old, new):
        """(number of the first program that noticed, how), or (None, '')."""
        folder = tempfile.mkdtemp(dir=self.folder)
        try:
            toolchain = self.toolchain_for(folder, path, old, new)
            for n, sound in enumerate(self.sound):
                batch = Batch(sound.programs, toolchain, 'mutant%d' % n).execute(like=sound)
                found = [d for d in batch.differences() if d.number not in self.differ_anyway]
                if found:
                    return found[0].number, '%s, not %s' % (found[0].actual or 'the end', found[0].expected or 'the end')
            return None, ''
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def run(root, folder, seed, words, jobs):
    """Exit code."""
    chosen = [m for m in suite.MUTATIONS if all(w in m[0] for w in words)]
    hunt = Hunt(root, folder, seed, jobs)
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
