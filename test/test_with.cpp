// WITH: how it is entered and left. The table is what CPython prints.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "support/trace.hpp"

using lasti::generator;

namespace {

struct B : std::exception {};
struct C : std::exception {};

std::string name_of(lasti::error const& e) {
    if (!e) return "none";
    return e.is<B>() ? "B" : e.is<C>() ? "C" : e.is<lasti::generator_exit>() ? "GeneratorExit" : e.what();
}

// Leaves a loop as the table says.
#define LEAVE(how) \
    if (how == "break") break; \
    if (how == "continue") continue; \
    if (how == "return") RETURN(7); \
    if (how == "raise") RAISE(B())

struct manager {
    trace t;
    std::string does;
    int enter() const {
        t("enter");
        return 5;
    }
    bool exit(lasti::error const& e) const {
        t("exit:" + name_of(e));
        if (does == "raises") throw C();
        return does == "swallows";
    }
};

struct with_in_loop {
    trace t;
    std::string does, how;
    int i;
    GENERATOR_BODY(std::string, void, int) {
        BEGIN;
        for (; i < 2; ++i) {
            t("loop");
            WITH(manager{t, does})
                YIELD("yield");
                LEAVE(how);
            END_WITH
            t("after");
        }
        t("end");
        END;
    }
};

} // namespace

TEST_SUITE_BEGIN("WITH");

TEST_CASE("PEP 343: exit() runs on every way out of WITH; only an exception can be swallowed") {
    const struct {
        std::string does, how, expected;
    } rows[] = {
        {"passes", "pass", "loop enter yield exit:none after loop enter yield exit:none after end returned:0"},
        {"passes", "break", "loop enter yield exit:none end returned:0"},
        {"passes", "continue", "loop enter yield exit:none loop enter yield exit:none end returned:0"},
        {"passes", "return", "loop enter yield exit:none returned:7"},
        {"passes", "raise", "loop enter yield exit:B raised:B"},
        {"passes", "throw", "loop enter yield exit:B raised:B"},
        {"passes", "close", "loop enter yield exit:GeneratorExit closed stop"},
        {"swallows", "pass", "loop enter yield exit:none after loop enter yield exit:none after end returned:0"},
        {"swallows", "break", "loop enter yield exit:none end returned:0"},
        {"swallows", "continue", "loop enter yield exit:none loop enter yield exit:none end returned:0"},
        {"swallows", "return", "loop enter yield exit:none returned:7"},
        {"swallows", "raise", "loop enter yield exit:B after loop enter yield exit:B after end returned:0"},
        {"swallows", "throw", "loop enter yield exit:B after loop enter yield exit:none after end returned:0"},
        {"swallows", "close", "loop enter yield exit:GeneratorExit after loop enter ignored exit:none after end returned:0"},
        {"raises", "pass", "loop enter yield exit:none raised:C"},
        {"raises", "break", "loop enter yield exit:none raised:C"},
        {"raises", "continue", "loop enter yield exit:none raised:C"},
        {"raises", "return", "loop enter yield exit:none raised:C"},
        {"raises", "raise", "loop enter yield exit:B raised:C"},
        {"raises", "throw", "loop enter yield exit:B raised:C"},
        {"raises", "close", "loop enter yield exit:GeneratorExit raised:C"},
    };
    for (auto const& row : rows) {
        trace t;
        INFO("exit " << row.does << ", out by " << row.how);
        const generator<std::string, void, int> g = with_in_loop{t, row.does, row.how, 0};
        const lasti::error e = thrown_by([&] {
            t(g.next());
            if (row.how == "throw") t(g.throw_(B()));
            if (row.how == "close") {
                const lasti::error problem = thrown_by([&] { g.close(); });
                if (problem.is<C>()) problem.rethrow();
                t(problem ? "ignored" : "closed");
            }
            while (g.resume()) t(g.value());
            if (row.how == "close" && row.does == "passes") t("stop");
            else t("returned:" + std::to_string(g.result()));
        });
        if (e) t("raised:" + name_of(e));
        CHECK(t.take() == row.expected);
    }
}


TEST_CASE("WITH_SET gives what enter() gives; exit() may be void, and enter() may be missing") {
    struct bare {
        trace t;
        void exit(lasti::error const& e) const { t(name_of(e)); }
    };
    trace t;
    int x = 0;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        WITH_SET(x, manager{t, ""})
            YIELD(x);
        END_WITH
        WITH(bare{t})
            YIELD(6);
        END_WITH
        END;
    };
    CHECK(drain(g) == "5 6");
    CHECK(t.take() == "enter exit:none none");
}


TEST_CASE("WITH takes an rvalue manager into the frame, and refers to an lvalue") {
    struct owner {
        std::unique_ptr<int> p;
        trace t;
        int enter() { return *p += 1; }
        void exit(lasti::error const&) { t(*p); }
    };
    struct body {
        owner* outside;
        trace t;
        int x;
        GENERATOR_BODY(int) {
            BEGIN;
            WITH_SET(x, owner{std::unique_ptr<int>(new int(1)), t})
                YIELD(x);
            END_WITH
            WITH_SET(x, *outside)
                YIELD(x);
            END_WITH
            END;
        }
    };
    trace t;
    owner outside = {std::unique_ptr<int>(new int(10)), t};
    CHECK(drain(generator<int>(body{&outside, t, 0})) == "2 11");
    CHECK(*outside.p == 11);
    CHECK(t.take() == "2 11");
}


TEST_CASE("the manager dies when WITH is left, and not before exit()") {
    struct owner {
        local dies;
        trace t;
        void exit(lasti::error const&) const { t("exit"); }
    };
    trace t;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        WITH((owner{noting(t, "dies"), t}))
            YIELD(1);
        END_WITH
        t("after");
        YIELD(2);
        END;
    };
    g.next();
    CHECK(t.take() == "");
    g.next();
    CHECK(t.take() == "exit dies after");
}


TEST_CASE("where enter() raises, there is nothing to leave: exit() does not run") {
    struct fails {
        trace t;
        void enter() const { throw B(); }
        void exit(lasti::error const&) const { t("exit"); }
    };
    trace t;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY
            WITH(fails{t})
                YIELD(-1);
            END_WITH
        EXCEPT(B)
            YIELD(1);
        END_TRY
        END;
    };
    CHECK(drain(g) == "1");
    CHECK(t.take() == "");
}


TEST_CASE("what exit() raises has what it was told of as its context") {
    trace t;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY
            WITH((manager{t, "raises"}))
                RAISE(B());
            END_WITH
        EXCEPT(C)
            t(name_of(self.handled().context()));
            YIELD(1);
        END_TRY
        END;
    };
    CHECK(drain(g) == "1");
    CHECK(t.take() == "enter exit:B B");
}


TEST_CASE("WITH inside WITH is left from the inside out; one that swallows hides it from the outer") {
    trace t;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        WITH((manager{t, ""}))
            WITH((manager{t, "swallows"}))
                YIELD(1);
                RAISE(B());
            END_WITH
            YIELD(2);
        END_WITH
        END;
    };
    CHECK(drain(g) == "1 2");
    CHECK(t.take() == "enter enter exit:B exit:none");
}


TEST_SUITE_END();
