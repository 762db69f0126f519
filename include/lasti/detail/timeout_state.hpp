// timeout_state: what the handles of a timeout share.
#ifndef LASTI_DETAIL_TIMEOUT_STATE_HPP_INCLUDED
#define LASTI_DETAIL_TIMEOUT_STATE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/detail/counted.hpp>
#include <lasti/detail/deadline_timer.hpp>
#include <lasti/detail/task_state.hpp>

namespace lasti {
namespace detail {

class LASTI_API timeout_state final : public deadline_timer {
public:
    timeout_state(loop_core& owner, loop_clock::time_point deadline) noexcept;

    void enter();
    /// What is to be raised in place of `raised`; empty: that itself goes on, if there is any.
    error exit(error raised);
    void reschedule(loop_clock::time_point deadline);
    bool expired() const noexcept { return at_ == state::expiring || at_ == state::expired; }
    loop_clock::time_point when() const noexcept { return when_; }

    static loop_clock::time_point never() noexcept { return loop_clock::time_point::max(); }

private:
    enum class state : unsigned char { created, entered, expiring, expired, exited };

    ~timeout_state() override {}
    void expire() override;
    void arm_unless_never();

    state at_ = state::created;
    int cancelling_at_entry_ = 0;
    loop_clock::time_point when_;
    counted<task_state> task_;  // that it was entered in, while control is inside
};

/// A timeout_error whose cause is the cancellation by which the time limit made itself felt.
LASTI_API error timed_out(error const& cancellation);

}  // namespace detail
}  // namespace lasti

#endif
