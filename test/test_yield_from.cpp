// YIELD_FROM: what can be delegated to, by whom, and in which order.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <list>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/counted.hpp"
#include "support/trace.hpp"

using lasti::generator;

namespace {

typedef generator<int> ints;

ints count(int from, int to) {
    int i = from;
    return GENERATOR(int) { BEGIN; for (; i < to; ++i) YIELD(i); END; };
}

ints delegate(ints to) {
    return GENERATOR(int) { BEGIN; YIELD_FROM(to); END; };
}

// Delegates to both, one after the other, with a yield between them.
ints both(ints first, ints second) {
    return GENERATOR(int) { BEGIN; YIELD_FROM(first); YIELD(-1); YIELD_FROM(second); END; };
}

ints tree(int depth) {
    return GENERATOR(int) {
        BEGIN;
        if (depth > 0) {
            YIELD_FROM(tree(depth - 1));
            YIELD(depth);
            YIELD_FROM(tree(depth - 1));
        }
        END;
    };
}

generator<int, int, std::string> summing(std::string name) {
    int x = 0, sum = 0;
    return GENERATOR(int, int, std::string) {
        BEGIN;
        for (;;) {
            YIELD_SET(x, sum);
            if (!self.was_sent()) break;
            sum += x;
        }
        RETURN(name + std::to_string(sum));
        END;
    };
}

struct picky { // does not take every int
    int number;
    picky(int n) : number(n) {
        if (n < 0) throw std::out_of_range("negative");
    }
};

} // namespace

TEST_SUITE_BEGIN("yield_from");

TEST_CASE("GY1: the values of the inner generator go straight to the consumer of the outer one") {
    CHECK(drain(both(count(1, 3), count(5, 7))) == "1 2 -1 5 6");
    CHECK(drain(tree(3)) == "1 2 1 3 1 2 1");
    CHECK(drain(delegate(count(0, 0))) == "");
}

TEST_CASE("GY1: what is sent reaches the innermost generator; GY6: its result is the value of the expression") {
    std::string result;
    int x = 0;
    const generator<int, int> g = GENERATOR(int, int) {
        BEGIN;
        YIELD_FROM_SET(result, summing("a"));
        YIELD_SET(x, static_cast<int>(result.size()));
        YIELD_FROM_SET(result, summing(result + "b"));
        YIELD(static_cast<int>(result.size()) + x);
        END;
    };
    CHECK(g.next() == 0);
    CHECK(g.send(4) == 4);
    CHECK(g.send(5) == 9);
    CHECK(g.next() == 2); // "a9"
    CHECK(g.send(100) == 0);
    CHECK(g.send(7) == 7);
    CHECK(g.next() == 104); // "a9b7"
}

TEST_CASE("PEP 380: containers, arrays, maps and views of one's own are delegated to") {
    typedef std::pair<const int, int> item;
    struct array {
        int items[2];
    } numbers = {{5, 6}};
    struct evens {
        struct iterator {
            int n;
            int operator*() const { return n; }
            iterator& operator++() {
                n += 2;
                return *this;
            }
            bool operator!=(iterator const& other) const { return n != other.n; }
        };
        iterator begin() const { return {10}; }
        iterator end() const { return {14}; }
    };
    std::list<int> listed = {3, 4};
    std::list<int>* const lvalue = &listed;
    const ints g = GENERATOR(int) {
        BEGIN;
        YIELD_FROM(std::vector<int>{1, 2});
        YIELD_FROM(*lvalue);
        YIELD_FROM(numbers.items);
        YIELD_FROM(evens());
        YIELD_FROM(std::vector<int>());
        END;
    };
    CHECK(drain(g) == "1 2 3 4 5 6 10 12");
    const generator<item> pairs = GENERATOR(item) { BEGIN; YIELD_FROM(std::map<int, int>{{1, 2}}); END; };
    CHECK(pairs.next().second == 2);
}

TEST_CASE("PEP 380: an rvalue range is moved in and dies when it is through; an lvalue is not copied") {
    counted::reset();
    {
        std::vector<counted> outside(2);
        std::vector<counted>* const lvalue = &outside;
        const int copied_before = counted::copies();
        const generator<counted&> g = GENERATOR(counted&) {
            BEGIN;
            YIELD_FROM(*lvalue);
            END;
        };
        CHECK(&g.next() == &outside[0]);
        CHECK(counted::copies() == copied_before);
        const generator<counted> h = GENERATOR(counted) {
            BEGIN;
            YIELD_FROM(std::vector<counted>(3));
            YIELD(counted(static_cast<int>(counted::alive())));
            END;
        };
        for (int i = 0; i < 3; ++i) h.next();
        CHECK(counted::alive() == 2 + 3 + 1);
        CHECK(h.next().value == 2);
    }
    CHECK(counted::alive() == 0);
}

TEST_CASE("GY6: a range has no result: the variable becomes None, which is X()") {
    int x = 5;
    const ints g = GENERATOR(int) { BEGIN; YIELD_FROM_SET(x, std::vector<int>{1}); YIELD(x); END; };
    CHECK(drain(g) == "1 0");
}

TEST_CASE("GY6: a generator that had ended already gives None as well") {
    std::string x = "before";
    const generator<int, int, std::string> ended = summing("s");
    ended.next();
    CHECK_THROWS_AS(ended.next(), lasti::stop_iteration_value<std::string>);
    const generator<int, int> g = GENERATOR(int, int) {
        BEGIN;
        YIELD_FROM_SET(x, ended);
        YIELD(static_cast<int>(x.size()));
        END;
    };
    CHECK(g.next() == 0);
}

TEST_CASE("a struct body is delegated to as it is") {
    struct body {
        int n;
        GENERATOR_BODY(int, void, int) { BEGIN; for (; n > 0; --n) YIELD(n); RETURN(7); END; }
    };
    int x = 0;
    const ints g = GENERATOR(int) { BEGIN; YIELD_FROM(body{2}); YIELD_FROM_SET(x, body{1}); YIELD(x); END; };
    CHECK(drain(g) == "2 1 1 7");
}

TEST_CASE("a generator of other types is converted: its values, what is sent, its result") {
    double got = 0;
    const generator<float, double, const char*> inner = GENERATOR(float, double, const char*) {
        BEGIN;
        while (got < 10) YIELD_SET(got, 0.5f + static_cast<float>(got));
        RETURN("through");
        END;
    };
    std::string result;
    const generator<double, int> g = GENERATOR(double, int) {
        BEGIN;
        YIELD_FROM_SET(result, inner);
        YIELD(static_cast<double>(result.size()));
        END;
    };
    CHECK(g.next() == 0.5);
    CHECK(g.send(3) == 3.5);
    CHECK(g.next() == 0.5); // None is S(), 0.0
    CHECK(g.send(10) == 7);
    CHECK_FALSE(g.resume());
}

TEST_CASE("a generator of other types keeps its life: others can drive it, and see it end") {
    const generator<short> inner = GENERATOR(short) { BEGIN; YIELD(1); YIELD(2); YIELD(3); END; };
    const ints g = GENERATOR(int) { BEGIN; YIELD_FROM(inner); YIELD(10); YIELD_FROM(inner); END; };
    CHECK(g.next() == 1);
    CHECK(inner.next() == 2);
    CHECK(g.next() == 3);
    CHECK(g.next() == 10);
    CHECK(inner.done());
    CHECK_FALSE(g.resume());
}

TEST_CASE("converted: throw(), close() and exceptions pass in both directions") {
    trace t;
    const auto inner = [t]() -> generator<short> {
        return GENERATOR(short) {
            BEGIN;
            TRY
                YIELD(1);
            EXCEPT(int)
                YIELD(2);
            FINALLY
                t("inner");
            END_TRY
            RAISE(lasti::value_error("from inside"));
            END;
        };
    };
    const auto outer = [t](generator<short> of) -> ints {
        return GENERATOR(int) {
            BEGIN;
            TRY
                YIELD_FROM(of);
            EXCEPT(lasti::value_error)
                YIELD(3);
            FINALLY
                t("outer");
            END_TRY
            END;
        };
    };
    const ints closed = outer(inner());
    closed.next();
    closed.close();
    CHECK(t.take() == "inner outer");
    const ints thrown = outer(inner());
    thrown.next();
    CHECK(thrown.throw_(5) == 2);
    CHECK(thrown.next() == 3);
    CHECK(t.take() == "inner");
    thrown.close();
    CHECK(t.take() == "outer");
    const ints failed = outer(inner());
    failed.next();
    CHECK_THROWS_AS(failed.throw_(5L), long);
    CHECK(t.take() == "inner outer");
}

TEST_CASE("converted: a conversion that throws raises at the YIELD_FROM, where it can be caught") {
    const ints inner = count(-1, 2);
    const generator<picky> g = GENERATOR(picky) {
        BEGIN;
        TRY
            YIELD_FROM(inner);
        EXCEPT(std::out_of_range)
            YIELD(77);
        END_TRY
        END;
    };
    CHECK(g.next().number == 77);
    CHECK_FALSE(g.resume());
    CHECK(inner.next() == 0); // it is not to blame
}

TEST_CASE("GY2: nothing can be sent into a range, or into a generator whose S is void: AttributeError there") {
    int x = 0;
    for (bool range : {true, false}) {
        const generator<int, int> g = GENERATOR(int, int) {
            BEGIN;
            TRY
                if (range) YIELD_FROM(std::vector<int>{1, 2, 3});
                else YIELD_FROM(count(1, 4));
            EXCEPT(lasti::attribute_error)
                YIELD_SET(x, 10);
            END_TRY
            YIELD(x);
            END;
        };
        CHECK(g.next() == 1);
        CHECK(g.next() == 2);
        CHECK(g.send(5) == 10);
        CHECK(g.send(6) == 6);
    }
}

TEST_CASE("GY2: throw() and close() end a delegation to a range, and raise in the delegator") {
    trace t;
    const auto make = [t]() -> ints {
        return GENERATOR(int) {
            BEGIN;
            TRY
                YIELD_FROM(std::vector<int>{1, 2, 3});
            EXCEPT(int)
                YIELD(10);
            FINALLY
                t("finally");
            END_TRY
            END;
        };
    };
    const ints thrown = make(), closed = make();
    thrown.next();
    CHECK(thrown.throw_(0) == 10);
    closed.next();
    closed.close();
    CHECK(t.take() == "finally");
    CHECK_FALSE(thrown.resume());
}

TEST_CASE("an exception in the iterators of a range raises at the YIELD_FROM") {
    struct breaks {
        struct iterator {
            int n;
            int operator*() const { return n; }
            iterator& operator++() {
                if (++n == 2) throw std::out_of_range("broken");
                return *this;
            }
            bool operator!=(iterator const& other) const { return n != other.n; }
        };
        iterator begin() const { return {0}; }
        iterator end() const { return {9}; }
    };
    const ints g = GENERATOR(int) {
        BEGIN; TRY YIELD_FROM(breaks()); EXCEPT(std::out_of_range) YIELD(5); END_TRY END;
    };
    CHECK(drain(g) == "0 1 5");
}

TEST_CASE("PEP 479: a StopIteration out of the inner body is a RuntimeError in the outer one, never its end") {
    const ints inner = GENERATOR(int) { BEGIN; YIELD(1); RAISE(lasti::stop_iteration()); END; };
    const ints g = GENERATOR(int) {
        BEGIN;
        TRY
            YIELD_FROM(inner);
            YIELD(-1);
        EXCEPT(lasti::runtime_error)
            YIELD(2);
        END_TRY
        END;
    };
    CHECK(drain(g) == "1 2");
}

TEST_CASE("gi_yieldfrom is what it delegates to while it is suspended there, and None otherwise") {
    const ints inner = count(0, 1), outer = both(inner, ints(count(5, 6)));
    CHECK_FALSE(outer.gi_yieldfrom());
    outer.next();
    REQUIRE(outer.gi_yieldfrom());
    CHECK(&outer.gi_yieldfrom().f_code() == &inner.gi_code());
    CHECK(outer.gi_yieldfrom().f_lasti() == inner.gi_frame().f_lasti());
    CHECK_FALSE(inner.gi_yieldfrom());
    outer.next(); // the yield between
    CHECK_FALSE(outer.gi_yieldfrom());
    outer.next();
    CHECK(outer.gi_yieldfrom());
    CHECK_FALSE(outer.resume());
    CHECK_FALSE(outer.gi_yieldfrom());
}

TEST_CASE("gi_yieldfrom of a delegation to a range is a frame as well") {
    const ints g = GENERATOR(int) { BEGIN; YIELD_FROM(std::vector<int>{1}); END; };
    g.next();
    REQUIRE(g.gi_yieldfrom());
    CHECK(g.gi_yieldfrom().f_code().file == std::string("a range"));
}

TEST_CASE("the inner generator dies, or is closed, when the delegation ends") {
    trace t;
    const auto inner = [t](std::string name) -> ints {
        const local dies = noting(t, name);
        return GENERATOR(int) { BEGIN; (void)dies; YIELD(1); END; };
    };
    const ints g = GENERATOR(int) {
        BEGIN;
        YIELD_FROM(inner("first"));
        t("between");
        TRY
            YIELD_FROM(inner("second"));
        EXCEPT(int)
            t("except");
        END_TRY
        YIELD(2);
        END;
    };
    g.next();
    g.next();
    CHECK(t.take() == "first between");
    CHECK(g.throw_(0) == 2);
    CHECK(t.take() == "second except");
}

TEST_CASE("closed from outside, the outer one ends where it stands, though the inner one ends as if nothing were wrong") {
    trace t;
    const auto patient = [t]() -> ints {
        return GENERATOR(int) {
            BEGIN;
            TRY
                YIELD(1);
            EXCEPT(lasti::generator_exit)
                t("no");
            END_TRY
            t("yes");
            END;
        };
    };
    const ints g = GENERATOR(int) { BEGIN; YIELD_FROM(patient()); t("went on"); YIELD(2); END; };
    g.next();
    CHECK_NOTHROW(g.close());
    CHECK(g.done());
    CHECK(t.take() == "no yes");

    const ints middle = delegate(patient());
    const ints outer = GENERATOR(int) { BEGIN; YIELD_FROM(middle); t("went on"); YIELD(2); END; };
    outer.next();
    CHECK_NOTHROW(outer.close());
    CHECK(middle.done());
    CHECK(t.take() == "no yes");
}

TEST_SUITE_END();
