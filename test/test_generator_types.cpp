// What can flow through a generator: references, move-only values, aggregates, nothing at all, …
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/counted.hpp"
#include "support/trace.hpp"

using lasti::generator;

namespace {

typedef std::unique_ptr<int> box;
box boxed(int n) { return box(new int(n)); }

struct point {
    int x, y;
};

class no_default {
public:
    explicit no_default(int n) : number(n) {}
    int number;
};

generator<int&> elements(std::vector<int>& of) {
    std::vector<int>* const v = &of;
    std::size_t i = 0;
    return GENERATOR(int&) { BEGIN; for (; i < v->size(); ++i) YIELD((*v)[i]); END; };
}

struct copy_fails {
    explicit copy_fails(bool does) : fails(does) {}
    copy_fails(copy_fails const& other) : fails(other.fails) {
        if (fails) throw std::runtime_error("copy failed");
    }
    copy_fails& operator=(copy_fails const&) = default;
    bool fails;
};

} // namespace

TEST_SUITE_BEGIN("generator");

TEST_CASE("Y can be a reference: the consumer sees and changes the object itself") {
    std::vector<int> v = {1, 2, 3};
    for (int& x : elements(v)) x *= 10;
    CHECK(v == std::vector<int>{10, 20, 30});
    const auto g = elements(v);
    int& first = g.next();
    CHECK(&first == &v[0]);
    CHECK(g.resume());
    CHECK(&g.value() == &v[1]);
}

TEST_CASE("Y can be a reference: next() with a default gives the very object that was passed") {
    std::vector<int> v = {1};
    int fallback = 7;
    const auto g = elements(v);
    int& first = lasti::next(g, fallback);
    CHECK(&first == &v[0]);
    int& second = lasti::next(g, fallback);
    CHECK(&second == &fallback);
}

TEST_CASE("Y can be a reference to const") {
    const std::string text = "text";
    std::string const* const p = &text;
    const generator<std::string const&> g = GENERATOR(std::string const&) { BEGIN; YIELD(*p); END; };
    CHECK(&g.next() == &text);
}

TEST_CASE("Y can be a reference to a type that can not be copied or moved") {
    struct fixed {
        int number;
        fixed() : number(3) {}
        fixed(fixed const&) = delete;
    } object;
    fixed* const p = &object;
    typedef std::vector<std::reference_wrapper<fixed>> list;
    const generator<fixed&> g = GENERATOR(fixed&) { BEGIN; YIELD(*p); YIELD_FROM(list{*p}); END; };
    for (fixed& f : g) f.number += 1;
    CHECK(object.number == 5);
}

TEST_CASE("Y can be move-only: next() gives it away") {
    const generator<box> g = GENERATOR(box) { BEGIN; YIELD(boxed(1)); YIELD(boxed(2)); YIELD({}); END; };
    const box first = g.next();
    CHECK(*first == 1);
    CHECK(g.resume());
    const box second = std::move(g.value());
    CHECK(*second == 2);
    CHECK_FALSE(g.next());
    CHECK_FALSE(lasti::next(g, box()));
}

TEST_CASE("Y can be move-only: range-for and a local that is moved out of the frame") {
    struct body {
        box local;
        GENERATOR_BODY(box) { BEGIN; local = boxed(4); YIELD(std::move(local)); YIELD(boxed(local ? 0 : 5)); END; }
    };
    std::vector<box> taken;
    for (box& b : generator<box>(body{box()})) taken.push_back(std::move(b));
    REQUIRE(taken.size() == 2);
    CHECK(*taken[0] == 4);
    CHECK(*taken[1] == 5);
}

TEST_CASE("Y can be move-only: YIELD_FROM passes it on without a copy") {
    const auto inner = [] { return generator<box>(GENERATOR(box) { BEGIN; YIELD(boxed(1)); END; }); };
    const generator<box> g = GENERATOR(box) { BEGIN; YIELD_FROM(inner()); YIELD(boxed(2)); END; };
    CHECK(*g.next() == 1);
    CHECK(*g.next() == 2);
}

TEST_CASE("Y can be an aggregate, yielded as a braced list") {
    const generator<point> g = GENERATOR(point) { BEGIN; YIELD({1, 2}); YIELD(point{3, 4}); END; };
    CHECK(g.next().y == 2);
    CHECK(g.begin()->x == 3);
}

TEST_CASE("Y needs no default constructor") {
    const generator<no_default> g = GENERATOR(no_default) {
        BEGIN; YIELD(no_default(1)); YIELD(no_default(2)); END;
    };
    CHECK(g.next().number == 1);
    CHECK(lasti::next(g, no_default(9)).number == 2);
    CHECK(lasti::next(g, no_default(9)).number == 9);
}

TEST_CASE("Y can be const, bool, a pointer, a function") {
    const generator<const int> numbers = GENERATOR(const int) { BEGIN; YIELD(1); YIELD(2); END; };
    CHECK(drain(numbers) == "1 2");
    const generator<bool> bools = GENERATOR(bool) { BEGIN; YIELD(true); YIELD(false); END; };
    CHECK(bools.next());
    CHECK_FALSE(bools.next());
    typedef int (*function)(int);
    const generator<function> functions = GENERATOR(function) { BEGIN; YIELD([](int n) { return n + 1; }); END; };
    CHECK(functions.next()(1) == 2);
}

TEST_CASE("a yielded value lives until the next resume, and no longer than the generator") {
    counted::reset();
    {
        const generator<counted> g = GENERATOR(counted) { BEGIN; YIELD(counted(1)); YIELD(counted(2)); END; };
        g.resume();
        CHECK(counted::alive() == 1);
        g.resume();
        CHECK(g.value().value == 2);
        CHECK(counted::alive() == 1);
    }
    CHECK(counted::alive() == 0);
    CHECK(counted::copies() == 0);
}

TEST_CASE("an lvalue is copied out of the frame, so the consumer can not disturb it") {
    std::string text = "mine";
    const generator<std::string> g = GENERATOR(std::string) { BEGIN; for (;;) YIELD(text); END; };
    g.resume();
    g.value() += " and yours";
    CHECK(g.next() == "mine");
}

TEST_CASE("next() moves the value out of the frame, resume() leaves it there") {
    const std::string text(100, 'x');
    const lasti::generator<std::string> g = GENERATOR(std::string) { BEGIN; YIELD(text); YIELD(text); END; };
    CHECK(g.next() == text);
    CHECK(g.value() != text);
    CHECK(g.resume());
    CHECK(g.value() == text);
    CHECK(g.value() == text);
}

TEST_CASE("Y = void: YIELD() gives nothing but control") {
    trace t;
    const generator<void> g = GENERATOR(void) { BEGIN; t("a"); YIELD(); t("b"); YIELD(); t("c"); END; };
    g.next();
    CHECK(t.take() == "a");
    CHECK(g.resume());
    CHECK(t.take() == "b");
    CHECK_THROWS_AS(lasti::next(g), lasti::stop_iteration);
    CHECK(t.take() == "c");
}

TEST_CASE("Y = void: YIELD_SET(x) makes a pure consumer") {
    trace t;
    std::string x;
    const generator<void, std::string, int> g = GENERATOR(void, std::string, int) {
        BEGIN;
        for (;;) {
            YIELD_SET(x);
            if (!self.was_sent()) break;
            t(x);
        }
        RETURN(7);
        END;
    };
    g.next();
    g.send("one");
    CHECK(g.resume_with("two"));
    CHECK_FALSE(g.resume());
    CHECK(g.result() == 7);
    CHECK(t.take() == "one two");
}

TEST_CASE("S can be move-only") {
    struct body {
        box x;
        GENERATOR_BODY(int, box) { BEGIN; YIELD_SET(x, 0); YIELD_SET(x, *x); YIELD(x ? *x : -1); END; }
    };
    const generator<int, box> g = body{box()};
    g.next();
    CHECK(g.send(boxed(5)) == 5);
    CHECK(g.next() == -1);
}

TEST_CASE("what was sent dies when the body took it, or with the generator if it did not") {
    counted::reset();
    {
        const generator<int, counted> g = GENERATOR(int, counted) { BEGIN; YIELD(1); YIELD(2); END; };
        g.next();
        g.send(counted(1));
        CHECK(counted::alive() == 0);
    }
    {
        counted x;
        const generator<int, counted> g = GENERATOR(int, counted) { BEGIN; YIELD_SET(x, 1); YIELD(x.value); END; };
        g.next();
        CHECK(g.send(counted(4)) == 4);
        CHECK(counted::alive() == 2); // x, and its copy in the frame
    }
    CHECK(counted::alive() == 0);
}

TEST_CASE("R can be move-only: the first who asks gets it") {
    const auto make = []() -> generator<int, void, box> {
        return GENERATOR(int, void, box) { BEGIN; YIELD(1); RETURN(boxed(2)); END; };
    };
    auto g = make();
    g.next();
    try {
        g.next();
        FAIL("no StopIteration");
    } catch (lasti::stop_iteration_value<box> const& stop) {
        CHECK(*stop.value() == 2);
    }
    g = make();
    while (g.resume()) {}
    const box result = g.result();
    CHECK(*result == 2);
    CHECK_FALSE(g.result());
}

TEST_CASE("R can be move-only: YIELD_FROM_SET hands it on") {
    struct body {
        box x;
        GENERATOR_BODY(int) {
            BEGIN;
            YIELD_FROM_SET(x, generator<int, void, box>(inner()));
            YIELD(*x);
            END;
        }
        struct inner {
            GENERATOR_BODY(int, void, box) { BEGIN; YIELD(1); RETURN(boxed(2)); END; }
        };
    };
    CHECK(drain(generator<int>(body{box()})) == "1 2");
}

TEST_CASE("R can be a reference") {
    int object = 5;
    int* const p = &object;
    const generator<int, void, int&> g = GENERATOR(int, void, int&) { BEGIN; YIELD(1); RETURN(*p); END; };
    while (g.resume()) {}
    CHECK(&g.result() == &object);
}

TEST_CASE("R needs no default constructor where the body returns a value") {
    const generator<int, void, no_default> g = GENERATOR(int, void, no_default) {
        BEGIN; YIELD(1); RETURN(no_default(3)); END;
    };
    while (g.resume()) {}
    CHECK(g.result().number == 3);
}

TEST_CASE("a result lives as long as a handle can ask for it") {
    counted::reset();
    {
        const generator<int, void, counted> g = GENERATOR(int, void, counted) {
            BEGIN; YIELD(1); RETURN(counted(3)); END;
        };
        while (g.resume()) {}
        CHECK(counted::alive() == 1);
        CHECK(g.result().value == 3);
    }
    CHECK(counted::alive() == 0);
}

TEST_CASE("a copy that throws in YIELD throws in the body, which can catch it and yield another") {
    copy_fails bad(true), good(false);
    struct body {
        copy_fails const* bad;
        copy_fails const* good;
        GENERATOR_BODY(copy_fails) {
            BEGIN;
            TRY
                YIELD(*bad);
            EXCEPT(std::runtime_error)
                YIELD(*good);
            END_TRY
            YIELD(*bad);
            END;
        }
    };
    const generator<copy_fails> g = body{&bad, &good};
    CHECK_FALSE(g.next().fails);
    CHECK_THROWS_WITH(g.resume(), "copy failed");
    CHECK(g.done());
}

TEST_SUITE_END();
