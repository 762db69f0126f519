// CPython's test_staggered.py.
#include <lasti/staggered.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include <lasti/sleep.hpp>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::string text;
typedef std::vector<std::function<lasti::coroutine<text>()>> ways;

/// Sleeps for `time`, then raises a ValueError, or returns.
lasti::coroutine<text> attempt(int index, double time, bool fails) {
    return COROUTINE(text) {
        BEGIN;
        if (time > 0) AWAIT(lasti::sleep(time));
        if (fails) RAISE(lasti::value_error(std::to_string(index)));
        RETURN("Res: " + std::to_string(index));
        END;
    };
}

ways two(double time_of_first, bool first_fails, bool second_fails) {
    return ways{[=] { return attempt(0, time_of_first, first_fails); }, [=] { return attempt(1, 0, second_fails); }};
}

/// "Res: 1 (1): ValueError None": who won, and what all have raised.
template <class R>
std::string told(lasti::staggered_result<R> const& r) {
    std::string says = r.has_winner() ? r.winner_result() + " (" + std::to_string(r.winner_index()) + "):" : "nobody:";
    for (lasti::error const& e : r.exceptions())
        says += !e                            ? " None"
                : e.is<lasti::value_error>()     ? " ValueError"
                : e.is<lasti::cancelled_error>() ? " CancelledError"
                                                 : " ?" + e.what();
    return says;
}

} // namespace

TEST_SUITE_BEGIN("test_staggered.py");

TEST_CASE("a race of nobody (test_asyncio/test_staggered.py: StaggeredTests.test_empty)") {
    virtual_loop on;
    CHECK(told(on.loop.run_until_complete(lasti::staggered_race<text>({}, lasti::forever))) == "nobody:");
}

TEST_CASE("the first succeeds, no other starts (test_asyncio/test_staggered.py: StaggeredTests.test_one_successful)") {
    virtual_loop on;
    CHECK(told(on.loop.run_until_complete(lasti::staggered_race(two(0, false, false), lasti::forever))) == "Res: 0 (0): None");
}

TEST_CASE("the first fails, the second starts (test_asyncio/test_staggered.py: StaggeredTests.test_first_error_second_successful)") {
    virtual_loop on;
    CHECK(told(on.loop.run_until_complete(lasti::staggered_race(two(0, true, false), lasti::forever))) ==
          "Res: 1 (1): ValueError None");
}

TEST_CASE("the first is slow, the second wins (test_asyncio/test_staggered.py: StaggeredTests.test_first_timeout_second_successful)") {
    virtual_loop on;
    CHECK(told(on.loop.run_until_complete(lasti::staggered_race(two(10, false, false), 0.1))) ==
          "Res: 1 (1): CancelledError None");
    CHECK(on.loop.time() == 0.1);
}

TEST_CASE("all fail (test_asyncio/test_staggered.py: StaggeredTests.test_none_successful)") {
    virtual_loop on;
    CHECK(told(on.loop.run_until_complete(lasti::staggered_race(two(0, true, true), lasti::forever))) ==
          "nobody: ValueError ValueError");
}

TEST_CASE("two could win in one round: the first does (test_asyncio/test_staggered.py: StaggeredTests.test_multiple_winners)") {
    virtual_loop on;
    const lasti::future<> event = on.loop.create_future(), never = on.loop.create_future();
    const auto coro = [event](int index) -> lasti::coroutine<text> {
        return COROUTINE(text) { BEGIN; AWAIT(event); RETURN(std::to_string(index)); END; };
    };
    const auto do_set = [event, never]() -> lasti::coroutine<text> {
        return COROUTINE(text) { BEGIN; event.set_result(); AWAIT(never); END; };
    };
    const ways all = {[=] { return coro(0); }, [=] { return coro(1); }, do_set};
    CHECK(told(on.loop.run_until_complete(lasti::staggered_race(all, 0.1))) == "0 (0): None CancelledError CancelledError");
}

TEST_CASE("a cancelled race waits for who swallows that (test_asyncio/test_staggered.py: StaggeredTests.test_cancelled)") {
    virtual_loop on;
    trace log;
    const auto coro_fn = [log](lasti::timeout outer, lasti::timeout inner) -> lasti::coroutine<> {
        return COROUTINE(void) {
            BEGIN;
            inner.reschedule(-1);
            AWAIT(lasti::sleep(0));
            TRY
                AWAIT(lasti::sleep(0));
            EXCEPT(lasti::cancelled_error)
                log("cancelled-1");
            END_TRY
            outer.reschedule(-1);
            AWAIT(lasti::sleep(0));
            TRY
                AWAIT(lasti::sleep(0));
            EXCEPT(lasti::cancelled_error)
                log("cancelled-2");
            END_TRY
            END;
        };
    };
    const auto main = [log, coro_fn]() -> lasti::coroutine<> {
        lasti::timeout outer, inner;
        return COROUTINE(void) {
            BEGIN;
            outer = lasti::timeout(lasti::forever);
            inner = lasti::timeout(lasti::forever);
            ASYNC_WITH(outer)
                ASYNC_WITH(inner)
                    TRY
                        AWAIT(lasti::staggered_race<void>({std::bind(coro_fn, outer, inner)}, lasti::forever));
                    EXCEPT(lasti::cancelled_error)
                        log("cancelled-3");
                        RERAISE;
                    END_TRY
                END_ASYNC_WITH
            END_ASYNC_WITH
            END;
        };
    };
    CHECK(thrown_by([&] { on.loop.run_until_complete(main()); }).is<lasti::timeout_error>());
    CHECK(log.take() == "cancelled-1 cancelled-2 cancelled-3");
}

TEST_SUITE_END();
