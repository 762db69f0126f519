// PEERS.md section 5: what other libraries of this kind got wrong, one case each (as far as generators go).
// A yield in the user's own switch is in compile_fail/, the warnings are in warnings/.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/trace.hpp"
#include "support/unraisable.hpp"

namespace {

typedef lasti::generator<int> ints;
struct A : std::exception {};

// What can be wrong about one body, and is asked for by number.
ints in_clause(int clause, trace t) {
    return GENERATOR(int) {
        BEGIN;
        TRY
            YIELD(0);
            if (clause == 1) RAISE(A());
        EXCEPT(A)
            YIELD(1);
            t("except");
        ELSE
            YIELD(2);
            t("else");
        FINALLY
            t("finally");
            if (clause == 3) {
                YIELD(3);
                t("still finally");
            }
        END_TRY
        t("after");
        END;
    };
}

struct nested {
    long n;
    GENERATOR_BODY(long) {
        BEGIN;
        if (n > 0) YIELD_FROM(nested{n - 1});
        YIELD(n);
        END;
    }
};

} // namespace

TEST_SUITE_BEGIN("peers");

TEST_CASE("co2: an exception behind a finished TRY does not jump back into its handler") {
    trace t;
    const ints g = GENERATOR(int) {
        BEGIN;
        TRY YIELD(1); EXCEPT_ANY t("dead handler"); YIELD(-1); END_TRY
        YIELD(2);
        throw A();
        END;
    };
    g.next();
    g.next();
    CHECK_THROWS_AS(g.next(), A);
    CHECK(t.take() == "");
}

TEST_CASE("co2: so it is where the TRY was left by break, continue, or from inside its handler") {
    for (int way = 0; way < 3; ++way) {
        trace t;
        int i = 0;
        const ints g = GENERATOR(int) {
            BEGIN;
            for (i = 0; i < 1; ++i) {
                TRY
                    YIELD(1);
                    if (way == 0) break;
                    if (way == 1) continue;
                    RAISE(A());
                EXCEPT_ANY
                    t("handler");
                    break;
                END_TRY
            }
            RAISE(A());
            END;
        };
        g.next();
        CHECK_THROWS_AS(g.next(), A);
        CHECK(t.take() == (way == 2 ? "handler" : ""));
    }
}

TEST_CASE("co2: two TRYs in one scope catch for themselves") {
    trace t;
    const ints g = GENERATOR(int) {
        BEGIN;
        TRY RAISE(1); EXCEPT(int) t("first"); END_TRY
        TRY RAISE(2L); EXCEPT(int) t("wrong"); EXCEPT(long) t("second"); END_TRY
        YIELD(1);
        END;
    };
    CHECK(drain(g) == "1");
    CHECK(t.take() == "first second");
}

TEST_CASE("co2: a raise in a handler goes outward, also behind a yield there") {
    trace t;
    const ints g = GENERATOR(int) {
        BEGIN;
        TRY
            TRY
                RAISE(1);
            EXCEPT(int)
                YIELD(1);
                RAISE(2);
            END_TRY
        EXCEPT(int)
            t(CAUGHT(int));
        END_TRY
        END;
    };
    CHECK(drain(g) == "1");
    CHECK(t.take() == "2");
}

TEST_CASE("STC, co2: close() while it is suspended in TRY, EXCEPT, ELSE and FINALLY") {
    for (int clause = 0; clause < 4; ++clause) {
        trace t;
        const ints g = in_clause(clause, t);
        g.next();
        if (clause > 0) g.next();
        if (clause == 3) g.next(); // past ELSE
        t.take();
        CHECK_FALSE(g.close());
        CHECK(t.take() == (clause == 3 ? "" : "finally"));
        CHECK(g.done());
    }
}

TEST_CASE("a GeneratorExit that is swallowed, then a yield: an error for the closer, and no crash") {
    const ints g = GENERATOR(int) { BEGIN; TRY YIELD(1); EXCEPT_ANY END_TRY YIELD(2); END; };
    g.next();
    CHECK_THROWS_AS(g.close(), lasti::runtime_error);
    CHECK_FALSE(g.close());
}

TEST_CASE("Fedoniouk: a generator that an exception left is finished, it does not run on or start anew") {
    trace t;
    const ints g = GENERATOR(int) { BEGIN; t("starts"); YIELD(1); throw A(); YIELD(2); END; };
    g.next();
    CHECK_THROWS_AS(g.next(), A);
    CHECK_FALSE(g.resume());
    CHECK_FALSE(g.resume());
    CHECK(t.take() == "starts");
}

TEST_CASE("Protothreads, Asio: two yields stand on one line") {
    const ints g = GENERATOR(int) { BEGIN; YIELD(1); YIELD(2); if (true) YIELD(3); else YIELD(4); END; };
    CHECK(drain(g) == "1 2 3");
}

TEST_CASE("co2: a delegation 65,536 deep") {
    const lasti::generator<long> g = nested{65536};
    long expected = 0;
    for (long value : g) {
        if (value != expected) break;
        ++expected;
    }
    CHECK(expected == 65537);
}

TEST_CASE("Cobalt #142: resuming what was closed, or thrown into, does nothing") {
    trace t;
    const ints closed = in_clause(0, t), thrown = in_clause(0, t);
    closed.next();
    closed.close();
    thrown.next();
    CHECK_THROWS_AS(thrown.throw_(5), int);
    t.take();
    for (ints const& g : {closed, thrown}) {
        CHECK_FALSE(g.resume());
        CHECK_FALSE(g.close());
        CHECK_THROWS_AS(g.next(), lasti::stop_iteration);
    }
    CHECK(t.take() == "");
}

TEST_CASE("Cobalt #139: a moved handle, and a frame that was moved before it started, still work") {
    ints from = in_clause(0, trace());
    CHECK(from.next() == 0);
    ints to = std::move(from);
    CHECK_FALSE(from);
    CHECK(to.next() == 2);
    std::vector<ints> many;
    for (int i = 0; i < 100; ++i) many.push_back(in_clause(0, trace()));
    int sum = 0;
    for (ints const& g : many) sum += g.next() + g.next();
    CHECK(sum == 200);
    auto it = lasti::iterate(nested{2});
    auto moved = std::move(it);
    CHECK(drain(moved) == "0 1 2");
}

TEST_CASE("Cobalt #227: an exception from a frame that is destroyed never escapes the destructor") {
    const unraisables reports;
    {
        const ints g = GENERATOR(int) { BEGIN; TRY YIELD(1); FINALLY throw A(); END_TRY END; };
        g.next();
    }
    REQUIRE(reports.count() == 1);
    CHECK(reports[0].what.is<A>());
}

TEST_CASE("contiki-ng: locals keep their values over a yield, in the lambda and in the struct form") {
    int i = 0;
    std::string text = "x";
    const lasti::generator<std::string> g = GENERATOR(std::string) {
        BEGIN;
        for (i = 0; i < 3; ++i) {
            text += std::to_string(i);
            YIELD(text);
        }
        END;
    };
    CHECK(drain(g) == "x0 x01 x012");
    CHECK(text == "x");
}

TEST_CASE("protothreads: a loop condition and an operand with side effects are evaluated once a round") {
    trace t;
    int i = 0;
    const ints g = GENERATOR(int) {
        BEGIN;
        while (t("condition"), i < 2) YIELD(i++);
        END;
    };
    CHECK(drain(g) == "0 1");
    CHECK(t.take() == "condition condition condition");
    CHECK(i == 0);
}

TEST_CASE("W19, W20: not left closed after 'ignored GeneratorExit'; closed from the inside out") {
    trace t;
    const ints inner = GENERATOR(int) { BEGIN; TRY YIELD(1); FINALLY t("inner"); END_TRY END; };
    const ints outer = GENERATOR(int) { BEGIN; TRY YIELD_FROM(inner); FINALLY t("outer"); YIELD(2); END_TRY END; };
    outer.next();
    CHECK_THROWS_AS(outer.close(), lasti::runtime_error);
    CHECK(t.take() == "inner outer");
    CHECK(state_of(outer) == "suspended");
    CHECK(inner.done());
    CHECK_FALSE(outer.close());
}

TEST_SUITE_END();
