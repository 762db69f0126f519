#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <numeric>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/counted.hpp"
#include "support/trace.hpp"

using lasti::generator;

namespace {

generator<int> count(int n) {
    int i = 0;
    return GENERATOR(int) { BEGIN; for (; i < n; ++i) YIELD(i); END; };
}

struct countdown {
    int n;
    GENERATOR_BODY(int) { BEGIN; for (; n > 0; --n) YIELD(n); END; }
};

generator<int, int> square() {
    int x = 0;
    return GENERATOR(int, int) { BEGIN; YIELD_SET(x, 0); for (;;) YIELD_SET(x, x * x); END; };
}

generator<int, void, std::string> returning(std::string value) {
    return GENERATOR(int, void, std::string) { BEGIN; YIELD(1); RETURN(value); END; };
}

generator<int> failing() {
    return GENERATOR(int) { BEGIN; YIELD(1); RAISE(lasti::value_error("failed")); END; };
}

} // namespace

TEST_SUITE_BEGIN("generator");

TEST_CASE("PEP 255: next() runs to the next yield, and throws StopIteration at the end") {
    const auto g = count(2);
    CHECK(lasti::next(g) == 0);
    CHECK(g.next() == 1);
    CHECK_THROWS_AS(g.next(), lasti::stop_iteration);
    CHECK_THROWS_AS(g.next(), lasti::stop_iteration);
}

TEST_CASE("next() with a default returns it at the end instead") {
    const auto g = count(1);
    CHECK(lasti::next(g, 7) == 0);
    CHECK(lasti::next(g, 7) == 7);
    CHECK(lasti::next(g, 8) == 8);
}

TEST_CASE("next() with a default lets every other exception out") {
    const auto g = failing();
    CHECK(lasti::next(g, 7) == 1);
    CHECK_THROWS_AS(lasti::next(g, 7), lasti::value_error);
    CHECK(lasti::next(g, 7) == 7);
}

TEST_CASE("PEP 342: send() resumes with a value, and returns the next one") {
    const auto g = square();
    CHECK(g.next() == 0);
    CHECK(g.send(3) == 9);
    CHECK(g.send(-5) == 25);
    CHECK(g.next() == 0); // Python's None is S()
}

TEST_CASE("was_sent() tells next() from a send() of S()") {
    trace t;
    int x = 0;
    const generator<int, int> g = GENERATOR(int, int) {
        BEGIN;
        for (;;) {
            YIELD_SET(x, 0);
            t(self.was_sent() ? "sent" : "next");
        }
        END;
    };
    g.next();
    g.send(0);
    g.next();
    g.send(1);
    CHECK(t.take() == "sent next sent");
}

TEST_CASE("a plain YIELD drops what was sent") {
    trace t;
    int x = 0;
    const generator<int, int> g = GENERATOR(int, int) {
        BEGIN;
        YIELD(1);
        t(self.was_sent() ? "sent" : "next");
        YIELD_SET(x, 2);
        t(self.was_sent() ? "sent" : "next");
        t(x);
        END;
    };
    g.next();
    g.send(5);
    CHECK_THROWS_AS(g.next(), lasti::stop_iteration);
    CHECK(t.take() == "sent next 0");
}

TEST_CASE("PEP 342: throw_() raises at the yield; what is caught there is not lost") {
    std::string caught;
    std::string* const out = &caught;
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY
            YIELD(1);
        EXCEPT(lasti::value_error)
            *out = CAUGHT(lasti::value_error).what();
            YIELD(2);
        END_TRY
        END;
    };
    g.next();
    CHECK(g.throw_(lasti::value_error("odd")) == 2);
    CHECK(caught == "odd");
    CHECK_THROWS_AS(g.throw_(lasti::type_error("out")), lasti::type_error);
    CHECK(g.done());
}

TEST_CASE("throw_() takes any object, an error, or an exception_ptr") {
    const auto thrown_into = [](std::function<void(generator<int> const&)> how) {
        const auto g = count(2);
        g.next();
        return thrown_by([&] { how(g); });
    };
    CHECK(thrown_into([](generator<int> const& g) { g.throw_(5); }).is<int>());
    CHECK(thrown_into([](generator<int> const& g) { g.throw_(lasti::error::make(5L)); }).is<long>());
    CHECK(thrown_into([](generator<int> const& g) {
              g.throw_(std::make_exception_ptr(std::out_of_range("far")));
          }).is<std::out_of_range>());
}

TEST_CASE("PEP 342: close() raises GeneratorExit at the yield, and the locals die before it returns") {
    trace t;
    local dies = noting(t, "local");
    const generator<int> g = GENERATOR(int) {
        BEGIN;
        (void)dies;
        TRY
            YIELD(1);
        EXCEPT(lasti::generator_exit)
            t("exit");
            RERAISE;
        END_TRY
        END;
    };
    dies.reset();
    g.next();
    CHECK_FALSE(g.close());
    CHECK(t.take() == "exit local");
    CHECK(g.done());
}

TEST_CASE("Python 3.13: close() is true if the body answered by returning; result() is the value") {
    const generator<int, void, int> g = GENERATOR(int, void, int) {
        BEGIN;
        TRY
            YIELD(1);
        EXCEPT(lasti::generator_exit)
            RETURN(42);
        END_TRY
        END;
    };
    g.next();
    CHECK(g.close());
    CHECK(g.result() == 42);
    CHECK_FALSE(g.close());
}

TEST_CASE("PEP 380: the returned value is in the first StopIteration, and only there") {
    const auto g = returning("told");
    g.next();
    try {
        g.next();
        FAIL("no StopIteration");
    } catch (lasti::stop_iteration_value<std::string> const& stop) {
        CHECK(stop.value() == "told");
    }
    const lasti::error again = thrown_by([&] { g.next(); });
    CHECK(again.is<lasti::stop_iteration>());
    CHECK_FALSE(again.is<lasti::stop_iteration_value<std::string>>());
}

TEST_CASE("resume() and value() throw nothing at the end; result() is there as long as one likes") {
    const auto g = returning("told");
    CHECK_FALSE(g.done());
    CHECK(g.resume());
    CHECK(g.value() == 1);
    CHECK_FALSE(g.resume());
    CHECK(g.done());
    CHECK_FALSE(g.resume());
    CHECK(g.result() == "told");
    CHECK(g.result() == "told");
}

TEST_CASE("resume_with() is the send() that does not throw at the end") {
    const auto g = square();
    CHECK(g.resume());
    CHECK(g.resume_with(4));
    CHECK(g.value() == 16);
    g.close();
    CHECK_FALSE(g.resume_with(5));
}

TEST_CASE("resume_raising() is the throw_() that does not throw at the end") {
    const generator<int> g = GENERATOR(int) {
        BEGIN; TRY YIELD(1); EXCEPT(int) YIELD(2); END_TRY TRY YIELD(3); EXCEPT(int) END_TRY END;
    };
    g.next();
    CHECK(g.resume_raising(0));
    CHECK(g.value() == 2);
    g.next();
    CHECK_FALSE(g.resume_raising(0));
    CHECK(g.done());
}

TEST_CASE("result() of a body that did not return is an error with a place") {
    const auto fresh = returning(""), closed = returning("");
    closed.resume();
    closed.close();
    for (auto const& g : {fresh, closed}) {
        const lasti::error e = thrown_by([&] { g.result(); });
        CHECK(e.is<lasti::invalid_state_error>());
        CHECK(starts_with(e.what(), "the generator has no result: 'returning' ("));
    }
    const auto failed = failing();
    failed.resume();
    thrown_by([&] { failed.resume(); });
    CHECK_THROWS_AS(failed.result(), lasti::invalid_state_error);
}

TEST_CASE("falling off the end returns R(), where there is one") {
    const generator<int, void, std::string> g = GENERATOR(int, void, std::string) { BEGIN; YIELD(1); END; };
    CHECK(drain(g) == "1");
    CHECK(g.result().empty());
    const generator<int, void, int> number = GENERATOR(int, void, int) { BEGIN; YIELD(1); END; };
    CHECK(drain(number) == "1");
    CHECK(number.result() == 0);
}

TEST_CASE("falling off the end is an error with a place, where R has no default") {
    typedef std::reference_wrapper<int> no_default;
    const generator<int, void, no_default> g = GENERATOR(int, void, no_default) { BEGIN; YIELD(1); END; };
    g.resume();
    const lasti::error e = thrown_by([&] { g.resume(); });
    CHECK(e.is<lasti::type_error>());
    CHECK(starts_with(e.what(), "the body ended without RETURN(value), and its result type has no default: "));
    CHECK(g.done());
}

TEST_CASE("range-for goes on where the last one was left: a generator is a single pass") {
    const auto g = count(5);
    for (int i : g)
        if (i == 1) break;
    CHECK(drain(g) == "2 3 4");
    CHECK(drain(g) == "");
}

TEST_CASE("its iterators are input iterators") {
    typedef std::iterator_traits<generator<int>::iterator> traits;
    CHECK((std::is_same<traits::iterator_category, std::input_iterator_tag>::value));
    CHECK((std::is_same<traits::value_type, int>::value));
    CHECK((std::is_same<traits::reference, int&>::value));
    CHECK((std::is_same<traits::pointer, int*>::value));
}

TEST_CASE("<algorithm> and the containers take its iterators") {
    const auto a = count(5), b = count(10), c = count(4), d = count(3), e = count(6);
    CHECK(std::vector<int>(a.begin(), a.end()) == std::vector<int>{0, 1, 2, 3, 4});
    CHECK(*std::find(b.begin(), b.end(), 3) == 3);
    CHECK(b.next() == 4);
    CHECK(std::accumulate(c.begin(), c.end(), 0) == 6);
    CHECK(std::distance(d.begin(), d.end()) == 3);
    std::vector<int> even;
    std::copy_if(e.begin(), e.end(), std::back_inserter(even), [](int i) { return i % 2 == 0; });
    CHECK(even == std::vector<int>{0, 2, 4});
}

TEST_CASE("an iterator dereferences, points and steps; a post-step gives the value from before") {
    const generator<std::string> g = GENERATOR(std::string) { BEGIN; YIELD("a"); YIELD("bc"); YIELD("def"); END; };
    auto it = g.begin();
    CHECK(*it == "a");
    CHECK(it->size() == 1);
    CHECK(*it++ == "a");
    CHECK(*it == "bc");
    CHECK(*++it == "def");
    CHECK(it != g.end());
    CHECK(++it == g.end());
}

TEST_CASE("an iterator keeps its generator alive") {
    auto it = count(3).begin();
    CHECK(*++it == 1);
}

TEST_CASE("a copy of a handle is another name for the same generator") {
    const auto g = count(4);
    const auto same = g;
    CHECK(same == g);
    CHECK(count(4) != g);
    CHECK(g.next() == 0);
    CHECK(same.next() == 1);
    same.close();
    CHECK(g.done());
}

TEST_CASE("the last of many handles closes it, no other does") {
    trace t;
    {
        generator<int> kept;
        {
            const generator<int> g = GENERATOR(int) {
                BEGIN; TRY YIELD(1); FINALLY t("closed"); END_TRY END;
            };
            g.next();
            generator<int> other = g;
            kept = std::move(other);
            CHECK_FALSE(other);
        }
        CHECK(t.take() == "");
        generator<int>& same = kept;
        kept = same; // assigned to itself
        CHECK(t.take() == "");
    }
    CHECK(t.take() == "closed");
}

TEST_CASE("a default-constructed handle is empty, falsy, and equal to other empty ones") {
    const generator<int, int> empty;
    CHECK_FALSE(empty);
    CHECK(empty == (generator<int, int>()));
    CHECK(static_cast<bool>(square()));
}

TEST_CASE("every use of an empty handle is a clear TypeError") {
    const generator<int, int, int> g;
    const std::function<void()> uses[] = {
        [&] { g.resume(); },         [&] { g.resume_with(1); },   [&] { g.resume_raising(1); },
        [&] { g.value(); },          [&] { g.result(); },         [&] { g.done(); },
        [&] { g.next(); },           [&] { g.send(1); },          [&] { g.throw_(1); },
        [&] { g.close(); },          [&] { g.begin(); },          [&] { g.gi_code(); },
        [&] { g.gi_frame(); },       [&] { g.gi_running(); },     [&] { g.gi_suspended(); },
        [&] { g.gi_yieldfrom(); },   [&] { lasti::next(g); },     [&] { lasti::next(g, 1); },
        [&] { g.shared_frame(); },   [&] { g.give(1); }};
    for (auto const& use : uses) {
        const lasti::error e = thrown_by(use);
        CHECK(e.is<lasti::type_error>());
        CHECK(e.what() == "this generator handle is empty: default-constructed or moved from");
    }
}

TEST_CASE("delegating to an empty handle is an error in the body that does") {
    // Needs exceptions: what is used wrongly throws.
    const generator<int> g = GENERATOR(int) {
        BEGIN; TRY YIELD_FROM(generator<int>()); EXCEPT(lasti::type_error) YIELD(1); END_TRY END;
    };
    CHECK(drain(g) == "1");
}

TEST_CASE("a body may drop the last handle to itself: it runs on, and dies when it stops") {
    trace t;
    for (bool by_next : {true, false}) {
        std::unique_ptr<generator<int>> only(new generator<int>());
        generator<int>* const handle = only.get();
        local dies = noting(t, "local");
        *only = GENERATOR(int) {
            BEGIN;
            YIELD(1);
            (void)dies;
            *handle = generator<int>();
            t("runs on");
            YIELD(2);
            END;
        };
        dies.reset();
        only->resume();
        if (by_next) CHECK(only->next() == 2);
        else CHECK(only->resume());
        CHECK(t.take() == "runs on local");
        CHECK_FALSE(*only);
    }
}

TEST_CASE("the struct form takes its members, moved or copied, as locals that die with the frame") {
    struct body {
        counted value;
        GENERATOR_BODY(int) { BEGIN; YIELD(value.value); END; }
    };
    counted::reset();
    {
        const body original = {counted(5)};
        const generator<int> copied = original;
        const generator<int> moved = body{counted(6)};
        CHECK(copied.next() == 5);
        CHECK(moved.next() == 6);
        CHECK(counted::alive() == 3);
        CHECK_FALSE(moved.resume());
        CHECK(counted::alive() == 2);
    }
    CHECK(counted::alive() == 0);
}

TEST_CASE("the struct form becomes a generator where one is wanted") {
    const auto sum = [](generator<int> g) { return std::accumulate(g.begin(), g.end(), 0); };
    CHECK(sum(countdown{4}) == 10);
}

TEST_SUITE_END();
