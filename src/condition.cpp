// Conditions: no wake-up is lost, and nobody leaves a wait without the lock.
#include <lasti/condition.hpp>

#include <limits>

namespace lasti {

namespace detail {

condition_state::~condition_state() {
    if (only_awaited_) --lock->awaited_by;
}

void condition_state::require_lock(const char* operation) const {
    if (!lock->locked) not_locked(operation).rethrow();
}

error condition_state::not_locked(const char* operation) const {
    return error::make(
        runtime_error(std::string("cannot ") + operation + " on un-acquired lock: " + title()));
}

std::string condition_state::describe() const {
    const std::size_t waiting = waiters.size();
    return title() + (lock->locked ? " [locked" : " [unlocked") +
           (waiting ? ", waiters:" + std::to_string(waiting) : std::string()) + ']';
}

void condition_state::fail_waiters(error const& what) noexcept {
    waiters.fail_all(what);
    // If nobody else knows the lock either, those who wait to have it again wait for ever.
    if (only_awaited_) return;
    only_awaited_ = true;
    ++lock->awaited_by;
    lock->retain();
    lock->release();
}

// ---- condition_waiter ---------------------------------------------------------------------------

void condition_waiter::begin_wait(condition_state& c, task_state& task) {
    c.lock->unlock();
    task.wait_stage = for_notify;
    task.asks_request = true;
    if (is_armed()) c.waiters.add(node_, task);
    else enter(c.waiters, task);
}

void condition_waiter::wait_for_lock(lock_state& l, task_state& task) {
    task.wait_stage = for_lock;
    task.asks_request = true;
    if (is_armed()) l.waiters.add(node_, task);
    else enter(l.waiters, task);
    // If nobody knows the lock any more who could unlock it, this fails the wait at once.
    l.retain();
    l.release();
}

condition_waiter::waited condition_waiter::go_on_waiting(condition_state& c, task_state& task,
                                                         error& thrown) {
    lock_state& l = *c.lock;
    node_.unlink();
    bool has_lock = false, may_try = true;
    if (thrown) {
        may_try = task.wait_stage == for_notify || thrown.is<cancelled_error>();
        if (task.wait_stage == for_lock && !l.locked) l.wake_up_first();
        pending_ = std::move(thrown);  // of several the last one
        thrown = error();
    } else {
        has_lock = task.wait_stage == for_lock;
    }
    if (!has_lock && may_try && l.is_free()) has_lock = true;
    else if (!has_lock && may_try && l.is_foreign()) pending_ = l.foreign();
    else if (!has_lock && may_try) {
        wait_for_lock(l, task);
        return waited::on;
    }
    if (has_lock) l.take(task.stands_at());
    thrown = std::move(pending_);
    pending_ = error();
    // It may have been notified. A wake-up too many is allowed, one too few is not.
    if (thrown) c.notify(1);
    return has_lock ? waited::over : waited::over_without_lock;
}

bool condition_waiter::back_out_of_wait(condition_state& c) noexcept {
    leave();
    c.notify(1);
    // Past those who queue, who may never have a turn again: the frame lets go of the lock at once,
    // if it does at all.
    const bool has_lock = !c.lock->locked;
    c.lock->locked = true;
    return has_lock;
}

bool condition_waiter::cancel(task_state& task, std::string const& message) {
    // In the list of a lock one stays until its turn: see lock_state.
    return task.wait_stage == for_lock ? give_up(task, message)
                                       : wait_request::cancel(task, message);
}

// ---- condition_request --------------------------------------------------------------------------

error condition_request::problem() const {
    return state().lock->locked ? owner_->foreign() : state().not_locked("wait");
}

void condition_request::arm(task_state& task) { begin_wait(state(), task); }

bool condition_request::go_on(task_state& task, error& thrown) {
    if (go_on_waiting(state(), task, thrown) == waited::on) return false;
    leave();
    forget_owner();
    return true;
}

}  // namespace detail

condition::condition(std::string name) : condition(lock(), std::move(name)) {}

condition::condition(lock const& with, std::string name)
    : state_(new detail::condition_state(with.shared_state(), std::move(name))) {}

void condition::notify(std::size_t n) const {
    get().require_lock("notify");
    get().notify(n);
}

void condition::notify_all() const { notify(std::numeric_limits<std::size_t>::max()); }

}  // namespace lasti
