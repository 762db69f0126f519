// Locks: first come, first served.
#include <lasti/lock.hpp>

namespace lasti {

namespace detail {

void lock_state::unlock() {
    if (LASTI_UNLIKELY(!locked))
        throw_out(runtime_error("Lock is not acquired: release() of " + title()));
    locked = false;
    holder = nullptr;
    wake_up_first();
}

std::string lock_state::held() const {
    if (!holder) return title();
    return title() + ", held since '" + holder->name + "' (" + holder->file + ':' +
           std::to_string(holder_line) + ')';
}

bool lock_request::ready() noexcept {
    if (!state().is_free()) return owner_->is_foreign();
    state().take(*by_);
    forget_owner();
    return true;
}

void lock_request::arm(task_state& task) {
    enter(state().waiters, task);
    task.asks_request = true;
}

bool lock_request::go_on(task_state&, error& thrown) {
    if (thrown) {
        back_out();
        return true;
    }
    leave();
    state().take(*by_);
    forget_owner();
    return true;
}

void lock_request::back_out() noexcept {
    leave();
    if (!state().locked) state().wake_up_first();
}

}  // namespace detail

lock::lock(std::string name) : state_(new detail::lock_state(std::move(name))) {}

std::string lock::describe() const {
    detail::lock_state const& l = get();
    const std::size_t waiting = l.waiters.size();
    return l.title() + (l.locked ? " [locked" : " [unlocked") +
           (waiting ? ", waiters:" + std::to_string(waiting) : std::string()) + ']';
}

}  // namespace lasti
