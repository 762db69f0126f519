// Cancellation through tasks and coroutines that await each other.
#include <lasti/task.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <exception>
#include <string>
#include <vector>

#include <lasti/event_loop.hpp>

#include "support/cancelled.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

TEST_SUITE_BEGIN("task: cancel along chains");

TEST_CASE("T13: cancelling an awaiter cancels the task it awaits first; both end cancelled") {
    virtual_loop on;
    trace note;
    struct joins {
        static lasti::coroutine<> of(lasti::task<int> t, trace n) {
            return COROUTINE(void) {
                BEGIN;
                TRY { AWAIT(t); } EXCEPT_ANY { n("outer:" + message_of(self.handled())); RERAISE; } END_TRY
                END;
            };
        }
    };
    const lasti::task<int> inner = on.loop.create_task(sleeps(note, 10));
    const lasti::task<> outer = on.loop.create_task(joins::of(inner, note));
    on.loop.poll();
    CHECK(outer.cancel("msg"));
    on.loop.run();
    CHECK(note.take() == "began cancelled(msg) finally outer:cancelled(msg)");
    CHECK(inner.cancelled());
    CHECK(outer.cancelled());
    CHECK(inner.cancelling() == 1);
    CHECK(outer.cancelling() == 1);
}

TEST_CASE("awaiting a task that somebody else cancelled raises CancelledError, which the awaiter may catch") {
    virtual_loop on;
    trace note;
    struct joins {
        static lasti::coroutine<int> of(lasti::task<int> t) {
            return COROUTINE(int) {
                BEGIN;
                TRY { AWAIT(t); } EXCEPT(lasti::cancelled_error) { RETURN(-1); } END_TRY
                RETURN(0);
                END;
            };
        }
    };
    const lasti::task<int> inner = on.loop.create_task(sleeps(note, 10)), outer = on.loop.create_task(joins::of(inner));
    on.loop.poll();
    inner.cancel();
    on.loop.run();
    CHECK(outer.result() == -1);
    CHECK(outer.cancelling() == 0);
}

namespace {

lasti::coroutine<> cleans_up(trace note, lasti::coroutine<> inner) {
    return COROUTINE(void) {
        BEGIN;
        TRY {
            if (inner) AWAIT(inner);
            else AWAIT(lasti::sleep(10));
        } FINALLY {
            note("closing");
            AWAIT(lasti::sleep(1));
            note("closed");
        } END_TRY
        note("not reached");
        END;
    };
}

} // namespace

TEST_CASE("a finally that awaits runs to its end, through a chain from the inside out, before the task is cancelled") {
    virtual_loop on;
    trace note;
    const lasti::task<> t = on.loop.create_task(cleans_up(note, cleans_up(note, lasti::coroutine<>())));
    on.loop.poll();
    t.cancel();
    on.loop.run();
    CHECK(note.take() == "closing closed closing closed");
    CHECK(t.cancelled());
    CHECK(on.loop.time() == 2);
}

TEST_CASE("a second request interrupts the await in a finally") {
    virtual_loop on;
    trace note;
    const lasti::task<> t = on.loop.create_task(cleans_up(note, lasti::coroutine<>()));
    on.loop.poll();
    t.cancel("1");
    on.loop.poll();
    t.cancel("2");
    on.loop.run();
    CHECK(note.take() == "closing");
    CHECK(message_of(thrown_by([&] { t.result(); })) == "cancelled(2)");
    CHECK(on.loop.time() == 0);
}

TEST_CASE("CG4: tasks that await each other in a circle can be cancelled; each is asked once") {
    virtual_loop on;
    struct joins {
        static lasti::coroutine<> of(std::shared_ptr<std::vector<lasti::task<>>> ring, std::size_t i) {
            return COROUTINE(void) { BEGIN; AWAIT(ring->at(i)); END; };
        }
    };
    auto ring = std::make_shared<std::vector<lasti::task<>>>();
    for (std::size_t i = 0; i < 3; ++i) ring->push_back(on.loop.create_task(joins::of(ring, (i + 1) % 3)));
    ring->push_back(on.loop.create_task(joins::of(ring, 0))); // not in the circle, but waits for it
    on.loop.poll();
    std::size_t first = 0;
    SUBCASE("from inside the circle") { first = 1; }
    SUBCASE("from outside") { first = 3; }
    CHECK(ring->at(first).cancel());
    on.loop.run();
    for (lasti::task<> const& t : *ring) CHECK(t.cancelled());
    for (std::size_t i = 0; i < 3; ++i) CHECK(ring->at(i).cancelling() == 1);
    CHECK(ring->at(3).cancelling() == (first == 3 ? 1 : 0));
    ring->clear();
}

TEST_CASE("CG4: cancelling the last of 20,000 tasks that await each other uses no stack") {
    virtual_loop on;
    struct joins {
        static lasti::coroutine<> of(lasti::task<> t) {
            return COROUTINE(void) {
                BEGIN;
                if (t) AWAIT(t);
                else AWAIT(lasti::sleep(1000));
                END;
            };
        }
    };
    std::vector<lasti::task<>> chain(1, on.loop.create_task(joins::of(lasti::task<>())));
    for (int i = 0; i < 20000; ++i) chain.push_back(on.loop.create_task(joins::of(chain.back())));
    on.loop.poll();
    CHECK(chain.back().cancel());
    on.loop.run();
    std::size_t cancelled = 0;
    for (lasti::task<> const& t : chain) cancelled += t.cancelled() && t.cancelling() == 1;
    CHECK(cancelled == chain.size());
    CHECK(on.loop.time() == 0);
}

TEST_SUITE_END();
