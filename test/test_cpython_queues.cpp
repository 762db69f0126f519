// CPython's test_queues.py: basics, get, put, and the other kinds. One poll() is one `await asyncio.sleep(0)`.
#include <lasti/queue.hpp>

#include <doctest/doctest.h>

#include <string>

#include <lasti/awaitable.hpp>
#include <lasti/event.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/timeouts.hpp>

#include "support/at_once.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<int> get(lasti::queue<int> q) { return lasti::as_coroutine(q.get()); }
lasti::coroutine<> put(lasti::queue<int> q, int item) { return lasti::as_coroutine(q.put(item)); }

/// What comes out when 1, 3, 2 are put.
std::string order_of(lasti::queue<int> q) {
    for (const int i : {1, 3, 2}) at_once(q.put(i));
    std::string items;
    while (!q.empty()) items += std::to_string(at_once(q.get()));
    return items;
}

lasti::coroutine<> takes(lasti::queue<int> q, int n) {
    return COROUTINE(void) { BEGIN; for (; n > 0; --n) AWAIT(q.get()); END; };
}

lasti::coroutine<> produces(lasti::queue<int> q, int n, trace note) {
    int i = 0;
    return COROUTINE(void) {
        BEGIN;
        for (; i < n; ++i) {
            AWAIT(q.put(i));
            note(i);
        }
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("test_queues.py: QueueBasicTests");

TEST_CASE("describe() tells how many items there are and how many wait (test_asyncio/test_queues.py: QueueBasicTests.test_repr)") {
    virtual_loop on;
    const lasti::queue<int> q;
    CHECK(starts_with(q.describe(), "a queue"));
    const lasti::task<int> getter = on.loop.create_task(get(q));
    on.loop.poll();
    CHECK(contains(q.describe(), "getters:1"));
    q.put_nowait(0);
    CHECK(on.loop.run_until_complete(getter) == 0);

    const lasti::queue<int> full(1);
    full.put_nowait(1);
    const lasti::task<> putter = on.loop.create_task(put(full, 2));
    on.loop.poll();
    CHECK(contains(full.describe(), "putters:1"));
    full.get_nowait();
    on.loop.run();
    CHECK(putter.done());
}

TEST_CASE("describe() gives its name (test_asyncio/test_queues.py: QueueBasicTests.test_str)") {
    const lasti::queue<int> q(0, "jobs");
    q.put_nowait(1);
    CHECK(q.describe() == "queue 'jobs' [1, unfinished:1]");
}

TEST_CASE("empty() (test_asyncio/test_queues.py: QueueBasicTests.test_empty)") {
    const lasti::queue<int> q;
    CHECK(q.empty());
    at_once(q.put(1));
    CHECK_FALSE(q.empty());
    CHECK(at_once(q.get()) == 1);
    CHECK(q.empty());
}

TEST_CASE("Q1: full() (test_asyncio/test_queues.py: QueueBasicTests.test_full)") {
    CHECK_FALSE(lasti::queue<int>().full());
    const lasti::queue<int> q(1);
    at_once(q.put(1));
    CHECK(q.full());
}

TEST_CASE("first in, first out (test_asyncio/test_queues.py: QueueBasicTests.test_order)") { CHECK(order_of(lasti::queue<int>()) == "132"); }

TEST_CASE("Q1: put() waits while it is full (test_asyncio/test_queues.py: QueueBasicTests.test_maxsize)") {
    virtual_loop on;
    const lasti::queue<int> q(2);
    const trace put;
    CHECK(q.maxsize() == 2);
    const lasti::task<> t = on.loop.create_task(produces(q, 3, put));
    on.loop.poll();
    on.loop.poll();
    CHECK(put.take() == "0 1");
    CHECK(at_once(q.get()) == 0);
    on.loop.poll();
    CHECK(put.take() == "2");
    CHECK(at_once(q.get()) == 1);
    CHECK(at_once(q.get()) == 2);
    CHECK(t.done());
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("test_queues.py: QueueGetTests");

TEST_CASE("get() of what is there does not wait (test_asyncio/test_queues.py: QueueGetTests.test_blocking_get)") {
    const lasti::queue<int> q;
    q.put_nowait(1);
    CHECK(at_once(q.get()) == 1);
}

TEST_CASE("get() wakes who waits to put (test_asyncio/test_queues.py: QueueGetTests.test_get_with_putters)") {
    virtual_loop on;
    const lasti::queue<int> q(1);
    at_once(q.put(1));
    const lasti::task<> putter = on.loop.create_task(put(q, 2));
    on.loop.poll();
    CHECK(at_once(q.get()) == 1);
    on.loop.poll();
    CHECK(putter.done());
}

TEST_CASE("get() waits for an item (test_asyncio/test_queues.py: QueueGetTests.test_blocking_get_wait)") {
    virtual_loop on;
    const lasti::queue<int> q;
    const lasti::task<int> t = on.loop.create_task(get(q));
    on.loop.poll();
    CHECK_FALSE(t.done());
    on.loop.call_later(0.01, [=] { q.put_nowait(1); });
    CHECK(on.loop.run_until_complete(t) == 1);
    CHECK(on.loop.time() == 0.01);
}

TEST_CASE("get_nowait() (test_asyncio/test_queues.py: QueueGetTests.test_nonblocking_get)") {
    const lasti::queue<int> q;
    q.put_nowait(1);
    CHECK(q.get_nowait() == 1);
}

TEST_CASE("Q1: get_nowait() of an empty one (test_asyncio/test_queues.py: QueueGetTests.test_nonblocking_get_exception)") {
    CHECK_THROWS_AS(lasti::queue<int>().get_nowait(), lasti::queue_empty);
}

TEST_CASE("Q2: the first is cancelled, the second gets the item (test_asyncio/test_queues.py: QueueGetTests.test_get_cancelled_race)") {
    virtual_loop on;
    const lasti::queue<int> q;
    const lasti::task<int> t1 = on.loop.create_task(get(q)), t2 = on.loop.create_task(get(q));
    on.loop.poll();
    t1.cancel();
    on.loop.poll();
    CHECK(t1.done());
    at_once(q.put(7));
    on.loop.poll();
    CHECK(t2.result() == 7);
}

TEST_CASE("get() with two who wait to put (test_asyncio/test_queues.py: QueueGetTests.test_get_with_waiting_putters)") {
    virtual_loop on;
    const lasti::queue<int> q(1);
    on.loop.create_task(put(q, 1));
    on.loop.create_task(put(q, 2));
    CHECK(on.loop.run_until_complete(get(q)) == 1);
    CHECK(on.loop.run_until_complete(get(q)) == 2);
}

TEST_CASE("Q1: five items through room for one (test_asyncio/test_queues.py: QueueGetTests.test_why_are_getters_waiting)") {
    virtual_loop on;
    const lasti::queue<int> q(1);
    on.loop.create_task(produces(q, 5, trace()));
    on.loop.create_task(takes(q, 5));
    on.loop.run();
    CHECK(q.empty());
}

TEST_CASE("Q2: who timed out waits no more (test_asyncio/test_queues.py: QueueGetTests.test_cancelled_getters_not_being_held_in_self_getters)") {
    virtual_loop on;
    const lasti::queue<int> q(5);
    CHECK_THROWS_AS(on.loop.run_until_complete(lasti::wait_for(q.get(), 0.1)), lasti::timeout_error);
    CHECK(q.describe() == "a queue [0 of 5]");
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("test_queues.py: QueuePutTests");

TEST_CASE("put() into room does not wait (test_asyncio/test_queues.py: QueuePutTests.test_blocking_put)") {
    const lasti::queue<int> q;
    at_once(q.put(1));
    CHECK(at_once(q.get()) == 1);
}

TEST_CASE("put() waits for room (test_asyncio/test_queues.py: QueuePutTests.test_blocking_put_wait)") {
    virtual_loop on;
    const lasti::queue<int> q(1);
    on.loop.call_later(0.01, [=] { q.get_nowait(); });
    const trace put;
    const lasti::task<> t = on.loop.create_task(produces(q, 2, put));
    on.loop.poll();
    CHECK_FALSE(t.done());
    on.loop.run_until_complete(t);
    CHECK(put.take() == "0 1");
    CHECK(on.loop.time() == 0.01);
}

TEST_CASE("put_nowait() (test_asyncio/test_queues.py: QueuePutTests.test_nonblocking_put)") {
    const lasti::queue<int> q;
    q.put_nowait(1);
    CHECK(q.get_nowait() == 1);
}

TEST_CASE("Q2: a woken reader is cancelled: its item is not lost (test_asyncio/test_queues.py: QueuePutTests.test_get_cancel_drop_one_pending_reader)") {
    virtual_loop on;
    const lasti::queue<int> q;
    const lasti::task<int> reader = on.loop.create_task(get(q));
    on.loop.poll();
    q.put_nowait(1);
    q.put_nowait(2);
    reader.cancel();
    CHECK_THROWS_AS(on.loop.run_until_complete(reader), lasti::cancelled_error);
    CHECK(on.loop.run_until_complete(get(q)) == 1);
}

TEST_CASE("Q2: ... nor where others wait (test_asyncio/test_queues.py: QueuePutTests.test_get_cancel_drop_many_pending_readers)") {
    virtual_loop on;
    const lasti::queue<int> q;
    const lasti::task<int> one = on.loop.create_task(get(q)), two = on.loop.create_task(get(q)), three = on.loop.create_task(get(q));
    on.loop.poll();
    q.put_nowait(1);
    q.put_nowait(2);
    one.cancel();
    CHECK_THROWS_AS(on.loop.run_until_complete(one), lasti::cancelled_error);
    on.loop.run();
    CHECK(two.result() + three.result() == 3);
}

TEST_CASE("Q2: a woken writer is cancelled: nothing is put twice (test_asyncio/test_queues.py: QueuePutTests.test_put_cancel_drop)") {
    virtual_loop on;
    const lasti::queue<int> q(1);
    q.put_nowait(1);
    const lasti::task<> writer = on.loop.create_task(put(q, 2));
    on.loop.poll();
    CHECK(q.get_nowait() == 1);
    writer.cancel();
    CHECK_THROWS_AS(on.loop.run_until_complete(writer), lasti::cancelled_error);
    on.loop.run_until_complete(put(q, 2));
    CHECK(q.get_nowait() == 2);
    CHECK(q.qsize() == 0);
}

TEST_CASE("Q1: put_nowait() into a full one (test_asyncio/test_queues.py: QueuePutTests.test_nonblocking_put_exception)") {
    const lasti::queue<int> q(1);
    q.put_nowait(1);
    CHECK_THROWS_AS(q.put_nowait(2), lasti::queue_full);
}

TEST_CASE("put() in a task (test_asyncio/test_queues.py: QueuePutTests.test_put_cancelled)") {
    virtual_loop on;
    const lasti::queue<int> q;
    const lasti::task<> t = on.loop.create_task(put(q, 1));
    CHECK(on.loop.run_until_complete(get(q)) == 1);
    CHECK(t.done());
    CHECK_FALSE(t.exception());
}

TEST_CASE("Q2: one in the middle is cancelled (test_asyncio/test_queues.py: QueuePutTests.test_put_cancelled_race)") {
    virtual_loop on;
    const lasti::queue<int> q(1);
    const lasti::task<> a = on.loop.create_task(put(q, 1)), b = on.loop.create_task(put(q, 2)), c = on.loop.create_task(put(q, 3));
    on.loop.poll();
    CHECK(a.done());
    CHECK_FALSE(b.done());
    c.cancel();
    on.loop.poll();
    CHECK(c.done());
    CHECK(q.get_nowait() == 1);
    on.loop.poll();
    CHECK(q.get_nowait() == 2);
    CHECK(b.done());
}

TEST_CASE("put() wakes who waits to get (test_asyncio/test_queues.py: QueuePutTests.test_put_with_waiting_getters)") {
    virtual_loop on;
    const lasti::queue<int> q;
    const lasti::task<int> t = on.loop.create_task(get(q));
    on.loop.poll();
    at_once(q.put(7));
    CHECK(on.loop.run_until_complete(t) == 7);
}

TEST_CASE("Q1: each of several who wait gets room (test_asyncio/test_queues.py: QueuePutTests.test_why_are_putters_waiting)") {
    virtual_loop on;
    const lasti::queue<int> q(2);
    struct getter {
        lasti::queue<int> q;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(lasti::sleep(0));
            for (std::size_t n = q.qsize(); n > 0; --n) q.get_nowait();
            END;
        }
    };
    on.loop.create_task(lasti::coroutine<>(getter{q}));
    for (int i = 0; i < 4; ++i) on.loop.create_task(put(q, i));
    on.loop.run();
    CHECK(q.get_nowait() == 2);
    CHECK(q.get_nowait() == 3);
}

TEST_CASE("Q2: who is cancelled waits no more (test_asyncio/test_queues.py: QueuePutTests.test_cancelled_puts_not_being_held_in_self_putters)") {
    virtual_loop on;
    const lasti::queue<int> q(1);
    q.put_nowait(1);
    const lasti::task<> t = on.loop.create_task(put(q, 1));
    on.loop.poll();
    CHECK(contains(q.describe(), "putters:1"));
    t.cancel();
    CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::cancelled_error);
    CHECK(q.describe() == "a queue [1 of 1, unfinished:1]");
}

TEST_CASE("Q2: cancelled when it was woken already (test_asyncio/test_queues.py: QueuePutTests.test_cancelled_put_silence_value_error_exception)") {
    virtual_loop on;
    const lasti::queue<int> q(1);
    q.put_nowait(1);
    const lasti::task<> t = on.loop.create_task(put(q, 1));
    on.loop.poll();
    q.get_nowait();
    t.cancel();
    CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::cancelled_error);
    CHECK(q.empty());
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("test_queues.py: the other kinds");

TEST_CASE("last in, first out (test_asyncio/test_queues.py: LifoQueueTests.test_order)") { CHECK(order_of(lasti::lifo_queue<int>()) == "231"); }

TEST_CASE("the smallest first (test_asyncio/test_queues.py: PriorityQueueTests.test_order)") {
    CHECK(order_of(lasti::priority_queue<int>()) == "123");
}

TEST_SUITE_END();
