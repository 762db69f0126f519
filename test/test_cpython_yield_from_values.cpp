// CPython's test_yield_from.py, TestPEP380Operation: what a delegation results in, GeneratorExit, who is running.
// In the traces `+g1` is where g1 starts, `-g1` where it finishes.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "support/raised_in.hpp"
#include "support/trace.hpp"

using lasti::error;

namespace {

typedef lasti::generator<int> ints;
typedef lasti::generator<std::string> strings;
typedef std::tuple<int> one_tuple;
typedef lasti::stop_iteration_value<int> stop_with;

// A StopIteration as a value is in a lasti::error: repr() of the three that Python's tests return.
std::string repr(int n) { return std::to_string(n); }
std::string repr(one_tuple const& v) { return "(" + std::to_string(std::get<0>(v)) + ",)"; }
std::string repr(error const& e) {
    return e.is<stop_with>() ? "StopIteration(" + std::to_string(e.as<stop_with>()->value()) + ")" : "?";
}

/// A hand-written iterator with what it likes of next(), send() and close(): `act` is all of them.
template <class Y, class S, class R>
class custom final : public lasti::generator_frame<Y, S, R> {
public:
    typedef std::function<lasti::step(custom&)> action;
    static lasti::generator<Y, S, R> make(action act) {
        static const lasti::code where = {"custom", __FILE__, __LINE__};
        return lasti::generator<Y, S, R>(new custom(&where, act));
    }
    lasti::step run() override { return act_(*this); }
    lasti::step yields(Y value) {
        this->yield(value);
        this->f_lasti = 1;
        return lasti::step::yielded;
    }

private:
    custom(lasti::code const* where, action act) : lasti::generator_frame<Y, S, R>(where), act_(act) {}
    void destroy_locals() noexcept override {}

    action act_;
};

/// def g2(v): +g2; yield 1; yield 2; -g2; return v
template <class R>
lasti::generator<int, void, R> counting(R v, trace t) {
    return GENERATOR(int, void, R) {
        BEGIN;
        t("+g2");
        YIELD(1);
        YIELD(2);
        t("-g2");
        RETURN(v);
        END;
    };
}

/// def inner(): try: yield 1; except ValueError: caught; return value
template <class R>
lasti::generator<int, void, R> catching(R value, trace t) {
    return GENERATOR(int, void, R) {
        BEGIN;
        TRY
            YIELD(1);
        EXCEPT(lasti::value_error)
            t("caught");
        END_TRY
        RETURN(value);
        END;
    };
}

template <class R>
std::string thrown_into_outer(R value) {
    trace t;
    R v = R();
    const ints outer = GENERATOR(int) {
        BEGIN;
        YIELD_FROM_SET(v, catching(value, t));
        t(repr(v));
        YIELD(3);
        END;
    };
    t(outer.next());
    t(outer.throw_(lasti::value_error("")));
    return t.take();
}

/// def g(r): +g; x = yield; received x; returns r; return r
template <class R>
std::string stopped_by(R r, bool sends) {
    typedef lasti::generator<int, std::string, R> resulting;
    trace t;
    std::string x;
    const resulting g = GENERATOR(int, std::string, R) {
        BEGIN;
        t("+g");
        YIELD_SET(x, 0);
        t("received[" + x + "]");
        RETURN(r);
        END;
    };
    g.next();
    const error e = thrown_by([&] { sends ? g.send("spam") : g.next(); });
    REQUIRE(e.is<lasti::stop_iteration_value<R>>());
    t(repr(e.as<lasti::stop_iteration_value<R>>()->value()));
    return t.take();
}

/// def f(): +f; try: yield; -f; except GeneratorExit: `answer`
ints answering(std::string answer, trace t) {
    return GENERATOR(int) {
        BEGIN;
        TRY
            t("+f");
            YIELD(1);
            t("-f");
        EXCEPT(lasti::generator_exit)
            if (answer == "yields") YIELD(2);
            if (answer == "raises") RAISE(lasti::value_error("Vorpal bunny encountered"));
        END_TRY
        END;
    };
}

/// def g(): +g; yield from f(); -g, begun
ints entered(std::string answer, trace t) {
    const ints g = GENERATOR(int) { BEGIN; t("+g"); YIELD_FROM(answering(answer, t)); t("-g"); END; };
    g.next();
    return g;
}

} // namespace

TEST_SUITE_BEGIN("test_yield_from.py");

TEST_CASE("StopIteration has a value, which can be set (test_yield_from.py: TestPEP380Operation.test_value_attribute_of_StopIteration_exception)") {
    const lasti::stop_iteration empty;
    CHECK(std::string(empty.what()) == "StopIteration");
    const lasti::stop_iteration_value<std::string> e("spam");
    CHECK(e.value() == "spam");
    e.value() = "eggs";
    CHECK(e.value() == "eggs");
    CHECK(std::string(e.what()) == "StopIteration");
}

TEST_CASE("a result that nobody takes (test_yield_from.py: TestPEP380Operation.test_exception_value_crash)") {
    typedef lasti::generator<std::string, void, std::vector<int>> listing;
    const auto g2 = [] {
        return listing(GENERATOR(std::string, void, std::vector<int>) { BEGIN; YIELD("g2"); RETURN(std::vector<int>{42}); END; });
    };
    const strings g1 = GENERATOR(std::string) { BEGIN; YIELD_FROM(g2()); END; };
    CHECK(drain(g1) == "g2");
}

TEST_CASE("GY6: the result is the value of the expression, whatever it is (test_yield_from.py: TestPEP380Operation.test_generator_return_value)") {
    trace t;
    int number = -1;
    one_tuple tuple;
    error stop;
    const auto without = [t] { return ints(GENERATOR(int) { BEGIN; t("+g2"); YIELD(1); YIELD(2); t("-g2"); END; }); };
    const ints g1 = GENERATOR(int) {
        BEGIN;
        t("+g1");
        YIELD_FROM_SET(number, without());
        t("returned:" + repr(number));
        YIELD_FROM_SET(number, counting(1, t));
        t("returned:" + repr(number));
        YIELD_FROM_SET(tuple, counting(one_tuple(2), t));
        t("returned:" + repr(tuple));
        YIELD_FROM_SET(stop, counting(error::make(stop_with(3)), t));
        t("returned:" + repr(stop));
        YIELD(3);
        t("-g1");
        END;
    };
    for (int value : g1) t(value);
    CHECK(t.take() == "+g1 +g2 1 2 -g2 returned:0 +g2 1 2 -g2 returned:1 +g2 1 2 -g2 returned:(2,) "
                      "+g2 1 2 -g2 returned:StopIteration(3) 3 -g1");
}

TEST_CASE("GY3: a throw that the inner one answers by a yield (test_yield_from.py: TestPEP380Operation.test_returning_value_from_delegated_throw)") {
    struct lunch_error : std::exception {};
    trace t;
    const auto g2 = [t] {
        return ints(GENERATOR(int) {
            BEGIN;
            TRY
                t("+g2");
                YIELD(10);
                YIELD(11);
            EXCEPT(lunch_error)
                t("caught");
                YIELD(12);
                YIELD(13);
            END_TRY
            END;
        });
    };
    const ints g = GENERATOR(int) {
        BEGIN;
        TRY
            t("+g1");
            YIELD(1);
            YIELD_FROM(g2());
            YIELD(2);
        FINALLY
            t("-g1");
        END_TRY
        END;
    };
    for (int i = 0; i < 2; ++i) t(g.next());
    CHECK(t.take() == "+g1 1 +g2 10");
    CHECK(g.throw_(lunch_error()) == 12);
    for (int value : g) t(value);
    CHECK(t.take() == "caught 13 2 -g1");
}

TEST_CASE("G6: next() that ends it throws StopIteration with the result (test_yield_from.py: TestPEP380Operation.test_next_and_return_with_value)") {
    const ints none = GENERATOR(int) { BEGIN; YIELD(0); RETURN(); END; };
    none.next();
    const error e = thrown_by([&] { none.next(); });
    CHECK(e.is<lasti::stop_iteration>());
    CHECK_FALSE(e.is<lasti::stop_iteration_value<int>>());
    CHECK(stopped_by(1, false) == "+g received[] 1");
    CHECK(stopped_by(one_tuple(2), false) == "+g received[] (2,)");
    CHECK(stopped_by(error::make(stop_with(3)), false) == "+g received[] StopIteration(3)");
}

TEST_CASE("G6: so does send() (test_yield_from.py: TestPEP380Operation.test_send_and_return_with_value)") {
    const lasti::generator<int, std::string> none = GENERATOR(int, std::string) { BEGIN; YIELD(0); RETURN(); END; };
    none.next();
    const error e = thrown_by([&] { none.send("spam"); });
    CHECK(e.is<lasti::stop_iteration>());
    CHECK_FALSE(e.is<lasti::stop_iteration_value<int>>());
    CHECK(stopped_by(1, true) == "+g received[spam] 1");
    CHECK(stopped_by(one_tuple(2), true) == "+g received[spam] (2,)");
    CHECK(stopped_by(error::make(stop_with(3)), true) == "+g received[spam] StopIteration(3)");
}

TEST_CASE("GY3: a throw that the inner one answers by returning (test_yield_from.py: TestPEP380Operation.test_catching_exception_from_subgen_and_returning)") {
    CHECK(thrown_into_outer(2) == "1 caught 2 3");
    CHECK(thrown_into_outer(one_tuple(2)) == "1 caught (2,) 3");
    CHECK(thrown_into_outer(error::make(stop_with(2))) == "1 caught StopIteration(2) 3");
}

TEST_CASE("GY4: GeneratorExit thrown in, the inner one returns (test_yield_from.py: TestPEP380Operation.test_throwing_GeneratorExit_into_subgen_that_returns)") {
    trace t;
    CHECK_THROWS_AS(entered("returns", t).throw_(lasti::generator_exit()), lasti::generator_exit);
    CHECK(t.take() == "+g +f");
}

TEST_CASE("GY5: GeneratorExit thrown in, the inner one yields (test_yield_from.py: TestPEP380Operation.test_throwing_GeneratorExit_into_subgenerator_that_yields)") {
    trace t;
    const error e = thrown_by([&] { entered("yields", t).throw_(lasti::generator_exit()); });
    CHECK(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "generator ignored GeneratorExit"));
    CHECK(t.take() == "+g +f");
}

TEST_CASE("GY4: GeneratorExit thrown in, the inner one raises (test_yield_from.py: TestPEP380Operation.test_throwing_GeneratorExit_into_subgen_that_raises)") {
    trace t;
    const error e = thrown_by([&] { entered("raises", t).throw_(lasti::generator_exit()); });
    CHECK(e.is<lasti::value_error>());
    CHECK(e.what() == "Vorpal bunny encountered");
    CHECK(t.take() == "+g +f");
    const error asked = raised_by_throw(entered("raises", t), error::make(lasti::generator_exit()));
    CHECK(asked.context().is<lasti::generator_exit>());
}

namespace {

/// one(): yields 0, delegates to two(), yields 3. two(): yields 1, delegates to one() itself, yields 2. Every yield
/// lets a my_error pass by, the delegation a ValueError.
struct my_error : std::exception {};

ints two(ints* g1) {
    return GENERATOR(int) {
        BEGIN;
        TRY YIELD(1); EXCEPT(my_error) END_TRY
        TRY YIELD_FROM(*g1); EXCEPT(lasti::value_error) END_TRY
        TRY YIELD(2); EXCEPT(my_error) END_TRY
        END;
    };
}

ints one(ints* g1) {
    return GENERATOR(int) {
        BEGIN;
        TRY YIELD(0); EXCEPT(my_error) END_TRY
        YIELD_FROM(two(g1));
        TRY YIELD(3); EXCEPT(my_error) END_TRY
        END;
    };
}

} // namespace

TEST_CASE("GY7: a delegator claims to be running (test_yield_from.py: TestPEP380Operation.test_delegating_generators_claim_to_be_running)") {
    ints g1;
    ints* const g = &g1;
    g1 = one(g);
    CHECK(drain(g1) == "0 1 2 3");

    typedef lasti::generator<int, int> sent;
    sent s1;
    sent* const s = &s1;
    const auto inner = [s] {
        return sent(GENERATOR(int, int) {
            BEGIN; YIELD(1); TRY YIELD_FROM(*s); EXCEPT(lasti::value_error) END_TRY YIELD(2); END;
        });
    };
    s1 = GENERATOR(int, int) { BEGIN; YIELD(0); YIELD_FROM(inner()); YIELD(3); END; };
    CHECK(s1.next() == 0);
    for (int expected : {1, 2, 3}) CHECK(s1.send(42) == expected);
    CHECK_FALSE(s1.resume_with(42));

    g1 = one(g);
    CHECK(g1.next() == 0);
    for (int expected : {1, 2, 3}) CHECK(g1.throw_(my_error()) == expected);
    CHECK_FALSE(g1.resume_raising(my_error()));

    trace t;
    const auto closing = [g, t] {
        return ints(GENERATOR(int) {
            BEGIN;
            TRY
                YIELD(42);
            FINALLY
                t(g->gi_running() ? "running" : "not running");
                if (thrown_by([&] { g->next(); }).is<lasti::value_error>()) t("ValueError");
            END_TRY
            END;
        });
    };
    g1 = GENERATOR(int) { BEGIN; YIELD_FROM(closing()); END; };
    g1.next();
    g1.close();
    CHECK(t.take() == "running ValueError");
}

TEST_CASE("GY9: whoever looks from inside sees the delegators (test_yield_from.py: TestPEP380Operation.test_delegator_is_visible_to_debugger)") {
    struct functions {
        static std::string call_stack(lasti::frame& innermost) {
            std::string names;
            for (lasti::frame_info f(&innermost); f; f = f.f_back()) names += std::string(f.f_code().name) + " ";
            return names;
        }
        static strings gen() {
            return GENERATOR(std::string) {
                BEGIN;
                YIELD(call_stack(self));
                YIELD(call_stack(self));
                YIELD(call_stack(self));
                END;
            };
        }
        static strings spam(strings g) { return GENERATOR(std::string) { BEGIN; YIELD_FROM(g); END; }; }
        static strings eggs(strings g) { return GENERATOR(std::string) { BEGIN; YIELD_FROM(g); END; }; }
    };
    for (std::string const& stack : functions::spam(functions::gen())) CHECK(stack == "gen spam ");
    for (std::string const& stack : functions::spam(functions::eggs(functions::gen()))) CHECK(stack == "gen eggs spam ");
}

TEST_CASE("GY6: the result of a hand-written iterator (test_yield_from.py: TestPEP380Operation.test_custom_iterator_return)") {
    typedef custom<int, void, int> iterator;
    const lasti::generator<int, void, int> my_iter =
        iterator::make([](iterator& self) { return self.set_result(42); });
    int ret = 0;
    int* const out = &ret;
    const ints gen = GENERATOR(int) { BEGIN; YIELD_FROM_SET(*out, my_iter); END; };
    CHECK(drain(gen) == "");
    CHECK(ret == 42);
}

TEST_CASE("GY1: a tuple is sent as one value to a hand-written iterator (test_yield_from.py: TestPEP380Operation.test_send_tuple_with_custom_generator)") {
    typedef std::tuple<int, int, int, int> four;
    typedef custom<int, four, void> iterator;
    four v(0, 0, 0, 0);
    four* const out = &v;
    const lasti::generator<int, four> my_gen = iterator::make([out](iterator& self) {
        if (self.has_incoming) self.take_sent(*out);
        return self.yields(42);
    });
    const lasti::generator<int, four> outer = GENERATOR(int, four) { BEGIN; YIELD_FROM(my_gen); END; };
    CHECK(outer.next() == 42);
    outer.send(four(1, 2, 3, 4));
    CHECK(v == four(1, 2, 3, 4));
}

TEST_SUITE_END();
