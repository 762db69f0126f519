// Cancelling goes inward: from a task to what it awaits, from a gather() to each of its children,
// and on from there.
//
// asyncio recurses, once for every link. Here the way that led here is a list, so no length
// overflows anything; and where tasks await each other in a circle, a cancellation that would go
// round for ever is seen.
#include <vector>

#include <lasti/detail/gathering.hpp>
#include <lasti/detail/task_state.hpp>

#include "trace_watcher.hpp"

namespace lasti {
namespace detail {

namespace {

enum class answer {
    refused,  // it was done, or nothing of it could be cancelled any more
    accepted,
    circle  // it leads back to where the cancellation comes from
};

struct stop {
    future_state* who;
    std::size_t child;  // of a gathering: to which the way leads
    bool accepted;      // of a gathering: a child before that has accepted …
    bool circle;        // … or led back
};

class cancellation {
public:
    explicit cancellation(std::string const& message) : message_(message) {}

    bool of(future_state& first) {
        answer said = ask(first);
        while (!way_.empty()) said = go_on(said);
        return said != answer::refused;
    }

private:
    // Asks `who`, and what it waits for, until somebody answers.
    answer ask(future_state& first) {
        for (future_state* who = &first;;) {
            if (who->being_cancelled) return answer::circle;
            if (who->done()) {
                if (!who->as_gathering())
                    who->retrieved = true;  // who cancels it does not ask how it ended
                return answer::refused;
            }
            if (gathering* const g = who->as_gathering()) {
                enter(*who);
                who = &g->child(0);
            } else if (task_state* const task = who->as_task()) {
                ++task->cancelling;
                if (thread_watcher* const watcher = thread_watcher::here())
                    watcher->cancel_asked(*task);
                request* const waits_for = task->exception ? nullptr : task->waiting_for();
                future_state* const awaited = waits_for ? waits_for->awaited_future() : nullptr;
                if (!awaited || !(awaited->as_task() || awaited->as_gathering())) {
                    if (!waits_for || !waits_for->cancel(*task, message_))
                        task->cancel_next_step(message_);
                    return answer::accepted;
                }
                enter(*who);
                who = awaited;
            } else {
                return who->cancel(message_) ? answer::accepted : answer::refused;
            }
        }
    }
    void enter(future_state& who) {
        way_.push_back(stop{&who, 0, false, false});
        who.being_cancelled = true;
    }
    // Brings an answer to the innermost on the way; what is said then.
    answer go_on(answer said) {
        stop& here = way_.back();
        if (task_state* const task = here.who->as_task()) {
            if (said == answer::circle) {
                task->waiting_for()->disarm(*task);
                task->wake(error::make(cancelled_error(message_)));
            } else if (said == answer::refused) {
                task->cancel_next_step(message_);
            }
            return leave(answer::accepted);
        }
        gathering& g = *here.who->as_gathering();
        if (said == answer::accepted) here.accepted = true;
        if (said == answer::circle) here.circle = true;
        if (++here.child < g.size()) return ask(g.child(here.child));
        if (here.accepted) g.cancel_requested = true;
        return leave(here.circle     ? answer::circle
                     : here.accepted ? answer::accepted
                                     : answer::refused);
    }
    answer leave(answer said) noexcept {
        way_.back().who->being_cancelled = false;
        way_.pop_back();
        return said;
    }

    std::string const& message_;
    std::vector<stop> way_;
};

}  // namespace

bool cancel_inward(future_state& first, std::string const& message) {
    return cancellation(message).of(first);
}

}  // namespace detail
}  // namespace lasti
