// CPython's test_asyncio/test_runners.py: run() and runner: results, what is left at the end, Ctrl-C.
// conformance/catalogue.csv lists what became of each test.
#include <lasti/runner.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <lasti/async_generator.hpp>

#include "support/task_ports.hpp"
#include "support/unraisable.hpp"

namespace {

lasti::coroutine<int> returns_42() {
    return COROUTINE(int) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        RETURN(42);
        END;
    };
}

lasti::coroutine<std::string> gives_done() {
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        RETURN("done");
        END;
    };
}

lasti::coroutine<> notes(trace t, int value) {
    return COROUTINE(void) {
        BEGIN;
        t(value);
        END;
    };
}

/// Makes a task of `leftover`, and is done.
template <class R>
lasti::coroutine<int> leaves_behind(lasti::coroutine<R> leftover, std::shared_ptr<lasti::task<R>> made, reports reported) {
    return COROUTINE(int) {
        BEGIN;
        lasti::get_running_loop().set_exception_handler(reported);
        *made = lasti::create_task(leftover);
        RETURN(123);
        END;
    };
}

/// While one lives, the program handles SIGINT as a fresh one does; doctest does not.
struct default_sigint {
    void (*const before)(int);
    default_sigint() : before(std::signal(SIGINT, SIG_DFL)) {}
    default_sigint(default_sigint const&) = delete;
    ~default_sigint() { std::signal(SIGINT, before); }
};

void interrupt_self() { std::raise(SIGINT); }

} // namespace

TEST_SUITE_BEGIN("CPython's test_runners");

TEST_CASE("R1: run() gives the result (test_asyncio/test_runners.py: RunTests.test_asyncio_run_return)") {
    CHECK(lasti::run(returns_42()) == 42);
}

TEST_CASE("R1: run() throws what main raises (test_asyncio/test_runners.py: RunTests.test_asyncio_run_raises)") {
    CHECK_THROWS_WITH_AS(lasti::run(crasher(trace(), "main", 0, lasti::value_error("spam"))), "spam", lasti::value_error);
}

TEST_CASE("R1, V12: run() takes what can be awaited "
          "(test_asyncio/test_runners.py: RunTests.test_asyncio_run_only_coro)") {
    struct no_awaitable {};
    CHECK_FALSE(lasti::is_awaitable<int>::value);
    CHECK_FALSE(lasti::is_awaitable<no_awaitable>::value);
    CHECK(lasti::is_awaitable<lasti::coroutine<int>>::value);
}

TEST_CASE("R1: run() in a running loop "
          "(test_asyncio/test_runners.py: RunTests.test_asyncio_run_from_running_loop)") {
    const unraisables told;
    CHECK_THROWS_WITH_AS(lasti::run(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        lasti::run(returns_42());
        END;
    })), "run() cannot be called from a running event loop", lasti::runtime_error);
    CHECK(told.count() == 1); // CPython's test closes the coroutine for that
    CHECK(told[0].what.is<lasti::never_awaited>());
}

TEST_CASE("R2: what is left is cancelled "
          "(test_asyncio/test_runners.py: RunTests.test_asyncio_run_cancels_hanging_tasks)") {
    trace t;
    const auto lo_task = std::make_shared<lasti::task<int>>();
    lasti::virtual_clock clock;
    CHECK(lasti::run(leaves_behind(sleeper(t, "leftover", 0.1), lo_task, reports()), clock) == 123);
    CHECK(lo_task->done());
    CHECK(lo_task->cancelled());
    CHECK(t.take() == "leftover-cancelled");
}

TEST_CASE("R2: what a cancelled task raises is reported "
          "(test_asyncio/test_runners.py: RunTests.test_asyncio_run_reports_hanging_tasks_errors)") {
    trace t;
    const reports reported;
    const auto lo_task = std::make_shared<lasti::task<>>();
    lasti::virtual_clock clock;
    CHECK(lasti::run(leaves_behind(crashes_at_the_end(t, "leftover", 0.1, zero_division_error()), lo_task, reported),
                     clock) == 123);
    CHECK(lo_task->done());
    REQUIRE(reported.count() == 1);
    CHECK(reported[0].message == "unhandled exception during asyncio.run() shutdown");
    CHECK(reported[0].subject == "task '" + lo_task->get_name() + "'");
    CHECK(reported[0].exception.is<zero_division_error>());
}

namespace {

lasti::async_generator<int> fidget() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        for (;;) {
            YIELD(1);
            AWAIT(lasti::sleep(1));
        }
        END;
    };
}

/// Iterates it for ever, and fails where it is cancelled.
lasti::coroutine<> spin(lasti::async_generator<int> spinner) {
    int the_meaning_of_life = 0;
    return COROUTINE(void) {
        BEGIN;
        TRY
            ASYNC_FOR(the_meaning_of_life, spinner)
            END_ASYNC_FOR
        EXCEPT(lasti::cancelled_error)
            RAISE(zero_division_error());
        END_TRY
        END;
    };
}

struct fancy_exit : std::exception {};

} // namespace

TEST_CASE("R2: then the async generators are closed "
          "(test_asyncio/test_runners.py: RunTests.test_asyncio_run_closes_gens_after_hanging_tasks_errors)") {
    const reports reported;
    const lasti::async_generator<int> spinner = fidget();
    const auto lazyboy = std::make_shared<lasti::task<>>();
    lasti::virtual_clock clock;
    CHECK_THROWS_AS(lasti::run(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT(leaves_behind(spin(spinner), lazyboy, reported));
        RAISE(fancy_exit());
        END;
    }), clock), fancy_exit);
    CHECK(lazyboy->done());
    CHECK_FALSE(spinner.ag_frame());
    CHECK_FALSE(spinner.ag_running());
    REQUIRE(reported.count() == 1);
    CHECK(reported[0].exception.is<zero_division_error>());
}

TEST_CASE("run() on the loop that is wanted "
          "(test_asyncio/test_runners.py: RunTests.test_asyncio_run_loop_factory)") {
    lasti::virtual_clock clock;
    clock.advance(17);
    CHECK(lasti::run(lasti::coroutine<double>(COROUTINE(double) {
        BEGIN;
        RETURN(lasti::get_running_loop().time());
        END;
    }), clock) == 17);
}

TEST_CASE("a runner on the loop that is wanted "
          "(test_asyncio/test_runners.py: RunnerTests.test_custom_factory)") {
    lasti::virtual_clock clock;
    clock.advance(17);
    lasti::runner runner(clock);
    CHECK(runner.get_loop().time() == 17);
}

namespace {

/// Whether the loop of the future is gone.
bool is_closed(lasti::future<> const& of_the_loop) {
    return thrown_by([&] { of_the_loop.get_loop(); }).is<lasti::runtime_error>();
}

} // namespace

TEST_CASE("R3: a runner runs, and is closed (test_asyncio/test_runners.py: RunnerTests.test_run)") {
    lasti::runner runner;
    CHECK(runner.run(gives_done()) == "done");
    const lasti::future<> of_the_loop = runner.get_loop().create_future<>();
    CHECK_FALSE(is_closed(of_the_loop));
    runner.close();
    CHECK_THROWS_WITH_AS(runner.get_loop(), "Runner is closed", lasti::runtime_error);
    CHECK(is_closed(of_the_loop));
}

TEST_CASE("R1, V12: a runner takes what can be awaited "
          "(test_asyncio/test_runners.py: RunnerTests.test_run_non_coro)") {
    CHECK_FALSE(lasti::is_awaitable<int>::value);
    CHECK_FALSE(lasti::is_awaitable<std::string>::value);
}

TEST_CASE("R1, V12: a runner runs until a future is done "
          "(test_asyncio/test_runners.py: RunnerTests.test_run_future)") {
    lasti::runner runner;
    const lasti::future<std::string> fut = runner.get_loop().create_future<std::string>();
    fut.set_result("done");
    CHECK(runner.run(fut) == "done");
}

TEST_CASE("R1, V12: a runner runs anything awaitable "
          "(test_asyncio/test_runners.py: RunnerTests.test_run_awaitable)") {
    lasti::virtual_clock clock;
    lasti::runner runner(clock);
    runner.run(lasti::sleep(3));
    CHECK(runner.get_loop().time() == 3);
}

TEST_CASE("R3: closed without having run (test_asyncio/test_runners.py: RunnerTests.test_explicit_close)") {
    lasti::runner runner;
    const lasti::future<> of_the_loop = runner.get_loop().create_future<>();
    runner.close();
    CHECK_THROWS_WITH_AS(runner.get_loop(), "Runner is closed", lasti::runtime_error);
    CHECK(is_closed(of_the_loop));
}

TEST_CASE("R3: closed twice (test_asyncio/test_runners.py: RunnerTests.test_double_close)") {
    lasti::runner runner;
    const lasti::future<> of_the_loop = runner.get_loop().create_future<>();
    runner.close();
    CHECK(is_closed(of_the_loop));
    runner.close();
    CHECK(is_closed(of_the_loop));
}

TEST_CASE("R3: not used again when it is closed "
          "(test_asyncio/test_runners.py: RunnerTests.test_second_with_block_raises)") {
    const unraisables told;
    trace ret;
    lasti::runner runner;
    runner.run(notes(ret, 1));
    runner.close();
    CHECK_THROWS_WITH_AS(runner.run(notes(ret, 2)), "Runner is closed", lasti::runtime_error);
    CHECK(ret.take() == "1");
}

namespace {

const lasti::context_var<int> cvar("cvar", -1);

lasti::coroutine<int> exchanges_cvar(int value) {
    int old = 0;
    return COROUTINE(int) {
        BEGIN;
        old = cvar.get();
        AWAIT(lasti::sleep(0));
        cvar.set(value);
        RETURN(old);
        END;
    };
}

lasti::coroutine<lasti::context> gets_context() {
    return COROUTINE(lasti::context) {
        BEGIN;
        RETURN(lasti::copy_context());
        END;
    };
}

} // namespace

TEST_CASE("R3: its run()s share a context (test_asyncio/test_runners.py: RunnerTests.test_run_keeps_context)") {
    lasti::runner runner;
    CHECK(runner.run(exchanges_cvar(1)) == -1);
    CHECK(runner.run(exchanges_cvar(2)) == 1);
    CHECK(runner.run(gets_context()).get(cvar) == 2);
    CHECK(cvar.get() == -1);
}

TEST_CASE("R1: a runner inside itself (test_asyncio/test_runners.py: RunnerTests.test_recursive_run)") {
    const unraisables told;
    lasti::runner runner;
    lasti::runner* const same = &runner;
    CHECK_THROWS_WITH_AS(runner.run(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        same->run(returns_42());
        END;
    })), "run() cannot be called from a running event loop", lasti::runtime_error);
    REQUIRE(told.count() == 1);
    CHECK(told[0].what.is<lasti::never_awaited>());
}

TEST_CASE("R4: Ctrl-C while the task only gives way "
          "(test_asyncio/test_runners.py: RunnerTests.test_interrupt_call_soon)") {
    const default_sigint mark;
    trace t;
    int rounds = 0;
    lasti::runner runner;
    CHECK_THROWS_AS(runner.run(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        TRY
            for (;; ++rounds) {
                if (rounds == 5) lasti::get_running_loop().call_soon(&interrupt_self);
                AWAIT(lasti::sleep(0));
            }
        EXCEPT(lasti::cancelled_error)
            t("cancelled");
        END_TRY
        RAISE(lasti::cancelled_error());
        END;
    })), lasti::keyboard_interrupt);
    CHECK(t.take() == "cancelled");
}

TEST_CASE("R4: Ctrl-C while the task waits cancels what it waits for "
          "(test_asyncio/test_runners.py: RunnerTests.test_interrupt_wait)") {
    const default_sigint mark;
    trace t;
    lasti::virtual_clock clock;
    lasti::runner runner(clock);
    const lasti::future<> fut = runner.get_loop().create_future<>();
    runner.get_loop().call_later(0.1, &interrupt_self);
    CHECK_THROWS_AS(runner.run(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(fut);
        EXCEPT(lasti::cancelled_error)
            t("cancelled");
        END_TRY
        RAISE(lasti::cancelled_error());
        END;
    })), lasti::keyboard_interrupt);
    CHECK(t.take() == "cancelled");
    CHECK(fut.cancelled());
}

TEST_CASE("R4: Ctrl-C of a task that is cancelled already is no KeyboardInterrupt "
          "(test_asyncio/test_runners.py: RunnerTests.test_interrupt_cancelled_task)") {
    const default_sigint mark;
    lasti::virtual_clock clock;
    lasti::runner runner(clock);
    CHECK_THROWS_AS(runner.run(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        {
            const lasti::any_task main = lasti::current_task();
            lasti::create_task(lasti::coroutine<>(COROUTINE(void) {
                BEGIN;
                AWAIT(lasti::sleep(0));
                main.cancel();
                interrupt_self();
                END;
            }));
        }
        AWAIT(lasti::sleep(10));
        END;
    })), lasti::cancelled_error);
}

TEST_CASE("R4: where no handler can be installed it runs without "
          "(test_asyncio/test_runners.py: RunnerTests.test_signal_install_not_supported_ok)") {
    const default_sigint mark;
    trace t;
    std::thread([&] {
        lasti::runner runner;
        runner.run(notes(t, 1));
    }).join();
    CHECK(t.take() == "1");
}

TEST_SUITE_END();
