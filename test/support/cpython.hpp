// The stage of CPython's tests of futures and tasks.
#pragma once

#include <memory>
#include <string>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "trace.hpp"
#include "virtual_loop.hpp"

struct stage : virtual_loop {
    trace note;

    /// CPython's test_utils.run_briefly(): two rounds.
    void run_briefly() {
        loop.poll();
        loop.poll();
    }
};

/// Awaits it and returns its result.
template <class T>
lasti::coroutine<T> gives(lasti::future<T> f) {
    return lasti::as_coroutine(f);
}

/// Returns it at once.
template <class T>
lasti::coroutine<T> returning(T value) {
    return LASTI_COROUTINE(T) {
        LASTI_BEGIN;
        LASTI_RETURN(value);
        LASTI_END;
    };
}

#if LASTI_HAS_EXCEPTIONS
/// The message of the cancelled_error that `call` throws; "nothing" if it throws none, and "another" if another.
template <class F>
std::string cancelled_with(F call) {
    const lasti::error raised = thrown_by(call);
    const lasti::cancelled_error* const cancelled = raised.as<lasti::cancelled_error>();
    return cancelled ? cancelled->message() : raised ? "another" : "nothing";
}
#endif
