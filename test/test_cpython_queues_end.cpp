// CPython's test_queues.py: join() and shutdown(), each with the three kinds of queues.
#include <lasti/queue.hpp>

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

/// One of each kind.
std::vector<lasti::queue<int>> queues(std::ptrdiff_t maxsize = 0) {
    return {lasti::queue<int>(maxsize), lasti::lifo_queue<int>(maxsize), lasti::priority_queue<int>(maxsize)};
}

struct worker {
    lasti::queue<int> q;
    std::shared_ptr<int> sum;
    std::shared_ptr<bool> running;
    int item;
    COROUTINE_BODY(void) {
        BEGIN;
        while (*running) {
            AWAIT_SET(item, q.get());
            *sum += item;
            q.task_done();
        }
        END;
    }
};

template <class R>
bool is_shut_down(lasti::task<R> const& t) {
    return t.done() && t.exception().template is<lasti::queue_shut_down>();
}

void check_shut_down(lasti::queue<int> q) {
    CHECK_THROWS_AS(at_once(q.put(1)), lasti::queue_shut_down);
    CHECK_THROWS_AS(q.put_nowait(1), lasti::queue_shut_down);
    CHECK_THROWS_AS(at_once(q.get()), lasti::queue_shut_down);
    CHECK_THROWS_AS(q.get_nowait(), lasti::queue_shut_down);
}

} // namespace

TEST_SUITE_BEGIN("test_queues.py: join()");

TEST_CASE("Q3: task_done() of nothing (test_asyncio/test_queues.py: _QueueJoinTestMixin.test_task_done_underflow)") {
    for (lasti::queue<int> const& q : queues()) CHECK_THROWS_AS(q.task_done(), lasti::value_error);
}

TEST_CASE("Q3: join() ends when all are done (test_asyncio/test_queues.py: _QueueJoinTestMixin.test_task_done)") {
    for (lasti::queue<int> const& q : queues()) {
        virtual_loop on;
        for (int i = 0; i < 100; ++i) q.put_nowait(i);
        const std::shared_ptr<int> sum = std::make_shared<int>(0);
        const std::shared_ptr<bool> running = std::make_shared<bool>(true);
        for (int i = 0; i < 2; ++i) on.loop.create_task(lasti::coroutine<>(worker{q, sum, running, 0}));
        on.loop.run_until_complete(lasti::as_coroutine(q.join()));
        CHECK(*sum == 4950);
        *running = false;
        q.put_nowait(0);
        q.put_nowait(0);
        on.loop.run();
    }
}

TEST_CASE("Q3: join() of an empty one does not wait (test_asyncio/test_queues.py: _QueueJoinTestMixin.test_join_empty_queue)") {
    for (lasti::queue<int> const& q : queues()) {
        at_once(q.join());
        at_once(q.join());
    }
}

TEST_CASE("describe() tells how many are unfinished (test_asyncio/test_queues.py: _QueueJoinTestMixin.test_format)") {
    for (lasti::queue<int> const& q : queues()) {
        CHECK(q.describe() == "a queue [0]");
        q.put_nowait(1);
        q.put_nowait(2);
        q.get_nowait();
        q.get_nowait();
        CHECK(q.describe() == "a queue [0, unfinished:2]");
    }
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("test_queues.py: shutdown()");

TEST_CASE("describe() tells that it is shut down (test_asyncio/test_queues.py: _QueueShutdownTestMixin.test_format)") {
    for (lasti::queue<int> const& q : queues()) {
        q.shutdown();
        CHECK(q.describe() == "a queue [0, shut down]");
    }
}

TEST_CASE("Q4: of an empty one (test_asyncio/test_queues.py: _QueueShutdownTestMixin.test_shutdown_empty)") {
    for (lasti::queue<int> const& q : queues()) {
        virtual_loop on;
        const lasti::task<int> getter = on.loop.create_task(lasti::as_coroutine(q.get()));
        on.loop.poll();
        q.shutdown();
        CHECK(q.qsize() == 0);
        at_once(q.join());
        on.loop.poll();
        CHECK(is_shut_down(getter));
        check_shut_down(q);
    }
}

TEST_CASE("Q4: of one with something in it (test_asyncio/test_queues.py: _QueueShutdownTestMixin.test_shutdown_nonempty)") {
    for (lasti::queue<int> const& q : queues(1)) {
        virtual_loop on;
        q.put_nowait(7);
        const lasti::task<> joiner = on.loop.create_task(lasti::as_coroutine(q.join()));
        const lasti::task<> putter = on.loop.create_task(lasti::as_coroutine(q.put(8)));
        on.loop.poll();
        CHECK_FALSE(putter.done());
        q.shutdown();
        CHECK(q.qsize() == 1);
        on.loop.poll();
        CHECK(is_shut_down(putter));
        CHECK(at_once(q.get()) == 7);
        on.loop.poll();
        CHECK_FALSE(joiner.done());
        check_shut_down(q);
        q.task_done();
        on.loop.poll();
        CHECK(joiner.done());
        CHECK_THROWS_AS(q.task_done(), lasti::value_error);
    }
}

TEST_CASE("Q4: immediately (test_asyncio/test_queues.py: _QueueShutdownTestMixin.test_shutdown_immediate)") {
    for (lasti::queue<int> const& q : queues()) {
        virtual_loop on;
        q.put_nowait(7);
        const lasti::task<> joiner = on.loop.create_task(lasti::as_coroutine(q.join()));
        on.loop.poll();
        q.shutdown(true);
        CHECK(q.qsize() == 0);
        on.loop.poll();
        CHECK(joiner.done());
        check_shut_down(q);
        CHECK_THROWS_AS(q.task_done(), lasti::value_error);
    }
}

TEST_CASE("Q4: immediately, with one unfinished (test_asyncio/test_queues.py: _QueueShutdownTestMixin.test_shutdown_immediate_with_unfinished)") {
    for (lasti::queue<int> const& q : queues()) {
        virtual_loop on;
        q.put_nowait(7);
        q.put_nowait(7);
        const lasti::task<> joiner = on.loop.create_task(lasti::as_coroutine(q.join()));
        CHECK(at_once(q.get()) == 7);
        q.shutdown(true);
        CHECK(q.qsize() == 0);
        on.loop.poll();
        CHECK_FALSE(joiner.done());
        check_shut_down(q);
        q.task_done();
        CHECK_THROWS_AS(q.task_done(), lasti::value_error);
        on.loop.poll();
        CHECK(joiner.done());
    }
}

TEST_SUITE_END();
