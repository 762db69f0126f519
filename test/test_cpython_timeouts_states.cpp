// CPython's test_asyncio/test_timeouts.py: the states of a timeout, and what it refuses in each.
#include <lasti/timeouts.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "support/limited.hpp"

namespace {

/// `with cm:` and nothing in it.
lasti::coroutine<> enters(lasti::timeout cm) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(cm)
        END_ASYNC_WITH
        END;
    };
}

/// In the words of CPython's repr().
std::string described(lasti::timeout const& cm) {
    const double when = cm.when();
    const lasti::error refused = thrown_by([&] {
        if (when == std::numeric_limits<double>::infinity()) cm.reschedule(lasti::forever);
        else cm.reschedule(when);
    });
    if (!refused) return "active when=" + (when == std::numeric_limits<double>::infinity() ? "None" : std::to_string(when));
    return refused.what();
}

} // namespace

TEST_SUITE_BEGIN("CPython's test_timeouts");

TEST_CASE("TO1: moved while it is active (test_asyncio/test_timeouts.py: TimeoutTests.test_reschedule)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    const lasti::task<> task = on.loop.create_task(limited(cm, 10, 50, true));
    on.loop.poll();
    CHECK(cm->when() == 10);
    on.loop.call_soon([=] {
        cm->reschedule(30);
        CHECK(cm->when() == 30);
        cm->reschedule(lasti::forever);
        CHECK(cm->when() == std::numeric_limits<double>::infinity());
    });
    on.loop.call_later(40, [=] { task.cancel(); });
    on.loop.run();
    CHECK(task.cancelled());
    CHECK_FALSE(cm->expired());
    CHECK(on.loop.time() == 40);
}

TEST_CASE("TO1: the states: active (test_asyncio/test_timeouts.py: TimeoutTests.test_repr_active)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    const lasti::task<> task = on.loop.create_task(limited(cm, 10, 1));
    on.loop.poll();
    CHECK(described(*cm) == "active when=10.000000");
    on.loop.run();
}

TEST_CASE("TO1: the states: active without a limit "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_repr_disabled)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    const lasti::task<> task = on.loop.create_task(limited(cm, lasti::forever, 1));
    on.loop.poll();
    CHECK(described(*cm) == "active when=None");
    on.loop.run();
}

TEST_CASE("TO1: the states: expired (test_asyncio/test_timeouts.py: TimeoutTests.test_repr_expired)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    CHECK(outcome(on, limited(cm, 0.01, 10)).is<lasti::timeout_error>());
    CHECK(described(*cm) == "Cannot change state of expired Timeout");
}

TEST_CASE("TO1: the states: finished (test_asyncio/test_timeouts.py: TimeoutTests.test_repr_finished)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    CHECK_FALSE(outcome(on, limited(cm, 10, 0)));
    CHECK(described(*cm) == "Cannot change state of finished Timeout");
}

TEST_CASE("TO1: no rescheduling when it is finished "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_finished)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    CHECK_FALSE(outcome(on, limited(cm, 0.01, 0)));
    CHECK_THROWS_WITH_AS(cm->reschedule(0.02), "Cannot change state of finished Timeout", lasti::runtime_error);
}

TEST_CASE("TO1: no rescheduling when it has expired "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_expired)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    CHECK(outcome(on, limited(cm, 0.01, 1)).is<lasti::timeout_error>());
    CHECK_THROWS_WITH_AS(cm->reschedule(0.02), "Cannot change state of expired Timeout", lasti::runtime_error);
}

TEST_CASE("TO1: no rescheduling while it expires "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_expiring)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    CHECK_FALSE(outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(*cm, lasti::timeout(0.01))
            TRY
                AWAIT(lasti::sleep(1));
            EXCEPT(lasti::cancelled_error)
                CHECK_THROWS_WITH_AS(cm->reschedule(0.02), "Cannot change state of expiring Timeout",
                                     lasti::runtime_error);
                CHECK(cm->expired());
            END_TRY
        END_ASYNC_WITH
        END;
    }));
    CHECK(cm->expired());
}

TEST_CASE("TO1: no rescheduling before it is entered "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_not_entered)") {
    virtual_loop on;
    on.loop.call_soon([] {
        CHECK_THROWS_WITH_AS(lasti::timeout(0.01).reschedule(0.02), "Timeout has not been entered",
                             lasti::runtime_error);
    });
    on.loop.run();
}

TEST_CASE("TO1: not entered outside of a task "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_without_task)") {
    virtual_loop on;
    on.loop.call_soon([] {
        const lasti::timeout cm(0.01);
        CHECK_THROWS_WITH_AS(cm.aenter(), "Timeout should be used inside a task", lasti::runtime_error);
        CHECK_THROWS_WITH_AS(cm.reschedule(0.02), "Timeout has not been entered", lasti::runtime_error);
    });
    on.loop.run();
}

TEST_CASE("TO1: not entered inside itself "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_already_entered)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    lasti::error raised;
    CHECK_FALSE(outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(*cm, lasti::timeout(0.01))
            AWAIT_SET(raised, raised_in(enters(*cm)));
            CHECK(raised.is<lasti::runtime_error>());
            CHECK(raised.what() == "Timeout has already been entered");
        END_ASYNC_WITH
        END;
    }));
}

TEST_CASE("TO1: not entered twice (test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_double_enter)") {
    virtual_loop on;
    const shared_timeout cm = no_timeout_yet();
    CHECK_FALSE(outcome(on, limited(cm, 0.01, 0)));
    CHECK(outcome(on, enters(*cm)).what() == "Timeout has already been entered");
}

TEST_SUITE_END();
