// A group in a coroutine, as most of CPython's tests of task groups have one, and what running it raises.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include <lasti/task_group.hpp>

#include "task_ports.hpp"

/// What the tests call runner(): a group that `fill` fills, and a body that sleeps, notes "body", and is done.
/// Notes "body-cancelled" where it is cancelled, and goes on with that as `cancelled` says.
struct runner {
    trace t;
    std::function<void(lasti::task_group)> fill;
    double body_time;
    std::function<void()> cancelled;
    lasti::task_group group;
    runner(trace notes, std::function<void(lasti::task_group)> fill_it, double time = 0,
           std::function<void()> when_cancelled = [] {})
        : t(notes), fill(std::move(fill_it)), body_time(time), cancelled(std::move(when_cancelled)) {}
    COROUTINE_BODY(void) {
        BEGIN;
        ASYNC_WITH(group)
            fill(group);
            TRY
                if (body_time > 0) AWAIT(lasti::sleep(body_time));
                t("body");
            EXCEPT(lasti::cancelled_error)
                t("body-cancelled");
                cancelled();
                RERAISE;
            END_TRY
        END_ASYNC_WITH
        t("left");
        END;
    }
};

/// What running it to its end raises.
inline lasti::error outcome(virtual_loop& on, runner c) { return outcome(on, lasti::coroutine<>(std::move(c))); }

/// What it raises if it is a task that is cancelled after `time`.
inline lasti::error outcome_cancelled(virtual_loop& on, runner c, double time = 0.1) {
    return on.loop.run_until_complete(raised_when_cancelled(lasti::coroutine<>(std::move(c)), time));
}
