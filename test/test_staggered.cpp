// staggered_race(), beyond what CPython's own tests ask (test_cpython_staggered.cpp).
#include <lasti/staggered.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <lasti/sleep.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

using lasti::staggered_race;

namespace {

typedef std::vector<std::function<lasti::coroutine<int>()>> ways;

struct rounds {
    int now;
    bool over;
    std::string starts;
};

lasti::coroutine<> counts(std::shared_ptr<rounds> r) {
    return COROUTINE(void) {
        BEGIN;
        while (!r->over) {
            ++r->now;
            AWAIT(lasti::sleep(0));
        }
        END;
    };
}

lasti::coroutine<int> takes_rounds(std::shared_ptr<rounds> r, int index, int n, bool fails) {
    return COROUTINE(int) {
        BEGIN;
        r->starts += " " + std::to_string(index) + "@" + std::to_string(r->now);
        for (; n > 0; --n) AWAIT(lasti::sleep(0));
        if (fails) RAISE(lasti::value_error(""));
        RETURN(index);
        END;
    };
}

struct way_of {
    int rounds;
    bool fails;
};

/// Which function started in which round, and in which the race was over.
std::string rounds_of(std::vector<way_of> of, bool limited) {
    virtual_loop on;
    const auto r = std::make_shared<rounds>(rounds{0, false, ""});
    ways all;
    for (way_of const& each : of) {
        const int index = static_cast<int>(all.size());
        all.push_back([=] { return takes_rounds(r, index, each.rounds, each.fails); });
    }
    const auto main = [&on, r, all, limited]() -> lasti::coroutine<> {
        lasti::event_loop* const loop = &on.loop;
        return COROUTINE(void) {
            BEGIN;
            loop->create_task(counts(r));
            if (limited) AWAIT(staggered_race(all, 0));
            else AWAIT(staggered_race(all, lasti::forever));
            r->over = true;
            AWAIT(lasti::sleep(0)); // for who counts
            END;
        };
    };
    on.loop.run_until_complete(main());
    return std::to_string(r->now) + ":" + r->starts;
}

/// Notes how it ends: "0-returns", "0-cancelled(why)"; answers a cancellation by returning, if it `swallows`.
lasti::coroutine<int> noted(trace t, int index, double time, bool swallows = false) {
    return COROUTINE(int) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(time));
        EXCEPT(lasti::cancelled_error)
            t(std::to_string(index) + "-cancelled(" + CAUGHT(lasti::cancelled_error).message() + ")");
            if (!swallows) RERAISE;
        END_TRY
        t(std::to_string(index) + "-returns");
        RETURN(index);
        END;
    };
}

ways three(trace t, double time) {
    return {[=] { return noted(t, 0, time); }, [=] { return noted(t, 1, time); }, [=] { return noted(t, 2, time); }};
}

} // namespace

TEST_SUITE_BEGIN("staggered");

TEST_CASE("it takes the rounds that asyncio's takes") { // as CPython's staggered.py of 3.14 does them
    CHECK(rounds_of({}, false) == "3:");
    CHECK(rounds_of({{0, false}}, false) == "4: 0@1");
    CHECK(rounds_of({{0, true}, {0, false}}, false) == "5: 0@1 1@2");
    CHECK(rounds_of({{3, true}, {2, false}}, false) == "10: 0@1 1@5");
    CHECK(rounds_of({{1, true}, {1, true}, {1, true}}, false) == "9: 0@1 1@3 2@5");
    CHECK(rounds_of({{9, false}, {2, false}}, false) == "13: 0@1");

    CHECK(rounds_of({}, true) == "3:");
    CHECK(rounds_of({{0, false}}, true) == "4: 0@1");
    CHECK(rounds_of({{0, true}, {0, false}}, true) == "8: 0@1 1@5");
    CHECK(rounds_of({{3, true}, {2, false}}, true) == "10: 0@1 1@5");
    CHECK(rounds_of({{1, true}, {1, true}, {1, true}}, true) == "15: 0@1 1@5 2@9");
    CHECK(rounds_of({{9, false}, {2, false}}, true) == "10: 0@1 1@5");
}

TEST_CASE("each has its head start; the winner has the others cancelled, in the order of their start") {
    virtual_loop on;
    trace t;
    const lasti::staggered_result<int> r = on.loop.run_until_complete(staggered_race(three(t, 2.5), 1));
    CHECK(r.winner_result() == 0);
    CHECK(on.loop.time() == 2.5);
    CHECK(t.take() == "0-returns 1-cancelled() 2-cancelled()");
    CHECK(on.loop.task_count() == 0);
}

TEST_CASE("a cancelled race cancels all with the same message, and ends when they have") {
    virtual_loop on;
    trace t;
    const auto race = on.loop.create_task(staggered_race(three(t, 10), 1));
    on.loop.call_later(1.5, [race] { race.cancel("why"); });
    on.loop.run();
    CHECK(race.cancelled());
    CHECK(t.take() == "0-cancelled(why) 1-cancelled(why)");
    CHECK(on.loop.time() == 1.5);
    CHECK(on.loop.task_count() == 0);
}

TEST_CASE("who returns though it was cancelled is a programming error: a runtime_error in a group") {
    virtual_loop on;
    trace t;
    const ways all = {[=] { return noted(t, 0, 10, true); }, [=] { return noted(t, 1, 1); }};
    const lasti::error e = thrown_by([&] { on.loop.run_until_complete(staggered_race(all, 1)); });
    REQUIRE(e.is<lasti::exception_group>());
    CHECK(e.as<lasti::exception_group>()->message() == "staggered race failed");
    CHECK(e.as<lasti::exception_group>()->all<lasti::runtime_error>().size() == 1);
    CHECK(t.take() == "1-returns 0-cancelled() 0-returns");
}

TEST_CASE("a function that throws instead of giving a coroutine has lost") {
    virtual_loop on;
    trace t;
    const ways all = {[]() -> lasti::coroutine<int> { throw lasti::value_error("none"); }, [=] { return noted(t, 1, 1); }};
    const lasti::staggered_result<int> r = on.loop.run_until_complete(staggered_race(all, lasti::forever));
    CHECK(r.winner_index() == 1);
    CHECK(r.exceptions().at(0).is<lasti::value_error>());
}

TEST_CASE("results that are nothing, movable only, references") {
    virtual_loop on;
    const auto nothing = []() -> lasti::coroutine<> { return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(1)); END; }; };
    CHECK(on.loop.run_until_complete(staggered_race<void>({nothing}, 1)).has_winner());
    const auto movable = []() -> lasti::coroutine<std::unique_ptr<int>> {
        return COROUTINE(std::unique_ptr<int>) { BEGIN; RETURN(std::unique_ptr<int>(new int(5))); END; };
    };
    CHECK(*on.loop.run_until_complete(staggered_race<std::unique_ptr<int>>({movable}, 1)).winner_result() == 5);
    static int there = 7;
    const auto referring = []() -> lasti::coroutine<int&> { return COROUTINE(int&) { BEGIN; RETURN(there); END; }; };
    CHECK(&on.loop.run_until_complete(staggered_race<int&>({referring}, 1)).winner_result() == &there);
}

TEST_CASE("without a winner there is no result to ask for; NaN is no delay") {
    virtual_loop on;
    const lasti::staggered_result<int> r = on.loop.run_until_complete(staggered_race<int>({}, 1));
    CHECK_FALSE(r.has_winner());
    CHECK_THROWS_AS(r.winner_result(), lasti::invalid_state_error);
    CHECK_THROWS_AS(r.winner_index(), lasti::invalid_state_error);
    CHECK_THROWS_AS(on.loop.run_until_complete(staggered_race<int>({}, std::nan(""))), lasti::value_error);
}

TEST_CASE("eager tasks race as others do") {
    virtual_loop on;
    on.loop.set_eager_tasks(true);
    trace t;
    const auto main = [t]() -> lasti::coroutine<int> {
        lasti::staggered_result<int> r;
        return COROUTINE(int) { BEGIN; AWAIT_SET(r, staggered_race(three(t, 2.5), 1)); RETURN(r.winner_result()); END; };
    };
    CHECK(on.loop.run_until_complete(main()) == 0);
    CHECK(t.take() == "0-returns 1-cancelled() 2-cancelled()");
}

TEST_CASE("a loop that is closed in the middle of a race frees what it holds") {
    counted::reset();
    trace t;
    {
        virtual_loop on;
        const counted held;
        const auto waits = [held, t]() -> lasti::coroutine<int> {
            return COROUTINE(int) { BEGIN; (void)held; AWAIT(lasti::sleep(100)); RETURN(0); END; };
        };
        on.loop.create_task(staggered_race<int>({waits, waits, waits}, 1));
        on.loop.call_later(1.5, [&on] { on.loop.stop(); });
        on.loop.run_forever();
        CHECK(on.loop.task_count() == 4); // the race, two that run, and one that waits for its head start to pass
        on.loop.close();
        CHECK(on.reported.count() == 4);
    }
    CHECK(counted::alive() == 0);
}

TEST_SUITE_END();
