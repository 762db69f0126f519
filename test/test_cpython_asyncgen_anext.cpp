// CPython's test_asyncgen.py: anext(), aiter(), async for, and operations that are awaited twice.
#include <lasti/async_generator.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/awaiting.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::async_generator<int> ints;
typedef std::vector<int> list;

struct zero_division_error : std::runtime_error {
    zero_division_error() : std::runtime_error("division by zero") {}
};
struct my_error : std::runtime_error {
    explicit my_error(std::string what = "") : std::runtime_error(what) {}
};

ints one_two() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        YIELD(2);
        END;
    };
}

struct one_two_iterator {
    int yielded = 0;
    one_two_iterator& aiter() { return *this; }
    lasti::coroutine<int> anext() {
        one_two_iterator* const me = this;
        return COROUTINE(int) {
            BEGIN;
            if (me->yielded >= 2) RAISE(lasti::stop_async_iteration());
            RETURN(++me->yielded);
            END;
        };
    }
};
struct one_two_iterable {
    ints aiter() const { return one_two(); }
};

template <class A>
lasti::coroutine<list> to_list(A source) {
    list items;
    int item = 0;
    return COROUTINE(list) {
        BEGIN;
        ASYNC_FOR(item, source) items.push_back(item); END_ASYNC_FOR
        RETURN(items);
        END;
    };
}

/// The value of the StopIteration that `call` throws.
template <class Y, class F>
Y stopped_with(F call) {
    const lasti::error e = thrown_by(call);
    REQUIRE(e.is<lasti::stop_iteration_value<Y>>());
    return e.as<lasti::stop_iteration_value<Y>>()->value();
}

template <class Make>
void check_anext(Make make) {
    awaiting_stage stage;
    for (int round = 0; round < 2; ++round) {
        auto g = make();
        CHECK(stage.await(lasti::anext(g)) == 1);
        CHECK(stage.await(lasti::anext(g)) == 2);
        CHECK(stage.await(lasti::anext(g, 99)) == 99);
        CHECK(stage.raised_by(lasti::anext(g)).template is<lasti::stop_async_iteration>());
        CHECK(stage.raised_by(lasti::anext(g)).template is<lasti::stop_async_iteration>());
    }
    auto g = make();
    CHECK(stage.await(lasti::anext(g, 98)) == 1);
    CHECK(stage.await(lasti::anext(g, 98)) == 2);
    CHECK(stage.await(lasti::anext(g, 98)) == 98);
    CHECK(stage.await(lasti::anext(g, 98)) == 98);
    auto p = make();
    CHECK(stopped_with<int>([&] { lasti::as_coroutine(lasti::anext(p, 97)).send(); }) == 1);
    const unraisables reported;  // what a plain iterator made is dropped by the exception
    auto q = make();
    CHECK(thrown_by([&] { lasti::as_coroutine(lasti::anext(q, 97)).throw_(my_error()); }).template is<my_error>());
}

/// Waits 1 s, and after a my_error 2 s; yields nothing.
ints waits_twice() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        TRY { AWAIT(lasti::sleep(1)); } EXCEPT(my_error) { AWAIT(lasti::sleep(2)); } END_TRY
        END;
    };
}
double seconds(lasti::request const& asked) { return asked.how_long().in_seconds(); }

template <class Y>
lasti::async_generator<Y> other_after_error(Y first, Y second) {
    return ASYNC_GENERATOR(Y) {
        BEGIN;
        TRY { YIELD(first); } EXCEPT(zero_division_error) { YIELD(second); } END_TRY
        END;
    };
}
ints foo_04() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        AWAIT(lasti::sleep(0.01));
        TRY { YIELD(2); YIELD(3); } EXCEPT(zero_division_error) { YIELD(1000); } END_TRY
        AWAIT(lasti::sleep(0.01));
        YIELD(4);
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("CPython: test_asyncgen: anext");

TEST_CASE("A9: anext() of an async generator (test_asyncgen.py: AsyncGenAsyncioTest.test_async_generator_anext)") {
    check_anext(one_two);
}

TEST_CASE("A9: anext() of another iterator (test_asyncgen.py: AsyncGenAsyncioTest.test_python_async_iterator_anext)") {
    check_anext([] { return one_two_iterator(); });
}

TEST_CASE_FIXTURE(awaiting_stage, "aiter() (test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_aiter)") {
    CHECK(await(to_list(lasti::aiter(one_two()))) == list({1, 2}));
}

TEST_CASE_FIXTURE(awaiting_stage, "an iterable whose aiter() is an async generator "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_aiter_class)") {
    const ints it = lasti::aiter(one_two_iterable());
    CHECK(await(lasti::anext(it)) == 1);
    CHECK(await(lasti::anext(it)) == 2);
    CHECK(raised_by(lasti::anext(it)).is<lasti::stop_async_iteration>());
}

TEST_CASE("aiter() twice (test_asyncgen.py: AsyncGenAsyncioTest.test_aiter_idempotent)") {
    const ints once = lasti::aiter(one_two());
    CHECK(lasti::aiter(once) == once);
}

TEST_CASE_FIXTURE(awaiting_stage, "what awaiting anext() raises "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_anext_await_raises)") {
    struct raising {
        lasti::coroutine<int> anext() {
            return COROUTINE(int) { BEGIN; RAISE(zero_division_error()); END; };
        }
    } it;
    CHECK(raised_by(lasti::anext(it)).is<zero_division_error>());
    CHECK(raised_by(lasti::anext(it, 1)).is<zero_division_error>());
}

TEST_CASE("what anext() itself throws "
          "(test_asyncgen.py: AsyncGenAsyncioTest.test_sync_anext_raises_exception)") {
    struct throwing {
        lasti::error what;
        lasti::coroutine<int> anext() { what.rethrow(); }
    };
    for (lasti::error const& e : {lasti::error::make(lasti::stop_async_iteration()), lasti::error::make(lasti::stop_iteration()),
                                  lasti::error::make(lasti::value_error("custom"))}) {
        CHECK(thrown_by([&] { lasti::anext(throwing{e}); }).what() == e.what());
        CHECK(thrown_by([&] { lasti::anext(throwing{e}, 1); }).what() == e.what());
    }
}

TEST_CASE("A9: anext() with a default, by hand (test_asyncgen.py: AsyncGenAsyncioTest.test_anext_iter)") {
    const auto begin = [](ints ag) { return lasti::as_coroutine(lasti::anext(ag, -1)); };
    SUBCASE("1: it goes on to its end") {
        const auto g = begin(waits_twice());
        CHECK(seconds(g.send()) == 1);
        CHECK(seconds(g.throw_(my_error())) == 2);
        CHECK(stopped_with<int>([&] { g.send(); }) == -1);
    }
    SUBCASE("2: a second exception comes out") {
        const auto g = begin(waits_twice());
        CHECK(seconds(g.send()) == 1);
        CHECK(seconds(g.throw_(my_error())) == 2);
        CHECK_THROWS_AS(g.throw_(my_error()), my_error);
    }
    SUBCASE("3: closed") {
        const auto g = begin(waits_twice());
        CHECK(seconds(g.send()) == 1);
        g.close();
        CHECK(is_runtime_error(thrown_by([&] { g.send(); }), "cannot reuse"));
    }
    SUBCASE("4: the message of the exception") {
        const auto g = begin(waits_twice());
        g.send();
        g.throw_(my_error());
        CHECK(thrown_by([&] { g.throw_(my_error("val")); }).what() == "val");
    }
    SUBCASE("5: the body answers by returning") {
        const auto g = begin(ASYNC_GENERATOR(int) {
            BEGIN;
            TRY { AWAIT(lasti::sleep(1)); } EXCEPT(my_error) { RETURN(); } END_TRY
            YIELD(3);
            END;
        });
        g.send();
        CHECK(stopped_with<int>([&] { g.throw_(my_error()); }) == -1);
    }
    SUBCASE("6: thrown into before it starts") {
        CHECK_THROWS_AS(begin(waits_twice()).throw_(my_error()), my_error);
    }
}

TEST_CASE_FIXTURE(awaiting_stage, "sleeps between the items "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_01)") {
    CHECK(await(to_list(ints(ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        AWAIT(lasti::sleep(0.01));
        YIELD(2);
        AWAIT(lasti::sleep(0.01));
        RETURN();
        YIELD(3);
        END;
    }))) == list({1, 2}));
}

TEST_CASE_FIXTURE(awaiting_stage, "an exception ends the loop "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_02)") {
    CHECK(raised_by(to_list(ints(ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        AWAIT(lasti::sleep(0.01));
        YIELD(2);
        throw zero_division_error();
        END;
    }))).is<zero_division_error>());
}

TEST_CASE_FIXTURE(awaiting_stage, "an iterable in a loop "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_03)") {
    CHECK(await(to_list(one_two_iterable())) == list({1, 2}));
}

TEST_CASE_FIXTURE(awaiting_stage, "A3: anext() again and again, and one that is thrown into "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_anext_04)") {
    const ints it = foo_04().aiter();
    for (int i = 1; i <= 4; ++i) CHECK(await(it.anext()) == i);
    CHECK(raised_by(it.anext()).is<lasti::stop_async_iteration>());
    CHECK(raised_by(it.anext()).is<lasti::stop_async_iteration>());
    const ints other = foo_04().aiter();
    CHECK(await(other.anext()) == 1);
    CHECK(await(other.anext()) == 2);
    CHECK(stopped_with<int>([&] { lasti::as_coroutine(other.anext()).throw_(zero_division_error()); }) == 1000);
    CHECK(await(other.anext()) == 4);
    CHECK(raised_by(other.anext()).is<lasti::stop_async_iteration>());
}

TEST_CASE_FIXTURE(awaiting_stage, "A1: what is sent, by hand "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_anext_05)") {
    int v = 0;
    const lasti::async_generator<int, int> it = ASYNC_GENERATOR(int, int) {
        BEGIN;
        YIELD_SET(v, 1);
        YIELD_SET(v, v);
        YIELD(v * 100);
        END;
    };
    CHECK(stopped_with<int>([&] { lasti::as_coroutine(it.anext()).send(); }) == 1);
    CHECK(stopped_with<int>([&] { lasti::as_coroutine(it.asend(10)).send(); }) == 10);
    CHECK(stopped_with<int>([&] { lasti::as_coroutine(it.asend(12)).send(); }) == 1200);
    CHECK(raised_by(it.anext()).is<lasti::stop_async_iteration>());
}

TEST_CASE_FIXTURE(awaiting_stage, "A1: the end of the body "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_anext_06)") {
    trace done;
    const ints g = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY { YIELD(0); } EXCEPT_ANY {} END_TRY
        done("done");
        END;
    };
    await(g.anext());
    CHECK(raised_by(g.anext()).is<lasti::stop_async_iteration>());
    CHECK(done.take() == "done");
}

TEST_CASE_FIXTURE(awaiting_stage, "tuples are values as any other "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_anext_tuple)") {
    typedef std::pair<int, int> tuple;
    const auto it = other_after_error(tuple(1, 0), tuple(2, 0));
    CHECK((await(it.anext()) == tuple(1, 0)));
    CHECK((stopped_with<tuple>([&] { lasti::as_coroutine(it.anext()).throw_(zero_division_error()); }) == tuple(2, 0)));
    CHECK(raised_by(it.anext()).is<lasti::stop_async_iteration>());
}

TEST_CASE_FIXTURE(awaiting_stage, "and so are StopIterations "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_asyncio_anext_stopiteration)") {
    typedef lasti::stop_iteration_value<int> stop;
    const auto it = other_after_error(std::make_shared<stop>(1), std::make_shared<stop>(3));
    CHECK(await(it.anext())->value() == 1);
    const auto v = stopped_with<std::shared_ptr<stop>>([&] { lasti::as_coroutine(it.anext()).throw_(zero_division_error()); });
    CHECK(v->value() == 3);
    CHECK(raised_by(it.anext()).is<lasti::stop_async_iteration>());
}

TEST_CASE_FIXTURE(awaiting_stage, "an async generator of another's items "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_expression_01)") {
    const auto arange = [](int n) {
        int i = 0;
        return ints(ASYNC_GENERATOR(int) {
            BEGIN;
            for (; i < n; ++i) {
                AWAIT(lasti::sleep(0.01));
                YIELD(i);
            }
            END;
        });
    };
    int i = 0;
    CHECK(await(to_list(ints(ASYNC_GENERATOR(int) {
        BEGIN;
        ASYNC_FOR(i, arange(10)) YIELD(i * 2); END_ASYNC_FOR
        END;
    }))) == list({0, 2, 4, 6, 8, 10, 12, 14, 16, 18}));
}

TEST_CASE_FIXTURE(awaiting_stage, "an async generator of those items for which something awaited is true "
                                  "(test_asyncgen.py: AsyncGenAsyncioTest.test_async_gen_expression_02)") {
    const auto wrap = [](int n) {
        return lasti::coroutine<int>(COROUTINE(int) {
            BEGIN;
            AWAIT(lasti::sleep(0.01));
            RETURN(n);
            END;
        });
    };
    int i = 0;
    int wrapped = 0;
    CHECK(await(to_list(ints(ASYNC_GENERATOR(int) {
        BEGIN;
        for (; i < 10; ++i) {
            AWAIT_SET(wrapped, wrap(i));
            if (wrapped) YIELD(i * 2);
        }
        END;
    }))) == list({2, 4, 6, 8, 10, 12, 14, 16, 18}));
}

TEST_SUITE_END();
