// Tasks where the compiler was told -fno-exceptions, -fno-rtti, or both, for the library as well.
#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/keywords.hpp>
#include <lasti/lasti.hpp>

#include "checks.hpp"

namespace {

lasti::coroutine<int> failing(double after) {
    return COROUTINE(int) {
        BEGIN;
        AWAIT(lasti::sleep(after));
        RAISE(lasti::timeout_error("too late"));
        END;
    };
}

CASE("a task's exception is a value: exception(), get_outcome(); run(problem)") {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    const lasti::task<int> t = loop.create_task(failing(1));
    CHECK(!t.get_outcome());
    CHECK(t.get_outcome().exception().is<lasti::invalid_state_error>());
    lasti::error problem;
    loop.run(problem);
    CHECK(!problem);
    CHECK(t.done() && t.exception().is<lasti::runtime_error>());
    const lasti::outcome<int> ended = t.get_outcome();
    CHECK(!ended && ended.exception().what() == "too late");
}

CASE("AWAIT raises what a task, a coroutine or a future ended with, in the TRY around it") {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    std::string trace;
    std::string* const to = &trace;
    const lasti::task<int> slow = loop.create_task(failing(2));
    const lasti::future<int> set = loop.create_future<int>();
    set.set_exception(std::out_of_range("set"));
    const auto waits = [=]() -> lasti::coroutine<int> {
        int x = 0;
        return COROUTINE(int) {
            BEGIN;
            TRY
                AWAIT(failing(1));
            EXCEPT(lasti::runtime_error)
                *to += "coroutine ";
            END_TRY
            TRY
                AWAIT_SET(x, slow);
            EXCEPT(std::runtime_error)
                *to += "task ";
            END_TRY
            TRY
                AWAIT_SET(x, set);
            EXCEPT(std::logic_error)
                *to += "future ";
            END_TRY
            TRY
                AWAIT(lasti::sleep(-1));
            EXCEPT(lasti::value_error)
                *to += "negative ";
            FINALLY
                AWAIT(lasti::sleep(1));
            END_TRY
            RETURN(x + 1);
            END;
        };
    };
    CHECK(loop.run_until_complete(waits()) == 1);
    CHECK(trace == "coroutine task future negative ");
}

CASE("cancel: EXCEPT(cancelled_error), FINALLY with an await, and the outcome") {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    std::string trace;
    std::string* const to = &trace;
    const auto sleeps = [to]() -> lasti::coroutine<> {
        return COROUTINE(void) {
            BEGIN;
            TRY
                AWAIT(lasti::sleep(100));
            EXCEPT(std::exception)
                *to += "never ";
            EXCEPT(lasti::cancelled_error)
                *to += "cancelled ";
                RERAISE;
            FINALLY
                AWAIT(lasti::sleep(1));
                *to += "finally";
            END_TRY
            END;
        };
    };
    const lasti::task<> t = loop.create_task(sleeps());
    loop.call_later(1, [t] { t.cancel("enough"); });
    loop.run();
    CHECK(t.cancelled());
    CHECK(trace == "cancelled finally");
    CHECK(t.get_outcome().exception().is<lasti::cancelled_error>());
    CHECK(loop.time() == 2);
}

CASE("a task group, a timeout, gather, a queue, a lock, an async generator, a context manager") {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    std::string trace;
    std::string* const to = &trace;
    const auto numbers = [](int n) -> lasti::async_generator<int> {
        int i = 0;
        return ASYNC_GENERATOR(int) {
            BEGIN;
            for (; i < n; ++i) {
                AWAIT(lasti::sleep(1));
                YIELD(i);
            }
            RAISE(std::out_of_range("no more numbers"));
            END;
        };
    };
    const auto managed = [to]() -> lasti::generator<int> {
        return GENERATOR(int) {
            BEGIN;
            TRY
                YIELD(5);
            FINALLY
                *to += "left ";
            END_TRY
            END;
        };
    };
    const auto main = [=]() -> lasti::coroutine<> {
        lasti::task_group group;
        lasti::queue<int> queue;
        lasti::lock lock;
        int x = 0;
        std::vector<lasti::outcome<int>> ends;
        return COROUTINE(void) {
            BEGIN;
            TRY
                ASYNC_WITH(group)
                    group.create_task(failing(1));
                    AWAIT(lasti::sleep(10));
                END_ASYNC_WITH
            EXCEPT(lasti::exception_group)
                *to += "group ";
            END_TRY
            TRY
                ASYNC_WITH(lasti::timeout(1))
                    AWAIT_SET(x, queue.get());
                END_ASYNC_WITH
            EXCEPT(lasti::timeout_error)
                *to += "timeout ";
            END_TRY
            AWAIT_SET(ends, lasti::gather(lasti::return_exceptions, std::vector<lasti::coroutine<int>>{failing(1), failing(2)}));
            if (ends.size() == 2 && !ends[1]) *to += "gathered ";
            queue.put_nowait(4);
            AWAIT_SET(x, queue.get());
            ASYNC_WITH(lock)
                *to += std::to_string(x) + " ";
            END_ASYNC_WITH
            TRY
                ASYNC_FOR(x, numbers(2))
                    *to += std::to_string(x) + " ";
                END_ASYNC_FOR
            EXCEPT(std::out_of_range)
                *to += "no more ";
            END_TRY
            TRY
                WITH_SET(x, lasti::context_manager(managed()))
                    RAISE(lasti::value_error("within"));
                END_WITH
            EXCEPT(lasti::value_error)
                *to += std::to_string(x);
            END_TRY
            END;
        };
    };
    loop.run_until_complete(main());
    CHECK(trace == "group timeout gathered 4 0 1 no more left 5");
    if (trace != "group timeout gathered 4 0 1 no more left 5") std::printf("# %s\n", trace.c_str());
}

CASE("a call in a thread, and lasti::run") {
    const auto main = []() -> lasti::coroutine<int> {
        int x = 0;
        return COROUTINE(int) {
            BEGIN;
            AWAIT_SET(x, lasti::to_thread([] { return 6; }));
            RETURN(x * 7);
            END;
        };
    };
    CHECK(lasti::run(main()) == 42);
}

CASE("a deadlock is a value: run(problem)") {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    const lasti::future<int> nobody_sets = loop.create_future<int>();
    const auto stuck = [=]() -> lasti::coroutine<> {
        return COROUTINE(void) {
            BEGIN;
            AWAIT(nobody_sets);
            END;
        };
    };
    const lasti::task<> t = loop.create_task(stuck());
    lasti::error problem;
    loop.run(problem);
    CHECK(problem.is<lasti::deadlock_error>());
    CHECK(checks::contains(problem.what(), "tasks.cpp"));
    t.cancel();
    loop.run(problem);
    CHECK(!problem && t.cancelled());
}

#if !LASTI_HAS_EXCEPTIONS
CASE("what has to be thrown goes to the throw_handler") {
    CHECK(checks::told_to_handler([] { lasti::run(failing(0)); }) ==
          "lasti::timeout_error: too late");
    CHECK(checks::contains(checks::told_to_handler([] { lasti::task<>().done(); }), "handle is empty"));
    CHECK(checks::contains(checks::told_to_handler([] { lasti::queue<int>().get_nowait(); }), "queue_empty"));
}
#endif

} // namespace
