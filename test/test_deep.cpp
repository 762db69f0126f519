// A million frames inside each other, on a small stack: resumed, thrown into, closed, destroyed. Whatever recursed
// per frame, by YIELD_FROM operands or by handles in locals, would crash here.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <pthread.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "support/counted.hpp"
#include "support/sanitizers.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"

namespace {

#if UNDER_ASAN
const long depth = 100000;
const std::size_t stack_size = 512 * 1024;
#else
const long depth = 1000000;
const std::size_t stack_size = 256 * 1024;
#endif

typedef lasti::generator<long> longs;

long finallys = 0, caught = 0;

// n + 1 frames, made as they delegate. Yields 0, 1, … n: each level when those below are through.
struct by_operand {
    long n;
    counted local;
    explicit by_operand(long levels) : n(levels) {}
    GENERATOR_BODY(long) {
        BEGIN;
        if (n > 0) YIELD_FROM(by_operand(n - 1));
        YIELD(n);
        END;
    }
};

struct by_operand_in_try {
    long n;
    counted local;
    explicit by_operand_in_try(long levels) : n(levels) {}
    GENERATOR_BODY(long) {
        BEGIN;
        TRY
            if (n > 0) YIELD_FROM(by_operand_in_try(n - 1));
            else YIELD(n);
        EXCEPT(int)
            ++caught;
            RERAISE;
        FINALLY
            ++finallys;
        END_TRY
        END;
    }
};

// A frame that has another one in a local, and `how` it uses that.
struct by_local {
    longs inner;
    enum what { only_holds, delegates, delegates_in_try } how;
    counted local;
    by_local(longs in, what does) : inner(std::move(in)), how(does) {}
    GENERATOR_BODY(long) {
        BEGIN;
        if (how == only_holds) {
            TRY YIELD(1); FINALLY ++finallys; END_TRY
        } else if (how == delegates) {
            if (inner) YIELD_FROM(inner);
            else YIELD(0);
        } else {
            TRY
                if (inner) YIELD_FROM(inner);
                else YIELD(0);
            FINALLY
                ++finallys;
            END_TRY
        }
        END;
    }
};

longs nested_locals(by_local::what how, bool started) {
    longs g;
    for (long i = 0; i <= depth; ++i) {
        g = by_local(std::move(g), how);
        if (started) g.resume();
    }
    return g;
}

// A finished frame whose result is a handle to the next one.
struct returned {
    lasti::generator<int, void, std::shared_ptr<returned>> g;
};
struct by_result {
    std::shared_ptr<returned> next;
    counted local;
    explicit by_result(std::shared_ptr<returned> to) : next(std::move(to)) {}
    GENERATOR_BODY(int, void, std::shared_ptr<returned>) { BEGIN; if (next) RETURN(next); YIELD(0); END; }
};

// Runs `what` on a stack too small for recursion, and lets its exception out.
void on_small_stack(std::function<void()> what) {
    struct call {
        std::function<void()> what;
        std::exception_ptr thrown;
        static void* run(void* self) {
            call& c = *static_cast<call*>(self);
            try {
                c.what();
            } catch (...) {
                c.thrown = std::current_exception();
            }
            return nullptr;
        }
    } c = {what, nullptr};
    pthread_attr_t attributes;
    REQUIRE(pthread_attr_init(&attributes) == 0);
    REQUIRE(pthread_attr_setstacksize(&attributes, stack_size) == 0);
    pthread_t thread;
    REQUIRE(pthread_create(&thread, &attributes, &call::run, &c) == 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    if (c.thrown) std::rethrow_exception(c.thrown);
}

// Everything starts at zero, and nothing is left.
void deep(std::function<void()> what) {
    counted::reset();
    finallys = caught = 0;
    on_small_stack(what);
    CHECK(counted::alive() == 0);
}

} // namespace

TEST_SUITE_BEGIN("deep");

TEST_CASE("a million frames by operands: made, resumed, and run out one after the other") {
    long long sum = 0;
    long count = 0;
    deep([&] {
        const longs g = by_operand(depth);
        while (g.resume()) {
            sum += g.value();
            ++count;
        }
    });
    CHECK(count == depth + 1);
    CHECK(sum == static_cast<long long>(depth) * (depth + 1) / 2);
}

TEST_CASE("a million frames by operands: the innermost is resumed a million times, at once each time") {
    struct endless {
        long n;
        GENERATOR_BODY(long) { BEGIN; if (n > 0) YIELD_FROM(endless{n - 1}); for (;;) YIELD(++n); END; }
    };
    long last = 0;
    deep([&] {
        const longs g = endless{depth};
        for (long i = 0; i < depth; ++i) g.resume();
        last = g.value();
    });
    CHECK(last == depth);
}

TEST_CASE("a million frames by operands: closed; destroyed") {
    for (bool closes : {true, false}) {
        int alive = 0;
        deep([&] {
            longs g = by_operand(depth);
            g.resume();
            alive = counted::alive();
            if (closes) g.close();
            else g = longs();
        });
        CHECK(alive == depth + 1);
    }
}

TEST_CASE("a million frames by operands, each in a TRY: closed; destroyed; thrown into; run out") {
    for (int way = 0; way < 4; ++way) {
        INFO("way " << way);
        lasti::error e;
        deep([&] {
            longs g = by_operand_in_try(depth);
            g.resume();
            if (way == 0) g.close();
            if (way == 1) g = longs();
            if (way == 2) e = thrown_by([&] { g.throw_(5); });
            if (way == 3) while (g.resume()) {}
        });
        CHECK(finallys == depth + 1);
        CHECK(caught == (way == 2 ? depth + 1 : 0));
        CHECK(e.is<int>() == (way == 2));
    }
}

TEST_CASE("a million frames by operands: an exception of the innermost goes through all of them") {
    struct fails {
        long n;
        counted local;
        explicit fails(long levels) : n(levels) {}
        GENERATOR_BODY(long) { BEGIN; if (n > 0) YIELD_FROM(fails(n - 1)); else throw 7; END; }
    };
    deep([] {
        const longs g = fails(depth);
        CHECK_THROWS_AS(g.resume(), int);
        CHECK(g.done());
    });
}

TEST_CASE("a million frames by handles in locals: delegated through, run out; closed; destroyed") {
    for (by_local::what how : {by_local::delegates, by_local::delegates_in_try}) {
        for (int way = 0; way < 3; ++way) {
            INFO("way " << way);
            deep([&] {
                longs g = nested_locals(how, false);
                g.resume();
                if (way == 0) CHECK_FALSE(g.resume());
                if (way == 1) g.close();
                if (way == 2) g = longs();
            });
            CHECK(finallys == (how == by_local::delegates_in_try ? depth + 1 : 0));
        }
    }
}

TEST_CASE("a million frames by handles in locals, each suspended for itself: closed; destroyed") {
    for (bool closes : {true, false}) {
        deep([&] {
            longs g = nested_locals(by_local::only_holds, true);
            if (closes) g.close();
            else g = longs();
        });
        CHECK(finallys == depth + 1);
    }
}

TEST_CASE("a million frames by handles in locals, none of them started: closed; destroyed; thrown into") {
    for (int way = 0; way < 3; ++way) {
        deep([&] {
            longs g = nested_locals(by_local::only_holds, false);
            if (way == 0) g.close();
            if (way == 1) g = longs();
            if (way == 2) CHECK_THROWS_AS(g.throw_(5), int);
        });
        CHECK(finallys == 0);
    }
}

TEST_CASE("a million generators, each the result of another: destroyed") {
    deep([] {
        std::shared_ptr<returned> next;
        for (long i = 0; i <= depth; ++i) {
            const auto made = std::make_shared<returned>();
            made->g = by_result(std::move(next));
            made->g.resume();
            next = made;
        }
        next.reset();
    });
}

TEST_CASE("GC3: a million frames by operands, none of which will be closed: the outermost is to blame, all die") {
    struct stubborn {
        long n;
        counted local;
        explicit stubborn(long levels) : n(levels) {}
        GENERATOR_BODY(long) {
            BEGIN;
            TRY if (n > 0) YIELD_FROM(stubborn(n - 1)); else YIELD(1); FINALLY YIELD(2); END_TRY
            END;
        }
    };
    for (bool closes : {true, false}) {
        lasti::error e;
        std::size_t reported = 0;
        deep([&] {
            const unraisables reports;
            longs g = stubborn(depth);
            g.resume();
            if (closes) e = thrown_by([&] { g.close(); });
            g = longs();
            reported = reports.count();
        });
        CHECK(e.is<lasti::runtime_error>() == closes);
        CHECK(reported == (closes ? 0 : 1));
    }
}

TEST_SUITE_END();
