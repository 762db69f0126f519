// CPython's test_asyncio/test_tasks.py: gather().
// conformance/catalogue.csv lists what became of each test.
#include <lasti/gather.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "support/cpython.hpp"
#include "support/unraisable.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::vector<lasti::future<int>> futures;

futures make_futures(lasti::event_loop& loop, int n) {
    futures made;
    for (int i = 0; i < n; ++i) made.push_back(loop.create_future<int>());
    return made;
}

// Of the futures themselves, or of coroutines that await them: CPython runs each test with both.
template <class Gather>
auto gather_them(stage& on, futures const& all, bool coroutines, Gather gather) -> decltype(gather(futures())) {
    if (!coroutines) return gather(all);
    futures tasks;
    for (lasti::future<int> const& f : all) tasks.push_back(on.loop.create_task(gives(f)));
    return gather(tasks);
}

struct plainly {
    lasti::future<std::vector<int>> operator()(futures const& all) const { return lasti::gather(all); }
};
struct with_exceptions {
    lasti::future<std::vector<lasti::outcome<int>>> operator()(futures const& all) const {
        return lasti::gather(lasti::return_exceptions, all);
    }
};

template <class T>
void note_end(lasti::future<T> f, trace note) {
    f.add_done_callback([note](lasti::future<T>) { note("end"); });
}

void run_loop(stage& on) {
    while (on.loop.poll()) {}
}

} // namespace

TEST_SUITE_BEGIN("CPython's test_tasks: gather");

TEST_CASE("results (test_asyncio/test_tasks.py: GatherTestsBase.test_success)") {
    for (bool coroutines : {false, true}) {
        stage on;
        const futures f = make_futures(on.loop, 3);
        const auto all = gather_them(on, f, coroutines, plainly());
        note_end(all, on.note);
        f[1].set_result(1);
        f[0].set_result(2);
        run_loop(on);
        CHECK(on.note.take() == "");
        CHECK_FALSE(all.done());
        f[2].set_result(3);
        run_loop(on);
        CHECK(on.note.take() == "end");
        CHECK(all.result() == std::vector<int>{2, 1, 3});
    }
}

TEST_CASE("… where exceptions are results (test_asyncio/test_tasks.py: GatherTestsBase.test_result_exception_success)") {
    for (bool coroutines : {false, true}) {
        stage on;
        const futures f = make_futures(on.loop, 3);
        const auto all = gather_them(on, f, coroutines, with_exceptions());
        note_end(all, on.note);
        f[1].set_result(1);
        f[0].set_result(2);
        run_loop(on);
        CHECK_FALSE(all.done());
        f[2].set_result(3);
        run_loop(on);
        CHECK(on.note.take() == "end");
        CHECK(all.result()[0].value() == 2);
        CHECK(all.result()[2].value() == 3);
    }
}

TEST_CASE("one exception (test_asyncio/test_tasks.py: GatherTestsBase.test_one_exception)") {
    for (bool coroutines : {false, true}) {
        stage on;
        const futures f = make_futures(on.loop, 5);
        const auto all = gather_them(on, f, coroutines, plainly());
        note_end(all, on.note);
        const lasti::error problem = lasti::error::make(std::out_of_range("x"));
        f[0].set_result(1);
        f[1].set_exception(problem);
        run_loop(on);
        CHECK(on.note.take() == "end");
        CHECK(all.exception() == problem);
        f[2].set_result(3);
        f[3].cancel();
        f[4].set_exception(lasti::runtime_error("does nothing"));
        run_loop(on);
        CHECK(all.exception() == problem);
        CHECK(on.reported.count() == 0);
    }
}

TEST_CASE("exceptions as results (test_asyncio/test_tasks.py: GatherTestsBase.test_return_exceptions)") {
    for (bool coroutines : {false, true}) {
        stage on;
        const futures f = make_futures(on.loop, 4);
        const auto all = gather_them(on, f, coroutines, with_exceptions());
        note_end(all, on.note);
        const lasti::error one = lasti::error::make(std::out_of_range("x")), two = lasti::error::make(lasti::runtime_error("y"));
        f[1].set_result(1);
        f[2].set_exception(one);
        f[0].set_result(3);
        run_loop(on);
        CHECK_FALSE(all.done());
        f[3].set_exception(two);
        run_loop(on);
        CHECK(on.note.take() == "end");
        const auto results = all.result();
        CHECK(results[0].value() == 3);
        CHECK(results[1].value() == 1);
        CHECK(results[2].exception() == one);
        CHECK(results[3].exception() == two);
    }
}

TEST_CASE("of nothing, without a loop "
          "(test_asyncio/test_tasks.py: FutureGatherTests.test_constructor_empty_sequence_without_loop)") {
    CHECK_THROWS_WITH_AS(lasti::gather(), doctest::Contains("no running event loop"), lasti::runtime_error);
}

TEST_CASE("of nothing (test_asyncio/test_tasks.py: FutureGatherTests.test_constructor_empty_sequence_use_running_loop)") {
    stage on;
    lasti::future<std::tuple<>> all;
    on.loop.call_soon([&all] { all = lasti::gather(); });
    on.loop.poll();
    CHECK(&all.get_loop() == &on.loop);
    CHECK(all.done());
}

TEST_CASE("of two loops (test_asyncio/test_tasks.py: FutureGatherTests.test_constructor_heterogenous_futures)") {
    stage on, other;
    CHECK_THROWS_AS(lasti::gather(on.loop.create_future<int>(), other.loop.create_future<int>()), lasti::value_error);
}

TEST_CASE("of one (test_asyncio/test_tasks.py: FutureGatherTests.test_constructor_homogenous_futures)") {
    stage on;
    const futures f = make_futures(on.loop, 3);
    for (int again = 0; again < 2; ++again) {
        const auto all = lasti::gather(f);
        CHECK(&all.get_loop() == &on.loop);
        run_loop(on);
        CHECK_FALSE(all.done());
    }
}

TEST_CASE("one is cancelled (test_asyncio/test_tasks.py: FutureGatherTests.test_one_cancellation)") {
    stage on;
    const futures f = make_futures(on.loop, 5);
    const auto all = lasti::gather(f);
    note_end(all, on.note);
    f[0].set_result(1);
    f[1].cancel();
    run_loop(on);
    CHECK(on.note.take() == "end");
    CHECK_FALSE(all.cancelled());
    CHECK(all.exception().is<lasti::cancelled_error>());
    f[2].set_result(3);
    f[3].cancel();
    f[4].set_exception(lasti::runtime_error("does nothing"));
    run_loop(on);
    CHECK(on.reported.count() == 0);
}

TEST_CASE("cancelled ones as results (test_asyncio/test_tasks.py: FutureGatherTests.test_result_exception_one_cancellation)") {
    stage on;
    const futures f = make_futures(on.loop, 6);
    const auto all = lasti::gather(lasti::return_exceptions, f);
    note_end(all, on.note);
    f[0].set_result(1);
    f[1].set_exception(std::out_of_range("x"));
    f[2].cancel();
    run_loop(on);
    CHECK_FALSE(all.done());
    f[3].set_result(3);
    f[4].cancel();
    f[5].set_exception(lasti::runtime_error("y"));
    const auto results = on.loop.run_until_complete(all);
    CHECK(results[0].value() == 1);
    CHECK(results[1].exception().is<std::out_of_range>());
    CHECK(results[2].exception().is<lasti::cancelled_error>());
    CHECK(results[3].value() == 3);
    CHECK(results[4].exception().is<lasti::cancelled_error>());
    CHECK(results[5].exception().is<lasti::runtime_error>());
    run_loop(on);
    CHECK(on.note.take() == "end");
}

TEST_CASE("coroutines without a loop (test_asyncio/test_tasks.py: CoroutineGatherTests.test_constructor_without_loop)") {
    const unraisables told;
    CHECK_THROWS_WITH_AS(lasti::gather(returning(1), returning(2)), doctest::Contains("no running event loop"), lasti::runtime_error);
}

TEST_CASE("coroutines in a loop (test_asyncio/test_tasks.py: CoroutineGatherTests.test_constructor_use_running_loop)") {
    stage on;
    lasti::future<std::tuple<int, int>> all;
    on.loop.call_soon([&all] { all = lasti::gather(returning(1), returning(2)); });
    on.loop.poll();
    CHECK(&all.get_loop() == &on.loop);
    CHECK(on.loop.run_until_complete(all) == std::make_tuple(1, 2));
}

TEST_CASE("the same coroutine again and again (test_asyncio/test_tasks.py: CoroutineGatherTests.test_duplicate_coroutines)") {
    stage on;
    std::tuple<std::string, std::string, std::string, std::string> all;
    const lasti::coroutine<std::string> c = returning<std::string>("abc"), d = returning<std::string>("def");
    const trace note = on.note;
    on.loop.run_until_complete(COROUTINE(void) {
        BEGIN;
        AWAIT_SET(all, lasti::gather(c, c, d, c));
        note(std::get<0>(all) + std::get<1>(all) + std::get<2>(all) + std::get<3>(all));
        END;
    });
    CHECK(on.note.take() == "abcabcdefabc");
}

TEST_CASE("cancelling it (test_asyncio/test_tasks.py: CoroutineGatherTests.test_cancellation_broadcast)") {
    stage on;
    const lasti::future<int> waiter = on.loop.create_future<int>();
    const lasti::task<int> a = on.loop.create_task(gives(waiter)), b = on.loop.create_task(gives(waiter));
    const lasti::future<std::tuple<int, int>> gatherer = lasti::gather(a, b);
    const trace note = on.note;
    const lasti::task<> outer = on.loop.create_task(COROUTINE(void) { BEGIN; AWAIT(gatherer); note("not expected"); END; });
    on.run_briefly();
    CHECK(outer.cancel());
    CHECK(cancelled_with([&] { on.loop.run_until_complete(outer); }) == "");
    CHECK_FALSE(gatherer.cancel());
    CHECK(waiter.cancelled());
    CHECK(a.cancelled());
    CHECK(b.cancelled());
    on.run_briefly();
    CHECK(on.note.take() == "");
}

TEST_CASE("later exceptions are not reported (test_asyncio/test_tasks.py: CoroutineGatherTests.test_exception_marking)") {
    stage on;
    {
        struct inner {
            static lasti::coroutine<> of(lasti::future<> f) {
                return COROUTINE(void) { BEGIN; AWAIT(f); RAISE(lasti::runtime_error("should not be ignored")); END; };
            }
        };
        const lasti::future<> a = on.loop.create_future(), b = on.loop.create_future();
        const lasti::task<> outer = on.loop.create_task(COROUTINE(void) { BEGIN; AWAIT(lasti::gather(inner::of(a), inner::of(b))); END; });
        run_loop(on);
        a.set_result();
        on.run_briefly();
        b.set_result();
        run_loop(on);
        CHECK(outer.exception().is<lasti::runtime_error>());
    }
    CHECK(on.reported.count() == 0);
}

TEST_SUITE_END();
