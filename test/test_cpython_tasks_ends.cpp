// CPython's test_asyncio/test_tasks.py: cancelled sleeps, chains, and gathers; what is logged of tasks.
// conformance/catalogue.csv lists what became of each test.
#include <lasti/task.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/gather.hpp>
#include <lasti/wait.hpp>

#include "support/cpython.hpp"

#include <lasti/keywords.hpp>

TEST_SUITE_BEGIN("CPython's test_tasks: ends");

TEST_CASE("stop() while run_until_complete() runs (test_asyncio/test_tasks.py: BaseTaskTests.test_stop_while_run_in_complete)") {
    stage on;
    int x = 0;
    int* const count = &x;
    const lasti::task<> t = on.loop.create_task(COROUTINE(void) {
        BEGIN;
        while (*count < 10) {
            AWAIT(lasti::sleep(0.25));
            if (++*count == 2) lasti::get_running_loop().stop();
        }
        END;
    });
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(t), "Event loop stopped before Future completed.", lasti::runtime_error);
    CHECK_FALSE(t.done());
    CHECK(x == 2);
    CHECK(on.loop.time() == 0.5);
    t.cancel();
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
}

TEST_CASE("sleep gives its result (test_asyncio/test_tasks.py: BaseTaskTests.test_sleep)") {
    stage on;
    std::string result;
    const lasti::task<std::string> t = on.loop.create_task(COROUTINE(std::string) {
        BEGIN;
        AWAIT(lasti::sleep(0.5));
        AWAIT_SET(result, lasti::sleep(0.5, std::string("yeah")));
        RETURN(result);
        END;
    });
    CHECK(on.loop.run_until_complete(t) == "yeah");
    CHECK(on.loop.time() == 1);
}

TEST_CASE("sleep(0) is a round (test_asyncio/test_tasks.py: SleepTests.test_sleep_zero)") {
    stage on;
    const trace note = on.note;
    int x = 0;
    on.loop.run_until_complete(COROUTINE(void) {
        BEGIN;
        {
            const trace t = note;
            lasti::get_running_loop().call_soon([t] { t("callback"); });
        }
        note("before");
        AWAIT_SET(x, lasti::sleep(0, 10));
        note(x);
        END;
    });
    CHECK(on.note.take() == "before callback 10");
}

TEST_CASE("NaN (test_asyncio/test_tasks.py: BaseTaskTests.test_sleep_when_delay_is_nan)") {
    stage on;
    const lasti::task<> t = on.loop.create_task(lasti::as_coroutine(lasti::sleep(std::numeric_limits<double>::quiet_NaN())));
    CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::value_error);
}

TEST_CASE("a cancelled sleep leaves no timer (test_asyncio/test_tasks.py: BaseTaskTests.test_sleep_cancel)") {
    stage on;
    const lasti::task<std::string> t = on.loop.create_task(lasti::as_coroutine(lasti::sleep(10, std::string("yeah"))));
    on.loop.poll();
    double when = 0;
    CHECK(on.loop.next_deadline(when));
    t.cancel();
    on.run_briefly();
    CHECK_FALSE(on.loop.next_deadline(when));
    CHECK(t.cancelled());
}

TEST_CASE("a sleeping task that is awaited (test_asyncio/test_tasks.py: BaseTaskTests.test_task_cancel_sleeping_task)") {
    stage on;
    lasti::task<> sleeper;
    const lasti::coroutine<std::string> doit = COROUTINE(std::string) {
        BEGIN;
        sleeper = lasti::create_task(lasti::as_coroutine(lasti::sleep(5000)));
        {
            const lasti::task<> to_cancel = sleeper;
            lasti::get_running_loop().call_later(0.5, [to_cancel] { to_cancel.cancel(); });
        }
        TRY
            AWAIT(sleeper);
        EXCEPT(lasti::cancelled_error)
            RETURN("cancelled");
        END_TRY
        RETURN("slept in");
        END;
    };
    CHECK(on.loop.run_until_complete(doit) == "cancelled");
    CHECK(on.loop.time() == 0.5);
}

TEST_CASE("a task that waits for a future (test_asyncio/test_tasks.py: BaseTaskTests.test_task_cancel_waiter_future)") {
    stage on;
    const lasti::future<int> f = on.loop.create_future<int>();
    const lasti::task<int> t = on.loop.create_task(gives(f));
    on.run_briefly();
    t.cancel();
    on.run_briefly();
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
    CHECK(f.cancelled());
    CHECK_FALSE(contains(t.repr(), "wait_for"));
}

TEST_CASE("another exception instead (test_asyncio/test_tasks.py: BaseTaskTests.test_baseexception_during_cancel)") {
    stage on; // there is no SystemExit that would leave the loop
    const lasti::task<> t = on.loop.create_task(COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(10));
        EXCEPT(lasti::cancelled_error)
            RAISE(std::string("no exception by its type"));
        END_TRY
        END;
    });
    on.run_briefly();
    t.cancel();
    CHECK_FALSE(t.done());
    on.run_briefly();
    CHECK(t.done());
    CHECK_FALSE(t.cancelled());
    CHECK(t.exception().is<std::string>());
}

TEST_CASE("cancelling passes through awaits (test_asyncio/test_tasks.py: BaseTaskTests.test_yield_future_passes_cancel)") {
    stage on;
    const lasti::future<> waiter = on.loop.create_future();
    const trace note = on.note;
    const lasti::coroutine<> inner = COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(waiter);
        EXCEPT(lasti::cancelled_error)
            note("inner");
            RERAISE;
        END_TRY
        END;
    };
    const lasti::task<> t = on.loop.create_task(COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(inner);
        EXCEPT(lasti::cancelled_error)
            note("outer");
        ELSE
            note("not expected");
        END_TRY
        END;
    });
    on.run_briefly();
    t.cancel();
    on.loop.run_until_complete(t);
    CHECK(on.note.take() == "inner outer");
    CHECK(waiter.cancelled());
}

TEST_CASE("… but not through wait() (test_asyncio/test_tasks.py: BaseTaskTests.test_yield_wait_does_not_shield_cancel)") {
    stage on;
    const lasti::future<> waiter = on.loop.create_future();
    const trace note = on.note;
    const lasti::coroutine<> inner = COROUTINE(void) { BEGIN; AWAIT(waiter); note("inner"); END; };
    const lasti::task<> t = on.loop.create_task(COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::wait({lasti::create_task(inner)}));
        note("not expected");
        END;
    });
    on.run_briefly();
    t.cancel();
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
    waiter.set_result();
    on.run_briefly();
    CHECK(on.note.take() == "inner");
}

TEST_CASE("a pending task that is destroyed (test_asyncio/test_tasks.py: BaseTaskTests.test_log_destroyed_pending_task)") {
    stage on; // only the loop can do that: it owns its tasks
    {
        const lasti::future<int> f = on.loop.create_future<int>();
        on.loop.create_task(gives(f), "kill me");
        on.loop.poll();
        CHECK(on.loop.all_tasks().size() == 1);
        on.loop.close();
    }
    CHECK(on.loop.all_tasks().empty());
    CHECK(on.reported.messages() == "Task was destroyed but it is pending!\n");
    CHECK(on.reported[0].subject == "task 'kill me'");
}

TEST_CASE("cancelling counts as having looked (test_asyncio/test_tasks.py: BaseTaskTests.test_tb_logger_not_called_after_cancel)") {
    stage on;
    {
        const lasti::task<> t = on.loop.create_task(COROUTINE(void) { BEGIN; RAISE(lasti::type_error("x")); END; });
        on.loop.run();
        t.cancel();
    }
    CHECK(on.reported.count() == 0);
}

TEST_CASE("a gather whose children are done cannot be cancelled (test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_gather_1)") {
    stage on;
    const lasti::future<int> f = on.loop.create_future<int>();
    const lasti::future<std::tuple<int>> gathered = lasti::gather(on.loop.create_task(gives(f)));
    on.run_briefly();
    std::string answer;
    std::string* const where = &answer;
    f.add_done_callback([gathered, where](lasti::future<int>) { *where = gathered.cancel() ? "cancelled" : "too late"; });
    f.set_result(42);
    CHECK(on.loop.run_until_complete(gathered) == std::make_tuple(42));
    CHECK(answer == "too late");
    CHECK_FALSE(gathered.cancelled());
}

TEST_CASE("cancelling a task that gathers again and again (test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_gather_2)") {
    for (std::string message : {"", "my message"}) {
        stage on;
        const lasti::task<> t = on.loop.create_task(COROUTINE(void) {
            BEGIN;
            for (;;) AWAIT(lasti::gather(lasti::return_exceptions, lasti::sleep(0.05)));
            END;
        });
        on.loop.call_later(0.2, [t, message] { t.cancel(message); });
        CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == message);
        CHECK_FALSE(t.shared_state()->outcome().context());
    }
}

TEST_CASE("create_task of a coroutine (test_asyncio/test_tasks.py: BaseTaskTests.test_create_task_with_async_function)") {
    stage on;
    for (int i = 0; i < 2; ++i) CHECK(on.loop.run_until_complete(on.loop.create_task(returning(7))) == 7);
}

TEST_CASE("… in a coroutine (test_asyncio/test_tasks.py: BaseTaskTests.test_bare_create_task)") {
    stage on;
    int x = 0;
    CHECK(on.loop.run_until_complete(COROUTINE(int) { BEGIN; AWAIT_SET(x, lasti::create_task(returning(1))); RETURN(x); END; }) == 1);
}

TEST_CASE("… with a name (test_asyncio/test_tasks.py: BaseTaskTests.test_bare_create_named_task)") {
    stage on;
    const trace note = on.note;
    lasti::task<int> t;
    on.loop.run_until_complete(COROUTINE(void) {
        BEGIN;
        t = lasti::create_task(returning(1), "No-op");
        note(t.get_name());
        AWAIT(t);
        END;
    });
    CHECK(on.note.take() == "No-op");
}

TEST_CASE("no running task where no loop runs (test_asyncio/test_tasks.py: BaseCurrentLoopTests.test_current_task_no_running_loop)") {
    stage on;
    CHECK_FALSE(on.loop.current_task());
}

TEST_CASE("… and none to ask for it "
          "(test_asyncio/test_tasks.py: BaseCurrentLoopTests.test_current_task_no_running_loop_implicit)") {
    CHECK_THROWS_WITH_AS(lasti::current_task(), "no running event loop", lasti::runtime_error);
}

TEST_CASE("the running loop's (test_asyncio/test_tasks.py: BaseCurrentLoopTests.test_current_task_with_implicit_loop)") {
    stage on;
    const trace note = on.note;
    const lasti::task<> t = on.loop.create_task(COROUTINE(void) {
        BEGIN;
        note(lasti::current_task() == lasti::get_running_loop().current_task() ? lasti::current_task().get_name() : "another");
        END;
    }, "t");
    on.loop.run_until_complete(t);
    CHECK(on.note.take() == "t");
    CHECK_FALSE(on.loop.current_task());
}

TEST_CASE("a task is a future (test_asyncio/test_tasks.py: GenericTaskTests.test_future_subclass)") {
    CHECK(std::is_base_of<lasti::future<int>, lasti::task<int>>::value);
}

TEST_CASE("the coroutine of a task (test_asyncio/test_tasks.py: BaseTaskTests.test_get_coro)") {
    stage on;
    const lasti::coroutine<int> c = returning(1);
    const lasti::task<int> t = on.loop.create_task(c);
    on.loop.run_until_complete(t);
    CHECK(t.get_coro() == c);
}

TEST_SUITE_END();
