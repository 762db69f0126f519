// CPython's test_locks.py: SemaphoreTests. One poll() is one `await asyncio.sleep(0)` of the original.
#include <lasti/semaphore.hpp>

#include <doctest/doctest.h>

#include <string>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "support/at_once.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<bool> acquires(lasti::semaphore s, trace result, int number) {
    return COROUTINE(bool) {
        BEGIN;
        AWAIT(s.acquire());
        result(number);
        RETURN(true);
        END;
    };
}

lasti::coroutine<> notes(trace result, int number) {
    return COROUTINE(void) { BEGIN; result(number); END; };
}

} // namespace

TEST_SUITE_BEGIN("test_locks.py: SemaphoreTests");

TEST_CASE("SE1: of 0 it is locked (test_asyncio/test_locks.py: SemaphoreTests.test_initial_value_zero)") {
    CHECK(lasti::semaphore(0).locked());
}

TEST_CASE("describe() tells what is left, and how many wait (test_asyncio/test_locks.py: SemaphoreTests.test_repr)") {
    virtual_loop on;
    const lasti::semaphore s;
    CHECK(contains(s.describe(), "[unlocked, value:1]"));
    at_once(s.acquire());
    CHECK(contains(s.describe(), "[locked]"));
    for (const int waiting : {1, 2}) {
        on.loop.create_task(acquires(s, trace(), 1));
        on.loop.poll();
        CHECK(contains(s.describe(), "waiters:" + std::to_string(waiting)));
    }
    s.release();
    s.release();
    on.loop.run();
}

TEST_CASE("a semaphore itself can not be awaited (test_asyncio/test_locks.py: SemaphoreTests.test_semaphore)") {
    const lasti::semaphore s;
    CHECK(s.value() == 1);
    CHECK_FALSE(lasti::is_awaitable<lasti::semaphore>::value);
    CHECK_FALSE(s.locked());
}

TEST_CASE("SE1: a negative value is a value_error (test_asyncio/test_locks.py: SemaphoreTests.test_semaphore_value)") {
    CHECK_THROWS_AS(lasti::semaphore(-1), lasti::value_error);
}

TEST_CASE("SE1: as many come in as there are units (test_asyncio/test_locks.py: SemaphoreTests.test_acquire)") {
    virtual_loop on;
    const lasti::semaphore s(3);
    const trace result;
    CHECK(at_once(s.acquire()));
    CHECK(at_once(s.acquire()));
    CHECK_FALSE(s.locked());
    const lasti::task<bool> t1 = on.loop.create_task(acquires(s, result, 1));
    const lasti::task<bool> t2 = on.loop.create_task(acquires(s, result, 2));
    const lasti::task<bool> t3 = on.loop.create_task(acquires(s, result, 3));
    on.loop.poll();
    CHECK(result.take() == "1");
    CHECK(s.locked());
    CHECK(contains(s.describe(), "waiters:2"));
    CHECK(s.value() == 0);
    const lasti::task<bool> t4 = on.loop.create_task(acquires(s, result, 4));
    s.release();
    s.release();
    CHECK(s.value() == 0);
    on.loop.poll();
    CHECK(s.value() == 0);
    CHECK(result.take() == "2 3");
    CHECK(s.locked());
    CHECK(contains(s.describe(), "waiters:1"));
    CHECK(t1.result());
    CHECK(t2.done());
    CHECK(t3.done());
    CHECK_FALSE(t4.done());
    s.release();
    on.loop.run();
    CHECK(t4.done());
}

TEST_CASE("one that is cancelled leaves no waiter behind (test_asyncio/test_locks.py: SemaphoreTests.test_acquire_cancel)") {
    virtual_loop on;
    const lasti::semaphore s;
    at_once(s.acquire());
    const lasti::task<bool> t = on.loop.create_task(lasti::as_coroutine(s.acquire()));
    on.loop.call_soon([=] { t.cancel(); });
    CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::cancelled_error);
    CHECK(s.describe() == "a semaphore [locked]");
}

TEST_CASE("SE2: cancelled ones get no unit (test_asyncio/test_locks.py: SemaphoreTests.test_acquire_cancel_before_awoken)") {
    virtual_loop on;
    const lasti::semaphore s(0);
    const lasti::task<bool> t1 = on.loop.create_task(lasti::as_coroutine(s.acquire()));
    const lasti::task<bool> t2 = on.loop.create_task(lasti::as_coroutine(s.acquire()));
    const lasti::task<bool> t3 = on.loop.create_task(lasti::as_coroutine(s.acquire()));
    const lasti::task<bool> t4 = on.loop.create_task(lasti::as_coroutine(s.acquire()));
    on.loop.poll();
    t1.cancel();
    t2.cancel();
    s.release();
    on.loop.poll();
    on.loop.poll();
    CHECK(t3.done());
    CHECK_FALSE(t4.done());
    t3.cancel();
    t4.cancel();
    on.loop.poll();
    CHECK(t4.cancelled());
}

TEST_CASE("SE2: a cancelled one in front does not hold up the next (test_asyncio/test_locks.py: SemaphoreTests.test_acquire_hang)") {
    virtual_loop on;
    const lasti::semaphore s(0);
    const lasti::task<bool> t1 = on.loop.create_task(lasti::as_coroutine(s.acquire()));
    const lasti::task<bool> t2 = on.loop.create_task(lasti::as_coroutine(s.acquire()));
    on.loop.poll();
    t1.cancel();
    s.release();
    on.loop.poll();
    on.loop.poll();
    CHECK(s.locked());
    CHECK(t2.done());
}

TEST_CASE("SE2: woken and then cancelled, the unit is returned (test_asyncio/test_locks.py: SemaphoreTests.test_acquire_no_hang)") {
    virtual_loop on;
    const lasti::semaphore s(1);
    struct first {
        lasti::semaphore s;
        lasti::task<>* second;
        COROUTINE_BODY(void) {
            BEGIN;
            ASYNC_WITH(s)
                AWAIT(lasti::sleep(0));
            END_ASYNC_WITH
            second->cancel();
            END;
        }
    };
    struct other {
        lasti::semaphore s;
        COROUTINE_BODY(void) {
            BEGIN;
            ASYNC_WITH(s)
                FAIL_CHECK("it was cancelled");
            END_ASYNC_WITH
            END;
        }
    };
    lasti::task<> t2;
    const lasti::task<> t1 = on.loop.create_task(lasti::coroutine<>(first{s, &t2}));
    t2 = on.loop.create_task(lasti::coroutine<>(other{s}));
    on.loop.run();
    CHECK_FALSE(t1.exception());
    CHECK(t2.cancelled());
    CHECK(at_once(s.acquire()));
}

TEST_CASE("SE2: release() beyond the bound is a value_error (test_asyncio/test_locks.py: SemaphoreTests.test_release_not_acquired)") {
    CHECK_THROWS_AS(lasti::bounded_semaphore().release(), lasti::value_error);
}

TEST_CASE("release() where nobody waits unlocks (test_asyncio/test_locks.py: SemaphoreTests.test_release_no_waiters)") {
    const lasti::semaphore s;
    at_once(s.acquire());
    CHECK(s.locked());
    s.release();
    CHECK_FALSE(s.locked());
}

TEST_CASE("SE1: first come, first served (test_asyncio/test_locks.py: SemaphoreTests.test_acquire_fifo_order)") {
    virtual_loop on;
    const lasti::semaphore s(1);
    const trace result;
    struct twice {
        lasti::semaphore s;
        trace result;
        std::string name;
        int i;
        COROUTINE_BODY(void) {
            BEGIN;
            for (i = 1; i <= 2; ++i) {
                AWAIT(s.acquire());
                result(name + '_' + std::to_string(i));
                AWAIT(lasti::sleep(0.01));
                s.release();
            }
            END;
        }
    };
    for (const char* name : {"c1", "c2", "c3"}) on.loop.create_task(lasti::coroutine<>(twice{s, result, name, 0}));
    on.loop.run();
    CHECK(result.take() == "c1_1 c2_1 c3_1 c1_2 c2_2 c3_2");
}

TEST_CASE("SE1: no barging: who releases and acquires comes last (test_asyncio/test_locks.py: SemaphoreTests.test_acquire_fifo_order_2)") {
    virtual_loop on;
    const lasti::semaphore s(1);
    const trace result;
    struct again {
        lasti::semaphore s;
        trace result;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(s.acquire());
            result(2);
            s.release();
            AWAIT(s.acquire());
            result(4);
            END;
        }
    };
    on.loop.create_task(acquires(s, result, 1));
    on.loop.create_task(lasti::coroutine<>(again{s, result}));
    on.loop.create_task(acquires(s, result, 3));
    on.loop.poll();
    s.release();
    s.release();
    on.loop.run();
    CHECK(result.take() == "1 2 3 4");
}

TEST_CASE("SE2: the first is cancelled, the others come in (test_asyncio/test_locks.py: SemaphoreTests.test_acquire_fifo_order_3)") {
    virtual_loop on;
    const lasti::semaphore s(0);
    const trace result;
    const lasti::task<bool> t1 = on.loop.create_task(acquires(s, result, 1));
    on.loop.create_task(acquires(s, result, 2));
    on.loop.create_task(acquires(s, result, 3));
    on.loop.poll();
    t1.cancel();
    on.loop.poll();
    s.release();
    s.release();
    on.loop.run();
    CHECK(result.take() == "2 3");
}

TEST_CASE("SE2: who comes in wakes those who had to wait for it (test_asyncio/test_locks.py: SemaphoreTests.test_acquire_fifo_order_4)") {
    virtual_loop on;
    const lasti::semaphore s(0);
    const trace result;
    struct first {
        lasti::semaphore s;
        trace result;
        COROUTINE_BODY(void) {
            BEGIN;
            CHECK(s.value() == 0);
            AWAIT(s.acquire());
            CHECK(s.value() == 0);  // all who waited are woken by now
            lasti::create_task(notes(result, 4));
            result(1);
            END;
        }
    };
    struct second {
        lasti::semaphore s;
        trace result;
        COROUTINE_BODY(void) {
            BEGIN;
            s.release();
            s.release();
            s.release();
            CHECK(s.value() == 2);
            CHECK(s.locked());  // the first has not had its turn
            AWAIT(s.acquire());
            result(2);
            END;
        }
    };
    on.loop.create_task(lasti::coroutine<>(first{s, result}));
    on.loop.create_task(lasti::coroutine<>(second{s, result}));
    on.loop.create_task(acquires(s, result, 3));
    on.loop.poll();
    CHECK(s.value() == 2);
    CHECK(contains(s.describe(), "waiters:2"));
    on.loop.run();
    CHECK(result.take() == "1 2 3 4");
}

TEST_SUITE_END();
