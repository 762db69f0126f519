// CPython's test_generators.py: which exception a generator handles, what becomes of StopIteration, contexts.
//
// Python's tests resume a generator from inside an `except` clause, and see that clause's exception inside. Here
// the resumer's exception is seen through YIELD_FROM only [GT6], so the clauses are those of a delegator.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <tuple>

#include "support/raised_in.hpp"
#include "support/trace.hpp"

using lasti::error;

namespace {

typedef lasti::generator<int> ints;

struct key_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::string name_of(error const& e) {
    return !e                        ? "None"
           : e.is<key_error>()          ? "KeyError"
           : e.is<lasti::value_error>() ? "ValueError"
           : e.is<lasti::type_error>()  ? "TypeError"
                                        : "?" + e.what();
}

/// Notes Python's sys.exception() of the body that delegates to it: what a bare raise raises there.
ints sys_exception(trace t) {
    return GENERATOR(int) {
        BEGIN;
        TRY
            RERAISE;
        EXCEPT(lasti::runtime_error)
            t("None");
        EXCEPT_ANY
            t(name_of(self.handled()));
        END_TRY
        END;
    };
}

/// Delegates from inside the handler of a ValueError.
ints handling_a_value_error(ints to) {
    return GENERATOR(int) {
        BEGIN;
        TRY
            RAISE(lasti::value_error(""));
        EXCEPT_ANY
            YIELD_FROM(to);
        END_TRY
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("test_generators.py");

// ---- ExceptionTest ----

TEST_CASE("G9: an exception thrown in is kept across yields, for a bare raise (test_generators.py: ExceptionTest.test_except_throw)") {
    trace t;
    const ints make = GENERATOR(int) {
        BEGIN;
        TRY
            YIELD_FROM(sys_exception(t));
            YIELD(1);
        EXCEPT(std::exception)
            YIELD_FROM(sys_exception(t));
            t(name_of(self.handled().context()));
            YIELD(2);
            YIELD_FROM(sys_exception(t));
            YIELD(3);
            RERAISE;
        END_TRY
        END;
    };
    make.next();
    try {
        throw lasti::value_error("");
    } catch (std::exception const&) {
        CHECK(make.throw_(error::current()) == 2);
    }
    CHECK(make.next() == 3);
    CHECK(t.take() == "None ValueError None ValueError");
    const error e = raised_by_next(make);
    CHECK(name_of(e) == "ValueError");
    CHECK_FALSE(e.context());
}

TEST_CASE("GT6: the exception its resumer handles is seen inside (test_generators.py: ExceptionTest.test_except_next)") {
    trace t;
    const ints gen = GENERATOR(int) { BEGIN; YIELD_FROM(sys_exception(t)); YIELD(1); END; };
    CHECK(handling_a_value_error(gen).next() == 1);
    CHECK(t.take() == "ValueError");
}

TEST_CASE("GT6: it is the context of what is raised, and gone at the next resume (test_generators.py: ExceptionTest.test_except_gen_except)") {
    trace t;
    const ints gen = GENERATOR(int) {
        BEGIN;
        TRY
            YIELD_FROM(sys_exception(t));
            YIELD(1);
            RAISE(lasti::type_error(""));
        EXCEPT(lasti::type_error)
            YIELD_FROM(sys_exception(t));
            t("<- " + name_of(self.handled().context()));
        END_TRY
        YIELD_FROM(sys_exception(t));
        YIELD(2);
        YIELD_FROM(sys_exception(t));
        YIELD(3);
        END;
    };
    gen.next();
    CHECK(t.take() == "None");
    const ints resumer = handling_a_value_error(gen);
    CHECK(resumer.next() == 2);
    CHECK(t.take() == "TypeError <- ValueError ValueError");
    CHECK(gen.next() == 3);
    CHECK(t.take() == "None");
}

TEST_CASE("GT6: the nearest of the resumers' exceptions is seen (test_generators.py: ExceptionTest.test_nested_gen_except_loop)") {
    trace t;
    int i = 0;
    const ints gen = GENERATOR(int) {
        BEGIN;
        for (; i < 100; ++i) {
            YIELD_FROM(sys_exception(t));
            YIELD(i);
        }
        END;
    };
    const ints outer = GENERATOR(int) {
        BEGIN;
        TRY
            RAISE(lasti::type_error(""));
        EXCEPT_ANY
            YIELD_FROM(gen);
        END_TRY
        END;
    };
    int items = 0;
    for (int item : handling_a_value_error(outer)) {
        CHECK(item == items++);
        CHECK(t.take() == "TypeError");
    }
    CHECK(items == 100);
}

TEST_CASE("GT5: what a handler raises has what was thrown in as context (test_generators.py: ExceptionTest.test_except_throw_exception_context)") {
    trace t;
    const ints gen = GENERATOR(int) {
        BEGIN;
        TRY
            TRY
                YIELD_FROM(sys_exception(t));
                YIELD(1);
            EXCEPT(lasti::value_error)
                YIELD_FROM(sys_exception(t));
                RAISE(lasti::type_error(""));
            END_TRY
        EXCEPT(std::exception)
            YIELD_FROM(sys_exception(t));
            t("<- " + name_of(self.handled().context()));
        END_TRY
        YIELD_FROM(sys_exception(t));
        YIELD(2);
        YIELD_FROM(sys_exception(t));
        YIELD(3);
        END;
    };
    gen.next();
    CHECK(t.take() == "None");
    try {
        throw lasti::value_error("");
    } catch (std::exception const&) {
        CHECK(gen.throw_(error::current()) == 2);
    }
    CHECK(t.take() == "ValueError TypeError <- ValueError None");
    CHECK(gen.next() == 3);
    CHECK(t.take() == "None");
}

TEST_CASE("G13: a StopIteration raised at the first step is a RuntimeError (test_generators.py: ExceptionTest.test_stopiteration_error)") {
    const ints gen = GENERATOR(int) { BEGIN; RAISE(lasti::stop_iteration()); YIELD(1); END; };
    const error e = thrown_by([&] { gen.next(); });
    CHECK(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "generator raised StopIteration"));
}

TEST_CASE("G13: so is one raised behind a yield (test_generators.py: ExceptionTest.test_tutorial_stopiteration)") {
    const ints f = GENERATOR(int) { BEGIN; YIELD(1); RAISE(lasti::stop_iteration()); YIELD(2); END; };
    CHECK(f.next() == 1);
    const error e = thrown_by([&] { f.next(); });
    CHECK(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "generator raised StopIteration"));
}

TEST_CASE("G6: a tuple is returned as it is (test_generators.py: ExceptionTest.test_return_tuple)") {
    typedef std::tuple<int> one_tuple;
    one_tuple sent;
    const lasti::generator<int, one_tuple, one_tuple> gen = GENERATOR(int, one_tuple, one_tuple) {
        BEGIN;
        YIELD_SET(sent, 1);
        RETURN(sent);
        END;
    };
    CHECK(gen.next() == 1);
    const error e = thrown_by([&] { gen.send(one_tuple(2)); });
    REQUIRE(e.is<lasti::stop_iteration_value<one_tuple>>());
    CHECK(e.as<lasti::stop_iteration_value<one_tuple>>()->value() == one_tuple(2));
}

TEST_CASE("G6: a StopIteration is returned as it is (test_generators.py: ExceptionTest.test_return_stopiteration)") {
    typedef lasti::stop_iteration_value<int> stop;
    error sent;
    const lasti::generator<int, error, error> gen = GENERATOR(int, error, error) {
        BEGIN;
        YIELD_SET(sent, 1);
        RETURN(sent);
        END;
    };
    CHECK(gen.next() == 1);
    const error e = thrown_by([&] { gen.send(error::make(stop(2))); });
    REQUIRE(e.is<lasti::stop_iteration_value<error>>());
    const error value = e.as<lasti::stop_iteration_value<error>>()->value();
    REQUIRE(value.is<stop>());
    CHECK(value.as<stop>()->value() == 2);
}

// ---- GeneratorThrowTest ----

TEST_CASE("GT5: what is being handled is the context of what is thrown in (test_generators.py: GeneratorThrowTest.test_exception_context_with_yield)") {
    const ints gen = GENERATOR(int) {
        BEGIN;
        TRY
            RAISE(key_error("a"));
        EXCEPT(std::exception)
            YIELD(1);
        END_TRY
        END;
    };
    gen.next();
    const error e = raised_by_throw(gen, error::make(lasti::value_error("")));
    CHECK(name_of(e) == "ValueError");
    CHECK(name_of(e.context()) == "KeyError");
    CHECK(e.context().what() == "a");
}

TEST_CASE("GT5: the context is there inside as well (test_generators.py: GeneratorThrowTest.test_exception_context_with_yield_inside_generator)") {
    trace t;
    const ints gen = GENERATOR(int) {
        BEGIN;
        TRY
            RAISE(key_error("a"));
        EXCEPT(std::exception)
            TRY
                YIELD(1);
            EXCEPT(std::exception)
                t(name_of(self.handled()) + " <- " + name_of(self.handled().context()) + self.handled().context().what());
                YIELD(2);
            END_TRY
        END_TRY
        END;
    };
    gen.next();
    CHECK(gen.throw_(lasti::value_error("")) == 2);
    CHECK(t.take() == "ValueError <- KeyErrora");
}

TEST_CASE("GT5: so it is where the handler delegates (test_generators.py: GeneratorThrowTest.test_exception_context_with_yield_from)") {
    const auto f = [] { return ints(GENERATOR(int) { BEGIN; YIELD(1); END; }); };
    const ints gen = GENERATOR(int) {
        BEGIN;
        TRY
            RAISE(key_error("a"));
        EXCEPT(std::exception)
            YIELD_FROM(f());
        END_TRY
        END;
    };
    gen.next();
    const error e = raised_by_throw(gen, error::make(lasti::value_error("")));
    CHECK(name_of(e) == "ValueError");
    CHECK(name_of(e.context()) == "KeyError");
    CHECK(e.context().what() == "a");
}

TEST_CASE("GT5: nothing becomes its own context (test_generators.py: GeneratorThrowTest.test_exception_context_with_yield_from_with_context_cycle)") {
    trace t;
    const auto f = [] { return ints(GENERATOR(int) { BEGIN; YIELD(1); END; }); };
    const error exc = error::make(key_error("a"));
    const ints gen = GENERATOR(int) {
        BEGIN;
        TRY
            RAISE(exc);
        EXCEPT(std::exception)
            TRY
                YIELD_FROM(f());
            EXCEPT(std::exception)
                t(self.handled() == exc ? "the same" : "another");
                t(self.handled().context() == exc ? "cycle" : "no cycle");
            END_TRY
        END_TRY
        YIELD(2);
        END;
    };
    gen.next();
    CHECK(gen.throw_(exc) == 2);
    CHECK(t.take() == "the same no cycle");
}

TEST_CASE("an exception handled before the yield plays no part any more (test_generators.py: GeneratorThrowTest.test_throw_after_none_exc_type)") {
    const ints gen = GENERATOR(int) {
        BEGIN;
        TRY
            RAISE(key_error(""));
        EXCEPT(key_error)
        END_TRY
        TRY
            YIELD(1);
        EXCEPT(std::exception)
            RAISE(lasti::runtime_error("replaced"));
        END_TRY
        END;
    };
    gen.next();
    const error e = raised_by_throw(gen, error::make(lasti::value_error("")));
    CHECK(e.is<lasti::runtime_error>());
    CHECK(e.what() == "replaced");
    CHECK(chain_of(e.context(), name_of) == "ValueError");
}

TEST_SUITE_END();
