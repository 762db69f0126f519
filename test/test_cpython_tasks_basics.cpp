// CPython's test_asyncio/test_tasks.py: what tasks are, how they are made, what can be seen of them.
// conformance/catalogue.csv lists what became of each test.
#include <lasti/task.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <lasti/awaitable.hpp>
#include <lasti/wait.hpp>

#include "support/cpython.hpp"
#include "support/unraisable.hpp"

#include <lasti/keywords.hpp>

TEST_SUITE_BEGIN("CPython's test_tasks: basics");

TEST_CASE("a future of another loop (test_asyncio/test_tasks.py: BaseTaskTests.test_other_loop_future)") {
    stage on, other;
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(gives(other.loop.create_future<int>())),
                         doctest::Contains("attached to a different loop"), lasti::runtime_error);
}

TEST_CASE("a task that awaits itself (test_asyncio/test_tasks.py: BaseTaskTests.test_task_awaits_on_itself)") {
    stage on;
    lasti::task<> t;
    lasti::task<>* const itself = &t;
    t = on.loop.create_task(COROUTINE(void) { BEGIN; AWAIT(*itself); END; });
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(t), doctest::Contains("Task cannot await on itself"), lasti::runtime_error);
}

TEST_CASE("a task and its loop (test_asyncio/test_tasks.py: BaseTaskTests.test_task_class)") {
    stage on, other;
    const lasti::task<std::string> t = on.loop.create_task(returning<std::string>("ok"));
    on.loop.run_until_complete(t);
    CHECK(t.done());
    CHECK(t.result() == "ok");
    CHECK(&t.get_loop() == &on.loop);
    CHECK(&other.loop.create_task(returning<std::string>("ok")).get_loop() == &other.loop);
    other.loop.run();
}

TEST_CASE("ensure_future of a coroutine (test_asyncio/test_tasks.py: BaseTaskTests.test_ensure_future_coroutine)") {
    unraisables hook;
    stage on;
    const lasti::task<int> t = lasti::ensure_future(returning(1), on.loop);
    CHECK(on.loop.run_until_complete(t) == 1);
    CHECK(&t.get_loop() == &on.loop);
    CHECK_THROWS_WITH_AS(lasti::ensure_future(returning(1)), doctest::Contains("no running event loop"), lasti::runtime_error);
    lasti::task<int> made;
    on.loop.call_soon([&made] { made = lasti::ensure_future(returning(2)); });
    on.loop.poll();
    CHECK(&made.get_loop() == &on.loop);
    CHECK(on.loop.run_until_complete(made) == 2);
}

TEST_CASE("ensure_future of a future (test_asyncio/test_tasks.py: BaseTaskTests.test_ensure_future_future)") {
    stage on, other;
    const lasti::future<int> f = on.loop.create_future<int>();
    f.set_result(1);
    CHECK(lasti::ensure_future(f) == f);
    CHECK(lasti::ensure_future(f, on.loop) == f);
    CHECK_THROWS_AS(lasti::ensure_future(f, other.loop), lasti::value_error);
}

TEST_CASE("ensure_future of a task (test_asyncio/test_tasks.py: BaseTaskTests.test_ensure_future_task)") {
    stage on, other;
    const lasti::task<int> t = on.loop.create_task(returning(1)), same = lasti::ensure_future(t);
    CHECK(same == t);
    CHECK(lasti::ensure_future(t, on.loop) == t);
    CHECK_THROWS_AS(lasti::ensure_future(t, other.loop), lasti::value_error);
    on.loop.run();
}

namespace {

// An awaitable of the user's own, made of another.
struct own_awaitable {
    typedef lasti::sleep_for_result<int>::request_type request_type;
    lasti::delay time = 0;
    int result = 7;
};

} // namespace

TEST_CASE("ensure_future of an awaitable (test_asyncio/test_tasks.py: BaseTaskTests.test_ensure_future_awaitable)") {
    stage on;
    CHECK(on.loop.run_until_complete(lasti::ensure_future(own_awaitable(), on.loop)) == 7);
}

TEST_CASE("it becomes a task (test_asyncio/test_tasks.py: BaseTaskTests.test_ensure_future_task_awaitable)") {
    stage on;
    const lasti::task<int> t = lasti::ensure_future(lasti::sleep(0, 7), on.loop);
    CHECK(on.loop.run_until_complete(t) == 7);
    CHECK(t.get_coro().result() == 7);
}

TEST_CASE("what it says of two loops (test_asyncio/test_tasks.py: BaseTaskTests.test_ensure_future_error_msg)") {
    stage on, other;
    const lasti::future<int> f = on.loop.create_future<int>();
    CHECK_THROWS_WITH_AS(lasti::ensure_future(f, other.loop),
                         "The future belongs to a different loop than the one specified as the loop argument", lasti::value_error);
}

TEST_CASE("the stack of a running task (test_asyncio/test_tasks.py: BaseTaskTests.test_get_stack)") {
    stage on;
    lasti::task<> t;
    const lasti::task<>* const itself = &t;
    struct foo {
        static lasti::coroutine<> bar(const lasti::task<>* of) {
            return COROUTINE(void) {
                BEGIN;
                CHECK(contains(of->get_stack()[0].f_code().name, "foo"));
                CHECK(std::string(of->get_stack(1)[0].f_code().name) == "bar"); // Python knows only the outermost
                {
                    std::ostringstream text;
                    of->print_stack(text, 2);
                    CHECK(contains(text.str(), "foo\n"));
                    CHECK(contains(text.str(), "in bar\n"));
                }
                END;
            };
        }
        const lasti::task<>* of;
        COROUTINE_BODY(void) { BEGIN; AWAIT(bar(of)); END; }
    };
    t = on.loop.create_task(lasti::coroutine<>(foo{itself}));
    on.loop.run_until_complete(t);
    CHECK(t.get_stack().empty());
}

TEST_CASE("repr (test_asyncio/test_tasks.py: BaseTaskTests.test_task_repr)") {
    stage on;
    lasti::task<int> t = on.loop.create_task(returning(1), "TestTask");
    const lasti::handle callback = t.add_done_callback([](lasti::future<int>) {});
    CHECK(starts_with(t.repr(), "<Task pending name='TestTask' 'returning' ("));
    CHECK(contains(t.repr(), "cpython.hpp:"));
    CHECK(contains(t.repr(), " cb=1>"));
    t.cancel();
    CHECK(starts_with(t.repr(), "<Task cancelling name='TestTask' "));
    CHECK(cancelled_with([&] { on.loop.run_until_complete(t); }) == "");
    CHECK(starts_with(t.repr(), "<Task cancelled name='TestTask' "));
    t = on.loop.create_task(returning(1), "TestTask");
    on.loop.run_until_complete(t);
    CHECK(starts_with(t.repr(), "<Task finished name='TestTask' "));
    CHECK_FALSE(contains(t.repr(), "cb="));
}

TEST_CASE("names count up (test_asyncio/test_tasks.py: BaseTaskTests.test_task_repr_autogenerated)") {
    stage on;
    const lasti::task<int> a = on.loop.create_task(returning(1)), b = on.loop.create_task(returning(1));
    CHECK(starts_with(a.repr(), "<Task pending name='Task-1' "));
    CHECK(starts_with(b.repr(), "<Task pending name='Task-2' "));
    on.loop.run();
}

TEST_CASE("any text is a name (test_asyncio/test_tasks.py: BaseTaskTests.test_task_repr_name_not_str)") {
    stage on;
    const lasti::task<int> t = on.loop.create_task(returning(1));
    t.set_name("{6}");
    CHECK(t.get_name() == "{6}");
    on.loop.run();
}

TEST_CASE("repr says what it waits for (test_asyncio/test_tasks.py: BaseTaskTests.test_task_repr_wait_for)") {
    stage on;
    const lasti::future<int> f = on.loop.create_future<int>();
    const lasti::task<int> t = on.loop.create_task(gives(f));
    on.run_briefly();
    CHECK(contains(t.repr(), " wait_for=<a future>"));
    f.set_result(1);
    on.loop.run();
}

TEST_CASE("awaits of coroutines (test_asyncio/test_tasks.py: BaseTaskTests.test_task_basics)") {
    stage on;
    int a = 0, b = 0;
    const lasti::coroutine<int> outer = COROUTINE(int) {
        BEGIN;
        AWAIT_SET(a, returning(42));
        AWAIT_SET(b, returning(1000));
        RETURN(a + b);
        END;
    };
    CHECK(on.loop.run_until_complete(outer) == 1042);
}

TEST_CASE("an exception out of a task gets the one that is handled as its context "
          "(test_asyncio/test_tasks.py: BaseTaskTests.test_exception_chaining_after_await)") {
    stage on;
    lasti::error context;
    lasti::error* const seen = &context;
    const lasti::coroutine<> failing = COROUTINE(void) { BEGIN; RAISE(lasti::value_error("inner")); END; };
    lasti::task<> t;
    on.loop.run_until_complete(COROUTINE(void) {
        BEGIN;
        TRY
            RAISE(std::out_of_range("outer"));
        EXCEPT(std::out_of_range)
            t = lasti::create_task(failing);
            TRY
                AWAIT(t);
            EXCEPT(lasti::value_error)
                *seen = t.exception().context();
            END_TRY
        END_TRY
        END;
    });
    REQUIRE(context);
    CHECK(context.what() == "outer");
}

TEST_CASE("no context of itself (test_asyncio/test_tasks.py: BaseTaskTests.test_exception_chaining_after_await_with_context_cycle)") {
    stage on;
    const lasti::error a = lasti::error::make(std::out_of_range("a"));
    const lasti::coroutine<> raises_it = COROUTINE(void) { BEGIN; RAISE(a); END; };
    trace note = on.note;
    on.loop.run_until_complete(COROUTINE(void) {
        BEGIN;
        TRY
            RAISE(a);
        EXCEPT(std::out_of_range)
            TRY
                AWAIT(lasti::create_task(raises_it));
            EXCEPT(std::out_of_range)
                note(a.context() == a ? "cycle" : "no cycle");
            END_TRY
        END_TRY
        END;
    });
    CHECK(on.note.take() == "no cycle");
}

TEST_CASE("a task's result cannot be set (test_asyncio/test_tasks.py: BaseTaskTests.test_task_set_methods)") {
    stage on; // on a task<R> it does not compile (compile_fail/); as a future it is refused
    const lasti::task<std::string> t = on.loop.create_task(returning<std::string>("ko"));
    const lasti::future<std::string> as_future = t;
    CHECK_THROWS_WITH_AS(as_future.set_result("ok"), doctest::Contains("not support set_result"), lasti::runtime_error);
    CHECK_THROWS_WITH_AS(as_future.set_exception(lasti::value_error("x")), doctest::Contains("not support set_exception"), lasti::runtime_error);
    CHECK(on.loop.run_until_complete(t) == "ko");
}

TEST_CASE("nor while it sleeps (test_asyncio/test_tasks.py: SetMethodsTest.test_set_result_causes_invalid_state)") {
    stage on;
    const lasti::task<int> t = on.loop.create_task(lasti::as_coroutine(lasti::sleep(0.1, 10)));
    on.loop.poll();
    CHECK_THROWS_AS(static_cast<lasti::future<int> const&>(t).set_result(1), lasti::runtime_error);
    CHECK(on.loop.run_until_complete(t) == 10);
}

TEST_CASE("nor its exception (test_asyncio/test_tasks.py: SetMethodsTest.test_set_exception_causes_invalid_state)") {
    stage on;
    const lasti::task<int> t = on.loop.create_task(lasti::as_coroutine(lasti::sleep(0.1, 10)));
    on.loop.poll();
    CHECK_THROWS_AS(static_cast<lasti::future<int> const&>(t).set_exception(std::out_of_range("x")), lasti::runtime_error);
    CHECK(on.loop.run_until_complete(t) == 10);
}

TEST_CASE("a task waits for the future (test_asyncio/test_tasks.py: BaseTaskTests.test_step_result_future)") {
    stage on;
    const lasti::future<std::shared_ptr<int>> f = on.loop.create_future<std::shared_ptr<int>>();
    const lasti::task<std::shared_ptr<int>> t = on.loop.create_task(gives(f));
    on.run_briefly();
    CHECK(contains(f.repr(), " cb=1"));
    const std::shared_ptr<int> object = std::make_shared<int>(1);
    f.set_result(object);
    on.run_briefly();
    CHECK(t.result() == object);
}

TEST_CASE("a coroutine may return a future "
          "(test_asyncio/test_tasks.py: BaseTaskTests.test_coroutine_non_gen_function_return_future)") {
    stage on;
    const lasti::future<int> f = on.loop.create_future<int>();
    const lasti::task<lasti::future<int>> a = on.loop.create_task(returning(f));
    const lasti::task<> b = on.loop.create_task(COROUTINE(void) { BEGIN; f.set_result(1); END; });
    CHECK(on.loop.run_until_complete(a) == f);
    CHECK(b.done());
}

TEST_CASE("the running task (test_asyncio/test_tasks.py: BaseTaskTests.test_current_task)") {
    stage on;
    lasti::any_task seen;
    lasti::any_task* const where = &seen;
    CHECK_FALSE(on.loop.current_task());
    const lasti::task<> t = on.loop.create_task(COROUTINE(void) { BEGIN; *where = lasti::current_task(); END; });
    on.loop.run_until_complete(t);
    CHECK(seen == t);
    CHECK_FALSE(on.loop.current_task());
}

TEST_CASE("tasks that take turns (test_asyncio/test_tasks.py: BaseTaskTests.test_current_task_with_interleaving_tasks)") {
    stage on;
    const lasti::future<> one = on.loop.create_future(), two = on.loop.create_future();
    const trace note = on.note;
    on.loop.create_task(COROUTINE(void) {
        BEGIN;
        note(lasti::current_task().get_name());
        AWAIT(one);
        note(lasti::current_task().get_name());
        two.set_result();
        END;
    }, "a");
    on.loop.create_task(COROUTINE(void) {
        BEGIN;
        note(lasti::current_task().get_name());
        one.set_result();
        AWAIT(two);
        note(lasti::current_task().get_name());
        END;
    }, "b");
    on.loop.run();
    CHECK(on.note.take() == "a b a b");
    CHECK_FALSE(on.loop.current_task());
}

TEST_SUITE_END();
