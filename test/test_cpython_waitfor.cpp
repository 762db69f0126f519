// CPython's test_asyncio/test_waitfor.py: what wait_for() gives, and who is cancelled by whom.
// conformance/catalogue.csv lists what became of each test.
#include <lasti/timeouts.hpp>

#include <doctest/doctest.h>

#include <string>

#include <lasti/shield.hpp>

#include "support/task_ports.hpp"

namespace {

const double epsilon = 0.0001;

/// Sleeps until 0.2 s have passed, whoever cancels it.
lasti::coroutine<> slow_task(trace t) {
    const double task_timeout = 0.2;
    double exit_at = 0;
    return COROUTINE(void) {
        BEGIN;
        exit_at = lasti::get_running_loop().time() + task_timeout;
        while (lasti::get_running_loop().time() < exit_at) {
            TRY
                AWAIT(lasti::sleep(exit_at - lasti::get_running_loop().time()));
            EXCEPT(lasti::cancelled_error)
                t("cancelled");
            END_TRY
        }
        t("exited");
        END;
    };
}

/// Notes "running", sleeps, and notes "ended" however that went.
lasti::coroutine<std::string> foo(trace t, double time) {
    return COROUTINE(std::string) {
        BEGIN;
        t("running");
        TRY
            AWAIT(lasti::sleep(time));
        FINALLY
            t("ended");
        END_TRY
        RETURN("done");
        END;
    };
}

/// Sleeps; if that is cancelled, takes a moment more.
lasti::coroutine<> inner_that_cleans_up(trace t) {
    return COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(10));
        EXCEPT(lasti::cancelled_error)
            AWAIT(lasti::sleep(epsilon));
            RERAISE;
        FINALLY
            t("task done");
        END_TRY
        END;
    };
}

/// Sleeps, and returns `value` if that is cancelled.
lasti::coroutine<int> returns_when_cancelled(int value) {
    return COROUTINE(int) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(10));
        EXCEPT(lasti::cancelled_error)
            RETURN(value);
        END_TRY
        RETURN(0);
        END;
    };
}

lasti::coroutine<> blocks() {
    lasti::future<> never;
    return COROUTINE(void) {
        BEGIN;
        never = lasti::get_running_loop().create_future<>();
        AWAIT(never);
        END;
    };
}

lasti::coroutine<std::string> gives_done(trace t) {
    return COROUTINE(std::string) {
        BEGIN;
        t("started");
        RETURN("done");
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("CPython's test_waitfor");

TEST_CASE("WF3: a cancelled wait_for waits for the inner one, too "
          "(test_asyncio/test_waitfor.py: AsyncioWaitForTest.test_asyncio_wait_for_cancelled)") {
    virtual_loop on;
    trace t;
    const lasti::task<> waitfortask = on.loop.create_task(lasti::wait_for(slow_task(t), 0.4));
    on.loop.poll();
    waitfortask.cancel();
    on.loop.run();
    CHECK(t.take() == "cancelled exited");
    CHECK(on.loop.time() == 0.2);
    CHECK_FALSE(waitfortask.cancelled());
}

TEST_CASE("WF3: on timeout it waits for the inner one "
          "(test_asyncio/test_waitfor.py: AsyncioWaitForTest.test_asyncio_wait_for_timeout)") {
    virtual_loop on;
    trace t;
    CHECK_FALSE(outcome(on, lasti::wait_for(slow_task(t), 0.1)));
    CHECK(t.take() == "cancelled exited");
    CHECK(on.loop.time() == 0.2);
}

TEST_CASE("WF2: no time left, a future that is done (test_asyncio/test_waitfor.py: "
          "AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0_future_done)") {
    virtual_loop on;
    const lasti::future<std::string> fut = on.loop.create_future<std::string>();
    fut.set_result("done");
    CHECK(on.loop.run_until_complete(lasti::wait_for(fut, 0)) == "done");
    CHECK(fut.done());
}

TEST_CASE("WF2: no time left, a coroutine (test_asyncio/test_waitfor.py: "
          "AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started)") {
    virtual_loop on;
    trace t;
    CHECK(outcome(on, lasti::wait_for(gives_done(t), 0)).is<lasti::timeout_error>());
    CHECK(t.take() == "");
}

TEST_CASE("WF2: no time left, a task that runs (test_asyncio/test_waitfor.py: "
          "AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0)") {
    for (double timeout : {0.0, -1.0}) {
        CAPTURE(timeout);
        virtual_loop on;
        trace t;
        const lasti::task<std::string> fut = on.loop.create_task(foo(t, 10));
        on.loop.poll();
        CHECK(outcome(on, lasti::wait_for(fut, timeout)).is<lasti::timeout_error>());
        CHECK(fut.cancelled());
        CHECK(t.take() == "running ended");
        CHECK(on.loop.time() == 0);
    }
}

TEST_CASE("WF3: a task that takes too long is cancelled "
          "(test_asyncio/test_waitfor.py: AsyncioWaitForTest.test_wait_for)") {
    virtual_loop on;
    trace t;
    const lasti::task<std::string> fut = on.loop.create_task(foo(t, 1000));
    CHECK(outcome(on, lasti::wait_for(fut, 0.1)).is<lasti::timeout_error>());
    CHECK(fut.cancelled());
    CHECK(t.take() == "running ended");
    CHECK(on.loop.time() == 0.1);
}

TEST_CASE("WF1: no limit (test_asyncio/test_waitfor.py: AsyncioWaitForTest.test_wait_for_blocking)") {
    virtual_loop on;
    CHECK(on.loop.run_until_complete(lasti::wait_for(gives_done(trace()), lasti::forever)) == "done");
}

TEST_CASE("WF1: a future that is set in time "
          "(test_asyncio/test_waitfor.py: AsyncioWaitForTest.test_wait_for_race_condition)") {
    virtual_loop on;
    const lasti::future<std::string> fut = on.loop.create_future<std::string>();
    const lasti::coroutine<std::string> waits = lasti::wait_for(fut, 0.2);
    on.loop.call_soon([=] { fut.set_result("ok"); });
    CHECK(on.loop.run_until_complete(waits) == "ok");
    CHECK(on.loop.time() == 0);
}

TEST_CASE("WF3: what swallows the cancellation gives its result "
          "(test_asyncio/test_waitfor.py: AsyncioWaitForTest.test_wait_for_cancellation_race_condition)") {
    virtual_loop on;
    CHECK(on.loop.run_until_complete(lasti::wait_for(returns_when_cancelled(1), 0.01)) == 1);
    CHECK(on.loop.time() == 0.01);
}

TEST_CASE("WF3: a result after the timeout counts "
          "(test_asyncio/test_waitfor.py: AsyncioWaitForTest.test_wait_for_cancel_suppressed)") {
    virtual_loop on;
    CHECK(on.loop.run_until_complete(lasti::wait_for(returns_when_cancelled(42), 0.1)) == 42);
}

TEST_CASE("WF3: the TimeoutError comes when the cancelled task is done "
          "(test_asyncio/test_waitfor.py: AsyncioWaitForTest.test_wait_for_waits_for_task_cancellation)") {
    virtual_loop on;
    trace t;
    const lasti::task<> inner_task = on.loop.create_task(inner_that_cleans_up(t));
    const lasti::error raised = outcome(on, lasti::wait_for(inner_task, epsilon));
    CHECK(raised.is<lasti::timeout_error>());
    CHECK(raised.context().is<lasti::cancelled_error>());
    CHECK(t.take() == "task done");
    CHECK(on.loop.time() == 2 * epsilon);
}

TEST_CASE("WF2: with no time left, too (test_asyncio/test_waitfor.py: "
          "AsyncioWaitForTest.test_wait_for_waits_for_task_cancellation_w_timeout_0)") {
    virtual_loop on;
    trace t;
    const lasti::task<> inner_task = on.loop.create_task(inner_that_cleans_up(t));
    on.loop.poll();
    const lasti::error raised = outcome(on, lasti::wait_for(inner_task, 0));
    CHECK(raised.is<lasti::timeout_error>());
    CHECK(raised.context().is<lasti::cancelled_error>());
    CHECK(t.take() == "task done");
    CHECK(on.loop.time() == epsilon);
}

TEST_CASE("WF3: what the cancelled task raises is raised (test_asyncio/test_waitfor.py: "
          "AsyncioWaitForTest.test_wait_for_reraises_exception_during_cancellation)") {
    virtual_loop on;
    trace t;
    const lasti::task<> inner_task = on.loop.create_task(crashes_at_the_end(t, "inner", 0.2, my_exc()));
    CHECK(outcome(on, lasti::wait_for(inner_task, epsilon)).is<my_exc>());
    CHECK(on.loop.time() == epsilon);
}

namespace {

template <class Limit>
void check_cancelling_the_wait(Limit limit) {
    virtual_loop on;
    const lasti::task<> task = on.loop.create_task(blocks());
    const lasti::task<> wait = on.loop.create_task(lasti::wait_for(task, limit));
    on.loop.call_soon([=] { wait.cancel(); });
    CHECK(outcome(on, lasti::as_coroutine(wait)).is<lasti::cancelled_error>());
    CHECK(task.cancelled());
    CHECK(on.loop.time() == 0);
}

} // namespace

TEST_CASE("WF3: cancelling it cancels the task, without a limit "
          "(test_asyncio/test_waitfor.py: AsyncioWaitForTest.test_cancel_blocking_wait_for)") {
    check_cancelling_the_wait(lasti::forever);
}

TEST_CASE("WF3: cancelling it cancels the task "
          "(test_asyncio/test_waitfor.py: AsyncioWaitForTest.test_cancel_wait_for)") {
    check_cancelling_the_wait(60.0);
}

TEST_CASE("WF4, V2: a cancellation in the round of the completion "
          "(test_asyncio/test_waitfor.py: AsyncioWaitForTest.test_wait_for_issue86296)") {
    virtual_loop on;
    trace t;
    const lasti::task<std::string> inner_task = on.loop.create_task(gives_done(t));
    const lasti::task<> task = on.loop.create_task(COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::wait_for(inner_task, 100));
        t("got it");
        AWAIT(lasti::sleep(1));
        t("?");
        END;
    });
    CHECK_FALSE(task.done());
    on.loop.poll();
    task.cancel();
    CHECK(outcome(on, lasti::as_coroutine(task)).is<lasti::cancelled_error>());
    CHECK(inner_task.result() == "done");
    CHECK(on.loop.time() == 0);
    CHECK(t.take() == "started got it");
}

TEST_CASE("WF2, SH1: no time left for what is shielded "
          "(test_asyncio/test_waitfor.py: WaitForShieldTests.test_zero_timeout)") {
    virtual_loop on;
    trace t;
    const lasti::task<int> task = on.loop.create_task(sleeper(t, "done", 0.01));
    const lasti::future<int> shielded_task = lasti::shield(task);
    CHECK(outcome(on, lasti::wait_for(shielded_task, 0)).is<lasti::timeout_error>());
    CHECK_FALSE(task.done());
    CHECK(shielded_task.cancelled());
    on.loop.run();
    CHECK(t.take() == "done");
}

TEST_CASE("WF1, SH1: no limit for what is shielded "
          "(test_asyncio/test_waitfor.py: WaitForShieldTests.test_none_timeout)") {
    virtual_loop on;
    trace t;
    const lasti::task<int> task = on.loop.create_task(sleeper(t, "done", 0.1, 7));
    CHECK(on.loop.run_until_complete(lasti::wait_for(lasti::shield(task), lasti::forever)) == 7);
    CHECK(task.result() == 7);
}

TEST_CASE("WF3, SH1: on timeout what is shielded goes on "
          "(test_asyncio/test_waitfor.py: WaitForShieldTests.test_shielded_timeout)") {
    virtual_loop on;
    trace t;
    const lasti::task<int> task = on.loop.create_task(sleeper(t, "done", 0.1, 7));
    CHECK(outcome(on, lasti::wait_for(lasti::shield(task), 0.01)).is<lasti::timeout_error>());
    CHECK(on.loop.time() == 0.01);
    CHECK_FALSE(task.done());
    CHECK(on.loop.run_until_complete(task) == 7);
    CHECK(t.take() == "done");
}

TEST_SUITE_END();
