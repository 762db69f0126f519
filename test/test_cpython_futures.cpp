// CPython's test_asyncio/test_futures.py: the states of a future, its callbacks, and what is logged of it.
// conformance/catalogue.csv lists what became of each test.
#include <lasti/future.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/shield.hpp>

#include "support/cpython.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::future<int> future;

std::string exception_of(lasti::any_future const& f) { return f.exception() ? f.exception().what() : "none"; }

// Sets all that can be set of a future that is done.
void check_is_over(future const& f) {
    CHECK_THROWS_AS(f.set_result(1), lasti::invalid_state_error);
    CHECK_THROWS_AS(f.set_exception(std::out_of_range("x")), lasti::invalid_state_error);
    CHECK_FALSE(f.cancel());
}

} // namespace

TEST_SUITE_BEGIN("CPython's test_futures: states");

TEST_CASE("what is a future (test_asyncio/test_futures.py: BaseFutureTests.test_isfuture)") {
    CHECK((std::is_base_of<lasti::any_future, future>::value));
    CHECK((std::is_base_of<lasti::any_future, lasti::task<int>>::value));
    CHECK_FALSE((std::is_base_of<lasti::any_future, lasti::coroutine<int>>::value));
}

TEST_CASE("the beginning (test_asyncio/test_futures.py: BaseFutureTests.test_initial_state)") {
    stage on;
    const future f = on.loop.create_future<int>();
    CHECK_FALSE(f.cancelled());
    CHECK_FALSE(f.done());
    f.cancel();
    CHECK(f.cancelled());
}

TEST_CASE("without a loop (test_asyncio/test_futures.py: BaseFutureTests.test_constructor_without_loop)") {
    CHECK_THROWS_WITH_AS(lasti::get_running_loop().create_future<int>(), "no running event loop", lasti::runtime_error);
}

TEST_CASE("in a loop (test_asyncio/test_futures.py: BaseFutureTests.test_constructor_use_running_loop)") {
    stage on;
    future f;
    on.loop.call_soon([&f] { f = lasti::get_running_loop().create_future<int>(); });
    on.loop.poll();
    CHECK(&f.get_loop() == &on.loop);
}

TEST_CASE("the message (test_asyncio/test_futures.py: BaseFutureTests.test_future_cancel_message_getter)") {
    stage on;
    const future f = on.loop.create_future<int>();
    f.cancel("my message");
    CHECK(cancelled_with([&] { on.loop.run_until_complete(f); }) == "my message");
    CHECK(cancelled_with([&] { f.result(); }) == "my message");
}

TEST_CASE("cancelled (test_asyncio/test_futures.py: BaseFutureTests.test_cancel)") {
    stage on;
    const future f = on.loop.create_future<int>();
    CHECK(f.cancel());
    CHECK(f.cancelled());
    CHECK(f.done());
    CHECK(cancelled_with([&] { f.result(); }) == "");
    CHECK(cancelled_with([&] { f.exception(); }) == "");
    check_is_over(f);
}

TEST_CASE("a result (test_asyncio/test_futures.py: BaseFutureTests.test_result)") {
    stage on;
    const future f = on.loop.create_future<int>();
    CHECK_THROWS_AS(f.result(), lasti::invalid_state_error);
    f.set_result(42);
    CHECK_FALSE(f.cancelled());
    CHECK(f.done());
    CHECK(f.result() == 42);
    CHECK_FALSE(f.exception());
    check_is_over(f);
}

TEST_CASE("an exception (test_asyncio/test_futures.py: BaseFutureTests.test_exception)") {
    stage on;
    const lasti::error problem = lasti::error::make(lasti::runtime_error("x"));
    const future f = on.loop.create_future<int>();
    CHECK_THROWS_AS(f.exception(), lasti::invalid_state_error);
    f.set_exception(problem);
    CHECK_FALSE(f.cancelled());
    CHECK(f.done());
    CHECK_THROWS_AS(f.result(), lasti::runtime_error);
    CHECK(f.exception() == problem);
    check_is_over(f);
}

TEST_CASE("a StopIteration (test_asyncio/test_futures.py: BaseFutureTests.test_stop_iteration_exception)") {
    stage on;
    const future f = on.loop.create_future<int>();
    f.set_exception(lasti::stop_iteration());
    CHECK_FALSE(f.cancelled());
    CHECK(f.done());
    CHECK_THROWS_AS(f.result(), lasti::runtime_error);
    CHECK(contains(f.exception().what(), "StopIteration interacts badly"));
    CHECK(contains(f.exception().what(), "cannot be raised"));
    CHECK(f.exception().cause().is<lasti::stop_iteration>());
}

TEST_CASE("awaited twice (test_asyncio/test_futures.py: BaseFutureTests.test_yield_from_twice)") {
    stage on;
    const future f = on.loop.create_future<int>();
    int x = 0, y = 0;
    const trace note = on.note;
    const lasti::coroutine<> c = COROUTINE(void) {
        BEGIN;
        note("A");
        AWAIT_SET(x, f);
        note(x);
        AWAIT_SET(y, f); // does not suspend
        note(y);
        END;
    };
    CHECK(c.send().describe() == "a future");
    CHECK(on.note.take() == "A");
    f.set_result(42);
    CHECK_THROWS_AS(c.send(), lasti::stop_iteration);
    CHECK(on.note.take() == "42 42");
}

TEST_CASE("repr (test_asyncio/test_futures.py: BaseFutureTests.test_future_repr)") {
    stage on; // without the names of callbacks, and where it was made, which nobody knows
    future f = on.loop.create_future<int>();
    CHECK(f.repr() == "<Future pending>");
    f.cancel();
    CHECK(f.repr() == "<Future cancelled>");
    f = on.loop.create_future<int>();
    f.set_result(4);
    CHECK(f.repr() == "<Future finished>");
    f = on.loop.create_future<int>();
    f.set_exception(lasti::runtime_error("x"));
    CHECK(f.repr() == "<Future finished exception=lasti::runtime_error('x')>");
    CHECK(exception_of(f) == "x");
    f = on.loop.create_future<int>();
    for (int i = 1; i <= 10; ++i) {
        f.add_done_callback([](future) {});
        CHECK(f.repr() == "<Future pending cb=" + std::to_string(i) + ">");
    }
    f.cancel();
    CHECK(f.repr() == "<Future cancelled>");
}

TEST_CASE("a state that is copied (test_asyncio/test_futures.py: BaseFutureTests.test_copy_state)") {
    stage on; // by a shield, since the function that does it is no one's to call
    const future result = on.loop.create_future<int>(), failed = on.loop.create_future<int>(), cancelled = on.loop.create_future<int>();
    const future to_result = lasti::shield(result), to_failed = lasti::shield(failed), to_cancelled = lasti::shield(cancelled);
    result.set_result(10);
    failed.set_exception(lasti::runtime_error("x"));
    cancelled.cancel();
    on.run_briefly();
    CHECK(to_result.result() == 10);
    CHECK(to_failed.exception() == failed.exception());
    CHECK(to_cancelled.cancelled());
}

TEST_CASE("a result with parts (test_asyncio/test_futures.py: BaseFutureTests.test_future_stop_iteration_args)") {
    typedef std::tuple<int, int> pair;
    stage on;
    const lasti::future<pair> f = on.loop.create_future<pair>();
    f.set_result(pair(1, 2));
    const lasti::error ended = thrown_by([&] { gives(f).send(); });
    REQUIRE(ended.is<lasti::stop_iteration_value<pair>>());
    CHECK(ended.as<lasti::stop_iteration_value<pair>>()->value() == pair(1, 2));
}

TEST_CASE("an exception thrown in at the await (test_asyncio/test_futures.py: BaseFutureTests.test_future_iter_throw)") {
    stage on;
    const future f = on.loop.create_future<int>();
    lasti::coroutine<int> c = gives(f);
    c.send();
    CHECK_THROWS_WITH_AS(c.throw_(std::out_of_range("zebra")), "zebra", std::out_of_range);
    c = gives(f);
    c.send();
    CHECK_THROWS_AS(c.throw_(lasti::error()), lasti::type_error);
    CHECK_FALSE(f.done());
}

// ---- what is logged --------------------------------------------------------------------------------

namespace {

// What is reported when a future dies with which `use` was made.
template <class Use>
std::string reported_of(Use use) {
    stage on;
    use(on.loop.create_future<int>());
    on.run_briefly();
    return on.reported.messages();
}

} // namespace

TEST_CASE("pending (test_asyncio/test_futures.py: BaseFutureTests.test_tb_logger_abandoned)") {
    CHECK(reported_of([](future) {}) == "");
}
TEST_CASE("cancelled when it had failed (test_asyncio/test_futures.py: BaseFutureTests.test_tb_logger_not_called_after_cancel)") {
    CHECK(reported_of([](future f) {
        f.set_exception(std::out_of_range("x"));
        f.cancel();
    }) == "");
}
TEST_CASE("a result nobody wanted (test_asyncio/test_futures.py: BaseFutureTests.test_tb_logger_result_unretrieved)") {
    CHECK(reported_of([](future f) { f.set_result(42); }) == "");
}
TEST_CASE("a result (test_asyncio/test_futures.py: BaseFutureTests.test_tb_logger_result_retrieved)") {
    CHECK(reported_of([](future f) {
        f.set_result(42);
        f.result();
    }) == "");
}
TEST_CASE("an exception nobody saw (test_asyncio/test_futures.py: BaseFutureTests.test_tb_logger_exception_unretrieved)") {
    CHECK(reported_of([](future f) { f.set_exception(lasti::runtime_error("boom")); }) == "Future exception was never retrieved\n");
}
TEST_CASE("one that was asked for (test_asyncio/test_futures.py: BaseFutureTests.test_tb_logger_exception_retrieved)") {
    CHECK(reported_of([](future f) {
        f.set_exception(lasti::runtime_error("boom"));
        f.exception();
    }) == "");
}
TEST_CASE("one that was raised (test_asyncio/test_futures.py: BaseFutureTests.test_tb_logger_exception_result_retrieved)") {
    CHECK(reported_of([](future f) {
        f.set_exception(lasti::runtime_error("boom"));
        CHECK_THROWS_AS(f.result(), lasti::runtime_error);
    }) == "");
}

TEST_CASE("the report (test_asyncio/test_futures.py: BaseFutureTests.test_future_exception_never_retrieved)") {
    stage on;
    const lasti::error problem = lasti::error::make(std::bad_alloc());
    on.loop.create_future<int>().set_exception(problem);
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].message == "Future exception was never retrieved");
    CHECK(on.reported[0].exception == problem);
}

// ---- callbacks -------------------------------------------------------------------------------------

namespace {

// A future with callbacks that note 42, 17 and 100; those that are to be removed are cancelled, by their handles.
std::string called(std::vector<std::size_t> removed) {
    stage on;
    const trace note = on.note;
    const lasti::future<std::string> f = on.loop.create_future<std::string>();
    std::vector<lasti::handle> handles;
    for (int n : {42, 17, 100}) handles.push_back(f.add_done_callback([note, n](lasti::future<std::string>) { note(n); }));
    for (std::size_t i : removed) handles[i].cancel();
    CHECK(on.note.take() == "");
    f.set_result("foo");
    on.run_briefly();
    CHECK(f.result() == "foo");
    return on.note.take();
}

} // namespace

TEST_SUITE_BEGIN("CPython's test_futures: callbacks");

TEST_CASE("the first removed (test_asyncio/test_futures.py: BaseFutureDoneCallbackTests.test_callbacks_remove_first_callback)") {
    CHECK(called({0, 0}) == "17 100");
}
TEST_CASE("the first two removed "
          "(test_asyncio/test_futures.py: BaseFutureDoneCallbackTests.test_callbacks_remove_first_and_second_callback)") {
    CHECK(called({0, 1, 0}) == "100");
}
TEST_CASE("the last removed (test_asyncio/test_futures.py: BaseFutureDoneCallbackTests.test_callbacks_remove_third_callback)") {
    CHECK(called({2, 2}) == "42 17");
}
TEST_CASE("called for a result (test_asyncio/test_futures.py: BaseFutureDoneCallbackTests.test_callbacks_invoked_on_set_result)") {
    CHECK(called({}) == "42 17 100");
}

TEST_CASE("called for an exception "
          "(test_asyncio/test_futures.py: BaseFutureDoneCallbackTests.test_callbacks_invoked_on_set_exception)") {
    stage on;
    const trace note = on.note;
    const future f = on.loop.create_future<int>();
    f.add_done_callback([note](future) { note(100); });
    const lasti::error problem = lasti::error::make(lasti::runtime_error("x"));
    f.set_exception(problem);
    CHECK(on.note.take() == "");
    on.run_briefly();
    CHECK(on.note.take() == "100");
    CHECK(f.exception() == problem);
}

TEST_CASE("one function several times "
          "(test_asyncio/test_futures.py: BaseFutureDoneCallbackTests.test_remove_done_callback)") {
    stage on; // each has a handle of its own
    const trace note = on.note;
    const future f = on.loop.create_future<int>();
    const std::function<void(future)> one = [note](future) { note(1); }, two = [note](future) { note(2); };
    std::vector<lasti::handle> ones = {f.add_done_callback(one)};
    const lasti::handle other = f.add_done_callback(two);
    other.cancel();
    f.add_done_callback(two);
    for (int i = 0; i < 5; ++i) ones.push_back(f.add_done_callback(one));
    for (lasti::handle const& h : ones) h.cancel();
    f.set_result(1);
    on.run_briefly();
    CHECK(on.note.take() == "2");
}

TEST_CASE("one that removes others which are on their way "
          "(test_asyncio/test_futures.py: BaseFutureDoneCallbackTests.test_schedule_callbacks_list_mutation_1)") {
    stage on; // CPython still calls them
    const trace note = on.note;
    const future f = on.loop.create_future<int>();
    std::vector<lasti::handle> others;
    std::vector<lasti::handle>* const to_remove = &others;
    f.add_done_callback([to_remove](future) {
        for (lasti::handle const& h : *to_remove) h.cancel();
    });
    for (int i = 0; i < 2; ++i) others.push_back(f.add_done_callback([note](future) { note("not expected"); }));
    f.set_result(1);
    on.run_briefly();
    CHECK(on.note.take() == "");
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("CPython's test_futures2");

namespace {

const lasti::context_var<std::string> name("name", "foo");

lasti::coroutine<> fails(std::string sets) {
    return COROUTINE(void) { BEGIN; name.set(sets); RAISE(lasti::type_error("42")); END; };
}

lasti::coroutine<> awaits_often(trace note) {
    const lasti::task<> t = lasti::create_task(fails("bar"));
    int i = 0;
    return COROUTINE(void) {
        BEGIN;
        for (; i < 5; ++i) {
            TRY
                AWAIT(t);
            EXCEPT(lasti::type_error)
                note(self.handled().context() ? "with a context" : self.handled().what());
            END_TRY
        }
        END;
    };
}

/// Notes what the handler sees in `name`.
void note_context(stage& on) {
    const trace note = on.note;
    on.loop.set_exception_handler([note](lasti::exception_context const&) { note(name.get()); });
}

} // namespace

TEST_CASE("a failure that is retrieved often does not grow "
          "(test_asyncio/test_futures2.py: FutureTests.test_future_traceback)") {
    stage on;
    const trace note = on.note;
    on.loop.call_soon([=] { lasti::create_task(awaits_often(note)); });
    on.loop.run();
    CHECK(on.note.take() == "42 42 42 42 42");
}

TEST_CASE("EH1: a task's handler sees its context "
          "(test_asyncio/test_futures2.py: FutureTests.test_task_exc_handler_correct_context)") {
    stage on;
    note_context(on);
    on.loop.create_task(fails("bar"));
    on.loop.run();
    CHECK(on.note.take() == "bar");
    CHECK(name.get() == "foo");
}

TEST_CASE("EH1: a callback's handler sees its context "
          "(test_asyncio/test_futures2.py: FutureTests.test_handle_exc_handler_correct_context)") {
    stage on;
    note_context(on);
    on.loop.call_soon([] {
        name.set("bar");
        throw std::out_of_range("x");
    });
    on.loop.run();
    CHECK(on.note.take() == "bar");
    CHECK(name.get() == "foo");
}

TEST_SUITE_END();
