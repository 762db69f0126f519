"""What the programs came by: each await, how it came out, and in which state a cancellation met it."""
import collections


class Coverage:
    def __init__(self):
        self.counts = collections.Counter()

    def add(self, batch):
        for _, what, outcome, count in batch.coverage:
            self.counts[what, outcome] += count

    def report(self, say, complete):
        for what, outcome in sorted(self.counts):
            say('%-20s %-20s %8d' % (what, outcome, self.counts[what, outcome]))
        return False
