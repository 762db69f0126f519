// CPython's test_locks.py: BarrierTests, up to the cancelled waiter. The rest: test_cpython_barriers_broken.cpp.
#include <lasti/barrier.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "support/at_once.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<int> passes(lasti::barrier b) { return lasti::as_coroutine(b.wait()); }

/// `async with` once or twice; notes the inner index.
struct inside {
    lasti::barrier b;
    trace note;
    int times, index;
    COROUTINE_BODY(int) {
        BEGIN;
        ASYNC_WITH_SET(index, b)
            note("in");
            if (times == 2) {
                ASYNC_WITH_SET(index, b)
                    note("inner");
                END_ASYNC_WITH
            }
        END_ASYNC_WITH
        RETURN(index);
        END;
    }
};

/// The indices, sorted.
std::string sorted(std::vector<lasti::task<int>> const& tasks) {
    std::vector<int> count(tasks.size());
    for (lasti::task<int> const& t : tasks) ++count.at(static_cast<std::size_t>(t.result()));
    std::string text;
    for (std::size_t i = 0; i < count.size(); ++i) text += std::string(static_cast<std::size_t>(count[i]), static_cast<char>('0' + i));
    return text;
}

std::vector<lasti::task<int>> all_inside(virtual_loop& on, lasti::barrier b, trace note, int times) {
    std::vector<lasti::task<int>> tasks;
    for (int i = 0; i < b.parties(); ++i) tasks.push_back(on.loop.create_task(lasti::coroutine<int>(inside{b, note, times, 0})));
    on.loop.run();
    CHECK(b.n_waiting() == 0);
    CHECK_FALSE(b.broken());
    return tasks;
}

} // namespace

TEST_SUITE_BEGIN("test_locks.py: BarrierTests");

TEST_CASE("a barrier itself can not be awaited (test_asyncio/test_locks.py: BarrierTests.test_barrier)") {
    const lasti::barrier b(5);
    CHECK(contains(b.describe(), "filling"));
    CHECK_FALSE(lasti::is_awaitable<lasti::barrier>::value);
}

TEST_CASE("describe() tells its state and how many are there (test_asyncio/test_locks.py: BarrierTests.test_repr)") {
    virtual_loop on;
    const lasti::barrier b(5);
    std::vector<lasti::task<int>> tasks;
    const auto more = [&](int n) {
        while (n-- > 0) tasks.push_back(on.loop.create_task(passes(b)));
        on.loop.poll();
    };
    CHECK(contains(b.describe(), "filling"));
    more(2);
    CHECK(contains(b.describe(), "filling, waiters:2/5"));
    more(b.parties() - b.n_waiting());
    CHECK(contains(b.describe(), "draining"));
    more(2);
    const lasti::task<> reset = on.loop.create_task(lasti::as_coroutine(b.reset()));
    on.loop.poll();
    CHECK(reset.done());
    CHECK(contains(b.describe(), "resetting"));
    more(2);
    on.loop.run_until_complete(lasti::as_coroutine(b.abort()));
    CHECK(contains(b.describe(), "broken"));
    CHECK(b.broken());
    on.loop.run();
    for (lasti::task<int> const& t : tasks) CHECK((t.exception() ? t.exception().is<lasti::broken_barrier_error>() : true));
}

TEST_CASE("BA1: for one at least (test_asyncio/test_locks.py: BarrierTests.test_barrier_parties)") {
    CHECK_THROWS_AS(lasti::barrier(0), lasti::value_error);
    CHECK_THROWS_AS(lasti::barrier(-4), lasti::value_error);
    CHECK(lasti::barrier(5).parties() == 5);
}

TEST_CASE("BA1: ASYNC_WITH waits, and gives the index (test_asyncio/test_locks.py: BarrierTests.test_context_manager)") {
    virtual_loop on;
    CHECK(sorted(all_inside(on, lasti::barrier(3), trace(), 1)) == "012");
}

TEST_CASE("BA1: one task is enough for a barrier of one (test_asyncio/test_locks.py: BarrierTests.test_filling_one_task)") {
    const lasti::barrier b(1);
    const lasti::coroutine<int> c = inside{b, trace(), 1, 7};
    CHECK_THROWS_AS(c.send(), lasti::stop_iteration);
    CHECK(c.result() == 0);
    CHECK(b.n_waiting() == 0);
    CHECK_FALSE(b.broken());
}

TEST_CASE("BA1: ... and again (test_asyncio/test_locks.py: BarrierTests.test_filling_one_task_twice)") {
    virtual_loop on;
    const lasti::barrier b(1);
    const lasti::task<int> t1 = on.loop.create_task(passes(b));
    on.loop.poll();
    CHECK(b.n_waiting() == 0);
    const lasti::task<int> t2 = on.loop.create_task(passes(b));
    on.loop.poll();
    CHECK(t1.result() == t2.result());
    CHECK(b.n_waiting() == 0);
    CHECK_FALSE(b.broken());
}

TEST_CASE("BA1: n_waiting() counts them (test_asyncio/test_locks.py: BarrierTests.test_filling_task_by_task)") {
    virtual_loop on;
    const lasti::barrier b(3);
    const lasti::task<int> t1 = on.loop.create_task(passes(b));
    on.loop.poll();
    CHECK(b.n_waiting() == 1);
    CHECK(contains(b.describe(), "filling"));
    const lasti::task<int> t2 = on.loop.create_task(passes(b));
    on.loop.poll();
    CHECK(b.n_waiting() == 2);
    CHECK(contains(b.describe(), "filling"));
    const lasti::task<int> t3 = on.loop.create_task(passes(b));
    on.loop.poll();
    on.loop.run();
    CHECK(t1.done());
    CHECK(t2.done());
    CHECK(t3.done());
    CHECK(b.n_waiting() == 0);
    CHECK_FALSE(b.broken());
}

TEST_CASE("BA1: all pass it twice (test_asyncio/test_locks.py: BarrierTests.test_filling_tasks_wait_twice)") {
    virtual_loop on;
    const trace note;
    all_inside(on, lasti::barrier(5), note, 2);
    const std::string notes = note.take() + ' ';
    CHECK(occurrences(notes, "in ") == 5);
    CHECK(occurrences(notes, "inner ") == 5);
}

TEST_CASE("BA1: the indices are 0 to n-1 in each round (test_asyncio/test_locks.py: BarrierTests.test_filling_tasks_check_return_value)") {
    virtual_loop on;
    CHECK(sorted(all_inside(on, lasti::barrier(5), trace(), 2)) == "01234");
}

TEST_CASE("BA1: it drains until the last has gone (test_asyncio/test_locks.py: BarrierTests.test_draining_state)") {
    virtual_loop on;
    const trace note;
    struct body {
        lasti::barrier b;
        trace note;
        COROUTINE_BODY(void) {
            BEGIN;
            ASYNC_WITH(b)
                note(contains(b.describe(), "draining") ? "draining" : "filling");
            END_ASYNC_WITH
            END;
        }
    };
    const lasti::barrier b(5);
    for (int i = 0; i < 5; ++i) on.loop.create_task(lasti::coroutine<>(body{b, note}));
    on.loop.run();
    CHECK(note.take() == "draining draining draining draining filling");
    CHECK(b.n_waiting() == 0);
    CHECK_FALSE(b.broken());
}

TEST_CASE("BA1: who comes back early waits until it has drained (test_asyncio/test_locks.py: BarrierTests.test_blocking_tasks_while_draining)") {
    virtual_loop on;
    struct body {
        lasti::barrier all, three;
        std::shared_ptr<int> again;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(all.wait());
            if (*again > 0) {
                --*again;
                AWAIT(all.wait());
            } else {
                AWAIT(three.wait());
                AWAIT(all.wait());
            }
            END;
        }
    };
    const lasti::barrier all(5), three(3);
    const std::shared_ptr<int> again = std::make_shared<int>(2);
    for (int i = 0; i < 5; ++i) on.loop.create_task(lasti::coroutine<>(body{all, three, again}));
    on.loop.run();  // and is no deadlock: three were at the second one
    CHECK(*again == 0);
    CHECK(three.n_waiting() == 0);
}

TEST_CASE("BA2: a cancelled one does not count any more (test_asyncio/test_locks.py: BarrierTests.test_filling_tasks_cancel_one)") {
    virtual_loop on;
    const lasti::barrier b(3);
    const lasti::task<int> t1 = on.loop.create_task(passes(b));
    on.loop.poll();
    CHECK(b.n_waiting() == 1);
    const lasti::task<int> t2 = on.loop.create_task(passes(b));
    on.loop.poll();
    CHECK(b.n_waiting() == 2);
    t1.cancel();
    on.loop.poll();
    CHECK(b.n_waiting() == 1);
    CHECK(t1.cancelled());
    const lasti::task<int> t3 = on.loop.create_task(passes(b));
    on.loop.poll();
    CHECK(b.n_waiting() == 2);
    const lasti::task<int> t4 = on.loop.create_task(passes(b));
    on.loop.run();
    CHECK(t2.done());
    CHECK(t3.done());
    CHECK(t4.done());
    CHECK(b.n_waiting() == 0);
    CHECK_FALSE(b.broken());
}

TEST_SUITE_END();
