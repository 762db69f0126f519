// Task groups: who is cancelled when one fails, and what leaves when all are done.
#include <lasti/task_group.hpp>

#include <lasti/detail/loop_core.hpp>

namespace lasti {
namespace detail {

void task_group_state::destroy() noexcept { delete this; }

void task_group_state::enter() {
    if (entered_) throw_out(runtime_error("TaskGroup has already been entered"));
    task_state* const parent = running_core().current_task;
    if (!parent)
        throw_out(runtime_error(
            "TaskGroup cannot determine the parent task: it is entered outside of one"));
    parent_ = counted<future_state>(parent);
    ++parent->open_scopes;
    entered_ = true;
}

event_loop& task_group_state::check_can_add() const {
    if (!entered_) throw_out(runtime_error("TaskGroup has not been entered"));
    if (exiting_ && children_.empty()) throw_out(runtime_error("TaskGroup is finished"));
    if (aborting_) throw_out(runtime_error("TaskGroup is shutting down"));
    return any_future(parent_.get()).get_loop();
}

void task_group_state::add(any_task child) {
    children_.push_back(child);
    const std::list<any_task>::iterator place = --children_.end();
    const counted<task_group_state> self(this);
    // Through the loop even if it is done already, being eager: the body goes on to its next await
    // first.
    call_when_done(*child.shared_state(), [self, place] {
        self->child_done(place);
    })->on_behalf_of = parent_.get();
}

void task_group_state::child_done(std::list<any_task>::iterator child) {
    const any_task done = *child;
    children_.erase(child);
    if (leaving_ && children_.empty()) {
        task_state* const woken = leaving_;
        leaving_ = nullptr;
        woken->wake();
    }
    if (done.cancelled()) return;
    const error problem = done.exception();
    if (!problem) return;
    errors_.push_back(problem);
    if (!parent_ || parent_->done()) {
        future_state& failed = *done.shared_state();
        exception_context context = about(
            failed, "a task of a TaskGroup has failed, but its parent task is already completed");
        context.exception = problem;
        return failed.loop->report(context);
    }
    if (aborting_ || parent_cancel_requested_) return;
    abort();
    parent_cancel_requested_ = true;  // taken back in finish_exit()
    parent_->cancel(std::string());
}

void task_group_state::abort() {
    aborting_ = true;
    for (any_task const& child : children_) child.cancel();
}

void task_group_state::begin_exit(error raised) {
    exiting_ = true;
    raised_ = std::move(raised);
    if (raised_.is<cancelled_error>()) cancellation_ = raised_;
    if (raised_ && !aborting_) abort();
}

void task_group_state::interrupted(error thrown) {
    leaving_ = nullptr;
    if (aborting_ || !thrown.is<cancelled_error>()) return;
    cancellation_ = std::move(thrown);
    abort();
}

error task_group_state::finish_exit() {
    task_state& parent = *parent_->as_task();
    const counted<future_state> held(std::move(parent_));
    --parent.open_scopes;
    std::vector<error> errors(std::move(errors_));
    error cancellation(std::move(cancellation_));
    const error raised(std::move(raised_));
    if (parent_cancel_requested_ && parent.uncancel() == 0) cancellation = error();
    if (cancellation && errors.empty()) return cancellation == raised ? error() : cancellation;
    if (raised && !raised.is<cancelled_error>()) errors.push_back(raised);
    if (errors.empty()) return error();
    // Somebody outside wants the task cancelled, too: the group goes first, and the next await
    // raises that.
    if (parent.cancelling > 0) {
        parent.uncancel();
        parent.cancel(std::string());
    }
    return error::make(exception_group("unhandled errors in a TaskGroup", std::move(errors)));
}

std::string task_group_state::describe() const {
    std::string names;
    for (any_task const& child : children_)
        names += (names.empty() ? "" : ", ") + child.shared_state()->describe();
    return "the tasks of a group: " + names;
}

// ---- the request of aexit() ---------------------------------------------------------------------

void task_group_exit_request::arm(task_state& task) {
    task.asks_request = true;
    group_->wait(&task);
}

bool task_group_exit_request::cancel(task_state& task, std::string const& message) {
    if (!group_->is_waiting()) return false;
    group_->wait(nullptr);
    task.wake(error::make(cancelled_error(message)));
    return true;
}

bool task_group_exit_request::go_on(task_state& task, error& thrown) {
    if (thrown) group_->interrupted(std::move(thrown));
    thrown = error();
    if (group_->has_children()) {
        arm(task);
        return false;
    }
    thrown = group_->finish_exit();
    return true;
}

}  // namespace detail
}  // namespace lasti
