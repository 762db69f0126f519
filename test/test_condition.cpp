#include <lasti/condition.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <lasti/awaitable.hpp>
#include <lasti/cancel_scope.hpp>
#include <lasti/event_loop.hpp>

#include "support/at_once.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Waits inside of ASYNC_WITH; notes what became of it, and whether it had the lock then.
struct waiting {
    lasti::condition c;
    trace t;
    std::string name;
    lasti::cancelled_error const* e;
    COROUTINE_BODY(void) {
        BEGIN;
        ASYNC_WITH(c)
            TRY
                AWAIT(c.wait());
                t(name);
            EXCEPT_AS(e, lasti::cancelled_error)
                t(name + ":" + e->what() + (c.locked() ? "" : " without the lock"));
                RERAISE;
            END_TRY
        END_ASYNC_WITH
        END;
    }
};

lasti::task<> wait_in(virtual_loop& on, lasti::condition c, trace t, std::string name) {
    return on.loop.create_task(lasti::coroutine<>(waiting{c, t, name, nullptr}), name);
}

} // namespace

TEST_SUITE_BEGIN("condition");

TEST_CASE("a condition is there from its declaration, with a lock of its own; copies name the same one") {
    const lasti::condition c, same = c, other;
    CHECK(c);
    CHECK(same == c);
    CHECK(other != c);
    at_once(c.acquire());
    CHECK(same.locked());
    CHECK_FALSE(other.locked());
    lasti::condition from = c;
    const lasti::condition moved = std::move(from);
    CHECK_FALSE(from);
    CHECK_THROWS_AS(from.notify(), lasti::type_error);
}

TEST_CASE("CO1: without the lock wait(), notify() and notify_all() are runtime_errors") {
    const lasti::condition c("changed");
    CHECK_THROWS_WITH_AS(at_once(c.wait()), "cannot wait on un-acquired lock: condition 'changed'", lasti::runtime_error);
    CHECK_THROWS_WITH_AS(c.notify(), "cannot notify on un-acquired lock: condition 'changed'", lasti::runtime_error);
    CHECK_THROWS_AS(c.notify_all(), lasti::runtime_error);
    CHECK_THROWS_AS(c.release(), lasti::runtime_error);
}

TEST_CASE("CO1: cancelled again and again while it waits for the lock, it raises the last one, with the lock") {
    virtual_loop on;
    const lasti::condition c;
    const trace t;
    const lasti::task<> w = wait_in(on, c, t, "w");
    on.loop.poll();
    at_once(c.acquire());
    for (const char* message : {"first", "second", "third"}) {
        w.cancel(message);
        on.loop.poll();
        CHECK_FALSE(w.done());
    }
    c.release();
    on.loop.run();
    CHECK(w.cancelled());
    CHECK(t.take() == "w:third");
    CHECK_FALSE(c.locked());
}

TEST_CASE("CO2, V5: a notified task that is cancelled notifies the next") {
    virtual_loop on;
    const lasti::condition c;
    const trace t;
    const lasti::task<> one = wait_in(on, c, t, "one"), two = wait_in(on, c, t, "two");
    on.loop.poll();
    at_once(c.acquire());
    c.notify();
    c.release();
    one.cancel();
    on.loop.run();
    CHECK(one.cancelled());
    CHECK(t.take() == "one:CancelledError two");
}

TEST_CASE("CO2: notify(n) counts only those who are not woken yet") {
    virtual_loop on;
    const lasti::condition c;
    const trace t;
    for (const char* name : {"a", "b", "c"}) wait_in(on, c, t, name);
    on.loop.poll();
    at_once(c.acquire());
    c.notify();
    c.notify();
    c.release();
    on.loop.poll();
    on.loop.poll();
    CHECK(t.take() == "a b");
    at_once(c.acquire());
    c.notify(7);
    c.release();
    on.loop.run();
    CHECK(t.take() == "c");
}

TEST_CASE("a cancelled scope does not cancel the wait for the lock: it would do so in every round") {
    virtual_loop on;
    const lasti::condition c;
    const trace t;
    struct body {
        lasti::condition c;
        lasti::cancel_scope scope;
        trace t;
        COROUTINE_BODY(void) {
            BEGIN;
            WITH(scope)
                ASYNC_WITH(c)
                    AWAIT(c.wait());
                    t("waited");
                END_ASYNC_WITH
            END_WITH
            t(scope.cancelled_caught() ? "caught" : "not caught");
            END;
        }
    };
    const lasti::cancel_scope scope;
    on.loop.create_task(lasti::coroutine<>(body{c, scope, t}));
    on.loop.poll();
    at_once(c.acquire());
    scope.cancel();
    on.loop.poll();  // the wait is cancelled
    CHECK_FALSE(on.loop.poll());  // and nothing is ready until the lock is free
    c.release();
    on.loop.run();
    CHECK(t.take() == "caught");
    CHECK_FALSE(c.locked());
}

TEST_CASE("LB1: a condition serves the loop on which somebody waited first") {
    const lasti::condition c("changed");
    virtual_loop one, two;
    wait_in(one, c, trace(), "one");
    one.loop.poll();
    const lasti::task<> foreign = wait_in(two, c, trace(), "two");
    two.loop.poll();
    REQUIRE(foreign.done());
    CHECK(foreign.exception().what() == "condition 'changed' is bound to a different event loop");
    CHECK_FALSE(c.locked());
    at_once(c.acquire());
    c.notify_all();
    c.release();
    one.loop.run();
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("condition: wait_for()");

TEST_CASE("the predicate is asked once at once, then once for each notify(), always with the lock") {
    virtual_loop on;
    const lasti::condition c;
    const trace t;
    struct body {
        lasti::condition c;
        trace t;
        int asked;
        COROUTINE_BODY(void) {
            BEGIN;
            ASYNC_WITH(c)
                AWAIT(c.wait_for([this] {
                    t(c.locked() ? "asked" : "asked without the lock");
                    return ++asked == 3;
                }));
                t("true");
            END_ASYNC_WITH
            END;
        }
    };
    on.loop.create_task(lasti::coroutine<>(body{c, t, 0}));
    on.loop.poll();
    CHECK(t.take() == "asked");
    for (const char* expected : {"asked", "asked true"}) {
        at_once(c.acquire());
        c.notify();
        c.release();
        on.loop.poll();
        CHECK(t.take() == expected);
    }
    CHECK_FALSE(c.locked());
}

TEST_CASE("it gives what the predicate answered, of any type that is true or false") {
    virtual_loop on;
    const lasti::condition c;
    struct body {
        lasti::condition c;
        std::shared_ptr<std::string>* found;
        std::shared_ptr<std::string> got;
        COROUTINE_BODY(std::string) {
            BEGIN;
            AWAIT(c.acquire());
            AWAIT_SET(got, c.wait_for([this] { return *found; }));
            c.release();
            RETURN(*got);
            END;
        }
    };
    std::shared_ptr<std::string> found;
    const lasti::task<std::string> t = on.loop.create_task(lasti::coroutine<std::string>(body{c, &found, nullptr}));
    on.loop.poll();
    found = std::make_shared<std::string>("it");
    at_once(c.acquire());
    c.notify();
    c.release();
    CHECK(on.loop.run_until_complete(t) == "it");
}

TEST_CASE("what the predicate throws is raised, with the lock held") {
    virtual_loop on;
    const lasti::condition c;
    struct body {
        lasti::condition c;
        bool* fails;
        COROUTINE_BODY(void) {
            BEGIN;
            ASYNC_WITH(c)
                AWAIT(c.wait_for([this]() -> bool {
                    if (*fails) throw std::domain_error("no answer");
                    return false;
                }));
            END_ASYNC_WITH
            END;
        }
    };
    bool fails = true;
    CHECK_THROWS_AS(on.loop.run_until_complete(lasti::coroutine<>(body{c, &fails})), std::domain_error);
    fails = false;
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(body{c, &fails}));
    on.loop.poll();
    fails = true;
    at_once(c.acquire());
    c.notify();
    c.release();
    CHECK_THROWS_AS(on.loop.run_until_complete(t), std::domain_error);
    CHECK_FALSE(c.locked());
}

TEST_CASE("a predicate that cancels its own task: the cancellation comes in the next wait") {
    virtual_loop on;
    const lasti::condition c;
    struct body {
        lasti::condition c;
        int asked;
        COROUTINE_BODY(void) {
            BEGIN;
            ASYNC_WITH(c)
                AWAIT(c.wait_for([this] {
                    if (++asked == 2) lasti::current_task().cancel("by myself");
                    return false;
                }));
            END_ASYNC_WITH
            END;
        }
    };
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(body{c, 0}));
    on.loop.poll();
    at_once(c.acquire());
    c.notify();
    c.release();
    on.loop.run();
    CHECK(t.cancelled());
    CHECK_FALSE(c.locked());
}

TEST_CASE("a predicate that lets go of the lock is a runtime_error") {
    virtual_loop on;
    const lasti::condition c;
    struct body {
        lasti::condition c;
        int asked;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(c.acquire());
            AWAIT(c.wait_for([this] {
                if (++asked == 2) c.release();
                return false;
            }));
            END;
        }
    };
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(body{c, 0}));
    on.loop.poll();
    at_once(c.acquire());
    c.notify();
    c.release();
    on.loop.run();
    CHECK(contains(t.exception().what(), "cannot wait on un-acquired lock"));
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("condition: nothing hangs in silence");

TEST_CASE("one that nobody notifies is a deadlock, and the report names it") {
    virtual_loop on;
    const lasti::condition c("changed");
    wait_in(on, c, trace(), "lonely");
    CHECK_THROWS_WITH_AS(on.loop.run(), doctest::Contains("Waits for: condition 'changed' [unlocked, waiters:1]"),
                         lasti::deadlock_error);
}

TEST_CASE("who waits when the last handle goes gets a runtime_error, and has the lock again") {
    virtual_loop on;
    const lasti::lock l;
    std::unique_ptr<lasti::condition> c(new lasti::condition(l, "changed"));
    struct body {
        lasti::lock l;
        lasti::condition* c;
        COROUTINE_BODY(void) {
            BEGIN;
            ASYNC_WITH(l)
                AWAIT(c->wait());
            END_ASYNC_WITH
            END;
        }
    };
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(body{l, c.get()}));
    on.loop.poll();
    c.reset();
    on.loop.run();
    CHECK(contains(t.exception().what(), "condition 'changed' was destroyed while somebody waited for it"));
    CHECK_FALSE(l.locked());
}

TEST_CASE("... also where nobody can unlock its lock any more") {
    virtual_loop on;
    std::unique_ptr<lasti::condition> c(new lasti::condition("changed"));
    struct body {
        lasti::condition* c;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(c->acquire());
            AWAIT(c->wait());
            END;
        }
    };
    const lasti::task<> one = on.loop.create_task(lasti::coroutine<>(body{c.get()}));
    const lasti::task<> two = on.loop.create_task(lasti::coroutine<>(body{c.get()}));
    on.loop.poll();
    at_once(c->acquire());
    c->notify();
    on.loop.poll();  // the first waits for the lock
    c.reset();
    on.loop.run();
    CHECK(contains(one.exception().what(), "a lock was destroyed"));
    CHECK(contains(two.exception().what(), "a lock was destroyed"));
}

TEST_CASE("closing the loop under those who wait leaves the condition and its lock in order") {
    const lasti::condition c;
    {
        virtual_loop on;
        for (const char* name : {"a", "b", "c"}) wait_in(on, c, trace(), name);
        on.loop.poll();
        at_once(c.acquire());
        c.notify(2);
        on.loop.poll();
        c.release();
        on.loop.close();
    }
    CHECK(c.describe() == "a condition [unlocked]");
}

TEST_SUITE_END();
