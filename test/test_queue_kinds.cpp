// priority_queue, lifo_queue, and what a queue asks of the type of its items.
#include <lasti/queue.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

template <class T>
struct putting {
    lasti::queue<T> q;
    T item;
    COROUTINE_BODY(void) {
        BEGIN;
        AWAIT(q.put(std::move(item)));
        END;
    }
};
template <class T>
struct getting {
    lasti::queue<T> q;
    T item;
    COROUTINE_BODY(T) {
        BEGIN;
        AWAIT_SET(item, q.get());
        RETURN(std::move(item));
        END;
    }
};

struct job {
    int priority;
    char name;
};
struct by_priority {
    bool operator()(job const& a, job const& b) const { return a.priority < b.priority; }
};

/// Compares, until told to throw.
struct moody {
    std::shared_ptr<bool> angry;
    bool operator()(int a, int b) const {
        if (*angry) throw std::domain_error("not now");
        return a < b;
    }
};

} // namespace

TEST_SUITE_BEGIN("kinds of queues");

TEST_CASE("Q1: lifo_queue gives the item that was put last") {
    const lasti::lifo_queue<int> q;
    for (const int i : {1, 3, 2}) q.put_nowait(i);
    CHECK(q.get_nowait() == 2);
    q.put_nowait(7);
    CHECK(q.get_nowait() == 7);
    CHECK(q.get_nowait() == 3);
    CHECK(q.get_nowait() == 1);
    CHECK_THROWS_AS(q.get_nowait(), lasti::queue_empty);
}

TEST_CASE("Q1: priority_queue gives the smallest item, or the largest where Compare says so") {
    const lasti::priority_queue<int> q;
    const lasti::priority_queue<int, std::greater<int>> largest;
    for (const int i : {5, 1, 4, 1, 3, 9, 2, 6}) {
        q.put_nowait(i);
        largest.put_nowait(i);
    }
    for (const int i : {1, 1, 2, 3, 4, 5, 6, 9}) CHECK(q.get_nowait() == i);
    for (const int i : {9, 6, 5, 4, 3, 2, 1, 1}) CHECK(largest.get_nowait() == i);
}

TEST_CASE("Q1: equal items come out as of Python's heapq") {
    // What this prints:
    //   class J:
    //       def __init__(s, p, n): s.p, s.n = p, n
    //       def __lt__(s, o): return s.p < o.p
    //   q = asyncio.PriorityQueue(); [q.put_nowait(J(i * 7 % 3, c)) for i, c in enumerate('abcdefghijkl')]
    //   print(''.join(q.get_nowait().n for i in range(12)))
    const lasti::priority_queue<job, by_priority> q;
    for (int i = 0; i < 12; ++i) q.put_nowait(job{i * 7 % 3, static_cast<char>('a' + i)});
    std::string order;
    while (!q.empty()) order += q.get_nowait().name;
    CHECK(order == "agdjekbhcfil");
}

TEST_CASE("priority_queue and lifo_queue are queues: a queue<T> names them, and put and get are theirs") {
    virtual_loop on;
    const lasti::priority_queue<int> p(3);
    const lasti::queue<int> q = p;
    for (const int i : {2, 3, 1}) q.put_nowait(i);
    CHECK(p.full());
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(putting<int>{q, 0}));
    on.loop.poll();
    CHECK(on.loop.run_until_complete(lasti::coroutine<int>(getting<int>{q, 0})) == 1);
    on.loop.run();
    CHECK(t.done());
    CHECK(p.get_nowait() == 0);
}

TEST_CASE("Q4: shutdown(immediate) empties each kind") {
    const lasti::priority_queue<int> p;
    const lasti::lifo_queue<int> l;
    p.put_nowait(1);
    l.put_nowait(1);
    p.shutdown(true);
    l.shutdown(true);
    CHECK(p.empty());
    CHECK(l.empty());
    CHECK_THROWS_AS(p.get_nowait(), lasti::queue_shut_down);
    CHECK_THROWS_AS(l.put_nowait(1), lasti::queue_shut_down);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("items of a queue");

TEST_CASE("items may be movable only, in every kind") {
    typedef std::unique_ptr<int> item;
    virtual_loop on;
    struct by_value {
        bool operator()(item const& a, item const& b) const { return *a < *b; }
    };
    const lasti::priority_queue<item, by_value> p(1);
    const lasti::lifo_queue<item> l(1);
    for (const lasti::queue<item>& q : {lasti::queue<item>(1), lasti::queue<item>(p), lasti::queue<item>(l)}) {
        on.loop.run_until_complete(lasti::coroutine<>(putting<item>{q, item(new int(1))}));
        const lasti::task<> waits = on.loop.create_task(lasti::coroutine<>(putting<item>{q, item(new int(2))}));
        on.loop.poll();
        CHECK_FALSE(waits.done());
        CHECK(*on.loop.run_until_complete(lasti::coroutine<item>(getting<item>{q, nullptr})) == 1);
        on.loop.run();
        CHECK(*q.get_nowait() == 2);
        on.loop.run_until_complete(lasti::as_coroutine(q.put(item(new int(3)))));
        CHECK(*on.loop.run_until_complete(lasti::as_coroutine(q.get())) == 3);
    }
}

TEST_CASE("items may be large, and without a default constructor") {
    struct large {
        explicit large(int n) : numbers(100, n), text("x") {}
        std::vector<int> numbers;
        std::string text;
        double more[20];
    };
    virtual_loop on;
    const lasti::queue<large> q(1);
    q.put_nowait(large(1));
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(putting<large>{q, large(2)}));
    on.loop.poll();
    CHECK(q.get_nowait().numbers[99] == 1);
    on.loop.run();
    CHECK(t.done());
    CHECK(on.loop.run_until_complete(lasti::coroutine<large>(getting<large>{q, large(0)})).numbers[99] == 2);
}

TEST_CASE("every item dies once: what was got, what was dropped, what was never put, what is left") {
    counted::reset();
    {
        virtual_loop on;
        const lasti::queue<counted> q(2);
        for (int i = 0; i < 5; ++i) on.loop.create_task(lasti::coroutine<>(putting<counted>{q, counted(i)}));
        on.loop.poll();
        CHECK(q.get_nowait().value == 0);
        on.loop.poll();
        CHECK(q.get_nowait().value == 1);
        q.shutdown(true);
        on.loop.run();
        CHECK(counted::alive() == 0);
        CHECK(counted::copies() == 0);
        on.reported.forget();

        const lasti::queue<counted> left(1), more;
        left.put_nowait(counted(1));
        for (int i = 0; i < 20; ++i) more.put_nowait(counted(i));
        on.loop.create_task(lasti::coroutine<>(putting<counted>{left, counted(2)}));
        on.loop.poll();
    }
    CHECK(counted::alive() == 0);
}

TEST_CASE("a put() that a task is cancelled in destroys its item and puts nothing") {
    counted::reset();
    virtual_loop on;
    const lasti::queue<counted> q(1);
    q.put_nowait(counted(1));
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(putting<counted>{q, counted(2)}));
    on.loop.poll();
    t.cancel();
    on.loop.run();
    CHECK(t.cancelled());
    CHECK(q.qsize() == 1);
    CHECK(counted::alive() == 1);
}

TEST_CASE("Q2: a comparison that throws in the put of a woken task passes the room on, and spoils nothing") {
    virtual_loop on;
    const std::shared_ptr<bool> angry = std::make_shared<bool>(false);
    const lasti::priority_queue<int, moody> q(2, "moody", moody{angry});
    q.put_nowait(1);
    q.put_nowait(2);
    const lasti::task<> fails = on.loop.create_task(lasti::coroutine<>(putting<int>{q, 3}));
    const lasti::task<> next = on.loop.create_task(lasti::coroutine<>(putting<int>{q, 0}));
    on.loop.poll();
    CHECK(q.get_nowait() == 1);
    *angry = true;
    on.loop.call_soon([=] { *angry = false; });
    on.loop.poll();
    CHECK(fails.exception().is<std::domain_error>());
    on.loop.run();
    CHECK(next.done());
    CHECK(q.get_nowait() == 0);
    CHECK(q.get_nowait() == 2);
    CHECK(q.empty());
}

TEST_CASE("Q2: a comparison that throws in the get of a woken task leaves the item to the next") {
    virtual_loop on;
    const std::shared_ptr<bool> angry = std::make_shared<bool>(false);
    const lasti::priority_queue<int, moody> q(0, "moody", moody{angry});
    std::vector<lasti::task<int>> getters;
    for (int i = 0; i < 4; ++i) getters.push_back(on.loop.create_task(lasti::coroutine<int>(getting<int>{q, 0})));
    on.loop.poll();
    for (const int i : {3, 1, 2}) q.put_nowait(i);  // wakes three
    *angry = true;
    on.loop.call_soon([=] { *angry = false; });
    on.loop.poll();
    for (std::size_t i = 0; i < 3; ++i) CHECK(getters[i].exception().is<std::domain_error>());
    on.loop.run();
    CHECK(getters[3].result() == 1);
    CHECK(q.get_nowait() == 2);
    CHECK(q.get_nowait() == 3);
    CHECK(q.empty());
}

TEST_SUITE_END();
