// SEMANTICS.md 2.1, row by row: creation, iteration, end (PEP 255, PEP 479).
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/raised_in.hpp"
#include "support/trace.hpp"

using lasti::error;

namespace {

typedef lasti::generator<int> ints;
struct A : std::exception {};

ints two(trace t) {
    return GENERATOR(int) { BEGIN; t("a"); YIELD(1); t("b"); YIELD(2); t("c"); END; };
}

ints with_argument(int n, trace t) {
    t("bound");
    return GENERATOR(int) { BEGIN; t("runs"); YIELD(n); END; };
}

ints delegate(ints to) {
    return GENERATOR(int) { BEGIN; YIELD_FROM(to); END; };
}

} // namespace

TEST_SUITE_BEGIN("semantics 2.1");

TEST_CASE("G1: calling evaluates and binds the arguments at once, and runs none of the body") {
    trace t;
    int n = 5;
    const auto evaluated = [&] {
        t("argument");
        return n;
    };
    const ints g = with_argument(evaluated(), t);
    CHECK(t.take() == "argument bound");
    n = 6;
    CHECK(g.next() == 5);
    CHECK(t.take() == "runs");
}

TEST_CASE("G2: a yield that is never reached makes a generator as well, one that ends at once") {
    const ints g = GENERATOR(int) { BEGIN; if (false) YIELD(1); END; };
    CHECK(state_of(g) == "created");
    CHECK_THROWS_AS(g.next(), lasti::stop_iteration);
}

TEST_CASE("G2: iter(g) is g: every begin() goes on with the one pass there is") {
    trace t;
    const ints g = two(t);
    CHECK(*g.begin() == 1);
    CHECK(*g.begin() == 2);
    CHECK(g.begin() == g.end());
}

TEST_CASE("G3: created, running, suspended, closed, in this order") {
    trace t;
    ints g;
    ints* const itself = &g;
    g = GENERATOR(int) { BEGIN; t(state_of(*itself)); YIELD(1); END; };
    t(state_of(g));
    g.next();
    t(state_of(g));
    CHECK_FALSE(g.resume());
    t(state_of(g));
    CHECK(t.take() == "created running suspended closed");
}

TEST_CASE("G4: gi_running only while executing, also while it delegates to one that runs") {
    ints inner, outer;
    trace t;
    ints *const i = &inner, *const o = &outer;
    const auto look = [=] {
        t(i->gi_running() ? "inner" : "no");
        t(o->gi_running() ? "outer," : "no,");
    };
    inner = GENERATOR(int) { BEGIN; look(); YIELD(1); END; };
    outer = delegate(inner);
    look();
    outer.next();
    look();
    CHECK(t.take() == "no no, inner outer, no no,");
}

TEST_CASE("G4: gi_suspended is false when created, running and closed") {
    ints g;
    ints* const itself = &g;
    bool while_running = true;
    bool* const out = &while_running;
    g = GENERATOR(int) { BEGIN; *out = itself->gi_suspended(); YIELD(1); END; };
    CHECK_FALSE(g.gi_suspended());
    g.next();
    CHECK_FALSE(while_running);
    CHECK(g.gi_suspended());
    g.close();
    CHECK_FALSE(g.gi_suspended());
}

TEST_CASE("G4: gi_frame is None once closed, gi_code stays, gi_yieldfrom is None but while suspended in it") {
    trace t;
    ints outer;
    ints* const o = &outer;
    const ints inner = GENERATOR(int) { BEGIN; t(o->gi_yieldfrom() ? "shown" : "none"); YIELD(1); END; };
    outer = delegate(inner);
    CHECK_FALSE(outer.gi_yieldfrom());
    outer.next();
    CHECK(t.take() == "none"); // it ran
    CHECK(outer.gi_yieldfrom());
    CHECK(outer.gi_frame());
    outer.close();
    CHECK_FALSE(outer.gi_yieldfrom());
    CHECK_FALSE(outer.gi_frame());
    CHECK(outer.gi_code().name == std::string("delegate"));
}

TEST_CASE("G5: f_lineno is the first line when created, then that of the last yield, also by YIELD_FROM") {
    const int first = __LINE__ + 1;
    const ints g = GENERATOR(int) {
        BEGIN;
        YIELD(1);
        YIELD_FROM(std::vector<int>{2});
        END;
    };
    CHECK(g.gi_frame().f_lineno() == first);
    g.next();
    CHECK(g.gi_frame().f_lineno() == first + 2);
    g.next();
    CHECK(g.gi_frame().f_lineno() == first + 3);
}

TEST_CASE("G6: falling off the end and RETURN() throw StopIteration without a value") {
    const ints falls = GENERATOR(int) { BEGIN; YIELD(1); END; };
    const ints returns = GENERATOR(int) { BEGIN; YIELD(1); RETURN(); YIELD(2); END; };
    for (ints const& g : {falls, returns}) {
        g.next();
        CHECK(thrown_by([&] { g.next(); }).is<lasti::stop_iteration>());
    }
}

TEST_CASE("G6: the returned object comes unmodified, be it a pair or a StopIteration itself; and only once") {
    typedef std::pair<int, std::string> result;
    const lasti::generator<int, void, result> g = GENERATOR(int, void, result) {
        BEGIN; YIELD(1); RETURN({2, "x"}); END;
    };
    g.next();
    const error first = thrown_by([&] { g.next(); });
    REQUIRE(first.is<lasti::stop_iteration_value<result>>());
    CHECK((first.as<lasti::stop_iteration_value<result>>()->value() == result(2, "x")));
    for (int i = 0; i < 2; ++i) {
        const error later = thrown_by([&] { g.next(); });
        CHECK(later.is<lasti::stop_iteration>());
        CHECK_FALSE(later.is<lasti::stop_iteration_value<result>>());
    }
    typedef lasti::stop_iteration_value<int> stop;
    const lasti::generator<int, void, stop> h = GENERATOR(int, void, stop) {
        BEGIN; YIELD(1); RETURN(stop(7)); END;
    };
    h.next();
    const error returned = thrown_by([&] { h.next(); });
    REQUIRE(returned.is<lasti::stop_iteration_value<stop>>());
    CHECK(returned.as<lasti::stop_iteration_value<stop>>()->value().value() == 7);
}

TEST_CASE("G7: an exception that leaves the body closes the generator; afterwards it is StopIteration") {
    const lasti::generator<int, int> g = GENERATOR(int, int) { BEGIN; YIELD(1); throw A(); END; };
    g.next();
    CHECK_THROWS_AS(g.next(), A);
    CHECK(state_of(g) == "closed");
    CHECK_THROWS_AS(g.next(), lasti::stop_iteration);
    CHECK_THROWS_AS(g.send(1), lasti::stop_iteration);
}

TEST_CASE("G7: one that fails before its first yield is closed as well") {
    const ints g = GENERATOR(int) { BEGIN; RAISE(A()); YIELD(1); END; };
    CHECK_THROWS_AS(g.next(), A);
    CHECK(g.done());
    CHECK_FALSE(g.resume());
}

TEST_CASE("G8: return is no StopIteration: no EXCEPT sees it, and FINALLY runs") {
    trace t;
    const ints g = GENERATOR(int) {
        BEGIN;
        TRY
            RETURN();
        EXCEPT_ANY
            YIELD(1);
        FINALLY
            t("finally");
        END_TRY
        END;
    };
    CHECK(drain(g) == "");
    CHECK(t.take() == "finally");
}

TEST_CASE("G8: a yield in FINALLY suspends, and the pending return value survives it") {
    const lasti::generator<std::string, void, int> g = GENERATOR(std::string, void, int) {
        BEGIN;
        TRY
            RETURN(1);
        FINALLY
            YIELD("y");
        END_TRY
        END;
    };
    CHECK(g.next() == "y");
    const error e = thrown_by([&] { g.next(); });
    REQUIRE(e.is<lasti::stop_iteration_value<int>>());
    CHECK(e.as<lasti::stop_iteration_value<int>>()->value() == 1);
}

TEST_CASE("G9: yields in try, except, else and finally; a bare raise behind one raises what was kept") {
    const ints g = GENERATOR(int) {
        BEGIN;
        TRY YIELD(1); ELSE YIELD(2); FINALLY YIELD(3); END_TRY
        TRY RAISE(A()); EXCEPT(A) YIELD(4); RERAISE; FINALLY YIELD(5); END_TRY
        END;
    };
    for (int i = 1; i <= 5; ++i) CHECK(g.next() == i);
    CHECK_THROWS_AS(g.next(), A);
}

TEST_CASE("G10: leaving a range-for by break does not close it: it goes on where it was") {
    trace t;
    const ints g = two(t);
    for (int i : g) {
        CHECK(i == 1);
        break;
    }
    CHECK(state_of(g) == "suspended");
    CHECK(g.next() == 2);
}

TEST_CASE("G11: next, send, throw and close of a running generator: ValueError, and it continues undisturbed") {
    // Needs exceptions: what is used wrongly throws.
    typedef lasti::generator<int, int> sent_ints;
    sent_ints g;
    sent_ints* const itself = &g;
    trace t;
    int x = 0;
    g = GENERATOR(int, int) {
        BEGIN;
        TRY itself->next(); EXCEPT(lasti::value_error) t(CAUGHT(lasti::value_error).what()); END_TRY
        TRY itself->send(1); EXCEPT(lasti::value_error) t("send"); END_TRY
        TRY itself->throw_(A()); EXCEPT(lasti::value_error) t("throw"); END_TRY
        TRY itself->close(); EXCEPT(lasti::value_error) t("close"); END_TRY
        TRY itself->resume(); EXCEPT(lasti::value_error) t("resume"); END_TRY
        TRY itself->resume_with(2); EXCEPT(lasti::value_error) t("resume_with"); END_TRY
        TRY lasti::next(*itself, 3); EXCEPT(lasti::value_error) t("default"); END_TRY
        TRY itself->begin(); EXCEPT(lasti::value_error) t("begin"); END_TRY
        YIELD_SET(x, 10);
        YIELD(x);
        END;
    };
    CHECK(g.next() == 10);
    const std::string seen = t.take();
    CHECK(starts_with(seen, "generator already executing: '"));
    CHECK(seen.substr(seen.find(')') + 1) == " send throw close resume resume_with default begin");
    CHECK(g.send(4) == 4);
}

TEST_CASE("G12: control returns to whoever resumed it last, not to its creator") {
    trace t;
    const ints shared = GENERATOR(int) { BEGIN; YIELD(1); YIELD(2); YIELD(3); END; };
    const auto resumes = [=](std::string name) -> ints {
        return GENERATOR(int) {
            BEGIN;
            for (;;) {
                t(name + std::to_string(shared.next()));
                YIELD(0);
            }
            END;
        };
    };
    const ints a = resumes("a"), b = resumes("b");
    a.next();
    b.next();
    a.next();
    CHECK(t.take() == "a1 b2 a3");
}

TEST_CASE("G13: a StopIteration that the body raises becomes RuntimeError, with it as cause and context") {
    const ints g = GENERATOR(int) { BEGIN; YIELD(1); RAISE(lasti::stop_iteration()); END; };
    g.next();
    const error e = raised_by_next(g);
    CHECK(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "generator raised StopIteration: '"));
    CHECK(e.cause().is<lasti::stop_iteration>());
    CHECK(e.context() == e.cause());
    CHECK(g.done());
}

TEST_CASE("G13: so does one from next() of an empty generator in the body, with or without a value") {
    const ints empty = GENERATOR(int) { BEGIN; END; };
    const ints g = GENERATOR(int) { BEGIN; YIELD(empty.next()); END; };
    CHECK(starts_with(thrown_by([&] { g.next(); }).what(), "generator raised StopIteration: "));
    const lasti::generator<int, void, int> ends = GENERATOR(int, void, int) { BEGIN; RETURN(1); END; };
    const ints h = GENERATOR(int) { BEGIN; YIELD(ends.next()); END; };
    CHECK(starts_with(thrown_by([&] { h.next(); }).what(), "generator raised StopIteration: "));
}

TEST_CASE("G13: so does one that was thrown in and not caught") {
    trace t;
    const ints g = two(t);
    g.next();
    const error thrown = error::make(lasti::stop_iteration());
    const error e = raised_by_throw(g, thrown);
    CHECK(e.is<lasti::runtime_error>());
    CHECK(e.cause() == thrown);
}

TEST_CASE("G13: GeneratorExit is not converted") {
    const ints g = GENERATOR(int) { BEGIN; YIELD(1); RAISE(lasti::generator_exit()); END; };
    g.next();
    CHECK_THROWS_AS(g.next(), lasti::generator_exit);
    CHECK(g.done());
}

TEST_CASE("G13: one that the body catches is its own business") {
    // Needs exceptions: what is used wrongly throws.
    const ints empty = GENERATOR(int) { BEGIN; END; };
    const ints g = GENERATOR(int) {
        BEGIN; TRY YIELD(empty.next()); EXCEPT(lasti::stop_iteration) YIELD(5); END_TRY END;
    };
    CHECK(drain(g) == "5");
}

TEST_SUITE_END();
