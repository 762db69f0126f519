// Timers of timeouts and cancel scopes: from the heap to the deque to expire().
#include <lasti/detail/deadline_timer.hpp>

#include <lasti/detail/counted.hpp>
#include <lasti/detail/loop_core.hpp>

namespace lasti {
namespace detail {

void deadline_timer::arm(loop_clock::time_point when) {
    disarm();
    if (loop->closed) return;
    is_armed_ = true;
    retain();  // the heap's, or the deque's
    if (when <= loop->clock->now()) loop->make_ready(*this);
    else loop->sleep_until(when, *this);
}

void deadline_timer::disarm() noexcept {
    if (!is_armed_) return;
    is_armed_ = false;
    if (is_asleep()) {
        loop->sleeping.remove(*this);
        release();
    } else {
        ++stale_;  // the deque's reference goes when its turn comes
    }
}

void deadline_timer::run() {
    const counted<deadline_timer> held = counted<deadline_timer>::adopt(this);
    if (stale_ > 0) {
        --stale_;
        return;
    }
    is_armed_ = false;
    expire();
}

void deadline_timer::discard() noexcept {
    is_armed_ = false;
    release();
}

void deadline_timer::last_handle_gone() noexcept {
    if (references == 0) delete this;
}

}  // namespace detail
}  // namespace lasti
