// Cancel scopes: which of a task's scopes are cancelled decides whether its AWAITs raise.
#include <lasti/cancel_scope.hpp>

#include <limits>

#include <lasti/detail/loop_core.hpp>
#include <lasti/exceptions.hpp>

namespace lasti {
namespace detail {

class cancel_scope_state::timer final : public deadline_timer {
public:
    timer(loop_core& owner, cancel_scope_state& scope) noexcept
        : deadline_timer(owner), scope_(&scope) {}

private:
    ~timer() override {}
    void expire() override {
        scope_->has_expired_ = true;
        scope_->cancel();
    }
    cancel_scope_state* scope_;  // disarms this before it goes
};

cancel_scope_state::cancel_scope_state() {}

cancel_scope_state::~cancel_scope_state() { leave(); }

void cancel_scope_state::destroy() noexcept { delete this; }

void cancel_scope_state::cancel() {
    if (cancel_called) return;
    cancel_called = true;
    if (task_) task_->scopes_changed();
}

void cancel_scope_state::set_shield(bool on) {
    shield = on;
    if (task_) task_->scopes_changed();
}

void cancel_scope_state::set_deadline(loop_clock::time_point when) {
    deadline = when;
    is_relative = false;
    if (task_) arm_timer();
}

void cancel_scope_state::arm_timer() {
    if (!timer_) timer_ = counted<timer>(new timer(*task_->loop, *this));
    timer_->arm(deadline);
}

void cancel_scope_state::enter() {
    if (was_entered_) throw_out(runtime_error("a cancel_scope can be entered only once"));
    task_state* const task = running_core().current_task;
    if (!task) throw_out(runtime_error("a cancel_scope is entered inside a task"));
    was_entered_ = true;
    task_ = counted<task_state>(task);
    cancelling_at_entry_ = task->cancelling;
    outer = task->innermost_scope;
    task->innermost_scope = this;
    ++task->open_scopes;
    if (is_relative) deadline = task->loop->later_by(deadline);
    if (deadline != loop_clock::time_point::max()) arm_timer();
    task->scopes_changed();
}

void cancel_scope_state::leave() noexcept {
    if (timer_) timer_->disarm();
    if (!task_) return;
    cancel_scope_state** link = &task_->innermost_scope;
    while (*link != this) link = &(*link)->outer;
    *link = outer;
    --task_->open_scopes;
    task_->scopes_changed();
    task_ = nullptr;
}

error cancel_scope_state::exit(error raised) {
    const counted<task_state> task(task_);
    leave();
    // It ends here only if nobody else wants it: neither an outer scope nor task::cancel().
    const bool is_ours = cancel_called && raised.is<cancelled_error>() &&
                         !task->is_scope_cancelled && task->cancelling <= cancelling_at_entry_;
    if (!is_ours) return raised;
    cancelled_caught = true;
    if (!fails || !has_expired_) return error();
    error too_late = error::make(timeout_error("fail_after: time ran out"));
    too_late.set_cause(raised);
    return too_late;
}

// ---- in the task --------------------------------------------------------------------------------

void task_state::scopes_changed() {
    bool cancelled = false;
    for (cancel_scope_state* s = innermost_scope; s && !cancelled;
         s = s->shield ? nullptr : s->outer)
        cancelled = s->cancel_called;
    is_scope_cancelled = cancelled;
    request* const asked = cancelled ? waiting_for() : nullptr;
    if (asked) cancel_wait(*asked);
}

}  // namespace detail

void cancel_scope::set_deadline(delay when) const {
    if (when.is_nan()) detail::throw_out(value_error("cancel_scope: the deadline is NaN"));
    state_->set_deadline(when.count());
}

double cancel_scope::deadline() const noexcept {
    const bool none = state_->deadline == loop_clock::time_point::max();
    return none ? std::numeric_limits<double>::infinity() : delay(state_->deadline).in_seconds();
}

cancel_scope move_on_after(delay time) {
    cancel_scope made;
    made.set_deadline(time);
    made.state_->is_relative = true;
    return made;
}

cancel_scope fail_after(delay time) {
    cancel_scope made = move_on_after(time);
    made.state_->fails = true;
    return made;
}

}  // namespace lasti
