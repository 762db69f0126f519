// Coroutines that the tests of gather(), wait(), shield() and as_completed() run.
#pragma once

#include <stdexcept>
#include <string>

#include <lasti/coroutine.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/sleep.hpp>

#include "trace.hpp"

/// Gives way `times` times, notes its name, and returns it.
inline lasti::coroutine<std::string> after_rounds(trace note, std::string name, int times) {
    int i = 0;
    return LASTI_COROUTINE(std::string) {
        LASTI_BEGIN;
        for (; i < times; ++i) LASTI_AWAIT(lasti::sleep(0));
        note(name);
        LASTI_RETURN(name);
        LASTI_END;
    };
}

/// … and raises std::out_of_range(name).
inline lasti::coroutine<std::string> fails_after_rounds(trace note, std::string name, int times) {
    int i = 0;
    return LASTI_COROUTINE(std::string) {
        LASTI_BEGIN;
        for (; i < times; ++i) LASTI_AWAIT(lasti::sleep(0));
        note(name);
        LASTI_RAISE(std::out_of_range(name));
        LASTI_END;
    };
}

/// Sleeps for so long and returns `value`.
inline lasti::coroutine<int> returns_after(double seconds, int value) {
    return LASTI_COROUTINE(int) {
        LASTI_BEGIN;
        LASTI_AWAIT(lasti::sleep(seconds));
        LASTI_RETURN(value);
        LASTI_END;
    };
}

/// Sleeps for so long and raises std::out_of_range.
inline lasti::coroutine<int> fails_after(double seconds, std::string what = "failed") {
    return LASTI_COROUTINE(int) {
        LASTI_BEGIN;
        LASTI_AWAIT(lasti::sleep(seconds));
        LASTI_RAISE(std::out_of_range(what));
        LASTI_END;
    };
}

/// Sleeps until it is cancelled; then gives way `times` times and notes its name.
inline lasti::coroutine<int> cleans_up(trace note, std::string name, int times) {
    int i = 0;
    return LASTI_COROUTINE(int) {
        LASTI_BEGIN;
        LASTI_TRY {
            LASTI_AWAIT(lasti::sleep(100));
        } LASTI_FINALLY {
            for (; i < times; ++i) LASTI_AWAIT(lasti::sleep(0));
            note(name);
        } LASTI_END_TRY
        LASTI_RETURN(0);
        LASTI_END;
    };
}

/// Awaits it, noting "resumed", or the name of the exception.
template <class A>
lasti::coroutine<> notes_end_of(A awaited, trace note) {
    return LASTI_COROUTINE(void) {
        LASTI_BEGIN;
        LASTI_TRY {
            LASTI_AWAIT(awaited);
            note("resumed");
        } LASTI_EXCEPT(lasti::cancelled_error) {
            note("cancelled");
            LASTI_RERAISE;
        } LASTI_EXCEPT(std::exception) {
            note("caught");
        } LASTI_END_TRY
        LASTI_END;
    };
}
