// Coroutines that are driven by hand, as Python's tests of the bare protocol do: what they ask for is a number.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <lasti/coroutine.hpp>
#include <lasti/sleep.hpp>

#include <lasti/keywords.hpp>

/// Asks for each number in turn: it sleeps so many seconds. (The AsyncYieldFrom of test_coroutines.py.)
inline lasti::coroutine<> asks(std::vector<int> numbers) {
    int n = 0;
    return COROUTINE(void) {
        BEGIN;
        FOR(n, numbers) AWAIT(lasti::sleep(n)); END_FOR
        END;
    };
}

/// The number that was asked for.
inline int asked_of(lasti::request const& asked) { return static_cast<int>(asked.how_long().in_seconds()); }

/// Drives it to its end. All that it asked for, as text; what it raises is thrown.
template <class R>
std::string run_by_hand(lasti::coroutine<R> const& c) {
    std::string text;
    lasti::error problem;
    while (lasti::request const* const asked = c.send(problem))
        text += (text.empty() ? "" : " ") + std::to_string(asked_of(*asked));
    if (problem) problem.rethrow();
    return text;
}

#include <lasti/no_keywords.hpp>
