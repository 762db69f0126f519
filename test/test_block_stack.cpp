// TRY, EXCEPT, ELSE, FINALLY: which clause sees what, and where they can stand.
// test_ways_out.cpp has the tables of every way out of every clause.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "support/trace.hpp"

using lasti::generator;

namespace {

struct A : std::exception {};
struct B : std::exception {};

} // namespace

TEST_SUITE_BEGIN("block_stack");

TEST_CASE("EXCEPT clauses are asked in the order of the text, the first that matches is taken") {
    struct body {
        int kind;
        GENERATOR_BODY(int) {
            BEGIN;
            TRY
                if (kind == 0) RAISE(std::out_of_range(""));
                if (kind == 1) RAISE(std::invalid_argument(""));
                if (kind == 2) RAISE(std::runtime_error(""));
                if (kind == 3) throw 5;
                RAISE(lasti::generator_exit());
            EXCEPT(std::out_of_range)
                YIELD(0);
            EXCEPT(std::logic_error)
                YIELD(1);
            EXCEPT(std::out_of_range)
                YIELD(-1);
            EXCEPT(std::exception)
                YIELD(2);
            EXCEPT(int)
                YIELD(3);
            EXCEPT_ANY
                YIELD(4);
            END_TRY
            END;
        }
    };
    for (int kind = 0; kind < 5; ++kind) CHECK(drain(generator<int>(body{kind})) == std::to_string(kind));
}

TEST_CASE("GC7: EXCEPT(std::exception) never sees GeneratorExit; what no EXCEPT takes goes on outward") {
    trace t;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY
            YIELD(1);
        EXCEPT(std::exception)
            t("swallowed");
            YIELD(2);
        FINALLY
            t("finally");
        END_TRY
        t("after");
        END;
    };
    g.next();
    CHECK_FALSE(g.close());
    CHECK(t.take() == "finally");
}

TEST_CASE("what is raised in EXCEPT, ELSE or FINALLY is not caught by the same TRY") {
    for (int where = 0; where < 3; ++where) {
        const generator<int> g = GENERATOR(int) {
            BEGIN;
            TRY
                TRY
                    if (where == 0) RAISE(A());
                EXCEPT(A)
                    RAISE(A());
                EXCEPT_ANY
                    YIELD(-1);
                ELSE
                    if (where == 1) RAISE(A());
                FINALLY
                    if (where == 2) RAISE(A());
                END_TRY
            EXCEPT(A)
                YIELD(where);
            END_TRY
            END;
        };
        CHECK(drain(g) == std::to_string(where));
    }
}

TEST_CASE("G9: RERAISE behind a yield in EXCEPT raises the exception that it keeps") {
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY
            RAISE(lasti::value_error("kept"));
        EXCEPT_ANY
            YIELD(1);
            TRY
                RAISE(A());
            EXCEPT(A)
                YIELD(2);
            END_TRY
            YIELD(3);
            RERAISE;
        END_TRY
        END;
    };
    for (int i : {1, 2, 3}) CHECK(g.next() == i);
    const lasti::error e = thrown_by([&] { g.next(); });
    CHECK(e.is<lasti::value_error>());
    CHECK(e.what() == "kept");
}

TEST_CASE("RERAISE where nothing is handled is RuntimeError, as a bare raise is") {
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY RAISE(A()); EXCEPT(A) END_TRY
        YIELD(1);
        RERAISE;
        END;
    };
    g.next();
    const lasti::error e = thrown_by([&] { g.next(); });
    CHECK(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "No active exception to reraise: "));
}

TEST_CASE("CAUGHT is what the innermost handler has, and again the outer's when that is left") {
    trace t;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY
            RAISE(lasti::value_error("outer"));
        EXCEPT(lasti::value_error)
            TRY
                YIELD(1);
                t(CAUGHT(std::exception).what());
                RAISE(lasti::type_error("inner"));
            EXCEPT(lasti::type_error)
                YIELD(2);
                t(CAUGHT(lasti::type_error).what());
            FINALLY
                t(CAUGHT(std::exception).what());
            END_TRY
            YIELD(3);
            t(CAUGHT(lasti::value_error).what());
        END_TRY
        END;
    };
    CHECK(drain(g) == "1 2 3");
    CHECK(t.take() == "outer inner outer outer");
}

TEST_CASE("CAUGHT in FINALLY is the exception on its way, if one is") {
    // Needs exceptions: what is used wrongly throws.
    trace t;
    for (bool raises : {true, false}) {
        const generator<int> g = GENERATOR(int) {
            BEGIN;
            TRY
                TRY
                    if (raises) RAISE(lasti::value_error("pending"));
                FINALLY
                    YIELD(1);
                    t(CAUGHT(lasti::value_error).what());
                END_TRY
            EXCEPT_ANY
                t(CAUGHT(std::exception).what());
            END_TRY
            END;
        };
        CHECK(drain(g) == "1");
        const std::string seen = t.take();
        if (raises) CHECK(seen == "pending pending");
        else CHECK(starts_with(seen, "CAUGHT: no exception is being handled: "));
    }
}

TEST_CASE("CAUGHT of another type is a RuntimeError that says so") {
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY YIELD(1); EXCEPT_ANY YIELD(static_cast<int>(CAUGHT(std::string).size())); END_TRY
        END;
    };
    g.next();
    const lasti::error e = thrown_by([&] { g.throw_(A()); });
    CHECK(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "CAUGHT: the exception being handled is of another type: "));
}

TEST_CASE("EXCEPT_AS binds the exception to a frame local, good across the yields of its clause") {
    std::runtime_error const* wrong = nullptr;
    std::logic_error const* e = nullptr;
    const generator<std::string> g = GENERATOR(std::string) {
        BEGIN;
        TRY
            throw std::out_of_range("native");
        EXCEPT_AS(wrong, std::runtime_error)
            YIELD("wrong");
        EXCEPT_AS(e, std::logic_error)
            YIELD(e->what());
            YIELD(e->what());
        END_TRY
        YIELD(wrong ? "bound" : "null");
        END;
    };
    CHECK(drain(g) == "native native null");
}

TEST_CASE("a C++ throw from a function that the body calls is caught like a RAISE") {
    const auto fails = [](int n) -> int {
        if (n > 1) throw std::out_of_range("native");
        return n;
    };
    int i = 0;
    trace t;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        for (i = 0; i < 3; ++i) {
            TRY
                YIELD(fails(i));
            EXCEPT(std::out_of_range)
                t(CAUGHT(std::out_of_range).what());
                YIELD(10 * i);
            END_TRY
        }
        END;
    };
    CHECK(drain(g) == "0 1 20");
    CHECK(t.take() == "native");
}

TEST_CASE("a TRY without clauses changes nothing") {
    const generator<int> g = GENERATOR(int) { BEGIN; TRY YIELD(1); RAISE(A()); END_TRY END; };
    CHECK(g.next() == 1);
    CHECK_THROWS_AS(g.next(), A);
    const generator<int> h = GENERATOR(int) { BEGIN; for (;;) { TRY YIELD(1); break; END_TRY } YIELD(2); END; };
    CHECK(drain(h) == "1 2");
}

TEST_CASE("TRY stands in every clause of another TRY, with yields in all of them") {
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY
            TRY YIELD(1); RAISE(A()); EXCEPT(A) YIELD(2); FINALLY YIELD(3); END_TRY
            RAISE(B());
        EXCEPT(B)
            TRY YIELD(4); RAISE(A()); EXCEPT(A) YIELD(5); ELSE YIELD(-1); FINALLY YIELD(6); END_TRY
        ELSE
            YIELD(-1);
        FINALLY
            TRY YIELD(7); RAISE(A()); EXCEPT(A) YIELD(8); FINALLY YIELD(9); END_TRY
        END_TRY
        TRY YIELD(10); ELSE TRY YIELD(11); ELSE YIELD(12); FINALLY YIELD(13); END_TRY FINALLY YIELD(14); END_TRY
        END;
    };
    CHECK(drain(g) == "1 2 3 4 5 6 7 8 9 10 11 12 13 14");
}

TEST_CASE("the block stack grows: thirteen statements inside each other, left by one return") {
    trace t;
    int i = 0;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY TRY TRY TRY TRY TRY FOR(i, std::vector<int>{1}) TRY TRY TRY TRY TRY TRY
            YIELD(i);
            RETURN();
        FINALLY t(13); YIELD(13); END_TRY FINALLY t(12); END_TRY FINALLY t(11); END_TRY
        FINALLY t(10); END_TRY FINALLY t(9); END_TRY FINALLY t(8); END_TRY END_FOR
        FINALLY t(6); END_TRY FINALLY t(5); END_TRY FINALLY t(4); END_TRY
        FINALLY t(3); END_TRY FINALLY t(2); YIELD(2); END_TRY FINALLY t(1); END_TRY
        t("never");
        END;
    };
    CHECK(drain(g) == "1 13 2");
    CHECK(t.take() == "13 12 11 10 9 8 6 5 4 3 2 1");
}

TEST_CASE("a TRY stands unbraced behind if and else") {
    for (bool yes : {true, false}) {
        const generator<int> g = GENERATOR(int) {
            BEGIN;
            if (yes)
                TRY YIELD(1); FINALLY YIELD(2); END_TRY
            else
                TRY YIELD(3); FINALLY YIELD(4); END_TRY
            END;
        };
        CHECK(drain(g) == (yes ? "1 2" : "3 4"));
    }
}

TEST_CASE("the user's own switch and loops inside a TRY keep their break and continue") {
    int i = 0;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY
            for (i = 0; i < 4; ++i) {
                if (i == 1) continue;
                if (i == 3) break;
                YIELD(i);
            }
            switch (i) {
            case 3: i = 30; break;
            default: i = -1;
            }
            YIELD(i);
        FINALLY
            YIELD(40);
        END_TRY
        YIELD(50);
        END;
    };
    CHECK(drain(g) == "0 2 30 40 50");
}

TEST_CASE("C++ locals inside a clause die however it is left") {
    trace t;
    int i = 0;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        for (i = 0; i < 3; ++i) {
            TRY
                {
                    const local dies = noting(t, "local");
                    if (i == 0) continue;
                    if (i == 1) RAISE(A());
                    RETURN();
                }
            EXCEPT(A)
                t("except");
            FINALLY
                t("finally");
            END_TRY
        }
        YIELD(1);
        END;
    };
    CHECK(drain(g) == "");
    CHECK(t.take() == "local finally local except finally local finally");
}

TEST_SUITE_END();
