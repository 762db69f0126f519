#include <lasti/generator.hpp>

// Again and again: the short names come, go, and come back.
#include <lasti/keywords.hpp>
#include <lasti/keywords.hpp>
#if !defined(YIELD) || !defined(END_WITH) || !defined(GENERATOR)
#error "keywords.hpp did not bring the short names"
#endif
#include <lasti/no_keywords.hpp>
#include <lasti/no_keywords.hpp>
#if defined(BEGIN) || defined(END) || defined(YIELD) || defined(YIELD_SET) || defined(YIELD_FROM) || \
    defined(YIELD_FROM_SET) || defined(RETURN) || defined(RAISE) || defined(RERAISE) || defined(AWAIT) || \
    defined(AWAIT_SET) || defined(TRY) || defined(EXCEPT) || defined(EXCEPT_AS) || defined(EXCEPT_ANY) || \
    defined(ELSE) || defined(FINALLY) || defined(END_TRY) || defined(CAUGHT) || defined(FOR) || \
    defined(END_FOR) || defined(WITH) || defined(WITH_SET) || defined(END_WITH) || defined(GENERATOR) || \
    defined(GENERATOR_BODY) || defined(COROUTINE) || defined(COROUTINE_BODY)
#error "no_keywords.hpp left a short name behind"
#endif

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/same_labels.hpp"
#include "support/trace.hpp"

namespace {

template <class A, class B>
struct pair_problem {
    A a;
    B b;
};

struct manager {
    trace t;
    int number;
    int enter() const {
        t("enter");
        return number;
    }
    void exit(lasti::error const&) const { t("exit"); }
};

// Written while the short names are away.
lasti::generator<int, int, int> prefixed(trace t) {
    int x = 0;
    pair_problem<int, int> const* problem = nullptr;
    return LASTI_GENERATOR(int, int, int) {
        LASTI_BEGIN;
        LASTI_YIELD(1);
        LASTI_YIELD_SET(x, 2);
        LASTI_YIELD_FROM(std::vector<int>{x});
        LASTI_YIELD_FROM_SET(x, std::vector<int>{4});
        LASTI_TRY
            LASTI_RAISE(pair_problem<int, int>{5, 6});
        LASTI_EXCEPT(pair_problem<int, long>)
        LASTI_EXCEPT_AS(problem, pair_problem<int, int>)
            LASTI_YIELD(problem->a);
            LASTI_YIELD(LASTI_CAUGHT(pair_problem<int, int>).b);
        LASTI_END_TRY
        LASTI_TRY
            LASTI_TRY
                LASTI_RAISE(1);
            LASTI_EXCEPT_ANY
                LASTI_RERAISE;
            LASTI_ELSE
                LASTI_YIELD(-1);
            LASTI_END_TRY
        LASTI_EXCEPT(int)
            LASTI_YIELD(7);
        LASTI_FINALLY
            LASTI_YIELD(8);
        LASTI_END_TRY
        LASTI_FOR(x, std::vector<int>{9})
            LASTI_YIELD(x);
        LASTI_END_FOR
        LASTI_WITH(manager{t, 0})
            LASTI_YIELD(10);
        LASTI_END_WITH
        LASTI_WITH_SET(x, manager{t, 11})
            LASTI_YIELD(x);
        LASTI_END_WITH
        LASTI_RETURN(12);
        LASTI_END;
    };
}

struct prefixed_struct {
    int n;
    LASTI_GENERATOR_BODY(int) { LASTI_BEGIN; LASTI_YIELD(n); LASTI_END; }
};

} // namespace

#include <lasti/keywords.hpp>

namespace {

struct point {
    int x, y;
};

} // namespace

TEST_SUITE_BEGIN("macros");

TEST_CASE("every statement has a name with the prefix, for programs that want no short macros") {
    trace t;
    const auto g = prefixed(t);
    CHECK(lasti::next(g) == 1);
    CHECK(lasti::next(g) == 2);
    CHECK(g.send(3) == 3);
    CHECK(drain(g) == "4 5 6 7 8 9 10 11");
    CHECK(g.result() == 12);
    CHECK(t.take() == "enter exit enter exit");
    CHECK(drain(lasti::iterate(prefixed_struct{3})) == "3");
}

TEST_CASE("two translation units that counted differently before a body give it the same labels") {
    CHECK(labels_of(same_labels()) == labels_elsewhere());
}

TEST_CASE("labels count the statements that can suspend or catch, in the order of the text") {
    CHECK(labels_of(same_labels()) == "1 3 4 5 6 7 7 8 ");
}

TEST_CASE("where the compiler cannot count, lines are the labels") {
    int first = 0;
    const auto g = labelled_by_lines(first);
    for (int line : {2, 4, 7}) {
        REQUIRE(g.resume());
        CHECK(g.gi_frame().f_lasti() == first + line);
    }
    CHECK_FALSE(g.resume());
}

TEST_CASE("several statements stand on one line") {
    int x = 0;
    const lasti::generator<int, int> g = GENERATOR(int, int) {
        BEGIN; YIELD(1); YIELD(2); YIELD_SET(x, 3); YIELD(x); YIELD_FROM(std::vector<int>{5, 6}); YIELD(7); END;
    };
    CHECK(lasti::next(g) == 1);
    CHECK(lasti::next(g) == 2);
    CHECK(lasti::next(g) == 3);
    CHECK(g.send(4) == 4);
    CHECK(drain(g) == "5 6 7");
}

TEST_CASE("a whole TRY stands on one line, also inside another, also twice") {
    const lasti::generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY YIELD(1); TRY RAISE(1); EXCEPT(int) YIELD(2); FINALLY YIELD(3); END_TRY EXCEPT_ANY END_TRY
        TRY YIELD(4); RAISE(2); EXCEPT_ANY YIELD(5); END_TRY TRY YIELD(6); ELSE YIELD(7); END_TRY
        END;
    };
    CHECK(drain(g) == "1 2 3 4 5 6 7");
}

TEST_CASE("a whole FOR and a whole WITH stand on one line, also inside each other") {
    trace t;
    int i = 0, j = 0;
    std::vector<int> tens = {10, 20};
    const lasti::generator<int> g = GENERATOR(int) {
        BEGIN;
        FOR(i, tens) FOR(j, std::vector<int>{1, 2}) WITH(manager{t, 0}) YIELD(i + j); END_WITH END_FOR END_FOR
        END;
    };
    CHECK(drain(g) == "11 12 21 22");
    CHECK(t.take() == "enter exit enter exit enter exit enter exit");
}

TEST_CASE("types with commas need no parentheses in GENERATOR, EXCEPT, EXCEPT_AS and CAUGHT") {
    pair_problem<int, int> const* problem = nullptr;
    const lasti::generator<std::pair<int, int>> g = GENERATOR(std::pair<int, int>) {
        BEGIN;
        TRY
            RAISE(pair_problem<int, char>{1, 'x'});
        EXCEPT(pair_problem<int, int>)
            YIELD(std::pair<int, int>(0, 0));
        EXCEPT(pair_problem<int, char>)
            YIELD({CAUGHT(pair_problem<int, char>).a, CAUGHT(pair_problem<int, char>).b});
        END_TRY
        TRY
            RAISE(pair_problem<int, int>{3, 4});
        EXCEPT_AS(problem, pair_problem<int, int>)
            YIELD({problem->a, problem->b});
        END_TRY
        END;
    };
    CHECK((g.next() == std::pair<int, int>(1, 'x')));
    CHECK((g.next() == std::pair<int, int>(3, 4)));
    CHECK_FALSE(g.resume());
}

TEST_CASE("braced lists need no parentheses in YIELD, YIELD_SET and RETURN") {
    int x = 0;
    const auto g = GENERATOR(point, int, std::vector<int>) {
        BEGIN;
        YIELD({1, 2});
        YIELD_SET(x, {3, 4});
        YIELD({x, x});
        YIELD({});
        RETURN({6, 7, 8});
        END;
    };
    CHECK(g.next().y == 2);
    CHECK(g.next().x == 3);
    CHECK(g.send(5).y == 5);
    CHECK(g.next().x == 0);
    CHECK_FALSE(g.resume());
    CHECK(g.result() == std::vector<int>{6, 7, 8});
}

TEST_CASE("arguments with commas need no parentheses in RAISE, YIELD_FROM, FOR and WITH") {
    trace t;
    int x = 0;
    const lasti::generator<int> g = GENERATOR(int) {
        BEGIN;
        YIELD_FROM(std::vector<int>{1, 2});
        YIELD_FROM_SET(x, std::vector<int>{3, 4});
        FOR(x, std::vector<int>{5, 6})
            YIELD(x);
        END_FOR
        WITH_SET(x, manager{t, 7})
            YIELD(x);
        END_WITH
        TRY
            RAISE(std::pair<int, int>{8, 9});
        EXCEPT(std::pair<int, int>)
            YIELD(CAUGHT(std::pair<int, int>).second);
        END_TRY
        END;
    };
    CHECK(drain(g) == "1 2 3 4 5 6 7 9");
}

TEST_CASE("statements stand unbraced behind if and else") {
    const auto branch = [](bool yes) -> lasti::generator<int, int> {
        int x = 0;
        return GENERATOR(int, int) {
            BEGIN;
            if (yes) YIELD(1); else YIELD(2);
            if (yes) YIELD_SET(x, 3); else YIELD_SET(x, 4);
            if (yes) YIELD_FROM(std::vector<int>{5}); else YIELD_FROM(std::vector<int>{6});
            if (yes) YIELD_FROM_SET(x, std::vector<int>{7}); else YIELD_FROM_SET(x, std::vector<int>{8});
            if (yes) RETURN(); else RAISE(9);
            END;
        };
    };
    CHECK(drain(branch(true)) == "1 3 5 7");
    const auto other = branch(false);
    for (int expected : {2, 4, 6, 8}) CHECK(other.next() == expected);
    CHECK(thrown_by([&] { other.next(); }).is<int>());
}

TEST_CASE("statements stand in loops, as their whole body") {
    int i = 0;
    const lasti::generator<int> g = GENERATOR(int) {
        BEGIN;
        for (; i < 3; ++i) YIELD(i);
        while (i > 1) YIELD(--i);
        do YIELD(i += 10); while (i < 20);
        for (i = 0; i < 2; ++i) YIELD_FROM(std::vector<int>{i});
        END;
    };
    CHECK(drain(g) == "0 1 2 2 1 11 21 0 1");
}

TEST_CASE("a generator inside the body of another has labels of its own") {
    const lasti::generator<int> g = GENERATOR(int) {
        BEGIN;
        YIELD(1);
        YIELD_FROM(([]() -> lasti::generator<int> {
            return GENERATOR(int) { BEGIN; YIELD(2); YIELD(3); END; };
        }()));
        YIELD(4);
        END;
    };
    CHECK(drain(g) == "1 2 3 4");
}

TEST_CASE("the operand of YIELD is evaluated once, when control comes to it") {
    trace t;
    const auto note = [t](int n) {
        t(n);
        return n;
    };
    const lasti::generator<int> g = GENERATOR(int) {
        BEGIN;
        YIELD(note(1));
        YIELD_FROM(std::vector<int>{note(2)});
        END;
    };
    CHECK(t.take() == "");
    g.resume();
    CHECK(t.take() == "1");
    g.resume();
    g.resume();
    CHECK(t.take() == "2");
}

TEST_SUITE_END();
