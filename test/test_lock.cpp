#include <lasti/lock.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Locks, says so, holds it for so many seconds, unlocks.
lasti::coroutine<> holds(lasti::lock l, trace note, std::string name, double seconds = 0) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(l.acquire());
        note(name);
        if (seconds > 0) AWAIT(lasti::sleep(seconds));
        l.release();
        END;
    };
}

lasti::coroutine<> acquires(lasti::lock l, trace note, std::string name) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(l.acquire());
        note(name);
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("lock");

TEST_CASE("a lock is there from its declaration, unlocked; copies name the same one") {
    lasti::lock l;
    CHECK(l);
    CHECK_FALSE(l.locked());
    const lasti::lock same = l, other;
    CHECK(same == l);
    CHECK(other != l);
    virtual_loop on;
    on.loop.run_until_complete(lasti::as_coroutine(l.acquire()));
    CHECK(same.locked());
    CHECK_FALSE(other.locked());
}

TEST_CASE("a handle that was moved from is falsy, and its use a type_error") {
    lasti::lock l;
    const lasti::lock moved = std::move(l);
    CHECK_FALSE(l);
    CHECK(moved);
    CHECK_THROWS_AS(l.locked(), lasti::type_error);
    CHECK_THROWS_AS((void)l.acquire(), lasti::type_error);
    CHECK_THROWS_AS(l.release(), lasti::type_error);
}

TEST_CASE("acquire() of a free lock does not suspend, and gives true") {
    lasti::lock l;
    struct body {
        lasti::lock l;
        bool got;
        COROUTINE_BODY(bool) {
            BEGIN;
            AWAIT_SET(got, l.acquire());
            RETURN(got);
            END;
        }
    };
    const lasti::coroutine<bool> c = body{l, false};
    CHECK_THROWS_AS(c.send(), lasti::stop_iteration);  // no request came out of it
    CHECK(c.result());
    CHECK(l.locked());
}

TEST_CASE("LK1: who waits is served in the order they came") {
    virtual_loop on;
    lasti::lock l;
    const trace t;
    for (const char* name : {"a", "b", "c", "d"}) on.loop.create_task(holds(l, t, name, 1));
    on.loop.run();
    CHECK(t.take() == "a b c d");
    CHECK(on.loop.time() == 4);
    CHECK_FALSE(l.locked());
}

TEST_CASE("LK1, W10: no barging: who releases and acquires at once comes behind those who wait") {
    virtual_loop on;
    lasti::lock l;
    const trace t;
    struct body {
        lasti::lock l;
        trace t;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(l.acquire());
            AWAIT(lasti::sleep(1));
            l.release();
            AWAIT(l.acquire());
            t("main");
            l.release();
            END;
        }
    };
    on.loop.create_task(lasti::coroutine<>(body{l, t}));
    for (const char* name : {"0", "1", "2"}) on.loop.create_task(holds(l, t, name));
    on.loop.run();
    CHECK(t.take() == "0 1 2 main");
}

TEST_CASE("LK1: between release() and the turn of who is next it is unlocked, but not to be had") {
    virtual_loop on;
    lasti::lock l;
    const trace t;
    on.loop.create_task(acquires(l, t, "first"));
    on.loop.create_task(acquires(l, t, "second"));
    on.loop.poll();
    l.release();
    CHECK_FALSE(l.locked());
    on.loop.create_task(acquires(l, t, "third"));
    on.loop.poll();
    CHECK(l.locked());
    CHECK(t.take() == "first second");
    l.release();
    on.loop.poll();
    CHECK(t.take() == "third");
}

TEST_CASE("LK1: one that is free is to be had where those who queue are all cancelled") {
    virtual_loop on;
    lasti::lock l;
    const trace t;
    on.loop.create_task(acquires(l, t, "first"));
    const lasti::task<> second = on.loop.create_task(acquires(l, t, "second"));
    on.loop.poll();
    second.cancel();
    l.release();
    struct body {
        lasti::lock l;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(l.acquire());
            END;
        }
    };
    const lasti::coroutine<> by_hand = body{l};
    CHECK_THROWS_AS(by_hand.send(), lasti::stop_iteration);
    CHECK(l.locked());
    on.loop.poll();
    CHECK(second.cancelled());
    CHECK(t.take() == "first");
}

TEST_CASE("LK1: release() of what is not locked is a runtime_error") {
    const lasti::lock l("db");
    CHECK_THROWS_WITH_AS(l.release(), doctest::Contains("Lock is not acquired"), lasti::runtime_error);
    CHECK_THROWS_WITH_AS(l.release(), doctest::Contains("lock 'db'"), lasti::runtime_error);
}

TEST_CASE("LK1: anybody may release it") {
    virtual_loop on;
    lasti::lock l;
    const trace t;
    on.loop.create_task(acquires(l, t, "a"));
    on.loop.create_task(acquires(l, t, "b"));
    on.loop.call_later(1, [=] { l.release(); });
    on.loop.run();
    CHECK(t.take() == "a b");
    CHECK(l.locked());
}

TEST_CASE("LK2, W9: a woken waiter that is cancelled wakes the next") {
    virtual_loop on;
    lasti::lock l;
    const trace t;
    on.loop.create_task(acquires(l, t, "a"));
    const lasti::task<> b = on.loop.create_task(acquires(l, t, "b"));
    on.loop.create_task(acquires(l, t, "c"));
    on.loop.poll();
    l.release();
    b.cancel();
    on.loop.poll();  // b goes, c is woken
    CHECK(b.cancelled());
    CHECK_FALSE(l.locked());
    on.loop.poll();
    CHECK(l.locked());
    CHECK(t.take() == "a c");
}

TEST_CASE("LK2: a release that finds the first cancelled leaves the waking to that one") {
    virtual_loop on;
    lasti::lock l;
    const trace t;
    on.loop.create_task(acquires(l, t, "a"));
    const lasti::task<> b = on.loop.create_task(acquires(l, t, "b"));
    on.loop.create_task(acquires(l, t, "c"));
    on.loop.poll();
    b.cancel();
    l.release();
    on.loop.poll();
    CHECK(t.take() == "a");
    on.loop.poll();
    CHECK(t.take() == "c");
}

TEST_CASE("LK2: one cancelled in the middle takes nobody's turn") {
    virtual_loop on;
    lasti::lock l;
    const trace t;
    on.loop.create_task(holds(l, t, "a", 1));
    on.loop.create_task(holds(l, t, "b", 1));
    const lasti::task<> c = on.loop.create_task(holds(l, t, "c", 1));
    on.loop.create_task(holds(l, t, "d", 1));
    on.loop.call_later(0.5, [=] { c.cancel(); });
    on.loop.run();
    CHECK(t.take() == "a b d");
    CHECK(on.loop.time() == 3);
}

TEST_CASE("LB1: a lock serves the loop on which somebody waited first") {
    lasti::lock l("db");
    const trace t;
    virtual_loop one;
    one.loop.run_until_complete(acquires(l, t, "without waiting"));
    virtual_loop two;
    two.loop.create_task(acquires(l, t, "binds it"));
    two.loop.poll();
    const lasti::task<> foreign = one.loop.create_task(acquires(l, t, "never"));
    one.loop.poll();
    REQUIRE(foreign.done());
    CHECK(foreign.exception().is<lasti::runtime_error>());
    CHECK(foreign.exception().what() == "lock 'db' is bound to a different event loop");
    l.release();
    two.loop.run();
    CHECK(t.take() == "without waiting binds it");
}

TEST_CASE("ASYNC_WITH holds it, and lets go of it however it is left") {
    virtual_loop on;
    lasti::lock l;
    struct body {
        lasti::lock l;
        bool fails;
        COROUTINE_BODY(void) {
            BEGIN;
            ASYNC_WITH(l)
                CHECK(l.locked());
                AWAIT(lasti::sleep(1));
                if (fails) RAISE(lasti::value_error("inside"));
            END_ASYNC_WITH
            CHECK_FALSE(l.locked());
            END;
        }
    };
    on.loop.run_until_complete(lasti::coroutine<>(body{l, false}));
    CHECK_FALSE(l.locked());
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(lasti::coroutine<>(body{l, true})), "inside", lasti::value_error);
    CHECK_FALSE(l.locked());
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(body{l, false}));
    on.loop.poll();
    CHECK(l.locked());
    t.cancel();
    on.loop.poll();
    CHECK_FALSE(l.locked());
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("lock: nothing hangs in silence");

TEST_CASE("a task that acquires what it holds is a deadlock, and the report says who holds it and where") {
    virtual_loop on;
    lasti::lock l("db");
    struct body {
        lasti::lock l;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(l.acquire());
            AWAIT(l.acquire());
            END;
        }
    };
    on.loop.create_task(lasti::coroutine<>(body{l}), "selfish");
    const lasti::error e = thrown_by([&] { on.loop.run(); });
    REQUIRE(e.is<lasti::deadlock_error>());
    CHECK(contains(e.what(), "* Task(name='selfish')"));
    CHECK(contains(e.what(), "Waits for: lock 'db', held since"));
    CHECK(contains(e.what(), place(__FILE__, __LINE__ - 10)));
}

TEST_CASE("who waits when the last handle goes gets a runtime_error") {
    virtual_loop on;
    std::unique_ptr<lasti::lock> l(new lasti::lock("db"));
    // By a pointer: the frame keeps no handle.
    struct body {
        lasti::lock* l;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(l->acquire());
            END;
        }
    };
    on.loop.run_until_complete(lasti::coroutine<>(body{l.get()}));
    const lasti::task<> one = on.loop.create_task(lasti::coroutine<>(body{l.get()}));
    const lasti::task<> two = on.loop.create_task(lasti::coroutine<>(body{l.get()}));
    on.loop.poll();
    l.reset();
    CHECK_FALSE(one.done());
    on.loop.run();
    CHECK(contains(one.exception().what(), "lock 'db' was destroyed while somebody waited for it"));
    CHECK(two.exception() == one.exception());
}

TEST_CASE("a lock that is nobody's but the one's who waits for it wakes that one") {
    virtual_loop on;
    struct body {
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(held().acquire());
            END;
        }
        static lasti::lock held() {
            lasti::lock l;
            struct taking {
                lasti::lock l;
                COROUTINE_BODY(void) {
                    BEGIN;
                    AWAIT(l.acquire());
                    END;
                }
            };
            const lasti::coroutine<> c = taking{l};
            thrown_by([&] { c.send(); });
            return l;
        }
    };
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(body()));
    on.loop.run();
    CHECK(contains(t.exception().what(), "a lock was destroyed while"));
}

TEST_CASE("a woken task that is destroyed with its loop leaves the lock to whom it is next") {
    lasti::lock l;
    const trace t;
    {
        virtual_loop on;
        on.loop.create_task(acquires(l, t, "a"));
        on.loop.create_task(acquires(l, t, "b"));
        on.loop.create_task(acquires(l, t, "c"));
        on.loop.poll();
        l.release();
        on.loop.close();
        CHECK(on.reported.count() == 2);
    }
    CHECK_FALSE(l.locked());
    CHECK(l.describe() == "a lock [unlocked]");
}

TEST_CASE("driven by hand, who did not wait does not get it") {
    lasti::lock l;
    const trace t;
    const lasti::coroutine<> holder = acquires(l, t, "holder"), other = acquires(l, t, "other");
    CHECK_THROWS_AS(holder.send(), lasti::stop_iteration);
    CHECK(contains(other.send().describe(), "a lock, held since"));
    CHECK_THROWS_WITH_AS(other.send(), doctest::Contains("await wasn't used with future"), lasti::runtime_error);
    CHECK(t.take() == "holder");
}

TEST_CASE("describe() says its name, its state, and how many wait") {
    virtual_loop on;
    lasti::lock l("db");
    const trace t;
    CHECK(l.describe() == "lock 'db' [unlocked]");
    CHECK(lasti::lock().describe() == "a lock [unlocked]");
    on.loop.create_task(acquires(l, t, "a"));
    on.loop.create_task(acquires(l, t, "b"));
    on.loop.poll();
    CHECK(l.describe() == "lock 'db' [locked, waiters:1]");
    l.release();
    on.loop.run();
}

TEST_SUITE_END();
