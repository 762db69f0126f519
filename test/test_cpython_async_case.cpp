// CPython's test_unittest/test_async_case.py. unittest.IsolatedAsyncioTestCase runs the parts of a test in one
// loop, through a Runner: what it relies on is asked of the runner here.
#include <lasti/runner.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <string>

#include <lasti/context.hpp>
#include <lasti/sleep.hpp>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::context_var<std::string> var("VAR", "");

/// A part of a test: notes that it ran, also in the context; gives way first if it is asynchronous.
lasti::coroutine<> part(std::string name, bool asynchronous, trace events) {
    return COROUTINE(void) {
        BEGIN;
        events(name);
        if (asynchronous) AWAIT(lasti::sleep(0));
        var.set(var.get() + name + " ");
        END;
    };
}

lasti::coroutine<std::string> value_of_var() {
    return COROUTINE(std::string) { BEGIN; RETURN(var.get()); END; };
}

lasti::coroutine<> raises(lasti::error e) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(0)); RAISE(e); END; };
}

lasti::coroutine<> runs(std::function<void()> f) {
    return COROUTINE(void) { BEGIN; f(); END; };
}

} // namespace

TEST_SUITE_BEGIN("test_async_case.py");

TEST_CASE("R3: all parts of a test see one loop and one context "
          "(test_unittest/test_async_case.py: TestAsyncCase.test_full_cycle)") {
    trace events;
    lasti::runner parts;
    const lasti::event_loop* const loop = &parts.get_loop();
    std::string expected;
    for (const char* name : {"setUp", "asyncSetUp", "test", "asyncTearDown", "tearDown", "cleanup2", "cleanup1"}) {
        parts.run(part(name, name[0] == 'a', events));
        expected += std::string(name) + " ";
        CHECK(&parts.get_loop() == loop);
        CHECK(parts.run(value_of_var()) == expected);
    }
    CHECK(events.take() + " " == expected);
    CHECK(var.get() == ""); // outside
}

TEST_CASE("R3: what a test raises, be it no std::exception or a cancellation, leaves the next one alone "
          "(test_unittest/test_async_case.py: TestAsyncCase.test_base_exception_from_async_method)") {
    struct base_exception {};
    trace events;
    lasti::runner parts;
    CHECK_THROWS_AS(parts.run(raises(lasti::error::make(base_exception()))), base_exception);
    parts.run(part("test_no_err", true, events));
    CHECK_THROWS_AS(parts.run(raises(lasti::error::make(lasti::cancelled_error()))), lasti::cancelled_error);
    parts.run(part("test_after", true, events));
    CHECK(events.take() == "test_no_err test_after");
}

TEST_CASE("R2: a task that a test leaves behind is cancelled at the end "
          "(test_unittest/test_async_case.py: TestAsyncCase.test_cancellation_hanging_tasks)") {
    trace events;
    lasti::virtual_clock clock;
    const auto leaked = [events]() -> lasti::coroutine<> {
        return COROUTINE(void) {
            BEGIN;
            TRY
                AWAIT(lasti::sleep(1));
            EXCEPT(lasti::cancelled_error)
                events("cancelled");
                RERAISE;
            END_TRY
            END;
        };
    };
    const auto test = [leaked]() -> lasti::coroutine<> {
        return COROUTINE(void) { BEGIN; lasti::create_task(leaked()); AWAIT(lasti::sleep(0)); END; };
    };
    {
        lasti::runner parts(clock);
        parts.run(test());
        CHECK(events.take() == "");
    }
    CHECK(events.take() == "cancelled");
    CHECK(clock.now() == lasti::loop_clock::time_point::zero());
}

TEST_CASE("R3: a clean-up may await a task of the set-up, though the test failed between them "
          "(test_unittest/test_async_case.py: TestAsyncCase.test_debug_cleanup_same_loop)") {
    trace events;
    lasti::task<> of_setup;
    lasti::task<>* const t = &of_setup;
    const auto cleanup = [t, events]() -> lasti::coroutine<> {
        return COROUTINE(void) { BEGIN; AWAIT(*t); events("cleanup"); END; }; // of another loop: a runtime_error
    };
    lasti::virtual_clock clock;
    lasti::runner parts(clock);
    parts.run(runs([=] { *t = lasti::create_task(part("task", true, events)); }));
    CHECK_THROWS_AS(parts.run(raises(lasti::error::make(lasti::value_error("")))), lasti::value_error);
    parts.run(cleanup());
    CHECK(events.take() == "task cleanup");
}

TEST_CASE("R1, V12: a runner runs anything awaitable, on the clock that it is told "
          "(test_unittest/test_async_case.py: TestAsyncCase.test_loop_factory)") {
    lasti::virtual_clock clock;
    lasti::runner parts(clock);
    parts.run(lasti::sleep(3600));
    CHECK(clock.now() == std::chrono::hours(1));
    CHECK(parts.get_loop().time() == 3600);
}

TEST_SUITE_END();
