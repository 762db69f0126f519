// What is not allowed with a loop, and what outlives it.
#include <lasti/event_loop.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/captured_stderr.hpp"
#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"
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

std::string what_of(std::function<void()> call) {
    const lasti::error e = thrown_by(call);
    return e.is<lasti::runtime_error>() ? e.what() : e.type_name();
}

} // namespace

TEST_SUITE_BEGIN("event_loop: misuse");

TEST_CASE("L11: running a loop inside itself is a runtime_error, and it runs on") {
    virtual_loop on;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    const std::string already = "This event loop is already running";
    const auto misuse = [=] {
        note(what_of([=] { loop->run(); }) == already ? "run" : "?");
        note(what_of([=] { loop->run_forever(); }) == already ? "run_forever" : "?");
        note(what_of([=] { loop->run_until_complete(loop->create_future<int>()); }) == already ? "run_until_complete" : "?");
        note(what_of([=] { loop->poll(); }) == already ? "poll" : "?");
        note(what_of([=] { loop->close(); }) == "Cannot close a running event loop" ? "close" : "?");
    };
    const std::string all = "run run_forever run_until_complete poll close";
    on.loop.call_soon(misuse);
    SUBCASE("inside run()") { on.loop.run(); }
    SUBCASE("inside poll()") { on.loop.poll(); }
    SUBCASE("inside run_until_complete()") { on.loop.run_until_complete(sleeps(1, trace(), "x")); }
    CHECK(note.take() == all);
    on.loop.call_soon(misuse); // nothing was left behind
    on.loop.run();
    CHECK(note.take() == all);
}

TEST_CASE("L11: so is running another loop inside it, each time it is tried") {
    virtual_loop on, other;
    trace note;
    lasti::event_loop* const inner = &other.loop;
    other.loop.create_task(sleeps(1, note, "inner"));
    const std::string expected = "Cannot run the event loop while another loop is running";
    on.loop.call_soon([=] {
        for (int i = 0; i < 2; ++i) {
            note(what_of([=] { inner->run(); }) == expected ? "run" : "?");
            note(what_of([=] { inner->poll(); }) == expected ? "poll" : "?");
        }
    });
    on.loop.run();
    CHECK(note.take() == "run poll run poll");
    other.loop.run();
    CHECK(note.take() == "inner");
}

TEST_CASE("L11: a coroutine given to a loop that cannot run it was never awaited, and that is told") {
    virtual_loop on;
    const unraisables told;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_soon([=] { note(what_of([=] { loop->run_until_complete(sleeps(1, note, "x")); })); });
    on.loop.run();
    CHECK(note.take() == "This event loop is already running");
    REQUIRE(told.count() == 1);
    CHECK(told[0].what.is<lasti::never_awaited>());
}

TEST_CASE("L11: after close() every use is a runtime_error \"Event loop is closed\"; closing again is nothing") {
    virtual_loop on;
    const unraisables told;
    lasti::event_loop& loop = on.loop;
    loop.close();
    loop.close();
    const std::string closed = "Event loop is closed";
    CHECK(what_of([&] { loop.call_soon([] {}); }) == closed);
    CHECK(what_of([&] { loop.call_later(1, [] {}); }) == closed);
    CHECK(what_of([&] { loop.call_at(1, [] {}); }) == closed);
    CHECK(what_of([&] { loop.call_soon_threadsafe([] {}); }) == closed);
    CHECK(what_of([&] { loop.create_task(sleeps(1, trace(), "x")); }) == closed);
    CHECK(what_of([&] { loop.create_future<int>(); }) == closed);
    CHECK(what_of([&] { loop.run(); }) == closed);
    CHECK(what_of([&] { loop.run_forever(); }) == closed);
    CHECK(what_of([&] { loop.run_until_complete(sleeps(1, trace(), "x")); }) == closed);
    CHECK(what_of([&] { loop.poll(); }) == closed);
    CHECK(told.count() == 2); // the two coroutines
}

TEST_CASE("an empty callback is a type_error where it is given, not a silence later") {
    virtual_loop on;
    const std::function<void()> none;
    CHECK_THROWS_WITH_AS(on.loop.call_soon(none), doctest::Contains("call_soon"), lasti::type_error);
    CHECK_THROWS_AS(on.loop.call_later(1, none), lasti::type_error);
    CHECK_THROWS_AS(on.loop.call_at(1, none), lasti::type_error);
    CHECK_THROWS_AS(on.loop.call_soon_threadsafe(none), lasti::type_error);
    on.loop.run();
    CHECK(on.loop.time() == 0);
}

TEST_CASE("L11: close() forgets callbacks and timers without calling them, and destroys them") {
    trace note;
    virtual_loop on;
    const local soon = noting(note, "soon"), later = noting(note, "later");
    {
        const local in_soon = soon, in_later = later;
        on.loop.call_soon([in_soon, note] { note("called"); });
        on.loop.call_later(1, [in_later, note] { note("called"); });
    }
    on.loop.close();
    CHECK(soon.use_count() == 1);
    CHECK(later.use_count() == 1);
    CHECK(note.take() == "");
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("event_loop: what outlives it");

TEST_CASE("handles, futures and tasks may outlive the loop") {
    const reports reported;
    lasti::handle soon, later;
    lasti::future<int> finished, pending;
    lasti::task<int> done, stuck;
    trace note;
    {
        lasti::virtual_clock clock;
        lasti::event_loop loop(clock);
        loop.set_exception_handler(reported);
        finished = loop.create_future<int>();
        finished.set_result(3);
        done = loop.create_task(sleeps(1, note, "done"));
        loop.run();
        pending = loop.create_future<int>();
        pending.add_done_callback([note](lasti::future<int>) { note("callback"); });
        stuck = loop.create_task(sleeps(100, note, "stuck"));
        loop.poll();
        soon = loop.call_soon([note] { note("soon"); });
        later = loop.call_later(1, [note] { note("later"); });
    }
    soon.cancel();
    later.cancel();
    CHECK(later.when() == 2);
    CHECK(finished.result() == 3);
    CHECK(done.result() == 7);
    CHECK(done.get_name() == "Task-1");
    CHECK(stuck.done());
    CHECK(stuck.cancelled());
    CHECK_FALSE(stuck.cancel());
    pending.set_result(4); // nobody is left to be told
    CHECK(pending.result() == 4);
    CHECK_THROWS_WITH_AS(finished.add_done_callback([](lasti::future<int>) {}), "Event loop is closed", lasti::runtime_error);
    CHECK(note.take() == "done");
    CHECK(reported.messages() == "Task was destroyed but it is pending!\n");
}

TEST_CASE("a loop that is destroyed by its own callback or task ends after that round, and closes") {
    const reports reported;
    trace note;
    lasti::virtual_clock clock;
    std::unique_ptr<lasti::event_loop> loop(new lasti::event_loop(clock));
    loop->set_exception_handler(reported);
    lasti::event_loop& running = *loop;
    struct destroys {
        static lasti::coroutine<> it(std::unique_ptr<lasti::event_loop>* l, trace n) {
            return COROUTINE(void) {
                BEGIN;
                l->reset();
                n("task");
                TRY { AWAIT(lasti::sleep(1)); } FINALLY { n("finally"); } END_TRY
                END;
            };
        }
    };
    SUBCASE("by a callback") {
        loop->call_soon([&] { loop.reset(); });
        loop->create_task(sleeps(5, note, "never"));
        loop->call_soon([=] { note("same round"); });
        running.run();
        CHECK(note.take() == "same round");
    }
    SUBCASE("by a task") {
        loop->create_task(destroys::it(&loop, note));
        running.run();
        CHECK(note.take() == "task finally");
    }
    SUBCASE("inside poll()") {
        loop->create_task(destroys::it(&loop, note));
        CHECK_FALSE(running.poll());
        CHECK(note.take() == "task finally");
    }
    CHECK(reported.messages() == "Task was destroyed but it is pending!\n");
}

TEST_CASE("a future of a closed loop that fails and is dropped is still reported") {
    virtual_loop on;
    lasti::future<int> f = on.loop.create_future<int>();
    on.loop.close();
    f.set_exception(std::out_of_range("late"));
    f = lasti::future<int>();
    CHECK(on.reported.messages() == "Future exception was never retrieved\n");
}

TEST_CASE("once the loop is gone its handler is gone, too: what comes later is printed") {
    const reports reported;
    const captured_stderr printed;
    lasti::future<int> f;
    {
        lasti::event_loop loop;
        loop.set_exception_handler(reported);
        f = loop.create_future<int>();
    }
    f.set_exception(std::out_of_range("late"));
    f = lasti::future<int>();
    CHECK(reported.messages() == "");
    CHECK(contains(printed.text(), "Future exception was never retrieved"));
}

TEST_CASE("a handler that keeps what it is told does not keep the loop alive") {
    counted::reset();
    {
        lasti::event_loop loop;
        const counted owned;
        const auto kept = std::make_shared<std::vector<lasti::exception_context>>();
        loop.set_exception_handler([owned, kept](lasti::exception_context const& context) { kept->push_back(context); });
        loop.create_future<int>().set_exception(std::out_of_range("x"));
        CHECK(kept->size() == 1);
    }
    CHECK(counted::alive() == 0);
}

TEST_CASE("a coroutine that is closed with the loop may use it, and is refused") {
    virtual_loop on;
    const unraisables told;
    trace note;
    struct uses {
        static lasti::coroutine<> loop(lasti::event_loop* l, trace n) {
            return COROUTINE(void) {
                BEGIN;
                TRY { AWAIT(lasti::sleep(1)); } FINALLY {
                    n(what_of([=] { l->call_soon([] {}); }));
                } END_TRY
                END;
            };
        }
    };
    on.loop.create_task(uses::loop(&on.loop, note));
    on.loop.poll();
    on.loop.close();
    CHECK(note.take() == "Event loop is closed");
}

TEST_SUITE_END();
