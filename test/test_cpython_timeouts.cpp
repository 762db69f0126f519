// CPython's test_asyncio/test_timeouts.py: when timeouts expire, and what they turn into what. Its tests of states are
// in test_cpython_timeouts_states.cpp, those of chained exceptions in test_cpython_timeouts_contexts.cpp.
#include <lasti/timeouts.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

#include "support/limited.hpp"

TEST_SUITE_BEGIN("CPython's test_timeouts");

TEST_CASE("TO2: what takes too long (test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_basic)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    CHECK(outcome(on, limited(cm, 0.01, 10)).is<lasti::timeout_error>());
    CHECK(cm->expired());
    CHECK(on.loop.time() == 0.01);
}

TEST_CASE("TO2: with a deadline (test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_at_basic)") {
    virtual_loop on;
    on.clock.advance(3);
    const shared_timeout cm = no_timeout_yet();
    CHECK(outcome(on, limited(cm, 3.01, 10, true)).is<lasti::timeout_error>());
    CHECK(cm->expired());
    CHECK(cm->when() == 3.01);
    CHECK(on.loop.time() == 3.01);
}

TEST_CASE("TO4: of two that expire in one round the outer converts "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_nested_timeouts)") {
    virtual_loop on;
    trace t;
    const shared_timeout cm1 = no_timeout_yet(), cm2 = no_timeout_yet();
    const lasti::error raised = outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(*cm1, lasti::timeout_at(0.01))
            TRY
                AWAIT(limited(cm2, 0.01, 10, true));
            EXCEPT(lasti::cancelled_error)
                t("cancelled");
                RERAISE;
            END_TRY
        END_ASYNC_WITH
        END;
    });
    CHECK(raised.is<lasti::timeout_error>());
    CHECK(t.take() == "cancelled");
    CHECK(cm1->expired());
    CHECK(cm2->expired());
}

TEST_CASE("TO2: inside it is a CancelledError (test_asyncio/test_timeouts.py: TimeoutTests.test_waiter_cancelled)") {
    virtual_loop on;
    trace t;
    const lasti::error raised = outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(0.01))
            AWAIT(sleeper(t, "slept", 10));
        END_ASYNC_WITH
        END;
    });
    CHECK(raised.is<lasti::timeout_error>());
    CHECK(t.take() == "slept-cancelled");
}

TEST_CASE("what is in time (test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_not_called)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    CHECK_FALSE(outcome(on, limited(cm, 10, 0.01)));
    CHECK_FALSE(cm->expired());
    CHECK(cm->when() == 10);
    CHECK(on.loop.time() == 0.01);
}

TEST_CASE("TO1: no limit (test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_disabled)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    CHECK_FALSE(outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(*cm, lasti::timeout(lasti::forever))
            AWAIT(lasti::sleep(0.01));
        END_ASYNC_WITH
        END;
    }));
    CHECK_FALSE(cm->expired());
    CHECK(cm->when() == std::numeric_limits<double>::infinity());
}

TEST_CASE("TO1: no deadline (test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_at_disabled)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    CHECK_FALSE(outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(*cm, lasti::timeout_at(lasti::forever))
            AWAIT(lasti::sleep(0.01));
        END_ASYNC_WITH
        END;
    }));
    CHECK_FALSE(cm->expired());
    CHECK(cm->when() == std::numeric_limits<double>::infinity());
}

TEST_CASE("TO1: no time left (test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_zero)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    CHECK(outcome(on, limited(cm, 0, 10)).is<lasti::timeout_error>());
    CHECK(cm->expired());
    CHECK(cm->when() == 0);
    CHECK(on.loop.time() == 0);
}

TEST_CASE("TO1: no time left for a round (test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_zero_sleep_zero)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    CHECK(outcome(on, limited(cm, 0, 0)).is<lasti::timeout_error>());
    CHECK(cm->expired());
    CHECK(cm->when() == 0);
}

TEST_CASE("TO1: a deadline in the past "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_in_the_past_sleep_zero)") {
    virtual_loop on;
    on.clock.advance(20);
    const shared_timeout cm = no_timeout_yet();
    CHECK(outcome(on, limited(cm, -11, 0)).is<lasti::timeout_error>());
    CHECK(cm->expired());
    CHECK(cm->when() == 9);
}

TEST_CASE("another exception passes (test_asyncio/test_timeouts.py: TimeoutTests.test_foreign_exception_passed)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    const lasti::error raised = outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(*cm, lasti::timeout(0.01))
            RAISE(std::out_of_range("key"));
        END_ASYNC_WITH
        END;
    });
    CHECK(raised.is<std::out_of_range>());
    CHECK_FALSE(cm->expired());
}

TEST_CASE("TO2: a cancellation by somebody else passes "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_foreign_cancel_doesnt_timeout_if_not_expired)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    const lasti::error raised = outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(*cm, lasti::timeout(10))
            lasti::current_task().cancel();
            AWAIT(lasti::sleep(10));
        END_ASYNC_WITH
        END;
    });
    CHECK(raised.is<lasti::cancelled_error>());
    CHECK_FALSE(cm->expired());
    CHECK(on.loop.time() == 0);
}

TEST_CASE("TO2: the task itself is not cancelled "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_outer_task_is_not_cancelled)") {
    virtual_loop on;
    const lasti::task<> outer = on.loop.create_task(COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(limited(no_timeout_yet(), 0.001, 10));
            CHECK(false);
        EXCEPT(lasti::timeout_error)
        END_TRY
        END;
    });
    on.loop.run();
    CHECK_FALSE(outer.cancelled());
    CHECK(outer.done());
    CHECK(outer.cancelling() == 0);
}

TEST_CASE("TO4: both expire while the loop is busy "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_nested_timeouts_concurrent)") {
    virtual_loop on;
    lasti::virtual_clock* const clock = &on.clock;
    trace t;
    const lasti::error raised = outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(0.002))
            TRY
                ASYNC_WITH(lasti::timeout(0.1))
                    clock->advance(0.01); // it crunches some numbers
                    AWAIT(lasti::sleep(1));
                END_ASYNC_WITH
            EXCEPT(lasti::timeout_error)
                t("?");
            END_TRY
        END_ASYNC_WITH
        END;
    });
    CHECK(raised.is<lasti::timeout_error>());
    CHECK(t.take() == "");
    CHECK(on.loop.time() == 0.01);
}

TEST_CASE("TO4: the inner one expires while the loop is busy, and perhaps the outer, too "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_nested_timeouts_loop_busy)") {
    virtual_loop on;
    lasti::virtual_clock* const clock = &on.clock;
    trace t;
    double busy = 0.1;
    const char* expected = ""; // both: the outer one converts
    SUBCASE("both") {}
    SUBCASE("the inner one") {
        busy = 0.05;
        expected = "inner";
    }
    const lasti::error raised = outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(0.1))
            TRY
                ASYNC_WITH(lasti::timeout(0.01))
                    clock->advance(busy);
                    AWAIT(lasti::sleep(1));
                END_ASYNC_WITH
            EXCEPT(lasti::timeout_error)
                t("inner");
            END_TRY
            AWAIT(lasti::sleep(10));
        END_ASYNC_WITH
        END;
    });
    CHECK(raised.is<lasti::timeout_error>());
    CHECK(t.take() == expected);
    CHECK(on.loop.time() == 0.1);
}

namespace {

/// Cancels its own task and catches that, and then awaits `cleanup`.
lasti::coroutine<> cleans_up(lasti::coroutine<> cleanup) {
    return COROUTINE(void) {
        BEGIN;
        TRY
            lasti::current_task().cancel();
            AWAIT(lasti::sleep(1));
        EXCEPT(lasti::cancelled_error)
        FINALLY
            AWAIT(cleanup);
        END_TRY
        END;
    };
}

} // namespace

TEST_CASE("TO5: used in the clean-up of a cancelled task "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_after_cancellation)") {
    virtual_loop on;
    CHECK(outcome(on, cleans_up(limited(no_timeout_yet(), 0.0, 1))).is<lasti::timeout_error>());
    CHECK(on.loop.time() == 0);
}

TEST_CASE("TO5: a cancellation of the clean-up "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_cancel_in_timeout_after_cancellation)") {
    virtual_loop on;
    CHECK(outcome(on, cleans_up(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(1.0))
            lasti::current_task().cancel();
            AWAIT(lasti::sleep(2));
        END_ASYNC_WITH
        END;
    })).is<lasti::cancelled_error>());
    CHECK(on.loop.time() == 0);
}

TEST_SUITE_END();
