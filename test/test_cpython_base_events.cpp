// CPython's test_base_events.py, as far as it does without sockets: callbacks, timers, running, what goes wrong.
#include <lasti/async_generator.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/threads.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/captured_stderr.hpp"
#include "support/counted.hpp"
#include "support/cpython.hpp"
#include "support/environment.hpp"
#include "support/gate.hpp"
#include "support/unraisable.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<> nothing() {
    return COROUTINE(void) { BEGIN; END; };
}

lasti::coroutine<> sleeps(double time) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(time)); END; };
}

struct zero_error : std::runtime_error {
    zero_error() : std::runtime_error("division by zero") {}
};

void divides_by_zero() { throw zero_error(); }

/// What calling `f` on a thread of its own throws, while `loop` runs; empty if it throws nothing.
template <class F>
std::string refused_in_thread(lasti::event_loop& loop, F f) {
    const lasti::future<std::string> told = loop.create_future<std::string>();
    const gate running;
    loop.call_soon([=] { running.open(); });
    const lasti::source_token alive = loop.outside_source();
    lasti::future<std::string> const* const target = &told;
    const worker thread([&loop, running, f, target] {
        running.wait();
        const std::string message = thrown_by(f).what();
        loop.call_soon_threadsafe([=] { target->set_result(message); });
    });
    return loop.run_until_complete(told);
}

} // namespace

TEST_SUITE_BEGIN("CPython's test_base_events.py");

TEST_CASE("L11: closed, and closed again (test_asyncio/test_base_events.py: BaseEventLoopTests.test_close)") {
    stage on;
    const lasti::future<> f = on.loop.create_future();
    CHECK_FALSE(on.loop.is_closed());
    on.loop.close();
    CHECK(on.loop.is_closed());
    on.loop.close();
    on.loop.close();
    CHECK_THROWS_AS(on.loop.run_forever(), lasti::runtime_error);
    CHECK_THROWS_AS(on.loop.run_until_complete(f), lasti::runtime_error);
}

TEST_CASE("L3: a callback is ready, and no timer (test_asyncio/test_base_events.py: BaseEventLoopTests.test__add_callback_handle)") {
    stage on;
    double when = 0;
    on.loop.call_soon([&] { on.note("called"); });
    CHECK_FALSE(on.loop.next_deadline(when));
    on.loop.poll();
    CHECK(on.note.take() == "called");
}

TEST_CASE("L6: a cancelled one is not called "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test__add_callback_cancelled_handle)") {
    stage on;
    on.loop.call_soon([&] { on.note("called"); }).cancel();
    CHECK_FALSE(on.loop.poll());
    CHECK(on.note.take() == "");
}

TEST_CASE("TH1: the default executor (test_asyncio/test_base_events.py: BaseEventLoopTests.test_set_default_executor)") {
    struct dummy : lasti::executor {
        void execute(std::function<void()>) override { throw std::logic_error("cannot submit into a dummy executor"); }
    };
    stage on;
    on.loop.set_default_executor(std::make_shared<dummy>());
    CHECK_THROWS_WITH_AS(on.loop.run_in_executor(nullptr, [] {}), "cannot submit into a dummy executor", std::logic_error);
}

TEST_CASE("TH1: no executor (test_asyncio/test_base_events.py: BaseEventLoopTests.test_set_default_executor_error)") {
    stage on;
    CHECK_THROWS_AS(on.loop.set_default_executor(nullptr), lasti::type_error);
    CHECK(on.loop.run_until_complete(on.loop.run_in_executor(nullptr, [] { return 1; })) == 1);
}

TEST_CASE("TH1, U13: joining its threads is bounded "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_shutdown_default_executor_timeout)") {
    struct dummy : lasti::executor {
        std::function<void()> end;  // called by nobody
        void execute(std::function<void()>) override {}
        void shut_down(bool, std::function<void()> when_ended) override { end = std::move(when_ended); }
    };
    stage on;
    const auto stuck = std::make_shared<dummy>();
    on.loop.set_default_executor(stuck);
    on.loop.run_until_complete(on.loop.shutdown_default_executor(0.01));
    REQUIRE(on.reported.count() == 1);
    CHECK(starts_with(on.reported[0].message, "The executor did not finishing joining"));
    stuck->end = nullptr;
}

TEST_CASE("L3: call_soon() (test_asyncio/test_base_events.py: BaseEventLoopTests.test_call_soon)") {
    stage on;
    const lasti::handle h = on.loop.call_soon([&] { on.note("called"); });
    CHECK(h);
    CHECK_FALSE(h.cancelled());
    on.loop.poll();
    CHECK(on.note.take() == "called");
}

TEST_CASE("L4: call_later() (test_asyncio/test_base_events.py: BaseEventLoopTests.test_call_later)") {
    stage on;
    const lasti::handle h = on.loop.call_later(10.0, [&] { on.note("called"); });
    CHECK(h.when() == 10);
    double when = 0;
    CHECK(on.loop.next_deadline(when));
    CHECK(when == 10);
    CHECK_FALSE(on.loop.poll());
    CHECK(on.note.take() == "");
    h.cancel();
}

TEST_CASE("L7: negative times "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_call_later_negative_delays)") {
    stage on;
    on.loop.call_later(-1, [&] { on.note("a"); });
    on.loop.call_later(-2, [&] { on.note("b"); });
    on.run_briefly();
    CHECK(on.note.take() == "b a");
}

TEST_CASE("L5: call_at() (test_asyncio/test_base_events.py: BaseEventLoopTests.test_time_and_call_at)") {
    stage on;
    on.clock.advance(5);
    const double when = on.loop.time() + 0.1;
    on.loop.call_at(when, [&] { on.loop.stop(); });
    on.loop.run_forever();
    CHECK(on.loop.time() == when);
}

TEST_CASE("DB1: from another thread (test_asyncio/test_base_events.py: BaseEventLoopTests.test_check_thread)") {
    stage on;
    lasti::event_loop* const loop = &on.loop;
    const auto all = [loop] {
        std::string messages;
        messages += thrown_by([=] { loop->call_soon([] {}); }).what() + '\n';
        messages += thrown_by([=] { loop->call_later(60, [] {}).cancel(); }).what() + '\n';
        messages += thrown_by([=] { loop->call_at(loop->time() + 60, [] {}).cancel(); }).what() + '\n';
        if (messages != "\n\n\n") throw std::runtime_error(messages);
    };
    const auto beside_another_loop = [all] {
        lasti::event_loop other;
        other.call_soon(all);
        lasti::error refused;
        other.set_exception_handler([&](lasti::exception_context const& c) { refused = c.exception; });
        other.run();
        if (refused) refused.rethrow();
    };
    const std::string one = "Non-thread-safe operation invoked on an event loop other than the current one\n";
    on.loop.set_debug(true);
    CHECK(refused_in_thread(on.loop, all) == one + one + one);
    CHECK(refused_in_thread(on.loop, beside_another_loop) == one + one + one);
}

TEST_CASE("L6: a cancelled timer is not waited for (test_asyncio/test_base_events.py: BaseEventLoopTests.test__run_once)") {
    stage on;
    const lasti::handle h1 = on.loop.call_later(5, [] {}), h2 = on.loop.call_later(10, [] {});
    h1.cancel();
    double when = 0;
    CHECK(on.loop.next_deadline(when));
    CHECK(when == 10);
    on.loop.run();
    CHECK(on.loop.time() == 10);
}

TEST_CASE("DB1: debug mode is switched (test_asyncio/test_base_events.py: BaseEventLoopTests.test_set_debug)") {
    stage on;
    on.loop.set_debug(true);
    CHECK(on.loop.get_debug());
    on.loop.set_debug(false);
    CHECK_FALSE(on.loop.get_debug());
}

TEST_CASE("L2: what a timer schedules waits for the next round "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test__run_once_schedule_handle)") {
    stage on;
    on.loop.call_at(-1, [&] {
        on.note("processed");
        on.loop.call_soon([&] { on.note("handle"); });
    });
    CHECK(on.loop.poll());
    CHECK(on.note.take() == "processed");
    CHECK_FALSE(on.loop.poll());
    CHECK(on.note.take() == "handle");
}

TEST_CASE("L6: cancelled timers leave at once, wherever they stand "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test__run_once_cancelled_event_cleanup)") {
    stage on;
    counted::reset();
    const auto callback = [](counted const& inside) { return [inside] { (void)inside.value; }; };
    std::vector<lasti::handle> kept;
    {
        const counted inside(1);
        kept.push_back(on.loop.call_later(3000, callback(inside)));
        for (int i = 0; i < 50; ++i) {
            kept.push_back(on.loop.call_later(3600, callback(inside)));
            on.loop.call_later(3600, callback(inside)).cancel();
            on.loop.call_later(100, callback(inside)).cancel();
        }
    }
    CHECK(counted::alive() == 51);
    double when = 0;
    CHECK(on.loop.next_deadline(when));
    CHECK(when == 3000);
    for (lasti::handle const& h : kept) h.cancel();
    CHECK(counted::alive() == 0);
    CHECK_FALSE(on.loop.next_deadline(when));
}

TEST_CASE("an empty future is no future "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_run_until_complete_type_error)") {
    stage on;
    CHECK_THROWS_AS(on.loop.run_until_complete(lasti::future<>()), lasti::type_error);
    CHECK_THROWS_AS(on.loop.run_until_complete(lasti::coroutine<>()), lasti::type_error);
}

TEST_CASE("T2: a future of another loop "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_run_until_complete_loop)") {
    stage on, other;
    CHECK_THROWS_AS(other.loop.run_until_complete(on.loop.create_future()), lasti::value_error);
}

TEST_CASE("L10: an interrupted run leaves nothing behind that would end the next one "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_run_until_complete_loop_orphan_future_close_loop)") {
    stage on;
    on.loop.call_soon([&] { on.loop.stop(); });
    CHECK_THROWS_AS(on.loop.run_until_complete(sleeps(0.1)), lasti::runtime_error);
    on.loop.run_until_complete(sleeps(0.2));
    CHECK(on.loop.time() == 0.2);
}

TEST_CASE("EH1: without a handler it is printed "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_default_exc_handler_callback)") {
    stage on;
    on.loop.set_exception_handler(nullptr);
    for (const bool at_once : {true, false}) {
        const captured_stderr printed;
        const lasti::future<> f = on.loop.create_future();
        f.add_done_callback([&](lasti::future<> const&) { on.loop.stop(); });
        const auto fails = [f] {
            f.set_result();
            divides_by_zero();
        };
        if (at_once) on.loop.call_soon(fails);
        else on.loop.call_later(0.01, fails);
        on.loop.run_forever();
        CHECK(contains(printed.text(), "Exception in callback\n"));
        CHECK(contains(printed.text(), "zero_error: division by zero\n"));
    }
}

TEST_CASE("EH1: a handler of one's own, and none again "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_set_exc_handler_custom)") {
    stage on;
    on.loop.set_debug(true);
    const lasti::handle h = on.loop.call_soon(divides_by_zero);
    const int line = __LINE__ - 1;
    on.loop.poll();
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].message == "Exception in callback");
    CHECK(on.reported[0].exception.is<zero_error>());
    CHECK(on.reported[0].handle == h);
    CHECK(on.reported[0].created == place(__FILE__, line));
    on.reported.forget();
    on.loop.set_exception_handler(nullptr);
    const captured_stderr printed;
    on.loop.call_soon(divides_by_zero);
    on.loop.poll();
    CHECK(contains(printed.text(), "Exception in callback\n"));
    CHECK(on.reported.count() == 0);
}

TEST_CASE("EH1: a handler that fails "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_set_exc_handler_broken)") {
    stage on;
    on.loop.set_exception_handler([](lasti::exception_context const&) { throw lasti::attribute_error("spam"); });
    const captured_stderr printed;
    on.loop.call_soon(divides_by_zero);
    on.loop.poll();
    CHECK(contains(printed.text(), "Unhandled error in exception handler"));
    CHECK(contains(printed.text(), "attribute_error: spam\n"));
}

TEST_CASE("T15: tasks of another kind, and of the first again "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_set_task_factory)") {
    stage on;
    const auto make = [&] {
        const lasti::task<> t = on.loop.create_task(nothing());
        on.note(t.done() ? "eager" : "lazy");
    };
    on.loop.set_eager_tasks(true);
    on.loop.call_soon(make);
    on.loop.run();
    on.loop.set_eager_tasks(false);
    on.loop.call_soon(make);
    on.loop.run();
    CHECK(on.note.take() == "eager lazy");
}

TEST_CASE("DB1: LASTI_DEBUG (test_asyncio/test_base_events.py: BaseEventLoopTests.test_env_var_debug)") {
    unset_variable("LASTI_DEBUG");
    CHECK_FALSE(lasti::event_loop().get_debug());
    set_variable("LASTI_DEBUG", "");
    CHECK_FALSE(lasti::event_loop().get_debug());
    set_variable("LASTI_DEBUG", "1");
    CHECK(lasti::event_loop().get_debug());
    unset_variable("LASTI_DEBUG");
}

TEST_CASE("K4: a task that cannot be made leaves the coroutine to its owner "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_create_task_error_closes_coro)") {
    const unraisables told;
    stage on;
    on.loop.close();
    lasti::coroutine<> c = nothing();
    CHECK_THROWS_AS(on.loop.create_task(c), lasti::runtime_error);
    c.close();
    c = lasti::coroutine<>();
    CHECK(told.count() == 0);
}

TEST_CASE("T1: a task with a name "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_create_named_task_with_default_factory)") {
    stage on;
    const lasti::task<> t = on.loop.create_task(nothing(), "test_task");
    CHECK(t.get_name() == "test_task");
    on.loop.run_until_complete(t);
}

TEST_CASE("T1: an eager task with a name "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_create_named_task_with_custom_factory)") {
    stage on;
    on.loop.set_eager_tasks(true);
    const lasti::task<> t = on.loop.create_task(nothing(), "test_task");
    CHECK(t.get_name() == "test_task");
    on.loop.run_until_complete(t);
}

TEST_CASE("L10: a run that ends with an exception leaves no stop() behind "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_run_until_complete_baseexception)") {
    struct body {
        COROUTINE_BODY(void) { BEGIN; RAISE(lasti::keyboard_interrupt("KeyboardInterrupt")); END; }
    };
    stage on;
    CHECK_THROWS_AS(on.loop.run_until_complete(lasti::coroutine<>(body())), lasti::keyboard_interrupt);
    on.loop.call_soon([&] {
        on.loop.call_soon([&] {
            on.note("called");
            on.loop.stop();
        });
    });
    on.loop.run_forever();
    CHECK(on.note.take() == "called");
}

TEST_CASE("L9: what came from outside is called once, though the loop was stopped meanwhile "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_single_selecter_event_callback_after_stopping)") {
    stage on;
    on.loop.call_soon_threadsafe([&] { on.note("event"); });
    for (int i = 0; i < 2; ++i) {
        on.loop.call_soon([&] { on.loop.stop(); });
        on.loop.run_forever();
        CHECK(on.note.take() == (i == 0 ? "event" : ""));
    }
}

TEST_CASE("L9: call_soon(stop), run_forever() is one round (test_asyncio/test_base_events.py: BaseEventLoopTests.test_run_once)") {
    stage on;
    on.loop.call_soon([&] {
        on.note("called");
        on.loop.call_soon([&] { on.note("second round"); });
    });
    on.loop.call_soon([&] { on.loop.stop(); });
    on.loop.run_forever();
    CHECK(on.note.take() == "called");
    on.loop.run();
}

TEST_CASE("L9: stopped before it runs (test_asyncio/test_base_events.py: BaseEventLoopTests.test_run_forever_pre_stopped)") {
    stage on;
    on.loop.call_later(1, [&] { on.note("later"); });
    on.loop.stop();
    on.loop.run_forever();
    CHECK(on.note.take() == "");
    CHECK(on.loop.time() == 0);
    on.loop.run();
}

TEST_CASE("a program that makes the rounds itself "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_custom_run_forever_integration)") {
    stage on;
    on.loop.call_soon([&] {
        on.note(&lasti::get_running_loop() == &on.loop && on.loop.is_running() ? "running" : "not running");
    });
    for (int i = 0; i < 10; ++i) on.loop.poll();
    CHECK(on.note.take() == "running");
    CHECK_FALSE(on.loop.is_running());
    CHECK_THROWS_AS(lasti::get_running_loop(), lasti::runtime_error);
}

namespace {

lasti::async_generator<int> numbers(trace note) {
    int i = 0;
    return ASYNC_GENERATOR(int) {
        BEGIN;
        note("started");
        TRY
            for (; i < 5; ++i) YIELD(i);
        FINALLY
            AWAIT(lasti::sleep(0));
            note("finalized");
        END_TRY
        END;
    };
}

lasti::coroutine<> iterates_once(lasti::async_generator<int> g, trace note) {
    int x = 0;
    return COROUTINE(void) { BEGIN; AWAIT_SET(x, lasti::anext(g)); note("stopped"); END; };
}

} // namespace

TEST_CASE("A10: an async generator that is dropped is closed by its loop "
          "(test_asyncio/test_base_events.py: BaseEventLoopTests.test_asyncgen_finalization_by_gc)") {
    stage on;
    lasti::async_generator<int> g = numbers(on.note);
    on.loop.run_until_complete(iterates_once(g, on.note));
    CHECK(on.note.take() == "started stopped");
    on.run_briefly();
    CHECK(on.note.take() == "");
    g = lasti::async_generator<int>();
    on.loop.run();
    CHECK(on.note.take() == "finalized");
}

TEST_CASE("DB1, U17: slow callbacks and steps "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_log_slow_callbacks)") {
    struct stops_the_loop {
        lasti::event_loop* loop;
        explicit stops_the_loop(lasti::event_loop* l) : loop(l) {}
        COROUTINE_BODY(void) { BEGIN; loop->stop(); END; }
    };
    stage on;
    on.loop.set_debug(true);
    on.loop.set_slow_callback_duration(0);
    on.loop.call_soon([&] { on.loop.stop(); });
    on.loop.run_forever();
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].message == "Executing a callback took 0 seconds");
    on.reported.forget();
    on.loop.create_task(lasti::coroutine<>(stops_the_loop(&on.loop)), "stops");
    on.loop.run_forever();
    REQUIRE(on.reported.count() == 1);
    CHECK(starts_with(on.reported[0].message, "Executing task 'stops' from '"));
    CHECK(contains(on.reported[0].message, "stops_the_loop"));
    CHECK(contains(on.reported[0].message, ") took 0 seconds"));
}

TEST_CASE("L11: a loop inside another (test_asyncio/test_base_events.py: RunningLoopTests.test_running_loop_within_a_loop)") {
    struct body {
        lasti::event_loop* loop;
        explicit body(lasti::event_loop* l) : loop(l) {}
        COROUTINE_BODY(void) { BEGIN; loop->run_forever(); END; }
    };
    stage on, outer;
    CHECK_THROWS_WITH_AS(outer.loop.run_until_complete(lasti::coroutine<>(body(&on.loop))),
                         doctest::Contains("while another loop is running"), lasti::runtime_error);
}

TEST_SUITE_END();
