// One generator with several names: shared by delegators, driven from the middle, resumed by itself.
// What comes out in which order was printed by CPython first.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/trace.hpp"

namespace {

typedef lasti::generator<int> ints;
typedef lasti::generator<std::string> texts;

ints count(int from, int to) {
    int i = from;
    return GENERATOR(int) { BEGIN; for (; i < to; ++i) YIELD(i); END; };
}

ints closing_noted(trace t) {
    int i = 0;
    return GENERATOR(int) { BEGIN; TRY for (; i < 9; ++i) YIELD(i); FINALLY t("closed"); END_TRY END; };
}

template <class Y>
lasti::generator<Y> delegate(lasti::generator<Y> to) {
    return GENERATOR(Y) { BEGIN; YIELD_FROM(to); END; };
}

ints both(ints first, ints second) {
    return GENERATOR(int) { BEGIN; YIELD_FROM(first); YIELD(-1); YIELD_FROM(second); END; };
}

ints yields_from_both(ints first, ints second) {
    return GENERATOR(int) { BEGIN; YIELD_FROM(first); YIELD_FROM(second); END; };
}

// Handles that bodies refer to before they exist. Emptied at the end of a test: they form cycles.
struct names {
    texts a, b, c;
    ~names() { a = b = c = texts(); }
};

std::string what_of(lasti::value_error const& e) {
    return starts_with(e.what(), "generator already executing: ") ? ":busy" : e.what();
}

// Delegates to what `to` is by then; an error of that is yielded as `label:busy`.
texts delegate_or_tell(texts* to, std::string label) {
    return GENERATOR(std::string) {
        BEGIN;
        TRY
            YIELD_FROM(*to);
        EXCEPT(lasti::value_error)
            YIELD(label + what_of(CAUGHT(lasti::value_error)));
        END_TRY
        YIELD(label + " done");
        END;
    };
}

// Yields 1, then what next(*other) gives, or `label:busy`; then 3.
texts resumes(texts* other, std::string label) {
    return GENERATOR(std::string) {
        BEGIN;
        YIELD("1");
        TRY
            YIELD(other->next());
        EXCEPT(lasti::value_error)
            YIELD(label + ":busy");
        END_TRY
        YIELD("3");
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("yield_from");

TEST_CASE("GY8: two delegators and the generator itself split its values between them") {
    const ints c = count(0, 6), a = delegate(c), b = delegate(c);
    CHECK(a.next() == 0);
    CHECK(b.next() == 1);
    CHECK(a.next() == 2);
    CHECK(c.next() == 3);
    CHECK(b.next() == 4);
    CHECK(a.next() == 5);
    CHECK(drain(a) == "");
    CHECK(drain(b) == "");
}

TEST_CASE("GY8: value() is the last of the shared generator's values, whoever drew it") {
    const ints c = count(0, 6), a = delegate(c), b = delegate(delegate(c));
    a.resume();
    b.resume();
    CHECK(b.value() == 1);
    CHECK(a.resume());
    CHECK(a.value() == 2);
    CHECK(b.resume());
    CHECK(b.value() == 3);
}

TEST_CASE("the middle of a chain is driven directly, in turn with its ends") {
    const ints c = count(0, 6), m = delegate(c), a = delegate(m);
    std::vector<int> seen;
    for (ints const& g : {a, m, a, c, m, a}) seen.push_back(g.next());
    CHECK(seen == std::vector<int>{0, 1, 2, 3, 4, 5});
    CHECK_FALSE(a.resume());
    CHECK(m.done());
    CHECK(c.done());
}

TEST_CASE("the inner generator is run to its end, or closed, by somebody else: the delegator goes on") {
    const ints c = count(0, 2), a = both(c, count(10, 12));
    CHECK(a.next() == 0);
    CHECK(c.next() == 1);
    CHECK_FALSE(c.resume());
    CHECK(drain(a) == "-1 10 11");
    const ints closed = count(0, 5), b = both(closed, count(10, 12));
    CHECK(b.next() == 0);
    closed.close();
    CHECK(drain(b) == "-1 10 11");
}

TEST_CASE("the inner generator fails under somebody else: for the delegator it has just ended") {
    const ints c = GENERATOR(int) { BEGIN; YIELD(1); RAISE(5); END; };
    const ints a = both(c, count(10, 11));
    a.next();
    CHECK_THROWS_AS(c.next(), int);
    CHECK(drain(a) == "-1 10");
}

TEST_CASE("the middle moves on to another generator, while the outer one still remembers the first") {
    const ints m = both(count(0, 2), count(10, 12)), a = delegate(m);
    CHECK(a.next() == 0);
    CHECK(m.next() == 1);
    CHECK(m.next() == -1);
    CHECK(m.next() == 10);
    CHECK(a.next() == 11);
    CHECK_FALSE(a.resume());
}

TEST_CASE("the middle ends under somebody else, and what the outer one remembers dies") {
    trace t;
    const ints a = [&] {
        const ints m = delegate(closing_noted(t)), outer = both(m, count(10, 12));
        outer.next();
        m.close();
        return outer;
    }();
    CHECK(t.take() == "closed");
    CHECK(drain(a) == "-1 10 11");
}

TEST_CASE("a chain grows at its inner end, seven deep, while its outer end stays where it is") {
    ints innermost;
    ints* const inner = &innermost;
    struct grows {
        int depth;
        ints* out;
        GENERATOR_BODY(int) {
            BEGIN;
            YIELD(depth);
            *out = ints(grows{depth + 1, out});
            if (depth < 7) YIELD_FROM(*out);
            END;
        }
    };
    innermost = grows{1, inner};
    const ints outer = delegate(innermost);
    CHECK(outer.next() == 1);
    for (int depth = 2; depth <= 7; ++depth) CHECK(outer.next() == depth);
    CHECK_FALSE(outer.resume());
}

TEST_CASE("closing one delegator closes what is shared; the other finds it ended") {
    trace t;
    const ints c = closing_noted(t), a = both(c, count(10, 11)), b = both(c, count(20, 21));
    a.next();
    b.next();
    a.close();
    CHECK(t.take() == "closed");
    CHECK(c.done());
    CHECK(drain(b) == "-1 20");
}

TEST_CASE("GY6: what a generator returns when it is closed is nobody's result later on") {
    typedef lasti::generator<int, void, int> returning;
    const auto answers = []() -> returning {
        return GENERATOR(int, void, int) {
            BEGIN; TRY YIELD(1); EXCEPT(lasti::generator_exit) RETURN(7); END_TRY RETURN(8); END;
        };
    };
    const auto result_of = [](returning to) -> ints {
        int got = -1;
        return GENERATOR(int) { BEGIN; YIELD_FROM_SET(got, to); YIELD(got); END; };
    };
    const auto result_of_adapted = [](returning to) -> lasti::generator<long> {
        int got = -1;
        return GENERATOR(long) { BEGIN; YIELD_FROM_SET(got, to); YIELD(got); END; };
    };
    const returning a = answers(), b = answers(), c = answers(), d = answers();
    const ints delegator = result_of(a);
    delegator.next();
    CHECK_FALSE(delegator.close());
    CHECK(result_of(a).next() == 0);
    result_of(b).next();
    CHECK(result_of(b).next() == 0);
    c.next();
    CHECK(c.close());
    CHECK(c.result() == 7);
    CHECK(result_of(c).next() == 0);
    result_of_adapted(d).next();
    CHECK(result_of_adapted(d).next() == 0);
}

TEST_CASE("dropping the delegator closes what it delegates to, though others have a handle to that") {
    trace t;
    const ints c = closing_noted(t);
    delegate(c).next();
    CHECK(t.take() == "closed");
    CHECK_FALSE(c.resume());
}

TEST_CASE("GC6: what a dropped delegator could not close goes on from where it stands by then") {
    struct ignores_close {
        ints to;
        GENERATOR_BODY(int) {
            BEGIN;
            TRY
                YIELD(1);
            FINALLY
                YIELD_FROM(to);
            END_TRY
            END;
        }
    };
    // Driven directly first, c remembers its innermost generator. That one ends during the close.
    const ints c = delegate(yields_from_both(count(0, 1), count(10, 13)));
    CHECK(c.next() == 0);
    const lasti::unraisable_hook printing = lasti::set_unraisable_hook([](lasti::error const&, lasti::code const&) {});
    ints(ignores_close{c}).next();
    lasti::set_unraisable_hook(printing);
    CHECK(drain(c) == "11 12");
}

TEST_CASE("throw() into one delegator ends what is shared; the other goes on behind it") {
    const ints c = count(0, 9), a = both(c, count(10, 11)), b = both(c, count(20, 21));
    a.next();
    b.next();
    CHECK_THROWS_AS(a.throw_(5), int);
    CHECK(drain(b) == "-1 20");
}

TEST_CASE("GY7: the inner generator resumes its delegator: already executing, and neither is disturbed") {
    // Needs exceptions: what is used wrongly throws.
    names n;
    n.b = resumes(&n.a, "b");
    n.a = delegate(n.b);
    CHECK(drain(n.a) == "1 b:busy 3");
}

TEST_CASE("GY7: yield from itself is a ValueError at the YIELD_FROM") {
    names n;
    n.a = delegate_or_tell(&n.a, "a");
    CHECK(n.a.next() == "a:busy");
    CHECK(drain(n.a) == "a done");
}

TEST_CASE("GY7: a circle closed while its other part was suspended: ValueError where it closes") {
    names n;
    texts* const a = &n.a;
    n.b = GENERATOR(std::string) { BEGIN; YIELD("1"); YIELD_FROM(delegate_or_tell(a, "b")); END; };
    n.a = delegate_or_tell(&n.b, "a");
    CHECK(n.a.next() == "1");
    CHECK(n.b.next() == "a:busy");
    CHECK(n.b.next() == "a done");
    CHECK(drain(n.b) == "b done");
    CHECK(drain(n.a) == "");
}

TEST_CASE("GY7: a circle of three, driven from any of them, ends in a ValueError and never hangs") {
    for (int start = 0; start < 3; ++start) {
        names n;
        n.c = delegate_or_tell(&n.a, "c");
        n.b = delegate_or_tell(&n.c, "b");
        n.a = delegate_or_tell(&n.b, "a");
        texts const& first = start == 0 ? n.a : start == 1 ? n.b : n.c;
        const std::string last = start == 0 ? "c" : start == 1 ? "a" : "b";
        CHECK(first.next() == last + ":busy");
        CHECK(first.next() == last + " done");
    }
}

TEST_CASE("GY7: a circle through a middle that was suspended: ValueError in the middle") {
    names n;
    texts* const a = &n.a;
    n.c = GENERATOR(std::string) { BEGIN; YIELD("1"); YIELD_FROM(*a); YIELD("c done"); END; };
    n.b = delegate_or_tell(&n.c, "b");
    n.a = delegate(n.b);
    CHECK(n.a.next() == "1");
    CHECK(n.c.next() == "b:busy");
    CHECK(n.c.next() == "b done");
    CHECK(drain(n.c) == "c done");
    CHECK(drain(n.b) == "");
    CHECK(drain(n.a) == "");
}

TEST_CASE("G11: a shared generator runs under one delegator; the other is told so at its YIELD_FROM") {
    names n;
    n.c = resumes(&n.b, "c");
    n.b = delegate_or_tell(&n.c, "b");
    n.a = delegate(n.c);
    CHECK(n.b.next() == "1");
    CHECK(n.a.next() == "b:busy");
    CHECK(n.a.next() == "3");
    CHECK(drain(n.b) == "b done");
}

TEST_CASE("G11: delegating to a generator that runs, further out: ValueError there, and that one is undisturbed") {
    names n;
    texts* const b = &n.b;
    n.b = delegate_or_tell(&n.a, "b");
    n.a = GENERATOR(std::string) { BEGIN; YIELD(b->next()); YIELD(b->next()); END; };
    CHECK(drain(n.a) == "b:busy b done");
}

TEST_CASE("G11: a generator that is resumed directly resumes its own delegator: told at the YIELD_FROM") {
    names n;
    n.c = resumes(&n.b, "c");
    n.b = delegate_or_tell(&n.c, "b");
    CHECK(n.b.next() == "1");
    CHECK(n.c.next() == "b:busy");
    CHECK(drain(n.c) == "3");
    CHECK(drain(n.b) == "b done");
}

TEST_CASE("G11: the inner generator closes, or throws into, its running delegator: already executing") {
    // Needs exceptions: what is used wrongly throws.
    for (bool closes : {true, false}) {
        names n;
        texts* const a = &n.a;
        n.a = delegate<std::string>(GENERATOR(std::string) {
            BEGIN;
            YIELD("1");
            TRY
                if (closes) a->close();
                else a->throw_(5);
            EXCEPT(lasti::value_error)
                YIELD("busy");
            END_TRY
            YIELD("4");
            END;
        });
        CHECK(drain(n.a) == "1 busy 4");
    }
}

TEST_CASE("G11: closing the delegator of a generator that runs: ValueError there, and out of close()") {
    // Needs exceptions: what is used wrongly throws.
    trace t;
    names n;
    texts *const a = &n.a, *const b = &n.b;
    n.b = GENERATOR(std::string) {
        BEGIN;
        YIELD("1");
        TRY
            a->close();
        EXCEPT(lasti::value_error)
            YIELD("b:busy");
        END_TRY
        YIELD("4");
        END;
    };
    n.a = GENERATOR(std::string) {
        BEGIN;
        TRY
            YIELD_FROM(*b);
        EXCEPT(lasti::value_error)
            t("a:busy");
            RERAISE;
        EXCEPT(lasti::generator_exit)
            t("a:exit");
        END_TRY
        END;
    };
    CHECK(n.a.next() == "1");
    CHECK(drain(n.b) == "b:busy 4");
    CHECK(t.take() == "a:busy");
    CHECK(n.a.done());
}

TEST_CASE("G11: closed, or thrown into, through a conversion, the inner generator resumes those around it: already executing") {
    typedef lasti::generator<const char*> words;
    for (bool closes : {true, false})
        for (bool resumes_outer : {true, false}) {
            CAPTURE(closes);
            CAPTURE(resumes_outer);
            trace t;
            names n;
            texts* const again = resumes_outer ? &n.a : &n.b;
            const words inner = GENERATOR(const char*) {
                BEGIN;
                TRY
                    YIELD("1");
                FINALLY
                    TRY
                        again->next();
                    EXCEPT(lasti::value_error)
                        t("busy");
                    END_TRY
                END_TRY
                END;
            };
            n.b = GENERATOR(std::string) { BEGIN; YIELD_FROM(inner); END; };
            n.a = delegate(n.b);
            CHECK(n.a.next() == "1");
            if (closes) n.b.close();
            else CHECK_THROWS_AS(n.b.throw_(5), int);
            CHECK(t.take() == "busy");
            CHECK(n.b.done());
        }
}

TEST_CASE("G4: gi_running is true of those that the resume came through, and not of those further out") {
    struct chain {
        texts l, m, o;
        std::string running() const {
            std::string names;
            for (texts const* g : {&l, &m, &o})
                if (g->gi_running()) names += g == &l ? "l" : g == &m ? "m" : "o";
            return names;
        }
    } c;
    chain* const p = &c;
    c.l = GENERATOR(std::string) { BEGIN; for (;;) YIELD(p->running()); END; };
    c.m = delegate(c.l);
    c.o = delegate(c.m);
    CHECK(c.o.next() == "lmo");
    CHECK(c.m.next() == "lm");
    CHECK(c.l.next() == "l");
    CHECK(c.o.next() == "lmo");
    CHECK(c.running() == "");
}

TEST_SUITE_END();
