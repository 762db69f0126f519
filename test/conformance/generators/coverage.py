"""What the programs came by: which statement, in which clause, during which operation, left which way.

Counted where the Python programs ran (both ran the same, or there is a difference to be told first).
"""
import collections

from generate import CELL_CLAUSES, CELL_OPERATIONS, CELLS, STATEMENT_CELLS, WAYS, WEIGHTS
from model import places

COMPLETE_FROM = 300        # programs: fewer need not have come by everything

# How a statement leaves its clause, by its kind.
WAY_OF = {'normal': 'normal', 'break': 'break', 'continue': 'continue', 'return': 'return', 'raise': 'raise',
          'reraise': 'raise', 'yield': 'yield', 'yield_set': 'yield'}
STATEMENTS = [k for k, _ in WEIGHTS if k not in ('try', 'for', 'forgen', 'while', 'if', 'with')]


class Coverage:
    def __init__(self):
        self.ways = collections.Counter()         # (clause, operation, way out)
        self.met = collections.Counter()          # (clause, operation): it met a generator suspended there
        self.statements = collections.Counter()   # (statement kind, clause)

    def add(self, batch):
        found = {p.number: places(p) for p in batch.programs}
        for number, id, operation, count in batch.coverage:
            if id.startswith('@'):
                id = batch.yields[number].get(int(id[1:]))
                if id is None:
                    continue         # created, or in a generator of the harness
                kind, clauses = found[number][id]
                for clause in set(clauses):
                    self.met[clause, operation] += count
                if operation in ('throw', 'throw_exit', 'close', 'destroy'):
                    self.ways[clauses[0], operation, 'raise'] += count
                continue
            if int(id) not in found[number]:
                raise AssertionError('statement %s ran in program %d, which has none of that number' % (id, number))
            kind, clauses = found[number][int(id)]
            if kind in STATEMENTS:
                self.statements[kind, clauses[0]] += count
            way = WAY_OF.get(kind)
            # A jump leaves all the clauses up to its loop; an exception surely only the innermost.
            for clause in clauses if way in ('break', 'continue', 'return') else clauses[:1]:
                if way:
                    self.ways[clause, operation, way] += count

    def report(self, say, complete):
        """Prints the tables; the cells that were not reached, if `complete`."""
        missed = []

        def table(title, rows, columns, cell, reachable):
            say()
            say(title)
            width = max(len(' '.join(r)) for r in rows) + 2
            say(' ' * width + ''.join('%*s' % (max(8, len(c) + 2), c) for c in columns))
            for r in rows:
                line = ' '.join(r).ljust(width)
                for c in columns:
                    n = cell(r, c)
                    if reachable(r, c) and not n:
                        missed.append('%s, %s' % (' '.join(r), c))
                    line += '%*s' % (max(8, len(c) + 2), n if reachable(r, c) or n else '.')
                say(line)
        cells = set(CELLS)
        table('Ways out of a clause during an operation of the driver (yield: suspended in it)',
              [(c, o) for c in CELL_CLAUSES for o in CELL_OPERATIONS], WAYS,
              lambda r, w: self.ways[r[0], r[1], w], lambda r, w: (r[0], r[1], w) in cells)
        table('Operations that met a generator suspended in a clause, or in one inside it',
              [(c,) for c in CELL_CLAUSES], CELL_OPERATIONS, lambda r, o: self.met[r[0], o], lambda r, o: True)
        table('Statements that ran in a clause', [(s,) for s in STATEMENTS], CELL_CLAUSES,
              lambda r, c: self.statements[r[0], c], lambda r, c: (r[0], c) in STATEMENT_CELLS)
        if missed and complete:
            say('\nnot covered: ' + '; '.join(missed))
        return complete and bool(missed)
