// cancel_scope_state: what the handles of a cancel scope share; its task knows the innermost one.
#ifndef LASTI_DETAIL_CANCEL_SCOPE_STATE_HPP_INCLUDED
#define LASTI_DETAIL_CANCEL_SCOPE_STATE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/clock.hpp>
#include <lasti/detail/counted.hpp>
#include <lasti/detail/deadline_timer.hpp>
#include <lasti/detail/task_state.hpp>
#include <lasti/error.hpp>

namespace lasti {
namespace detail {

class LASTI_API cancel_scope_state {
public:
    cancel_scope_state();
    cancel_scope_state(cancel_scope_state const&) = delete;
    cancel_scope_state& operator=(cancel_scope_state const&) = delete;

    void retain() noexcept { ++references_; }
    void release() noexcept {
        if (--references_ == 0) destroy();
    }

    void cancel();
    void set_shield(bool on);
    void set_deadline(loop_clock::time_point when);
    void enter();
    /// What goes on in place of `raised`: the same, another, or nothing.
    error exit(error raised);

    bool cancel_called = false;
    bool cancelled_caught = false;
    bool shield = false;
    bool fails = false;        // by a timeout_error, when the deadline has passed
    bool is_relative = false;  // the deadline, until it is entered
    loop_clock::time_point deadline = loop_clock::time_point::max();
    cancel_scope_state* outer = nullptr;  // of the same task

private:
    class timer;

    ~cancel_scope_state();
    void destroy() noexcept;
    void leave() noexcept;
    void arm_timer();

    unsigned references_ = 0;
    bool was_entered_ = false;
    bool has_expired_ = false;
    int cancelling_at_entry_ = 0;
    counted<task_state> task_;  // while control is inside
    counted<timer> timer_;
};

}  // namespace detail
}  // namespace lasti

#endif
