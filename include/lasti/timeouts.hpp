// timeout, timeout_at, wait_for: how long something may take. asyncio.timeout() and
// asyncio.wait_for().
//
//     ASYNC_WITH(lasti::timeout(1.5))
//         AWAIT(slow());                  // cancelled after 1.5 s …
//     END_ASYNC_WITH                      // … and a timeout_error leaves here
//
//     AWAIT_SET(x, lasti::wait_for(slow(), 1.5));   // the same, of one awaitable
#ifndef LASTI_TIMEOUTS_HPP_INCLUDED
#define LASTI_TIMEOUTS_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <type_traits>
#include <utility>

#include <lasti/awaitable.hpp>
#include <lasti/detail/timeout_state.hpp>
#include <lasti/event_loop.hpp>

namespace lasti {

/// For a timeout, a deadline or a wait that never comes (Python's None).
struct forever_tag {};
constexpr forever_tag forever = forever_tag();

/// Limits the time that control stands in an ASYNC_WITH. When the time has come it cancels the
/// task, and where the cancelled_error leaves the statement a timeout_error goes on in its place.
/// asyncio.Timeout.
///
/// A handle: copies name the same timeout, which is entered once, in a task. The time starts to run
/// where it is made. Cancellations from outside pass as they are; one that comes in the same round
/// wins.
class LASTI_API timeout {
public:
    /// After `time`: seconds or any duration; zero or less is at once, in the next round. Throws
    /// value_error for NaN.
    timeout(delay time);
    /// Never, until reschedule() says when.
    timeout(forever_tag);
    /// Empty: every use is a type_error.
    timeout() noexcept {}

    /// Another time of the loop's clock, in seconds; while control is inside. Throws runtime_error
    /// before and after, and while it expires.
    void reschedule(delay when) const;
    void reschedule(forever_tag) const;
    /// When it is due, in seconds of the loop's time(); infinity: never.
    double when() const;
    /// Whether the time had come before control left.
    bool expired() const { return get().expired(); }

    // The statement calls these. aexit() gives what is to go on in place of `raised`.
    timeout aenter() const {
        get().enter();
        return *this;
    }
    error aexit(error const& raised) const { return get().exit(raised); }

private:
    friend LASTI_API timeout timeout_at(delay when);

    detail::timeout_state& get() const {
        if (!state_)
            detail::throw_out(
                type_error("this timeout is empty: default-constructed or moved from"));
        return *state_;
    }

    detail::counted<detail::timeout_state> state_;
};

/// The same, until the loop's time() is `when`, in seconds.
LASTI_API timeout timeout_at(delay when);
inline timeout timeout_at(forever_tag when) { return timeout(when); }

namespace detail {

/// Cancels a future and waits until it is done, whatever it ends with.
class LASTI_API cancel_and_wait_request final : public request {
public:
    static constexpr bool never_fails = true;

    template <class Awaitable>
    cancel_and_wait_request(Awaitable const& asked, awaiting_frame const&)
        : future_(asked.target.shared_state()) {}
    ~cancel_and_wait_request() override;

    bool ready() const noexcept { return false; }
    error problem() const noexcept { return error(); }
    void take() const noexcept {}
    std::string describe() const override;
    void arm(task_state& task) override;
    bool cancel(task_state& task, std::string const& message) override;
    void disarm(task_state&) noexcept override;

private:
    counted<future_state> future_;
    handle callback_;
    task_state* waiting_ = nullptr;
};

struct cancel_and_wait {
    typedef cancel_and_wait_request request_type;
    any_future target;
};

template <class A, class R>
struct wait_for_body {
    A awaited;
    bool is_limited;
    delay time;
    timeout limit;
    future<R> watched;
    kept<R> result;

    wait_for_body(A what, bool limited, delay how_long)
        : awaited(std::move(what)), is_limited(limited), time(how_long) {}

    LASTI_COROUTINE_BODY(R) {
        LASTI_BEGIN;
        limit = is_limited ? timeout(time) : timeout(forever);
        if (is_limited && (time.is_zero() || time.is_negative())) {
            watched = ensure_future(std::move(awaited));
            if (!watched.done()) {
                LASTI_AWAIT(cancel_and_wait{watched});
                LASTI_TRY
                    LASTI_AWAIT_SET(result, watched);
                    LASTI_EXCEPT(cancelled_error)
                    LASTI_RAISE(timed_out(self.handled()));
                LASTI_END_TRY
            } else {
                LASTI_AWAIT_SET(result, watched);
            }
        } else {
            LASTI_ASYNC_WITH(limit)
                LASTI_AWAIT_SET(result, awaited);
            LASTI_END_ASYNC_WITH
        }
        return result.give_to(self);
        LASTI_END;
    }
};

}  // namespace detail

/// Waits for `awaitable`, and if `time` (seconds or any duration) passes first, cancels it, waits
/// for its end, and raises timeout_error; what it then returns or raises in spite of that counts. A
/// coroutine runs in the same task. With no time left (zero or less) it must be done, or it is
/// cancelled without being started. asyncio.wait_for(). The time runs from where it is awaited.
/// Raises value_error for NaN.
template <class A>
coroutine<await_result<A>> wait_for(A awaitable, delay time) {
    return detail::wait_for_body<A, await_result<A>>(std::move(awaitable), true, time);
}
template <class A>
coroutine<await_result<A>> wait_for(A awaitable, forever_tag) {
    return detail::wait_for_body<A, await_result<A>>(std::move(awaitable), false, 0);
}

}  // namespace lasti

#endif
