// as_completed(): who gets which of the futures that are done.
#include <lasti/as_completed.hpp>

#include <new>

#include <lasti/detail/loop_core.hpp>

namespace lasti {
namespace detail {

counted<completion_state> completion_state::make(loop_core& loop, std::size_t capacity) {
    void* const room = ::operator new(sizeof(completion_state) +
                                      capacity * (sizeof(watch) + sizeof(future_state*)));
    return counted<completion_state>(::new (room) completion_state(loop, capacity));
}

static_assert(sizeof(completion_state) % alignof(watch) == 0 &&
                  sizeof(watch) % alignof(future_state*) == 0,
              "the watches lie behind it, and what is done behind them");

completion_state::completion_state(loop_core& owner, std::size_t capacity) noexcept
    : callback_state(owner), watcher(static_cast<runnable&>(*this)),
      watches_(static_cast<void*>(this + 1)),
      done_(reinterpret_cast<future_state**>(watches_.begin() + capacity)) {}

void completion_state::last_handle_gone() noexcept {
    if (references != 0) return;
    void* const room = this;
    this->~completion_state();
    ::operator delete(room);
}

// ---- the futures --------------------------------------------------------------------------------

void completion_state::add(future_state& child) {
    check_loop(*loop, child);
    if (child.is_marked) return;
    child.is_marked = true;
    watches_.add(*this, child, nullptr).begin();
}

future_state* completion_state::task_of(frame const& coroutine) const noexcept {
    return static_cast<awaiting_frame const&>(coroutine).owned ? watches_.task_of(coroutine)
                                                               : nullptr;
}

void completion_state::all_added() noexcept {
    for (watch& w : watches_) w.child().is_marked = false;
}

void completion_state::limit(delay time) {
    if (time.is_nan()) throw_out(value_error("as_completed: the timeout is NaN"));
    if (watches_.size() > 0) call_at(loop->later_by(time.count()));
}

void completion_state::child_done(watch& which) {
    put(&which.child());
    if (finished_ == watches_.size()) stop_waiting();
}

// The time is over: each that is not done stands for one who is told so.
void completion_state::call() {
    const std::size_t late = watches_.size() - finished_;
    for (watch& w : watches_) w.end();
    for (std::size_t i = 0; i < late; ++i) put(nullptr);
}

void completion_state::put(future_state* done) noexcept {
    done_[finished_++] = done;
    askers.wake_first();
}

// ---- those who ask ------------------------------------------------------------------------------

bool completion_state::hand_out() noexcept {
    if (handed_out_ == watches_.size()) return false;
    ++handed_out_;
    return true;
}

bool completion_state::redeem() noexcept {
    if (redeemed_ == handed_out_) return false;
    ++redeemed_;
    return true;
}

void completion_state::take_next() noexcept { current = counted<future_state>(done_[taken_++]); }

error completion_request_base::too_late() {
    return error::make(timeout_error("as_completed: the time was over before all were done"));
}

error completion_request_base::asked_again() {
    return error::make(runtime_error("cannot reuse already awaited item of as_completed()"));
}

counted<future_state> completion_request_base::taken() {
    if (!state_ || !state_->current)
        throw_out(runtime_error("await wasn't used with future: nothing of as_completed() was done "
                                "when its awaiter went on"));
    return std::move(state_->current);
}

bool completion_request_base::take_if_done() noexcept {
    if (state_->nothing_done()) return false;
    state_->take_next();
    return true;
}

void completion_request_base::arm(task_state& task) {
    state_->askers.add(node_, task);
    task.asks_request = true;
}

bool completion_request_base::cancel(task_state& task, std::string const& message) {
    if (task.wait != wait_state::waiting) return false;
    node_.unlink();
    task.wait = wait_state::cancelled;
    task.wake(error::make(cancelled_error(message)));
    return true;
}

// As with a queue: it was woken because one was done, but somebody who did not wait may have taken
// that since.
bool completion_request_base::go_on(task_state& task, error& thrown) {
    if (thrown) {
        back_out();
        return true;
    }
    if (state_->nothing_done()) {
        arm(task);
        return false;
    }
    leave();
    state_->take_next();
    thrown = problem();
    return true;
}

wait_state completion_request_base::leave() noexcept {
    task_state& task = wait_list::task_of(node_);
    const wait_state fared = task.wait;
    node_.unlink();
    node_.who = nullptr;
    task.wait = wait_state::none;
    return fared;
}

void completion_request_base::back_out() noexcept {
    if (leave() == wait_state::woken && !state_->nothing_done()) state_->askers.wake_first();
}

}  // namespace detail
}  // namespace lasti
