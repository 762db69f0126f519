// Awaits one thing after the other in a loop on a virtual clock, so that a test of awaitables reads from top to bottom.
#pragma once

#include <string>
#include <utility>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "virtual_loop.hpp"

struct awaiting_stage : virtual_loop {
    /// Runs the loop until it is done, and gives its result.
    template <class A>
    lasti::await_result<A> await(A awaitable) {
        return loop.run_until_complete(lasti::as_coroutine(std::move(awaitable)));
    }
    /// The same, but gives what it raises; empty if it raises nothing.
    template <class A>
    lasti::error raised_by(A awaitable) {
        const auto t = loop.create_task(lasti::as_coroutine(std::move(awaitable)));
        loop.run_until_complete(lasti::any_future(t));
        return t.cancelled() ? lasti::error::make(lasti::cancelled_error()) : t.exception();
    }
};

/// Whether `e` is a RuntimeError whose message begins so.
inline bool is_runtime_error(lasti::error const& e, std::string const& start) {
    return e.is<lasti::runtime_error>() && e.what().compare(0, start.size(), start) == 0;
}

/// Drives a coroutine by hand, to its end: what it raises; empty if it returns.
template <class R>
lasti::error raised_by_hand(lasti::coroutine<R> const& c) {
    lasti::error problem;
    while (c.send(problem)) {}
    return problem;
}
