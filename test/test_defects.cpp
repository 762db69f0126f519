// The defects of the code this library grew from (SEMANTICS.md, section 5), as tests that they are gone.
#include <lasti/lasti.hpp>

#include <doctest/doctest.h>

#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

// Beazley's queue, as he wrote it, with his two defects put right: a woken getter looks again, and close() wakes all.
struct queue {
    lasti::event_loop* loop;
    std::deque<int> items;
    std::deque<lasti::future<>> waiting;
    bool closed;

    explicit queue(lasti::event_loop& on) : loop(&on), closed(false) {}
    void put(int item) {
        items.push_back(item);
        wake_one();
    }
    void close() {
        closed = true;
        while (wake_one()) {}
    }
    bool wake_one() {
        if (waiting.empty()) return false;
        const lasti::future<> first = waiting.front();
        waiting.pop_front();
        if (!first.done()) first.set_result();
        return true;
    }
    lasti::future<> wait() {
        waiting.push_back(loop->create_future());
        return waiting.back();
    }
};

lasti::coroutine<> gets(queue* from, trace note, std::string name) {
    return COROUTINE(void) {
        BEGIN;
        while (from->items.empty() && !from->closed) AWAIT(from->wait());
        if (from->items.empty()) {
            note(name + ":closed");
        } else {
            note(name + ":" + std::to_string(from->items.front()));
            from->items.pop_front();
        }
        END;
    };
}

lasti::coroutine<> busy(virtual_loop* on, trace note, int times) {
    return COROUTINE(void) {
        BEGIN;
        for (; times > 0; --times) {
            on->clock.advance(0.001); // each step takes a while
            AWAIT(lasti::sleep(0));
        }
        note("busy end");
        END;
    };
}

lasti::coroutine<> sleeps(trace note, std::string name, double time) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(time));
        note(name);
        END;
    };
}

lasti::coroutine<> fails() {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        throw std::runtime_error("boom");
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("defects of the workshop's scheduler");

TEST_CASE("U11: a busy deque does not starve the sleepers") {
    virtual_loop on;
    trace note;
    on.loop.create_task(busy(&on, note, 200));
    on.loop.create_task(busy(&on, note, 200));
    on.loop.create_task(sleeps(note, "sleeper woke", 0.01));
    on.loop.run();
    CHECK(note.take() == "sleeper woke busy end busy end");
}

TEST_CASE("a callback that schedules itself for ever does not starve them either") {
    virtual_loop on;
    trace note;
    struct repeats {
        static void again(virtual_loop* l) {
            l->clock.advance(0.001);
            l->loop.call_soon([l] { again(l); });
        }
    };
    repeats::again(&on);
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_later(0.01, [=] {
        note("timer");
        loop->stop();
    });
    on.loop.run_forever();
    CHECK(note.take() == "timer");
}

TEST_CASE("an exception in one task does not stop run(), nor keep the other tasks from running") {
    virtual_loop on;
    trace note;
    on.loop.create_task(fails());
    on.loop.create_task(sleeps(note, "other", 1));
    on.loop.run();
    CHECK(note.take() == "other");
    CHECK(on.reported.count() == 1);
}

TEST_CASE("a task that nobody will wake does not let run() return in silence") {
    virtual_loop on;
    trace note;
    queue q(on.loop);
    on.loop.create_task(gets(&q, note, "stuck"));
    CHECK_THROWS_AS(on.loop.run(), lasti::deadlock_error);
    q.close();
    on.loop.run();
    CHECK(note.take() == "stuck:closed");
}

TEST_CASE("closing a queue wakes all who wait, not one") {
    virtual_loop on;
    trace note;
    queue q(on.loop);
    for (std::string name : {"a", "b", "c"}) on.loop.create_task(gets(&q, note, name));
    on.loop.poll();
    q.close();
    on.loop.run();
    CHECK(note.take() == "a:closed b:closed c:closed");
}

TEST_CASE("W11: a getter that was woken looks again: its item may have been taken by one who came later") {
    virtual_loop on;
    trace note;
    queue q(on.loop);
    on.loop.create_task(gets(&q, note, "first"));
    on.loop.poll();
    on.loop.create_task(gets(&q, note, "thief"));
    q.put(1); // wakes the first, who runs behind the thief
    on.loop.poll();
    CHECK(note.take() == "thief:1");
    q.put(2);
    on.loop.run();
    CHECK(note.take() == "first:2");
}

TEST_CASE("a task that cannot be run is not lost: one that waits for itself, for a bad time, for nothing at all") {
    virtual_loop on;
    int errors = 0;
    struct bad {
        static lasti::coroutine<> time(double t) { return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(t)); END; }; }
        static lasti::coroutine<> nothing() {
            return COROUTINE(void) { BEGIN; AWAIT(lasti::future<int>()); END; };
        }
    };
    std::vector<lasti::task<>> tasks;
    tasks.push_back(on.loop.create_task(bad::time(-1)));
    tasks.push_back(on.loop.create_task(bad::nothing()));
    on.loop.run();
    for (lasti::task<> const& t : tasks) errors += static_cast<bool>(t.exception());
    CHECK(errors == 2);
}

TEST_CASE("all that are due are woken in one pass, in order, not one a pass") {
    virtual_loop on;
    trace note;
    for (int i = 0; i < 5; ++i) on.loop.create_task(sleeps(note, std::to_string(i), 1));
    on.loop.poll();
    on.clock.advance(1);
    on.loop.poll();
    CHECK(note.take() == "0 1 2 3 4");
}

TEST_CASE("L5, W2: a deadline that is exactly now has come: no round spins") {
    virtual_loop on;
    trace note;
    on.loop.create_task(sleeps(note, "woke", 1));
    int rounds = 0;
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_at(1, [=, &rounds] { rounds = static_cast<int>(loop->task_count()); });
    on.loop.run();
    CHECK(note.take() == "woke");
    CHECK(rounds == 1);
}

TEST_CASE("time is monotonic: the default clock is no calendar") {
    const lasti::event_loop loop;
    CHECK(loop.time() >= 0);
    CHECK(loop.time() < 3600); // since its own beginning, not since 1970
}

TEST_SUITE_END();
