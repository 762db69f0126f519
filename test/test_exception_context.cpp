// What is being handled where an exception is raised: its context, and what a bare raise raises.
// CPython printed it first.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <exception>
#include <string>

#include "support/raised_in.hpp"
#include "support/trace.hpp"

using lasti::error;

namespace {

typedef lasti::generator<int> ints;
typedef lasti::generator<short> shorts; // delegated to by ints through an adapter
struct A : std::exception {};
struct B : std::exception {};
struct C : std::exception {};

std::string name(error const& e) {
    return e.is<A>()                       ? "A"
           : e.is<B>()                     ? "B"
           : e.is<C>()                     ? "C"
           : e.is<lasti::value_error>()    ? "ValueError"
           : e.is<lasti::runtime_error>()  ? "RuntimeError"
           : e.is<lasti::generator_exit>() ? "GeneratorExit"
                                           : "?";
}

template <class Y>
lasti::generator<Y> delegate(lasti::generator<Y> to) {
    return GENERATOR(Y) { BEGIN; YIELD_FROM(to); END; };
}

ints one() {
    return GENERATOR(int) { BEGIN; YIELD(1); END; };
}

// Notes what it handles when it is closed; goes on after that, or raises a C on the way out.
ints notes_close(trace t, bool stays) {
    return GENERATOR(int) {
        BEGIN;
        TRY
            YIELD(1);
        EXCEPT(lasti::generator_exit)
            t(chain_of(self.handled(), name));
            if (stays) YIELD(2);
            TRY RAISE(C()); EXCEPT(C) t(chain_of(self.handled(), name)); END_TRY
            RERAISE;
        END_TRY
        END;
    };
}

// Delegates while it handles an A.
template <class G>
ints handling(G to) {
    return GENERATOR(int) { BEGIN; TRY RAISE(A()); EXCEPT(A) YIELD_FROM(to); END_TRY END; };
}

// Notes the context that a B gets there, and what a bare raise raises.
template <class Y>
lasti::generator<Y> looks(trace t) {
    return GENERATOR(Y) {
        BEGIN;
        for (;;) {
            TRY
                YIELD(Y(1));
            EXCEPT(C)
            END_TRY
            TRY RAISE(B()); EXCEPT(B) t(chain_of(self.handled(), name)); END_TRY
            TRY RERAISE; EXCEPT_ANY t(chain_of(self.handled(), name)); END_TRY
        }
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("exception_context");

TEST_CASE("GT5: what is thrown in gets what the generator handles at that yield as its context") {
    error const handled = error::make(A()), thrown = error::make(B());
    const ints g = GENERATOR(int) { BEGIN; TRY RAISE(handled); EXCEPT(A) YIELD(1); END_TRY END; };
    g.next();
    CHECK(raised_by_throw(g, thrown) == thrown);
    CHECK(thrown.context() == handled);
    const ints none = GENERATOR(int) { BEGIN; TRY RAISE(A()); EXCEPT(A) END_TRY YIELD(1); END; };
    const error other = error::make(B());
    none.next();
    CHECK(raised_by_throw(none, other) == other);
    CHECK_FALSE(other.context());
}

TEST_CASE("GT5: no cycle: throwing in what is being handled, or what is behind it") {
    const error handled = error::make(A());
    const ints g = GENERATOR(int) { BEGIN; TRY RAISE(handled); EXCEPT(A) YIELD(1); END_TRY END; };
    g.next();
    CHECK(raised_by_throw(g, handled) == handled);
    CHECK_FALSE(handled.context());

    error front = error::make(A());
    const error back = error::make(B());
    front.set_context(back);
    const ints h = GENERATOR(int) { BEGIN; TRY RAISE(front); EXCEPT(A) YIELD(1); END_TRY END; };
    h.next();
    CHECK(raised_by_throw(h, back) == back);
    CHECK(back.context() == front);
    CHECK_FALSE(front.context());
}

TEST_CASE("GT6: what a generator handles is put aside at its yield, and restored on resume") {
    trace t;
    const ints inner = GENERATOR(int) {
        BEGIN;
        TRY
            RAISE(lasti::value_error("inner"));
        EXCEPT_ANY
            YIELD(1);
            t(CAUGHT(std::exception).what());
            YIELD(2);
        END_TRY
        END;
    };
    const ints outer = GENERATOR(int) {
        BEGIN;
        inner.next();
        t(self.handled() ? "leaked" : "nothing");
        TRY
            RAISE(lasti::value_error("outer"));
        EXCEPT_ANY
            inner.next();
            t(CAUGHT(std::exception).what());
        END_TRY
        YIELD(3);
        END;
    };
    outer.next();
    CHECK(t.take() == "nothing inner outer");
}

TEST_CASE("GT6: what the delegator handles is the context of what its sub-generator raises") {
    const error outer_error = error::make(A()), inner_error = error::make(B());
    const ints inner = GENERATOR(int) { BEGIN; YIELD(1); RAISE(inner_error); END; };
    const ints outer = GENERATOR(int) {
        BEGIN; TRY RAISE(outer_error); EXCEPT(A) YIELD_FROM(inner); END_TRY END;
    };
    outer.next();
    CHECK(raised_by_next(outer) == inner_error);
    CHECK(inner_error.context() == outer_error);
}

TEST_CASE("GT6: a bare raise in the sub-generator raises what its delegator handles") {
    const ints inner = GENERATOR(int) { BEGIN; YIELD(1); RERAISE; END; };
    const ints outer = GENERATOR(int) {
        BEGIN; TRY RAISE(lasti::value_error("outer")); EXCEPT_ANY YIELD_FROM(inner); END_TRY END;
    };
    outer.next();
    CHECK_THROWS_WITH(outer.next(), "outer");
}

TEST_CASE("GT6: throw() goes past the delegators: what they handle is seen from the next resume on") {
    trace t;
    for (const ints& g : {handling(looks<int>(t)), handling(delegate(looks<int>(t))),
                          delegate(handling(looks<int>(t))), handling(looks<short>(t)),
                          handling(delegate(looks<short>(t)))}) {
        g.next();
        g.next();
        CHECK(t.take() == "B <- A A");
        g.throw_(C());
        CHECK(t.take() == "B RuntimeError");
        g.next();
        CHECK(t.take() == "B <- A A");
    }
}

TEST_CASE("GT6: thrown in and back out, it gets what the outermost delegator handles as its context") {
    const ints g = handling(handling(one()));
    g.next();
    CHECK(chain_of(raised_by_throw(g, error::make(C())), name) == "C <- A");
}

TEST_CASE("GT6: what is handled outside is seen through an adapter, and further in as well") {
    trace t;
    const auto two = [t]() -> shorts {
        return GENERATOR(short) {
            BEGIN;
            TRY RAISE(B()); FINALLY YIELD_FROM(looks<short>(t)); END_TRY
            END;
        };
    };
    const ints g = handling(two());
    g.next();
    g.next();
    CHECK(t.take() == "B <- B <- A B <- A");
}

TEST_CASE("G11: \"already executing\" is raised in the delegator, with what is handled as its context") {
    trace t;
    ints delegator;
    const ints* const outer = &delegator;
    const ints busy = GENERATOR(int) { BEGIN; YIELD(1); YIELD(outer->next()); END; };
    const ints middle = GENERATOR(int) {
        BEGIN;
        TRY YIELD_FROM(busy); EXCEPT_ANY t(chain_of(self.handled(), name)); YIELD(2); END_TRY
        END;
    };
    delegator = handling(middle);
    delegator.next();
    CHECK(busy.next() == 2);
    CHECK(t.take() == "ValueError <- A");
    delegator = ints();
}

TEST_CASE("GT6: a generator that dies as its delegator lets go of it sees what that one handles") {
    trace t;
    const auto again = [t]() -> ints {
        return GENERATOR(int) {
            BEGIN;
            TRY
                YIELD_FROM(notes_close(t, true));
            EXCEPT(lasti::runtime_error)
                TRY
                    YIELD_FROM(notes_close(t, false));
                EXCEPT_ANY
                    t(chain_of(self.handled(), name));
                    RERAISE;
                END_TRY
            END_TRY
            END;
        };
    };
    const ints g = GENERATOR(int) {
        BEGIN;
        TRY
            RAISE(A());
        EXCEPT(A)
            TRY
                YIELD_FROM(again());
            EXCEPT(lasti::runtime_error)
                t(chain_of(self.handled(), name));
            END_TRY
            YIELD(5);
        END_TRY
        END;
    };
    g.next();
    CHECK_THROWS_AS(g.close(), lasti::runtime_error);
    CHECK(t.take() == "GeneratorExit GeneratorExit <- A C <- GeneratorExit <- A "
                      "GeneratorExit <- RuntimeError RuntimeError <- A");
}
