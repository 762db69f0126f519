// at_once(awaitable): awaits what does not have to wait, outside of any loop.
#pragma once

#include <stdexcept>
#include <utility>

#include <lasti/awaitable.hpp>

/// Its result. Throws std::logic_error if it would suspend, and what it raises.
template <class A>
lasti::await_result<A> at_once(A awaited) {
    const lasti::coroutine<lasti::await_result<A>> c = lasti::as_coroutine(std::move(awaited));
    lasti::error problem;
    const bool suspends = c.send(problem) != nullptr;
    if (suspends) {
        c.close();
        problem = lasti::error::make(std::logic_error("it suspends"));
    }
    if (problem) problem.rethrow();
    return c.result();
}
