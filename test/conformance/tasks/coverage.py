"""What the programs came by: how each await came out, and where cancellations met the tasks.

Counted where the Python programs ran (both ran the same, or there is a difference to be told).
"""
import collections

COMPLETE_FROM = 2000      # programs: fewer need not have come by everything

OUTCOMES = ['at_once', 'later', 'cancelled', 'error', 'timeout']
MEETINGS = ['met_waiting', 'met_woken', 'met_inside']
WAITS = 'later cancelled met_waiting met_woken'
WAITS_OR_NOT = 'at_once ' + WAITS

# An await, and what can become of it.
AWAITS = [(kind, wanted.split()) for kinds, wanted in [
    ('sleep slept', WAITS),
    ('task future shield gather gathered', WAITS_OR_NOT + ' error'),
    ('ensure', WAITS + ' error'),
    ('call', 'at_once later cancelled error met_inside'),
    ('wait_for', WAITS_OR_NOT + ' error timeout met_inside'),
    ('wait_ALL_COMPLETED wait_FIRST_COMPLETED wait_FIRST_EXCEPTION', WAITS + ' error'),
    ('as_completed async_as_completed', WAITS_OR_NOT + ' error timeout'),
    ('timeout', 'at_once met_inside'),
    ('timeout_exit', 'at_once timeout'),
    ('group', 'at_once met_inside'),
    ('group_exit', WAITS_OR_NOT + ' error'),
    ('lock semaphore condition', WAITS_OR_NOT + ' met_inside'),
    ('lock_exit semaphore_exit condition_exit', 'at_once error'),
    ('condition_wait', WAITS_OR_NOT + ' error'),
    ('event join', WAITS_OR_NOT),
    ('get put', WAITS_OR_NOT + ' error'),
    ('barrier', WAITS_OR_NOT + ' error met_inside'),
    ('barrier_exit barrier_reset barrier_abort', 'at_once'),
    ('async_for anext anext_default asend athrow', 'at_once later cancelled error met_inside'),
    ('aclose', 'at_once later met_inside'),
] for kind in kinds.split()]

ENDS = ['done', 'error']
ACTIONS = [(name, wanted) for names, wanted in [
    ('spawn cancel uncancel set_event clear_event set_variable probe soon later when_done when_set '
     'drop_handle new_future cancel_future new_generator expired shut_down', ['done']),
    ('raise', ['error']),
    ('look release give_back notify put get task_done set_result set_exception get_variable '
     'reschedule never group_spawn', ENDS),
] for name in names.split()]

STATES = ['before_the_start', 'of_itself', 'of_a_task_that_is_done']
ROUNDS = ['round_%d' % n for n in range(7)]


class Coverage:
    def __init__(self):
        self.counts = collections.Counter()

    def add(self, batch):
        for _, what, outcome, count in batch.coverage:
            self.counts[what, outcome] += count

    def report(self, say, complete):
        """Prints the tables; the cells that were not reached, if `complete`."""
        missed = []
        least = []

        def table(title, rows, columns):
            say('\n' + title)
            width = max(len(what) for what, _ in rows) + 2
            say(' ' * width + ''.join('%*s' % (max(9, len(c) + 2), c) for c in columns))
            for what, wanted in rows:
                line = what.ljust(width)
                for c in columns:
                    n = self.counts[what, c]
                    if c in wanted:
                        least.append((n, '%s, %s' % (what, c)))
                        if not n:
                            missed.append(least[-1][1])
                    line += '%*s' % (max(9, len(c) + 2), n if c in wanted or n else '.')
                say(line)
        table('What was awaited: how that came out, and how a cancellation met a task in it',
              AWAITS, OUTCOMES + MEETINGS)
        table('What was done in between', ACTIONS, ENDS)
        table('Other cancellations', [('cancel', STATES)], STATES)
        table('Cancellations of the schedule, so many rounds after their time',
              [('scheduled', ROUNDS)], ROUNDS)
        say('\nleast: %d (%s)' % min(least))
        if missed and complete:
            say('not covered: ' + '; '.join(missed))
        return complete and bool(missed)
