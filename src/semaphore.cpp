// Semaphores: units that go from who releases to who waits.
#include <lasti/semaphore.hpp>

namespace lasti {

namespace detail {

semaphore_state::semaphore_state(std::ptrdiff_t initial, bool bounded, std::string given_name)
    : waitable(std::move(given_name)), value(initial), bound(bounded ? initial : -1) {
    if (initial < 0)
        throw_out(value_error("Semaphore initial value must be >= 0: " + title() + " with " +
                              std::to_string(initial)));
}

void semaphore_state::give_back() {
    if (LASTI_UNLIKELY(bound >= 0 && value >= bound))
        throw_out(value_error("BoundedSemaphore released too many times: " + title()));
    ++value;
    wake_up_next();
}

bool semaphore_state::wake_up_next() noexcept {
    if (!waiters.wake_first()) return false;
    --value;
    ++woken;
    return true;
}

std::string semaphore_state::describe() const {
    std::string text = title() + (is_free() ? " [unlocked, value:" + std::to_string(value)
                                            : std::string(" [locked"));
    if (!waiters.empty()) text += ", waiters:" + std::to_string(waiters.size());
    return text + ']';
}

bool semaphore_request::ready() noexcept {
    if (!state().is_free()) return owner_->is_foreign();
    --state().value;
    forget_owner();
    return true;
}

void semaphore_request::arm(task_state& task) {
    enter(state().waiters, task);
    task.asks_request = true;
}

bool semaphore_request::go_on(task_state&, error& thrown) {
    if (thrown) {
        back_out();
        return true;
    }
    step_out();
    // Others may have come who had to wait for this one's turn.
    state().wake_up_all_there_is_for();
    forget_owner();
    return true;
}

wait_state semaphore_request::step_out() noexcept {
    const wait_state fared = leave();
    if (fared == wait_state::woken) --state().woken;
    return fared;
}

void semaphore_request::back_out() noexcept {
    if (step_out() == wait_state::woken) ++state().value;
    state().wake_up_all_there_is_for();
}

}  // namespace detail

semaphore::semaphore(std::ptrdiff_t value, std::string name)
    : state_(new detail::semaphore_state(value, false, std::move(name))) {}

bounded_semaphore::bounded_semaphore(std::ptrdiff_t value, std::string name)
    : semaphore(detail::counted<detail::semaphore_state>(
          new detail::semaphore_state(value, true, std::move(name)))) {}

}  // namespace lasti
