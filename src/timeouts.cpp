// Timeouts: a timer that cancels its task, and takes the cancellation back where control leaves.
#include <lasti/timeouts.hpp>

#include <limits>

#include <lasti/detail/loop_core.hpp>
#include <lasti/exception_group.hpp>

namespace lasti {
namespace detail {

timeout_state::timeout_state(loop_core& owner, loop_clock::time_point deadline) noexcept
    : deadline_timer(owner), when_(deadline) {}

void timeout_state::enter() {
    if (at_ != state::created) throw_out(runtime_error("Timeout has already been entered"));
    if (!loop->current_task) throw_out(runtime_error("Timeout should be used inside a task"));
    task_ = counted<task_state>(loop->current_task);
    ++task_->open_scopes;
    cancelling_at_entry_ = task_->cancelling;
    at_ = state::entered;
    arm_unless_never();
}

void timeout_state::arm_unless_never() {
    if (when_ != never()) arm(when_);
    else disarm();
}

void timeout_state::reschedule(loop_clock::time_point deadline) {
    switch (at_) {
    case state::entered:
        when_ = deadline;
        return arm_unless_never();
    case state::created:
        throw_out(runtime_error("Timeout has not been entered"));
    default:
        throw_out(runtime_error(std::string("Cannot change state of ") +
                                (at_ == state::expiring  ? "expiring"
                                 : at_ == state::expired ? "expired"
                                                         : "finished") +
                                " Timeout"));
    }
}

void timeout_state::expire() {
    at_ = state::expiring;
    task_->cancel(std::string());
}

namespace {

// An exception that was raised while the cancellation was on its way shows in its context that it
// timed out.
void show_in_context(error raised) {
    for (error e = std::move(raised); e; e = e.context()) {
        if (!e.context().is<cancelled_error>()) continue;
        e.set_context(timed_out(e.context()));
        return;
    }
}

}  // namespace

error timeout_state::exit(error raised) {
    disarm();
    const counted<task_state> task(std::move(task_));
    task_ = nullptr;
    --task->open_scopes;
    if (at_ == state::entered) at_ = state::exited;
    if (at_ != state::expiring) return error();
    at_ = state::expired;
    // More requests than at entry: somebody else wants it cancelled, too, and that goes first.
    if (task->uncancel() > cancelling_at_entry_ || !raised) return error();
    if (raised.is<cancelled_error>()) return timed_out(raised);
    show_in_context(raised);
    if (exception_group const* const group = raised.as<exception_group>())
        for (error const& e : group->exceptions()) show_in_context(e);
    return error();
}

error timed_out(error const& cancellation) {
    error made = error::make(timeout_error("timed out"));
    made.set_cause(cancellation);
    made.set_context(cancellation);
    return made;
}

// ---- cancel_and_wait ----------------------------------------------------------------------------

cancel_and_wait_request::~cancel_and_wait_request() { callback_.cancel(); }

std::string cancel_and_wait_request::describe() const {
    return "the end of " + future_->describe();
}

void cancel_and_wait_request::arm(task_state& task) {
    // Not on the future itself: a cancellation of this wait must not be taken for one of the
    // future.
    waiting_ = &task;
    cancel_and_wait_request* const self = this;
    callback_ = handle(call_when_done(*future_, [self] {
        task_state* const woken = self->waiting_;
        self->waiting_ = nullptr;
        if (woken) woken->wake();
    }));
    callback_.shared_state()->on_behalf_of = &task;
    future_->cancel(std::string());
}

bool cancel_and_wait_request::cancel(task_state& task, std::string const& message) {
    if (!waiting_) return false;
    disarm(task);
    task.wake(error::make(cancelled_error(message)));
    return true;
}

void cancel_and_wait_request::disarm(task_state&) noexcept {
    waiting_ = nullptr;
    callback_.cancel();
}

}  // namespace detail

namespace {

double seconds_or_infinity(loop_clock::time_point when) {
    return when == detail::timeout_state::never() ? std::numeric_limits<double>::infinity()
                                                  : delay(when).in_seconds();
}

detail::loop_core& core_for(delay time, const char* function) {
    if (time.is_nan()) detail::throw_out(value_error(std::string(function) + ": the time is NaN"));
    return detail::running_core();
}

}  // namespace

timeout::timeout(delay time) {
    detail::loop_core& core = core_for(time, "timeout");
    state_ = detail::counted<detail::timeout_state>(
        new detail::timeout_state(core, core.later_by(time.count())));
}

timeout::timeout(forever_tag)
    : state_(new detail::timeout_state(detail::running_core(), detail::timeout_state::never())) {}

timeout timeout_at(delay when) {
    timeout made;
    detail::loop_core& core = core_for(when, "timeout_at");
    made.state_ =
        detail::counted<detail::timeout_state>(new detail::timeout_state(core, when.count()));
    return made;
}

void timeout::reschedule(delay when) const {
    if (when.is_nan()) detail::throw_out(value_error("reschedule: the time is NaN"));
    get().reschedule(when.count());
}

void timeout::reschedule(forever_tag) const { get().reschedule(detail::timeout_state::never()); }

double timeout::when() const { return seconds_or_infinity(get().when()); }

}  // namespace lasti
