// SEMANTICS.md 2.2, row by row: send, throw, close, destruction (PEP 342).
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <stdexcept>
#include <string>

#include "support/raised_in.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"

using lasti::error;

namespace {

typedef lasti::generator<int> ints;
typedef lasti::generator<int, int> echo_type;
struct A : std::exception {};
struct B : std::exception {};

echo_type echo() {
    int x = 0;
    return GENERATOR(int, int) { BEGIN; YIELD_SET(x, -1); for (;;) YIELD_SET(x, self.was_sent() ? x : -2); END; };
}

ints traced(trace t) {
    const local dies = noting(t, "local");
    return GENERATOR(int) {
        BEGIN;
        (void)dies;
        t("runs");
        TRY
            YIELD(1);
            YIELD(2);
        FINALLY
            t("finally");
        END_TRY
        END;
    };
}

// Ignores GeneratorExit `times` times.
ints stubborn(int times, trace t) {
    int i = 0;
    const local dies = noting(t, "local");
    return GENERATOR(int) {
        BEGIN;
        (void)dies;
        for (i = 0; i < times; ++i) {
            TRY
                YIELD(i);
            EXCEPT(lasti::generator_exit)
                t("ignored");
            END_TRY
        }
        YIELD(100);
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("semantics 2.2");

TEST_CASE("GS1: send() to a generator that was not started: TypeError, and it stays created and usable") {
    const echo_type g = echo();
    const error e = thrown_by([&] { g.send(5); });
    CHECK(e.is<lasti::type_error>());
    CHECK(starts_with(e.what(), "can't send non-None value to a just-started generator: 'echo' ("));
    CHECK(state_of(g) == "created");
    CHECK_THROWS_AS(g.resume_with(5), lasti::type_error);
    CHECK(g.next() == -1);
    CHECK(g.send(6) == 6);
}

TEST_CASE("GS2: the value of the yield is what was sent, none for next(); send() gives the next yielded value") {
    const echo_type g = echo();
    CHECK(g.next() == -1);
    CHECK(g.send(3) == 3);
    CHECK(g.next() == -2);
    CHECK(g.send(0) == 0);
}

TEST_CASE("GS3: send() to a closed generator is StopIteration without a value") {
    const lasti::generator<int, int, int> g = GENERATOR(int, int, int) { BEGIN; YIELD(1); RETURN(5); END; };
    g.next();
    CHECK_THROWS_AS(g.send(0), lasti::stop_iteration_value<int>);
    const error e = thrown_by([&] { g.send(0); });
    CHECK(e.is<lasti::stop_iteration>());
    CHECK_FALSE(e.is<lasti::stop_iteration_value<int>>());
}

TEST_CASE("GT1: throw() raises at the paused yield: it gives the next value, propagates, or is StopIteration") {
    const auto make = [] {
        return lasti::generator<int, void, int>(GENERATOR(int, void, int) {
            BEGIN;
            TRY YIELD(1); EXCEPT(A) YIELD(2); EXCEPT(B) RETURN(3); END_TRY
            END;
        });
    };
    const auto yields = make(), returns = make(), lets_out = make();
    yields.next();
    CHECK(yields.throw_(A()) == 2);
    returns.next();
    const error stop = thrown_by([&] { returns.throw_(B()); });
    REQUIRE(stop.is<lasti::stop_iteration_value<int>>());
    CHECK(stop.as<lasti::stop_iteration_value<int>>()->value() == 3);
    lets_out.next();
    CHECK_THROWS_WITH(lets_out.throw_(std::runtime_error("out")), "out");
    CHECK(state_of(lets_out) == "closed");
}

TEST_CASE("GT2: throw() before the start: the body never runs, it propagates, the generator is closed") {
    trace t;
    const ints g = traced(t);
    t.take();
    CHECK_THROWS_AS(g.throw_(A()), A);
    CHECK(t.take() == "local");
    CHECK(state_of(g) == "closed");
    CHECK_FALSE(g.resume());
}

TEST_CASE("GT2: throw() into a closed generator propagates at once, a StopIteration too") {
    trace t;
    const ints g = traced(t);
    g.close();
    CHECK_THROWS_AS(g.throw_(A()), A);
    CHECK_THROWS_AS(g.throw_(lasti::generator_exit()), lasti::generator_exit);
    CHECK_THROWS_AS(g.throw_(lasti::stop_iteration()), lasti::stop_iteration);
    CHECK(g.done());
}

TEST_CASE("GT2: a StopIteration thrown in before the start comes back as it is (CPython 3.12; 3.11 converts it)") {
    trace t;
    const ints g = traced(t);
    CHECK_THROWS_AS(g.throw_(lasti::stop_iteration()), lasti::stop_iteration);
    CHECK(g.done());
}

TEST_CASE("GT3: what is no exception (an empty error or pointer): TypeError, and the generator is not advanced") {
    const echo_type g = echo();
    for (bool started : {false, true}) {
        if (started) g.next();
        const std::string state = state_of(g);
        for (error const& e : {thrown_by([&] { g.throw_(error()); }),
                               thrown_by([&] { g.throw_(std::exception_ptr()); }),
                               thrown_by([&] { g.resume_raising(error()); })}) {
            CHECK(e.is<lasti::type_error>());
            CHECK(starts_with(e.what(), "exceptions must be exceptions, not an empty error: 'echo' ("));
        }
        CHECK(state_of(g) == state);
    }
    CHECK(g.send(4) == 4);
}

TEST_CASE("GT4: throw(GeneratorExit) is an ordinary throw: it may be caught and followed by a yield") {
    const ints g = GENERATOR(int) {
        BEGIN; TRY YIELD(1); EXCEPT(lasti::generator_exit) YIELD(2); END_TRY YIELD(3); END;
    };
    g.next();
    CHECK(g.throw_(lasti::generator_exit()) == 2);
    CHECK(g.next() == 3);
    CHECK_THROWS_AS(g.throw_(lasti::generator_exit()), lasti::generator_exit);
    CHECK(g.done());
}

TEST_CASE("GC1: close() before the start: closed, the body never runs, the locals die") {
    trace t;
    const ints g = traced(t);
    CHECK_FALSE(g.close());
    CHECK(t.take() == "local");
    CHECK(state_of(g) == "closed");
    CHECK_FALSE(g.close());
    CHECK_FALSE(g.resume());
}

TEST_CASE("GC2: close() when suspended: nothing if the body lets GeneratorExit out") {
    trace t;
    const ints g = traced(t);
    g.next();
    CHECK_FALSE(g.close());
    CHECK(t.take() == "runs finally local");
}

TEST_CASE("GC2: close() is true if the body returned, its value is result(), and StopIteration has it no more") {
    const lasti::generator<int, void, int> g = GENERATOR(int, void, int) {
        BEGIN; TRY YIELD(1); EXCEPT(lasti::generator_exit) RETURN(5); END_TRY END;
    };
    g.next();
    CHECK(g.close());
    CHECK(g.result() == 5);
    CHECK_FALSE(thrown_by([&] { g.next(); }).is<lasti::stop_iteration_value<int>>());
    CHECK_FALSE(g.close());
}

TEST_CASE("GC2: close() where no value is returned, but the body does end of itself: true, too") {
    const ints g = GENERATOR(int) { BEGIN; TRY YIELD(1); EXCEPT_ANY END_TRY END; };
    g.next();
    CHECK(g.close());
}

TEST_CASE("GC2: an exception raised in answer to close() comes out, with GeneratorExit as its context") {
    const auto make = []() -> ints {
        return GENERATOR(int) { BEGIN; TRY YIELD(1); FINALLY RAISE(A()); END_TRY END; };
    };
    const ints g = make(), h = make();
    g.next();
    CHECK_THROWS_AS(g.close(), A);
    CHECK(g.done());
    h.next();
    const error e = raised_by_close(h);
    CHECK(e.is<A>());
    CHECK(e.context().is<lasti::generator_exit>());
}

TEST_CASE("GC3: a yield in answer to close(): RuntimeError without context, and it stays suspended") {
    trace t;
    const ints g = stubborn(2, t);
    g.next();
    const error e = thrown_by([&] { g.close(); });
    CHECK(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "generator ignored GeneratorExit: 'stubborn' ("));
    CHECK_FALSE(e.context());
    CHECK(state_of(g) == "suspended");
    CHECK_THROWS_AS(g.close(), lasti::runtime_error);
    CHECK(state_of(g) == "suspended");
    CHECK_FALSE(g.close()); // it ran out of patience
    CHECK(t.take() == "ignored ignored local");
}

TEST_CASE("GC3: after that, next() resumes it") {
    trace t;
    const ints g = stubborn(1, t);
    g.next();
    CHECK_THROWS_AS(g.close(), lasti::runtime_error);
    CHECK_FALSE(g.resume());
}

TEST_CASE("GC3: a yield in FINALLY ignores it for a while; GeneratorExit comes out of the next resume") {
    const ints g = GENERATOR(int) { BEGIN; TRY YIELD(1); FINALLY YIELD(2); END_TRY END; };
    g.next();
    CHECK_THROWS_AS(g.close(), lasti::runtime_error);
    CHECK(g.value() == 2);
    CHECK_THROWS_AS(g.next(), lasti::generator_exit);
    CHECK(g.done());
}

TEST_CASE("GC3: a yield on the way to a return: the value goes to who resumes it later, or delegates to it") {
    typedef lasti::generator<int, void, int> counting;
    const auto make = [] {
        return GENERATOR(int, void, int) { BEGIN; TRY YIELD(1); FINALLY TRY RETURN(73); FINALLY YIELD(2); END_TRY END_TRY END; };
    };
    const counting alone = make(), inner = make();
    for (counting const& g : {alone, inner}) {
        g.next();
        CHECK_THROWS_AS(g.close(), lasti::runtime_error);
        CHECK(g.value() == 2);
    }
    const error end = thrown_by([&] { alone.next(); });
    REQUIRE(end.is<lasti::stop_iteration_value<int>>());
    CHECK(end.as<lasti::stop_iteration_value<int>>()->value() == 73);
    int x = 0;
    const ints outer = GENERATOR(int) { BEGIN; YIELD_FROM_SET(x, inner); YIELD(x); END; };
    CHECK(outer.next() == 73);
}

TEST_CASE("GC4: StopIteration raised in answer to close(): RuntimeError 'generator raised StopIteration'") {
    const auto make = []() -> ints {
        return GENERATOR(int) { BEGIN; TRY YIELD(1); FINALLY RAISE(lasti::stop_iteration()); END_TRY END; };
    };
    const ints g = make(), h = make();
    g.next();
    const error e = thrown_by([&] { g.close(); });
    CHECK(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "generator raised StopIteration: "));
    h.next();
    const error with_context = raised_by_close(h);
    CHECK(with_context.context().is<lasti::stop_iteration>());
    CHECK(with_context.context().context().is<lasti::generator_exit>());
}

TEST_CASE("GC5: the locals are destroyed before close() returns, when suspended outside of any TRY as well") {
    trace t;
    for (bool started : {false, true}) {
        local own = noting(t, "own");
        const ints g = GENERATOR(int) { BEGIN; (void)own; YIELD(1); END; };
        own.reset();
        if (started) g.next();
        g.close();
        CHECK(t.take() == "own");
    }
}

TEST_CASE("GC6: destroying a suspended one closes it; one that was not started just dies") {
    trace t;
    traced(t);
    CHECK(t.take() == "local");
    traced(t).next();
    CHECK(t.take() == "runs finally local");
}

TEST_CASE("GC6: errors in destruction go to the unraisable hook, GC3's as well, and nothing comes out") {
    const unraisables reports;
    trace t;
    CHECK_FALSE(thrown_by([&] {
        const ints raises = GENERATOR(int) { BEGIN; TRY YIELD(1); FINALLY RAISE(A()); END_TRY END; };
        raises.next();
    }));
    REQUIRE(reports.count() == 1);
    CHECK(reports[0].what.is<A>());
    CHECK(reports[0].what.context().is<lasti::generator_exit>());
    CHECK_FALSE(thrown_by([&] { stubborn(1, t).next(); }));
    REQUIRE(reports.count() == 2);
    CHECK(starts_with(reports[1].what.what(), "generator ignored GeneratorExit: "));
    CHECK(t.take() == "ignored local"); // it was asked once, and abandoned
    CHECK_FALSE(thrown_by([] {
        const ints stops = GENERATOR(int) {
            BEGIN; TRY YIELD(1); FINALLY RAISE(lasti::stop_iteration()); END_TRY END;
        };
        stops.next();
    }));
    REQUIRE(reports.count() == 3);
    CHECK(starts_with(reports[2].what.what(), "generator raised StopIteration: "));
}

TEST_CASE("GC6: one that is destroyed while an exception unwinds the stack is closed as well") {
    trace t;
    const error e = thrown_by([&] {
        const ints g = traced(t);
        g.next();
        throw A();
    });
    CHECK(e.is<A>());
    CHECK(t.take() == "runs finally local");
}

TEST_CASE("GC6: a body that makes a new handle to itself while it is destroyed lives on, if it ignores that") {
    trace t;
    ints kept;
    ints* const out = &kept;
    const unraisables reports;
    {
        const ints g = GENERATOR(int) {
            BEGIN;
            TRY
                YIELD(1);
            EXCEPT(lasti::generator_exit)
                *out = ints(static_cast<ints::frame_type*>(&self));
            END_TRY
            YIELD(2);
            t("over");
            END;
        };
        g.next();
    }
    REQUIRE(reports.count() == 1);
    CHECK(starts_with(reports[0].what.what(), "generator ignored GeneratorExit: "));
    CHECK(state_of(kept) == "suspended");
    CHECK(kept.value() == 2);
    CHECK_FALSE(kept.resume());
    CHECK(t.take() == "over");
}

TEST_CASE("GC7: EXCEPT(std::exception) does not see GeneratorExit, EXCEPT_ANY does") {
    trace t;
    const ints g = GENERATOR(int) {
        BEGIN;
        TRY
            TRY YIELD(1); EXCEPT(std::exception) t("exception"); END_TRY
        EXCEPT_ANY
            t("any");
        END_TRY
        END;
    };
    g.next();
    CHECK(g.close());
    CHECK(t.take() == "any");
}

TEST_SUITE_END();
