// What the random programs of the fuzz_ tests are made with: dice, one program after the other on each selector, and
// who cancels somebody in the middle.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include <lasti/coroutine.hpp>
#include <lasti/sleep.hpp>
#include <lasti/task.hpp>

#include "descriptors.hpp"

/// The same numbers on every machine, from the same state.
struct dice {
    std::uint32_t state;
    std::uint32_t below(std::uint32_t n) {
        state = state * 1664525u + 1013904223u;
        return (state >> 8) % n;
    }
};

/// So that neighbours among the seeds do not begin alike.
inline std::uint32_t scattered(std::uint32_t seed) { return seed * 2654435761u; }

/// Calls `run(seed, selector)` for 1, 2, … as many seeds as are `usual`, or as LASTI_SEEDS in the environment says, on
/// each selector; and looks whether descriptors are left open. Returns how many seeds they were.
template <class Run>
std::uint32_t for_each_seed(std::uint32_t usual, Run run) {
    const char* const asked = std::getenv("LASTI_SEEDS");
    const std::uint32_t seeds = asked ? static_cast<std::uint32_t>(std::atoi(asked)) : usual;
    const int open = open_descriptors();
    for (std::uint32_t seed = 1; seed <= seeds; ++seed)
        for (std::string const& selector : all_selectors()) {
            CAPTURE(seed);
            CAPTURE(selector);
            run(seed, selector);
        }
    CHECK(open_descriptors() == open);
    return seeds;
}

/// Cancels `victim` after `when` seconds.
struct canceller {
    lasti::any_task victim;
    double when;
    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        LASTI_AWAIT(lasti::sleep(when));
        victim.cancel();
        LASTI_END;
    }
};
