#include <lasti/barrier.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "support/at_once.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<int> waits(lasti::barrier b, trace note, std::string name) {
    int i = 0;
    return COROUTINE(int) {
        BEGIN;
        AWAIT_SET(i, b.wait());
        note(name + std::to_string(i));
        RETURN(i);
        END;
    };
}

bool is_broken(lasti::task<int> const& t) { return t.done() && t.exception().is<lasti::broken_barrier_error>(); }

} // namespace

TEST_SUITE_BEGIN("barrier");

TEST_CASE("BA1: parties must be one at least; copies name the same barrier") {
    CHECK_THROWS_WITH_AS(lasti::barrier(0, "start"), "parties must be >= 1: barrier 'start' for 0", lasti::value_error);
    const lasti::barrier b(3), same = b, other(3);
    CHECK(b.parties() == 3);
    CHECK(same == b);
    CHECK(other != b);
    lasti::barrier from = b;
    const lasti::barrier moved = std::move(from);
    CHECK_FALSE(from);
    CHECK_THROWS_AS((void)from.wait(), lasti::type_error);
}

TEST_CASE("BA1: all wait for the last, who goes straight on; the indices are in the order they came") {
    virtual_loop on;
    const lasti::barrier b(3);
    const trace t;
    for (const char* name : {"a", "b"}) on.loop.create_task(waits(b, t, name));
    on.loop.poll();
    CHECK(t.take() == "");
    CHECK(b.n_waiting() == 2);
    on.loop.create_task(waits(b, t, "c"));
    on.loop.poll();
    CHECK(t.take() == "c2");
    on.loop.run();
    CHECK(t.take() == "a0 b1");
    CHECK(b.n_waiting() == 0);
}

TEST_CASE("BA1: it can be used again at once; who comes early waits until the last round is gone") {
    virtual_loop on;
    const lasti::barrier b(2);
    const trace t;
    for (const char* name : {"a", "b", "c", "d"}) on.loop.create_task(waits(b, t, name));
    on.loop.run();
    CHECK(t.take() == "b1 a0 d1 c0");
}

TEST_CASE("BA2: a cancelled waiter only lowers the count") {
    virtual_loop on;
    const lasti::barrier b(2);
    const trace t;
    const lasti::task<int> gone = on.loop.create_task(waits(b, t, "gone"));
    on.loop.poll();
    gone.cancel();
    on.loop.poll();
    CHECK(gone.cancelled());
    CHECK(b.n_waiting() == 0);
    on.loop.create_task(waits(b, t, "a"));
    on.loop.create_task(waits(b, t, "b"));
    on.loop.run();
    CHECK(t.take() == "b1 a0");
}

TEST_CASE("BA2: reset() breaks who waits, and then it is as new; abort() breaks all until a reset()") {
    virtual_loop on;
    const lasti::barrier b(2, "start");
    const trace t;
    const lasti::task<int> one = on.loop.create_task(waits(b, t, "one"));
    on.loop.poll();
    at_once(b.reset());
    on.loop.run();
    CHECK(is_broken(one));
    CHECK(contains(one.exception().what(), "barrier 'start'"));
    CHECK_FALSE(b.broken());

    const lasti::task<int> two = on.loop.create_task(waits(b, t, "two"));
    on.loop.poll();
    at_once(b.abort());
    on.loop.run();
    CHECK(is_broken(two));
    CHECK(b.broken());
    CHECK_THROWS_AS(at_once(b.wait()), lasti::broken_barrier_error);
    at_once(b.reset());
    CHECK_FALSE(b.broken());
    on.loop.create_task(waits(b, t, "a"));
    on.loop.create_task(waits(b, t, "b"));
    on.loop.run();
    CHECK(t.take() == "b1 a0");
}

TEST_CASE("LB1: a barrier serves the loop on which somebody waited first") {
    const lasti::barrier b(2);
    virtual_loop one, two;
    const trace t;
    one.loop.create_task(waits(b, t, "a"));
    one.loop.poll();
    const lasti::task<int> last = two.loop.create_task(waits(b, t, "c"));  // does not wait
    two.loop.poll();
    CHECK(last.result() == 1);
    one.loop.run();
    const lasti::task<int> foreign = two.loop.create_task(waits(b, t, "d"));
    two.loop.run();
    CHECK(foreign.exception().what() == "a barrier is bound to a different event loop");
    CHECK(b.n_waiting() == 0);
}

TEST_CASE("one that is never full is a deadlock, and the report tells how many are there") {
    virtual_loop on;
    const lasti::barrier b(3, "start");
    on.loop.create_task(waits(b, trace(), ""));
    CHECK_THROWS_WITH_AS(on.loop.run(), doctest::Contains("Waits for: barrier 'start' [filling, waiters:1/3]"),
                         lasti::deadlock_error);
}

TEST_CASE("who waits when the last handle goes gets a runtime_error") {
    virtual_loop on;
    std::unique_ptr<lasti::barrier> b(new lasti::barrier(3, "start"));
    struct body {
        lasti::barrier* b;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(b->wait());
            END;
        }
    };
    const lasti::task<> one = on.loop.create_task(lasti::coroutine<>(body{b.get()}));
    const lasti::task<> two = on.loop.create_task(lasti::coroutine<>(body{b.get()}));
    on.loop.poll();
    b.reset();
    on.loop.run();
    CHECK(contains(one.exception().what(), "barrier 'start' was destroyed while somebody waited for it"));
    CHECK(contains(two.exception().what(), "barrier 'start' was destroyed while somebody waited for it"));
}

TEST_CASE("closing the loop under those who wait leaves it as new") {
    const lasti::barrier b(4);
    {
        virtual_loop on;
        for (int i = 0; i < 3; ++i) on.loop.create_task(waits(b, trace(), ""));
        on.loop.poll();
        CHECK(b.n_waiting() == 3);
    }
    CHECK(b.describe() == "a barrier [filling, waiters:0/4]");
}

TEST_CASE("driven by hand, who did not wait is not counted") {
    const lasti::barrier b(2);
    const lasti::coroutine<int> c = waits(b, trace(), "");
    CHECK(c.send().describe() == "a barrier [filling, waiters:1/2]");
    CHECK_THROWS_WITH_AS(c.send(), doctest::Contains("await wasn't used with future"), lasti::runtime_error);
    CHECK(b.n_waiting() == 0);
    at_once(b.reset());
}

TEST_SUITE_END();
