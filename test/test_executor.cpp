// run_in_executor(): calls in threads, as the loop sees them.
#include <lasti/threads.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <lasti/runner.hpp>

#include "support/counted.hpp"
#include "support/gate.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Awaits `f` and gives what it gives.
template <class T>
lasti::coroutine<T> waits(lasti::future<T> f) {
    T x = T();
    return COROUTINE(T) { BEGIN; AWAIT_SET(x, f); RETURN(x); END; };
}

lasti::coroutine<> sleeps(double time, trace note, std::string name) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(time)); note(name); END; };
}

/// A local of a job, which notes on which threads it was copied and destroyed.
struct resident {
    std::shared_ptr<std::vector<std::thread::id>> deaths;
    bool real;
    explicit resident(std::shared_ptr<std::vector<std::thread::id>> d) : deaths(std::move(d)), real(true) {}
    resident(resident&& other) noexcept : deaths(std::move(other.deaths)), real(other.real) { other.real = false; }
    resident(resident const&) = delete;
    resident& operator=(resident const&) = delete;
    ~resident() {
        if (real) deaths->push_back(std::this_thread::get_id());
    }
};

struct job_with_resident {
    resident what;
    gate done;
    explicit job_with_resident(std::shared_ptr<std::vector<std::thread::id>> d, gate g) : what(std::move(d)), done(g) {}
    int operator()() {
        done.wait();
        return 5;
    }
};

/// Takes work and lets the test say what becomes of it.
struct patient_executor : lasti::executor {
    std::vector<std::function<void()>> queue;
    void execute(std::function<void()> work) override { queue.push_back(std::move(work)); }
};

} // namespace

TEST_SUITE_BEGIN("executor: calls in threads");

TEST_CASE("TH1: a call runs on another thread, and its result comes back to the loop") {
    virtual_loop on;
    const std::thread::id here = std::this_thread::get_id();
    const lasti::future<int> f = on.loop.run_in_executor(nullptr, [=] { return std::this_thread::get_id() != here ? 42 : 0; });
    CHECK_FALSE(f.done());  // whatever the thread did, the loop has not looked
    CHECK(on.loop.run_until_complete(waits(f)) == 42);
}

TEST_CASE("TH1: a call may return nothing, what can only be moved, or throw") {
    virtual_loop on;
    std::atomic<bool> called(false);
    const lasti::future<> none = on.loop.run_in_executor(nullptr, [&] { called = true; });
    const lasti::future<std::unique_ptr<int>> moved =
        on.loop.run_in_executor(nullptr, [] { return std::unique_ptr<int>(new int(3)); });
    const lasti::future<int> failed = on.loop.run_in_executor(nullptr, []() -> int { throw std::out_of_range("too far"); });
    on.loop.run();
    CHECK(called);
    CHECK_NOTHROW(none.result());
    CHECK(*moved.result() == 3);
    CHECK_THROWS_WITH_AS(failed.result(), "too far", std::out_of_range);
    CHECK(on.reported.count() == 0);
}

TEST_CASE("TH1: an exception of a call that nobody retrieves is reported") {
    virtual_loop on;
    on.loop.run_in_executor(nullptr, [] { throw std::runtime_error("unseen"); });
    on.loop.run();
    CHECK(on.reported.messages() == "Future exception was never retrieved\n");
    CHECK(on.reported[0].exception.what() == "unseen");
}

TEST_CASE("TH1: while a call runs the loop expects it: no deadlock_error, and virtual time stands still") {
    virtual_loop on;
    const trace note;
    const gate may_end;
    const lasti::future<int> f = on.loop.run_in_executor(nullptr, [=] {
        may_end.wait();
        return 1;
    });
    on.loop.create_task(sleeps(3600, note, "hour"));
    on.loop.call_soon([=] { may_end.open(); });
    CHECK(on.loop.run_until_complete(waits(f)) == 1);
    CHECK(on.loop.time() == 0);
    on.loop.run();
    CHECK(note.take() == "hour");
    CHECK(on.loop.time() == 3600);
}

TEST_CASE("TH1: the future is set by a callback of the loop, so who awaits it goes on one round later") {
    virtual_loop on;
    const trace note;
    patient_executor with;
    const lasti::future<int> f = on.loop.run_in_executor(&with, [] { return 1; });
    on.loop.create_task(waits(f));
    f.add_done_callback([=](lasti::future<int>) { note("done callback"); });
    on.loop.poll();
    with.queue.front()();
    with.queue.clear();
    CHECK_FALSE(f.done());
    on.loop.poll();  // the result arrives
    CHECK(f.done());
    CHECK(note.take() == "");
    on.loop.poll();
    CHECK(note.take() == "done callback");
    CHECK(on.loop.task_count() == 0);
}

TEST_CASE("TH1: cancelling the future does not stop the thread; its result is dropped") {
    virtual_loop on;
    const gate begun, may_end;
    std::atomic<bool> ended(false);
    const lasti::future<int> f = on.loop.run_in_executor(nullptr, [&] {
        begun.open();
        may_end.wait();
        ended = true;
        return 1;
    });
    const lasti::task<int> t = on.loop.create_task(waits(f));
    on.loop.call_soon([=] {
        begun.wait();
        t.cancel();
    });
    on.loop.call_later(0, [&] {
        CHECK(f.cancelled());
        CHECK_FALSE(ended);
        may_end.open();
    });
    on.loop.run();
    CHECK(t.cancelled());
    CHECK(ended);
    CHECK(on.reported.count() == 0);
}

TEST_CASE("TH1: a call that was not begun is dropped when its future is cancelled, and the loop expects it no more") {
    virtual_loop on;
    counted::reset();
    bool called = false;
    patient_executor with;
    const auto captured = std::make_shared<counted>(1);
    const lasti::future<> f = on.loop.run_in_executor(&with, [&called, captured] { called = true; });
    CHECK(captured.use_count() == 2);
    CHECK(f.cancel("enough"));
    CHECK(captured.use_count() == 1);  // at once
    on.loop.run();                     // waits for nothing
    with.queue.front()();
    with.queue.clear();
    on.loop.run();
    CHECK_FALSE(called);
    CHECK(f.cancelled());
}

TEST_CASE("TH1: an executor that drops a call cancels its future") {
    virtual_loop on;
    patient_executor with;
    const lasti::task<int> t = on.loop.create_task(waits(on.loop.run_in_executor(&with, [] { return 1; })));
    on.loop.call_soon([&] { with.queue.clear(); });
    on.loop.run();
    CHECK(t.cancelled());
}

TEST_CASE("TH1: a call that takes a stop_token learns that its result is not wanted") {
    virtual_loop on;
    const gate begun;
    const lasti::future<int> f = on.loop.run_in_executor(nullptr, [=](lasti::stop_token stop) {
        begun.open();
        while (!stop.stop_requested()) std::this_thread::yield();
        return 1;
    });
    on.loop.call_soon([=] {
        begun.wait();
        f.cancel();
    });
    on.loop.run();  // ends, so the call did
    CHECK(f.cancelled());
    CHECK_FALSE(lasti::stop_token().stop_requested());
}

TEST_CASE("TH1: a call's function and captures are destroyed on the loop's thread") {
    const auto deaths = std::make_shared<std::vector<std::thread::id>>();
    const std::thread::id here = std::this_thread::get_id();
    gate may_end;
    SUBCASE("when it is done") {
        virtual_loop on;
        on.loop.run_in_executor(nullptr, job_with_resident(deaths, may_end));
        may_end.open();
        on.loop.run();
    }
    SUBCASE("when its future was cancelled meanwhile") {
        virtual_loop on;
        on.loop.run_in_executor(nullptr, job_with_resident(deaths, may_end)).cancel();
        may_end.open();
        on.loop.run();
    }
    SUBCASE("when the loop closes while it runs: that waits for it") {
        virtual_loop on;
        on.loop.run_in_executor(nullptr, job_with_resident(deaths, may_end));
        may_end.open();
    }
    SUBCASE("when the loop is closed without waiting, and its last handle goes later") {
        lasti::thread_pool_executor pool(1);
        virtual_loop on;
        on.loop.run_in_executor(&pool, job_with_resident(deaths, may_end));
        on.loop.set_thread_join_time(0);
        on.loop.close();
        CHECK(on.reported.count() <= 1);  // one if the thread had begun
        may_end.open();
        CHECK(pool.shutdown());
    }
    REQUIRE(deaths->size() == 1);
    CHECK(deaths->front() == here);
}

TEST_CASE("TH1: an executor may call at once, on the loop's thread") {
    struct inline_executor : lasti::executor {
        void execute(std::function<void()> work) override { work(); }
    };
    virtual_loop on;
    inline_executor with;
    const lasti::future<int> f = on.loop.run_in_executor(&with, [] { return 8; });
    CHECK_FALSE(f.done());
    CHECK(on.loop.run_until_complete(f) == 8);
}

TEST_CASE("TH1: many calls, all results, each its own") {
    virtual_loop on;
    std::vector<lasti::future<int>> all;
    for (int i = 0; i < 500; ++i) all.push_back(on.loop.run_in_executor(nullptr, [i] { return i; }));
    on.loop.run();
    int wrong = 0;
    for (int i = 0; i < 500; ++i) wrong += all[static_cast<std::size_t>(i)].result() != i;
    CHECK(wrong == 0);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("executor: the default one, and the end");

TEST_CASE("TH1: after shutdown_default_executor() a call without an executor is a runtime_error") {
    virtual_loop on;
    lasti::thread_pool_executor other(1);
    const lasti::future<int> before = on.loop.run_in_executor(nullptr, [] { return 1; });
    on.loop.run_until_complete(on.loop.shutdown_default_executor());
    CHECK(before.done());
    CHECK_THROWS_WITH_AS(on.loop.run_in_executor(nullptr, [] {}), "Executor shutdown has been called", lasti::runtime_error);
    CHECK(on.loop.run_until_complete(on.loop.run_in_executor(&other, [] { return 2; })) == 2);
    on.loop.run_until_complete(on.loop.shutdown_default_executor());  // again: nothing
}

TEST_CASE("TH1: shutdown_default_executor() lets queued calls run, too") {
    virtual_loop on;
    on.loop.set_default_executor(std::make_shared<lasti::thread_pool_executor>(1));
    std::atomic<int> calls(0);
    for (int i = 0; i < 5; ++i) on.loop.run_in_executor(nullptr, [&] { ++calls; });
    on.loop.run_until_complete(on.loop.shutdown_default_executor());
    CHECK(calls == 5);
}

TEST_CASE("TH1: shutdown_default_executor() gives up after its time, and reports it") {
    virtual_loop on;
    const gate may_end;
    const auto pool = std::make_shared<lasti::thread_pool_executor>(1);
    on.loop.set_default_executor(pool);
    on.loop.run_in_executor(nullptr, [=] { may_end.wait(); });
    on.loop.run_until_complete(on.loop.shutdown_default_executor(0));
    CHECK(on.reported.messages() == "The executor did not finishing joining its threads within 0 seconds.\n");
    may_end.open();
    CHECK(pool->shutdown());
}

TEST_CASE("TH1: set_default_executor() is what calls without an executor use") {
    virtual_loop on;
    const auto with = std::make_shared<patient_executor>();
    on.loop.set_default_executor(with);
    const lasti::future<int> f = on.loop.run_in_executor(nullptr, [] { return 4; });
    REQUIRE(with->queue.size() == 1);
    with->queue.front()();
    with->queue.clear();
    CHECK(on.loop.run_until_complete(f) == 4);
    CHECK_THROWS_AS(on.loop.set_default_executor(nullptr), lasti::type_error);
}

TEST_CASE("R2, TH1: run() shuts the default executor down at its end") {
    std::atomic<int> calls(0);
    struct body {
        std::atomic<int>* calls;
        explicit body(std::atomic<int>* c) : calls(c) {}
        COROUTINE_BODY(int) {
            BEGIN;
            for (int i = 0; i < 20; ++i) {
                std::atomic<int>* const n = calls;
                lasti::get_running_loop().run_in_executor(nullptr, [n] { ++*n; });
            }
            RETURN(7);
            END;
        }
    };
    lasti::virtual_clock clock;
    CHECK(lasti::run(lasti::coroutine<int>(body(&calls)), clock) == 7);
    CHECK(calls == 20);
}

TEST_CASE("TH1: closing a loop drops the calls that were not begun and waits for the others") {
    counted::reset();
    std::atomic<int> calls(0);
    {
        virtual_loop on;
        on.loop.set_default_executor(std::make_shared<lasti::thread_pool_executor>(1));
        const gate begun;
        const auto captured = std::make_shared<counted>();
        on.loop.run_in_executor(nullptr, [=, &calls](lasti::stop_token stop) {
            begun.open();
            while (!stop.stop_requested()) std::this_thread::yield();
            ++calls;
        });
        for (int i = 0; i < 3; ++i) on.loop.run_in_executor(nullptr, [captured, &calls] { ++calls; });
        begun.wait();
        on.loop.close();
        CHECK(calls == 1);
        CHECK(captured.use_count() == 1);
        CHECK(on.reported.count() == 0);
    }
    CHECK(counted::alive() == 0);
}

TEST_CASE("TH1: a call that outlives its loop harms nobody") {
    const gate begun, may_end;
    lasti::thread_pool_executor pool(1);
    {
        virtual_loop on;
        on.loop.set_thread_join_time(0);
        const lasti::task<int> t = on.loop.create_task(waits(on.loop.run_in_executor(&pool, [=] {
            begun.open();
            may_end.wait();
            return 1;
        })));
        on.loop.poll();
        begun.wait();
        on.loop.close();
        CHECK(t.cancelled());
        CHECK(contains(on.reported.messages(), "closed while calls in threads still ran"));
    }
    may_end.open();
    CHECK(pool.shutdown());
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("executor: thread_pool_executor");

TEST_CASE("TH1: it makes threads when they are needed, up to its limit, and keeps them") {
    lasti::thread_pool_executor pool(2);
    CHECK(pool.size() == 0);
    const gate may_end;
    std::vector<lasti::concurrent_future<>> all;
    all.push_back(pool.submit([=] { may_end.wait(); }));
    CHECK(pool.size() == 1);
    for (int i = 0; i < 5; ++i) all.push_back(pool.submit([=] { may_end.wait(); }));
    CHECK(pool.size() == 2);
    may_end.open();
    for (lasti::concurrent_future<> const& f : all) f.get();
    CHECK(pool.size() == 2);
    CHECK(pool.shutdown());
    CHECK(pool.size() == 0);
}

TEST_CASE("TH1: after shutdown() it takes no work; what it had is done, or dropped if asked") {
    lasti::thread_pool_executor pool(1);
    const gate begun, may_end;
    const lasti::concurrent_future<int> running = pool.submit([=] {
        begun.open();
        may_end.wait();
        return 1;
    });
    const lasti::concurrent_future<int> queued = pool.submit([] { return 2; });
    begun.wait();
    CHECK_FALSE(running.cancel());
    CHECK_FALSE(pool.shutdown(0, true));
    CHECK_THROWS_WITH_AS(pool.execute([] {}), "cannot schedule new futures after shutdown", lasti::runtime_error);
    CHECK(queued.cancelled());
    may_end.open();
    CHECK(running.get() == 1);
}

TEST_CASE("TH1: a loop on each of several threads, each with calls in threads of its own") {
    std::atomic<int> sum(0);
    std::vector<std::thread> threads;
    for (int n = 0; n < 4; ++n)
        threads.emplace_back([&sum, n] {
            for (int i = 0; i < 20; ++i) {
                virtual_loop on;
                sum += on.loop.run_until_complete(waits(on.loop.run_in_executor(nullptr, [n] { return n; })));
            }
        });
    for (std::thread& t : threads) t.join();
    CHECK(sum == 20 * (0 + 1 + 2 + 3));
}

TEST_SUITE_END();
