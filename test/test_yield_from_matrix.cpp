// SEMANTICS.md 2.3, the 7 x 5 matrix (CPython's TestInterestingEdgeCases): something is injected into
//
//     def outer(): return (yield from inner())
//
// while inner is suspended in `try: yield 1`, and inner's finally answers. The table is what CPython prints:
// T is what was injected, R what the finally clause raised, and `X <- Y` an X whose __context__ is Y.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "support/raised_in.hpp"
#include "support/trace.hpp"

namespace {

typedef lasti::generator<int, void, int> ints;
using lasti::error;

struct base_exception {}; // no std::exception, as a BaseException is no Exception
struct exception : std::exception {};

error make(std::string const& name) {
    if (name == "GeneratorExit") return error::make(lasti::generator_exit());
    if (name == "StopIteration") return error::make(lasti::stop_iteration());
    if (name == "BaseException") return error::make(base_exception());
    return error::make(exception());
}

// The type of it, in Python's words.
std::string type_of(error const& e) {
    const std::string text = e.what();
    if (e.is<lasti::generator_exit>()) return "GeneratorExit";
    if (e.is<lasti::stop_iteration>()) return "StopIteration";
    if (e.is<base_exception>()) return "BaseException";
    if (e.is<exception>()) return "Exception";
    if (!e.is<lasti::runtime_error>() || !starts_with(text, "generator ")) return "?" + text;
    return "RuntimeError(" + text.substr(10, text.find(':') - 10) + ")";
}

struct inner {
    std::string answer;
    error raises;
    GENERATOR_BODY(int, void, int) {
        BEGIN;
        if (answer == "nothing") {
            YIELD(1);
            RETURN(0);
        }
        TRY
            YIELD(1);
        FINALLY
            if (raises) RAISE(raises);
            if (answer == "yields") YIELD(2);
            if (answer == "returns") RETURN(3);
        END_TRY
        END;
    }
};

struct outer {
    std::string answer;
    error raises;
    int result;
    GENERATOR_BODY(int, void, int) {
        BEGIN;
        YIELD_FROM_SET(result, inner{answer, raises});
        RETURN(result);
        END;
    }
};

struct cell {
    std::string answer, injected, expected;
};

// "raises X" or "throw X" -> X
error made_for(std::string const& what, std::string const& verb) {
    return starts_with(what, verb) ? make(what.substr(verb.size())) : error();
}

// What comes of it, asked of the frames: which exception, and its contexts.
std::string outcome_in_frames(cell const& c) {
    const error t = made_for(c.injected, "throw "), r = made_for(c.answer, "raises ");
    const ints g = outer{c.answer, r, 0};
    g.next();
    const auto name = [&](error const& e) -> std::string { return e == t ? "T" : e == r ? "R" : type_of(e); };
    const auto after = [&](error const& e) -> std::string {
        if (e) return chain_of(e, name);
        if (!g.done()) return "yields " + std::to_string(g.value());
        return "StopIteration(" + std::to_string(g.result()) + ")";
    };
    std::string text;
    if (t) {
        text = after(raised_by_throw(g, t));
    } else { // GeneratorExit is what close() wants to see
        const error e = raised_by_close(g);
        text = e && !e.is<lasti::generator_exit>() ? after(e) : g.done() ? "ok" : "still open";
    }
    if (c.answer == "yields") text += ", " + (g.done() ? "StopIteration" : after(raised_by_next(g)));
    return text;
}

// The same through the handle. A C++ exception has no identity and no context, so only its type is seen.
std::string outcome_of_calls(cell const& c) {
    const ints g = outer{c.answer, made_for(c.answer, "raises "), 0};
    g.next();
    const auto tell = [&](std::function<int()> call) -> std::string {
        try {
            const int n = call();
            return n < 0 ? "ok" : "yields " + std::to_string(n);
        } catch (lasti::stop_iteration_value<int> const& stop) {
            return "StopIteration(" + std::to_string(stop.value()) + ")";
        } catch (...) {
            return type_of(error::current());
        }
    };
    std::string text = tell([&] {
        if (c.injected != "close") return g.throw_(made_for(c.injected, "throw "));
        g.close();
        return -1;
    });
    if (c.answer == "yields") text += ", " + tell([&] { return g.next(); });
    CHECK(tell([&] { return g.next(); }) == "StopIteration");
    return text;
}

// `expected`, without contexts, T and R replaced by the types they have.
std::string types_in(cell const& c) {
    std::string text;
    for (std::size_t i = 0; i < c.expected.size();) {
        const std::string rest = c.expected.substr(i);
        if (starts_with(rest, " <- ")) {
            i += std::min(rest.find(','), rest.size());
            continue;
        }
        const bool whole = rest.size() == 1 || rest[1] == ' ' || rest[1] == ',';
        text += whole && rest[0] == 'T' ? c.injected.substr(6) : whole && rest[0] == 'R' ? c.answer.substr(7) : rest.substr(0, 1);
        ++i;
    }
    return text;
}

void check(cell const& c) {
    INFO(c.injected << " where inner's finally " << c.answer);
    CHECK(outcome_in_frames(c) == c.expected);
    CHECK(outcome_of_calls(c) == types_in(c));
}

} // namespace

TEST_SUITE_BEGIN("yield_from");

TEST_CASE("GY4: close() and throw() through a delegator, where inner's finally is not there (test_yield_from.py: TestInterestingEdgeCases.test_close_and_throw_work)") {
    check(cell{"nothing", "close", "ok"});
    check(cell{"nothing", "throw GeneratorExit", "T"});
    check(cell{"nothing", "throw StopIteration", "RuntimeError(raised StopIteration) <- T"});
    check(cell{"nothing", "throw BaseException", "T"});
    check(cell{"nothing", "throw Exception", "T"});
}

TEST_CASE("GY4: close() and throw() through a delegator, where inner's finally raises GeneratorExit (test_yield_from.py: TestInterestingEdgeCases.test_close_and_throw_raise_generator_exit)") {
    check(cell{"raises GeneratorExit", "close", "ok"});
    check(cell{"raises GeneratorExit", "throw GeneratorExit", "T"});
    check(cell{"raises GeneratorExit", "throw StopIteration", "R <- T"});
    check(cell{"raises GeneratorExit", "throw BaseException", "R <- T"});
    check(cell{"raises GeneratorExit", "throw Exception", "R <- T"});
}

TEST_CASE("GY4: close() and throw() through a delegator, where inner's finally raises StopIteration (test_yield_from.py: TestInterestingEdgeCases.test_close_and_throw_raise_stop_iteration)") {
    check(cell{"raises StopIteration", "close", "RuntimeError(raised StopIteration) <- R <- GeneratorExit"});
    check(cell{"raises StopIteration", "throw GeneratorExit", "RuntimeError(raised StopIteration) <- R <- GeneratorExit"});
    check(cell{"raises StopIteration", "throw StopIteration", "RuntimeError(raised StopIteration) <- R <- T"});
    check(cell{"raises StopIteration", "throw BaseException", "RuntimeError(raised StopIteration) <- R <- T"});
    check(cell{"raises StopIteration", "throw Exception", "RuntimeError(raised StopIteration) <- R <- T"});
}

TEST_CASE("GY4: close() and throw() through a delegator, where inner's finally raises BaseException (test_yield_from.py: TestInterestingEdgeCases.test_close_and_throw_raise_base_exception)") {
    check(cell{"raises BaseException", "close", "R <- GeneratorExit"});
    check(cell{"raises BaseException", "throw GeneratorExit", "R <- GeneratorExit"});
    check(cell{"raises BaseException", "throw StopIteration", "R <- T"});
    check(cell{"raises BaseException", "throw BaseException", "R <- T"});
    check(cell{"raises BaseException", "throw Exception", "R <- T"});
}

TEST_CASE("GY4: close() and throw() through a delegator, where inner's finally raises Exception (test_yield_from.py: TestInterestingEdgeCases.test_close_and_throw_raise_exception)") {
    check(cell{"raises Exception", "close", "R <- GeneratorExit"});
    check(cell{"raises Exception", "throw GeneratorExit", "R <- GeneratorExit"});
    check(cell{"raises Exception", "throw StopIteration", "R <- T"});
    check(cell{"raises Exception", "throw BaseException", "R <- T"});
    check(cell{"raises Exception", "throw Exception", "R <- T"});
}

TEST_CASE("GY4: close() and throw() through a delegator, where inner's finally yields (test_yield_from.py: TestInterestingEdgeCases.test_close_and_throw_yield)") {
    check(cell{"yields", "close", "RuntimeError(ignored GeneratorExit), StopIteration"});
    check(cell{"yields", "throw GeneratorExit", "RuntimeError(ignored GeneratorExit), StopIteration"});
    check(cell{"yields", "throw StopIteration", "yields 2, RuntimeError(raised StopIteration) <- T"});
    check(cell{"yields", "throw BaseException", "yields 2, T"});
    check(cell{"yields", "throw Exception", "yields 2, T"});
}

TEST_CASE("GY4: close() and throw() through a delegator, where inner's finally returns (test_yield_from.py: TestInterestingEdgeCases.test_close_and_throw_return)") {
    check(cell{"returns", "close", "ok"});
    check(cell{"returns", "throw GeneratorExit", "T"});
    check(cell{"returns", "throw StopIteration", "StopIteration(3)"});
    check(cell{"returns", "throw BaseException", "StopIteration(3)"});
    check(cell{"returns", "throw Exception", "StopIteration(3)"});
}

TEST_SUITE_END();
