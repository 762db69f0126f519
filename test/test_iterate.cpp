// iterate(): a struct's body run by value.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"

using lasti::iterate;

namespace {

struct countdown {
    int n;
    GENERATOR_BODY(int, void, int) { BEGIN; for (; n > 0; --n) YIELD(n); RETURN(100 + n); END; }
};

struct with_try {
    trace t;
    bool raises;
    GENERATOR_BODY(int) {
        BEGIN;
        YIELD(1);
        TRY
            YIELD(2);
            if (raises) RAISE(std::runtime_error("told"));
            YIELD(3);
        EXCEPT(std::runtime_error)
            YIELD(4);
            t(CAUGHT(std::runtime_error).what());
        ELSE
            YIELD(5);
        FINALLY
            YIELD(6);
            t("finally");
        END_TRY
        YIELD(7);
        END;
    }
};

struct throws {
    int at;
    int i;
    counted local;
    GENERATOR_BODY(int) {
        BEGIN;
        for (; i < 3; ++i) {
            if (i == at) throw std::runtime_error("thrown");
            YIELD(i);
        }
        if (at == 3) RAISE(lasti::value_error("raised"));
        END;
    }
};

struct throws_in_for {
    int x;
    bool yields_first;
    GENERATOR_BODY(int) {
        BEGIN;
        FOR(x, std::vector<int>{1, 2})
            if (yields_first && x == 1) YIELD(x);
            else throw std::runtime_error("in for");
        END_FOR
        END;
    }
};

struct chain {
    int x;
    trace t;
    GENERATOR_BODY(int) {
        BEGIN;
        YIELD(0);
        YIELD_FROM(countdown{2});
        YIELD_FROM_SET(x, countdown{1});
        YIELD(x);
        TRY
            YIELD_FROM(std::vector<int>{8, 9});
        FINALLY
            t("finally");
        END_TRY
        END;
    }
};

} // namespace

TEST_SUITE_BEGIN("iterate");

TEST_CASE("iterate() runs a struct's body in a range-for") {
    std::vector<int> seen;
    for (int i : iterate(countdown{3})) seen.push_back(i);
    CHECK(seen == std::vector<int>{3, 2, 1});
}

TEST_CASE("iterate() takes an lvalue by copy: it can be iterated again") {
    const countdown three = {3};
    CHECK(drain(iterate(three)) == "3 2 1");
    CHECK(drain(iterate(three)) == "3 2 1");
}

TEST_CASE("iterate() has the C++ face of a generator: resume, value, result, done") {
    auto it = iterate(countdown{1});
    CHECK_FALSE(it.done());
    CHECK_THROWS_AS(it.result(), lasti::invalid_state_error);
    CHECK(it.resume());
    CHECK(it.value() == 1);
    CHECK_FALSE(it.resume());
    CHECK(it.done());
    CHECK(it.result() == 100);
    CHECK_FALSE(it.resume());
}

TEST_CASE("iterate() works with <algorithm>, and goes on where a loop was left") {
    auto it = iterate(countdown{6});
    CHECK(*std::find(it.begin(), it.end(), 4) == 4);
    CHECK(std::accumulate(it.begin(), it.end(), 0) == 6);
}

TEST_CASE("iterate() can be moved before it starts") {
    std::vector<lasti::iteration<countdown>> all;
    all.push_back(iterate(countdown{2}));
    all.push_back(iterate(countdown{1}));
    CHECK(drain(all[0]) == "2 1");
    CHECK(drain(all[1]) == "1");
}

TEST_CASE("iterate() lets out what the body throws or raises, and is done then") {
    counted::reset();
    for (int at : {0, 1, 2, 3}) {
        auto it = iterate(throws{at, 0, counted()});
        for (int i = 0; i < at; ++i) CHECK(it.resume());
        const lasti::error e = thrown_by([&] { it.resume(); });
        CHECK(e.what() == (at == 3 ? "raised" : "thrown"));
        CHECK(it.done());
        CHECK_FALSE(it.resume());
        CHECK_FALSE(it.resume());
        CHECK_THROWS_AS(it.result(), lasti::invalid_state_error);
    }
    CHECK(counted::alive() == 0);
}

TEST_CASE("iterate() lets out what the body throws inside a FOR, and is done then") {
    for (bool yields_first : {false, true}) {
        auto it = iterate(throws_in_for{0, yields_first});
        if (yields_first) CHECK(it.resume());
        CHECK_THROWS_WITH(it.resume(), "in for");
        CHECK(it.done());
        CHECK_FALSE(it.resume());
    }
}

TEST_CASE("iterate() catches in a TRY, and yields in every clause") {
    trace t;
    CHECK(drain(iterate(with_try{t, true})) == "1 2 4 6 7");
    CHECK(t.take() == "told finally");
    CHECK(drain(iterate(with_try{t, false})) == "1 2 3 5 6 7");
    CHECK(t.take() == "finally");
}

TEST_CASE("iterate() lets out what leaves a TRY, and what is raised behind one") {
    struct body {
        trace t;
        bool behind;
        GENERATOR_BODY(int) {
            BEGIN;
            TRY
                YIELD(1);
                if (!behind) throw std::runtime_error("inside");
            FINALLY
                t("finally");
            END_TRY
            throw std::runtime_error("behind");
            END;
        }
    };
    trace t;
    for (bool behind : {false, true}) {
        auto it = iterate(body{t, behind});
        it.resume();
        CHECK_THROWS_WITH(it.resume(), (behind ? "behind" : "inside"));
        CHECK(t.take() == "finally");
        CHECK(it.done());
        CHECK_FALSE(it.resume());
    }
}

TEST_CASE("iterate() catches in a TRY that is entered without any yield before or in it") {
    struct body {
        GENERATOR_BODY(int) {
            BEGIN;
            TRY
                throw std::runtime_error("at once");
            EXCEPT(std::runtime_error)
            END_TRY
            YIELD(1);
            TRY
                throw std::runtime_error("again");
            EXCEPT_ANY
                YIELD(2);
            END_TRY
            END;
        }
    };
    CHECK(drain(iterate(body())) == "1 2");
}

TEST_CASE("GC6: leaving the loop in a TRY closes it: FINALLY runs") {
    trace t;
    struct finally {
        trace t;
        GENERATOR_BODY(int) {
            BEGIN;
            TRY
                YIELD(1);
            EXCEPT(lasti::generator_exit)
                t("exit");
                RERAISE;
            FINALLY
                t("finally");
            END_TRY
            END;
        }
    };
    for (int i : iterate(finally{t})) {
        CHECK(i == 1);
        break;
    }
    CHECK(t.take() == "exit finally");
}

TEST_CASE("GC6: leaving the loop where no TRY is destroys the locals, and runs nothing") {
    counted::reset();
    for (int i : iterate(throws{9, 0, counted()}))
        if (i == 1) break;
    CHECK(counted::alive() == 0);
}

TEST_CASE("GC6: one that was not started dies without running") {
    trace t;
    {
        auto it = iterate(with_try{t, false});
        (void)it;
    }
    CHECK(t.take() == "");
}

TEST_CASE("GC6: what goes wrong in its destruction is told to the unraisable hook") {
    struct body {
        int kind;
        local dies;
        GENERATOR_BODY(int) {
            BEGIN;
            TRY
                YIELD(1);
            EXCEPT_ANY
                if (kind == 0) YIELD(2);
                RAISE(lasti::value_error("in except"));
            END_TRY
            END;
        }
    };
    const unraisables reports;
    trace t;
    for (int kind : {0, 1}) {
        auto it = iterate(body{kind, noting(t, "local")});
        it.resume();
    }
    REQUIRE(reports.count() == 2);
    CHECK(starts_with(reports[0].what.what(), "generator ignored GeneratorExit: "));
    CHECK(reports[1].what.what() == "in except");
    CHECK(t.take() == "local local");
}

TEST_CASE("iterate() delegates: to structs, to ranges, in a TRY") {
    trace t;
    auto it = iterate(chain{0, t});
    CHECK(drain(it) == "0 2 1 1 100 8 9");
    CHECK(t.take() == "finally");
    CHECK_FALSE(it.resume());
}

TEST_CASE("iterate(): leaving the loop while it delegates closes the inner one first") {
    struct inner {
        trace t;
        GENERATOR_BODY(int) { BEGIN; TRY YIELD(1); FINALLY t("inner"); END_TRY END; }
    };
    struct outer {
        trace t;
        GENERATOR_BODY(int) { BEGIN; TRY YIELD_FROM(inner{t}); FINALLY t("outer"); END_TRY END; }
    };
    struct bare {
        trace t;
        GENERATOR_BODY(int) { BEGIN; YIELD_FROM(inner{t}); END; }
    };
    trace t;
    for (int i : iterate(outer{t})) {
        CHECK(i == 1);
        break;
    }
    CHECK(t.take() == "inner outer");
    for (int i : iterate(bare{t})) {
        CHECK(i == 1);
        break;
    }
    CHECK(t.take() == "inner");
}

TEST_CASE("iterate(): an exception comes out of the one it delegates to, or is caught on the way") {
    struct outer {
        bool catches;
        GENERATOR_BODY(int) {
            BEGIN;
            TRY
                YIELD_FROM(throws{1, 0, counted()});
            EXCEPT(std::runtime_error)
                if (!catches) RERAISE;
                YIELD(9);
            END_TRY
            END;
        }
    };
    CHECK(drain(iterate(outer{true})) == "0 9");
    auto it = iterate(outer{false});
    CHECK(it.resume());
    CHECK_THROWS_WITH(it.resume(), "thrown");
    CHECK_FALSE(it.resume());
}

TEST_CASE("iterate() runs bodies with FOR and WITH, and leaves them however it is left") {
    struct manager {
        trace t;
        void exit(lasti::error const& e) const { t(e ? e.type_name() : "exit"); }
    };
    struct body {
        int x;
        trace t;
        GENERATOR_BODY(int) {
            BEGIN;
            FOR(x, std::vector<int>{1, 2, 3})
                WITH(manager{t})
                    if (x == 2) continue;
                    YIELD(x);
                END_WITH
            END_FOR
            YIELD(4);
            END;
        }
    };
    trace t;
    CHECK(drain(iterate(body{0, t})) == "1 3 4");
    CHECK(t.take() == "exit exit exit");
    for (int i : iterate(body{0, t}))
        if (i == 3) break;
    CHECK(t.take() == "exit exit lasti::generator_exit");
}

TEST_CASE("PEP 479: StopIteration that leaves a driven iterate() body becomes RuntimeError") {
    struct body {
        GENERATOR_BODY(int) { BEGIN; TRY YIELD(1); END_TRY RAISE(lasti::stop_iteration()); END; }
    };
    auto it = iterate(body());
    it.resume();
    const lasti::error e = thrown_by([&] { it.resume(); });
    CHECK(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "generator raised StopIteration: "));
}

TEST_CASE("G13: a C++ throw of StopIteration out of an iterate() body stays what it is, but for one in a TRY") {
    struct throwing {
        bool in_try;
        GENERATOR_BODY(int) {
            BEGIN;
            YIELD(1);
            if (!in_try) throw lasti::stop_iteration();
            TRY throw lasti::stop_iteration(); EXCEPT(lasti::value_error) END_TRY
            END;
        }
    };
    const auto raised = [](bool in_try) {
        auto it = iterate(throwing{in_try});
        CHECK(it.resume());
        const lasti::error e = thrown_by([&] { it.resume(); });
        CHECK(it.done());
        return e;
    };
    CHECK(raised(false).is<lasti::stop_iteration>());
    CHECK(raised(true).is<lasti::runtime_error>());
}

TEST_CASE("iterate() takes move-only bodies, and Ys of any kind") {
    struct body {
        std::unique_ptr<int> p;
        GENERATOR_BODY(std::unique_ptr<int>) { BEGIN; YIELD(std::move(p)); YIELD(nullptr); END; }
    };
    auto it = iterate(body{std::unique_ptr<int>(new int(3))});
    CHECK(it.resume());
    CHECK(*it.value() == 3);
    CHECK(it.resume());
    CHECK_FALSE(it.value());
    struct refers {
        int* p;
        GENERATOR_BODY(int&) { BEGIN; YIELD(*p); YIELD(*p); END; }
    };
    int object = 0;
    for (int& x : iterate(refers{&object})) ++x;
    CHECK(object == 2);
}

TEST_SUITE_END();
