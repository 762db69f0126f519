#include <lasti/sleep.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <limits>
#include <memory>
#include <string>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

const double infinite = std::numeric_limits<double>::infinity();
const double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Notes its name and the time, before and after each of its sleeps.
lasti::coroutine<> sleeper(virtual_loop* on, trace note, std::string name, lasti::delay time, int times) {
    return COROUTINE(void) {
        BEGIN;
        for (; times > 0; --times) {
            AWAIT(lasti::sleep(time));
            note(name + "@" + std::to_string(static_cast<long long>(on->loop.time() * 1000)));
        }
        END;
    };
}

lasti::coroutine<> passer(trace note, std::string name, int times) {
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

const int bad_sleep_line = __LINE__ + 5;
lasti::coroutine<std::string> bad_sleeper(lasti::delay time) {
    return COROUTINE(std::string) {
        BEGIN;
        TRY {
            AWAIT(lasti::sleep(time));
        } EXCEPT(lasti::value_error) {
            RETURN(CAUGHT(lasti::value_error).what());
        } END_TRY
        RETURN("slept");
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("sleep");

TEST_CASE("SL1: the task goes on when the time has passed, and not before") {
    virtual_loop on;
    trace note;
    on.loop.create_task(sleeper(&on, note, "a", 1.5, 2));
    on.loop.run();
    CHECK(note.take() == "a@1500 a@3000");
}

TEST_CASE("the time is a number of seconds or any duration") {
    virtual_loop on;
    trace note;
    on.loop.create_task(sleeper(&on, note, "s", 2, 1));
    on.loop.create_task(sleeper(&on, note, "ms", std::chrono::milliseconds(20), 1));
    on.loop.create_task(sleeper(&on, note, "min", std::chrono::minutes(1), 1));
    on.loop.create_task(sleeper(&on, note, "f", 0.5f, 1));
    on.loop.run();
    CHECK(note.take() == "ms@20 f@500 s@2000 min@60000");
}

TEST_CASE("SL1: sleep(0) gives way for exactly one round, in the order of the deque") {
    virtual_loop on;
    trace note;
    on.loop.create_task(passer(note, "a", 3));
    on.loop.create_task(passer(note, "b", 3));
    on.loop.run();
    CHECK(note.take() == "a0 b0 a1 b1 a2 b2");
    CHECK(on.loop.time() == 0);
}

TEST_CASE("a time too short for the clock is a sleep(0)") {
    virtual_loop on;
    trace note;
    on.loop.create_task(sleeper(&on, note, "a", 1e-10, 2));
    on.loop.create_task(sleeper(&on, note, "b", std::chrono::milliseconds(0), 2));
    on.loop.run();
    CHECK(note.take() == "a@0 b@0 a@0 b@0");
}

TEST_CASE("the shortest time that is not nothing goes through the heap") {
    virtual_loop on;
    trace note;
    on.loop.create_task(sleeper(&on, note, "a", std::chrono::nanoseconds(1), 1));
    on.loop.create_task(passer(note, "b", 3));
    CHECK(on.loop.poll());
    double when = -1;
    CHECK(on.loop.next_deadline(when));
    CHECK(when == 1e-9);
    on.loop.run();
    CHECK(note.take() == "b0 b1 b2 a@0");
}

TEST_CASE("L4: whoever sleeps until the same moment wakes in the order they went to sleep") {
    virtual_loop on;
    trace note;
    std::string expected;
    for (int i = 0; i < 100; ++i) {
        on.loop.create_task(sleeper(&on, note, std::to_string(i), 1, 1));
        expected += (i ? " " : "") + std::to_string(i) + "@1000";
    }
    on.loop.run();
    CHECK(note.take() == expected);
}

TEST_CASE("shorter sleeps wake first, whatever the order in which they began") {
    virtual_loop on;
    trace note;
    for (int i : {5, 1, 4, 2, 3}) on.loop.create_task(sleeper(&on, note, std::to_string(i), i, 1));
    on.loop.run();
    CHECK(note.take() == "1@1000 2@2000 3@3000 4@4000 5@5000");
}

TEST_CASE("a sleeper steps in the very round in which its deadline passes") {
    virtual_loop on;
    trace note;
    on.loop.create_task(sleeper(&on, note, "sleeper", 1, 1));
    on.loop.poll();
    on.clock.advance(1); // exactly: a deadline has come when it is now
    on.loop.call_soon([note] { note("callback"); });
    CHECK_FALSE(on.loop.poll());
    CHECK(note.take() == "callback sleeper@1000");
}

TEST_CASE("L5, U12: a deadline a nanosecond away has not come") {
    virtual_loop on;
    trace note;
    on.loop.create_task(sleeper(&on, note, "sleeper", 1, 1));
    on.loop.poll();
    on.clock.advance(std::chrono::nanoseconds(999999999));
    on.loop.poll();
    CHECK(note.take() == "");
    on.clock.advance(std::chrono::nanoseconds(1));
    on.loop.poll();
    CHECK(note.take() == "sleeper@1000");
}

TEST_CASE("L7: a negative time is a value_error at the AWAIT, which names file and line") {
    virtual_loop on;
    const std::string said = on.loop.run_until_complete(bad_sleeper(-0.5));
    CHECK(contains(said, "negative"));
    CHECK(contains(said, "-0.5"));
    CHECK(contains(said, "bad_sleeper"));
    CHECK(contains(said, place(__FILE__, bad_sleep_line)));
}

TEST_CASE("L7: so is NaN") {
    virtual_loop on;
    const std::string said = on.loop.run_until_complete(bad_sleeper(not_a_number));
    CHECK(contains(said, "NaN"));
    CHECK(contains(said, place(__FILE__, bad_sleep_line)));
}

TEST_CASE("negative infinity is negative; negative zero is zero") {
    virtual_loop on;
    CHECK(contains(on.loop.run_until_complete(bad_sleeper(-infinite)), "negative"));
    CHECK(on.loop.run_until_complete(bad_sleeper(-0.0)) == "slept");
}

TEST_CASE("making a sleep is harmless: only awaiting it counts") {
    virtual_loop on;
    (void)lasti::sleep(-1);
    const lasti::sleep_for nap = lasti::sleep(2);
    CHECK(nap.time.in_seconds() == 2);
    CHECK(on.loop.time() == 0);
}

namespace {

lasti::coroutine<> naps_twice() {
    lasti::sleep_for nap = lasti::sleep(2);
    return COROUTINE(void) {
        BEGIN;
        AWAIT(nap);
        AWAIT(nap);
        END;
    };
}

lasti::coroutine<int> sleeps_in_its_operand(int* calls) {
    struct counter {
        static lasti::sleep_for called(int* n) {
            ++*n;
            return lasti::sleep(1);
        }
    };
    return COROUTINE(int) {
        BEGIN;
        AWAIT(counter::called(calls));
        RETURN(*calls);
        END;
    };
}

} // namespace

TEST_CASE("a sleep is a value: it can be awaited again, from now on") {
    virtual_loop on;
    on.loop.run_until_complete(naps_twice());
    CHECK(on.loop.time() == 4);
}

TEST_CASE("the operand of AWAIT is evaluated once") {
    virtual_loop on;
    int calls = 0;
    CHECK(on.loop.run_until_complete(sleeps_in_its_operand(&calls)) == 1);
}

TEST_CASE("a sleep without end waits in the heap, and can be cancelled like any other") {
    virtual_loop on;
    trace note;
    const lasti::task<> t = on.loop.create_task(sleeper(&on, note, "never", infinite, 1));
    on.loop.call_later(5, [t] { t.cancel(); });
    on.loop.run();
    CHECK(t.cancelled());
    CHECK(on.loop.time() == 5);
    CHECK(note.take() == "");
}

TEST_CASE("two sleeps without end are at the end of time together, in order") {
    virtual_loop on;
    trace note;
    on.clock.advance(1);
    on.loop.create_task(sleeper(&on, note, "a", infinite, 1));
    on.loop.create_task(sleeper(&on, note, "b", infinite, 2)); // the second begins when time has ended
    on.loop.run();
    CHECK(starts_with(note.take(), "a@"));
    CHECK(on.clock.now() == lasti::delay::nanoseconds::max());
}

TEST_CASE("SL1: a cancelled sleep leaves the heap at once") {
    virtual_loop on;
    trace note;
    const lasti::task<> t = on.loop.create_task(sleeper(&on, note, "a", 10, 1));
    on.loop.poll();
    double when = 0;
    CHECK(on.loop.next_deadline(when));
    t.cancel();
    CHECK_FALSE(on.loop.next_deadline(when));
    on.loop.run();
    CHECK(on.loop.time() == 0);
}

TEST_CASE("SL1: it gives its result, after one round or after its time, of whatever type") {
    virtual_loop on;
    struct sleeps {
        static lasti::coroutine<std::string> of(virtual_loop* stage) {
            int number = 0;
            std::string word;
            std::shared_ptr<int> owner; // a lambda cannot capture what cannot be copied
            return COROUTINE(std::string) {
                BEGIN;
                AWAIT_SET(number, lasti::sleep(0, 7));
                CHECK(stage->loop.time() == 0);
                AWAIT_SET(word, lasti::sleep(std::chrono::seconds(2), std::string("word")));
                CHECK(stage->loop.time() == 2);
                AWAIT_SET(owner, lasti::sleep(1, std::unique_ptr<int>(new int(3))));
                AWAIT(lasti::sleep(1, 5));
                RETURN(word + std::to_string(number + *owner));
                END;
            };
        }
    };
    CHECK(on.loop.run_until_complete(sleeps::of(&on)) == "word10");
    CHECK(on.loop.time() == 4);
}

TEST_CASE("a year passes at once, in as many steps as there are sleeps") {
    virtual_loop on;
    trace note;
    on.loop.create_task(sleeper(&on, note, "month", std::chrono::hours(24 * 30), 12));
    on.loop.run();
    CHECK(on.loop.time() == 12 * 24 * 30 * 3600.0);
}

TEST_SUITE_END();
