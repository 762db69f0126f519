// FOR: what it iterates, and when it lets go of that.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <list>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/counted.hpp"
#include "support/trace.hpp"

using lasti::generator;

namespace {

struct B : std::exception {};

// Leaves a loop as the table says.
#define LEAVE(how) \
    if (how == "break") break; \
    if (how == "continue") continue; \
    if (how == "return") RETURN(7); \
    if (how == "raise") RAISE(B())

struct manager {
    trace t;
    void exit(lasti::error const&) const { t("exit"); }
};

// A range that says when it dies.
struct noisy_range {
    trace t;
    std::vector<int> items;
    local dies;
    noisy_range(trace log, std::vector<int> of) : t(log), items(std::move(of)), dies(noting(log, "range")) {}
    std::vector<int>::const_iterator begin() const { return items.begin(); }
    std::vector<int>::const_iterator end() const { return items.end(); }
};

struct for_in_loop {
    trace t;
    std::string how;
    int i, x;
    GENERATOR_BODY(int, void, int) {
        BEGIN;
        for (; i < 2; ++i) {
            FOR(x, noisy_range(t, {1, 2}))
                YIELD(x);
                LEAVE(how);
                t("next");
            END_FOR
            t("after");
        }
        RETURN(9);
        END;
    }
};

generator<int> count(int n, trace t) {
    int i = 0;
    return GENERATOR(int) {
        BEGIN;
        TRY
            for (; i < n; ++i) YIELD(i);
        FINALLY
            t("counted");
        END_TRY
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("FOR");

TEST_CASE("FOR lets go of its range on every way out, before what follows runs") {
    const struct {
        std::string how, expected;
    } rows[] = {
        {"pass", "next next range after next next range after"},
        {"break", "range after range after"},
        {"continue", "range after range after"},
        {"return", "range"},
        {"raise", "range"},
    };
    for (auto const& row : rows) {
        trace t;
        INFO(row.how);
        const generator<int, void, int> g = for_in_loop{t, row.how, 0, 0};
        const lasti::error e = thrown_by([&] { while (g.resume()) {} });
        CHECK(t.take() == row.expected);
        CHECK(e.is<B>() == (row.how == "raise"));
        if (!e) CHECK(g.result() == (row.how == "return" ? 7 : 9));
    }
    trace t;
    const generator<int, void, int> closed = for_in_loop{t, "pass", 0, 0}, thrown = for_in_loop{t, "pass", 0, 0};
    closed.next();
    closed.close();
    CHECK(t.take() == "range");
    thrown.next();
    CHECK_THROWS_AS(thrown.throw_(B()), B);
    CHECK(t.take() == "range");
}


TEST_CASE("FOR iterates what range-for does: containers, arrays, maps, generators, its own begin() and end()") {
    trace t;
    int x = 0;
    std::pair<int, int> item;
    std::list<int> listed = {3, 4};
    std::list<int>* const lvalue = &listed;
    struct array {
        int items[2];
    } numbers = {{5, 6}};
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        FOR(x, std::vector<int>{1, 2}) YIELD(x); END_FOR
        FOR(x, *lvalue) YIELD(x); END_FOR
        FOR(x, numbers.items) YIELD(x); END_FOR
        FOR(item, std::map<int, int>{{7, 8}}) YIELD(item.first); YIELD(item.second); END_FOR
        FOR(x, count(2, t)) YIELD(90 + x); END_FOR
        FOR(x, noisy_range(t, {92})) YIELD(x); END_FOR
        FOR(x, std::vector<int>()) YIELD(-1); END_FOR
        END;
    };
    CHECK(drain(g) == "1 2 3 4 5 6 7 8 90 91 92");
}


TEST_CASE("FOR converts its items, keeps the last one, and leaves the variable alone where there is none") {
    long x = 7;
    const generator<long> g = GENERATOR(long) {
        BEGIN;
        FOR(x, std::vector<short>()) END_FOR
        YIELD(x);
        FOR(x, std::vector<short>{1, 2}) END_FOR
        YIELD(x);
        END;
    };
    CHECK(drain(g) == "7 2");
}


TEST_CASE("FOR evaluates its range once, and refers to an lvalue rather than to copy it") {
    struct body {
        std::vector<counted> items;
        int evaluated;
        counted x;
        std::vector<counted>& get() {
            ++evaluated;
            return items;
        }
        GENERATOR_BODY(int) { BEGIN; FOR(x, get()) YIELD(x.value); END_FOR YIELD(evaluated); END; }
    };
    counted::reset();
    {
        const generator<int> g = body{{}, 0, counted()};
        CHECK(drain(g) == "1");
        const generator<int> h = body{std::vector<counted>(2, counted(4)), 0, counted()};
        h.next();
        CHECK(counted::alive() == 3); // two items and x: nobody copied the vector
        CHECK(drain(h) == "4 1");
    }
    CHECK(counted::alive() == 0);
}


TEST_CASE("FOR moves a move-only rvalue range in") {
    int sum = 0;
    struct owning {
        std::unique_ptr<std::vector<int>> items;
        std::vector<int>::iterator begin() const { return items->begin(); }
        std::vector<int>::iterator end() const { return items->end(); }
    };
    struct body {
        int x;
        GENERATOR_BODY(int) {
            BEGIN;
            FOR(x, owning{std::unique_ptr<std::vector<int>>(new std::vector<int>{1, 2})}) YIELD(x); END_FOR
            END;
        }
    };
    for (int i : generator<int>(body{0})) sum += i;
    CHECK(sum == 3);
}


TEST_CASE("G10: FOR over a generator, left by break, does not close it if somebody else has a handle") {
    trace t;
    int x = 0;
    const generator<int> inner = count(3, t);
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        FOR(x, inner) YIELD(x); break; END_FOR
        FOR(x, inner) YIELD(10 + x); END_FOR
        FOR(x, count(3, t)) YIELD(20 + x); break; END_FOR
        t("left");
        YIELD(30);
        END;
    };
    CHECK(drain(g) == "0 11 12 20 30");
    CHECK(t.take() == "counted counted left");
}


TEST_CASE("an exception from the range comes out of FOR, in the body") {
    const generator<int> inner = GENERATOR(int) { BEGIN; YIELD(1); RAISE(B()); END; };
    int x = 0;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY
            FOR(x, inner) YIELD(x); END_FOR
        EXCEPT(B)
            YIELD(2);
        END_TRY
        END;
    };
    CHECK(drain(g) == "1 2");
}


TEST_CASE("FOR, TRY and WITH stand in each other; break and continue mean the loop they stand in") {
    trace t;
    int x = 0, y = 0;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        FOR(x, std::vector<int>{1, 2, 3})
            TRY
                if (x == 2) continue;
                FOR(y, std::vector<int>{10, 20, 30})
                    WITH(manager{t})
                        if (y == 20) break;
                        YIELD(x + y);
                    END_WITH
                END_FOR
                if (x == 3) break;
            FINALLY
                YIELD(x);
            END_TRY
        END_FOR
        YIELD(100);
        END;
    };
    CHECK(drain(g) == "11 1 2 13 3 100");
    CHECK(t.take() == "exit exit exit exit");
}


TEST_CASE("FOR and WITH stand unbraced behind if and else") {
    trace t;
    int x = 0;
    for (bool yes : {true, false}) {
        const generator<int> g = GENERATOR(int) {
            BEGIN;
            if (yes)
                FOR(x, std::vector<int>{1, 2}) YIELD(x); END_FOR
            else
                WITH(manager{t}) YIELD(3); END_WITH
            END;
        };
        CHECK(drain(g) == (yes ? "1 2" : "3"));
    }
}


TEST_SUITE_END();
