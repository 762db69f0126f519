// The ways to run a loop and to stop it. What is not allowed: test_event_loop_misuse.cpp.
#include <lasti/event_loop.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<int> sleeps(double time, trace note, std::string name) {
    return COROUTINE(int) {
        BEGIN;
        TRY {
            AWAIT(lasti::sleep(time));
            note(name);
        } EXCEPT(lasti::cancelled_error) {
            note("cancelled:" + name);
            RERAISE;
        } END_TRY
        RETURN(7);
        END;
    };
}

lasti::coroutine<> ticks(trace note, double every) {
    return COROUTINE(void) {
        BEGIN;
        for (;;) {
            TRY {
                AWAIT(lasti::sleep(every));
                note("tick");
            } FINALLY {
                if (self.handled()) note("stopped");
            } END_TRY
        }
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("event_loop: run");

TEST_CASE("run() runs until no task, no callback and no timer is left") {
    virtual_loop on;
    trace note;
    on.loop.create_task(sleeps(1, note, "task"));
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_later(3, [=] {
        note("timer");
        loop->create_task(sleeps(2, note, "another"));
    });
    on.loop.run();
    CHECK(note.take() == "task timer another");
    CHECK(on.loop.time() == 5);
    CHECK(on.loop.task_count() == 0);
    CHECK_FALSE(on.loop.is_running());
}

TEST_CASE("run() of an empty loop comes back at once, and can be called again and again") {
    virtual_loop on;
    trace note;
    on.loop.run();
    on.loop.create_task(sleeps(1, note, "a"));
    on.loop.run();
    on.loop.create_task(sleeps(1, note, "b"));
    on.loop.run();
    CHECK(note.take() == "a b");
}

TEST_CASE("daemon tasks do not keep run() going: they are cancelled when the others are done") {
    virtual_loop on;
    trace note;
    const lasti::task<> daemon = on.loop.create_task(ticks(note, 1), lasti::daemon, "ticker");
    on.loop.create_task(sleeps(2.5, note, "done"));
    on.loop.run();
    CHECK(note.take() == "tick tick done stopped");
    CHECK(daemon.cancelled());
    CHECK(daemon.get_name() == "ticker");
    CHECK(on.loop.time() == 2.5);
    CHECK(on.loop.task_count() == 0);
}

TEST_CASE("run() with daemons alone cancels them at once, before they start") {
    virtual_loop on;
    trace note;
    const lasti::task<> daemon = on.loop.create_task(ticks(note, 1), lasti::daemon);
    on.loop.run();
    CHECK(daemon.cancelled());
    CHECK(note.take() == "");
}

TEST_CASE("run_until_complete() stops as soon as that one is done, and leaves the others for later") {
    virtual_loop on;
    trace note;
    on.loop.create_task(sleeps(5, note, "slow"));
    CHECK(on.loop.run_until_complete(sleeps(2, note, "quick")) == 7);
    CHECK(note.take() == "quick");
    CHECK(on.loop.time() == 2);
    CHECK(on.loop.task_count() == 1);
    on.loop.run();
    CHECK(note.take() == "slow");
}

TEST_CASE("run_until_complete() throws what the task ends with, and the loop can go on") {
    virtual_loop on;
    trace note;
    struct fails {
        static lasti::coroutine<> now() { return COROUTINE(void) { BEGIN; RAISE(std::out_of_range("far")); END; }; }
    };
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(fails::now()), "far", std::out_of_range);
    const lasti::task<int> t = on.loop.create_task(sleeps(5, note, "x"));
    on.loop.call_soon([t] { t.cancel(); });
    CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::cancelled_error);
    CHECK(on.loop.run_until_complete(sleeps(1, note, "y")) == 7);
    CHECK(on.reported.count() == 0);
}

TEST_CASE("L9: stop() ends the loop after the round it is in; what that added waits for the next run") {
    virtual_loop on;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_soon([=] {
        loop->stop();
        note("stop");
        loop->call_soon([=] { note("next run"); });
    });
    on.loop.call_soon([=] { note("same round"); });
    on.loop.run_forever();
    CHECK(note.take() == "stop same round");
    on.loop.run();
    CHECK(note.take() == "next run");
}

TEST_CASE("L9: stop() before run_forever() makes it exactly one round, which does not wait") {
    virtual_loop on;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_soon([=] {
        note("1");
        loop->call_soon([=] { note("2"); });
    });
    on.loop.call_later(5, [=] { note("later"); });
    on.loop.stop();
    on.loop.run_forever();
    CHECK(note.take() == "1");
    CHECK(on.loop.time() == 0);
    on.loop.stop();
    on.loop.run_forever();
    CHECK(note.take() == "2");
    on.loop.run();
}

TEST_CASE("L10: what is ready when run_until_complete() is done has one more turn") {
    virtual_loop on;
    trace note;
    struct bodies {
        static lasti::coroutine<> left_behind(trace t) {
            return COROUTINE(void) { BEGIN; t("started"); AWAIT(lasti::sleep(5)); t("?"); END; };
        }
        static lasti::coroutine<> main(trace t) {
            return COROUTINE(void) { BEGIN; lasti::create_task(left_behind(t)); t("main"); END; };
        }
    };
    on.loop.run_until_complete(bodies::main(note));
    CHECK(note.take() == "main started");
    on.loop.call_soon([=] { note("round"); });
    const lasti::future<int> done = on.loop.create_future<int>();
    done.set_result(7);
    CHECK(on.loop.run_until_complete(done) == 7);
    CHECK(note.take() == "round");
    CHECK(on.loop.time() == 0);
}

TEST_CASE("L10: run_until_complete() that is stopped before is a runtime_error; the task lives on") {
    virtual_loop on;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    const lasti::task<int> t = on.loop.create_task(sleeps(5, note, "t"));
    on.loop.call_later(1, [=] { loop->stop(); });
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(t), "Event loop stopped before Future completed.", lasti::runtime_error);
    CHECK_FALSE(t.done());
    CHECK(on.loop.run_until_complete(t) == 7);
}

TEST_CASE("run() that is stopped leaves the tasks as they are, daemons too") {
    virtual_loop on;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    const lasti::task<> daemon = on.loop.create_task(ticks(note, 1), lasti::daemon);
    on.loop.create_task(sleeps(2.5, note, "done"));
    on.loop.call_later(1.5, [=] { loop->stop(); });
    on.loop.run();
    CHECK(note.take() == "tick");
    CHECK(on.loop.task_count() == 2);
    on.loop.run();
    CHECK(note.take() == "tick done stopped");
}

TEST_CASE("poll() is one round that never waits, for a program that has a loop of its own") {
    virtual_loop on;
    trace note;
    on.loop.create_task(sleeps(1, note, "a"));
    CHECK_FALSE(on.loop.poll());
    CHECK_FALSE(on.loop.poll());
    double when = 0;
    while (on.loop.next_deadline(when)) { // the host's loop
        on.clock.advance(when - on.loop.time());
        while (on.loop.poll()) {}
    }
    CHECK(note.take() == "a");
    CHECK(on.loop.task_count() == 0);
}

TEST_CASE("is_running() and is_closed() say so, from inside, too") {
    virtual_loop on;
    lasti::event_loop* const loop = &on.loop;
    int running = 0;
    for (int i = 0; i < 3; ++i) on.loop.call_soon([=, &running] { running += loop->is_running(); });
    on.loop.poll();
    CHECK(running == 3);
    on.loop.call_soon([=, &running] { running += loop->is_running(); });
    on.loop.run();
    CHECK(running == 4);
    CHECK_FALSE(on.loop.is_running());
    CHECK_FALSE(on.loop.is_closed());
    on.loop.close();
    CHECK(on.loop.is_closed());
}

TEST_SUITE_END();
