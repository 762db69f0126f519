// CPython's test_generators.py: making, naming and closing generators, and what is on the stack while one runs.
// test_cpython_generators_exceptions.cpp has the rest of it; conformance/catalogue.csv lists what became of each.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "support/counted.hpp"
#include "support/trace.hpp"

namespace {

typedef lasti::generator<int> ints;
typedef lasti::generator<int, void, int> returning;
typedef lasti::generator<int, int, int> echoing;

/// The names of the functions on the stack, from `f` outward.
std::string stack_of(lasti::frame& f) {
    std::string names;
    for (lasti::frame_info at(&f); at; at = at.f_back())
        names += (names.empty() ? "" : " ") + std::string(at.f_code().name);
    return names;
}

ints f(trace t) {
    return GENERATOR(int) {
        BEGIN;
        t("[" + stack_of(self) + "]");
        TRY
            YIELD(1);
        EXCEPT_ANY
        END_TRY
        t("[" + stack_of(self) + "]");
        END;
    };
}

ints g(ints to, trace t) {
    return GENERATOR(int) {
        BEGIN;
        t("[" + stack_of(self) + "]");
        YIELD_FROM(to);
        t("[" + stack_of(self) + "]");
        END;
    };
}

/// Answers close() by returning 0.
returning returns_at_exit() {
    return GENERATOR(int, void, int) {
        BEGIN;
        TRY
            YIELD(1);
        EXCEPT(lasti::generator_exit)
            RETURN(0);
        END_TRY
        RETURN(-1);
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("test_generators.py");

// ---- FinalizationTest ----

TEST_CASE("a generator that holds itself is freed with its locals, by close() (test_generators.py: FinalizationTest.test_refcycle)") {
    typedef lasti::generator<int, std::shared_ptr<void>> holding;
    trace t;
    {
        std::shared_ptr<void> kept;
        const local dies = noting(t, "freed");
        const holding itself = GENERATOR(int, std::shared_ptr<void>) {
            BEGIN;
            (void)dies;
            TRY
                YIELD_SET(kept, 0);
                YIELD(1);
            FINALLY
                t("finalized");
            END_TRY
            END;
        };
        itself.next();
        itself.send(std::make_shared<holding>(itself));
        CHECK(t.take() == "");
        itself.close();
        CHECK(t.take() == "finalized");
    }
    CHECK(t.take() == "freed");
}

TEST_CASE("a lambda makes generators as a function does (test_generators.py: FinalizationTest.test_lambda_generator)") {
    const auto one = [] {
        int x = 0;
        return echoing(GENERATOR(int, int, int) { BEGIN; YIELD_SET(x, 1); RETURN(x); END; });
    };
    struct functions {
        static echoing one() {
            int x = 0;
            return GENERATOR(int, int, int) { BEGIN; YIELD_SET(x, 1); RETURN(x); END; };
        }
        static echoing delegate(echoing to) {
            int x = 0;
            return GENERATOR(int, int, int) { BEGIN; YIELD_FROM_SET(x, to); RETURN(x); END; };
        }
    };
    const auto delegate = [](echoing to) {
        int x = 0;
        return echoing(GENERATOR(int, int, int) { BEGIN; YIELD_FROM_SET(x, to); RETURN(x); END; });
    };
    for (echoing const& each : {one(), functions::one(), delegate(functions::one()), functions::delegate(functions::one()),
                                delegate(one()), functions::delegate(one())}) {
        CHECK(each.next() == 1);
        CHECK_FALSE(each.resume_with(2));
        CHECK(each.result() == 2);
    }
}

// ---- GeneratorTest ----

TEST_CASE("a generator has the name of its function, and nobody changes that (test_generators.py: GeneratorTest.test_name)") {
    struct functions {
        static ints func() {
            return GENERATOR(int) { BEGIN; YIELD(1); END; };
        }
    };
    struct unnamed {
        GENERATOR_BODY(int) { BEGIN; YIELD(1); END; }
    };
    CHECK(std::string(functions::func().gi_code().name) == "func");
    CHECK(std::string(ints(unnamed()).gi_code().name).find("unnamed") != std::string::npos);
    static_assert(std::is_same<decltype(functions::func().gi_code()), lasti::code const&>::value, "it can be changed");
}

TEST_CASE("a generator cannot be copied, a handle is another name for it (test_generators.py: GeneratorTest.test_copy)") {
    static_assert(!std::is_copy_constructible<lasti::generator_frame<int>>::value, "frames can be copied");
    const ints one = GENERATOR(int) { BEGIN; YIELD(1); YIELD(2); END; };
    const ints same = one;
    CHECK(same == one);
    CHECK(one.next() == 1);
    CHECK(same.next() == 2);
}

TEST_CASE("GS1: a value sent to a new generator is a TypeError, and it goes on (test_generators.py: GeneratorTest.test_send_non_none_to_new_gen)") {
    const lasti::generator<int, int> one = GENERATOR(int, int) { BEGIN; YIELD(1); END; };
    CHECK_THROWS_AS(one.send(0), lasti::type_error);
    CHECK(one.next() == 1);
}

TEST_CASE("an exception of an iterated generator meets the handler around the loop (test_generators.py: GeneratorTest.test_issue103488)") {
    const auto raises = [] { return ints(GENERATOR(int) { BEGIN; YIELD(1); RAISE(lasti::value_error("")); END; }); };
    trace t;
    int item = 0;
    const ints loop = GENERATOR(int) {
        BEGIN;
        TRY
            FOR(item, raises())
                t(item);
                if (item != 1) RETURN();
            END_FOR
        EXCEPT(lasti::value_error)
            t("caught");
        END_TRY
        END;
    };
    CHECK_FALSE(loop.resume());
    CHECK(t.take() == "1 caught");
}

TEST_CASE("FOR asks its range for one iterator (test_generators.py: GeneratorTest.test_genexpr_only_calls_dunder_iter_once)") {
    struct asked {
        trace t;
        std::vector<int> items;
        std::vector<int>::const_iterator begin() const {
            t("begin");
            return items.begin();
        }
        std::vector<int>::const_iterator end() const { return items.end(); }
    };
    trace t;
    int item = 0;
    const ints expression = GENERATOR(int) {
        BEGIN;
        FOR(item, asked{t, {1, 2}})
            YIELD(item);
        END_FOR
        END;
    };
    CHECK(drain(expression) == "1 2");
    CHECK(t.take() == "begin");
}

TEST_CASE("GC5: close() destroys the locals, started or not (test_generators.py: GeneratorTest.test_close_clears_frame)") {
    counted::reset();
    const auto make = [] {
        const counted argument;
        return ints(GENERATOR(int) { BEGIN; YIELD(argument.value); END; });
    };
    const ints fresh = make(), suspended = make();
    suspended.next();
    CHECK(counted::alive() == 2);
    fresh.close();
    CHECK(counted::alive() == 1);
    suspended.close();
    CHECK(counted::alive() == 0);
}

// ---- GeneratorCloseTest ----

TEST_CASE("GC2: close() of a body without return gives nothing (test_generators.py: GeneratorCloseTest.test_close_no_return_value)") {
    const ints one = GENERATOR(int) { BEGIN; YIELD(1); END; };
    one.next();
    CHECK_FALSE(one.close());
}

TEST_CASE("V6, GC2: what the body returns at close() can be had (test_generators.py: GeneratorCloseTest.test_close_return_value)") {
    const returning one = returns_at_exit();
    one.next();
    CHECK(one.close());
    CHECK(one.result() == 0);
}

TEST_CASE("GC2: a body that does not catch the exit returns nothing (test_generators.py: GeneratorCloseTest.test_close_not_catching_exit)") {
    const returning one = GENERATOR(int, void, int) { BEGIN; YIELD(1); RETURN(0); END; };
    one.next();
    CHECK_FALSE(one.close());
    CHECK_THROWS_AS(one.result(), lasti::invalid_state_error);
}

TEST_CASE("GC1: close() before the start runs nothing (test_generators.py: GeneratorCloseTest.test_close_not_started)") {
    const returning one = returns_at_exit();
    CHECK_FALSE(one.close());
    CHECK_THROWS_AS(one.result(), lasti::invalid_state_error);
}

TEST_CASE("GC1: close() of what has run out gives nothing (test_generators.py: GeneratorCloseTest.test_close_exhausted)") {
    const returning one = returns_at_exit();
    one.next();
    CHECK_THROWS_AS(one.next(), lasti::stop_iteration);
    CHECK_FALSE(one.close());
}

TEST_CASE("GC1: a second close() gives nothing (test_generators.py: GeneratorCloseTest.test_close_closed)") {
    const returning one = returns_at_exit();
    one.next();
    CHECK(one.close());
    CHECK_FALSE(one.close());
}

TEST_CASE("GC2: what the body raises at close() comes out of it (test_generators.py: GeneratorCloseTest.test_close_raises)") {
    const ints one = GENERATOR(int) {
        BEGIN;
        TRY
            YIELD(1);
        EXCEPT(lasti::generator_exit)
        END_TRY
        RAISE(lasti::runtime_error("of the body"));
        END;
    };
    one.next();
    const lasti::error e = thrown_by([&] { one.close(); });
    CHECK(e.is<lasti::runtime_error>());
    CHECK(e.what() == "of the body");
}

TEST_CASE("GC5: close() lets go of what the locals hold (test_generators.py: GeneratorCloseTest.test_close_releases_frame_locals)") {
    std::shared_ptr<int> foo = std::make_shared<int>(1);
    const std::weak_ptr<int> weak = foo;
    std::shared_ptr<int> a;
    const ints one = GENERATOR(int) { BEGIN; a = weak.lock(); YIELD(1); END; };
    one.next();
    foo.reset();
    CHECK_FALSE(weak.expired());
    one.close();
    CHECK(weak.expired());
}

// ---- GeneratorStackTraceTest ----

TEST_CASE("GY9: the delegator is on the stack at a send (test_generators.py: GeneratorStackTraceTest.test_send_with_yield_from)") {
    trace t;
    const ints gen = g(f(t), t);
    gen.next();
    CHECK(t.take() == "[g] [f g]");
    CHECK_FALSE(gen.resume());
    CHECK(t.take() == "[f g] [g]");
}

TEST_CASE("GY9: the delegator is on the stack at a throw (test_generators.py: GeneratorStackTraceTest.test_throw_with_yield_from)") {
    trace t;
    const ints gen = g(f(t), t);
    gen.next();
    CHECK(t.take() == "[g] [f g]");
    CHECK_FALSE(gen.resume_raising(lasti::runtime_error("")));
    CHECK(t.take() == "[f g] [g]");
}

TEST_CASE("GY9: so it is for a frame with a throw of its own (test_generators.py: GeneratorStackTraceTest.test_throw_with_yield_from_custom_generator)") {
    static const lasti::code where = {"custom", __FILE__, __LINE__};
    class custom final : public lasti::generator_frame<int> {
    public:
        explicit custom(trace t) : lasti::generator_frame<int>(&where), t_(t) {}
        lasti::step run() override { return yields(42); }
        lasti::step inject(lasti::error thrown) override {
            if (!thrown) return lasti::generator_frame<int>::inject(thrown); // it is closed
            t_("[" + stack_of(*this) + "]");
            return yields(43);
        }

    private:
        lasti::step yields(int value) {
            yield(value);
            f_lasti = 1;
            return lasti::step::yielded;
        }
        void destroy_locals() noexcept override {}

        trace t_;
    };
    trace t;
    const ints gen = g(ints(new custom(t)), t);
    CHECK(gen.next() == 42);
    CHECK(t.take() == "[g]");
    CHECK(gen.throw_(lasti::runtime_error("")) == 43);
    CHECK(t.take() == "[custom g]");
}

// ---- YieldFromTests ----

TEST_CASE("G4: gi_yieldfrom is what it delegates to, while it is suspended there (test_generators.py: YieldFromTests.test_generator_gi_yieldfrom)") {
    trace t;
    ints gen_b;
    ints* const b = &gen_b;
    const auto look = [=] { t(b->gi_yieldfrom() ? b->gi_yieldfrom().f_code().name : state_of(*b)); };
    struct functions {
        static ints a(std::function<void()> look) {
            return GENERATOR(int) { BEGIN; look(); YIELD(1); look(); END; };
        }
    };
    gen_b = GENERATOR(int) { BEGIN; look(); YIELD_FROM(functions::a(look)); look(); YIELD(2); look(); END; };
    look();
    CHECK(t.take() == "created");
    gen_b.next();
    CHECK(t.take() == "running running");
    look();
    CHECK(t.take() == "a");
    gen_b.next();
    CHECK(t.take() == "running running");
    look();
    CHECK(t.take() == "suspended");
    CHECK(drain(gen_b) == "");
    CHECK(t.take() == "running");
    look();
    CHECK(t.take() == "closed");
}

TEST_SUITE_END();
