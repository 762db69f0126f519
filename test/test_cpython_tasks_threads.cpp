// CPython's test_asyncio/test_tasks.py and test_futures.py: run_coroutine_threadsafe() and wrap_future().
// conformance/catalogue.csv lists what became of each test.
#include <lasti/threads.hpp>

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <utility>

#include "support/cpython.hpp"

#include <lasti/keywords.hpp>

namespace {

/// A loop in real time, whose other end a thread of its pool has.
struct two_sides {
    lasti::event_loop loop;
    reports reported;

    two_sides() { loop.set_exception_handler(reported); }
    ~two_sides() { loop.run_until_complete(loop.shutdown_default_executor()); }
};

lasti::coroutine<int> add(int a, int b, bool fail, bool cancel) {
    return COROUTINE(int) {
        BEGIN;
        AWAIT(lasti::sleep(0.01));
        if (fail) RAISE(lasti::runtime_error("Fail!"));
        if (cancel) {
            lasti::current_task().cancel();
            AWAIT(lasti::sleep(0));
        }
        RETURN(a + b);
        END;
    };
}

// What the thread does: has add() run by the loop and waits for it, for `timeout` seconds if that is not negative.
int target(lasti::event_loop* loop, bool fail, bool cancel, double timeout = -1) {
    const lasti::concurrent_future<int> f = lasti::run_coroutine_threadsafe([=] { return add(1, 2, fail, cancel); }, *loop);
    if (timeout >= 0 && !f.wait_for(timeout)) {
        f.cancel();
        throw lasti::timeout_error("target");
    }
    return f.get();
}

int run_target(lasti::event_loop& on, bool fail, bool cancel, double timeout = -1) {
    lasti::event_loop* const loop = &on;
    return on.run_until_complete(on.run_in_executor(nullptr, [=] { return target(loop, fail, cancel, timeout); }));
}

} // namespace

TEST_SUITE_BEGIN("CPython's test_tasks: threads");

TEST_CASE("a coroutine for another thread "
          "(test_asyncio/test_tasks.py: RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe)") {
    two_sides on;
    CHECK(run_target(on.loop, false, false) == 3);
}

TEST_CASE("its exception "
          "(test_asyncio/test_tasks.py: RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_with_exception)") {
    two_sides on;
    CHECK_THROWS_WITH_AS(run_target(on.loop, true, false), "Fail!", lasti::runtime_error);
}

TEST_CASE("a thread that does not wait for it "
          "(test_asyncio/test_tasks.py: RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_with_timeout)") {
    two_sides on;
    CHECK_THROWS_AS(run_target(on.loop, false, false, 0), lasti::timeout_error);
    on.loop.run(); // the task was cancelled
    CHECK(on.loop.all_tasks().empty());
}

TEST_CASE("a task that cancels itself "
          "(test_asyncio/test_tasks.py: RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_task_cancelled)") {
    two_sides on;
    CHECK(cancelled_with([&] { run_target(on.loop, false, true); }) != "nothing");
}

TEST_CASE("what cannot become a task "
          "(test_asyncio/test_tasks.py: RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_task_factory_exception)") {
    two_sides on;
    lasti::event_loop* const loop = &on.loop;
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(on.loop.run_in_executor(nullptr, [=] {
        return lasti::run_coroutine_threadsafe([]() -> lasti::coroutine<int> { throw std::out_of_range("no coroutine"); }, *loop).get();
    })), "no coroutine", std::out_of_range);
}

TEST_CASE("cancelled by the thread "
          "(test_asyncio/test_tasks.py: RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_and_cancel)") {
    two_sides on;
    lasti::event_loop* const loop = &on.loop;
    // By an address: handles and traces are not to be copied by another thread.
    struct stands {
        trace note;
        lasti::future<> begun;
        lasti::coroutine<> waits() {
            stands* const here = this;
            return COROUTINE(void) {
                BEGIN;
                TRY
                    here->begun.set_result();
                    AWAIT(lasti::sleep(100));
                EXCEPT(lasti::cancelled_error)
                    here->note("cancelled");
                    RERAISE;
                END_TRY
                END;
            };
        }
    } task;
    stands* const there = &task;
    task.begun = on.loop.create_future();
    lasti::concurrent_future<void> made;
    lasti::concurrent_future<void>* const where = &made;
    on.loop.run_until_complete(on.loop.run_in_executor(nullptr, [=] { *where = lasti::run_coroutine_threadsafe([=] { return there->waits(); }, *loop); }));
    on.loop.run_until_complete(task.begun);
    on.loop.run_until_complete(on.loop.run_in_executor(nullptr, [=] { where->cancel(); }));
    on.loop.run();
    CHECK(task.note.take() == "cancelled");
    CHECK(made.cancelled());
}

// ---- wrap_future -----------------------------------------------------------------------------------

namespace {

// Calls wrap_future() in a round of the loop.
template <class T>
lasti::future<T> wrapped(lasti::event_loop& loop, lasti::concurrent_future<T> from) {
    lasti::future<T> made;
    loop.call_soon([&made, &from] { made = lasti::wrap_future(from); });
    loop.poll();
    return made;
}

std::pair<std::string, std::thread::id> says_oi() { return std::make_pair(std::string("oi"), std::this_thread::get_id()); }

} // namespace

TEST_CASE("the result of a thread (test_asyncio/test_futures.py: BaseFutureTests.test_wrap_future)") {
    two_sides on;
    lasti::thread_pool_executor pool(1);
    const auto f = wrapped(on.loop, pool.submit(&says_oi));
    const auto result = on.loop.run_until_complete(f);
    CHECK(result.first == "oi");
    CHECK(result.second != std::this_thread::get_id());
}

TEST_CASE("without a loop (test_asyncio/test_futures.py: BaseFutureTests.test_wrap_future_without_loop)") {
    lasti::thread_pool_executor pool(1);
    const auto from = pool.submit(&says_oi);
    CHECK_THROWS_WITH_AS(lasti::wrap_future(from), "no running event loop", lasti::runtime_error);
}

TEST_CASE("in a loop (test_asyncio/test_futures.py: BaseFutureTests.test_wrap_future_use_running_loop)") {
    two_sides on;
    lasti::thread_pool_executor pool(1);
    const auto f = wrapped(on.loop, pool.submit(&says_oi));
    CHECK(&f.get_loop() == &on.loop);
    on.loop.run_until_complete(f);
}

TEST_CASE("cancelling it (test_asyncio/test_futures.py: BaseFutureTests.test_wrap_future_cancel)") {
    stage on;
    const auto from = lasti::concurrent_future<int>::make();
    const lasti::future<int> f = wrapped(on.loop, from);
    f.cancel();
    on.run_briefly();
    CHECK(from.cancelled());
    CHECK(f.cancelled());
}

TEST_CASE("cancelling it too late for the other (test_asyncio/test_futures.py: BaseFutureTests.test_wrap_future_cancel2)") {
    stage on;
    auto from = lasti::concurrent_future<int>::make();
    const lasti::future<int> f = wrapped(on.loop, from);
    from.set_result(42);
    f.cancel();
    on.run_briefly();
    CHECK_FALSE(from.cancelled());
    CHECK(from.get() == 42);
    CHECK(f.cancelled());
}

TEST_SUITE_END();
