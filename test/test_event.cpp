#include <lasti/event.hpp>

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

lasti::coroutine<> waits(lasti::event e, trace note, std::string name) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(e.wait());
        note(name);
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("event");

TEST_CASE("an event is there from its declaration, not set; copies name the same one") {
    const lasti::event e, same = e, other;
    CHECK_FALSE(e.is_set());
    CHECK(same == e);
    CHECK(other != e);
    e.set();
    CHECK(same.is_set());
    same.clear();
    CHECK_FALSE(e.is_set());
}

TEST_CASE("a handle that was moved from is falsy, and its use a type_error") {
    lasti::event e;
    const lasti::event moved = std::move(e);
    CHECK_FALSE(e);
    CHECK(moved);
    CHECK_THROWS_AS(e.set(), lasti::type_error);
    CHECK_THROWS_AS((void)e.wait(), lasti::type_error);
}

TEST_CASE("wait() for what is set does not suspend, and gives true") {
    const lasti::event e;
    e.set();
    const lasti::coroutine<bool> c = lasti::as_coroutine(e.wait());
    CHECK_THROWS_AS(c.send(), lasti::stop_iteration);
    CHECK(c.result());
}

TEST_CASE("EV1: set() wakes all who wait, in the order they came, in the next round") {
    virtual_loop on;
    const lasti::event e;
    const trace t;
    for (const char* name : {"a", "b", "c"}) on.loop.create_task(waits(e, t, name));
    on.loop.poll();
    e.set();
    CHECK(t.take() == "");
    on.loop.create_task(waits(e, t, "d"));
    on.loop.poll();
    CHECK(t.take() == "a b c d");
}

TEST_CASE("EV1, W12: who was woken goes on even if clear() follows at once") {
    virtual_loop on;
    const lasti::event e;
    struct body {
        lasti::event e;
        bool woken;
        COROUTINE_BODY(bool) {
            BEGIN;
            AWAIT_SET(woken, e.wait());
            CHECK_FALSE(e.is_set());
            RETURN(woken);
            END;
        }
    };
    const lasti::task<bool> t = on.loop.create_task(lasti::coroutine<bool>(body{e, false}));
    on.loop.poll();
    e.set();
    e.clear();
    e.set();
    e.clear();
    on.loop.poll();
    CHECK(t.result());
}

TEST_CASE("EV1: who comes after clear() waits for the next set()") {
    virtual_loop on;
    const lasti::event e;
    const trace t;
    on.loop.create_task(waits(e, t, "early"));
    on.loop.poll();
    e.set();
    e.clear();
    on.loop.create_task(waits(e, t, "late"));
    on.loop.poll();
    on.loop.poll();
    CHECK(t.take() == "early");
    e.set();
    on.loop.run();
    CHECK(t.take() == "late");
}

TEST_CASE("who is cancelled does not go on, woken or not") {
    virtual_loop on;
    const lasti::event e;
    const trace t;
    const lasti::task<> one = on.loop.create_task(waits(e, t, "one")), two = on.loop.create_task(waits(e, t, "two"));
    on.loop.poll();
    one.cancel();
    e.set();
    two.cancel();
    on.loop.run();
    CHECK(one.cancelled());
    CHECK(two.cancelled());
    CHECK(t.take() == "");
}

TEST_CASE("LB1: an event serves the loop on which somebody waited first") {
    const lasti::event e;
    const trace t;
    virtual_loop one, two;
    one.loop.create_task(waits(e, t, "one"));
    one.loop.poll();
    const lasti::task<> foreign = two.loop.create_task(waits(e, t, "two"));
    two.loop.poll();
    REQUIRE(foreign.done());
    CHECK(foreign.exception().what() == "an event is bound to a different event loop");
    e.set();
    two.loop.run_until_complete(waits(e, t, "without waiting"));
    one.loop.run();
    CHECK(t.take() == "without waiting one");
}

TEST_CASE("an event that nobody sets is a deadlock, and the report names it") {
    virtual_loop on;
    const lasti::event e("ready");
    on.loop.create_task(waits(e, trace(), ""));
    CHECK_THROWS_WITH_AS(on.loop.run(), doctest::Contains("Waits for: event 'ready'"), lasti::deadlock_error);
}

TEST_CASE("who waits when the last handle goes gets a runtime_error") {
    virtual_loop on;
    std::unique_ptr<lasti::event> e(new lasti::event("ready"));
    struct body {
        lasti::event* e;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(e->wait());
            END;
        }
    };
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(body{e.get()}));
    on.loop.poll();
    e.reset();
    on.loop.run();
    CHECK(contains(t.exception().what(), "event 'ready' was destroyed while somebody waited for it"));
}

TEST_CASE("a task that was woken and is destroyed with its loop leaves nothing behind") {
    const lasti::event e;
    {
        virtual_loop on;
        on.loop.create_task(waits(e, trace(), ""));
        on.loop.create_task(waits(e, trace(), ""));
        on.loop.poll();
        e.set();
        e.clear();
    }
    CHECK(e.describe() == "an event [unset]");
}

TEST_CASE("driven by hand: an event that was set meanwhile is as good as one that was awaited") {
    const lasti::event e;
    const trace t;
    const lasti::coroutine<> early = waits(e, t, "early"), good = waits(e, t, "good");
    CHECK(early.send().describe() == "an event");
    good.send();
    CHECK_THROWS_AS(early.send(), lasti::runtime_error);
    e.set();
    CHECK_THROWS_AS(good.send(), lasti::stop_iteration);
    CHECK(t.take() == "good");
}

TEST_CASE("describe() says its name, its state, and how many wait") {
    virtual_loop on;
    const lasti::event e("ready");
    on.loop.create_task(waits(e, trace(), ""));
    on.loop.poll();
    CHECK(e.describe() == "event 'ready' [unset, waiters:1]");
    e.set();
    CHECK(e.describe() == "event 'ready' [set]");
    on.loop.run();
}

TEST_SUITE_END();
