// CPython's test_locks.py: ConditionTests. One poll() is one `await asyncio.sleep(0)` of the original.
#include <lasti/condition.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/timeouts.hpp>

#include "support/at_once.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Acquires, waits, notes its number, and perhaps releases.
lasti::coroutine<bool> waits(lasti::condition c, trace result, int number, bool releases) {
    bool got = false;
    return COROUTINE(bool) {
        BEGIN;
        AWAIT(c.acquire());
        AWAIT_SET(got, c.wait());
        if (got) {
            result(number);
            if (releases) c.release();
        }
        RETURN(true);
        END;
    };
}

lasti::coroutine<> waits_inside(lasti::condition c, trace note) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(c)
            note("waits");
            AWAIT(c.wait());
        END_ASYNC_WITH
        END;
    };
}

void notify_now(lasti::condition c, std::size_t n) {
    at_once(c.acquire());
    c.notify(n);
    c.release();
}

/// Waits inside until `*wake`, notes which cancelled_error came, and lets it go on.
struct cancelled_inside {
    lasti::condition c;
    std::shared_ptr<bool> wake;
    std::shared_ptr<lasti::error> raised;
    COROUTINE_BODY(void) {
        BEGIN;
        ASYNC_WITH(c)
            TRY
                AWAIT(c.wait_for([this] { return *wake; }));
            EXCEPT(lasti::cancelled_error)
                *raised = self.handled();
                RERAISE;
            END_TRY
        END_ASYNC_WITH
        END;
    }
};

/// Takes what there is of `*state`, until that is negative.
struct consumer {
    lasti::condition c;
    std::shared_ptr<int> state;
    COROUTINE_BODY(void) {
        BEGIN;
        ASYNC_WITH(c)
            for (;;) {
                AWAIT(c.wait_for([this] { return *state != 0; }));
                if (*state < 0) RETURN();
                --*state;
            }
        END_ASYNC_WITH
        END;
    }
};

/// Produces one item, cancels the first consumer, and waits for somebody to take the item.
struct producer {
    lasti::condition c;
    std::shared_ptr<int> state;
    lasti::task<> first;
    bool lets_it_run;
    COROUTINE_BODY(void) {
        BEGIN;
        ASYNC_WITH(c)
            ++*state;
            c.notify(1);
            if (lets_it_run) AWAIT(lasti::sleep(0));
            first.cancel();
            TRY
                AWAIT(lasti::wait_for(c.wait_for([this] { return *state == 0; }), 0.01));
            EXCEPT(lasti::timeout_error)  // consumers tell nobody
            END_TRY
            CHECK(*state == 0);
            *state = -1;
            c.notify_all();
        END_ASYNC_WITH
        END;
    }
};

void check_wake_up_is_not_lost(bool while_it_waits_for_the_lock) {
    virtual_loop on;
    const lasti::condition c;
    const std::shared_ptr<int> state = std::make_shared<int>(0);
    const lasti::task<> first = on.loop.create_task(lasti::coroutine<>(consumer{c, state}));
    const lasti::task<> second = on.loop.create_task(lasti::coroutine<>(consumer{c, state}));
    on.loop.poll();
    on.loop.run_until_complete(lasti::coroutine<>(producer{c, state, first, while_it_waits_for_the_lock}));
    on.loop.run_until_complete(second);
    CHECK(first.cancelled());
}

} // namespace

TEST_SUITE_BEGIN("test_locks.py: ConditionTests");

TEST_CASE("CO1: notify() lets go on in order, each when it has the lock (test_asyncio/test_locks.py: ConditionTests.test_wait)") {
    virtual_loop on;
    const lasti::condition c;
    const trace result;
    const lasti::task<bool> t1 = on.loop.create_task(waits(c, result, 1, false));
    const lasti::task<bool> t2 = on.loop.create_task(waits(c, result, 2, false));
    const lasti::task<bool> t3 = on.loop.create_task(waits(c, result, 3, false));
    on.loop.poll();
    CHECK(result.take() == "");
    CHECK_FALSE(c.locked());
    CHECK(at_once(c.acquire()));
    c.notify();
    on.loop.poll();
    CHECK(result.take() == "");
    CHECK(c.locked());
    c.release();
    on.loop.poll();
    CHECK(result.take() == "1");
    CHECK(c.locked());
    c.notify(2);
    on.loop.poll();
    CHECK(result.take() == "");
    CHECK(c.locked());
    c.release();
    on.loop.poll();
    CHECK(result.take() == "2");
    CHECK(c.locked());
    c.release();
    on.loop.poll();
    CHECK(result.take() == "3");
    CHECK(c.locked());
    CHECK(t1.result());
    CHECK(t2.result());
    CHECK(t3.result());
}

TEST_CASE("CO1: one that is cancelled has the lock again (test_asyncio/test_locks.py: ConditionTests.test_wait_cancel)") {
    virtual_loop on;
    const lasti::condition c;
    at_once(c.acquire());
    const lasti::task<bool> t = on.loop.create_task(lasti::as_coroutine(c.wait()));
    on.loop.call_soon([=] { t.cancel(); });
    CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::cancelled_error);
    CHECK(c.describe() == "a condition [locked]");
}

TEST_CASE("CO1: cancelled while others have the lock, it waits for that (test_asyncio/test_locks.py: ConditionTests.test_wait_cancel_contested)") {
    virtual_loop on;
    const lasti::condition c;
    at_once(c.acquire());
    CHECK(c.locked());
    const lasti::task<bool> t = on.loop.create_task(lasti::as_coroutine(c.wait()));
    on.loop.poll();
    CHECK_FALSE(c.locked());
    at_once(c.acquire());
    c.notify();
    on.loop.call_soon([=] { t.cancel(); });
    on.loop.call_soon([=] { c.release(); });
    on.loop.run();
    CHECK(t.done());
    CHECK(c.locked());
}

TEST_CASE("CO2: cancelled after notify(), it gets its cancelled_error with the lock (test_asyncio/test_locks.py: ConditionTests.test_wait_cancel_after_notify)") {
    virtual_loop on;
    const lasti::condition c;
    const trace note;
    const lasti::task<> waiter = on.loop.create_task(waits_inside(c, note));
    on.loop.poll();
    at_once(c.acquire());
    c.notify();
    on.loop.poll();
    waiter.cancel();
    on.loop.poll();
    c.release();
    on.loop.poll();
    CHECK(waiter.cancelled());
    CHECK(note.take() == "waits");
}

TEST_CASE("CO1: wait() without the lock is a runtime_error (test_asyncio/test_locks.py: ConditionTests.test_wait_unacquired)") {
    CHECK_THROWS_AS(at_once(lasti::condition().wait()), lasti::runtime_error);
}

TEST_CASE("wait_for() looks again at each notify() (test_asyncio/test_locks.py: ConditionTests.test_wait_for)") {
    virtual_loop on;
    const lasti::condition c;
    const trace result;
    struct body {
        lasti::condition c;
        bool* holds;
        trace result;
        bool got;
        COROUTINE_BODY(bool) {
            BEGIN;
            AWAIT(c.acquire());
            AWAIT_SET(got, c.wait_for([this] { return *holds; }));
            if (got) {
                result(1);
                c.release();
            }
            RETURN(true);
            END;
        }
    };
    bool holds = false;
    const lasti::task<bool> t = on.loop.create_task(lasti::coroutine<bool>(body{c, &holds, result, false}));
    on.loop.poll();
    CHECK(result.take() == "");
    notify_now(c, 1);
    on.loop.poll();
    CHECK(result.take() == "");
    holds = true;
    notify_now(c, 1);
    on.loop.poll();
    CHECK(result.take() == "1");
    CHECK(t.result());
}

TEST_CASE("CO1: wait_for() without the lock: only if it has to wait (test_asyncio/test_locks.py: ConditionTests.test_wait_for_unacquired)") {
    const lasti::condition c;
    CHECK(at_once(c.wait_for([] { return std::make_shared<int>(3); })) != nullptr);
    CHECK_THROWS_AS(at_once(c.wait_for([] { return false; })), lasti::runtime_error);
}

TEST_CASE("CO1: notify(n) wakes n, or as many as there are (test_asyncio/test_locks.py: ConditionTests.test_notify)") {
    virtual_loop on;
    const lasti::condition c;
    const trace result;
    const lasti::task<bool> t1 = on.loop.create_task(waits(c, result, 1, true));
    const lasti::task<bool> t2 = on.loop.create_task(waits(c, result, 2, true));
    const lasti::task<bool> t3 = on.loop.create_task(waits(c, result, 3, true));
    on.loop.poll();
    CHECK(result.take() == "");
    notify_now(c, 1);
    on.loop.poll();
    CHECK(result.take() == "1");
    at_once(c.acquire());
    c.notify(1);
    c.notify(2048);
    c.release();
    on.loop.poll();
    CHECK(result.take() == "2 3");
    CHECK(t1.result());
    CHECK(t2.result());
    CHECK(t3.result());
}

TEST_CASE("CO1: notify_all() (test_asyncio/test_locks.py: ConditionTests.test_notify_all)") {
    virtual_loop on;
    const lasti::condition c;
    const trace result;
    const lasti::task<bool> t1 = on.loop.create_task(waits(c, result, 1, true));
    const lasti::task<bool> t2 = on.loop.create_task(waits(c, result, 2, true));
    on.loop.poll();
    CHECK(result.take() == "");
    at_once(c.acquire());
    c.notify_all();
    c.release();
    on.loop.poll();
    CHECK(result.take() == "1 2");
    CHECK(t1.result());
    CHECK(t2.result());
}

TEST_CASE("CO1: notify() without the lock is a runtime_error (test_asyncio/test_locks.py: ConditionTests.test_notify_unacquired)") {
    CHECK_THROWS_AS(lasti::condition().notify(), lasti::runtime_error);
}

TEST_CASE("CO1: notify_all() without the lock is a runtime_error (test_asyncio/test_locks.py: ConditionTests.test_notify_all_unacquired)") {
    CHECK_THROWS_AS(lasti::condition().notify_all(), lasti::runtime_error);
}

TEST_CASE("describe() tells of its lock, and how many wait (test_asyncio/test_locks.py: ConditionTests.test_repr)") {
    virtual_loop on;
    const lasti::condition c;
    CHECK(contains(c.describe(), "[unlocked]"));
    at_once(c.acquire());
    CHECK(contains(c.describe(), "[locked]"));
    c.release();
    for (const int waiting : {1, 2}) {
        on.loop.create_task(waits(c, trace(), 1, true));
        on.loop.poll();
        CHECK(contains(c.describe(), "waiters:" + std::to_string(waiting)));
    }
    at_once(c.acquire());
    c.notify_all();
    c.release();
    on.loop.run();
}

TEST_CASE("ASYNC_WITH holds the lock (test_asyncio/test_locks.py: ConditionTests.test_context_manager)") {
    virtual_loop on;
    const lasti::condition c;
    struct body {
        lasti::condition c;
        COROUTINE_BODY(bool) {
            BEGIN;
            CHECK_FALSE(c.locked());
            ASYNC_WITH(c)
                RETURN(c.locked());
            END_ASYNC_WITH
            END;
        }
    };
    CHECK(on.loop.run_until_complete(lasti::coroutine<bool>(body{c})));
    CHECK_FALSE(c.locked());
}

TEST_CASE("its lock may be given, and is the same (test_asyncio/test_locks.py: ConditionTests.test_explicit_lock)") {
    const lasti::lock l;
    const lasti::condition c(l);
    CHECK_FALSE(l.locked());
    CHECK_FALSE(c.locked());
    at_once(c.acquire());
    CHECK(l.locked());
    CHECK(c.locked());
    c.release();
    CHECK_FALSE(l.locked());
    at_once(l.acquire());
    CHECK(c.locked());
    l.release();
    CHECK_FALSE(c.locked());
}

TEST_CASE("LB1: a lock or a condition of another loop (test_asyncio/test_locks.py: ConditionTests.test_ambiguous_loops)") {
    virtual_loop here, elsewhere;
    const lasti::lock bound;
    at_once(bound.acquire());
    elsewhere.loop.create_task(lasti::as_coroutine(bound.acquire()));
    elsewhere.loop.poll();
    const lasti::condition with_bound(bound);
    CHECK_THROWS_WITH_AS(here.loop.run_until_complete(lasti::as_coroutine(with_bound.acquire())),
                         doctest::Contains("is bound to a different event loop"), lasti::runtime_error);
    bound.release();
    elsewhere.loop.run();

    const lasti::condition c;
    at_once(c.acquire());
    elsewhere.loop.create_task(lasti::as_coroutine(c.wait()));
    elsewhere.loop.poll();
    at_once(c.acquire());
    CHECK_THROWS_WITH_AS(here.loop.run_until_complete(lasti::as_coroutine(c.wait())),
                         doctest::Contains("is bound to a different event loop"), lasti::runtime_error);
    c.notify();
    c.release();
    elsewhere.loop.run();
}

TEST_CASE("a timeout in the block (test_asyncio/test_locks.py: ConditionTests.test_timeout_in_block)") {
    virtual_loop on;
    const lasti::condition c;
    struct body {
        lasti::condition c;
        COROUTINE_BODY(void) {
            BEGIN;
            ASYNC_WITH(c)
                AWAIT(lasti::wait_for(c.wait(), 0.5));
            END_ASYNC_WITH
            END;
        }
    };
    CHECK_THROWS_AS(on.loop.run_until_complete(lasti::coroutine<>(body{c})), lasti::timeout_error);
    CHECK_FALSE(c.locked());
}

TEST_CASE("CO1: the cancelled_error comes as it is, raised in the wait (test_asyncio/test_locks.py: ConditionTests.test_cancelled_error_wakeup)") {
    virtual_loop on;
    const lasti::condition c;
    const std::shared_ptr<lasti::error> raised = std::make_shared<lasti::error>();
    const lasti::task<> t =
        on.loop.create_task(lasti::coroutine<>(cancelled_inside{c, std::make_shared<bool>(false), raised}));
    on.loop.poll();
    t.cancel("foo");
    on.loop.run();
    const lasti::error e = t.shared_state()->outcome(); // the first who asks gets the very one
    REQUIRE(e.is<lasti::cancelled_error>());
    CHECK(e.as<lasti::cancelled_error>()->message() == "foo");
    CHECK(e == *raised);
}

TEST_CASE("CO1: ... and while it waits for the lock (test_asyncio/test_locks.py: ConditionTests.test_cancelled_error_re_aquire)") {
    virtual_loop on;
    const lasti::condition c;
    const std::shared_ptr<lasti::error> raised = std::make_shared<lasti::error>();
    const std::shared_ptr<bool> wake = std::make_shared<bool>(false);
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(cancelled_inside{c, wake, raised}));
    on.loop.poll();
    at_once(c.acquire());
    *wake = true;
    c.notify();
    on.loop.poll();
    t.cancel("foo");
    c.release();
    on.loop.run();
    const lasti::error e = t.shared_state()->outcome(); // the first who asks gets the very one
    REQUIRE(e.is<lasti::cancelled_error>());
    CHECK(e.as<lasti::cancelled_error>()->message() == "foo");
    CHECK(e == *raised);
}

TEST_CASE("CO2: cancelled together with a notify(), it wakes another (test_asyncio/test_locks.py: ConditionTests.test_cancelled_wakeup)") {
    check_wake_up_is_not_lost(false);
}

TEST_CASE("CO2: ... and while it waits for the lock (test_asyncio/test_locks.py: ConditionTests.test_cancelled_wakeup_relock)") {
    check_wake_up_is_not_lost(true);
}

TEST_SUITE_END();
