// CPython's test_graph.py. Its call stacks begin with the plain functions that run; here there are only coroutines.
#include <lasti/graph.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <utility>

#include <lasti/async_generator.hpp>
#include <lasti/gather.hpp>
#include <lasti/shield.hpp>
#include <lasti/task_group.hpp>
#include <lasti/timeouts.hpp>
#include <lasti/wait.hpp>

#include "support/call_graphs.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

/// What CPython's capture_test_stack() returns: the graph, and its text.
struct seen {
    std::string graph;
    std::string text;

    void capture() { note(lasti::capture_call_graph(), lasti::format_call_graph()); }
    void capture(lasti::any_future const& of) { note(lasti::capture_call_graph(of), lasti::format_call_graph(of)); }

private:
    void note(lasti::future_call_graph const& captured, std::string formatted) {
        graph = told(captured);
        text = std::move(formatted);
    }
};

/// The task of the test is "test".
void run(virtual_loop& on, lasti::coroutine<> main) {
    const lasti::task<> test = on.loop.create_task(std::move(main), "test");
    on.loop.run_until_complete(test);
    test.result();
}

template <class A>
lasti::coroutine<> awaits(A awaited) {
    return COROUTINE(void) { BEGIN; AWAIT(awaited); END; };
}

lasti::coroutine<> inner(seen* here) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        here->capture();
        END;
    };
}

lasti::coroutine<> c1(seen* here) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        AWAIT(inner(here));
        END;
    };
}

lasti::coroutine<> c1_in_time(seen* here) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(1))
            AWAIT(lasti::sleep(0));
            AWAIT(inner(here));
        END_ASYNC_WITH
        END;
    };
}

lasti::coroutine<> gives_way(int times) {
    return COROUTINE(void) { BEGIN; for (; times > 0; --times) AWAIT(lasti::sleep(0)); END; };
}

lasti::coroutine<> tgroup(seen* here) {
    lasti::task_group tg;
    lasti::task<> task;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(tg)
            task = tg.create_task(awaits(inner(here)), "c2_root");
            tg.create_task(awaits(task), "sub_main_1");
            tg.create_task(awaits(task), "sub_main_2");
        END_ASYNC_WITH
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("test_graph.py");

TEST_CASE("a task of a group, which others await, too (test_asyncio/test_graph.py: CallStackTestBase.test_stack_tgroup)") {
    virtual_loop on;
    seen s;
    run(on, awaits(tgroup(&s)));
    const std::string test = "test[tgroup awaits]";
    CHECK(s.graph == "c2_root[inner awaits] <- (" + test + ", sub_main_1[awaits] <- (" + test + "), sub_main_2[awaits] <- (" + test + "))");
    CHECK(contains(s.text, ", in async tgroup()"));
}

namespace {

lasti::coroutine<> gen_nested_call(seen* here) {
    return COROUTINE(void) {
        BEGIN;
        here->capture();
        AWAIT(lasti::sleep(0));
        END;
    };
}

lasti::async_generator<int> gen(seen* here) {
    int num = 0;
    return ASYNC_GENERATOR(int) {
        BEGIN;
        for (; num < 2; ++num) {
            YIELD(num);
            if (num == 1) AWAIT(gen_nested_call(here));
        }
        END;
    };
}

lasti::coroutine<> iterates(seen* here) {
    int el = 0;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(el, gen(here))
        END_ASYNC_FOR
        END;
    };
}

} // namespace

TEST_CASE("an async generator between coroutines (test_asyncio/test_graph.py: CallStackTestBase.test_stack_async_gen)") {
    virtual_loop on;
    seen s;
    run(on, awaits(iterates(&s)));
    CHECK(s.graph == "test[gen_nested_call gen iterates awaits]");
    CHECK(contains(s.text, ", in async generator gen()"));
}

namespace {

lasti::coroutine<> gathers(seen* here) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::gather(c1(here), gives_way(1))); END; };
}

lasti::coroutine<> shields(lasti::coroutine<> inner_one) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::shield(inner_one)); END; };
}

} // namespace

TEST_CASE("who gathers (test_asyncio/test_graph.py: CallStackTestBase.test_stack_gather)") {
    virtual_loop on;
    seen s;
    run(on, awaits(gathers(&s)));
    CHECK(s.graph == "Task-2[inner c1] <- (test[gathers awaits])");
}

TEST_CASE("who shields (test_asyncio/test_graph.py: CallStackTestBase.test_stack_shield)") {
    virtual_loop on;
    seen s;
    run(on, awaits(shields(c1(&s))));
    CHECK(s.graph == "Task-2[inner c1] <- (test[shields awaits])");
}

TEST_CASE("in a timeout (test_asyncio/test_graph.py: CallStackTestBase.test_stack_timeout)") {
    virtual_loop on;
    seen s;
    run(on, awaits(shields(c1_in_time(&s))));
    CHECK(s.graph == "Task-2[inner c1_in_time] <- (test[shields awaits])");
}

namespace {

lasti::coroutine<> waits_for_both(lasti::task<> t1, lasti::task<> t2) {
    lasti::wait_result<lasti::task<>> found;
    return COROUTINE(void) {
        BEGIN;
        do AWAIT_SET(found, lasti::wait(std::vector<lasti::task<>>{t1, t2}));
        while (!found.pending.empty());
        END;
    };
}

} // namespace

TEST_CASE("who stands in wait() (test_asyncio/test_graph.py: CallStackTestBase.test_stack_wait)") {
    virtual_loop on;
    seen s;
    const lasti::task<> t1 = on.loop.create_task(c1_in_time(&s)), t2 = on.loop.create_task(gives_way(3));
    run(on, awaits(waits_for_both(t1, t2)));
    CHECK(t1.done());
    CHECK(t2.done());
    CHECK(s.graph == "Task-1[inner c1_in_time] <- (test[waits_for_both awaits])");
}

namespace {

lasti::coroutine<> c2(seen* here) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::create_task(awaits(inner(here)), "there there")); END; };
}

} // namespace

TEST_CASE("who awaits a task (test_asyncio/test_graph.py: CallStackTestBase.test_stack_task)") {
    virtual_loop on;
    seen s;
    run(on, awaits(c2(&s)));
    CHECK(s.graph == "there there[inner awaits] <- (test[c2 awaits])");
}

namespace {

lasti::coroutine<> sets_a_future(seen* here) {
    lasti::future<> fut;
    lasti::task_group g;
    int i = 0;
    return COROUTINE(void) {
        BEGIN;
        fut = lasti::get_running_loop().create_future();
        ASYNC_WITH(g)
            g.create_task(awaits(awaits(fut)), "task A");
            g.create_task(awaits(fut), "task B");
            for (i = 0; i < 5; ++i) AWAIT(lasti::sleep(0));
            here->capture(fut);
            fut.set_result();
        END_ASYNC_WITH
        END;
    };
}

} // namespace

TEST_CASE("a future, awaited by tasks of a group (test_asyncio/test_graph.py: CallStackTestBase.test_stack_future)") {
    virtual_loop on;
    seen s;
    run(on, sets_a_future(&s));
    CHECK(s.graph == "future[] <- (task A[awaits awaits] <- (test[sets_a_future]), task B[awaits] <- (test[sets_a_future]))");
    CHECK(s.text.compare(0, 12, "* Future(id=") == 0);
}

TEST_SUITE_END();
