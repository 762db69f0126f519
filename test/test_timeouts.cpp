// timeout(), timeout_at() and wait_for().
#include <lasti/timeouts.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Awaits `limit` around a sleep, and notes how that ended and when.
lasti::coroutine<> sleeps_inside(trace t, double limit, double time) {
    lasti::timeout scope;
    return COROUTINE(void) {
        BEGIN;
        TRY
            ASYNC_WITH_SET(scope, lasti::timeout(limit))
                AWAIT(lasti::sleep(time));
                t("slept");
            END_ASYNC_WITH
        EXCEPT(lasti::timeout_error)
            t("timeout");
            t(CAUGHT(lasti::timeout_error).what());
            t(self.handled().cause().is<lasti::cancelled_error>() ? "from-cancelled" : "from-nothing");
        END_TRY
        t("at " + std::to_string(static_cast<int>(lasti::get_running_loop().time())));
        t(scope.expired() ? "expired" : "in time");
        t(lasti::current_task().cancelling());
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("timeouts");

TEST_CASE("TO2: what takes longer is cancelled, and a timeout_error from the cancellation leaves the statement") {
    virtual_loop on;
    trace t;
    on.loop.run_until_complete(sleeps_inside(t, 2, 5));
    CHECK(t.take() == "timeout timed out from-cancelled at 2 expired 0");
    on.loop.run_until_complete(sleeps_inside(t, 5, 1));
    CHECK(t.take() == "slept at 3 in time 0");
    CHECK(on.clock.now() < std::chrono::seconds(4)); // the timer is gone with the statement
}

TEST_CASE("TO1: a deadline that has passed fires in the next round, so that timeout(0) and sleep(0) time out") {
    virtual_loop on;
    trace t;
    on.loop.run_until_complete(sleeps_inside(t, 0, 0));
    CHECK(t.take() == "timeout timed out from-cancelled at 0 expired 0");
    on.loop.run_until_complete(sleeps_inside(t, -1, 1));
    CHECK(t.take() == "timeout timed out from-cancelled at 0 expired 0");
}

namespace {

/// What `call` complains of.
template <class F>
std::string complaint(F call) {
    return thrown_by(call).what();
}

lasti::coroutine<> misuses(trace t) {
    lasti::timeout once;
    return COROUTINE(void) {
        BEGIN;
        once = lasti::timeout(1);
        t(complaint([&] { once.reschedule(2); }));
        TRY
            ASYNC_WITH(once)
                once.reschedule(-1);
                AWAIT(lasti::sleep(1));
            END_ASYNC_WITH
        EXCEPT(lasti::timeout_error)
            t("timeout");
        END_TRY
        t(complaint([&] { once.reschedule(2); }));
        TRY
            ASYNC_WITH(once)
            END_ASYNC_WITH
        EXCEPT(lasti::runtime_error)
            t(CAUGHT(lasti::runtime_error).what());
        END_TRY
        once = lasti::timeout(lasti::forever);
        ASYNC_WITH(once)
            t(once.when() == std::numeric_limits<double>::infinity() ? "never" : "sometime");
        END_ASYNC_WITH
        t(complaint([&] { once.reschedule(lasti::forever); }));
        t(complaint([&] { lasti::timeout(std::nan("")); }));
        END;
    };
}

} // namespace

TEST_CASE("TO1: entered once, in a task; rescheduled only while control is inside") {
    virtual_loop on;
    trace t;
    on.loop.run_until_complete(misuses(t));
    CHECK(t.take() == "Timeout has not been entered timeout Cannot change state of expired Timeout "
                      "Timeout has already been entered never Cannot change state of finished Timeout "
                      "timeout: the time is NaN");
    CHECK_THROWS_WITH_AS(lasti::timeout(1), "no running event loop", lasti::runtime_error);
    CHECK_THROWS_AS(lasti::timeout().expired(), lasti::type_error);
    on.loop.call_soon([] { lasti::timeout(1).aenter(); });
    on.loop.run();
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].exception.what() == "Timeout should be used inside a task");
}

TEST_CASE("TO4: a cancellation from outside in the round of the timeout goes on, and is the one that counts") {
    virtual_loop on;
    trace t;
    const auto running = std::make_shared<lasti::task<>>();
    const auto cancel_in_that_round = [&] { on.loop.call_at(2, [=] { running->cancel(); }); };
    SUBCASE("before it") {
        cancel_in_that_round();
        *running = on.loop.create_task(sleeps_inside(t, 2, 5));
    }
    SUBCASE("after it") {
        *running = on.loop.create_task(sleeps_inside(t, 2, 5));
        on.loop.poll();
        cancel_in_that_round();
    }
    on.loop.run();
    CHECK(running->cancelled());
    CHECK(running->cancelling() == 1);
    CHECK(t.take() == "");
    CHECK(on.loop.time() == 2);
}

namespace {

lasti::coroutine<int> late(trace t, double after) {
    return COROUTINE(int) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(after));
        EXCEPT(lasti::cancelled_error)
            t("cancelled");
            AWAIT(lasti::sleep(1));
            RETURN(42);
        END_TRY
        RETURN(7);
        END;
    };
}

lasti::coroutine<int> never_starts(trace t) {
    return COROUTINE(int) {
        BEGIN;
        t("started");
        RETURN(1);
        END;
    };
}

lasti::coroutine<int> waits(lasti::coroutine<int> c, double limit) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        AWAIT_SET(x, lasti::wait_for(c, limit));
        RETURN(x);
        END;
    };
}

} // namespace

TEST_CASE("WF3: what swallows the cancellation and returns a value counts") {
    virtual_loop on;
    trace t;
    CHECK(on.loop.run_until_complete(waits(late(t, 1), 5)) == 7);
    CHECK(on.loop.run_until_complete(waits(late(t, 10), 5)) == 42);
    CHECK(t.take() == "cancelled");
    CHECK(on.loop.time() == 7);
}

TEST_CASE("WF1, W7: a coroutine runs in the task that waits for it") {
    virtual_loop on;
    trace t;
    const lasti::task<> waiting = on.loop.create_task(lasti::wait_for(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        t(lasti::current_task().get_name());
        END;
    }), 1), "waiting");
    on.loop.run();
    CHECK(t.take() == "waiting");
}

TEST_CASE("WF4: a cancellation in the round of the completion is a CancelledError, and the result is lost") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    const lasti::task<int> waiting = on.loop.create_task(lasti::wait_for(f, 100));
    on.loop.poll();
    SUBCASE("after it") {
        f.set_result(7);
        waiting.cancel();
    }
    SUBCASE("before it") {
        waiting.cancel();
        CHECK(f.cancelled());
    }
    on.loop.run();
    CHECK(waiting.cancelled());
    CHECK(waiting.cancelling() == 1);
    CHECK(on.loop.time() == 0);
}

TEST_CASE("WF4: so is a timeout a TimeoutError, whichever was first") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    lasti::task<int> waiting;
    SUBCASE("the completion") {
        on.loop.call_at(1, [=] { f.set_result(5); });
        waiting = on.loop.create_task(lasti::wait_for(f, 1));
    }
    SUBCASE("the timeout") {
        waiting = on.loop.create_task(lasti::wait_for(f, 1));
        on.loop.poll();
        on.loop.call_at(1, [=] { CHECK_THROWS_AS(f.set_result(5), lasti::invalid_state_error); });
    }
    on.loop.run();
    CHECK(waiting.exception().is<lasti::timeout_error>());
    CHECK(waiting.cancelling() == 0);
}

TEST_CASE("WF2: the TimeoutError comes from the CancelledError, whatever is handled meanwhile") {
    virtual_loop on;
    const lasti::future<> f = on.loop.create_future<>();
    const lasti::task<> t = on.loop.create_task(COROUTINE(void) {
        BEGIN;
        TRY
            RAISE(std::out_of_range("handled"));
        EXCEPT(std::out_of_range)
            AWAIT(lasti::wait_for(f, 0));
        END_TRY
        END;
    });
    on.loop.run();
    const lasti::error timed_out = t.exception();
    CHECK(timed_out.is<lasti::timeout_error>());
    CHECK(timed_out.cause().is<lasti::cancelled_error>());
    CHECK(timed_out.context() == timed_out.cause());
    CHECK(timed_out.cause().context().is<std::out_of_range>());
}

TEST_CASE("WF2: with no time left a coroutine never starts") {
    virtual_loop on;
    trace t;
    CHECK_THROWS_AS(on.loop.run_until_complete(waits(never_starts(t), 0)), lasti::timeout_error);
    CHECK_THROWS_AS(on.loop.run_until_complete(waits(never_starts(t), -5)), lasti::timeout_error);
    CHECK(t.take() == "");
}

namespace {

struct holds_timeouts {
    counted held;
    lasti::future<> f;
    explicit holds_timeouts(lasti::future<> awaited) : f(std::move(awaited)) {}
    COROUTINE_BODY(void) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(1))
            TRY
                AWAIT(lasti::wait_for(f, 0.5));
            EXCEPT(lasti::timeout_error)
                AWAIT(lasti::wait_for(lasti::create_task(late(trace(), 9)), 0));
            END_TRY
        END_ASYNC_WITH
        END;
    }
};

} // namespace

TEST_CASE("closing the loop while timeouts are active, or have expired, leaves nothing behind") {
    for (int polls = 0; polls < 7; ++polls) {
        CAPTURE(polls);
        counted::reset();
        {
            virtual_loop on;
            on.loop.create_task(lasti::coroutine<>(holds_timeouts(on.loop.create_future<>())));
            for (int i = 0; i < polls; ++i) {
                if (i == 1) on.clock.advance(0.5);
                on.loop.poll();
            }
            on.loop.close();
        }
        CHECK(counted::alive() == 0);
    }
}

TEST_SUITE_END();
