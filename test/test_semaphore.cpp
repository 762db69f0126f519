#include <lasti/semaphore.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "support/at_once.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Comes in, says so, stays for so many seconds, and goes.
lasti::coroutine<> stays(lasti::semaphore s, trace note, std::string name, double seconds = 0) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(s)
            note(name);
            if (seconds > 0) AWAIT(lasti::sleep(seconds));
        END_ASYNC_WITH
        END;
    };
}

lasti::coroutine<> acquires(lasti::semaphore s, trace note, std::string name) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(s.acquire());
        note(name);
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("semaphore");

TEST_CASE("a semaphore is there from its declaration, for one; copies name the same one") {
    const lasti::semaphore s, same = s, other(3);
    CHECK(s.value() == 1);
    CHECK(other.value() == 3);
    CHECK(same == s);
    CHECK(other != s);
    CHECK(at_once(s.acquire()));
    CHECK(same.locked());
    lasti::semaphore from = s;
    const lasti::semaphore moved = std::move(from);
    CHECK_FALSE(from);
    CHECK_THROWS_AS(from.release(), lasti::type_error);
}

TEST_CASE("SE1: a negative value is a value_error, 0 is none to begin with") {
    CHECK_THROWS_WITH_AS(lasti::semaphore(-1, "connections"),
                         "Semaphore initial value must be >= 0: semaphore 'connections' with -1", lasti::value_error);
    CHECK_THROWS_AS(lasti::bounded_semaphore(-1), lasti::value_error);
    CHECK(lasti::semaphore(0).locked());
}

TEST_CASE("SE1: so many at a time, in the order they came") {
    virtual_loop on;
    const lasti::semaphore s(2);
    const trace t;
    for (const char* name : {"a", "b", "c", "d", "e"}) on.loop.create_task(stays(s, t, name, 1));
    on.loop.run();
    CHECK(t.take() == "a b c d e");
    CHECK(on.loop.time() == 3);
    CHECK(s.value() == 2);
}

TEST_CASE("SE1: release() hands the unit to who waits: who comes now queues behind") {
    virtual_loop on;
    const lasti::semaphore s(0);
    const trace t;
    on.loop.create_task(acquires(s, t, "waits"));
    on.loop.poll();
    s.release();
    CHECK(s.value() == 0);
    CHECK(s.locked());
    on.loop.create_task(acquires(s, t, "late"));
    on.loop.poll();
    CHECK(t.take() == "waits");
    s.release();
    on.loop.run();
    CHECK(t.take() == "late");
}

TEST_CASE("SE2: woken and then cancelled, the unit goes to the next") {
    virtual_loop on;
    const lasti::semaphore s(0);
    const trace t;
    const lasti::task<> one = on.loop.create_task(acquires(s, t, "one"));
    on.loop.create_task(acquires(s, t, "two"));
    on.loop.poll();
    s.release();
    one.cancel();
    on.loop.run();
    CHECK(one.cancelled());
    CHECK(t.take() == "two");
    CHECK(s.value() == 0);
}

TEST_CASE("SE2: woken and then cancelled where nobody waits, the unit is there again") {
    virtual_loop on;
    const lasti::semaphore s(0);
    const lasti::task<> t = on.loop.create_task(acquires(s, trace(), ""));
    on.loop.poll();
    s.release();
    t.cancel();
    on.loop.run();
    CHECK(s.value() == 1);
    CHECK_FALSE(s.locked());
}

TEST_CASE("SE2: a bounded one refuses to have more than in the beginning") {
    const lasti::bounded_semaphore s(2, "connections");
    CHECK_THROWS_WITH_AS(s.release(), "BoundedSemaphore released too many times: semaphore 'connections'", lasti::value_error);
    at_once(s.acquire());
    s.release();
    CHECK_THROWS_AS(s.release(), lasti::value_error);
    const lasti::semaphore same = s;
    CHECK_THROWS_AS(same.release(), lasti::value_error);
    const lasti::semaphore free(2);
    free.release();
    CHECK(free.value() == 3);
}

TEST_CASE("LB1: a semaphore serves the loop on which somebody waited first") {
    const lasti::semaphore s(0);
    virtual_loop one, two;
    one.loop.create_task(acquires(s, trace(), ""));
    one.loop.poll();
    const lasti::task<> foreign = two.loop.create_task(acquires(s, trace(), ""));
    two.loop.poll();
    REQUIRE(foreign.done());
    CHECK(foreign.exception().what() == "a semaphore is bound to a different event loop");
    s.release();
    one.loop.run();
}

TEST_CASE("one that nobody releases is a deadlock, and the report names it") {
    virtual_loop on;
    const lasti::semaphore s(0, "connections");
    on.loop.create_task(acquires(s, trace(), ""));
    CHECK_THROWS_WITH_AS(on.loop.run(), doctest::Contains("Waits for: semaphore 'connections' [locked, waiters:1]"),
                         lasti::deadlock_error);
}

TEST_CASE("who waits when the last handle goes gets a runtime_error; who was woken has what it was given") {
    virtual_loop on;
    std::unique_ptr<lasti::semaphore> s(new lasti::semaphore(0, "connections"));
    struct body {
        lasti::semaphore* s;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(s->acquire());
            END;
        }
    };
    const lasti::task<> woken = on.loop.create_task(lasti::coroutine<>(body{s.get()}));
    const lasti::task<> waits = on.loop.create_task(lasti::coroutine<>(body{s.get()}));
    on.loop.poll();
    s->release();
    s.reset();
    on.loop.run();
    CHECK_FALSE(woken.exception());
    CHECK(contains(waits.exception().what(), "semaphore 'connections' was destroyed while somebody waited for it"));
}

TEST_CASE("closing the loop under a woken task gives its unit back") {
    const lasti::semaphore s(0);
    {
        virtual_loop on;
        for (int i = 0; i < 3; ++i) on.loop.create_task(acquires(s, trace(), ""));
        on.loop.poll();
        s.release();
        s.release();
    }
    CHECK(s.value() == 2);
    CHECK(s.describe() == "a semaphore [unlocked, value:2]");
}

TEST_CASE("driven by hand, who did not wait does not come in") {
    const lasti::semaphore s(0);
    const lasti::coroutine<> c = acquires(s, trace(), "");
    CHECK(c.send().describe() == "a semaphore [locked]");
    CHECK_THROWS_WITH_AS(c.send(), doctest::Contains("await wasn't used with future"), lasti::runtime_error);
}

TEST_SUITE_END();
