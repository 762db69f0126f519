// CPython's test_coroutines.py: what asynchronous comprehensions do, said with loops.
#include <lasti/async_generator.hpp>
#include <lasti/generator.hpp>

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "support/by_hand.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::vector<int> list;
typedef lasti::async_generator<int> ints;

struct done : std::runtime_error {
    done() : std::runtime_error("Done") {}
};

template <class T>
lasti::coroutine<T> f(T value) {
    return COROUTINE(T) {
        BEGIN;
        RETURN(value);
        END;
    };
}
template <class T>
lasti::async_generator<T> each_of(std::vector<T> items) {
    T item = T();
    return ASYNC_GENERATOR(T) {
        BEGIN;
        FOR(item, items) YIELD(item); END_FOR
        END;
    };
}
/// What it is, without asking for anything.
template <class T>
T result_of(lasti::coroutine<T> const& c) {
    CHECK(run_by_hand(c).empty());
    return c.result();
}
/// [i + j async for i in asynciter(items)]
lasti::coroutine<list> plus(int j, list items = {1, 2}) {
    list sums;
    int i = 0;
    return COROUTINE(list) {
        BEGIN;
        ASYNC_FOR(i, each_of(items)) sums.push_back(i + j); END_ASYNC_FOR
        RETURN(sums);
        END;
    };
}
list range(int n) {
    list numbers;
    for (int i = 0; i < n; ++i) numbers.push_back(i);
    return numbers;
}

} // namespace

TEST_SUITE_BEGIN("CPython: test_coroutines: comprehensions");

TEST_CASE("awaits over a list (test_coroutines.py: CoroutineTest.test_comp_1)") {
    typedef std::pair<list, std::map<int, int>> both;
    both got;
    lasti::coroutine<int> c;
    int value = 0;
    CHECK((result_of(lasti::coroutine<both>(COROUTINE(both) {
        BEGIN;
        FOR(c, std::vector<lasti::coroutine<int>>({f(1), f(41)})) {
            AWAIT_SET(value, c);
            got.second[static_cast<int>(got.first.size())] = value;
            got.first.push_back(value);
        } END_FOR
        RETURN(got);
        END;
    })) == both({1, 41}, {{0, 1}, {1, 41}})));
}

TEST_CASE("loops over what was awaited (test_coroutines.py: CoroutineTest.test_comp_2)") {
    typedef lasti::coroutine<list> list_coroutine;
    std::vector<list_coroutine> inner;
    list_coroutine s;
    list numbers;
    std::set<int> all;
    int d = 0;
    CHECK((result_of(lasti::coroutine<std::set<int>>(COROUTINE(std::set<int>) {
        BEGIN;
        AWAIT_SET(inner, f(std::vector<list_coroutine>({f(list({10, 30})), f(list({20}))})));
        FOR(s, inner) {
            AWAIT_SET(numbers, s);
            FOR(d, numbers) all.insert(d); END_FOR
        } END_FOR
        RETURN(all);
        END;
    })) == std::set<int>({10, 20, 30})));
}

TEST_CASE("over an async generator (test_coroutines.py: CoroutineTest.test_comp_3)") {
    CHECK(result_of(plus(1, {10, 20})) == list({11, 21}));
    int i = 0;
    int g = 0;
    list got;
    const ints gen = ASYNC_GENERATOR(int) {
        BEGIN;
        ASYNC_FOR(i, each_of(list({10, 20}))) YIELD(i + 1); END_ASYNC_FOR
        END;
    };
    CHECK(result_of(lasti::coroutine<list>(COROUTINE(list) {
        BEGIN;
        ASYNC_FOR(g, gen) got.push_back(g + 100); END_ASYNC_FOR
        RETURN(got);
        END;
    })) == list({111, 121}));
}

TEST_CASE("with a condition (test_coroutines.py: CoroutineTest.test_comp_4)") {
    int i = 0;
    std::map<int, int> got;
    CHECK((result_of(lasti::coroutine<std::map<int, int>>(COROUTINE(std::map<int, int>) {
        BEGIN;
        ASYNC_FOR(i, each_of(list({10, 20}))) {
            if (i > 10) got[i + 1] = i + 2;
        } END_ASYNC_FOR
        RETURN(got);
        END;
    })) == std::map<int, int>({{21, 22}})));
}

TEST_CASE("an asynchronous loop in a plain one (test_coroutines.py: CoroutineTest.test_comp_5)") {
    list pair;
    list got;
    int i = 0;
    CHECK(result_of(lasti::coroutine<list>(COROUTINE(list) {
        BEGIN;
        FOR(pair, std::vector<list>({{10, 20}, {30, 40}})) {
            if (pair[0] <= 10) continue;
            ASYNC_FOR(i, each_of(pair)) {
                if (i > 30) got.push_back(i + 1);
            } END_ASYNC_FOR
        } END_FOR
        RETURN(got);
        END;
    })) == list({41}));
}

TEST_CASE("a plain loop in an asynchronous one (test_coroutines.py: CoroutineTest.test_comp_6)") {
    list seq;
    list got;
    int i = 0;
    CHECK(result_of(lasti::coroutine<list>(COROUTINE(list) {
        BEGIN;
        ASYNC_FOR(seq, each_of(std::vector<list>({{10, 20}, {30}}))) {
            FOR(i, seq) got.push_back(i + 1); END_FOR
        } END_ASYNC_FOR
        RETURN(got);
        END;
    })) == list({11, 21, 31}));
}

TEST_CASE("an exception of the generator (test_coroutines.py: CoroutineTest.test_comp_7)") {
    const ints fails = ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        YIELD(2);
        RAISE(done());
        END;
    };
    int i = 0;
    CHECK_THROWS_AS(run_by_hand(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, fails) {} END_ASYNC_FOR
        END;
    })), done);
}

TEST_CASE("one loop after the other (test_coroutines.py: CoroutineTest.test_comp_9)") {
    int i = 0;
    list first;
    list second;
    CHECK(result_of(lasti::coroutine<list>(COROUTINE(list) {
        BEGIN;
        ASYNC_FOR(i, each_of(list({1, 2}))) first.push_back(i); END_ASYNC_FOR
        FOR(i, first) second.push_back(i); END_FOR
        RETURN(second);
        END;
    })) == list({1, 2}));
}

TEST_CASE("nested (test_coroutines.py: CoroutineTest.test_nested_comp)") {
    typedef std::vector<list> lists;
    int j = 0;
    int x = 0;
    list inner;
    lists got;
    CHECK((result_of(lasti::coroutine<lists>(COROUTINE(lists) {
        BEGIN;
        FOR(j, list({10, 20})) {
            AWAIT_SET(inner, plus(j));
            got.push_back(inner);
        } END_FOR
        RETURN(got);
        END;
    })) == lists({{11, 12}, {21, 22}})));
    const std::vector<ints> gens = {each_of(range(3)), each_of(range(5))};
    ints g;
    list all;
    CHECK(result_of(lasti::coroutine<list>(COROUTINE(list) {
        BEGIN;
        FOR(g, gens) {
            ASYNC_FOR(x, g) all.push_back(x); END_ASYNC_FOR
        } END_FOR
        RETURN(all);
        END;
    })) == list({0, 1, 2, 0, 1, 2, 3, 4}));
}

TEST_SUITE_END();
