// future<T>: a result that is not there yet. asyncio.Future.
//
//     lasti::future<int> answer = loop.create_future<int>();
//     loop.call_later(1, [=] { answer.set_result(42); });
//     // in a coroutine:  int x = 0;  …  AWAIT_SET(x, answer);
//
// A handle is a counted pointer. When the last handle goes while tasks wait, they get a
// runtime_error: nobody could ever wake them. Not thread-safe: a future belongs to its loop's
// thread.
#ifndef LASTI_FUTURE_HPP_INCLUDED
#define LASTI_FUTURE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include <lasti/context.hpp>
#include <lasti/detail/future_state.hpp>
#include <lasti/detail/handle.hpp>
#include <lasti/detail/is_copyable.hpp>
#include <lasti/exceptions.hpp>
#include <lasti/outcome.hpp>

namespace lasti {

class event_loop;

/// A future or task, whatever its result is. Converts from each; for lists of different ones, and
/// for what does not ask for the result. Awaiting it waits, and raises its exception.
class LASTI_API any_future {
public:
    typedef detail::future_request<void> request_type;  // what AWAIT makes of it

    /// Empty: falsy, and every use is a type_error.
    any_future() noexcept {}
    explicit any_future(detail::future_state* state) noexcept : state_(state) {}

    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(any_future const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(any_future const& other) const noexcept { return state_ != other.state_; }

    /// An order by identity, for std::set and std::map.
    bool operator<(any_future const& other) const noexcept {
        return std::less<void const*>()(state_.get(), other.state_.get());
    }

    /// True once it has a result, an exception, or is cancelled.
    bool done() const { return get().done(); }
    bool cancelled() const { return get().state == detail::future_state::status::cancelled; }
    /// Its exception, or empty. Throws cancelled_error if it is cancelled, invalid_state_error if
    /// not done.
    error exception() const {
        const error problem = ended_with("Exception is not set");
        if (cancelled()) problem.rethrow();
        return problem;
    }
    /// Cancels it: who waits gets a cancelled_error with `message`. False if it was done.
    bool cancel(std::string const& message = std::string()) const { return get().cancel(message); }

    /// Calls `callback` through the loop, never at once, when it is done; in `runs_in`, or if that
    /// is empty in a copy of the current context. The handle can cancel that.
    handle add_done_callback(std::function<void(any_future)> callback,
                             context const& runs_in = context()) const {
        // By its address: a reference would keep a future alive for the sake of its own callback.
        detail::future_state* const state = &get();
        return detail::call_when_done(
            *state, [state, callback] { callback(any_future(state)); },
            detail::context_or_copy(runs_in));
    }
    /// Its state in words: "<Task pending name='fetch' at 'read' (client.cpp:12) wait_for=<Future
    /// pending>>".
    std::string repr() const { return get().repr(); }
    /// The loop it belongs to. Throws runtime_error if that is gone.
    event_loop& get_loop() const;

    detail::counted<detail::future_state> const& shared_state() const {
        get();
        return state_;
    }

protected:
    detail::future_state& get() const {
        if (LASTI_UNLIKELY(!state_)) is_empty();
        return *state_;
    }
    error ended_with(const char* what_if_pending) const {
        if (!done()) is_pending(what_if_pending);
        return get().outcome();
    }

private:
    // Not inline: GCC 12 would warn of its own strings in whoever calls them.
    [[noreturn]] static void is_empty();
    [[noreturn]] void is_pending(const char* so_what) const;

    detail::counted<detail::future_state> state_;
};

template <class T = void>
class future : public any_future {
public:
    typedef T result_type;
    typedef detail::future_request<T> request_type;  // what AWAIT makes of it

    future() noexcept {}
    explicit future(detail::future_state* state) noexcept : any_future(state) {}

    /// The result (a copy; moved out if it can only be moved). Throws its exception,
    /// cancelled_error, or invalid_state_error if it is not done.
    T result() const {
        const error problem = ended_with("Result is not set");
        if (problem) problem.rethrow();
        return take(detail::is_copyable<T>());
    }
    /// The same as a value: what result() would throw is the outcome's exception.
    outcome<T> get_outcome() const {
        if (!done())
            return error::make(invalid_state_error("Result is not set: " + get().describe()));
        const error problem = get().outcome();
        return problem ? outcome<T>(problem) : value_of_outcome(typename std::is_void<T>::type());
    }

    /// Ends it with a result; who waits runs in the next round of the loop. Throws
    /// invalid_state_error if done.
    template <class V = T>
    void set_result(typename std::enable_if<!std::is_void<V>::value, V>::type value) const {
        settable("set_result");
        static_cast<detail::slot<T>*>(get().result_slot())->set(std::forward<V>(value));
        get().complete(detail::future_state::status::finished);
    }
    template <class V = T, class = typename std::enable_if<std::is_void<V>::value>::type>
    void set_result() const {
        settable("set_result");
        get().complete(detail::future_state::status::finished);
    }
    /// Ends it with an exception: any object, an error, or a std::exception_ptr. A stop_iteration
    /// becomes a runtime_error. Throws invalid_state_error if done, type_error for an empty error.
    template <class E>
    void set_exception(E&& exception) const {
        settable("set_exception");
        error problem = error::make(std::forward<E>(exception));
        if (!problem)
            detail::throw_out(type_error("exceptions must be exceptions, not an empty error"));
        get().fail(std::move(problem));
    }

    /// Calls `callback` through the loop, never at once, when it is done; in `runs_in`, or if that
    /// is empty in a copy of the current context. The handle can cancel that.
    handle add_done_callback(std::function<void(future)> callback,
                             context const& runs_in = context()) const {
        detail::future_state* const state = &get();
        return detail::call_when_done(
            *state, [state, callback] { callback(future(state)); },
            detail::context_or_copy(runs_in));
    }

private:
    void settable(const char* operation) const { get().check_settable(operation); }
    detail::slot<T>& slot() const { return *static_cast<detail::slot<T>*>(get().result_slot()); }
    outcome<T> value_of_outcome(std::true_type) const { return outcome<T>(); }
    template <class Void>
    outcome<T> value_of_outcome(Void) const {
        return outcome<T>(take(detail::is_copyable<T>()));
    }
    T take(std::true_type) const { return slot().get(); }
    T take(std::false_type) const { return slot().take(); }
};

}  // namespace lasti

namespace std {

/// Futures are keys by identity, as in Python.
template <>
struct hash<lasti::any_future> {
    size_t operator()(lasti::any_future const& f) const noexcept {
        return f ? hash<void*>()(f.shared_state().get()) : 0;
    }
};
template <class T>
struct hash<lasti::future<T>> : hash<lasti::any_future> {};

}  // namespace std

#endif
