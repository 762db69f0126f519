// The tasks that more than one benchmark makes.
#ifndef LASTI_TEST_BENCH_TASKS_HPP_INCLUDED
#define LASTI_TEST_BENCH_TASKS_HPP_INCLUDED

#include <lasti/clock.hpp>
#include <lasti/coroutine.hpp>
#include <lasti/sleep.hpp>

namespace bench {

/// Passes n times.
struct passing {
    long n;
    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        for (; n > 0; --n) LASTI_AWAIT(lasti::sleep(0));
        LASTI_END;
    }
};

/// Sleeps once.
struct sleeping {
    lasti::delay time;
    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        LASTI_AWAIT(lasti::sleep(time));
        LASTI_END;
    }
};

} // namespace bench

#endif
