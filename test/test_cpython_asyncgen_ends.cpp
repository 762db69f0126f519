// CPython's test_asyncgen.py: aclose(), and who closes what nobody closes.
#include <lasti/async_generator.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include <lasti/runner.hpp>

#include "support/tidying.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::async_generator<int> ints;

struct zero_division_error : std::runtime_error {
    zero_division_error() : std::runtime_error("division by zero") {}
};
typedef tidying_stage fixture;

ints one_two() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        YIELD(2);
        END;
    };
}
ints fails_to_close() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
            YIELD(2);
        } FINALLY {
            RAISE(zero_division_error());
        } END_TRY
        END;
    };
}

/// A main function that takes one item of what `make` makes, and drops it.
template <class Make>
lasti::coroutine<> takes_one(Make make, reports messages) {
    int item = 0;
    return COROUTINE(void) {
        BEGIN;
        lasti::get_running_loop().set_exception_handler(messages);
        ASYNC_FOR(item, make()) break; END_ASYNC_FOR
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("CPython: test_asyncgen: ends");

TEST_CASE_FIXTURE(fixture, "A4: a FINALLY that yields ignored GeneratorExit "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_aclose_06)") {
    const ints gen = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
            RAISE(zero_division_error());
        } FINALLY {
            AWAIT(lasti::sleep(0.01));
            YIELD(12);
        } END_TRY
        END;
    };
    await(gen.anext());
    CHECK(is_runtime_error(raised_by(gen.aclose()), "async generator ignored GeneratorExit"));
}

TEST_CASE_FIXTURE(fixture, "A4: a FINALLY that awaits "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_aclose_07)") {
    const trace note = done;
    const ints gen = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
            RAISE(zero_division_error());
        } FINALLY {
            AWAIT(tidy_up());
        } END_TRY
        note("behind");
        END;
    };
    await(gen.anext());
    await(gen.aclose());
    CHECK(done.take() == "DONE");
}

TEST_CASE_FIXTURE(fixture, "A4: what stood behind the yield is not reached "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_aclose_08)") {
    const trace note = done;
    const lasti::future<> fut = loop.create_future<>();
    const ints gen = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
            AWAIT(fut);
            note("behind the future");
            YIELD(2);
        } FINALLY {
            AWAIT(tidy_up());
        } END_TRY
        note("behind");
        END;
    };
    CHECK(await(gen.anext()) == 1);
    await(gen.aclose());
    CHECK(done.take() == "DONE");
}

TEST_CASE_FIXTURE(fixture, "A10: the last handle goes "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_gc_aclose_09)") {
    const trace note = done;
    ints g = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            for (;;) YIELD(1);
        } FINALLY {
            AWAIT(lasti::sleep(0));
            note("DONE");
        } END_TRY
        END;
    };
    ints* const only = &g;
    await(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT(only->anext());
        AWAIT(only->anext());
        *only = ints();
        AWAIT(lasti::sleep(0));
        AWAIT(lasti::sleep(0));
        AWAIT(lasti::sleep(0));
        END;
    }));
    CHECK(done.take() == "DONE");
}

TEST_CASE_FIXTURE(fixture, "A4: a body that swallows GeneratorExit and returns "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_aclose_10)") {
    const ints g = swallows_once();
    await(g.anext());
    await(g.aclose());
    CHECK(done.take() == "DONE");
}

TEST_CASE_FIXTURE(fixture, "A4: a body that swallows GeneratorExit and yields "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_aclose_11)") {
    const ints g = swallows_once(true);
    await(g.anext());
    CHECK(is_runtime_error(raised_by(g.aclose()), "async generator ignored GeneratorExit"));
    CHECK(done.take().empty());
}

TEST_CASE_FIXTURE(fixture, "A4: a FINALLY that waits for a task "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_aclose_12)") {
    const trace note = done;
    const auto target = [] {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            AWAIT(lasti::sleep(0.01));
            RAISE(zero_division_error());
            END;
        });
    };
    lasti::task<> t;
    const ints gen = ASYNC_GENERATOR(int) {
        BEGIN;
        t = lasti::create_task(target());
        TRY {
            YIELD(1);
        } FINALLY {
            TRY { AWAIT(t); } EXCEPT(zero_division_error) { note("DONE"); } END_TRY
        } END_TRY
        END;
    };
    await(gen.anext());
    await(gen.aclose());
    CHECK(done.take() == "DONE");
}

TEST_CASE_FIXTURE(fixture, "A10: shutdown_asyncgens() after cancelled consumers "
                           "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_shutdown_01)") {
    const trace note = done;
    const auto waiter = [note](double timeout) {
        return ints(ASYNC_GENERATOR(int) {
            BEGIN;
            TRY {
                AWAIT(lasti::sleep(timeout));
                YIELD(1);
            } FINALLY {
                AWAIT(lasti::sleep(0));
                note("finalized");
            } END_TRY
            END;
        });
    };
    const auto wait = [waiter] {
        int item = 0;
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            ASYNC_FOR(item, waiter(1)) {} END_ASYNC_FOR
            END;
        });
    };
    const lasti::task<> t1 = loop.create_task(wait());
    const lasti::task<> t2 = loop.create_task(wait());
    await(lasti::sleep(0.1));
    t1.cancel();
    t2.cancel();
    CHECK_THROWS_AS(loop.run_until_complete(t1), lasti::cancelled_error);
    CHECK_THROWS_AS(loop.run_until_complete(t2), lasti::cancelled_error);
    await(loop.shutdown_asyncgens());
    CHECK(done.take() == "finalized finalized");
}

TEST_CASE("A10: run() closes one that is held "
          "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_shutdown_02)") {
    const reports messages;
    const ints it = one_two();
    lasti::virtual_clock clock;
    lasti::run(takes_one([it] { return it; }, messages), clock);
    CHECK(messages.count() == 0);
    CHECK_FALSE(it.ag_frame());
}

TEST_CASE("A10: run() reports what closing raises "
          "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_shutdown_exception_01)") {
    const reports messages;
    const ints it = fails_to_close();
    lasti::virtual_clock clock;
    lasti::run(takes_one([it] { return it; }, messages), clock);
    REQUIRE(messages.count() == 1);
    CHECK(contains(messages[0].subject, "'fails_to_close'"));
    CHECK(messages[0].exception.is<zero_division_error>());
    CHECK(contains(messages[0].message, "an error occurred during closing of an asynchronous generator"));
}

TEST_CASE("A10: run() reports what closing raises, of one that was dropped "
          "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_shutdown_exception_02)") {
    const reports messages;
    lasti::virtual_clock clock;
    lasti::run(takes_one(fails_to_close, messages), clock);
    REQUIRE(messages.count() == 1);
    CHECK(messages[0].exception.is<zero_division_error>());
    CHECK(contains(messages[0].message, "unhandled exception during asyncio.run() shutdown"));
}

TEST_CASE("A10: the aclose() of one that was dropped at the end can be cancelled before it starts "
          "(test_asyncgen.py: AsyncGenAsyncioTest.test_asyncgen_nonstarted_hooks_are_cancellable)") {
    const reports messages;
    lasti::virtual_clock clock;
    lasti::run(takes_one(one_two, messages), clock);
    CHECK(messages.count() == 0);
}

TEST_SUITE_END();
