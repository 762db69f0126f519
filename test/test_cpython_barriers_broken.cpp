// CPython's test_locks.py: BarrierTests, reset() and abort().
#include <lasti/barrier.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "support/at_once.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

const int n = 5;

/// Runs five tasks of `make(i)` to their end, and nothing may go wrong in them.
template <class Make>
void five(virtual_loop& on, Make make) {
    for (int i = 0; i < n; ++i) on.loop.create_task(make());
    on.loop.run();
    CHECK(on.reported.messages() == "");
}

template <class Body>
lasti::coroutine<> coroutine_of(Body body) {
    return lasti::coroutine<>(std::move(body));
}

} // namespace

TEST_SUITE_BEGIN("test_locks.py: BarrierTests, broken");

TEST_CASE("BA2: reset() of an empty one (test_asyncio/test_locks.py: BarrierTests.test_reset_barrier)") {
    virtual_loop on;
    const lasti::barrier b(1);
    on.loop.create_task(lasti::as_coroutine(b.reset()));
    on.loop.poll();
    CHECK(b.n_waiting() == 0);
    CHECK_FALSE(b.broken());
}

TEST_CASE("BA2: reset() wakes who waits, with an error (test_asyncio/test_locks.py: BarrierTests.test_reset_barrier_while_tasks_waiting)") {
    virtual_loop on;
    const lasti::barrier b(n);
    const trace results;
    struct body {
        lasti::barrier b;
        trace results;
        COROUTINE_BODY(void) {
            BEGIN;
            TRY
                AWAIT(b.wait());
            EXCEPT(lasti::broken_barrier_error)
                results("broken");
            END_TRY
            END;
        }
    };
    for (int i = 0; i < n - 1; ++i) on.loop.create_task(coroutine_of(body{b, results}));
    on.loop.poll();
    on.loop.create_task(lasti::as_coroutine(b.reset()));
    on.loop.run();
    CHECK(results.take() == "broken broken broken broken");
    CHECK(b.n_waiting() == 0);
    CHECK_FALSE(contains(b.describe(), "resetting"));
    CHECK_FALSE(b.broken());
}

TEST_CASE("BA2: reset() while half are out (test_asyncio/test_locks.py: BarrierTests.test_reset_barrier_when_tasks_half_draining)") {
    virtual_loop on;
    const lasti::barrier b(n);
    const trace results;
    struct body {
        lasti::barrier b;
        trace results;
        bool through;
        COROUTINE_BODY(void) {
            BEGIN;
            TRY
                AWAIT(b.wait());
            EXCEPT(lasti::broken_barrier_error)
                results("broken");
            ELSE
                if (b.shared_state()->count == n / 2) AWAIT(b.reset());
            END_TRY
            END;
        }
    };
    five(on, [=] { return coroutine_of(body{b, results, false}); });
    CHECK(results.take() == "broken broken");
    CHECK(b.n_waiting() == 0);
    CHECK_FALSE(contains(b.describe(), "resetting"));
    CHECK_FALSE(b.broken());
}

TEST_CASE("BA2: reset() while some are out and some wait to come in again (test_asyncio/test_locks.py: BarrierTests.test_reset_barrier_when_tasks_half_draining_half_blocking)") {
    virtual_loop on;
    const lasti::barrier b(n);
    const trace results, never;
    struct body {
        lasti::barrier b;
        trace results, never;
        int* count;
        COROUTINE_BODY(void) {
            BEGIN;
            TRY
                AWAIT(b.wait());
            EXCEPT(lasti::broken_barrier_error)
                results("broken");
                AWAIT(b.wait());
            ELSE
                if (++*count > n / 2) {
                    AWAIT(b.reset());
                    AWAIT(b.wait());
                } else {
                    TRY
                        AWAIT(b.wait());
                    EXCEPT(lasti::broken_barrier_error)
                        never("broken");
                    END_TRY
                }
            END_TRY
            END;
        }
    };
    int count = 0;
    five(on, [&] { return coroutine_of(body{b, results, never, &count}); });
    CHECK(results.take() == "broken broken");
    CHECK(never.take() == "");
    CHECK(b.n_waiting() == 0);
    CHECK_FALSE(contains(b.describe(), "resetting"));
    CHECK_FALSE(b.broken());
}

TEST_CASE("BA2: after reset() it can be used again (test_asyncio/test_locks.py: BarrierTests.test_reset_barrier_while_tasks_waiting_and_waiting_again)") {
    virtual_loop on;
    const lasti::barrier b(n);
    const trace broken, through;
    struct body {
        lasti::barrier b;
        trace broken, through;
        COROUTINE_BODY(void) {
            BEGIN;
            TRY
                AWAIT(b.wait());
            EXCEPT(lasti::broken_barrier_error)
                broken("b");
            FINALLY
                AWAIT(b.wait());
                through("t");
            END_TRY
            END;
        }
    };
    struct last {
        lasti::barrier b;
        trace through;
        COROUTINE_BODY(void) {
            BEGIN;
            ASYNC_WITH(b)
                through("t");
            END_ASYNC_WITH
            END;
        }
    };
    for (int i = 0; i < n - 1; ++i) on.loop.create_task(coroutine_of(body{b, broken, through}));
    on.loop.create_task(lasti::as_coroutine(b.reset()));
    on.loop.poll();
    on.loop.create_task(coroutine_of(last{b, through}));
    on.loop.run();
    CHECK_FALSE(b.broken());
    CHECK(broken.take() == "b b b b");
    CHECK(through.take() == "t t t t t");
    CHECK(b.n_waiting() == 0);
}

TEST_CASE("BA2: reset() by the last one out (test_asyncio/test_locks.py: BarrierTests.test_reset_barrier_while_tasks_draining)") {
    virtual_loop on;
    const lasti::barrier b(n);
    const trace again, failed, last;
    struct body {
        lasti::barrier b;
        trace again, failed, last;
        int* count;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(b.wait());
            if (++*count == n) {
                AWAIT(b.reset());
                AWAIT(b.wait());
            } else {
                TRY
                    AWAIT(b.wait());
                    again("a");
                EXCEPT(std::exception)
                    failed("f");
                END_TRY
            }
            AWAIT(b.wait());
            last("l");
            END;
        }
    };
    int count = 0;
    five(on, [&] { return coroutine_of(body{b, again, failed, last, &count}); });
    CHECK_FALSE(b.broken());
    CHECK(again.take() == "a a a a");
    CHECK(failed.take() == "");
    CHECK(last.take() == "l l l l l");
    CHECK(b.n_waiting() == 0);
}

TEST_CASE("BA2: abort() (test_asyncio/test_locks.py: BarrierTests.test_abort_barrier)") {
    virtual_loop on;
    const lasti::barrier b(1);
    on.loop.create_task(lasti::as_coroutine(b.abort()));
    on.loop.poll();
    CHECK(b.n_waiting() == 0);
    CHECK(b.broken());
}

TEST_CASE("BA2: abort() while some are out and some wait to come in again (test_asyncio/test_locks.py: BarrierTests.test_abort_barrier_when_tasks_half_draining_half_blocking)") {
    virtual_loop on;
    const lasti::barrier b(n);
    const trace draining, blocked;
    struct body {
        lasti::barrier b;
        trace draining, blocked;
        int* count;
        COROUTINE_BODY(void) {
            BEGIN;
            TRY
                AWAIT(b.wait());
            EXCEPT(lasti::broken_barrier_error)
                draining("d");
            ELSE
                if (++*count > n / 2) {
                    AWAIT(b.abort());
                } else {
                    TRY
                        AWAIT(b.wait());
                    EXCEPT(lasti::broken_barrier_error)
                        blocked("b");
                    END_TRY
                }
            END_TRY
            END;
        }
    };
    int count = 0;
    five(on, [&] { return coroutine_of(body{b, draining, blocked, &count}); });
    CHECK(b.broken());
    CHECK(draining.take() == "d d");
    CHECK(blocked.take() == "b b");
    CHECK(b.n_waiting() == 0);
    CHECK_FALSE(contains(b.describe(), "resetting"));
}

TEST_CASE("BA2: abort() where one fails inside (test_asyncio/test_locks.py: BarrierTests.test_abort_barrier_when_exception)") {
    virtual_loop on;
    const lasti::barrier b(n);
    const trace through, broken;
    struct body {
        lasti::barrier b;
        trace through, broken;
        int i;
        COROUTINE_BODY(void) {
            BEGIN;
            TRY
                ASYNC_WITH_SET(i, b)
                    if (i == n / 2) RAISE(std::logic_error("inside"));
                END_ASYNC_WITH
                ASYNC_WITH(b)
                    through("t");
                END_ASYNC_WITH
            EXCEPT(lasti::broken_barrier_error)
                broken("b");
            EXCEPT(std::logic_error)
                AWAIT(b.abort());
            END_TRY
            END;
        }
    };
    five(on, [=] { return coroutine_of(body{b, through, broken, 0}); });
    CHECK(b.broken());
    CHECK(through.take() == "");
    CHECK(broken.take() == "b b b b");
    CHECK(b.n_waiting() == 0);
}

TEST_CASE("BA2: ... and reset() behind a second barrier (test_asyncio/test_locks.py: BarrierTests.test_abort_barrier_when_exception_then_resetting)") {
    virtual_loop on;
    const lasti::barrier b1(n), b2(n);
    const trace through, broken, last;
    struct body {
        lasti::barrier b1, b2;
        trace through, broken, last;
        int i;
        COROUTINE_BODY(void) {
            BEGIN;
            TRY
                AWAIT_SET(i, b1.wait());
                if (i == n / 2) RAISE(std::logic_error("behind it"));
                AWAIT(b1.wait());
                through("t");
            EXCEPT(lasti::broken_barrier_error)
                broken("b");
            EXCEPT(std::logic_error)
                AWAIT(b1.abort());
            END_TRY
            AWAIT_SET(i, b2.wait());
            if (i == n / 2) AWAIT(b1.reset());
            AWAIT(b2.wait());
            AWAIT(b1.wait());
            last("l");
            END;
        }
    };
    five(on, [=] { return coroutine_of(body{b1, b2, through, broken, last, 0}); });
    CHECK_FALSE(b1.broken());
    CHECK(through.take() == "");
    CHECK(broken.take() == "b b b b");
    CHECK(last.take() == "l l l l l");
    CHECK(b1.n_waiting() == 0);
}

TEST_SUITE_END();
