// Counts the loop's rounds, to say in which of them something happened: what CPython's tests see by running a loop
// step by step.
#pragma once

#include <string>

#include <lasti/coroutine.hpp>

#include "trace.hpp"
#include "virtual_loop.hpp"

/// Notes with the number of the round in front: "2:a 4:resumed".
struct rounds : virtual_loop {
    /// Runs rounds until `task` is done, and 20 at most. What happened in which.
    template <class T>
    std::string until_done(T const& task) {
        int number = 0;
        std::string text;
        while (!task.done() && number < 20) {
            ++number;
            loop.poll();
            const std::string what = note.take();
            if (!what.empty()) text += (text.empty() ? "" : " ") + std::to_string(number) + ":" + what;
        }
        return text + (task.done() ? "" : " and is not done");
    }

    trace note;
};
