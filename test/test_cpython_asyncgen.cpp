// CPython's test_asyncgen.py: async generators driven by hand.
// test_cpython_asyncgen_*.cpp have the rest of it; conformance/catalogue.csv lists what became of each test.
#include <lasti/async_generator.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <utility>

#include <lasti/generator.hpp>

#include "support/awaiting.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::async_generator<int> ints;
typedef lasti::generator<int> sync_ints;

struct await_error : std::runtime_error {
    await_error() : std::runtime_error("awaited") {}
};
struct zero_division_error : std::runtime_error {
    zero_division_error() : std::runtime_error("division by zero") {}
};
struct my_error : std::runtime_error {
    my_error() : std::runtime_error("mine") {}
};

lasti::coroutine<> awaitable(bool throws = false) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        if (throws) RAISE(await_error());
        END;
    };
}

/// All that it yields, as text; or what it raises.
std::string to_list(ints ag) {
    trace note;
    int item = 0;
    const lasti::error e = raised_by_hand(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(item, ag) note(item); END_ASYNC_FOR
        END;
    }));
    if (e) note(e.what());
    return note.take();
}

/// What each next() gives or raises, until the end, which is "STOP".
std::string iterated(sync_ints g) {
    trace note;
    for (;;) {
        const lasti::error e = thrown_by([&] { note(lasti::next(g)); });
        if (e.is<lasti::stop_iteration>()) return note.take() + " STOP";
        if (e) note(e.what());
    }
}
std::string iterated(ints ag) {
    trace note;
    for (;;) {
        const lasti::coroutine<int> c = lasti::as_coroutine(ag.anext());
        const lasti::error e = raised_by_hand(c);
        if (e.is<lasti::stop_async_iteration>()) return note.take() + " STOP";
        if (e) note(e.what());
        else note(c.result());
    }
}

/// Awaits for ever, and swallows my_error.
lasti::async_generator<int, int> swallows(bool yields_first) {
    return ASYNC_GENERATOR(int, int) {
        BEGIN;
        if (yields_first) {
            TRY { YIELD(1); } EXCEPT(my_error) {} END_TRY
        }
        for (;;) {
            TRY { AWAIT(lasti::sleep(1)); } EXCEPT(my_error) {} END_TRY
        }
        END;
    };
}
const std::string anext_running = "anext(): asynchronous generator is already running";
const std::string athrow_running = "athrow(): asynchronous generator is already running";

/// A second operation is refused when something is thrown into it, and cannot be used again.
template <class A>
void check_second(A operation, std::string const& message) {
    const auto second = lasti::as_coroutine(std::move(operation));
    CHECK(is_runtime_error(thrown_by([&] { second.throw_(my_error()); }), message));
    CHECK(is_runtime_error(thrown_by([&] { second.send(); }), "cannot reuse already awaited"));
}

/// Waits in a GeneratorExit, too.
ints waits_on(bool yields_first) {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        if (yields_first) {
            TRY { YIELD(1); } EXCEPT(my_error) {} END_TRY
        }
        TRY { AWAIT(lasti::sleep(1)); } EXCEPT(lasti::generator_exit) { AWAIT(lasti::sleep(1)); } END_TRY
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

} // namespace

TEST_SUITE_BEGIN("CPython: test_asyncgen");

TEST_CASE("items between awaits (test_asyncgen.py: AsyncGenTest.test_async_gen_iteration_01)") {
    CHECK(to_list(ASYNC_GENERATOR(int) {
        BEGIN;
        AWAIT(awaitable());
        YIELD(123);
        AWAIT(awaitable());
        YIELD(456);
        AWAIT(awaitable());
        YIELD(789);
        END;
    }) == "123 456 789");
}

TEST_CASE("an operation by hand (test_asyncgen.py: AsyncGenTest.test_async_gen_iteration_02)") {
    const ints g = ASYNC_GENERATOR(int) {
        BEGIN;
        AWAIT(awaitable());
        YIELD(123);
        AWAIT(awaitable());
        END;
    };
    const ints ai = g.aiter();
    const lasti::coroutine<int> first = lasti::as_coroutine(ai.anext());
    CHECK(first.send().describe() == "sleep 1 s");
    const lasti::error stop = thrown_by([&] { first.send(); });
    REQUIRE(stop.is<lasti::stop_iteration_value<int>>());
    CHECK(stop.as<lasti::stop_iteration_value<int>>()->value() == 123);
    const lasti::coroutine<int> second = lasti::as_coroutine(ai.anext());
    second.send();
    CHECK_THROWS_AS(second.send(), lasti::stop_async_iteration);
}

TEST_CASE("what an await raises comes out (test_asyncgen.py: AsyncGenTest.test_async_gen_exception_03)") {
    CHECK(to_list(ASYNC_GENERATOR(int) {
        BEGIN;
        AWAIT(awaitable());
        YIELD(123);
        AWAIT(awaitable(true));
        YIELD(456);
        END;
    }) == "123 awaited");
}

TEST_CASE("what the body raises comes out of anext() (test_asyncgen.py: AsyncGenTest.test_async_gen_exception_04)") {
    const ints g = ASYNC_GENERATOR(int) {
        BEGIN;
        AWAIT(awaitable());
        YIELD(123);
        throw zero_division_error();
        END;
    };
    const lasti::coroutine<int> an = lasti::as_coroutine(g.anext());
    an.send();
    CHECK_THROWS_AS(an.send(), lasti::stop_iteration_value<int>);
    CHECK_THROWS_AS(lasti::as_coroutine(g.anext()).send(), zero_division_error);
}

TEST_CASE("A2: StopAsyncIteration leaves the body (test_asyncgen.py: AsyncGenTest.test_async_gen_exception_05)") {
    CHECK(starts_with(to_list(ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(123);
        RAISE(lasti::stop_async_iteration());
        END;
    }), "123 async generator raised StopAsyncIteration"));
}

TEST_CASE("A2: StopIteration leaves the body (test_asyncgen.py: AsyncGenTest.test_async_gen_exception_06)") {
    CHECK(starts_with(to_list(ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(123);
        RAISE(lasti::stop_iteration());
        END;
    }), "123 async generator raised StopIteration"));
}

TEST_CASE("yields in a FINALLY (test_asyncgen.py: AsyncGenTest.test_async_gen_exception_07)") {
    const std::string sync = iterated(sync_ints(GENERATOR(int) {
        BEGIN;
        TRY { YIELD(1); RAISE(zero_division_error()); } FINALLY { YIELD(2); YIELD(3); } END_TRY
        YIELD(100);
        END;
    }));
    CHECK(sync == "1 2 3 division by zero STOP");
    CHECK(iterated(ints(ASYNC_GENERATOR(int) {
        BEGIN;
        TRY { YIELD(1); RAISE(zero_division_error()); } FINALLY { YIELD(2); YIELD(3); } END_TRY
        YIELD(100);
        END;
    })) == sync);
}

TEST_CASE("a FINALLY that raises (test_asyncgen.py: AsyncGenTest.test_async_gen_exception_08)") {
    const std::string sync = iterated(sync_ints(GENERATOR(int) {
        BEGIN;
        TRY { YIELD(1); } FINALLY { YIELD(2); RAISE(zero_division_error()); YIELD(3); } END_TRY
        YIELD(100);
        END;
    }));
    CHECK(sync == "1 2 division by zero STOP");
    CHECK(iterated(ints(ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
            AWAIT(awaitable());
        } FINALLY {
            AWAIT(awaitable());
            YIELD(2);
            RAISE(zero_division_error());
            YIELD(3);
        } END_TRY
        YIELD(100);
        END;
    })) == sync);
}

TEST_CASE("awaits around yields in a FINALLY (test_asyncgen.py: AsyncGenTest.test_async_gen_exception_09)") {
    CHECK(iterated(ints(ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            AWAIT(awaitable());
            YIELD(1);
            RAISE(zero_division_error());
        } FINALLY {
            YIELD(2);
            AWAIT(awaitable());
            YIELD(3);
        } END_TRY
        YIELD(100);
        END;
    })) == "1 2 3 division by zero STOP");
}

TEST_CASE("GeneratorExit thrown in comes back (test_asyncgen.py: AsyncGenTest.test_async_gen_exception_11)") {
    const sync_ints sg = GENERATOR(int) { BEGIN; YIELD(10); YIELD(20); END; };
    const std::string sync = iterated(sync_ints(GENERATOR(int) {
        BEGIN;
        YIELD(1);
        if (thrown_by([=] { lasti::next(sg); sg.throw_(lasti::generator_exit()); }).is<lasti::generator_exit>()) YIELD(2);
        YIELD(3);
        END;
    }));
    CHECK(sync == "1 2 3 STOP");
    const ints asg = ASYNC_GENERATOR(int) { BEGIN; YIELD(10); YIELD(20); END; };
    CHECK(iterated(ints(ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        AWAIT(asg.anext());
        TRY {
            AWAIT(asg.athrow(lasti::generator_exit()));
        } EXCEPT(lasti::generator_exit) {
            YIELD(2);
        } END_TRY
        YIELD(3);
        END;
    })) == sync);
}

TEST_CASE("A6: it awaits its own next item (test_asyncgen.py: AsyncGenTest.test_async_gen_exception_12)") {
    ints me;
    ints* const self_handle = &me;
    me = ASYNC_GENERATOR(int) {
        BEGIN;
        AWAIT(self_handle->anext());
        YIELD(123);
        END;
    };
    const lasti::coroutine<int> an = lasti::as_coroutine(me.anext());
    CHECK(is_runtime_error(thrown_by([&] { an.send(); }), anext_running));
    CHECK(is_runtime_error(thrown_by([&] { an.send(); }), "cannot reuse already awaited"));
}

TEST_CASE("A6: throw() of a second asend() "
          "(test_asyncgen.py: AsyncGenTest.test_async_gen_asend_throw_concurrent_with_send)") {
    const auto agen = swallows(false);
    const auto gen = lasti::as_coroutine(agen.anext());
    gen.send();
    check_second(agen.anext(), anext_running);
}

TEST_CASE("A6: throw() of an athrow() beside an asend() "
          "(test_asyncgen.py: AsyncGenTest.test_async_gen_athrow_throw_concurrent_with_send)") {
    const auto agen = swallows(false);
    const auto gen = lasti::as_coroutine(agen.anext());
    gen.send();
    check_second(agen.athrow(my_error()), athrow_running);
}

TEST_CASE("A6: throw() of an asend() beside an athrow() "
          "(test_asyncgen.py: AsyncGenTest.test_async_gen_asend_throw_concurrent_with_throw)") {
    const auto agen = swallows(true);
    CHECK_THROWS_AS(lasti::as_coroutine(agen.anext()).send(), lasti::stop_iteration);
    const auto gen = lasti::as_coroutine(agen.athrow(my_error()));
    gen.throw_(my_error());
    check_second(agen.asend(1), anext_running);
}

TEST_CASE("A6: throw() of a second athrow() "
          "(test_asyncgen.py: AsyncGenTest.test_async_gen_athrow_throw_concurrent_with_throw)") {
    const auto agen = swallows(true);
    CHECK_THROWS_AS(lasti::as_coroutine(agen.anext()).send(), lasti::stop_iteration);
    const auto gen = lasti::as_coroutine(agen.athrow(my_error()));
    gen.throw_(my_error());
    check_second(agen.athrow(my_error()), athrow_running);
}

TEST_CASE("what can be looked at (test_asyncgen.py: AsyncGenTest.test_async_gen_api_01)") {
    const ints g = yields_once();
    CHECK(g.ag_code().name == std::string("yields_once"));
    CHECK_FALSE(g.ag_await());
    CHECK(g.ag_frame());
    CHECK_FALSE(g.ag_running());
    const auto aclose = g.aclose();
    static_assert(lasti::is_awaitable<decltype(aclose)>::value, "");
    const unraisables reported;
    lasti::as_coroutine(aclose).close();
    CHECK(reported.count() == 0);
}

TEST_CASE("closing an asend() that goes on waiting "
          "(test_asyncgen.py: AsyncGenTest.test_async_gen_asend_close_runtime_error)") {
    const auto gen = lasti::as_coroutine(waits_on(false).anext());
    gen.send();
    CHECK(is_runtime_error(thrown_by([&] { gen.close(); }), "async generator ignored GeneratorExit"));
}

TEST_CASE("closing an athrow() that goes on waiting "
          "(test_asyncgen.py: AsyncGenTest.test_async_gen_athrow_close_runtime_error)") {
    const ints agen = waits_on(true);
    CHECK_THROWS_AS(lasti::as_coroutine(agen.anext()).send(), lasti::stop_iteration);
    const auto gen = lasti::as_coroutine(agen.athrow(my_error()));
    gen.send();
    CHECK(is_runtime_error(thrown_by([&] { gen.close(); }), "async generator ignored GeneratorExit"));
}

TEST_SUITE_END();
