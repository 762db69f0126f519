// to_thread(), run_coroutine_threadsafe(), wrap_future(): what crosses threads, and who is told when it cannot.
#include <lasti/threads.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/counted.hpp"
#include "support/gate.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

const lasti::context_var<std::string> user("user", "nobody");

lasti::coroutine<int> gives(int x, double after = 0) {
    return COROUTINE(int) { BEGIN; AWAIT(lasti::sleep(after)); RETURN(x); END; };
}

lasti::coroutine<std::thread::id> where_it_runs() {
    return COROUTINE(std::thread::id) { BEGIN; RETURN(std::this_thread::get_id()); END; };
}

lasti::coroutine<int> fails() {
    return COROUTINE(int) { BEGIN; AWAIT(lasti::sleep(0)); RAISE(std::out_of_range("too far")); END; };
}

lasti::coroutine<int> waits_for(lasti::future<int>* f, trace note) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        TRY
            AWAIT_SET(x, *f);
        FINALLY
            note("finally");
        END_TRY
        RETURN(x);
        END;
    };
}

/// A loop that runs on a thread of its own until the end of the test.
struct loop_elsewhere {
    lasti::event_loop* loop = nullptr;
    reports reported;
    gate ready;
    worker thread;

    loop_elsewhere() : thread([this] {
        lasti::event_loop here;
        here.set_exception_handler(reported);
        loop = &here;
        here.call_soon([this] { ready.open(); });
        here.run_forever();
    }) {
        ready.wait();
    }
    ~loop_elsewhere() { stop(); }
    void stop() {
        if (!thread.thread.joinable()) return;
        lasti::event_loop* const l = loop;
        l->call_soon_threadsafe([l] { l->stop(); });
        thread.thread.join();
    }
};

int add(int a, int b) { return a + b; }

} // namespace

TEST_SUITE_BEGIN("threads: to_thread");

TEST_CASE("TH1: to_thread() does nothing before it is awaited, and then once") {
    virtual_loop on;
    std::atomic<int> calls(0);
    const lasti::coroutine<> c = lasti::to_thread([&] { ++calls; });
    on.loop.run();
    CHECK(calls == 0);
    on.loop.run_until_complete(c);
    CHECK(calls == 1);
}

TEST_CASE("TH1: to_thread() takes arguments, also such as can only be moved, and gives what can only be moved") {
    virtual_loop on;
    CHECK(on.loop.run_until_complete(lasti::to_thread(&add, 40, 2)) == 42);
    struct relay {
        std::unique_ptr<int> operator()(std::unique_ptr<int> p) const { return p; }
    };
    const std::unique_ptr<int> back = on.loop.run_until_complete(lasti::to_thread(relay(), std::unique_ptr<int>(new int(6))));
    CHECK(*back == 6);
}

TEST_CASE("TH1: to_thread() carries the context of the task that awaits it; what the thread sets stays there") {
    virtual_loop on;
    const trace note;
    struct body {
        trace note;
        std::string seen;
        explicit body(trace n) : note(n) {}
        COROUTINE_BODY(void) {
            BEGIN;
            user.set("alice");
            AWAIT_SET(seen, lasti::to_thread([] {
                const std::string found = user.get();
                user.set("mallory");
                return found;
            }));
            note(seen + ", " + user.get());
            END;
        }
    };
    on.loop.run_until_complete(lasti::coroutine<>(body(note)));
    CHECK(note.take() == "alice, alice");
    // run_in_executor() does not.
    user.set("bob");
    CHECK(on.loop.run_until_complete(on.loop.run_in_executor(nullptr, [] { return user.get(); })) == "nobody");
    user.set("nobody");
}

TEST_CASE("TH1: an exception in a thread is raised where it is awaited, and can be handled there") {
    virtual_loop on;
    const trace note;
    struct body {
        trace note;
        explicit body(trace n) : note(n) {}
        COROUTINE_BODY(void) {
            BEGIN;
            TRY
                AWAIT(lasti::to_thread([] { throw std::out_of_range("in the thread"); }));
            EXCEPT(std::out_of_range)
                note(CAUGHT(std::out_of_range).what());
            END_TRY
            END;
        }
    };
    on.loop.run_until_complete(lasti::coroutine<>(body(note)));
    CHECK(note.take() == "in the thread");
}

TEST_CASE("TH1, U13: a stop_token behind the arguments tells a thread that its task was cancelled") {
    virtual_loop on;
    const gate begun;
    const lasti::task<int> t = on.loop.create_task(lasti::to_thread(
        [=](int add_to, lasti::stop_token stop) {
            begun.open();
            while (!stop.stop_requested()) std::this_thread::yield();
            return add_to;
        },
        3));
    on.loop.call_later(0, [=] {
        begun.wait();
        t.cancel();
    });
    on.loop.run();
    CHECK(t.cancelled());
}

TEST_CASE("TH1: to_thread() outside of a loop is never awaited, and says so") {
    CHECK_THROWS_WITH_AS(lasti::to_thread(&add, 1, 2).send(), "no running event loop", lasti::runtime_error);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("threads: run_coroutine_threadsafe");

TEST_CASE("F6: a coroutine that another thread sends runs on the loop's thread, and its result goes back") {
    loop_elsewhere there;
    CHECK(lasti::run_coroutine_threadsafe([] { return gives(42); }, *there.loop).get() == 42);
    const std::thread::id on = lasti::run_coroutine_threadsafe([] { return where_it_runs(); }, *there.loop).get();
    CHECK(on == there.thread.thread.get_id());
}

TEST_CASE("F6: its exception goes back, too, and a result can be asked for again") {
    loop_elsewhere there;
    const lasti::concurrent_future<int> f = lasti::run_coroutine_threadsafe([] { return fails(); }, *there.loop);
    CHECK_THROWS_WITH_AS(f.get(), "too far", std::out_of_range);
    CHECK_THROWS_AS(f.get(), std::out_of_range);
    CHECK(f.done());
    CHECK(f.exception());
    there.stop();
    CHECK(there.reported.count() == 0);  // somebody has it
}

TEST_CASE("F6: cancelling the thread's future cancels the task, and at once the future") {
    virtual_loop on;
    const trace note;
    lasti::future<int> never = on.loop.create_future<int>();
    lasti::future<int>* const asked = &never;
    lasti::event_loop* const loop = &on.loop;
    std::atomic<bool> refused(false);
    const lasti::source_token alive = on.loop.outside_source();
    const gate waiting;
    on.loop.call_later(1, [=] { waiting.open(); });
    const worker other([=, &refused] {
        const lasti::concurrent_future<int> f = lasti::run_coroutine_threadsafe([=] { return waits_for(asked, note); }, *loop);
        waiting.wait();
        const bool first = f.cancel(), again = f.cancel();
        refused = first && !again && f.cancelled() && thrown_by([&] { f.get(); }).is<lasti::cancelled_error>();
        loop->call_soon_threadsafe([=] { loop->stop(); });
    });
    on.loop.run_forever();
    on.loop.poll();
    CHECK(never.cancelled());
    CHECK(note.take() == "finally");
    CHECK(on.loop.task_count() == 0);
}

TEST_CASE("F6: a task that is cancelled on its loop cancels the thread's future") {
    loop_elsewhere there;
    const lasti::concurrent_future<int> f = lasti::run_coroutine_threadsafe(
        [] {
            lasti::event_loop* const l = &lasti::get_running_loop();
            l->call_soon([l] { l->all_tasks().front().cancel(); });
            return gives(1, 3600);
        },
        *there.loop);
    CHECK_THROWS_AS(f.get(), lasti::cancelled_error);
    CHECK(f.cancelled());
}

TEST_CASE("F6: a future that is cancelled before the loop looked never makes its coroutine") {
    virtual_loop on;
    bool made = false;
    const lasti::concurrent_future<int> f = lasti::run_coroutine_threadsafe(
        [&] {
            made = true;
            return gives(1);
        },
        on.loop);
    CHECK(f.cancel());
    on.loop.run();
    CHECK_FALSE(made);
}

TEST_CASE("F6: a factory that throws: the thread gets the exception, and so does the loop's handler") {
    loop_elsewhere there;
    const lasti::concurrent_future<int> f =
        lasti::run_coroutine_threadsafe([]() -> lasti::coroutine<int> { throw std::logic_error("no coroutine"); }, *there.loop);
    CHECK_THROWS_WITH_AS(f.get(), "no coroutine", std::logic_error);
    there.stop();
    REQUIRE(there.reported.count() == 1);
    CHECK(there.reported[0].exception.what() == "no coroutine");
}

TEST_CASE("F6: the task runs in the context of the thread that sent it") {
    loop_elsewhere there;
    struct body {
        COROUTINE_BODY(std::string) { BEGIN; AWAIT(lasti::sleep(0)); RETURN(user.get()); END; }
    };
    lasti::context::make().run([&] {
        user.set("thread");
        CHECK(lasti::run_coroutine_threadsafe([] { return lasti::coroutine<std::string>(body()); }, *there.loop).get() == "thread");
    });
}

TEST_CASE("F6: nobody waits for ever for a loop that was closed") {
    const gate begun;
    lasti::concurrent_future<int> f, late;
    {
        virtual_loop on;
        f = lasti::run_coroutine_threadsafe([] { return gives(1, 3600); }, on.loop);
        on.loop.poll();
        on.loop.poll();
        late = lasti::run_coroutine_threadsafe([] { return gives(2); }, on.loop);
        CHECK_FALSE(f.wait_for(0));
        on.loop.close();
        CHECK_THROWS_WITH_AS(lasti::run_coroutine_threadsafe([] { return gives(1); }, on.loop), "Event loop is closed",
                             lasti::runtime_error);
    }
    CHECK_THROWS_WITH_AS(f.get(), doctest::Contains("Event loop is closed"), lasti::runtime_error);
    CHECK_THROWS_WITH_AS(late.get(), doctest::Contains("Event loop is closed"), lasti::runtime_error);
}

TEST_CASE("F6: the loop's own thread is refused to wait for itself") {
    virtual_loop on;
    const trace note;
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_soon([=] {
        const lasti::concurrent_future<int> f = lasti::run_coroutine_threadsafe([] { return gives(1); }, *loop);
        note(thrown_by([&] { f.get(); }).what());
        note(thrown_by([&] { f.wait_for(1); }).is<lasti::runtime_error>() ? "too" : "not");
    });
    on.loop.run();
    CHECK(note.take() == "concurrent_future: the thread of the loop that is to set it would wait for itself too");
}

TEST_CASE("F6: factories are destroyed on the loop's thread") {
    loop_elsewhere there;
    const auto died_on = std::make_shared<std::thread::id>();
    {
        struct factory {
            std::shared_ptr<void> local;
            lasti::coroutine<int> operator()() const { return gives(1); }
        };
        factory made;
        made.local = std::shared_ptr<void>(static_cast<void*>(nullptr), [died_on](void*) { *died_on = std::this_thread::get_id(); });
        lasti::run_coroutine_threadsafe(std::move(made), *there.loop).get();
    }
    const std::thread::id loops = there.thread.thread.get_id();
    there.stop();
    CHECK(*died_on == loops);
}

TEST_CASE("F6: many threads, one loop") {
    loop_elsewhere there;
    std::atomic<int> sum(0);
    {
        std::vector<std::thread> threads;
        for (int n = 0; n < 4; ++n)
            threads.emplace_back([&] {
                for (int i = 0; i < 100; ++i)
                    sum += lasti::run_coroutine_threadsafe([i] { return gives(i); }, *there.loop).get();
            });
        for (std::thread& t : threads) t.join();
    }
    CHECK(sum == 4 * 4950);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("threads: concurrent_future and wrap_future");

TEST_CASE("F6: a concurrent_future is done once, and knows how") {
    const lasti::concurrent_future<int> f = lasti::concurrent_future<int>::make();
    CHECK_FALSE(f.done());
    CHECK_FALSE(f.wait_for(0));
    CHECK_THROWS_AS(f.exception(), lasti::invalid_state_error);
    CHECK_THROWS_AS(f.wait_for(std::numeric_limits<double>::quiet_NaN()), lasti::value_error);
    f.set_result(3);
    CHECK(f.get() == 3);
    CHECK(f.get() == 3);
    CHECK_FALSE(f.exception());
    CHECK_FALSE(f.cancel());
    CHECK_THROWS_AS(f.set_result(4), lasti::invalid_state_error);
    CHECK_THROWS_AS(f.set_exception(std::runtime_error("late")), lasti::invalid_state_error);
    CHECK_THROWS_AS(lasti::concurrent_future<int>().get(), lasti::type_error);
}

TEST_CASE("F6: its callbacks are called once, by who completes it; too late is at once") {
    const trace note;
    const lasti::concurrent_future<> f = lasti::concurrent_future<>::make();
    f.add_done_callback([=](lasti::concurrent_future<> done) { note(done == f ? "first" : "another"); });
    f.add_done_callback([](lasti::concurrent_future<>) { throw std::runtime_error("this line on stderr is expected"); });
    CHECK(note.take() == "");
    f.set_result();
    CHECK(note.take() == "first");
    f.add_done_callback([=](lasti::concurrent_future<>) { note("late"); });
    CHECK(note.take() == "late");
}

TEST_CASE("F6: wrap_future() ends as the concurrent_future does") {
    // Needs exceptions: one that crosses threads is a std::exception_ptr.
    virtual_loop on;
    const trace note;
    struct body {
        lasti::concurrent_future<int> from;
        trace note;
        int x = 0;
        body(lasti::concurrent_future<int> f, trace n) : from(f), note(n) {}
        COROUTINE_BODY(void) {
            BEGIN;
            TRY
                AWAIT_SET(x, lasti::wrap_future(from));
                note(x);
            EXCEPT(std::out_of_range)
                note("out of range");
            EXCEPT(lasti::cancelled_error)
                note("cancelled");
            END_TRY
            END;
        }
    };
    std::vector<lasti::concurrent_future<int>> all;
    for (int i = 0; i < 3; ++i) {
        all.push_back(lasti::concurrent_future<int>::make());
        on.loop.create_task(lasti::coroutine<>(body(all.back(), note)));
    }
    on.loop.poll();
    const worker other([&] {
        all[0].set_result(5);
        all[1].set_exception(std::out_of_range("x"));
        all[2].cancel();
    });
    on.loop.run();
    CHECK(note.take() == "5 out of range cancelled");
}

TEST_CASE("F6: cancelling a wrapped future cancels the concurrent_future; a dropped one is a runtime_error") {
    virtual_loop on;
    lasti::concurrent_future<int> cancelled = lasti::concurrent_future<int>::make(), dropped = lasti::concurrent_future<int>::make();
    lasti::future<int> first, second;
    on.loop.call_soon([&] {
        first = lasti::wrap_future(cancelled);
        second = lasti::wrap_future(dropped);
        first.cancel();
        dropped = lasti::concurrent_future<int>();
    });
    on.loop.run();
    CHECK(cancelled.cancelled());
    CHECK_THROWS_WITH_AS(second.result(), doctest::Contains("dropped before it was done"), lasti::runtime_error);
}

TEST_CASE("F6: a loop that is closed while it waits for a concurrent_future is ignored") {
    const lasti::concurrent_future<int> f = lasti::concurrent_future<int>::make();
    {
        virtual_loop on;
        on.loop.call_soon([&] { lasti::wrap_future(f); });
        on.loop.poll();
    }
    const worker other([&] { f.set_result(1); });
    CHECK(f.get() == 1);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("threads: what call_soon_threadsafe() returns");

TEST_CASE("L12: its cancel() may come from any thread; a cancelled callback is not called") {
    virtual_loop on;
    const trace note;
    lasti::threadsafe_handle h = on.loop.call_soon_threadsafe([=] { note("called"); });
    std::thread([&] {
        CHECK_FALSE(h.cancelled());
        h.cancel();
    }).join();
    CHECK(h.cancelled());
    on.loop.run();
    CHECK(note.take() == "");
    CHECK_FALSE(lasti::threadsafe_handle().cancelled());
}

TEST_CASE("L12: its cancel() waits while the callback runs, but not in the callback itself") {
    loop_elsewhere there;
    const gate begun, may_end;
    std::atomic<bool> ended(false);
    const lasti::threadsafe_handle h = there.loop->call_soon_threadsafe([=, &ended] {
        begun.open();
        may_end.wait();
        ended = true;
    });
    begun.wait();
    const worker other([=] { may_end.open(); });
    h.cancel();
    CHECK(ended);

    const gate done;
    const auto own = std::make_shared<lasti::threadsafe_handle>();
    lasti::event_loop* const loop = there.loop;
    loop->call_soon_threadsafe([=] {
        *own = loop->call_soon_threadsafe([=] {
            own->cancel();
            done.open();
        });
    });
    done.wait();
}

TEST_SUITE_END();
