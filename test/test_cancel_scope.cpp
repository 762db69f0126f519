// cancel_scope: cancellation as a state, as in trio and anyio.
#include <lasti/cancel_scope.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <stdexcept>
#include <string>

#include <lasti/event_loop.hpp>
#include <lasti/exceptions.hpp>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Sleeps in a scope, and catches what comes there, `stubbornly` often.
lasti::coroutine<> naps(trace t, lasti::cancel_scope scope, double time, int stubbornly) {
    int tries = 0;
    return COROUTINE(void) {
        BEGIN;
        WITH(scope)
            for (; tries <= stubbornly; ++tries) {
                TRY
                    AWAIT(lasti::sleep(time));
                    t("slept");
                EXCEPT(lasti::cancelled_error)
                    t("caught");
                    if (tries == stubbornly) RERAISE;
                END_TRY
            }
        END_WITH
        t(scope.cancelled_caught() ? "out" : "through");
        AWAIT(lasti::sleep(1));
        t("after");
        END;
    };
}

lasti::coroutine<> gives_way(trace t, lasti::cancel_scope scope) {
    return COROUTINE(void) {
        BEGIN;
        WITH(scope)
            for (;;) AWAIT(lasti::sleep(0));
        END_WITH
        t("out");
        END;
    };
}

lasti::coroutine<> gives_way_for(trace t, lasti::cancel_scope scope, int got) {
    return COROUTINE(void) {
        BEGIN;
        WITH(scope)
            for (;;) AWAIT_SET(got, lasti::sleep(0, got + 1));
        END_WITH
        t("out after " + std::to_string(got));
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("cancel_scope");

TEST_CASE("U5: level-triggered: every AWAIT inside raises, until the scope is left") {
    virtual_loop on;
    trace t;
    const lasti::cancel_scope scope;
    const lasti::task<> running = on.loop.create_task(naps(t, scope, 10, 3));
    on.loop.call_later(1, [=] { scope.cancel(); });
    on.loop.run();
    CHECK(t.take() == "caught caught caught caught out after");
    CHECK(on.loop.time() == 2);
    CHECK(running.cancelling() == 0);
}

TEST_CASE("a scope that nobody cancels changes nothing") {
    virtual_loop on;
    trace t;
    const lasti::cancel_scope scope;
    on.loop.run_until_complete(naps(t, scope, 10, 0));
    CHECK(t.take() == "slept through after");
    CHECK_FALSE(scope.cancel_called());
}

TEST_CASE("cancelled before it is entered, a scope raises at its first AWAIT; giving way is one, too") {
    virtual_loop on;
    trace t;
    lasti::cancel_scope scope;
    scope.cancel();
    on.loop.run_until_complete(naps(t, scope, 10, 0));
    CHECK(t.take() == "caught out after");
    scope = lasti::cancel_scope();
    on.loop.call_later(0, [=] { scope.cancel(); });
    on.loop.run_until_complete(gives_way(t, scope));
    CHECK(t.take() == "out");
    scope = lasti::cancel_scope();
    scope.cancel();
    on.loop.run_until_complete(gives_way_for(t, scope, 0));
    CHECK(t.take() == "out after 0");
}

TEST_CASE("move_on_after() counts from where it is entered; set_deadline() moves it") {
    virtual_loop on;
    trace t;
    const lasti::cancel_scope scope = lasti::move_on_after(5);
    on.loop.call_later(2, [=] { CHECK(scope.deadline() == 5); });
    on.loop.run_until_complete(naps(t, scope, 10, 0));
    CHECK(t.take() == "caught out after");
    CHECK(on.loop.time() == 6);

    const lasti::cancel_scope later = lasti::move_on_after(5);
    on.loop.call_later(2, [=] { later.set_deadline(13); });
    on.loop.run_until_complete(naps(t, later, 100, 0));
    CHECK(on.loop.time() == 14);
    CHECK(lasti::cancel_scope().deadline() == std::numeric_limits<double>::infinity());
    CHECK_THROWS_AS(lasti::move_on_after(std::numeric_limits<double>::quiet_NaN()), lasti::value_error);
}

TEST_CASE("fail_after() raises timeout_error where it is left") {
    virtual_loop on;
    trace t;
    const lasti::task<> running = on.loop.create_task(naps(t, lasti::fail_after(1), 10, 0));
    on.loop.run();
    CHECK(running.exception().is<lasti::timeout_error>());
    CHECK(running.exception().cause().is<lasti::cancelled_error>());
    CHECK(t.take() == "caught");
    const lasti::cancel_scope by_hand = lasti::fail_after(100);
    on.loop.call_later(1, [=] { by_hand.cancel(); });
    on.loop.run_until_complete(naps(t, by_hand, 10, 0)); // not by the deadline
    CHECK(t.take() == "caught out after");
}

namespace {

lasti::coroutine<> nests(trace t, lasti::cancel_scope outer, lasti::cancel_scope inner) {
    return COROUTINE(void) {
        BEGIN;
        WITH(outer)
            WITH(inner)
                AWAIT(lasti::sleep(5));
                t("inner done");
            END_WITH
            t("between");
            AWAIT(lasti::sleep(5));
            t("outer done");
        END_WITH
        t("end");
        END;
    };
}

} // namespace

TEST_CASE("the scope that was cancelled is the one that catches it") {
    const struct {
        bool outer;
        double when;
        std::string expected;
    } rows[] = {{false, 1, "between outer done end"}, {true, 1, "end"}, {true, 6, "inner done between end"},
                {false, 6, "inner done between outer done end"}};
    for (auto const& row : rows) {
        virtual_loop on;
        trace t;
        const lasti::cancel_scope outer, inner;
        on.loop.call_later(row.when, [=] { (row.outer ? outer : inner).cancel(); });
        on.loop.run_until_complete(nests(t, outer, inner));
        CHECK(t.take() == row.expected);
    }
}

TEST_CASE("U8: a shield keeps outer scopes out; taking it away lets them in at once; its own cancel() still works") {
    virtual_loop on;
    trace t;
    const lasti::cancel_scope outer, inner;
    inner.set_shield(true);
    on.loop.call_later(1, [=] { outer.cancel(); });
    on.loop.run_until_complete(nests(t, outer, inner));
    CHECK(t.take() == "inner done between end");
    CHECK(on.loop.time() == 5);

    const lasti::cancel_scope outer2, inner2;
    inner2.set_shield(true);
    on.loop.call_later(1, [=] { outer2.cancel(); });
    on.loop.call_later(2, [=] { inner2.set_shield(false); });
    on.loop.run_until_complete(nests(t, outer2, inner2));
    CHECK(t.take() == "end");
    CHECK(on.loop.time() == 7);

    const lasti::cancel_scope outer3, inner3;
    inner3.set_shield(true);
    on.loop.call_later(1, [=] { inner3.cancel(); });
    on.loop.run_until_complete(nests(t, outer3, inner3));
    CHECK(t.take() == "between outer done end");
}

TEST_CASE("task::cancel() goes through a scope, whether that is cancelled or not") {
    for (bool both : {false, true}) {
        virtual_loop on;
        trace t;
        const lasti::cancel_scope scope;
        const lasti::task<> running = on.loop.create_task(naps(t, scope, 10, 0));
        on.loop.call_later(1, [=] {
            if (both) scope.cancel();
            running.cancel();
        });
        on.loop.run();
        CHECK(running.cancelled());
        CHECK(t.take() == "caught");
    }
}

namespace {

lasti::coroutine<int> takes(lasti::future<int> f, lasti::cancel_scope scope) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        WITH(scope)
            AWAIT_SET(x, f);
        END_WITH
        RETURN(x);
        END;
    };
}

lasti::coroutine<> enters(lasti::cancel_scope scope) {
    return COROUTINE(void) {
        BEGIN;
        WITH(scope)
        END_WITH
        END;
    };
}

} // namespace

TEST_CASE("U6: a result that has come is not lost: a task that was woken gets it (asyncio's rule T7 loses it)") {
    virtual_loop on;
    const lasti::cancel_scope scope;
    const lasti::future<int> f = on.loop.create_future<int>();
    on.loop.call_later(1, [=] {
        f.set_result(7);
        scope.cancel();
    });
    CHECK(on.loop.run_until_complete(takes(f, scope)) == 7);
    CHECK_FALSE(scope.cancelled_caught());
}

TEST_CASE("a scope is entered once, in a task; one whose task is destroyed inside it is left") {
    const lasti::cancel_scope scope;
    {
        virtual_loop on;
        on.loop.run_until_complete(enters(scope));
        CHECK_THROWS_WITH_AS(on.loop.run_until_complete(enters(scope)), "a cancel_scope can be entered only once",
                             lasti::runtime_error);
        on.loop.call_soon([] { lasti::cancel_scope().enter(); });
        on.loop.run();
        REQUIRE(on.reported.count() == 1);
        CHECK(on.reported[0].exception.what() == "a cancel_scope is entered inside a task");
    }
    trace t;
    const lasti::cancel_scope kept = lasti::move_on_after(10);
    {
        virtual_loop on;
        on.loop.create_task(naps(t, kept, 5, 0));
        on.loop.poll();
    }
    kept.cancel();
    CHECK(t.take() == "");
}

TEST_SUITE_END();
