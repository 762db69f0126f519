// Barriers: in, wait, out, and open again.
#include <lasti/barrier.hpp>

#include <limits>

namespace lasti {

namespace detail {

namespace {

const std::size_t all = std::numeric_limits<std::size_t>::max();

}  // namespace

barrier_state::barrier_state(int how_many, std::string given_name)
    : waitable(std::move(given_name)), parties(how_many),
      changed(
          new condition_state(counted<lock_state>(new lock_state(std::string())), std::string())) {
    if (how_many < 1)
        throw_out(
            value_error("parties must be >= 1: " + title() + " for " + std::to_string(how_many)));
}

void barrier_state::reset() noexcept {
    state = count > 0 ? status::resetting : status::filling;
    changed->notify(all);
}

void barrier_state::abort() noexcept {
    state = status::broken;
    changed->notify(all);
}

void barrier_state::leave_one() noexcept {
    if (--count != 0) return;
    if (is_closed()) state = status::filling;
    changed->notify(all);
}

std::string barrier_state::describe() const {
    static const char* const names[] = {"filling", "draining", "resetting", "broken"};
    std::string text = title() + " [" + names[static_cast<int>(state)];
    if (state != status::broken)
        text += ", waiters:" + std::to_string(state == status::filling ? count : 0) + '/' +
                std::to_string(parties);
    return text + ']';
}

void barrier_state::fail_waiters(error const& what) noexcept {
    changed->waiters.fail_all(what);
    lock().waiters.fail_all(what);
}

// ---- wait ---------------------------------------------------------------------------------------

// With the lock held, at the door or after a wait: true, it is through (or has failed); false, it
// is to wait.
bool barrier_request::pass(error& thrown) {
    typedef barrier_state::status status;
    barrier_state& b = state();
    if (where_ != place::inside) {
        where_ = place::outside;
        if (b.is_closed()) return false;
        if (b.state == status::broken) {
            thrown = error::make(broken_barrier_error("Barrier aborted: " + b.title()));
            return true;
        }
        where_ = place::inside;
        index_ = b.count++;
        if (index_ + 1 == b.parties) {
            b.state = status::draining;
            b.changed->notify(all);
        }
    }
    if (b.state == status::filling) return false;
    if (b.state != status::draining)
        thrown = error::make(broken_barrier_error("Abort or reset of barrier: " + b.title()));
    return true;
}

void barrier_request::go_out(bool has_lock) noexcept {
    if (where_ == place::inside) state().leave_one();
    if (has_lock) state().lock().unlock();
}

bool barrier_request::ready() {
    lock_state& l = state().lock();
    if (!l.is_free()) {
        if (owner_->is_foreign()) pending_ = owner_->foreign();
        return static_cast<bool>(pending_);
    }
    l.locked = true;
    if (!pass(pending_)) {
        if (!owner_->is_foreign()) return false;
        pending_ = owner_->foreign();
    }
    go_out(true);
    forget_owner();
    return true;
}

void barrier_request::arm(task_state& task) {
    if (where_ == place::at_the_door) wait_for_lock(state().lock(), task);
    else begin_wait(*state().changed, task);
}

bool barrier_request::go_on(task_state& task, error& thrown) {
    bool has_lock = true;
    if (where_ == place::at_the_door) {
        node_.unlink();
        has_lock = !thrown;
        if (has_lock) state().lock().locked = true;
        else if (!state().lock().locked) state().lock().wake_up_first();
    } else {
        const waited how = go_on_waiting(*state().changed, task, thrown);
        if (how == waited::on) return false;
        has_lock = how == waited::over;
    }
    if (!thrown && !pass(thrown)) {
        begin_wait(*state().changed, task);
        return false;
    }
    go_out(has_lock);
    leave();
    forget_owner();
    return true;
}

void barrier_request::back_out() noexcept {
    if (where_ != place::at_the_door) return go_out(back_out_of_wait(*state().changed));
    leave();
    if (!state().lock().locked) state().lock().wake_up_first();
}

// ---- reset and abort ----------------------------------------------------------------------------

void barrier_order_request::carry_out() noexcept {
    (state().*do_)();
    state().lock().wake_up_first();
    forget_owner();
}

bool barrier_order_request::ready() noexcept {
    if (!state().lock().is_free()) return owner_->is_foreign();
    carry_out();
    return true;
}

void barrier_order_request::arm(task_state& task) {
    enter(state().lock().waiters, task);
    task.asks_request = true;
}

bool barrier_order_request::go_on(task_state&, error& thrown) {
    if (thrown) {
        back_out();
        return true;
    }
    leave();
    carry_out();
    return true;
}

void barrier_order_request::back_out() noexcept {
    leave();
    if (!state().lock().locked) state().lock().wake_up_first();
}

}  // namespace detail

barrier::barrier(int parties, std::string name)
    : state_(new detail::barrier_state(parties, std::move(name))) {}

}  // namespace lasti
