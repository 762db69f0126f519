"""Bugs of schedulers: (name, file, text there, text in its place).

The text must stand in the file just once; `mutants` fails where it no longer does, and then this
list is to be mended: seed the same bug where the code has gone. Most are in src/, where only one
file is to be compiled anew.
"""
LOCK, SEMAPHORE, CONDITION = 'src/lock.cpp', 'src/semaphore.cpp', 'src/condition.cpp'
QUEUE, BARRIER, EVENT = 'src/queue.cpp', 'src/barrier.cpp', 'include/lasti/event.hpp'
TASK, CANCEL, FUTURE, LOOP = 'src/task.cpp', 'src/cancel.cpp', 'src/future.cpp', 'src/loop_core.cpp'
TIMEOUTS, GROUP, GATHER = 'src/timeouts.cpp', 'src/task_group.cpp', 'src/gather.cpp'
SHIELD, WAIT = 'src/shield.cpp', 'src/wait.cpp'
SLEEP, GENERATORS = 'src/sleep.cpp', 'src/async_generator.cpp'

MUTATIONS = [
    # Wake-ups that are lost
    ('a lock that is released wakes nobody', LOCK,
     '    holder = nullptr;\n    wake_up_first();',
     '    holder = nullptr;'),
    ('who was woken for a lock and is cancelled does not wake the next', LOCK,
     '    if (!state().locked) state().wake_up_first();',
     ''),
    ('who was notified and is cancelled keeps the notification', CONDITION,
     '    if (thrown) c.notify(1);',
     ''),
    ('who was woken for a semaphore and is cancelled keeps the unit', SEMAPHORE,
     'if (step_out() == wait_state::woken) ++state().value;',
     'step_out();'),
    ('a semaphore forgets those who came while somebody was woken', SEMAPHORE,
     '    step_out();\n    // Others may have come who had to wait for this one\'s turn.\n'
     '    state().wake_up_all_there_is_for();',
     '    step_out();'),
    ('who was woken for an item and is cancelled does not wake the next', QUEUE,
     'if (leave() == wait_state::woken && !queue().empty()) queue().getters.wake_first();',
     'leave();'),
    ('who was woken for room and is cancelled does not wake the next', QUEUE,
     'if (leave() == wait_state::woken && !queue().full()) queue().putters.wake_first();',
     'leave();'),
    ('a woken getter does not look whether the item is still there', QUEUE,
     'if (queue().empty() && !queue().is_shut_down) {',
     'if (false) {'),
    ('shutdown() leaves the putters waiting', QUEUE,
     '    getters.wake_all();\n    putters.wake_all();',
     '    getters.wake_all();'),
    ('task_done() does not wake who joins', QUEUE,
     'if (--unfinished == 0) joiners.wake_all();',
     '--unfinished;'),
    ('set() wakes only the first', EVENT,
     'waiters.wake_all();',
     'waiters.wake_first();'),
    ('a barrier that all have left does not open again', BARRIER,
     'if (is_closed()) state = status::filling;',
     ''),

    # Cancellations
    ('a cancellation is dropped in the step that returns', TASK,
     'if (why == step::returned && !must_cancel) {',
     'if (why == step::returned) {'),
    ('the cancellation of a task that was woken is dropped', CANCEL,
     '                    if (!waits_for || !waits_for->cancel(*task, message_))\n'
     '                        task->cancel_next_step(message_);',
     '                    if (waits_for) waits_for->cancel(*task, message_);'),
    ('the first message of a cancellation stays', TASK,
     '    delete message;\n    message = text.empty() ? nullptr : new std::string(text);',
     '    if (!message && !text.empty()) message = new std::string(text);'),
    ('uncancel() leaves the cancellation that is on its way', TASK,
     'if (cancelling > 0 && --cancelling == 0) must_cancel = false;',
     'if (cancelling > 0) --cancelling;'),
    ('a gather() forgets that it was cancelled', CANCEL,
     'if (here.accepted) g.cancel_requested = true;',
     ''),
    ('a sleeper that was woken is cancelled at once', SLEEP,
     'if (!sleeper_ || !task.is_asleep()) return false;',
     'if (!sleeper_) return false;'),

    # Counts that are not taken back
    ('a timeout forgets to uncancel', TIMEOUTS,
     'if (task->uncancel() > cancelling_at_entry_ || !raised) return error();',
     'if (task->cancelling - 1 > cancelling_at_entry_ || !raised) return error();'),
    ('a timeout does not know what was asked for before it', TIMEOUTS,
     'task->uncancel() > cancelling_at_entry_',
     'task->uncancel() > 0'),
    ('a group forgets to uncancel its parent', GROUP,
     'if (parent_cancel_requested_ && parent.uncancel() == 0) cancellation = error();',
     'if (parent_cancel_requested_) cancellation = error();'),
    ('a group lets the others go on when one fails', GROUP,
     'for (any_task const& child : children_) child.cancel();',
     ''),
    ('a group swallows a cancellation from outside', GROUP,
     '        parent.uncancel();\n        parent.cancel(std::string());',
     ''),

    # Order
    ('callbacks run where the future is set', FUTURE,
     '            callback.make_ready();',
     '            callback.retain();\n            ++callback.loop->callback_count;\n'
     '            callback.run();'),
    ('what becomes ready runs in the same round', LOOP,
     '    ready.begin_round();\n    while (runnable* const next = ready.next_in_round()) next->run();',
     '    while (!ready.empty()) ready.pop().run();'),

    # Results
    ('a gather() whose caller is gone leaves exceptions to be reported', GATHER,
     'child.retrieved = true;  // there is nobody left to be told',
     ''),
    ('a shield() whose caller is gone says nothing of a failure', SHIELD,
     'void shielding::outer_cancelled() noexcept { cancelled_.begin(); }',
     'void shielding::outer_cancelled() noexcept {}'),
    ('FIRST_EXCEPTION takes a cancellation for one', WAIT,
     'child.state == future_state::status::failed) {',
     'child.state != future_state::status::finished) {'),
    ('an async generator is not closed with its loop', GENERATORS,
     'here->async_generators.push_back(started);',
     ''),
]
