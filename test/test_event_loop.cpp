// Rounds, callbacks and timers. How a loop is run and closed: test_event_loop_running.cpp.
#include <lasti/event_loop.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

const double infinite = std::numeric_limits<double>::infinity();
const double not_a_number = std::numeric_limits<double>::quiet_NaN();

std::function<void()> noting_call(trace note, std::string what) {
    return [=] { note(what); };
}

lasti::coroutine<> passes(trace note, std::string name, int times) {
    int i = 0;
    return COROUTINE(void) {
        BEGIN;
        for (; i < times; ++i) {
            note(name + std::to_string(i));
            AWAIT(lasti::sleep(0));
        }
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("event_loop: callbacks");

TEST_CASE("L3: call_soon is first in, first out, tasks and callbacks in one deque") {
    virtual_loop on;
    trace note;
    for (int i = 0; i < 5; ++i) {
        on.loop.call_soon(noting_call(note, std::to_string(i)));
        on.loop.create_task(passes(note, "t", 1));
    }
    CHECK(note.take() == "");
    on.loop.run();
    CHECK(note.take() == "0 t0 1 t0 2 t0 3 t0 4 t0");
}

TEST_CASE("L3: the order holds for 10,000, which the ring must grow for, wherever it begins") {
    virtual_loop on;
    for (int warm_up : {0, 1, 63, 64, 100}) {
        for (int i = 0; i < warm_up; ++i) on.loop.call_soon([] {});
        on.loop.run();
        std::vector<int> seen;
        for (int i = 0; i < 10000; ++i) on.loop.call_soon([&seen, i] { seen.push_back(i); });
        on.loop.run();
        CHECK(seen.size() == 10000);
        CHECK(std::is_sorted(seen.begin(), seen.end()));
    }
}

TEST_CASE("L2, W1: what a callback adds runs in the next round, behind due timers: it starves nobody") {
    virtual_loop on;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_soon([=] {
        note("a");
        loop->call_soon(noting_call(note, "a2"));
        loop->call_later(0, noting_call(note, "later0"));
    });
    on.loop.call_soon(noting_call(note, "b"));
    on.loop.call_soon(noting_call(note, "c"));
    on.loop.poll();
    CHECK(note.take() == "a b c");
    on.loop.run();
    CHECK(note.take() == "a2 later0"); // L3: a due timer joins behind what was ready
}

TEST_CASE("L1: a round runs exactly what the deque held at its beginning") {
    virtual_loop on;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    std::function<void(int)> again = [&](int n) {
        note(n);
        if (n < 3) loop->call_soon([&again, n] { again(n + 1); });
    };
    on.loop.call_soon([&] { again(0); });
    on.loop.create_task(passes(note, "t", 3));
    for (std::string round : {"0 t0", "1 t1", "2 t2"}) {
        CHECK(on.loop.poll());
        CHECK(note.take() == round);
    }
    CHECK_FALSE(on.loop.poll());
    CHECK(note.take() == "3");
}

TEST_CASE("L6: a cancelled callback is not called, and is destroyed at once; cancelling again does nothing") {
    virtual_loop on;
    trace note;
    counted::reset();
    const counted inside(1);
    const lasti::handle soon = on.loop.call_soon([inside, note] { note(inside.value); });
    const lasti::handle later = on.loop.call_later(1, [inside, note] { note(inside.value); });
    CHECK(counted::alive() == 3);
    CHECK_FALSE(soon.cancelled());
    soon.cancel();
    later.cancel();
    CHECK(counted::alive() == 1);
    soon.cancel();
    later.cancel();
    CHECK(soon.cancelled());
    CHECK(later.cancelled());
    on.loop.run();
    CHECK(note.take() == "");
    CHECK(on.loop.time() == 0);
}

TEST_CASE("L6: one that is ready in this very round can still be cancelled by one before it") {
    virtual_loop on;
    trace note;
    lasti::handle second, due;
    on.loop.call_later(1, [&] {
        note("first");
        second.cancel();
    });
    second = on.loop.call_later(1, noting_call(note, "second"));
    due = on.loop.call_later(1, [&] {
        note("third");
        due.cancel(); // itself, while it runs: nothing
    });
    on.loop.run();
    CHECK(note.take() == "first third");
}

TEST_CASE("a callback is destroyed as soon as it was called, though its handle lives on") {
    virtual_loop on;
    counted::reset();
    const counted inside(1);
    const lasti::handle h = on.loop.call_soon([inside] { (void)inside.value; });
    CHECK(counted::alive() == 2);
    on.loop.run();
    CHECK(counted::alive() == 1);
    h.cancel();
}

TEST_CASE("dropping a handle does not cancel; an empty handle can be cancelled") {
    virtual_loop on;
    trace note;
    on.loop.call_soon(noting_call(note, "a"));
    on.loop.call_later(1, noting_call(note, "b"));
    on.loop.run();
    CHECK(note.take() == "a b");
    const lasti::handle none;
    none.cancel();
    CHECK_FALSE(none);
    CHECK_FALSE(none.cancelled());
    CHECK(none.when() == 0);
}

TEST_CASE("L8: an exception in a callback is reported, and the loop goes on") {
    virtual_loop on;
    trace note;
    on.loop.call_soon([] { throw std::out_of_range("far"); });
    on.loop.call_soon([] { throw 42; });
    on.loop.call_later(1, [] { throw std::out_of_range("late"); });
    on.loop.call_later(2, noting_call(note, "on"));
    on.loop.run();
    CHECK(note.take() == "on");
    REQUIRE(on.reported.count() == 3);
    CHECK(on.reported[0].message == "Exception in callback");
    CHECK(on.reported[0].exception.what() == "far");
    CHECK(on.reported[1].exception.is<int>());
    CHECK(on.reported[2].exception.what() == "late");
}

TEST_CASE("EH1: what the handler itself throws stops nobody either") {
    virtual_loop on;
    trace note;
    int calls = 0;
    on.loop.set_exception_handler([&](lasti::exception_context const&) {
        ++calls;
        throw std::logic_error("the handler fails (this line on stderr is expected)");
    });
    on.loop.call_soon([] { throw std::out_of_range("far"); });
    on.loop.call_soon(noting_call(note, "on"));
    on.loop.run();
    CHECK(note.take() == "on");
    CHECK(calls == 1);
}

TEST_CASE("a handler may put another in its place while it runs") {
    virtual_loop on;
    const reports second;
    lasti::event_loop* const loop = &on.loop;
    const std::string long_enough_to_live_on_the_heap(100, 'x');
    std::string seen;
    on.loop.set_exception_handler([=, &seen](lasti::exception_context const&) {
        loop->set_exception_handler(second);
        seen = long_enough_to_live_on_the_heap;
    });
    for (int i = 0; i < 2; ++i) on.loop.call_soon([] { throw std::out_of_range("far"); });
    on.loop.run();
    CHECK(seen.size() == 100);
    CHECK(second.count() == 1);
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("event_loop: timers");

TEST_CASE("L4, U12: timers fire by deadline, and equal deadlines in the order they were set") {
    virtual_loop on;
    trace note;
    on.loop.call_later(2, noting_call(note, "2a"));
    on.loop.call_later(1, noting_call(note, "1a"));
    on.loop.call_later(2, noting_call(note, "2b"));
    on.loop.call_later(1, noting_call(note, "1b"));
    on.loop.call_at(1, noting_call(note, "1c"));
    on.loop.call_later(std::chrono::milliseconds(1500), noting_call(note, "1.5"));
    on.loop.run();
    CHECK(note.take() == "1a 1b 1c 1.5 2a 2b");
    CHECK(on.loop.time() == 2);
}

TEST_CASE("L4, W2: eight timers at one instant fire in their order") {
    virtual_loop on;
    trace note;
    for (int i = 0; i < 8; ++i) on.loop.call_at(1, noting_call(note, std::to_string(i)));
    on.loop.run();
    CHECK(note.take() == "0 1 2 3 4 5 6 7");
}

TEST_CASE("all that are due run in one round, in the order of their deadlines") {
    virtual_loop on;
    trace note;
    on.loop.call_later(2, noting_call(note, "b"));
    on.loop.call_later(1, noting_call(note, "a"));
    on.loop.call_later(3, noting_call(note, "c"));
    on.clock.advance(2);
    CHECK_FALSE(on.loop.poll());
    CHECK(note.take() == "a b");
    on.loop.run();
}

TEST_CASE("L7: a negative time is due at once, NaN is a value_error, and infinity never comes by itself") {
    virtual_loop on;
    trace note;
    on.loop.call_later(-1, noting_call(note, "negative"));
    on.loop.call_at(-5, noting_call(note, "past"));
    const lasti::handle never = on.loop.call_later(infinite, noting_call(note, "never"));
    CHECK_THROWS_WITH_AS(on.loop.call_later(not_a_number, [] {}), doctest::Contains("NaN"), lasti::value_error);
    CHECK_THROWS_WITH_AS(on.loop.call_at(not_a_number, [] {}), doctest::Contains("NaN"), lasti::value_error);
    on.loop.poll();
    CHECK(note.take() == "past negative"); // the earlier deadline first
    never.cancel();
    on.loop.run();
    CHECK(note.take() == "");
}

TEST_CASE("a timer's handle knows when it is due") {
    virtual_loop on;
    on.clock.advance(10);
    CHECK(on.loop.call_later(2.5, [] {}).when() == 12.5);
    CHECK(on.loop.call_at(11, [] {}).when() == 11);
    on.loop.run();
}

TEST_CASE("next_deadline() is that of the earliest sleeper, and gone with it") {
    virtual_loop on;
    double when = -1;
    CHECK_FALSE(on.loop.next_deadline(when));
    CHECK(when == -1);
    const lasti::handle early = on.loop.call_later(1, [] {}), late = on.loop.call_later(2, [] {});
    CHECK(on.loop.next_deadline(when));
    CHECK(when == 1);
    early.cancel();
    CHECK(on.loop.next_deadline(when));
    CHECK(when == 2);
    late.cancel();
    CHECK_FALSE(on.loop.next_deadline(when));
}

TEST_CASE("L6: 10,000 timers set and cancelled at random fire exactly as a sorted list says") {
    std::mt19937 random(2026); // NOLINT: the same every time
    virtual_loop on;
    std::vector<int> fired;
    std::vector<lasti::handle> handles;
    std::vector<std::pair<int, int>> model; // (deadline in ms, which)
    for (int i = 0; i < 10000; ++i) {
        const int ms = static_cast<int>(random() % 500);
        handles.push_back(on.loop.call_at(std::chrono::milliseconds(ms), [&fired, i] { fired.push_back(i); }));
        model.push_back(std::make_pair(ms, i));
        if (random() % 2 == 0) { // cancel any one of those so far, perhaps again
            const std::size_t victim = random() % handles.size();
            handles[victim].cancel();
            model[victim].second = -1;
        }
        if (i % 100 == 0) { // the earliest deadline is right all the way
            int least = 1000;
            for (std::pair<int, int> const& m : model)
                if (m.second >= 0) least = std::min(least, m.first);
            double when = 1;
            on.loop.next_deadline(when);
            CHECK(when == least / 1000.0);
        }
    }
    std::sort(model.begin(), model.end()); // of the same time in the order of their making
    std::vector<int> expected;
    for (std::pair<int, int> const& m : model)
        if (m.second >= 0) expected.push_back(m.second);
    on.loop.run();
    CHECK(fired == expected);
    double when = 0;
    CHECK_FALSE(on.loop.next_deadline(when));
}

namespace {

lasti::coroutine<> sleeps_until_cancelled(double time, int* outcomes) {
    return COROUTINE(void) {
        BEGIN;
        TRY {
            AWAIT(lasti::sleep(time));
            outcomes[0]++;
        } EXCEPT(lasti::cancelled_error) {
            outcomes[1]++;
        } END_TRY
        END;
    };
}

} // namespace

TEST_CASE("10,000 tasks sleep and half of them are cancelled at random: each wakes once, by one way") {
    std::mt19937 random(7); // NOLINT
    virtual_loop on;
    int outcomes[2] = {0, 0};
    std::vector<lasti::task<>> tasks;
    for (int i = 0; i < 10000; ++i)
        tasks.push_back(on.loop.create_task(sleeps_until_cancelled(1 + static_cast<double>(random() % 100), outcomes)));
    on.loop.poll();
    std::shuffle(tasks.begin(), tasks.end(), random);
    for (std::size_t i = 0; i < tasks.size() / 2; ++i) CHECK(tasks[i].cancel());
    on.loop.run();
    CHECK(outcomes[0] == 5000);
    CHECK(outcomes[1] == 5000);
}

TEST_SUITE_END();
