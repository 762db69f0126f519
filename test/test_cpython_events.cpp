// CPython's test_events.py, as far as it does without sockets: the loop by its public face, handles and timers.
#include <lasti/event_loop.hpp>
#include <lasti/threads.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "support/counted.hpp"
#include "support/cpython.hpp"
#include "support/gate.hpp"
#include "support/unraisable.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<> nothing() {
    return COROUTINE(void) { BEGIN; END; };
}

/// Calls it in a coroutine.
lasti::coroutine<> calls(std::function<void()> what) {
    return COROUTINE(void) { BEGIN; what(); END; };
}

/// Real time that counts how often it is asked.
struct counting_clock : lasti::loop_clock {
    lasti::steady_clock real;
    mutable int asked = 0;
    time_point now() const override {
        ++asked;
        return real.now();
    }
};

} // namespace

TEST_SUITE_BEGIN("CPython's test_events.py: the loop");

TEST_CASE("L11: a loop inside itself (test_asyncio/test_events.py: EventLoopTestsMixin.test_run_until_complete_nesting)") {
    const unraisables told;
    stage on;
    CHECK_THROWS_AS(on.loop.run_until_complete(calls([&] {
        CHECK(on.loop.is_running());
        on.loop.run_until_complete(nothing());
    })), lasti::runtime_error);
    REQUIRE(told.count() == 1);
    CHECK(told[0].function == "nothing");
    CHECK(told[0].what.is<lasti::never_awaited>());
}

TEST_CASE("L5: it is not done too early (test_asyncio/test_events.py: EventLoopTestsMixin.test_run_until_complete)") {
    stage on;
    on.loop.run_until_complete(lasti::as_coroutine(lasti::sleep(0.1)));
    CHECK(on.loop.time() == 0.1);
}

TEST_CASE("L10: stopped before it is done (test_asyncio/test_events.py: EventLoopTestsMixin.test_run_until_complete_stopped)") {
    struct body {
        lasti::event_loop* loop;
        explicit body(lasti::event_loop* l) : loop(l) {}
        COROUTINE_BODY(void) { BEGIN; loop->stop(); AWAIT(lasti::sleep(0.1)); END; }
    };
    stage on;
    CHECK_THROWS_AS(on.loop.run_until_complete(lasti::coroutine<>(body(&on.loop))), lasti::runtime_error);
}

TEST_CASE("L4: call_later() ends run_forever() (test_asyncio/test_events.py: EventLoopTestsMixin.test_call_later)") {
    stage on;
    on.loop.call_later(0.1, [&] {
        on.note("hello world");
        on.loop.stop();
    });
    on.loop.run_forever();
    CHECK(on.note.take() == "hello world");
    CHECK(on.loop.time() == 0.1);
}

TEST_CASE("L3: call_soon() ends run_forever() (test_asyncio/test_events.py: EventLoopTestsMixin.test_call_soon)") {
    stage on;
    const std::string hello = "hello", world = "world";
    on.loop.call_soon([&, hello, world] {
        on.note(hello + world);
        on.loop.stop();
    });
    on.loop.run_forever();
    CHECK(on.note.take() == "helloworld");
}

namespace {

/// Two calls end the loop.
std::function<void()> second_stops(stage& on, std::string what, int& calls) {
    return [&on, &calls, what] {
        on.note(what);
        if (++calls == 2) on.loop.stop();
    };
}

} // namespace

TEST_CASE("L12: from another thread (test_asyncio/test_events.py: EventLoopTestsMixin.test_call_soon_threadsafe)") {
    stage on;
    int calls = 0;
    const gate scheduled;
    const worker thread([&] {
        on.loop.call_soon_threadsafe(second_stops(on, "hello", calls));
        scheduled.open();
    });
    scheduled.wait();
    on.loop.call_soon(second_stops(on, "world", calls));
    on.loop.run_forever();
    CHECK(on.note.take() == "hello world");
}

TEST_CASE("L12: from its own thread (test_asyncio/test_events.py: EventLoopTestsMixin.test_call_soon_threadsafe_same_thread)") {
    stage on;
    int calls = 0;
    on.loop.call_soon_threadsafe(second_stops(on, "hello", calls));
    on.loop.call_soon(second_stops(on, "world", calls));
    on.loop.run_forever();
    CHECK(on.note.take() == "hello world");
}

TEST_CASE("L12: cancelled() waits while the callback runs "
          "(test_asyncio/test_events.py: EventLoopTestsMixin.test_call_soon_threadsafe_handle_block_check_cancelled)") {
    stage on;
    const gate begun, may_end;
    bool finished = false;
    const lasti::threadsafe_handle h = on.loop.call_soon_threadsafe([&] {
        begun.open();
        may_end.wait();
        finished = true;
    });
    const lasti::source_token alive = on.loop.outside_source();
    const worker opens([=] {
        begun.wait();
        may_end.open();
    });
    const worker asks([&] {
        begun.wait();
        CHECK_FALSE(h.cancelled());
        CHECK(finished);
        on.loop.call_soon_threadsafe([&] { on.loop.stop(); });
    });
    on.loop.run_forever();
}

TEST_CASE("L12: cancel() waits, too, and comes too late "
          "(test_asyncio/test_events.py: EventLoopTestsMixin.test_call_soon_threadsafe_handle_block_cancellation)") {
    stage on;
    const gate begun, may_end;
    bool finished = false;
    const lasti::threadsafe_handle h = on.loop.call_soon_threadsafe([&] {
        begun.open();
        may_end.wait();
        finished = true;
    });
    const lasti::source_token alive = on.loop.outside_source();
    const worker opens([=] {
        begun.wait();
        may_end.open();
    });
    const worker cancels([&] {
        begun.wait();
        h.cancel();
        CHECK(h.cancelled());
        CHECK(finished);
        on.loop.call_soon_threadsafe([&] { on.loop.stop(); });
    });
    on.loop.run_forever();
}

TEST_CASE("L12: the callback cancels itself, which has no effect "
          "(test_asyncio/test_events.py: EventLoopTestsMixin.test_call_soon_threadsafe_handle_cancel_same_thread)") {
    stage on;
    lasti::threadsafe_handle h;
    h = on.loop.call_soon_threadsafe([&] {
        h.cancel();
        on.note("called");
        on.loop.stop();
    });
    on.loop.run_forever();
    CHECK(h.cancelled());
    CHECK(on.note.take() == "called");
}

TEST_CASE("L12: cancelled by another thread before its turn "
          "(test_asyncio/test_events.py: EventLoopTestsMixin.test_call_soon_threadsafe_handle_cancel_other_thread)") {
    stage on;
    const gate cancelled;
    on.loop.call_soon([=] { cancelled.wait(); });
    const worker thread([&] {
        const lasti::threadsafe_handle h = on.loop.call_soon_threadsafe([&] { on.note("called"); });
        h.cancel();
        CHECK(h.cancelled());
        on.loop.call_soon_threadsafe([&] { on.loop.stop(); });
        cancelled.open();
    });
    on.loop.run_forever();
    CHECK(on.note.take() == "");
}

TEST_CASE("TH1: in a thread of the pool (test_asyncio/test_events.py: EventLoopTestsMixin.test_run_in_executor)") {
    typedef std::pair<std::string, std::thread::id> answer;
    stage on;
    const std::string argument = "yo";
    const answer got = on.loop.run_until_complete(
        on.loop.run_in_executor(nullptr, [=] { return answer(argument, std::this_thread::get_id()); }));
    CHECK(got.first == "yo");
    CHECK(got.second != std::this_thread::get_id());
}

TEST_CASE("TH1: a call that is cancelled asks nothing of a loop that is closed "
          "(test_asyncio/test_events.py: EventLoopTestsMixin.test_run_in_executor_cancel)") {
    const gate may_end;
    stage on;
    const lasti::future<> f = on.loop.run_in_executor(nullptr, [=] { may_end.wait(); });
    f.cancel();
    may_end.open();
    on.loop.run_until_complete(on.loop.shutdown_default_executor());
    on.loop.close();
    CHECK(f.cancelled());
    CHECK(on.reported.count() == 0);
}

TEST_CASE("L5: short sleeps do not keep the loop busy "
          "(test_asyncio/test_events.py: EventLoopTestsMixin.test_timeout_rounding)") {
    struct body {
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(lasti::sleep(1e-2));
            AWAIT(lasti::sleep(1e-4));
            AWAIT(lasti::sleep(1e-6));
            AWAIT(lasti::sleep(1e-8));
            AWAIT(lasti::sleep(1e-10));
            END;
        }
    };
    counting_clock clock;
    lasti::event_loop loop(clock);
    loop.run_until_complete(lasti::coroutine<>(body()));
    CHECK(clock.asked <= 3 * 20); // a round asks thrice: to begin a sleep, to wait, to wake
}

TEST_CASE("L11: closed while it runs (test_asyncio/test_events.py: EventLoopTestsMixin.test_close_running_event_loop)") {
    stage on;
    CHECK_THROWS_AS(on.loop.run_until_complete(calls([&] { on.loop.close(); })), lasti::runtime_error);
    CHECK_FALSE(on.loop.is_closed());
}

TEST_CASE("L11: a closed loop takes nothing (test_asyncio/test_events.py: EventLoopTestsMixin.test_close)") {
    stage on;
    const lasti::future<> f = on.loop.create_future();
    lasti::coroutine<> c = nothing();
    on.loop.close();
    CHECK_THROWS_AS(on.loop.run_forever(), lasti::runtime_error);
    CHECK_THROWS_AS(on.loop.run_until_complete(f), lasti::runtime_error);
    CHECK_THROWS_AS(on.loop.call_soon([] {}), lasti::runtime_error);
    CHECK_THROWS_AS(on.loop.call_soon_threadsafe([] {}), lasti::runtime_error);
    CHECK_THROWS_AS(on.loop.call_later(1, [] {}), lasti::runtime_error);
    CHECK_THROWS_AS(on.loop.call_at(on.loop.time(), [] {}), lasti::runtime_error);
    CHECK_THROWS_AS(on.loop.create_task(c), lasti::runtime_error);
    CHECK_THROWS_AS(on.loop.run_in_executor(nullptr, [] {}), lasti::runtime_error);
    c.close();
}

TEST_CASE("L15: a thread without a loop (test_asyncio/test_events.py: PolicyTests.test_get_event_loop_thread)") {
    stage on;
    on.loop.call_soon([&] {
        const worker thread([&] { CHECK_THROWS_AS(lasti::get_running_loop(), lasti::runtime_error); });
        CHECK(&lasti::get_running_loop() == &on.loop);
    });
    on.loop.run();
}

TEST_CASE("R1: a new loop (test_asyncio/test_events.py: PolicyTests.test_new_event_loop)") {
    lasti::event_loop loop;
    CHECK_FALSE(loop.is_closed());
    CHECK_FALSE(loop.is_running());
    loop.close();
}

TEST_CASE("L15: the running loop "
          "(test_asyncio/test_events.py: GetEventLoopTestsMixin.test_get_event_loop_returns_running_loop)") {
    stage on;
    CHECK_THROWS_WITH_AS(lasti::get_running_loop(), "no running event loop", lasti::runtime_error);
    on.loop.run_until_complete(calls([&] { CHECK(&lasti::get_running_loop() == &on.loop); }));
    CHECK_THROWS_WITH_AS(lasti::get_running_loop(), "no running event loop", lasti::runtime_error);
}

TEST_CASE("L15: making a loop does not make it the running one "
          "(test_asyncio/test_events.py: GetEventLoopTestsMixin.test_get_event_loop_returns_running_loop2)") {
    stage on, other;
    CHECK_THROWS_AS(lasti::get_running_loop(), lasti::runtime_error);
    on.loop.run_until_complete(calls([&] {
        const lasti::event_loop third;
        CHECK(&lasti::get_running_loop() == &on.loop);
    }));
    other.loop.run_until_complete(calls([&] { CHECK(&lasti::get_running_loop() == &other.loop); }));
    CHECK_THROWS_AS(lasti::get_running_loop(), lasti::runtime_error);
}

TEST_CASE("L15: a loop that runs already (test_asyncio/test_events.py: GetEventLoopTestsMixin.test_get_running_loop_already_running)") {
    stage on, other;
    on.loop.run_until_complete(calls([&] {
        CHECK_THROWS_AS(other.loop.run_until_complete(on.loop.create_future()), lasti::runtime_error);
        CHECK(&lasti::get_running_loop() == &on.loop);
    }));
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("CPython's test_events.py: handles");

TEST_CASE("L6: a handle (test_asyncio/test_events.py: HandleTests.test_handle)") {
    stage on;
    const lasti::handle h = on.loop.call_soon([] {});
    CHECK_FALSE(h.cancelled());
    h.cancel();
    CHECK(h.cancelled());
}

TEST_CASE("EH1: a callback that fails (test_asyncio/test_events.py: HandleTests.test_callback_with_exception)") {
    stage on;
    const lasti::handle h = on.loop.call_soon([] { throw lasti::value_error("wrong"); });
    on.loop.poll();
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].message == "Exception in callback");
    CHECK(on.reported[0].exception.is<lasti::value_error>());
    CHECK(on.reported[0].handle == h);
}

namespace {

/// Where a report about it says that it was made.
std::string created(stage& on, lasti::handle const& h) {
    lasti::exception_context about;
    about.handle = h;
    on.reported.forget();
    on.loop.call_exception_handler(about);
    return on.reported[0].created;
}

} // namespace

TEST_CASE("DB1: where a callback was made, also of one that is cancelled "
          "(test_asyncio/test_events.py: HandleTests.test_handle_repr_debug)") {
    stage on;
    CHECK(created(on, on.loop.call_soon([] {})) == "");
    on.loop.set_debug(true);
    const lasti::handle h = on.loop.call_soon([] {});
    const int line = __LINE__ - 1;
    CHECK(created(on, h) == place(__FILE__, line));
    h.cancel();
    CHECK(created(on, h) == place(__FILE__, line));
}

TEST_CASE("DB1: where a timer was made "
          "(test_asyncio/test_events.py: TimerTests.test_timer_repr_debug)") {
    stage on;
    on.loop.set_debug(true);
    const lasti::handle h = on.loop.call_at(123, [] {});
    const int line = __LINE__ - 1;
    CHECK(h.when() == 123);
    CHECK(created(on, h) == place(__FILE__, line));
    h.cancel();
    CHECK(created(on, h) == place(__FILE__, line));
}

TEST_CASE("DB1: all that schedule know where "
          "(test_asyncio/test_events.py: HandleTests.test_handle_source_traceback)") {
    stage on;
    on.loop.set_debug(true);
    const auto fails = [] { throw lasti::value_error("wrong"); };
    const int line = __LINE__;
    on.loop.call_soon(fails);
    on.loop.call_soon_threadsafe(fails);
    on.loop.call_later(0, fails);
    on.loop.call_at(0, fails);
    on.loop.run();
    REQUIRE(on.reported.count() == 4);
    for (int i = 0; i < 4; ++i) CHECK(on.reported[static_cast<std::size_t>(i)].created == place(__FILE__, line + 1 + i));
}

TEST_CASE("L4: when it is due (test_asyncio/test_events.py: TimerTests.test_when)") {
    stage on;
    on.clock.advance(7);
    const double when = on.loop.time() + 0.25;
    CHECK(on.loop.call_at(when, [] {}).when() == when);
}

TEST_CASE("L6: cancelling a timer destroys its callback (test_asyncio/test_events.py: TimerTests.test_timer)") {
    stage on;
    counted::reset();
    const counted inside(1);
    const lasti::handle h = on.loop.call_later(1, [inside] { (void)inside.value; });
    CHECK_FALSE(h.cancelled());
    CHECK(counted::alive() == 2);
    h.cancel();
    CHECK(h.cancelled());
    CHECK(counted::alive() == 1);
}

TEST_CASE("L4: timers are told apart by when, then by age "
          "(test_asyncio/test_events.py: TimerTests.test_timer_comparison)") {
    stage on;
    const auto noting = [&](std::string what) { return [&on, what] { on.note(what); }; };
    const lasti::handle h1 = on.loop.call_at(1, noting("h1")), later = on.loop.call_at(11, noting("later")),
                        h2 = on.loop.call_at(1, noting("h2")), same = h1;
    CHECK(h1 == same);
    CHECK(h1 != h2);
    CHECK(h1 != later);
    CHECK(h1 != lasti::handle());
    on.loop.run();
    CHECK(on.note.take() == "h1 h2 later");
}

TEST_SUITE_END();
