"""Seeds each bug of mutations.py into a copy of the headers and looks whether the comparison notices."""
import concurrent.futures
import os
import shutil

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


def hunt(include, folder, seed, header, old, new):
    """How many programs it took to notice the bug, and where; (None, '') if they did not."""
    os.makedirs(folder)
    toolchain = Toolchain(mutated(include, os.path.join(folder, 'include'), header, old, new),
                          os.path.join(folder, 'build')).prepare()
    for n in range(BATCHES):
        batch = Batch([make_program(seed, i) for i in range(n * BATCH, (n + 1) * BATCH)], toolchain, 'mutant').execute()
        found = batch.differences()
        if found:
            first = found[0]
            return first.number + 1, '%s, not %s' % (first.actual or 'the end', first.expected or 'the end')
    return None, ''


def run(include, folder, seed, words, jobs):
    """Exit code."""
    chosen = [m for m in MUTATIONS if all(w in m[0] for w in words)]
    caught = broken = 0
    with concurrent.futures.ThreadPoolExecutor(max(1, jobs)) as pool:
        hunts = [pool.submit(hunt, include, os.path.join(folder, str(i)), seed, *m[1:]) for i, m in enumerate(chosen)]
        for (name, *_), result in zip(chosen, hunts):
            try:
                number, how = result.result()
            except Problem as e:
                broken += 1
                print('BROKEN   %s: %s' % (name, e), flush=True)
                continue
            if number:
                caught += 1
                print('caught   %s: by program %d (%s)' % (name, number, how), flush=True)
            else:
                print('SURVIVED %s' % name, flush=True)
    print('%d mutants, %d caught, %d survived, %d no longer apply' %
          (len(chosen), caught, len(chosen) - caught - broken, broken))
    return 0 if chosen and caught == len(chosen) else 1
