// CPython's test_locks.py: LockTests and EventTests. One poll() is one `await asyncio.sleep(0)` of the original.
#include <lasti/sync.hpp>

#include <doctest/doctest.h>

#include <string>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "support/at_once.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Awaits it, and notes its number if that gave true.
template <class A>
lasti::coroutine<bool> gets(A awaitable, trace result, int number) {
    bool got = false;
    return COROUTINE(bool) {
        BEGIN;
        AWAIT_SET(got, awaitable);
        if (got) result(number);
        RETURN(true);
        END;
    };
}

/// As gets(), by `async with`: for what has no result.
template <class Lock>
lasti::coroutine<bool> is_locked_inside(Lock l) {
    bool inside = false;
    return COROUTINE(bool) {
        BEGIN;
        ASYNC_WITH(l)
            inside = l.locked();
        END_ASYNC_WITH
        RETURN(inside && !l.locked());
        END;
    };
}

lasti::coroutine<> lock_it(lasti::lock l, lasti::future<> blocker) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(l)
            if (blocker) AWAIT(blocker);
        END_ASYNC_WITH
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("test_locks.py: LockTests");

TEST_CASE("describe() tells whether it is locked (test_asyncio/test_locks.py: LockTests.test_repr)") {
    const lasti::lock l;
    CHECK(contains(l.describe(), "[unlocked]"));
    at_once(l.acquire());
    CHECK(contains(l.describe(), "[locked]"));
}

TEST_CASE("a lock itself can not be awaited (test_asyncio/test_locks.py: LockTests.test_lock)") {
    CHECK_FALSE(lasti::is_awaitable<lasti::lock>::value);
    CHECK(lasti::is_awaitable<decltype(lasti::lock().acquire())>::value);
}

TEST_CASE("nor any other primitive: it is made for ASYNC_WITH (test_asyncio/test_locks.py: LockTests.test_lock_by_with_statement)") {
    CHECK_FALSE(lasti::is_awaitable<lasti::lock>::value);
    CHECK_FALSE(lasti::is_awaitable<lasti::condition>::value);
    CHECK_FALSE(lasti::is_awaitable<lasti::semaphore>::value);
    CHECK_FALSE(lasti::is_awaitable<lasti::bounded_semaphore>::value);
    virtual_loop on;
    CHECK(on.loop.run_until_complete(is_locked_inside(lasti::lock())));
    CHECK(on.loop.run_until_complete(is_locked_inside(lasti::condition())));
    CHECK(on.loop.run_until_complete(is_locked_inside(lasti::semaphore())));
    CHECK(on.loop.run_until_complete(is_locked_inside(lasti::bounded_semaphore())));
}

TEST_CASE("LK1: each release lets one in, in the order they came (test_asyncio/test_locks.py: LockTests.test_acquire)") {
    virtual_loop on;
    const lasti::lock l;
    const trace result;
    CHECK(at_once(l.acquire()));
    const lasti::task<bool> t1 = on.loop.create_task(gets(l.acquire(), result, 1));
    const lasti::task<bool> t2 = on.loop.create_task(gets(l.acquire(), result, 2));
    on.loop.poll();
    CHECK(result.take() == "");
    l.release();
    on.loop.poll();
    CHECK(result.take() == "1");
    on.loop.poll();
    CHECK(result.take() == "");
    const lasti::task<bool> t3 = on.loop.create_task(gets(l.acquire(), result, 3));
    l.release();
    on.loop.poll();
    CHECK(result.take() == "2");
    l.release();
    on.loop.poll();
    CHECK(result.take() == "3");
    CHECK(t1.result());
    CHECK(t2.result());
    CHECK(t3.result());
}

TEST_CASE("LK2: one that is cancelled leaves no waiter behind (test_asyncio/test_locks.py: LockTests.test_acquire_cancel)") {
    virtual_loop on;
    const lasti::lock l;
    at_once(l.acquire());
    const lasti::task<bool> t = on.loop.create_task(lasti::as_coroutine(l.acquire()));
    on.loop.call_soon([=] { t.cancel(); });
    CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::cancelled_error);
    CHECK(l.describe() == "a lock [locked]");
}

TEST_CASE("LK2: one cancels, one releases: the third gets it (test_asyncio/test_locks.py: LockTests.test_cancel_race)") {
    virtual_loop on;
    const lasti::lock l;
    const lasti::future<> fa = on.loop.create_future();
    const lasti::task<> ta = on.loop.create_task(lock_it(l, fa));
    on.loop.poll();
    CHECK(l.locked());
    const lasti::task<> tb = on.loop.create_task(lock_it(l, lasti::future<>()));
    on.loop.poll();
    CHECK(contains(l.describe(), "waiters:1"));
    const lasti::task<> tc = on.loop.create_task(lock_it(l, lasti::future<>()));
    on.loop.poll();
    CHECK(contains(l.describe(), "waiters:2"));
    fa.set_result();
    tb.cancel();
    CHECK(contains(l.describe(), "waiters:2"));  // b stays until its turn
    on.loop.poll();
    CHECK_FALSE(l.locked());
    CHECK(ta.done());
    CHECK(tb.cancelled());
    on.loop.run_until_complete(tc);
}

TEST_CASE("LK2: cancel the first, release: only one gets it (test_asyncio/test_locks.py: LockTests.test_cancel_release_race)") {
    virtual_loop on;
    const lasti::lock l;
    const trace locked;
    at_once(l.acquire());
    const lasti::task<bool> t1 = on.loop.create_task(gets(l.acquire(), locked, 1));
    const lasti::task<bool> t2 = on.loop.create_task(gets(l.acquire(), locked, 2));
    const lasti::task<bool> t3 = on.loop.create_task(gets(l.acquire(), locked, 3));
    on.loop.poll();
    on.loop.call_soon([=] {
        t1.cancel();
        l.release();
    });
    CHECK_THROWS_AS(on.loop.run_until_complete(t1), lasti::cancelled_error);
    on.loop.poll();
    CHECK(locked.take() == "2");
    CHECK(t1.cancelled());
    CHECK(t2.done());
    t3.cancel();
    on.loop.poll();
    CHECK(t3.cancelled());
}

TEST_CASE("LK2: a woken waiter is cancelled, the next is woken (test_asyncio/test_locks.py: LockTests.test_finished_waiter_cancelled)") {
    virtual_loop on;
    const lasti::lock l;
    at_once(l.acquire());
    const lasti::task<bool> tb = on.loop.create_task(lasti::as_coroutine(l.acquire()));
    on.loop.poll();
    CHECK(contains(l.describe(), "waiters:1"));
    const lasti::task<bool> tc = on.loop.create_task(lasti::as_coroutine(l.acquire()));
    tb.cancel();
    l.release();
    on.loop.poll();
    CHECK(tb.cancelled());
    on.loop.run_until_complete(tc);
    CHECK(l.locked());
}

TEST_CASE("LK1: release() of what is not locked is a runtime_error (test_asyncio/test_locks.py: LockTests.test_release_not_acquired)") {
    CHECK_THROWS_AS(lasti::lock().release(), lasti::runtime_error);
}

TEST_CASE("LK1: release() where nobody waits unlocks (test_asyncio/test_locks.py: LockTests.test_release_no_waiters)") {
    const lasti::lock l;
    at_once(l.acquire());
    CHECK(l.locked());
    l.release();
    CHECK_FALSE(l.locked());
}

TEST_CASE("ASYNC_WITH holds it (test_asyncio/test_locks.py: LockTests.test_context_manager)") {
    virtual_loop on;
    const lasti::lock l;
    CHECK_FALSE(l.locked());
    CHECK(on.loop.run_until_complete(is_locked_inside(l)));
    CHECK_FALSE(l.locked());
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("test_locks.py: EventTests");

TEST_CASE("describe() tells whether it is set, and how many wait (test_asyncio/test_locks.py: EventTests.test_repr)") {
    virtual_loop on;
    const lasti::event e;
    CHECK(contains(e.describe(), "[unset]"));
    e.set();
    CHECK(contains(e.describe(), "[set]"));
    e.clear();
    on.loop.create_task(lasti::as_coroutine(e.wait()));
    on.loop.poll();
    CHECK(contains(e.describe(), "waiters:1"));
    e.set();
    on.loop.run();
}

TEST_CASE("EV1: who comes when it is set goes on at once, the others in the next round (test_asyncio/test_locks.py: EventTests.test_wait)") {
    virtual_loop on;
    const lasti::event e;
    const trace result;
    CHECK_FALSE(e.is_set());
    const lasti::task<bool> t1 = on.loop.create_task(gets(e.wait(), result, 1));
    const lasti::task<bool> t2 = on.loop.create_task(gets(e.wait(), result, 2));
    on.loop.poll();
    CHECK(result.take() == "");
    const lasti::task<bool> t3 = on.loop.create_task(gets(e.wait(), result, 3));
    e.set();
    on.loop.poll();
    CHECK(result.take() == "3 1 2");
    CHECK(t1.done());
    CHECK(t2.done());
    CHECK(t3.done());
}

TEST_CASE("wait() gives true (test_asyncio/test_locks.py: EventTests.test_wait_on_set)") {
    const lasti::event e;
    e.set();
    CHECK(at_once(e.wait()));
}

TEST_CASE("one that is cancelled leaves no waiter behind (test_asyncio/test_locks.py: EventTests.test_wait_cancel)") {
    virtual_loop on;
    const lasti::event e;
    const lasti::task<bool> t = on.loop.create_task(lasti::as_coroutine(e.wait()));
    on.loop.call_soon([=] { t.cancel(); });
    CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::cancelled_error);
    CHECK(e.describe() == "an event [unset]");
}

TEST_CASE("set() and clear() (test_asyncio/test_locks.py: EventTests.test_clear)") {
    const lasti::event e;
    CHECK_FALSE(e.is_set());
    e.set();
    CHECK(e.is_set());
    e.clear();
    CHECK_FALSE(e.is_set());
}

TEST_CASE("EV1: set() and at once clear() wakes who waits, once (test_asyncio/test_locks.py: EventTests.test_clear_with_waiters)") {
    virtual_loop on;
    const lasti::event e;
    const trace result;
    const lasti::task<bool> t = on.loop.create_task(gets(e.wait(), result, 1));
    on.loop.poll();
    CHECK(result.take() == "");
    e.set();
    e.clear();
    CHECK_FALSE(e.is_set());
    e.set();
    e.set();
    on.loop.poll();
    CHECK(result.take() == "1");
    CHECK(e.describe() == "an event [set]");
    CHECK(t.result());
}

TEST_SUITE_END();
