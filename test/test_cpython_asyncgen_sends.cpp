// CPython's test_asyncgen.py: asend() and athrow().
#include <lasti/async_generator.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <utility>

#include <lasti/task.hpp>

#include "support/tidying.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::async_generator<int> ints;
typedef lasti::async_generator<int, int> echoing;

struct zero_division_error : std::runtime_error {
    zero_division_error() : std::runtime_error("division by zero") {}
};
struct foo_error : std::runtime_error {
    foo_error() : std::runtime_error("foo") {}
};

struct fixture : tidying_stage {
    /// A sleep that is cancelled half way.
    lasti::coroutine<> sleep_n_crash(double delay) {
        lasti::event_loop* const on = &loop;
        lasti::task<> sleeping;
        return COROUTINE(void) {
            BEGIN;
            sleeping = lasti::ensure_future(lasti::sleep(delay));
            {
                const lasti::task<> t = sleeping;
                on->call_later(delay / 2, [t] { t.cancel(); });
            }
            AWAIT(sleeping);
            END;
        };
    }
};

template <class Y>
lasti::async_generator<Y> other_after_error(Y first, Y second) {
    return ASYNC_GENERATOR(Y) {
        BEGIN;
        TRY { YIELD(first); } EXCEPT(zero_division_error) { YIELD(second); } END_TRY
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("CPython: test_asyncgen: sends");

TEST_CASE_FIXTURE(fixture, "A1: asend() with awaits around "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_asend_01)") {
    int v = 0;
    const echoing g = ASYNC_GENERATOR(int, int) {
        BEGIN;
        TRY {
            AWAIT(lasti::sleep(0.01));
            YIELD_SET(v, 1);
            AWAIT(lasti::sleep(0.01));
            YIELD(v * 2);
            AWAIT(lasti::sleep(0.01));
            RETURN();
        } FINALLY {
            AWAIT(tidy_up());
        } END_TRY
        END;
    };
    CHECK(await(g.anext()) == 1);
    CHECK(await(g.asend(100)) == 200);
    CHECK(raised_by(g.anext()).is<lasti::stop_async_iteration>());
    CHECK(done.take() == "DONE");
}

TEST_CASE_FIXTURE(fixture, "A1: asend() into what fails "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_asend_02)") {
    const trace note = done;
    int v = 0;
    const auto crash = [] {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            AWAIT(lasti::sleep(0.01));
            RAISE(zero_division_error());
            END;
        });
    };
    const echoing g = ASYNC_GENERATOR(int, int) {
        BEGIN;
        TRY {
            YIELD_SET(v, 1);
            AWAIT(crash());
            note("behind");
            YIELD(v * 2);
        } FINALLY {
            AWAIT(tidy_up());
        } END_TRY
        END;
    };
    CHECK(await(g.anext()) == 1);
    CHECK(raised_by(g.asend(100)).is<zero_division_error>());
    CHECK(done.take() == "DONE");
}

TEST_CASE_FIXTURE(fixture, "A8: asend() into what is cancelled "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_asend_03)") {
    const trace note = done;
    fixture* const me = this;
    int v = 0;
    const echoing g = ASYNC_GENERATOR(int, int) {
        BEGIN;
        TRY {
            YIELD_SET(v, 1);
            AWAIT(me->sleep_n_crash(0.01));
            note("behind");
            YIELD(v * 2);
        } FINALLY {
            AWAIT(me->tidy_up());
        } END_TRY
        END;
    };
    CHECK(await(g.anext()) == 1);
    CHECK(raised_by(g.asend(100)).is<lasti::cancelled_error>());
    CHECK(done.take() == "DONE");
}

TEST_CASE_FIXTURE(fixture, "A3: athrow() that is caught "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_athrow_01)") {
    fixture* const me = this;
    int v = 0;
    const echoing g = ASYNC_GENERATOR(int, int) {
        BEGIN;
        TRY {
            AWAIT(lasti::sleep(0.01));
            TRY {
                YIELD_SET(v, 1);
            } EXCEPT(foo_error) {
                v = 1000;
                AWAIT(lasti::sleep(0.01));
            } END_TRY
            YIELD(v * 2);
            AWAIT(lasti::sleep(0.01));
        } FINALLY {
            AWAIT(me->tidy_up());
        } END_TRY
        END;
    };
    CHECK(await(g.anext()) == 1);
    CHECK(await(g.athrow(foo_error())) == 2000);
    CHECK(raised_by(g.anext()).is<lasti::stop_async_iteration>());
    CHECK(done.take() == "DONE");
}

TEST_CASE_FIXTURE(fixture, "A8: athrow() whose clause is cancelled "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_athrow_02)") {
    fixture* const me = this;
    const ints g = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            TRY { YIELD(1); } EXCEPT(foo_error) { AWAIT(me->sleep_n_crash(0.01)); } END_TRY
            YIELD(2);
        } FINALLY {
            AWAIT(me->tidy_up());
        } END_TRY
        END;
    };
    CHECK(await(g.anext()) == 1);
    CHECK(raised_by(g.athrow(foo_error())).is<lasti::cancelled_error>());
    CHECK(done.take() == "DONE");
}

TEST_CASE_FIXTURE(fixture, "A3: athrow() into a body that swallows it and ends "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_athrow_03)") {
    const ints g = swallows_once();
    await(g.anext());
    CHECK(raised_by(g.athrow(lasti::value_error(""))).is<lasti::stop_async_iteration>());
    CHECK(done.take() == "DONE");
}

TEST_CASE_FIXTURE(fixture, "tuples are values as any other "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_athrow_tuple)") {
    typedef std::pair<int, int> tuple;
    const auto g = other_after_error(tuple(1, 1), tuple(2, 2));
    CHECK((await(g.anext()) == tuple(1, 1)));
    CHECK((await(g.athrow(zero_division_error())) == tuple(2, 2)));
    CHECK(raised_by(g.anext()).is<lasti::stop_async_iteration>());
}

TEST_CASE_FIXTURE(fixture, "and so are StopIterations "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_athrow_stopiteration)") {
    typedef lasti::stop_iteration_value<int> stop;
    const auto g = other_after_error(stop(1), stop(2));
    lasti::coroutine<int> values = [&] {
        stop v(0);
        return lasti::coroutine<int>(COROUTINE(int) {
            BEGIN;
            AWAIT_SET(v, g.anext());
            AWAIT_SET(v, g.athrow(zero_division_error()));
            RETURN(v.value());
            END;
        });
    }();
    CHECK(await(values) == 2);
    CHECK(raised_by(g.anext()).is<lasti::stop_async_iteration>());
}

TEST_SUITE_END();
