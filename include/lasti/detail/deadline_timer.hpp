// deadline_timer: what sleeps in the loop's heap on behalf of a timeout or a cancel scope.
// Allocates nothing.
#ifndef LASTI_DETAIL_DEADLINE_TIMER_HPP_INCLUDED
#define LASTI_DETAIL_DEADLINE_TIMER_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/clock.hpp>
#include <lasti/detail/runnable.hpp>

namespace lasti {
namespace detail {

class LASTI_API deadline_timer : public runnable {
public:
    using runnable::runnable;

    /// expire() is called when the loop's time is `when`, or in the next round if that has passed.
    /// In place of an earlier deadline.
    void arm(loop_clock::time_point when);
    void disarm() noexcept;

    void run() final;
    void discard() noexcept final;

protected:
    virtual void expire() = 0;

private:
    void last_handle_gone() noexcept final;

    bool is_armed_ = false;
    unsigned stale_ = 0;  // of its entries in the deque, how many were disarmed: the first ones
};

}  // namespace detail
}  // namespace lasti

#endif
