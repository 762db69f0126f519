// CPython's test_asyncio/test_tasks.py: shield().
// conformance/catalogue.csv lists what became of each test.
#include <lasti/shield.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/gather.hpp>

#include "support/cpython.hpp"
#include "support/unraisable.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::vector<lasti::future<int>> futures;

} // namespace

TEST_SUITE_BEGIN("CPython's test_tasks: shield");

TEST_CASE("a result (test_asyncio/test_tasks.py: BaseTaskTests.test_shield_result)") {
    stage on;
    const lasti::future<int> inner = on.loop.create_future<int>(), outer = lasti::shield(inner);
    inner.set_result(42);
    CHECK(on.loop.run_until_complete(outer) == 42);
}

TEST_CASE("an exception (test_asyncio/test_tasks.py: BaseTaskTests.test_shield_exception)") {
    stage on;
    const lasti::future<int> inner = on.loop.create_future<int>(), outer = lasti::shield(inner);
    on.run_briefly();
    const lasti::error problem = lasti::error::make(lasti::runtime_error("expected"));
    inner.set_exception(problem);
    on.run_briefly();
    CHECK(outer.exception() == problem);
}

TEST_CASE("the inner one is cancelled (test_asyncio/test_tasks.py: BaseTaskTests.test_shield_cancel_inner)") {
    stage on;
    const lasti::future<int> inner = on.loop.create_future<int>(), outer = lasti::shield(inner);
    on.run_briefly();
    inner.cancel();
    on.run_briefly();
    CHECK(outer.cancelled());
}

TEST_CASE("the outer one is (test_asyncio/test_tasks.py: BaseTaskTests.test_shield_cancel_outer)") {
    stage on;
    const lasti::future<int> inner = on.loop.create_future<int>(), outer = lasti::shield(inner);
    on.run_briefly();
    outer.cancel();
    on.run_briefly();
    CHECK(outer.cancelled());
    CHECK(outer.repr() == "<Future cancelled>");
    CHECK_FALSE(inner.done());
}

TEST_CASE("a result that comes too late "
          "(test_asyncio/test_tasks.py: BaseTaskTests.test_shield_cancel_outer_result)") {
    stage on;
    const lasti::future<int> inner = on.loop.create_future<int>(), outer = lasti::shield(inner);
    on.run_briefly();
    outer.cancel();
    on.run_briefly();
    inner.set_result(1);
    on.run_briefly();
    CHECK(on.reported.count() == 0);
}

TEST_CASE("an exception that does is reported "
          "(test_asyncio/test_tasks.py: BaseTaskTests.test_shield_cancel_outer_exception)") {
    stage on;
    const lasti::future<int> inner = on.loop.create_future<int>(), outer = lasti::shield(inner);
    on.run_briefly();
    outer.cancel();
    on.run_briefly();
    inner.set_exception(std::out_of_range("foo"));
    on.run_briefly();
    CHECK(on.reported.messages() == "std::out_of_range exception in shielded future\n");
}

TEST_CASE("… once (test_asyncio/test_tasks.py: BaseTaskTests.test_shield_duplicate_log_once)") {
    stage on;
    const lasti::future<int> inner = on.loop.create_future<int>();
    for (int again = 0; again < 2; ++again) {
        const lasti::future<int> outer = lasti::shield(inner);
        on.run_briefly();
        outer.cancel();
        on.run_briefly();
    }
    inner.set_exception(std::out_of_range("foo"));
    on.run_briefly();
    CHECK(on.reported.count() == 1);
}

TEST_CASE("of what is done (test_asyncio/test_tasks.py: BaseTaskTests.test_shield_shortcut)") {
    stage on;
    const lasti::future<int> f = on.loop.create_future<int>();
    f.set_result(42);
    CHECK(on.loop.run_until_complete(lasti::shield(f)) == 42);
}

TEST_CASE("what it is for (test_asyncio/test_tasks.py: BaseTaskTests.test_shield_effect)") {
    stage on;
    const lasti::future<> waiter = on.loop.create_future();
    const trace note = on.note;
    const lasti::coroutine<> inner = COROUTINE(void) { BEGIN; AWAIT(waiter); note("inner"); END; };
    const lasti::task<> outer = on.loop.create_task(COROUTINE(void) { BEGIN; AWAIT(lasti::shield(inner)); note("outer"); END; });
    on.run_briefly();
    outer.cancel();
    CHECK(cancelled_with([&] { on.loop.run_until_complete(outer); }) == "");
    waiter.set_result();
    on.run_briefly();
    CHECK(on.note.take() == "inner");
}

TEST_CASE("of a gather (test_asyncio/test_tasks.py: BaseTaskTests.test_shield_gather)") {
    stage on;
    const futures f = {on.loop.create_future<int>(), on.loop.create_future<int>()};
    const auto parent = lasti::gather(f), outer = lasti::shield(parent);
    on.run_briefly();
    outer.cancel();
    on.run_briefly();
    CHECK(outer.cancelled());
    f[0].set_result(1);
    f[1].set_result(2);
    on.run_briefly();
    CHECK(parent.result() == std::vector<int>{1, 2});
}

TEST_CASE("gathered (test_asyncio/test_tasks.py: BaseTaskTests.test_gather_shield)") {
    stage on;
    const futures f = {on.loop.create_future<int>(), on.loop.create_future<int>()}, inner = {lasti::shield(f[0]), lasti::shield(f[1])};
    const auto parent = lasti::gather(inner);
    on.run_briefly();
    parent.cancel();
    on.run_briefly();
    CHECK(parent.exception().is<lasti::cancelled_error>());
    CHECK(inner[0].cancelled());
    CHECK(inner[1].cancelled());
    f[0].set_result(1);
    f[1].set_result(2);
    on.run_briefly();
}

TEST_CASE("without a loop (test_asyncio/test_tasks.py: BaseTaskTests.test_shield_coroutine_without_loop)") {
    const unraisables told;
    CHECK_THROWS_WITH_AS(lasti::shield(returning(42)), doctest::Contains("no running event loop"), lasti::runtime_error);
}

TEST_CASE("with one (test_asyncio/test_tasks.py: BaseTaskTests.test_shield_coroutine_use_running_loop)") {
    stage on;
    lasti::future<int> outer;
    on.loop.call_soon([&outer] { outer = lasti::shield(returning(42)); });
    on.loop.poll();
    CHECK(&outer.get_loop() == &on.loop);
    CHECK(on.loop.run_until_complete(outer) == 42);
}

TEST_SUITE_END();
