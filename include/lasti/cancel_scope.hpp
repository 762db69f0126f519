// cancel_scope: cancels what runs inside a WITH, for as long as control is there. trio.CancelScope,
// anyio's.
//
//     lasti::cancel_scope scope = lasti::move_on_after(5);
//     WITH(scope)
//         AWAIT(slow());                       // after 5 s every AWAIT in here raises
//         cancelled_error …
//     END_WITH                                 // … until control is here, where that ends
//     if (scope.cancelled_caught()) …
//
// asyncio's cancellation is a message, delivered once: who catches it has undone it. A scope's is a
// state: it holds until the WITH is left, so that no clean-up can wait for long by mistake; one
// that must, stands in a shielded scope of its own. Use a scope for "stop this part",
// task::cancel() and timeout() for what asyncio's users expect.
#ifndef LASTI_CANCEL_SCOPE_HPP_INCLUDED
#define LASTI_CANCEL_SCOPE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/clock.hpp>
#include <lasti/detail/cancel_scope_state.hpp>
#include <lasti/detail/counted.hpp>
#include <lasti/error.hpp>

namespace lasti {

/// A handle: copies name the same scope, which is entered once, by a task. Scopes nest; an outer
/// one that is cancelled cancels what runs in the inner ones, but for those that are shielded. Not
/// thread-safe.
class LASTI_API cancel_scope {
public:
    /// Without a deadline.
    cancel_scope() : state_(new detail::cancel_scope_state) {}

    /// From now on every AWAIT inside that has to wait raises cancelled_error, beginning with the
    /// one where the task stands; one that has its result already keeps it. Before it is entered:
    /// from its beginning.
    void cancel() const { state_->cancel(); }
    bool cancel_called() const noexcept { return state_->cancel_called; }
    /// The WITH was left by this scope's cancellation, which ended there.
    bool cancelled_caught() const noexcept { return state_->cancelled_caught; }

    /// While it is set, cancelled scopes outside do not reach what runs in this one.
    /// (task::cancel() does.)
    void set_shield(bool shield) const { state_->set_shield(shield); }
    bool shield() const noexcept { return state_->shield; }

    /// Cancels it when the loop's time() is `when`, in seconds. Throws value_error for NaN.
    void set_deadline(delay when) const;
    /// Seconds of the loop's time(); infinity: none.
    double deadline() const noexcept;

    // The statement calls these.
    cancel_scope enter() const {
        state_->enter();
        return *this;
    }
    error exit(error const& raised) const { return state_->exit(raised); }

private:
    friend LASTI_API cancel_scope move_on_after(delay time);
    friend LASTI_API cancel_scope fail_after(delay time);

    detail::counted<detail::cancel_scope_state> state_;
};

/// A scope that is cancelled when `time` (seconds, or any duration) has passed since it was
/// entered. Throws value_error for NaN.
LASTI_API cancel_scope move_on_after(delay time);
/// The same, and where the WITH is left for that reason, timeout_error is raised.
LASTI_API cancel_scope fail_after(delay time);

}  // namespace lasti

#endif
