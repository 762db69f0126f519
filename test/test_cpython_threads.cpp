// CPython's test_threads.py and test_free_threading.py: to_thread(), and loops beside each other.
#include <lasti/threads.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <lasti/gather.hpp>
#include <lasti/runner.hpp>
#include <lasti/task_group.hpp>

#include "support/cpython.hpp"
#include "support/gate.hpp"

#include <lasti/keywords.hpp>

namespace {

const lasti::context_var<std::string> test_ctx("test_ctx");

int sum(std::vector<int> const& numbers) {
    int all = 0;
    for (int n : numbers) all += n;
    return all;
}

struct my_exception : std::runtime_error {
    my_exception() : std::runtime_error("test") {}
};

/// Runs `n` at once, each on a thread of its own.
template <class F>
void on_threads(int n, F f) {
    std::vector<std::unique_ptr<worker>> threads;
    for (int i = 0; i < n; ++i) threads.emplace_back(new worker(f));
}

} // namespace

TEST_SUITE_BEGIN("CPython's test_threads.py");

TEST_CASE("TH1: to_thread() (test_asyncio/test_threads.py: ToThreadTests.test_to_thread)") {
    stage on;
    CHECK(on.loop.run_until_complete(lasti::to_thread(sum, std::vector<int>{40, 2})) == 42);
}

TEST_CASE("TH1: what it raises (test_asyncio/test_threads.py: ToThreadTests.test_to_thread_exception)") {
    stage on;
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(lasti::to_thread([] { throw lasti::runtime_error("test"); })), "test",
                         lasti::runtime_error);
}

TEST_CASE("TH1: it calls once (test_asyncio/test_threads.py: ToThreadTests.test_to_thread_once)") {
    stage on;
    std::atomic<int> calls(0);
    on.loop.run_until_complete(lasti::to_thread([&] { ++calls; }));
    CHECK(calls == 1);
}

TEST_CASE("TH1: ten at the same time (test_asyncio/test_threads.py: ToThreadTests.test_to_thread_concurrent)") {
    struct body {
        std::atomic<int>* calls;
        std::vector<lasti::coroutine<>> all;
        explicit body(std::atomic<int>* c) : calls(c) {}
        COROUTINE_BODY(void) {
            BEGIN;
            for (int i = 0; i < 10; ++i) {
                std::atomic<int>* const count = calls;
                all.push_back(lasti::to_thread([count] { ++*count; }));
            }
            AWAIT(lasti::gather(all));
            END;
        }
    };
    stage on;
    std::atomic<int> calls(0);
    on.loop.run_until_complete(lasti::coroutine<>(body(&calls)));
    CHECK(calls == 10);
}

TEST_CASE("TH1: with arguments (test_asyncio/test_threads.py: ToThreadTests.test_to_thread_args_kwargs)") {
    stage on;
    const auto call = [](std::string text, bool something) { return something ? text : std::string(); };
    CHECK(on.loop.run_until_complete(lasti::to_thread(call, "test", true)) == "test");
}

TEST_CASE("TH1, L13: in a copy of the context (test_asyncio/test_threads.py: ToThreadTests.test_to_thread_contextvars)") {
    struct body {
        std::string seen;
        COROUTINE_BODY(std::string) {
            BEGIN;
            test_ctx.set("parrot");
            AWAIT_SET(seen, lasti::to_thread([] { return test_ctx.get(); }));
            RETURN(seen);
            END;
        }
    };
    stage on;
    CHECK(on.loop.run_until_complete(lasti::coroutine<std::string>(body())) == "parrot");
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("CPython's test_free_threading.py");

namespace {

lasti::coroutine<> waits(lasti::future<> f) {
    return lasti::as_coroutine(f);
}

struct a_hundred_tasks {
    lasti::task_group group;
    lasti::future<> awaited;
    std::vector<lasti::any_task> made, all;
    bool* all_right;
    explicit a_hundred_tasks(bool* right) : all_right(right) {}
    COROUTINE_BODY(void) {
        BEGIN;
        awaited = lasti::get_running_loop().create_future();
        made.push_back(lasti::current_task());
        ASYNC_WITH(group)
            for (int i = 0; i < 100; ++i) made.push_back(group.create_task(waits(awaited)));
            all = lasti::all_tasks();
            *all_right = all == made;
            for (lasti::any_task const& t : all)
                *all_right = *all_right && &t.get_loop() == &lasti::get_running_loop() && !t.done();
            awaited.set_result();
        END_ASYNC_WITH
        END;
    }
};

lasti::coroutine<int> gives_later() {
    return COROUTINE(int) { BEGIN; AWAIT(lasti::sleep(0)); RETURN(42); END; };
}

lasti::coroutine<> fails_later() {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(0)); RAISE(my_exception()); END; };
}

} // namespace

TEST_CASE("T14: the tasks of a loop are its own, whatever others do "
          "(test_asyncio/test_free_threading.py: TestFreeThreading.test_all_tasks_race)") {
    for (const bool eager : {false, true}) {
        std::atomic<int> right(0);
        on_threads(10, [&] {
            bool all_right = false;
            lasti::runner r;
            r.get_loop().set_eager_tasks(eager);
            r.run(lasti::coroutine<>(a_hundred_tasks(&all_right)));
            right += all_right;
        });
        CHECK(right == 10);
    }
}

TEST_CASE("F6: ten threads send coroutines (test_asyncio/test_free_threading.py: TestFreeThreading.test_run_coroutine_threadsafe)") {
    struct body {
        lasti::task_group group;
        std::atomic<int>* sum;
        explicit body(std::atomic<int>* s) : sum(s) {}
        COROUTINE_BODY(void) {
            BEGIN;
            ASYNC_WITH(group)
                for (int i = 0; i < 10; ++i) {
                    lasti::event_loop* const loop = &lasti::get_running_loop();
                    std::atomic<int>* const all = sum;
                    group.create_task(lasti::to_thread([=] { *all += lasti::run_coroutine_threadsafe(gives_later, *loop).get(); }));
                }
            END_ASYNC_WITH
            END;
        }
    };
    for (const bool eager : {false, true}) {
        std::atomic<int> sum(0);
        lasti::runner r;
        r.get_loop().set_eager_tasks(eager);
        r.run(lasti::coroutine<>(body(&sum)));
        CHECK(sum == 420);
    }
}

TEST_CASE("F6: and such that fail (test_asyncio/test_free_threading.py: TestFreeThreading.test_run_coroutine_threadsafe_exception)") {
    // Needs exceptions: one that crosses threads is a std::exception_ptr.
    struct body {
        std::vector<lasti::task<>> tasks;
        std::vector<lasti::outcome<void>> results;
        COROUTINE_BODY(void) {
            BEGIN;
            for (int i = 0; i < 10; ++i) {
                lasti::event_loop* const loop = &lasti::get_running_loop();
                tasks.push_back(lasti::create_task(
                    lasti::to_thread([=] { lasti::run_coroutine_threadsafe(fails_later, *loop).get(); })));
            }
            AWAIT_SET(results, lasti::gather(lasti::return_exceptions, tasks));
            CHECK(results.size() == 10);
            for (lasti::outcome<void> const& result : results) {
                CHECK(result.exception().is<my_exception>());
                CHECK(result.exception().what() == "test");
            }
            END;
        }
    };
    for (const bool eager : {false, true}) {
        lasti::runner r;
        r.get_loop().set_eager_tasks(eager);
        r.run(lasti::coroutine<>(body()));
    }
}

TEST_SUITE_END();
