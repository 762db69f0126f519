// The clocks of event loops.
#include <lasti/clock.hpp>

#include <lasti/error.hpp>
#include <lasti/exceptions.hpp>

namespace lasti {

loop_clock::~loop_clock() {}

bool loop_clock::jump_to(time_point) { return false; }

steady_clock::steady_clock() : start_(std::chrono::steady_clock::now()) {}

steady_clock::~steady_clock() {}

loop_clock::time_point steady_clock::now() const {
    return std::chrono::duration_cast<time_point>(std::chrono::steady_clock::now() - start_);
}

virtual_clock::virtual_clock() : now_(time_point::zero()) {}

virtual_clock::~virtual_clock() {}

loop_clock::time_point virtual_clock::now() const { return now_; }

bool virtual_clock::jump_to(time_point deadline) {
    if (deadline > now_) now_ = deadline;
    return true;
}

void virtual_clock::advance(delay time) {
    if (time.is_nan() || time.is_negative())
        detail::throw_out(value_error("virtual_clock::advance: time cannot go back, nor by NaN"));
    now_ = time.count() > time_point::max() - now_ ? time_point::max() : now_ + time.count();
}

}  // namespace lasti
