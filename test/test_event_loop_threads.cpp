// The part of a loop that other threads may touch: call_soon_threadsafe() and outside_source().
#include <lasti/event_loop.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<int> waits(lasti::future<int> f) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        AWAIT_SET(x, f);
        RETURN(x);
        END;
    };
}

/// Calls `work` on a thread of its own while the loop runs, and joins it.
struct worker {
    std::thread thread;
    explicit worker(std::function<void()> work) : thread(std::move(work)) {}
    worker(worker const&) = delete;
    worker& operator=(worker const&) = delete;
    ~worker() { thread.join(); }
};

} // namespace

TEST_SUITE_BEGIN("event_loop: other threads");

TEST_CASE("L12: a callback from another thread runs on the loop's thread and wakes it") {
    for (int round = 0; round < 50; ++round) {
        virtual_loop on;
        lasti::event_loop* const loop = &on.loop;
        const lasti::future<int> f = on.loop.create_future<int>();
        const std::thread::id here = std::this_thread::get_id();
        bool on_this_thread = false;
        lasti::source_token alive = on.loop.outside_source();
        // The callback refers to the future, it keeps no handle: no handle crosses threads.
        lasti::future<int> const* const target = &f;
        const worker other([=, &on_this_thread] {
            loop->call_soon_threadsafe([=, &on_this_thread] {
                on_this_thread = std::this_thread::get_id() == here;
                target->set_result(9);
            });
        });
        CHECK(on.loop.run_until_complete(waits(f)) == 9);
        CHECK(on_this_thread);
    }
}

TEST_CASE("L12: callbacks of one thread run in their order, those of many all run, once") {
    virtual_loop on;
    lasti::event_loop* const loop = &on.loop;
    std::vector<std::vector<int>> seen(4);
    std::vector<std::thread> threads;
    {
        std::vector<lasti::source_token> tokens;
        for (int t = 0; t < 4; ++t) {
            tokens.push_back(on.loop.outside_source());
            std::vector<int>* const mine = &seen[static_cast<std::size_t>(t)];
            lasti::source_token* const token = new lasti::source_token(on.loop.outside_source());
            threads.push_back(std::thread([=] {
                for (int i = 0; i < 500; ++i) loop->call_soon_threadsafe([=] { mine->push_back(i); });
                delete token; // the thread's own token goes with its work
            }));
        }
    }
    on.loop.run(); // until the last token is gone and the last callback was called
    for (std::thread& t : threads) t.join();
    for (std::vector<int> const& numbers : seen) {
        REQUIRE(numbers.size() == 500);
        for (int i = 0; i < 500; ++i) CHECK(numbers[static_cast<std::size_t>(i)] == i);
    }
}

TEST_CASE("run() waits while an outside source is held, though no task is left") {
    virtual_loop on;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    lasti::source_token* const token = new lasti::source_token(on.loop.outside_source());
    const worker other([=] {
        loop->call_soon_threadsafe([=] { note("from outside"); });
        delete token;
    });
    on.loop.run();
    CHECK(note.take() == "from outside");
}

TEST_CASE("law 3: when the last outside source goes, a task that nobody can wake any more is a deadlock") {
    for (int round = 0; round < 200; ++round) { // it may go before, while or after the loop begins to wait
        virtual_loop on;
        const lasti::future<int> f = on.loop.create_future<int>();
        lasti::source_token* const token = new lasti::source_token(on.loop.outside_source());
        const worker other([=] { delete token; });
        CHECK_THROWS_AS(on.loop.run_until_complete(waits(f)), lasti::deadlock_error);
        f.set_result(0);
        on.loop.run();
    }
}

TEST_CASE("a sleeper of a virtual clock still wakes while an outside source is held, in real time") {
    virtual_loop on;
    const lasti::source_token alive = on.loop.outside_source();
    struct naps {
        static lasti::coroutine<> once() {
            return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(std::chrono::milliseconds(1))); END; };
        }
    };
    on.loop.run_until_complete(naps::once());
    CHECK(on.loop.time() == 0.001);
}

TEST_CASE("a callback from outside comes before a virtual clock jumps") {
    virtual_loop on;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_later(3600, [=] { note("later"); });
    lasti::source_token* const token = new lasti::source_token(on.loop.outside_source());
    const worker other([=] {
        loop->call_soon_threadsafe([=] { note("at " + std::to_string(static_cast<int>(loop->time()))); });
        delete token;
    });
    on.loop.run();
    CHECK(note.take() == "at 0 later");
}

TEST_CASE("L12: call_soon_threadsafe() keeps its place before what is scheduled after it, by call_soon() and as a task") {
    virtual_loop on;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_soon_threadsafe([=] {
        note("a");
        loop->call_soon_threadsafe([=] { note("c"); });
    });
    on.loop.call_soon([=] { note("b"); });
    on.loop.call_soon_threadsafe([=] { note("d"); });
    struct notes_e {
        trace note;
        explicit notes_e(trace n) : note(n) {}
        COROUTINE_BODY(void) { BEGIN; note("e"); END; }
    };
    on.loop.create_task(lasti::coroutine<>(notes_e(note)));
    on.loop.run();
    CHECK(note.take() == "a b d e c");
}

TEST_CASE("L12: on a closed loop it is a runtime_error, and the callback is destroyed") {
    counted::reset();
    virtual_loop on;
    const counted inside(1);
    on.loop.call_soon_threadsafe([inside] { (void)inside.value; });
    CHECK(counted::alive() == 2);
    on.loop.close();
    CHECK(counted::alive() == 1);
    CHECK_THROWS_WITH_AS(on.loop.call_soon_threadsafe([inside] { (void)inside.value; }), "Event loop is closed",
                         lasti::runtime_error);
    CHECK(counted::alive() == 1);
}

TEST_CASE("L12: the loop may be closed while another thread calls") {
    for (int round = 0; round < 20; ++round) {
        virtual_loop on;
        lasti::event_loop* const loop = &on.loop;
        std::atomic<bool> refused(false);
        const worker other([&refused, loop] {
            while (!refused) refused = thrown_by([=] { loop->call_soon_threadsafe([] {}); }).is<lasti::runtime_error>();
        });
        // Not run(): that waits until no callback is left, and the other thread always has one more.
        for (int i = 0; i < round; ++i) on.loop.poll();
        on.loop.close();
    }
}

TEST_CASE("L12: a callback may end the loop before call_soon_threadsafe() has returned") {
    for (int round = 0; round < 200; ++round) {
        std::unique_ptr<lasti::event_loop> loop(new lasti::event_loop);
        lasti::event_loop* const running = loop.get();
        const worker other([=] { running->call_soon_threadsafe([=] { running->stop(); }); });
        running->run_forever();
        loop = nullptr;
    }
}

TEST_CASE("L12: all callbacks that came while the loop slept run, though it is woken once") {
    lasti::event_loop loop;
    int called = 0;
    const worker other([&] {
        for (int i = 0; i < 10000; ++i) {
            if (i % 100 == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
            loop.call_soon_threadsafe([&] {
                if (++called == 10000) loop.stop();
            });
        }
    });
    loop.run_forever();
    CHECK(called == 10000);
}

TEST_CASE("an exception in a callback from outside is reported like any other") {
    virtual_loop on;
    on.loop.call_soon_threadsafe([] { throw std::out_of_range("far"); });
    on.loop.run();
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].exception.what() == "far");
}

TEST_CASE("run_forever() runs what comes from outside until it is stopped") {
    lasti::event_loop loop; // real time: nothing here sleeps
    int calls = 0;
    lasti::event_loop* const target = &loop;
    const lasti::source_token alive = loop.outside_source();
    const worker other([=, &calls] {
        for (int i = 0; i < 100; ++i) target->call_soon_threadsafe([&calls] { ++calls; });
        target->call_soon_threadsafe([=] { target->stop(); });
    });
    loop.run_forever();
    CHECK(calls == 100);
}

TEST_CASE("a source token can be moved, assigned and outlive its loop; an empty one holds nothing") {
    lasti::source_token kept;
    {
        virtual_loop on;
        lasti::source_token a = on.loop.outside_source();
        lasti::source_token b = std::move(a);
        a = lasti::source_token();
        kept = std::move(b);
        kept = lasti::source_token(); // let go of it: otherwise run() would wait
        on.loop.run();
        kept = on.loop.outside_source();
    }
}

TEST_CASE("L15: the running loop is that of its own thread; where none runs, asking for it is a runtime_error") {
    virtual_loop on;
    trace t;
    const auto ask = [&] {
        try {
            t(&lasti::get_running_loop() == &on.loop ? "this one" : "another");
        } catch (lasti::runtime_error const& e) {
            t(e.what());
        }
    };
    ask();
    on.loop.call_soon([&] {
        ask();
        worker elsewhere(ask);
    });
    on.loop.run();
    ask();
    CHECK(t.take() == "no running event loop this one no running event loop no running event loop");
}

TEST_CASE("L15: each thread runs its own loop") {
    std::atomic<int> sum(0);
    const auto work = [&sum] {
        virtual_loop on;
        const lasti::future<int> f = on.loop.create_future<int>();
        on.loop.call_later(5, [f] { f.set_result(3); });
        sum += on.loop.run_until_complete(waits(f));
    };
    { const worker a(work), b(work), c(work); }
    CHECK(sum == 9);
}

TEST_SUITE_END();
