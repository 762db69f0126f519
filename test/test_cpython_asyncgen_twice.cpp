// CPython's test_asyncgen.py: operations that are awaited twice, or never.
#include <lasti/async_generator.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include <lasti/task.hpp>

#include "support/awaiting.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::async_generator<int> ints;

struct my_error : std::runtime_error {
    my_error() : std::runtime_error("mine") {}
};

ints one_two() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        YIELD(2);
        END;
    };
}
ints yields_once() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        END;
    };
}
ints waits_for_ever() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        for (;;) AWAIT(lasti::sleep(1));
        END;
    };
}

/// Awaits what `operation` points to.
template <class A>
lasti::coroutine<> awaits(A const* operation) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(*operation);
        END;
    };
}

/// Dropping what `make` makes is reported, and so is dropping a coroutine of it.
template <class Make>
void check_reported(Make make, std::string const& name) {
    const unraisables reported;
    make();
    lasti::as_coroutine(make());
    REQUIRE(reported.count() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(reported[i].what.is<lasti::never_awaited>());
        CHECK(starts_with(reported[i].what.what(), "coroutine method '" + name + "' of 'yields_once' ("));
    }
}

} // namespace

TEST_SUITE_BEGIN("CPython: test_asyncgen: twice, or never");

TEST_CASE_FIXTURE(awaiting_stage, "A7: an anext() "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_await_same_anext_coro_twice)") {
    const ints it = one_two();
    const auto nxt = it.anext();
    await(awaits(&nxt));
    CHECK(is_runtime_error(raised_by(awaits(&nxt)), "cannot reuse already awaited __anext__()/asend()"));
    await(it.aclose());
}

TEST_CASE_FIXTURE(awaiting_stage, "A7: an aclose() "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_await_same_aclose_coro_twice)") {
    const ints it = one_two();
    const auto nxt = it.aclose();
    await(awaits(&nxt));
    CHECK(is_runtime_error(raised_by(awaits(&nxt)), "cannot reuse already awaited aclose()/athrow()"));
}

TEST_CASE("A7: an aclose() that is thrown into "
          "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_throw_same_aclose_coro_twice)") {
    const ints it = one_two();
    const auto nxt = lasti::as_coroutine(it.aclose());
    CHECK_THROWS_AS(nxt.throw_(lasti::generator_exit()), lasti::stop_iteration);
    CHECK(is_runtime_error(thrown_by([&] { nxt.throw_(lasti::generator_exit()); }), "cannot reuse already awaited"));
    CHECK_FALSE(it.ag_frame());
}

TEST_CASE("A7: an aclose() that something else is thrown into "
          "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_throw_custom_same_aclose_coro_twice)") {
    const ints it = one_two();
    const auto nxt = lasti::as_coroutine(it.aclose());
    CHECK_THROWS_AS(nxt.throw_(my_error()), my_error);
    CHECK(is_runtime_error(thrown_by([&] { nxt.throw_(my_error()); }), "cannot reuse already awaited"));
}

TEST_CASE("A7: an athrow() that is thrown into "
          "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_throw_custom_same_athrow_coro_twice)") {
    const ints it = one_two();
    const auto nxt = lasti::as_coroutine(it.athrow(my_error()));
    CHECK_THROWS_AS(nxt.throw_(my_error()), my_error);
    CHECK(is_runtime_error(thrown_by([&] { nxt.throw_(my_error()); }), "cannot reuse already awaited"));
}

TEST_CASE_FIXTURE(awaiting_stage, "A9: two aclose() "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_aclose_twice_with_different_coros)") {
    const ints it = one_two();
    await(it.aclose());
    await(it.aclose());
    CHECK_FALSE(it.ag_frame());
}

TEST_CASE_FIXTURE(awaiting_stage, "A4: aclose() at the end "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_aclose_after_exhaustion)") {
    const ints it = one_two();
    int item = 0;
    await(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(item, it) {} END_ASYNC_FOR
        AWAIT(it.aclose());
        END;
    }));
    CHECK_FALSE(it.ag_frame());
}

TEST_CASE_FIXTURE(awaiting_stage, "an aclose() as a task can be looked at "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_aclose_compatible_with_get_stack)") {
    const ints ag = one_two();
    loop.create_task(lasti::as_coroutine(ag.aclose()));
    CHECK(contains(loop.describe_tasks(), "in async aclose()"));
    loop.run();
    CHECK_FALSE(ag.ag_frame());
}

TEST_CASE("A7: asend() (test_asyncgen.py: TestUnawaitedWarnings.test_asend)") {
    check_reported([] { return yields_once().anext(); }, "anext");
}

TEST_CASE("A7: athrow() (test_asyncgen.py: TestUnawaitedWarnings.test_athrow)") {
    check_reported([] { return yields_once().athrow(my_error()); }, "athrow");
}

TEST_CASE("A7: aclose() (test_asyncgen.py: TestUnawaitedWarnings.test_aclose)") {
    check_reported([] { return yields_once().aclose(); }, "aclose");
}

TEST_CASE("A7: aclose() that was thrown into (test_asyncgen.py: TestUnawaitedWarnings.test_aclose_throw)") {
    const unraisables reported;
    {
        const ints g = yields_once();
        CHECK_THROWS_AS(lasti::as_coroutine(g.aclose()).throw_(my_error()), my_error);
    }
    CHECK(reported.count() == 0);
}

TEST_CASE("A7: a second asend() (test_asyncgen.py: TestUnawaitedWarnings.test_asend_send_already_running)") {
    const unraisables reported;
    const auto agen = waits_for_ever();
    const auto gen = lasti::as_coroutine(agen.anext());
    gen.send();
    CHECK(is_runtime_error(raised_by_hand(lasti::as_coroutine(agen.anext())), "anext(): asynchronous generator is already running"));
    CHECK(reported.count() == 0);
}

TEST_CASE("A7: an athrow() beside it (test_asyncgen.py: TestUnawaitedWarnings.test_athrow_send_already_running)") {
    const unraisables reported;
    const auto agen = waits_for_ever();
    const auto gen = lasti::as_coroutine(agen.anext());
    gen.send();
    CHECK(is_runtime_error(raised_by_hand(lasti::as_coroutine(agen.athrow(my_error()))), "athrow(): asynchronous generator is already running"));
    CHECK(reported.count() == 0);
}

TEST_SUITE_END();
