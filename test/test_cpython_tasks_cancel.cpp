// CPython's test_asyncio/test_tasks.py: cancelling tasks, and taking that back.
// conformance/catalogue.csv lists what became of each test.
#include <lasti/task.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include <lasti/gather.hpp>
#include <lasti/wait.hpp>

#include "support/cpython.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<int> sleeps(double seconds) {
    return lasti::as_coroutine(lasti::sleep(seconds, 12));
}

// Cancels a task that sleeps, `before` it starts or afterwards, waits for its end, and then asks it.
template <class Ask>
lasti::coroutine<> asks_a_cancelled_task(std::string message, bool before, Ask ask) {
    lasti::task<int> t;
    return COROUTINE(void) {
        BEGIN;
        t = lasti::create_task(sleeps(10));
        if (!before) AWAIT(lasti::sleep(0));
        t.cancel(message);
        AWAIT(lasti::wait({t}));
        ask(t);
        END;
    };
}

void ask_result(lasti::task<int> const& t) { t.result(); }
void ask_exception(lasti::task<int> const& t) { t.exception(); }

} // namespace

TEST_SUITE_BEGIN("CPython's test_tasks: cancel");

TEST_CASE("the message of a cancellation (test_asyncio/test_tasks.py: BaseTaskTests.test_task_cancel_message_getter)") {
    stage on;
    const lasti::task<int> t = on.loop.create_task(sleeps(1));
    t.cancel("my message");
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "my message");
}

TEST_CASE("cancelling() (test_asyncio/test_tasks.py: BaseTaskTests.test_cancelling)") {
    stage on;
    const lasti::task<int> t = on.loop.create_task(sleeps(10));
    CHECK(t.cancelling() == 0);
    CHECK_FALSE(contains(t.repr(), "cancelling"));
    CHECK(t.cancel());
    CHECK(t.cancelling() == 1);
    CHECK(contains(t.repr(), "<Task cancelling "));
    CHECK(t.cancel());
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
}

TEST_CASE("uncancel() (test_asyncio/test_tasks.py: BaseTaskTests.test_uncancel_basic)") {
    stage on;
    const lasti::task<> t = on.loop.create_task(COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(10));
        EXCEPT(lasti::cancelled_error)
            lasti::current_task().uncancel();
            AWAIT(lasti::sleep(10));
        END_TRY
        END;
    });
    on.run_briefly();
    CHECK(t.cancel());
    CHECK(contains(t.repr(), "<Task cancelling "));
    CHECK(t.cancelling() == 1);
    CHECK_FALSE(t.cancelled());
    on.run_briefly();
    CHECK_FALSE(contains(t.repr(), "cancelling"));
    CHECK(t.cancelling() == 0);
    CHECK_FALSE(t.cancelled());
    CHECK(t.cancel());
    CHECK(t.cancelling() == 1);
    CHECK_FALSE(t.cancelled());
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
    CHECK(t.cancelled());
    t.uncancel();
    CHECK(t.cancelled());
    CHECK(t.done());
}

namespace {

// What timeout() does, by hand: notes whether the time was over, and whether the block came to its end.
lasti::coroutine<> with_timeout_by_hand(double sleeping, double limit, trace note) {
    struct timed {
        bool out = false;
    };
    std::shared_ptr<timed> time = std::make_shared<timed>();
    lasti::any_task task;
    lasti::handle timer;
    return COROUTINE(void) {
        BEGIN;
        task = lasti::current_task();
        {
            const lasti::any_task to_cancel = task;
            const std::shared_ptr<timed> of = time;
            timer = lasti::get_running_loop().call_later(limit, [to_cancel, of] {
                of->out = true;
                to_cancel.cancel();
            });
        }
        TRY
            TRY
                AWAIT(lasti::sleep(sleeping));
                note("finished");
            EXCEPT(lasti::cancelled_error)
                if (time->out && task.uncancel() == 0) RAISE(lasti::timeout_error("by hand"));
                RERAISE;
            FINALLY
                timer.cancel();
            END_TRY
        EXCEPT(lasti::timeout_error)
            note("timed out");
        END_TRY
        AWAIT(lasti::sleep(0));
        note("outer");
        END;
    };
}

} // namespace

TEST_CASE("blocks with a time limit, by uncancel() "
          "(test_asyncio/test_tasks.py: BaseTaskTests.test_uncancel_structured_blocks)") {
    stage on;
    const lasti::task<> late = on.loop.create_task(with_timeout_by_hand(10, 0.1, on.note));
    on.loop.run_until_complete(late);
    CHECK(on.note.take() == "timed out outer");
    CHECK(late.cancelling() == 0);
    const lasti::task<> in_time = on.loop.create_task(with_timeout_by_hand(0, 10, on.note));
    on.loop.run_until_complete(in_time);
    CHECK(on.note.take() == "finished outer");
    CHECK(in_time.cancelling() == 0);
}

TEST_CASE("uncancel() before the step (test_asyncio/test_tasks.py: BaseTaskTests.test_uncancel_resets_must_cancel)") {
    stage on;
    const lasti::future<int> f = on.loop.create_future<int>();
    const lasti::task<int> t = on.loop.create_task(gives(f));
    on.run_briefly();
    f.set_result(42);
    t.cancel();
    CHECK(t.cancelling() == 1);
    t.uncancel();
    CHECK(t.cancelling() == 0);
    CHECK(on.loop.run_until_complete(t) == 42);
}

TEST_CASE("a task that sleeps (test_asyncio/test_tasks.py: BaseTaskTests.test_cancel)") {
    stage on;
    const lasti::task<int> t = on.loop.create_task(sleeps(10));
    on.loop.call_soon([t] { t.cancel(); });
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
    CHECK(t.done());
    CHECK(t.cancelled());
    CHECK_FALSE(t.cancel());
    CHECK(on.loop.time() == 0);
}

TEST_CASE("the message comes to who asks for the result "
          "(test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_with_message_then_future_result)") {
    for (std::string message : {"", "my message"}) {
        stage on;
        CHECK(cancelled_with([&] { on.loop.run_until_complete(asks_a_cancelled_task(message, false, &ask_result)); }) == message);
    }
}

TEST_CASE("… and for the exception "
          "(test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_with_message_then_future_exception)") {
    for (std::string message : {"", "my message"}) {
        stage on;
        CHECK(cancelled_with([&] { on.loop.run_until_complete(asks_a_cancelled_task(message, false, &ask_exception)); }) == message);
    }
}

TEST_CASE("… also of a task that did not start "
          "(test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_with_message_before_starting_task)") {
    stage on;
    CHECK(cancelled_with([&] { on.loop.run_until_complete(asks_a_cancelled_task("my message", true, &ask_exception)); }) == "my message");
}

TEST_CASE("the cancellation is the cause and context of what is raised from it "
          "(test_asyncio/test_tasks.py: BaseTaskTests.test_cancellation_exception_context)") {
    stage on;
    lasti::task<int> inner;
    const lasti::task<> t = on.loop.create_task(COROUTINE(void) {
        BEGIN;
        inner = lasti::create_task(sleeps(10));
        AWAIT(lasti::sleep(0));
        {
            const lasti::task<int> to_cancel = inner;
            lasti::get_running_loop().call_soon([to_cancel] { to_cancel.cancel("msg"); });
        }
        TRY
            AWAIT(inner);
        EXCEPT(lasti::cancelled_error)
            RAISE(lasti::value_error("cancelled"));
        END_TRY
        END;
    });
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(t), "cancelled", lasti::value_error);
    const lasti::error context = t.exception().context();
    REQUIRE(context.is<lasti::cancelled_error>());
    CHECK(context.as<lasti::cancelled_error>()->message() == "msg");
    CHECK_FALSE(context.context());
}

TEST_CASE("a task that gives way (test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_yield)") {
    stage on;
    const lasti::task<int> t = on.loop.create_task(COROUTINE(int) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        AWAIT(lasti::sleep(0));
        RETURN(12);
        END;
    });
    on.loop.poll(); // starts it
    t.cancel();
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
    CHECK(t.cancelled());
    CHECK_FALSE(t.cancel());
}

TEST_CASE("what it awaits is cancelled (test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_inner_future)") {
    stage on;
    const lasti::future<int> f = on.loop.create_future<int>();
    const lasti::task<int> t = on.loop.create_task(gives(f));
    on.run_briefly();
    f.cancel();
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
    CHECK(f.cancelled());
    CHECK(t.cancelled());
}

TEST_CASE("both are (test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_both_task_and_inner_future)") {
    stage on;
    const lasti::future<int> f = on.loop.create_future<int>();
    const lasti::task<int> t = on.loop.create_task(gives(f));
    on.run_briefly();
    f.cancel();
    t.cancel();
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
    CHECK(f.cancelled());
    CHECK(t.cancelled());
}

TEST_CASE("a task that catches it (test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_task_catching)") {
    stage on;
    const lasti::future<> one = on.loop.create_future(), two = on.loop.create_future();
    const lasti::task<int> t = on.loop.create_task(COROUTINE(int) {
        BEGIN;
        AWAIT(one);
        TRY
            AWAIT(two);
        EXCEPT(lasti::cancelled_error)
            RETURN(42);
        END_TRY
        END;
    });
    on.run_briefly();
    one.set_result();
    on.run_briefly();
    t.cancel();
    CHECK(two.cancelled());
    CHECK(on.loop.run_until_complete(t) == 42);
    CHECK_FALSE(t.cancelled());
}

TEST_CASE("one that ignores it (test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_task_ignoring)") {
    stage on;
    const lasti::future<> one = on.loop.create_future(), two = on.loop.create_future();
    const lasti::future<int> three = on.loop.create_future<int>();
    int x = 0;
    const lasti::task<int> t = on.loop.create_task(COROUTINE(int) {
        BEGIN;
        AWAIT(one);
        TRY
            AWAIT(two);
        EXCEPT(lasti::cancelled_error)
        END_TRY
        AWAIT_SET(x, three);
        RETURN(x);
        END;
    });
    on.run_briefly();
    one.set_result();
    on.run_briefly();
    t.cancel();
    CHECK(two.cancelled());
    on.run_briefly();
    three.set_result(42);
    CHECK(on.loop.run_until_complete(t) == 42);
    CHECK_FALSE(three.cancelled());
    CHECK_FALSE(t.cancelled());
}

TEST_CASE("a task that cancels itself and then sleeps (test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_current_task)") {
    stage on;
    const lasti::task<int> t = on.loop.create_task(COROUTINE(int) {
        BEGIN;
        lasti::current_task().cancel();
        AWAIT(lasti::sleep(100));
        RETURN(12);
        END;
    });
    CHECK_FALSE(t.cancelled());
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
    CHECK(t.cancelled());
    CHECK_FALSE(t.cancel());
    CHECK(on.loop.time() == 0);
}

TEST_CASE("… and then ends (test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_at_end)") {
    stage on;
    const lasti::task<int> t = on.loop.create_task(COROUTINE(int) {
        BEGIN;
        lasti::current_task().cancel();
        RETURN(12);
        END;
    });
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
    CHECK(t.cancelled());
    CHECK_FALSE(t.cancel());
}

TEST_CASE("… and then awaits a task (test_asyncio/test_tasks.py: BaseTaskTests.test_cancel_awaited_task)") {
    stage on;
    const lasti::future<int> f = on.loop.create_future<int>();
    std::shared_ptr<lasti::task<int>> nested = std::make_shared<lasti::task<int>>();
    const lasti::task<> t = on.loop.create_task(COROUTINE(void) {
        BEGIN;
        *nested = lasti::create_task(gives(f));
        AWAIT(lasti::sleep(0));
        lasti::current_task().cancel();
        AWAIT(*nested);
        END;
    });
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
    CHECK(t.cancelled());
    CHECK(nested->cancelled());
    CHECK(f.cancelled());
}
TEST_SUITE_END();
