// CPython's test_yield_from.py, TestPEP380Operation: next, send, throw and close through a delegation.
// test_cpython_yield_from_values.cpp has its results, test_yield_from_matrix.cpp its edge cases.
//
// In the traces `+g1` is where g1 starts, `-g1` where it finishes; the rest are values.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/raised_in.hpp"
#include "support/trace.hpp"

using lasti::error;

namespace {

typedef lasti::generator<std::string, int> strings;
typedef lasti::generator<int, int> ints;

/// def g1(): try: +g1; yield "ham"; yield from g2(); yield "eggs"; finally: -g1
strings finishing_g1(std::function<strings()> g2, trace t) {
    return GENERATOR(std::string, int) {
        BEGIN;
        TRY
            t("+g1");
            YIELD("ham");
            YIELD_FROM(g2());
            YIELD("eggs");
        FINALLY
            t("-g1");
        END_TRY
        END;
    };
}

/// def g2(): try: +g2; yield "spam"; raise `second`, if there is one; yield "more-spam"; finally: -g2; raise `last`
strings finishing_g2(trace t, error second = error(), error last = error()) {
    return GENERATOR(std::string, int) {
        BEGIN;
        TRY
            t("+g2");
            YIELD("spam");
            if (second) RAISE(second);
            YIELD("more-spam");
        FINALLY
            t("-g2");
            if (last) RAISE(last);
        END_TRY
        END;
    };
}

/// def g(): try: +g; yield from range(n); not-here; finally: -g
ints over_a_range(int n, trace t) {
    std::vector<int> range;
    for (int i = 0; i < n; ++i) range.push_back(i);
    return GENERATOR(int, int) {
        BEGIN;
        TRY
            t("+g");
            YIELD_FROM(std::move(range));
            t("not-here");
        FINALLY
            t("-g");
        END_TRY
        END;
    };
}

template <class G>
void note_all(G const& g, trace t) {
    for (auto const& value : g) t(value);
}

error boxed(const char* text) { return error::make(lasti::value_error(text)); }

} // namespace

TEST_SUITE_BEGIN("test_yield_from.py");

TEST_CASE("GY1: the first next() goes to the sub-generator (test_yield_from.py: TestPEP380Operation.test_delegation_of_initial_next_to_subgenerator)") {
    trace t;
    const auto g2 = [t] { return ints(GENERATOR(int, int) { BEGIN; t("+g2"); YIELD(42); t("-g2"); END; }); };
    const ints g1 = GENERATOR(int, int) { BEGIN; t("+g1"); YIELD_FROM(g2()); t("-g1"); END; };
    note_all(g1, t);
    CHECK(t.take() == "+g1 +g2 42 -g2 -g1");
}

TEST_CASE("GY1: what that raises comes through (test_yield_from.py: TestPEP380Operation.test_raising_exception_in_initial_next_call)") {
    trace t;
    const auto g2 = [t]() -> strings {
        return GENERATOR(std::string, int) {
            BEGIN;
            TRY
                t("+g2");
                RAISE(lasti::value_error("spanish inquisition occurred"));
            FINALLY
                t("-g2");
            END_TRY
            END;
        };
    };
    const strings g1 = GENERATOR(std::string, int) {
        BEGIN;
        TRY
            t("+g1");
            YIELD_FROM(g2());
        FINALLY
            t("-g1");
        END_TRY
        END;
    };
    const error e = thrown_by([&] { note_all(g1, t); });
    CHECK(e.is<lasti::value_error>());
    CHECK(e.what() == "spanish inquisition occurred");
    CHECK(t.take() == "+g1 +g2 -g2 -g1");
}

TEST_CASE("GY1: every next() goes to the sub-generator (test_yield_from.py: TestPEP380Operation.test_delegation_of_next_call_to_subgenerator)") {
    trace t;
    note_all(finishing_g1([t] { return finishing_g2(t); }, t), t);
    CHECK(t.take() == "+g1 ham +g2 spam more-spam -g2 eggs -g1");
}

TEST_CASE("GY1: what a later one raises comes through (test_yield_from.py: TestPEP380Operation.test_raising_exception_in_delegated_next_call)") {
    trace t;
    const strings g1 = finishing_g1([t] { return finishing_g2(t, boxed("hovercraft is full of eels")); }, t);
    const error e = thrown_by([&] { note_all(g1, t); });
    CHECK(e.is<lasti::value_error>());
    CHECK(e.what() == "hovercraft is full of eels");
    CHECK(t.take() == "+g1 ham +g2 spam -g2 -g1");
}

namespace {

/// def g(): +g; x = yield "…"; note x; [yield from inner; or raise `e`]; x = yield "…"; note x; -g
strings receiving(std::string name, std::vector<std::string> yields, std::function<strings()> inner, error e, trace t) {
    int x = 0;
    return GENERATOR(std::string, int) {
        BEGIN;
        t("+" + name);
        YIELD_SET(x, yields.at(0));
        t(name + "<-" + std::to_string(x));
        if (e) RAISE(e);
        if (inner) YIELD_FROM(inner());
        YIELD_SET(x, yields.at(1));
        t(name + "<-" + std::to_string(x));
        t("-" + name);
        END;
    };
}

void send_until_it_stops(strings const& g, trace t) {
    g.next();
    try {
        for (int x = 1;; ++x) t(g.send(x));
    } catch (lasti::stop_iteration const&) {
        t("stop");
    }
}

} // namespace

TEST_CASE("GY1: send() goes to the sub-generator (test_yield_from.py: TestPEP380Operation.test_delegation_of_send)") {
    trace t;
    const auto g2 = [t] { return receiving("g2", {"spam", "more-spam"}, nullptr, error(), t); };
    send_until_it_stops(receiving("g1", {"ham", "eggs"}, g2, error(), t), t);
    CHECK(t.take() == "+g1 g1<-1 +g2 spam g2<-2 more-spam g2<-3 -g2 eggs g1<-4 -g1 stop");
}

TEST_CASE("GY1: what it raises comes out of send() (test_yield_from.py: TestPEP380Operation.test_handling_exception_while_delegating_send)") {
    trace t;
    const auto g2 = [t] { return receiving("g2", {"spam", "more-spam"}, nullptr, boxed("hovercraft is full of eels"), t); };
    CHECK_THROWS_AS(send_until_it_stops(receiving("g1", {"ham", "eggs"}, g2, error(), t), t), lasti::value_error);
    CHECK(t.take() == "+g1 g1<-1 +g2 spam g2<-2");
}

TEST_CASE("GY4: close() closes the inner one, then the outer (test_yield_from.py: TestPEP380Operation.test_delegating_close)") {
    trace t;
    const strings g = finishing_g1([t] { return finishing_g2(t); }, t);
    for (int i = 0; i < 2; ++i) t(g.next());
    g.close();
    CHECK(t.take() == "+g1 ham +g2 spam -g2 -g1");
}

TEST_CASE("GY4: what the inner one raises then comes out of close() (test_yield_from.py: TestPEP380Operation.test_handing_exception_while_delegating_close)") {
    trace t;
    const auto make = [t] {
        return finishing_g1([t] { return finishing_g2(t, error(), boxed("nybbles have exploded with delight")); }, t);
    };
    const strings g = make(), asked = make();
    for (int i = 0; i < 2; ++i) t(g.next());
    const error e = thrown_by([&] { g.close(); });
    CHECK(e.is<lasti::value_error>());
    CHECK(e.what() == "nybbles have exploded with delight");
    CHECK(t.take() == "+g1 ham +g2 spam -g2 -g1");

    for (int i = 0; i < 2; ++i) asked.next();
    CHECK(raised_by_close(asked).context().is<lasti::generator_exit>());
}

TEST_CASE("GY3: throw() goes to the inner one (test_yield_from.py: TestPEP380Operation.test_delegating_throw)") {
    trace t;
    const strings g = finishing_g1([t] { return finishing_g2(t); }, t);
    for (int i = 0; i < 2; ++i) t(g.next());
    const error e = thrown_by([&] { g.throw_(lasti::value_error("tomato ejected")); });
    CHECK(e.is<lasti::value_error>());
    CHECK(e.what() == "tomato ejected");
    CHECK(t.take() == "+g1 ham +g2 spam -g2 -g1");
}

TEST_CASE("GY1: a range is delegated to (test_yield_from.py: TestPEP380Operation.test_delegation_of_next_to_non_generator)") {
    trace t;
    note_all(over_a_range(3, t), t);
    CHECK(t.take() == "+g 0 1 2 not-here -g");
}

TEST_CASE("GY1: next() steps what has no send() (test_yield_from.py: TestPEP380Operation.test_conversion_of_sendNone_to_next)") {
    trace t;
    const ints g = over_a_range(3, t);
    for (int i = 0; i < 3; ++i) t(g.next());
    CHECK(t.take() == "+g 0 1 2");
}

TEST_CASE("GY2: close() skips what has no close() (test_yield_from.py: TestPEP380Operation.test_delegation_of_close_to_non_generator)") {
    trace t;
    const ints g = over_a_range(3, t);
    g.next();
    CHECK_FALSE(g.close());
    CHECK(t.take() == "+g -g");
}

TEST_CASE("GY2: throw() raises at the delegation to what has no throw() (test_yield_from.py: TestPEP380Operation.test_delegating_throw_to_non_generator)") {
    trace t;
    const ints g = over_a_range(10, t);
    for (int i = 0; i < 5; ++i) t(g.next());
    const error e = thrown_by([&] { g.throw_(lasti::value_error("tomato ejected")); });
    CHECK(e.is<lasti::value_error>());
    CHECK(e.what() == "tomato ejected");
    CHECK(t.take() == "+g 0 1 2 3 4 -g");
}

TEST_CASE("GY2: send() to what has no send() is an AttributeError (test_yield_from.py: TestPEP380Operation.test_attempting_to_send_to_non_generator)") {
    trace t;
    const ints g = over_a_range(3, t);
    g.next();
    const error e = thrown_by([&] { t(g.send(42)); });
    CHECK(e.is<lasti::attribute_error>());
    CHECK(e.what().find("send") != std::string::npos);
    CHECK(t.take() == "+g -g");
}

TEST_CASE("a sub-generator that fails before its first yield (test_yield_from.py: TestPEP380Operation.test_exception_in_initial_next_call)") {
    trace t;
    const auto divided = [](int by) {
        if (by == 0) throw std::domain_error("division by zero");
        return 1 / by;
    };
    const auto g2 = [divided] { return ints(GENERATOR(int, int) { BEGIN; YIELD(divided(0)); END; }); };
    const ints g1 = GENERATOR(int, int) { BEGIN; t("before"); YIELD_FROM(g2()); t("not-here"); END; };
    CHECK_THROWS_AS(g1.next(), std::domain_error);
    CHECK(t.take() == "before");
}

TEST_CASE("GY7: a circle of delegation is a ValueError where it closes (test_yield_from.py: TestPEP380Operation.test_attempted_yield_from_loop)") {
    trace t;
    strings gi;
    strings* const g = &gi;
    const auto g2 = [g, t] {
        return strings(GENERATOR(std::string, int) { BEGIN; t("+g2"); YIELD("y2"); t("g2:from-g1"); YIELD_FROM(*g); t("not-here"); END; });
    };
    gi = GENERATOR(std::string, int) { BEGIN; t("+g1"); YIELD("y1"); t("g1:from-g2"); YIELD_FROM(g2()); t("not-here"); END; };
    const error e = thrown_by([&] { note_all(gi, t); });
    CHECK(e.is<lasti::value_error>());
    CHECK(starts_with(e.what(), "generator already executing"));
    CHECK(t.take() == "+g1 y1 g1:from-g2 +g2 y2 g2:from-g1");
}

TEST_CASE("yield from nothing yields nothing (test_yield_from.py: TestPEP380Operation.test_yield_from_empty)") {
    const ints g = GENERATOR(int, int) { BEGIN; YIELD_FROM(std::vector<int>()); END; };
    CHECK_THROWS_AS(g.next(), lasti::stop_iteration);
}

TEST_SUITE_END();
