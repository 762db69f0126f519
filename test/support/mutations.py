"""The bugs that test/conformance/mutants seeds can still be seeded: the text that each changes stands there just once."""
import json
import subprocess
import sys

import regions
import tap

CONFORMANCE = regions.ROOT / 'test/conformance'
# Modules of one name stand in several suites: each in an interpreter of its own.
LIST = 'import json, sys; sys.path[:0] = sys.argv[1:]; import suite; print(json.dumps(suite.MUTATIONS))'


def mutations(suite):
    made = subprocess.run([sys.executable, '-B', '-c', LIST, str(CONFORMANCE), str(suite)], check=True,
                          stdout=subprocess.PIPE, universal_newlines=True)
    return json.loads(made.stdout)


def misfit(path, old):
    times = (regions.ROOT / path).read_text().count(old)
    return None if times == 1 else 'stands %d times in %s: %s' % (times, path, old)


if __name__ == '__main__':
    tap.run([('%s: %s' % (suite.parent.name, name), lambda path=path, old=old: misfit(path, old))
             for suite in sorted(CONFORMANCE.glob('*/suite.py'))
             for name, path, old, new in mutations(suite.parent)])
