// SEMANTICS.md 2.3, row by row: yield from (PEP 380). What is traced was printed by CPython first.
// test_yield_from_matrix.cpp has its matrix.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "support/raised_in.hpp"
#include "support/trace.hpp"

using lasti::error;

namespace {

typedef lasti::generator<int> ints;
typedef lasti::generator<int, int, int> full;
struct A : std::exception {};

full echo() {
    int x = 0;
    return GENERATOR(int, int, int) {
        BEGIN;
        TRY
            YIELD_SET(x, 1);
            for (;;) YIELD_SET(x, self.was_sent() ? x : -1);
        EXCEPT(A)
            RETURN(40 + x);
        END_TRY
        END;
    };
}

// A range that counts how often its iterator is asked for.
struct counting_range {
    int* begins;
    std::vector<int> items;
    std::vector<int>::const_iterator begin() const {
        ++*begins;
        return items.begin();
    }
    std::vector<int>::const_iterator end() const { return items.end(); }
};

ints ignoring(int times, trace t) {
    int i = 0;
    return GENERATOR(int) {
        BEGIN;
        for (; i < times; ++i) {
            TRY
                YIELD(i);
            EXCEPT(lasti::generator_exit)
                t("i:ignores");
            END_TRY
        }
        END;
    };
}

// Delegates; `how` it reacts to a RuntimeError there.
ints reacting(ints to, std::string name, std::string how, trace t) {
    return GENERATOR(int) {
        BEGIN;
        TRY
            YIELD_FROM(to);
        EXCEPT(lasti::runtime_error)
            t(name + ":ignored");
            if (how == "yields") YIELD(30);
            if (how == "raises") RERAISE;
        EXCEPT(lasti::generator_exit)
            t(name + ":exit");
            RERAISE;
        END_TRY
        END;
    };
}

std::string closes(ints const& g) {
    const error e = thrown_by([&] { g.close(); });
    if (!e) return g.done() ? "closed" : "still open";
    return starts_with(e.what(), "generator ignored GeneratorExit: ") ? "ignored" : e.what();
}

} // namespace

TEST_SUITE_BEGIN("semantics 2.3");

TEST_CASE("GY1: iter(expr) once; then next() goes to next(), send(v) to send(v)") {
    int begins = 0;
    int* const counter = &begins;
    const ints ranged = GENERATOR(int) { BEGIN; YIELD_FROM(counting_range{counter, {1, 2, 3}}); END; };
    CHECK(begins == 0);
    CHECK(drain(ranged) == "1 2 3");
    CHECK(begins == 1);
    const full g = GENERATOR(int, int, int) { BEGIN; YIELD_FROM(echo()); END; };
    CHECK(g.next() == 1);
    CHECK(g.send(5) == 5);
    CHECK(g.next() == -1);
}

TEST_CASE("GY2: it lacks send: AttributeError at the yield from; it lacks throw: raised there; close: skipped") {
    trace t;
    const auto make = [t] {
        int x = 0;
        return full(GENERATOR(int, int, int) {
            BEGIN;
            TRY
                YIELD_FROM(std::vector<int>{1, 2});
            EXCEPT(lasti::attribute_error)
                t("attribute");
                YIELD_SET(x, 10);
            EXCEPT(A)
                YIELD(20);
            EXCEPT(lasti::generator_exit)
                t("exit");
                RERAISE;
            END_TRY
            END;
        });
    };
    const full sent = make(), thrown = make(), closed = make();
    for (full const& g : {sent, thrown, closed}) g.next();
    CHECK(sent.send(0) == 10);
    CHECK(thrown.throw_(A()) == 20);
    CHECK_FALSE(closed.close());
    CHECK(t.take() == "attribute exit");
}

TEST_CASE("GY3: throw() of anything but GeneratorExit goes to the inner one; if that returns v, v is the result") {
    int result = 0;
    const full g = GENERATOR(int, int, int) {
        BEGIN;
        YIELD_FROM_SET(result, echo());
        YIELD(result);
        END;
    };
    g.next();
    g.send(2);
    CHECK(g.throw_(A()) == 42);
    CHECK_FALSE(g.resume());
}

TEST_CASE("GY3: what the inner one does not catch is raised at the yield from") {
    const full g = GENERATOR(int, int, int) {
        BEGIN;
        TRY YIELD_FROM(echo()); EXCEPT(lasti::value_error) YIELD(7); END_TRY
        END;
    };
    g.next();
    CHECK(g.throw_(lasti::value_error("")) == 7);
}

TEST_CASE("GY4: throw(GeneratorExit) and close() close the inner one first, then raise GeneratorExit outside") {
    trace t;
    const auto make = [t] {
        const auto inner = [t] {
            return ints(GENERATOR(int) {
                BEGIN; TRY YIELD(1); EXCEPT(lasti::generator_exit) t("swallowed"); END_TRY END;
            });
        };
        return lasti::generator<int, void, int>(GENERATOR(int, void, int) {
            BEGIN;
            TRY
                YIELD_FROM(inner());
                t("went on");
            EXCEPT(lasti::generator_exit)
                t("exit");
                RETURN(6);
            END_TRY
            END;
        });
    };
    const auto closed = make(), thrown = make();
    closed.next();
    CHECK(closed.close());
    CHECK(closed.result() == 6);
    CHECK(t.take() == "swallowed exit");
    thrown.next();
    const error stop = thrown_by([&] { thrown.throw_(lasti::generator_exit()); });
    REQUIRE(stop.is<lasti::stop_iteration_value<int>>());
    CHECK(stop.as<lasti::stop_iteration_value<int>>()->value() == 6);
    CHECK(t.take() == "swallowed exit");
}

TEST_CASE("GY4: what the inner one raises when closed is raised at the yield from in place of GeneratorExit") {
    trace t;
    const auto make = [t] {
        const auto inner = []() -> ints {
            return GENERATOR(int) { BEGIN; TRY YIELD(1); FINALLY RAISE(A()); END_TRY END; };
        };
        return ints(GENERATOR(int) {
            BEGIN;
            TRY
                YIELD_FROM(inner());
            EXCEPT(A)
                t(self.handled().context().is<lasti::generator_exit>() ? "A <- GeneratorExit" : "A");
                YIELD(3);
            EXCEPT_ANY
                t("other");
            END_TRY
            END;
        });
    };
    const ints closed = make(), thrown = make();
    closed.next();
    CHECK(closes(closed) == "ignored");
    CHECK(closed.value() == 3);
    thrown.next();
    CHECK(thrown.throw_(lasti::generator_exit()) == 3);
    CHECK(t.take() == "A <- GeneratorExit A <- GeneratorExit");
}

TEST_CASE("GY5: the inner one yields in answer to close(): RuntimeError outside, and it stays suspended") {
    trace t;
    const ints inner = ignoring(3, t);
    const ints g = reacting(inner, "o", "raises", t);
    g.next();
    CHECK(closes(g) == "ignored");
    CHECK(t.take() == "i:ignores o:ignored");
    CHECK(g.done());
    CHECK(state_of(inner) == "suspended");
    CHECK(inner.next() == 2);
}

TEST_CASE("GY5: the middle one of three catches that and returns: the outer gets a plain GeneratorExit") {
    trace t;
    const ints inner = ignoring(3, t), middle = reacting(inner, "m", "returns", t);
    const ints outer = reacting(middle, "o", "", t);
    outer.next();
    CHECK(closes(outer) == "closed");
    CHECK(t.take() == "i:ignores m:ignored o:exit");
    CHECK(middle.done());
    CHECK(inner.next() == 2);
}

TEST_CASE("GY5: the middle one lets it out: it is the outer's RuntimeError") {
    trace t;
    const ints inner = ignoring(3, t), middle = reacting(inner, "m", "raises", t);
    const ints outer = reacting(middle, "o", "yields", t);
    outer.next();
    CHECK(closes(outer) == "ignored");
    CHECK(t.take() == "i:ignores m:ignored o:ignored");
    CHECK(middle.done());
    CHECK(outer.value() == 30);
    CHECK_FALSE(outer.resume());
    CHECK(inner.next() == 2);
}

TEST_CASE("GY5: the middle one yields in answer: it has ignored GeneratorExit itself, and stays suspended") {
    trace t;
    const ints inner = ignoring(3, t), middle = reacting(inner, "m", "yields", t);
    const ints outer = reacting(middle, "o", "returns", t);
    outer.next();
    CHECK(closes(outer) == "closed"); // the outer one caught it, and returned
    CHECK(t.take() == "i:ignores m:ignored o:ignored");
    CHECK(state_of(middle) == "suspended");
    CHECK(state_of(inner) == "suspended");
    CHECK(middle.value() == 30);
    CHECK(inner.next() == 2);
}

TEST_CASE("GY5: a handler of GeneratorExit that delegates again, to what yields nothing, is as good as none") {
    trace t;
    const ints inner = GENERATOR(int) {
        BEGIN;
        TRY
            YIELD(1);
        EXCEPT(lasti::generator_exit)
            YIELD_FROM(std::vector<int>());
            t("i:back");
        END_TRY
        END;
    };
    const ints g = reacting(inner, "o", "", t);
    g.next();
    CHECK(closes(g) == "closed");
    CHECK(t.take() == "i:back o:exit");
}

TEST_CASE("GY5: a handler of GeneratorExit that yields through a new sub-generator ignores it as well") {
    trace t;
    for (const char* how : {"raises", "yields"}) {
        const auto inner = [t] {
            const auto items = [t] {
                return ints(GENERATOR(int) { BEGIN; TRY YIELD(50); YIELD(51); FINALLY t("items"); END_TRY END; });
            };
            return ints(GENERATOR(int) {
                BEGIN;
                TRY
                    YIELD(1);
                EXCEPT(lasti::generator_exit)
                    t("i:exit");
                    YIELD_FROM(items());
                    t("i:back");
                END_TRY
                END;
            });
        };
        const ints g = reacting(inner(), "o", how, t);
        g.next();
        CHECK(closes(g) == "ignored");
        // The inner one stays suspended, and nobody has it but `to` of the delegator.
        CHECK(t.take() == (how == std::string("raises") ? "i:exit o:ignored items" : "i:exit o:ignored"));
        if (g.done()) continue;
        CHECK(state_of(g) == "suspended");
        CHECK(g.value() == 30);
        CHECK_FALSE(g.resume());
        CHECK(t.take() == "items");
    }
}

TEST_CASE("GY5: an operand that nobody else has is destroyed before the delegator handles that") {
    trace t;
    const ints g = GENERATOR(int) {
        BEGIN;
        TRY
            YIELD_FROM(([t]() -> ints {
                const local dies = noting(t, "inner dies");
                return GENERATOR(int) { BEGIN; (void)dies; TRY YIELD(1); FINALLY YIELD(2); END_TRY END; };
            }()));
        EXCEPT(lasti::runtime_error)
            t("handled");
        END_TRY
        END;
    };
    g.next();
    CHECK(g.close());
    CHECK(t.take() == "inner dies handled");
}

TEST_CASE("GY6: the result of the expression is what the inner one returned; None when it had ended") {
    const lasti::generator<int, void, std::string> inner = GENERATOR(int, void, std::string) {
        BEGIN; YIELD(1); RETURN("told"); END;
    };
    std::string first = "?", second = "?";
    trace t;
    const ints g = GENERATOR(int) {
        BEGIN;
        YIELD_FROM_SET(first, inner);
        YIELD_FROM_SET(second, inner);
        t("[" + first + second + "]");
        END;
    };
    CHECK(drain(g) == "1");
    CHECK(t.take() == "[told]");
}

TEST_CASE("GY7: on close, finally runs in the inner one first, then outward") {
    trace t;
    struct level {
        trace t;
        int n;
        GENERATOR_BODY(int) {
            BEGIN;
            TRY
                if (n < 3) YIELD_FROM(level{t, n + 1});
                else YIELD(n);
            FINALLY
                t(n);
            END_TRY
            END;
        }
    };
    const ints g = level{t, 1};
    g.next();
    g.close();
    CHECK(t.take() == "3 2 1");
}

TEST_CASE("GY7: a delegator runs while its sub-generator does: resuming it from there is ValueError, itself too") {
    ints outer, own;
    ints *const o = &outer, *const self_handle = &own;
    const ints inner = GENERATOR(int) {
        BEGIN; TRY YIELD(o->next()); EXCEPT(lasti::value_error) YIELD(5); END_TRY END;
    };
    outer = GENERATOR(int) { BEGIN; YIELD_FROM(inner); END; };
    CHECK(drain(outer) == "5");
    own = GENERATOR(int) {
        BEGIN; TRY YIELD_FROM(*self_handle); EXCEPT(lasti::value_error) YIELD(6); END_TRY END;
    };
    CHECK(drain(own) == "6");
}

TEST_CASE("GY8: two delegators share one sub-generator in turn, and split its values") {
    const full shared = echo();
    const auto make = [=] { return full(GENERATOR(int, int, int) { BEGIN; YIELD_FROM(shared); END; }); };
    const full a = make(), b = make();
    CHECK(a.next() == 1);
    CHECK(b.next() == -1);
    CHECK(a.send(4) == 4);
    CHECK(b.send(5) == 5);
}

TEST_CASE("GY9: during a delegated next, send and throw the delegator is the inner one's f_back") {
    full inner, outer;
    trace t;
    full *const i = &inner, *const o = &outer;
    const auto look = [=] {
        const lasti::frame_info back = i->gi_frame().f_back();
        t(back && &back.f_code() == &o->gi_code() ? "there" : "not there");
    };
    inner = GENERATOR(int, int, int) {
        BEGIN;
        look();
        TRY YIELD(1); look(); YIELD(2); EXCEPT(A) look(); END_TRY
        YIELD(3);
        END;
    };
    outer = GENERATOR(int, int, int) { BEGIN; YIELD_FROM(inner); END; };
    outer.next();
    outer.send(0);
    outer.throw_(A());
    CHECK(t.take() == "there there there");
}

TEST_SUITE_END();
