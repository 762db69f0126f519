// CPython's test_coroutines.py: async for.
#include <lasti/async_generator.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "support/by_hand.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::async_generator<int> ints;

struct zero_division_error : std::runtime_error {
    zero_division_error() : std::runtime_error("division by zero") {}
};
struct done : std::runtime_error {
    done() : std::runtime_error("Done") {}
};

/// 1 to 100; asks for ten times the number at each ten.
struct hundred {
    trace calls;
    std::shared_ptr<int> i;
    explicit hundred(trace t) : calls(std::move(t)), i(std::make_shared<int>(0)) {}
    hundred& aiter() {
        calls("aiter");
        return *this;
    }
    lasti::coroutine<int> anext() const {
        const std::shared_ptr<int> n = i;
        return COROUTINE(int) {
            BEGIN;
            ++*n;
            if (*n % 10 == 0) AWAIT(lasti::sleep(*n * 10));
            if (*n > 100) RAISE(lasti::stop_async_iteration());
            RETURN(*n);
            END;
        };
    }
};

/// 1 to 11.
struct eleven {
    int i = 0;
    lasti::coroutine<int> anext() {
        eleven* const me = this;
        return COROUTINE(int) {
            BEGIN;
            if (me->i > 10) RAISE(lasti::stop_async_iteration());
            RETURN(++me->i);
            END;
        };
    }
};

struct broken {
    eleven& aiter() { throw zero_division_error(); }
};

/// Yields 10.
ints ten() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(10);
        END;
    };
}

/// A target that refuses what is assigned to it.
struct bad_target {
    bad_target& operator=(int) { throw lasti::stop_async_iteration(); }
};
/// Loops over one number, into a bad target.
template <class Source>
lasti::coroutine<> assigns(Source source) {
    bad_target target;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(target, source) {} END_ASYNC_FOR
        END;
    };
}
/// The same in an async generator.
template <class Source>
ints generates(Source source) {
    bad_target target;
    return ASYNC_GENERATOR(int) {
        BEGIN;
        ASYNC_FOR(target, source) YIELD(0); END_ASYNC_FOR
        END;
    };
}
template <class Source>
void check_assignment(Source source) {
    CHECK_THROWS_AS(run_by_hand(assigns(source())), lasti::stop_async_iteration);
    const ints gen = generates(source());
    const lasti::coroutine<> c = COROUTINE(void) {
        BEGIN;
        TRY {
            AWAIT(gen.anext());
        } EXCEPT(lasti::runtime_error) {
            CHECK(self.handled().cause().is<lasti::stop_async_iteration>());
            RETURN();
        } END_TRY
        FAIL("no RuntimeError");
        END;
    };
    run_by_hand(c);
}

} // namespace

TEST_SUITE_BEGIN("CPython: test_coroutines: for");

TEST_CASE("K7: to the end, with break, with continue (test_coroutines.py: CoroutineTest.test_for_1)") {
    const trace calls;
    const trace buffer;
    int i = 0;
    SUBCASE("to the end") {
        CHECK(run_by_hand(lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            ASYNC_FOR(i, hundred(calls)) buffer(i + i); END_ASYNC_FOR
            END;
        })) == "100 200 300 400 500 600 700 800 900 1000");
        std::string doubled;
        for (int n = 1; n <= 100; ++n) doubled += (n > 1 ? " " : "") + std::to_string(2 * n);
        CHECK(buffer.take() == doubled);
    }
    SUBCASE("break") {
        CHECK(run_by_hand(lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            ASYNC_FOR(i, hundred(calls)) {
                if (i > 18) buffer(i);
                if (i == 20) break;
            } END_ASYNC_FOR
            buffer("end");
            END;
        })) == "100 200");
        CHECK(buffer.take() == "19 20 end");
    }
    SUBCASE("continue") {
        CHECK(run_by_hand(lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            ASYNC_FOR(i, hundred(calls)) {
                if (i > 3) continue;
                buffer(i);
            } END_ASYNC_FOR
            buffer("end");
            END;
        })) == "100 200 300 400 500 600 700 800 900 1000");
        CHECK(buffer.take() == "1 2 3 end");
    }
    CHECK(calls.take() == "aiter");
}

TEST_CASE("K7: in an ASYNC_WITH (test_coroutines.py: CoroutineTest.test_for_6)") {
    struct manager {
        int* total;
        lasti::coroutine<> aenter() const { return add(total, 10000); }
        lasti::coroutine<> aexit(lasti::error const&) const { return add(total, 100000); }
        static lasti::coroutine<> add(int* to, int what) {
            return COROUTINE(void) {
                BEGIN;
                *to += what;
                END;
            };
        }
    };
    int sum = 0;
    int* const total = &sum;
    const auto main = [total] {
        int i = 0;
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            ASYNC_WITH(manager{total}) {
                ASYNC_FOR(i, eleven()) *total += 1; END_ASYNC_FOR
            } END_ASYNC_WITH
            *total += 1000;
            END;
        });
    };
    run_by_hand(main());
    CHECK(sum == 111011);
    run_by_hand(main());
    run_by_hand(main());
    CHECK(sum == 333033);
}

TEST_CASE("K7: an aiter() that raises (test_coroutines.py: CoroutineTest.test_for_7)") {
    const trace note;
    int i = 0;
    CHECK_THROWS_AS(run_by_hand(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, broken()) note("item"); END_ASYNC_FOR
        note("behind");
        END;
    })), zero_division_error);
    CHECK(note.take().empty());
}

TEST_CASE("K7: and what it raises can be caught (test_coroutines.py: CoroutineTest.test_for_8)") {
    const trace note;
    int i = 0;
    run_by_hand(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        TRY {
            ASYNC_FOR(i, broken()) note("item"); END_ASYNC_FOR
            note("behind");
        } EXCEPT(zero_division_error) {
            note("caught");
        } END_TRY
        END;
    }));
    CHECK(note.take() == "caught");
}

TEST_CASE("K7: awaiting what anext() gives raises (test_coroutines.py: CoroutineTest.test_for_11)") {
    struct refuses {
        lasti::coroutine<int> anext() { return COROUTINE(int) { BEGIN; RAISE(zero_division_error()); END; }; }
    };
    int i = 0;
    CHECK_THROWS_AS(run_by_hand(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, refuses()) {} END_ASYNC_FOR
        END;
    })), zero_division_error);
}

TEST_CASE("K7: an iterator that is an exception (test_coroutines.py: CoroutineTest.test_for_stop_iteration)") {
    struct iterator : lasti::stop_iteration_value<int> {
        using stop_iteration_value::stop_iteration_value;
        bool is_over = false;
        lasti::coroutine<int> anext() {
            iterator* const me = this;
            return COROUTINE(int) {
                BEGIN;
                if (me->is_over) RAISE(lasti::stop_async_iteration());
                me->is_over = true;
                RETURN(me->value());
                END;
            };
        }
    };
    const trace note;
    int i = 0;
    CHECK_THROWS_AS(run_by_hand(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, iterator(42)) note(i); END_ASYNC_FOR
        RAISE(done());
        END;
    })), done);
    CHECK(note.take() == "42");
}

TEST_CASE("K7: a StopAsyncIteration of the assignment "
          "(test_coroutines.py: CoroutineTest.test_for_assign_raising_stop_async_iteration)") {
    check_assignment(ten);
}

TEST_CASE("K7: the same, of what a plain iterator gives "
          "(test_coroutines.py: CoroutineTest.test_for_assign_raising_stop_async_iteration_2)") {
    check_assignment([] { return eleven(); });
}

TEST_SUITE_END();
