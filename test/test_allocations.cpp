// What allocates, and how often: this program counts every operator new.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <vector>

#include "support/allocations.hpp"

namespace {

typedef lasti::generator<long> longs;

struct countdown {
    long n;
    GENERATOR_BODY(long) { BEGIN; for (; n > 0; --n) YIELD(n); END; }
};

longs naturals() {
    long i = 0;
    return GENERATOR(long) { BEGIN; for (;; ++i) YIELD(i); END; };
}

longs delegate(longs to) {
    return GENERATOR(long) { BEGIN; YIELD_FROM(to); END; };
}

lasti::generator<long, long> echo() {
    long x = 0;
    return GENERATOR(long, long) { BEGIN; for (;;) YIELD_SET(x, x); END; };
}

} // namespace

TEST_SUITE_BEGIN("allocations");

TEST_CASE("the counter counts") {
    int* volatile out_of_sight = nullptr; // else compilers may leave out what they see freed again
    CHECK(counting([&] { out_of_sight = new int(1); }) == 1);
    delete out_of_sight;
    CHECK(counting([] {}) == 0);
}

TEST_CASE("making a generator is one allocation, in the lambda and in the struct form; a handle is none") {
    longs first = countdown{1}; // the first of a type spells out the type's name, once for all
    CHECK(counting([] { naturals(); }) == 1);
    CHECK(counting([] { longs g = countdown{3}; }) == 1);
    const longs g = naturals();
    CHECK(counting([&] {
              const longs copy = g, empty;
              longs moved = copy;
              moved = empty;
          }) == 0);
}

TEST_CASE("a step of a generator without TRY allocates nothing: next, send, resume, an iterator's") {
    const longs g = naturals();
    const auto e = echo();
    CHECK(counting([&] {
              for (int i = 0; i < 100; ++i) g.next();
              for (int i = 0; i < 100; ++i) g.resume();
              for (long i : g)
                  if (i > 300) break;
              e.next();
              for (int i = 0; i < 100; ++i) e.send(i);
              for (int i = 0; i < 100; ++i) e.resume_with(i);
              lasti::next(g, 0);
          }) == 0);
    CHECK(e.value() == 99);
}

TEST_CASE("a step through a hundred delegations allocates nothing") {
    longs g = naturals();
    for (int i = 0; i < 100; ++i) g = delegate(g);
    CHECK(g.next() == 0);
    CHECK(counting([&] { for (int i = 0; i < 100; ++i) g.next(); }) == 0);
    CHECK(g.value() == 100);
}

TEST_CASE("delegating to a generator that there is allocates nothing, to a struct one frame") {
    const longs inner = naturals(), outer = delegate(inner);
    CHECK(counting([&] { outer.next(); }) == 0);
    const longs g = GENERATOR(long) { BEGIN; YIELD_FROM(countdown{2}); END; };
    CHECK(counting([&] { g.next(); }) == 1);
    CHECK(counting([&] { g.next(); }) == 0);
}

TEST_CASE("running out allocates nothing") {
    const longs g = countdown{3};
    CHECK(counting([&] { while (g.resume()) {} }) == 0);
    CHECK(g.done());
}

TEST_CASE("iterate() allocates nothing at all") {
    long sum = 0;
    CHECK(counting([&] {
              for (long i : lasti::iterate(countdown{1000})) sum += i;
              auto it = lasti::iterate(countdown{3});
              while (it.resume()) sum += it.value();
              auto half = lasti::iterate(countdown{3});
              half.resume();
          }) == 0);
    CHECK(sum == 500500 + 6);
}

TEST_CASE("closing and destroying a generator that stands in no TRY allocates nothing, delegating or not") {
    for (bool closes : {true, false}) {
        longs single = naturals(), fresh = naturals(), chain = naturals();
        for (int i = 0; i < 100; ++i) chain = delegate(chain);
        single.next();
        chain.next();
        CHECK(counting([&] {
                  for (longs* g : {&single, &fresh, &chain}) {
                      if (closes) g->close();
                      *g = longs();
                  }
              }) == 0);
    }
}

TEST_CASE("closing a generator that has only left its TRYs, or stands in a FOR, allocates nothing") {
    long x = 0;
    const longs g = GENERATOR(long) {
        BEGIN;
        TRY YIELD(1); EXCEPT_ANY END_TRY
        FOR(x, std::vector<long>{2}) YIELD(x); END_FOR
        END;
    };
    g.next();
    g.next();
    CHECK(counting([&] { g.close(); }) == 0);
    CHECK(g.done());
}

TEST_CASE("a TRY allocates once per generator, not per pass: the block stack stays") {
    const longs g = GENERATOR(long) {
        BEGIN;
        for (;;) {
            TRY
                YIELD(1);
                TRY YIELD(2); FINALLY YIELD(3); END_TRY
            FINALLY
                YIELD(4);
            END_TRY
        }
        END;
    };
    CHECK(counting([&] { for (int i = 0; i < 4; ++i) g.next(); }) == 1);
    CHECK(counting([&] { for (int i = 0; i < 400; ++i) g.next(); }) == 0);
}

TEST_CASE("RAISE is one allocation, wherever it is caught") {
    const longs inner = GENERATOR(long) {
        BEGIN;
        for (;;) {
            TRY YIELD(1); RAISE(5); EXCEPT(int) YIELD(2); END_TRY
        }
        END;
    };
    inner.next();
    inner.next();
    CHECK(counting([&] { for (int i = 0; i < 20; ++i) inner.next(); }) == 10);
    CHECK(inner.value() == 2);
}

TEST_CASE("FOR allocates for its range, not for its items") {
    long x = 0;
    std::vector<long> many(1000, 7);
    std::vector<long>* const range = &many;
    const longs g = GENERATOR(long) { BEGIN; FOR(x, *range) YIELD(x); END_FOR END; };
    CHECK(counting([&] { g.next(); }) == 2); // the operand, and the block stack
    CHECK(counting([&] { for (int i = 0; i < 999; ++i) g.next(); }) == 0);
}

TEST_CASE("looking at a generator allocates nothing") {
    const longs g = delegate(naturals());
    g.next();
    CHECK(counting([&] {
              g.gi_frame().f_lasti();
              g.gi_frame().f_lineno();
              g.gi_yieldfrom().f_code();
              g.gi_code();
              g.gi_running();
              g.gi_suspended();
              g.done();
          }) == 0);
}

TEST_SUITE_END();
