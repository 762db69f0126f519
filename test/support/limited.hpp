// A sleep in a timeout, as most of CPython's tests of timeouts have one.
#pragma once

#include <memory>

#include <lasti/timeouts.hpp>

#include "task_ports.hpp"

typedef std::shared_ptr<lasti::timeout> shared_timeout;
inline shared_timeout no_timeout_yet() { return std::make_shared<lasti::timeout>(); }

/// `async with asyncio.timeout(limit) as cm: await asyncio.sleep(time)`, or timeout_at(limit) with `at`.
template <class Limit>
lasti::coroutine<> limited(shared_timeout cm, Limit limit, double time, bool at = false) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(*cm, at ? lasti::timeout_at(limit) : lasti::timeout(limit))
            AWAIT(lasti::sleep(time));
        END_ASYNC_WITH
        END;
    };
}
