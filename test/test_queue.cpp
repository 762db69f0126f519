#include <lasti/queue.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<int> gets(lasti::queue<int> q, trace note = trace(), std::string name = "") {
    int item = 0;
    return COROUTINE(int) {
        BEGIN;
        AWAIT_SET(item, q.get());
        note(name + std::to_string(item));
        RETURN(item);
        END;
    };
}

lasti::coroutine<> puts(lasti::queue<int> q, int item, trace note = trace()) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(q.put(item));
        note("+" + std::to_string(item));
        END;
    };
}

lasti::coroutine<> joins(lasti::queue<int> q, trace note, std::string name) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(q.join());
        note(name);
        END;
    };
}

template <class R>
bool is_shut_down(lasti::task<R> const& t) {
    return t.done() && t.exception().template is<lasti::queue_shut_down>();
}

} // namespace

TEST_SUITE_BEGIN("queue");

TEST_CASE("a queue is there from its declaration, empty; copies name the same one") {
    const lasti::queue<int> q, same = q, other;
    CHECK(q);
    CHECK(q.empty());
    CHECK(q.qsize() == 0);
    CHECK(same == q);
    CHECK(other != q);
    q.put_nowait(1);
    CHECK(same.qsize() == 1);
    CHECK(other.empty());
}

TEST_CASE("a handle that was moved from is falsy, and its use a type_error") {
    lasti::queue<int> q;
    const lasti::queue<int> moved = std::move(q);
    CHECK_FALSE(q);
    CHECK_THROWS_AS(q.qsize(), lasti::type_error);
    CHECK_THROWS_AS((void)q.put(1), lasti::type_error);
    CHECK_THROWS_AS((void)q.get(), lasti::type_error);
}

TEST_CASE("Q1: a maxsize that is not positive is none; maxsize() is what was given") {
    for (const int most : {0, -1, -7}) {
        const lasti::queue<int> q(most);
        for (int i = 0; i < 100; ++i) q.put_nowait(i);
        CHECK_FALSE(q.full());
        CHECK(q.maxsize() == most);
    }
    const lasti::queue<int> two(2);
    two.put_nowait(1);
    CHECK_FALSE(two.full());
    two.put_nowait(2);
    CHECK(two.full());
}

TEST_CASE("Q1: put_nowait() to a full one is queue_full, get_nowait() from an empty one queue_empty") {
    const lasti::queue<int> q(1, "jobs");
    CHECK_THROWS_WITH_AS(q.get_nowait(), doctest::Contains("queue 'jobs' is empty"), lasti::queue_empty);
    q.put_nowait(1);
    CHECK_THROWS_WITH_AS(q.put_nowait(2), doctest::Contains("queue 'jobs' [1 of 1, unfinished:1] is full"), lasti::queue_full);
    CHECK(q.get_nowait() == 1);
    CHECK(q.empty());
}

TEST_CASE("items come in the order they were put, also when the ring goes round and grows") {
    const lasti::queue<int> q;
    int in = 0, out = 0;
    for (int round = 1; round < 60; ++round) {
        for (int i = 0; i < round; ++i) q.put_nowait(in++);
        for (int i = 0; i < round - 1; ++i) REQUIRE(q.get_nowait() == out++);
    }
    while (!q.empty()) REQUIRE(q.get_nowait() == out++);
    CHECK(in == out);
}

TEST_CASE("put() into room and get() of what is there do not suspend") {
    const lasti::queue<int> q(1);
    CHECK_THROWS_AS(puts(q, 5).send(), lasti::stop_iteration);
    const lasti::coroutine<int> c = gets(q);
    CHECK_THROWS_AS(c.send(), lasti::stop_iteration);
    CHECK(c.result() == 5);
}

TEST_CASE("getters and putters are served in the order they came") {
    virtual_loop on;
    const lasti::queue<int> q(1);
    const trace t;
    for (const char* name : {"a", "b", "c"}) on.loop.create_task(gets(q, t, name));
    for (int i = 0; i < 3; ++i) on.loop.create_task(puts(q, i, t));
    on.loop.run();
    CHECK(t.take() == "+0 a0 +1 b1 +2 c2");
}

TEST_CASE("Q1: a woken getter looks again: somebody else may have taken the item") {
    virtual_loop on;
    const lasti::queue<int> q;
    const trace t;
    on.loop.create_task(gets(q, t, "a"));
    on.loop.create_task(gets(q, t, "b"));
    on.loop.poll();
    q.put_nowait(1);
    CHECK(q.get_nowait() == 1);
    on.loop.poll();  // a finds nothing and waits again, behind b
    CHECK(t.take() == "");
    q.put_nowait(2);
    on.loop.poll();
    CHECK(t.take() == "b2");
    q.put_nowait(3);
    on.loop.run();
    CHECK(t.take() == "a3");
}

TEST_CASE("Q1: a woken putter looks again: somebody else may have taken the room") {
    virtual_loop on;
    const lasti::queue<int> q(1);
    const trace t;
    q.put_nowait(0);
    on.loop.create_task(puts(q, 1, t));
    on.loop.create_task(puts(q, 2, t));
    on.loop.poll();
    CHECK(q.get_nowait() == 0);
    q.put_nowait(9);
    on.loop.poll();
    CHECK(t.take() == "");
    CHECK(q.get_nowait() == 9);
    on.loop.poll();
    CHECK(q.get_nowait() == 2);
    on.loop.run();
    CHECK(t.take() == "+2 +1");
}

TEST_CASE("Q2, W9, U6: a getter that is cancelled after it was woken wakes the next: no item is lost") {
    virtual_loop on;
    const lasti::queue<int> q;
    const trace t;
    const lasti::task<int> a = on.loop.create_task(gets(q, t, "a"));
    on.loop.create_task(gets(q, t, "b"));
    on.loop.poll();
    q.put_nowait(1);
    a.cancel();
    on.loop.run();
    CHECK(a.cancelled());
    CHECK(t.take() == "b1");
}

TEST_CASE("Q2: a putter that is cancelled after it was woken wakes the next: no room is lost") {
    virtual_loop on;
    const lasti::queue<int> q(1);
    const trace t;
    q.put_nowait(0);
    const lasti::task<> one = on.loop.create_task(puts(q, 1, t));
    on.loop.create_task(puts(q, 2, t));
    on.loop.poll();
    q.get_nowait();
    one.cancel();
    on.loop.run();
    CHECK(one.cancelled());
    CHECK(t.take() == "+2");
    CHECK(q.get_nowait() == 2);
}

TEST_CASE("Q2: who is cancelled while it waits leaves at once, and is not woken for nothing") {
    virtual_loop on;
    const lasti::queue<int> q;
    const trace t;
    const lasti::task<int> a = on.loop.create_task(gets(q, t, "a"));
    on.loop.create_task(gets(q, t, "b"));
    on.loop.poll();
    a.cancel();
    CHECK(q.describe() == "a queue [0, getters:1]");
    q.put_nowait(1);
    on.loop.run();
    CHECK(t.take() == "b1");
}

TEST_CASE("Q2: a woken getter that is destroyed with its loop takes no item") {
    const lasti::queue<int> q;
    {
        virtual_loop on;
        on.loop.create_task(gets(q));
        on.loop.create_task(gets(q));
        on.loop.poll();
        q.put_nowait(1);
    }
    CHECK(q.describe() == "a queue [1, unfinished:1]");
}

TEST_CASE("Q3: task_done() more often than there were items is a value_error") {
    const lasti::queue<int> q;
    CHECK_THROWS_WITH_AS(q.task_done(), "task_done() called too many times: a queue", lasti::value_error);
    q.put_nowait(1);
    q.task_done();
    CHECK_THROWS_AS(q.task_done(), lasti::value_error);
}

TEST_CASE("Q3: join() waits until every item is done, and where none is unfinished it does not suspend") {
    virtual_loop on;
    const lasti::queue<int> q;
    const trace t;
    CHECK_THROWS_AS(joins(q, t, "empty").send(), lasti::stop_iteration);
    q.put_nowait(1);
    q.put_nowait(2);
    on.loop.create_task(joins(q, t, "one"));
    on.loop.create_task(joins(q, t, "two"));
    on.loop.poll();
    q.get_nowait();
    q.get_nowait();
    q.task_done();
    on.loop.poll();
    CHECK(t.take() == "empty");
    q.task_done();
    q.put_nowait(3);  // too late for those who were woken
    on.loop.poll();
    CHECK(t.take() == "one two");
}

TEST_CASE("Q4, V7: after shutdown() put raises queue_shut_down, and get does so once it is empty") {
    virtual_loop on;
    const lasti::queue<int> q(0, "jobs");
    q.put_nowait(1);
    q.put_nowait(2);
    q.shutdown();
    CHECK_THROWS_WITH_AS(q.put_nowait(3), "put_nowait: queue 'jobs' is shut down", lasti::queue_shut_down);
    CHECK_THROWS_AS(on.loop.run_until_complete(puts(q, 3)), lasti::queue_shut_down);
    CHECK(on.loop.run_until_complete(gets(q)) == 1);
    CHECK(q.get_nowait() == 2);
    CHECK_THROWS_AS(q.get_nowait(), lasti::queue_shut_down);
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(gets(q)), "get: queue 'jobs' is shut down", lasti::queue_shut_down);
}

TEST_CASE("Q4: shutdown() wakes all who wait, and they get queue_shut_down") {
    virtual_loop on;
    const lasti::queue<int> empty, full(1);
    full.put_nowait(0);
    const lasti::task<int> a = on.loop.create_task(gets(empty)), b = on.loop.create_task(gets(empty));
    const lasti::task<> c = on.loop.create_task(puts(full, 1)), d = on.loop.create_task(puts(full, 2));
    on.loop.poll();
    empty.shutdown();
    full.shutdown();
    on.loop.poll();
    CHECK(is_shut_down(a));
    CHECK(is_shut_down(b));
    CHECK(is_shut_down(c));
    CHECK(is_shut_down(d));
    CHECK(full.get_nowait() == 0);
}

TEST_CASE("Q4: shutdown(immediate) drops the items, and they count as done") {
    virtual_loop on;
    const lasti::queue<int> q;
    const trace t;
    for (int i = 0; i < 3; ++i) q.put_nowait(i);
    q.get_nowait();
    on.loop.create_task(joins(q, t, "joined"));
    on.loop.poll();
    q.shutdown(true);
    CHECK(q.empty());
    CHECK_THROWS_AS(q.get_nowait(), lasti::queue_shut_down);
    on.loop.poll();
    CHECK(t.take() == "");  // one was got and is not done yet
    q.task_done();
    on.loop.poll();
    CHECK(t.take() == "joined");
    CHECK_THROWS_AS(q.task_done(), lasti::value_error);
}

TEST_CASE("LB1: a queue serves the loop on which somebody waited first") {
    const lasti::queue<int> q(1, "jobs");
    virtual_loop one, two;
    one.loop.create_task(gets(q));
    one.loop.poll();
    const lasti::task<int> getter = two.loop.create_task(gets(q));
    two.loop.poll();
    REQUIRE(getter.done());
    CHECK(getter.exception().what() == "queue 'jobs' is bound to a different event loop");
    q.put_nowait(1);
    const lasti::task<> putter = two.loop.create_task(puts(q, 2)), joiner = two.loop.create_task(joins(q, trace(), ""));
    two.loop.poll();
    CHECK(putter.exception().what() == "queue 'jobs' is bound to a different event loop");
    CHECK(joiner.exception().what() == "queue 'jobs' is bound to a different event loop");
    CHECK(q.get_nowait() == 1);
    two.loop.run_until_complete(puts(q, 3));
    one.loop.run();
    CHECK(q.empty());
}

TEST_CASE("who waits for ever is named, with what is in the queue") {
    virtual_loop on;
    const lasti::queue<int> q(1, "jobs");
    q.put_nowait(1);
    on.loop.create_task(puts(q, 2), "producer");
    on.loop.create_task(joins(q, trace(), ""), "boss");
    on.loop.create_task(gets(lasti::queue<int>()), "consumer");
    const lasti::error e = thrown_by([&] { on.loop.run(); });
    REQUIRE(e.is<lasti::deadlock_error>());
    CHECK(contains(e.what(), "Waits for: queue.put: queue 'jobs' [1 of 1, putters:1, unfinished:1]"));
    CHECK(contains(e.what(), "Waits for: queue.join: queue 'jobs'"));
    CHECK(contains(e.what(), "Waits for: queue.get: a queue [0, getters:1]"));
}

TEST_CASE("who waits when the last handle goes gets a runtime_error") {
    virtual_loop on;
    std::unique_ptr<lasti::queue<int>> q(new lasti::queue<int>(1, "jobs"));
    struct getting {
        lasti::queue<int>* q;
        COROUTINE_BODY(void) {
            BEGIN;
            AWAIT(q->get());
            END;
        }
    };
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(getting{q.get()}));
    on.loop.poll();
    q.reset();
    on.loop.run();
    CHECK(contains(t.exception().what(), "queue 'jobs' was destroyed while somebody waited for it"));
}

TEST_CASE("driven by hand, who did not wait gets nothing, unless it is there meanwhile") {
    const lasti::queue<int> q(1);
    const lasti::coroutine<int> early = gets(q), good = gets(q);
    CHECK(early.send().describe() == "queue.get: a queue [0 of 1]");
    good.send();
    CHECK_THROWS_WITH_AS(early.send(), doctest::Contains("await wasn't used with future"), lasti::runtime_error);
    q.put_nowait(7);
    const lasti::coroutine<> putter = puts(q, 8);
    putter.send();
    CHECK_THROWS_AS(putter.send(), lasti::runtime_error);
    CHECK_THROWS_AS(good.send(), lasti::stop_iteration);
    CHECK(good.result() == 7);
}

TEST_SUITE_END();
