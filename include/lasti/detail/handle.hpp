// handle: what call_soon(), call_later(), call_at() and add_done_callback() return. asyncio.Handle,
// TimerHandle.
#ifndef LASTI_DETAIL_HANDLE_HPP_INCLUDED
#define LASTI_DETAIL_HANDLE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <functional>

#include <lasti/clock.hpp>
#include <lasti/context.hpp>
#include <lasti/detail/counted.hpp>
#include <lasti/detail/future_state.hpp>
#include <lasti/detail/runnable.hpp>

namespace lasti {

namespace detail {

class LASTI_API handle_state final : public callback_state {
public:
    handle_state(loop_core& owner, std::function<void()> what,
                 counted<context_state> given_context = nullptr);
    void discard() noexcept override;
    void cancel() noexcept;
    handle_state* as_handle() noexcept override { return this; }

    std::function<void()> callback;  // empty once called or cancelled
    counted<context_state> runs_in;  // in which it is called; null while nothing was set in it
    loop_clock::time_point when;     // of a timer
    bool cancelled = false;
    bool is_repeated = false;    // it stays after a call: of add_reader()
    bool is_background = false;  // of a descriptor: it does not keep run() going

private:
    ~handle_state() override;
    void call() override;
    void last_handle_gone() noexcept override;
};

/// Calls it in `runs_in` (null: in an empty context) once the future is done.
LASTI_API counted<handle_state> call_when_done(future_state& future, std::function<void()> callback,
                                               counted<context_state> runs_in = nullptr);

}  // namespace detail

/// A scheduled callback. Dropping the handle does not cancel it.
class LASTI_API handle {
public:
    handle() noexcept {}
    handle(detail::counted<detail::handle_state> state) noexcept : state_(std::move(state)) {}

    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(handle const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(handle const& other) const noexcept { return state_ != other.state_; }
    /// The callback will not be called, and is destroyed at once. Again, or after it ran: nothing.
    /// A timer leaves the heap in O(log n).
    void cancel() const noexcept {
        if (state_) state_->cancel();
    }
    bool cancelled() const noexcept { return state_ && state_->cancelled; }
    /// When it is due, in seconds of the loop's clock. Of a timer.
    double when() const noexcept { return state_ ? delay(state_->when).in_seconds() : 0; }

    detail::counted<detail::handle_state> const& shared_state() const noexcept { return state_; }

private:
    detail::counted<detail::handle_state> state_;
};

}  // namespace lasti

#endif
