// itertools.hpp and builtins.hpp: what the tools take, keep, refer to and refuse. That they give what
// Python's give, and draw when Python's draw, conformance/itertools/compare.py shows.
#include <array>
#include <cstddef>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <lasti/itertools.hpp>
#include <lasti/keywords.hpp>

#include "support/counted.hpp"

namespace {

namespace it = lasti::itertools;

template <class G>
auto list(G&& items) -> std::vector<typename std::decay<decltype(*items.begin())>::type> {
    std::vector<typename std::decay<decltype(*items.begin())>::type> all;
    for (auto&& item : items) all.push_back(item);
    return all;
}

template <class G>
std::string text(G&& items) {
    std::ostringstream out;
    for (auto&& item : items) out << item << ' ';
    return out.str();
}

struct up_to {
    int n;
    int i;
    GENERATOR_BODY(int) { BEGIN; for (i = 0; i < n; ++i) YIELD(i); END; }
};

lasti::generator<int> closing(bool* closed) {
    return GENERATOR(int) {
        BEGIN;
        TRY
            for (;;) YIELD(1);
        FINALLY
            *closed = true;
        END_TRY
        END;
    };
}

bool odd(int n) { return n % 2 != 0; }
int twice(int n) { return 2 * n; }

template <class Call>
std::string message_of(Call call) {
    try {
        call();
    } catch (lasti::value_error const& problem) {
        return problem.what();
    }
    return "no error";
}

template <class T>
void exhaust(lasti::generator<T> items) {
    while (items.resume()) {}
}

}  // namespace

TEST_CASE("itertools: items of an lvalue are references into it, others are values") {
    std::vector<int> v = {1, 2, 3};
    std::vector<int> const constant = {1};
    static_assert(std::is_same<decltype(lasti::filter(odd, v)), lasti::generator<int&>>::value, "");
    static_assert(std::is_same<decltype(lasti::filter(odd, constant)), lasti::generator<int const&>>::value, "");
    static_assert(std::is_same<decltype(lasti::filter(odd, std::vector<int>())), lasti::generator<int>>::value, "");
    static_assert(std::is_same<decltype(it::pairwise(v)), lasti::generator<std::pair<int, int>>>::value, "");
    static_assert(std::is_same<decltype(it::chain(v, v)), lasti::generator<int&>>::value, "");
    static_assert(std::is_same<decltype(it::chain(v, std::list<double>())), lasti::generator<double>>::value, "");

    for (int& n : lasti::filter(odd, v)) n *= 10;
    CHECK(text(v) == "10 2 30 ");
    for (auto item : lasti::zip(v, constant)) std::get<0>(item) += std::get<1>(item);
    CHECK(text(v) == "11 2 30 ");
    for (auto item : lasti::enumerate(v)) item.second = static_cast<int>(item.first);
    CHECK(text(v) == "0 1 2 ");
    for (int& n : lasti::reversed(v)) ++n;
    CHECK(text(v) == "1 2 3 ");
    std::vector<std::vector<int>> rows = {{1}, {}, {2, 3}};
    for (int& n : it::chain_from_iterable(rows)) n = 7;
    CHECK(text(rows[2]) == "7 7 ");
    CHECK(lasti::next(lasti::filter(odd, std::vector<int>{4, 5})) == 5);  // the tool is gone by now
}

TEST_CASE("itertools: every kind of range") {
    int array[] = {1, 2, 3};
    CHECK(text(it::islice(array, 2)) == "1 2 ");
    CHECK(text(lasti::reversed(array)) == "3 2 1 ");
    std::map<std::string, int> ages = {{"a", 1}, {"b", 2}};
    CHECK(text(it::starmap([](std::string const& s, int n) { return s + std::to_string(n); }, ages)) == "a1 b2 ");
    std::vector<bool> bits = {true, false, true};
    CHECK(text(it::cycle(std::vector<bool>())) == "");
    CHECK(text(it::islice(it::cycle(bits), 5)) == "1 0 1 1 0 ");
    CHECK(list(it::batched(bits, 2))[0] == std::vector<bool>{true, false});
    CHECK(text(it::compress(array, bits)) == "1 3 ");
    std::array<int, 2> two = {{5, 6}};
    CHECK(text(it::accumulate(two)) == "5 11 ");
    CHECK(text(lasti::map(twice, up_to{3, 0})) == "0 2 4 ");  // the struct form
    lasti::generator<int> g = up_to{4, 0};
    CHECK(text(it::islice(g, 2)) == "0 1 ");
    CHECK(lasti::next(g) == 2);  // the same generator goes on
    CHECK(text(it::starmap([](int a, int b) { return a + b; }, std::vector<std::array<int, 2>>{{{1, 2}}})) == "3 ");
    CHECK(text(it::starmap([](int a, char b, int c) { return a + b + c; },
                           std::vector<std::tuple<int, char, int>>(1, std::make_tuple(1, '\2', 3)))) == "6 ");
}

TEST_CASE("itertools: nothing is drawn before it is asked for") {
    int drawn = 0;
    auto source = lasti::map([&drawn](int n) { ++drawn; return n; }, up_to{10, 0});
    auto all = lasti::filter(odd, it::chain(source, it::repeat(1)));
    CHECK(drawn == 0);
    CHECK(lasti::next(all) == 1);
    CHECK(drawn == 2);
    auto pairs = it::product(source, source);  // this one draws all at once, as Python's does
    CHECK(drawn == 10);
    CHECK(list(pairs).empty());  // the second was left nothing
}

TEST_CASE("itertools: a temporary is owned, and goes with the tool") {
    counted::reset();
    {
        auto items = lasti::filter([](counted const& c) { return c.value > 1; }, std::vector<counted>(3, counted(2)));
        CHECK(lasti::next(items).value == 2);
        CHECK(counted::alive() >= 3);
        items.close();
        CHECK(counted::alive() == 1);  // what it yielded last
    }
    CHECK(counted::alive() == 0);
    for (auto const& chosen : it::permutations(std::vector<counted>(3), 2)) CHECK(chosen.size() == 2);
    exhaust(it::cycle(std::vector<counted>()));
    for (auto& branch : it::tee(std::vector<counted>(4), 3)) branch.resume();
    for (auto group : it::groupby(std::vector<counted>(4), [](counted const&) { return 1; })) group.second.resume();
    CHECK(counted::alive() == 0);
}

TEST_CASE("itertools: what can only be moved passes through") {
    std::vector<std::unique_ptr<int>> owners;
    owners.emplace_back(new int(1));
    owners.emplace_back();
    for (auto& owner : lasti::filter(nullptr, owners)) CHECK(*owner == 1);
    for (auto& owner : it::islice(std::move(owners), 1)) CHECK(*owner == 1);
    auto made = lasti::map([](int n) { return std::unique_ptr<int>(new int(n)); }, up_to{3, 0});
    std::unique_ptr<int> second = lasti::next(it::dropwhile([](std::unique_ptr<int> const& p) { return *p < 1; }, made));
    CHECK(*second == 1);
    for (auto& batch : it::batched(made, 5)) CHECK(batch.size() == 1);
}

TEST_CASE("itertools: a generator given twice is drawn from in turn") {
    lasti::generator<int> g = up_to{5, 0};
    std::vector<std::tuple<int, int>> pairs = list(lasti::zip(g, g));
    REQUIRE(pairs.size() == 2);
    CHECK(pairs[1] == std::make_tuple(2, 3));
    CHECK(g.done());
}

TEST_CASE("itertools: a tool that is closed lets go of its generator, which is closed by that") {
    bool closed = false;
    {
        auto items = it::chain(lasti::filter(odd, closing(&closed)));
        CHECK(lasti::next(items) == 1);
        items.close();
        CHECK(closed);
    }
    closed = false;
    lasti::generator<int> mine = closing(&closed);
    auto items = it::takewhile(odd, mine);
    lasti::next(items);
    items.close();
    CHECK_FALSE(closed);  // somebody else has it, too
}

TEST_CASE("itertools: what a function or a source throws ends the tool") {
    auto items = lasti::map([](int n) -> int { if (n == 1) throw std::out_of_range("one"); return n; }, up_to{3, 0});
    CHECK(lasti::next(items) == 0);
    CHECK_THROWS_AS(lasti::next(items), std::out_of_range);
    CHECK(items.done());
    lasti::generator<int> broken = lasti::map([&broken](int) { return lasti::next(broken); }, up_to{1, 0});
    CHECK_THROWS_AS(lasti::next(broken), lasti::value_error);  // generator already executing
}

TEST_CASE("itertools: wrong numbers are value errors in the words of Python, where the tool is made") {
    std::vector<int> v = {1, 2, 3};
    CHECK(message_of([&] { it::batched(v, 0); }) == "n must be at least one");
    CHECK(message_of([&] { it::permutations(v, -1); }) == "r must be non-negative");
    CHECK(message_of([&] { it::combinations(v, -1); }) == "r must be non-negative");
    CHECK(message_of([&] { it::combinations_with_replacement(v, -1); }) == "r must be non-negative");
    CHECK(message_of([&] { it::product(it::times(-1), v); }) == "repeat argument cannot be negative");
    CHECK(message_of([&] { it::tee(v, -1); }) == "n must be >= 0");
    CHECK(message_of([&] { it::islice(v, -1); }) ==
          "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
    CHECK(message_of([&] { it::islice(v, -1, 2); }) ==
          "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
    CHECK(message_of([&] { it::islice(v, nullptr, -2); }) ==
          "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
    CHECK(message_of([&] { it::islice(v, 0, nullptr, 0); }) ==
          "Step for islice() must be a positive integer or None.");
    CHECK(text(it::repeat(1, -5)) == "");
    CHECK(text(it::islice(v, nullptr, nullptr, nullptr)) == "1 2 3 ");
    CHECK(text(it::islice(v, 0, 3, std::numeric_limits<std::ptrdiff_t>::max())) == "1 ");
}

TEST_CASE("itertools: strict tells which argument ended first") {
    std::vector<int> two = {1, 2}, three = {1, 2, 3};
    CHECK(message_of([&] { exhaust(lasti::zip(lasti::strict, three, two)); }) ==
          "zip() argument 2 is shorter than argument 1");
    CHECK(message_of([&] { exhaust(lasti::zip(lasti::strict, two, three)); }) ==
          "zip() argument 2 is longer than argument 1");
    CHECK(message_of([&] { exhaust(lasti::zip(lasti::strict, three, three, two)); }) ==
          "zip() argument 3 is shorter than arguments 1-2");
    CHECK(message_of([&] { exhaust(lasti::map(lasti::strict, [](int a, int b) { return a + b; }, two, three)); }) ==
          "map() argument 2 is longer than argument 1");
    CHECK(message_of([&] { exhaust(it::batched(lasti::strict, three, 2)); }) == "batched(): incomplete batch");
    CHECK(list(lasti::zip(lasti::strict, two, two)).size() == 2);
    CHECK(list(lasti::zip()).empty());
    CHECK(list(it::product()).size() == 1);
}

TEST_CASE("itertools: count ends with an error where its integer does, and counts in fractions") {
    auto last = it::count(std::numeric_limits<int>::max());
    CHECK(lasti::next(last) == std::numeric_limits<int>::max());
    CHECK_THROWS_AS(lasti::next(last), std::overflow_error);
    auto down = it::count(std::numeric_limits<long>::min() + 1, -1);
    CHECK(lasti::next(down) == std::numeric_limits<long>::min() + 1);
    CHECK(lasti::next(down) == std::numeric_limits<long>::min());
    CHECK_THROWS_AS(lasti::next(down), std::overflow_error);
    CHECK(text(it::islice(it::count(1, 0.5), 3)) == "1 1.5 2 ");
    CHECK(text(it::islice(it::count(), 3)) == "0 1 2 ");
}

TEST_CASE("itertools: accumulate into another type; functions with a state of their own") {
    CHECK(text(it::accumulate(std::string("abc"), [](std::string s, char c) { return s + c; }, std::string("="))) ==
          "= =a =ab =abc ");
    int calls = 0;
    CHECK(text(it::takewhile([&calls](int) { return ++calls < 3; }, it::count(5))) == "5 6 ");
    CHECK(text(it::takewhile([calls](int) mutable { return ++calls < 5; }, it::count(5))) == "5 ");
}

TEST_CASE("itertools: zip_longest fills with the default of each type, or with what it is given") {
    std::string letters = "ab";
    std::vector<int> one = {1};
    CHECK(std::get<1>(list(it::zip_longest(letters, one))[1]) == 0);
    CHECK(std::get<1>(list(it::zip_longest(it::fillvalue(-1), letters, one))[1]) == -1);
}

TEST_CASE("itertools: a group ends when the next one is asked for") {
    std::string letters = "aab";
    auto groups = it::groupby(letters);
    auto first = lasti::next(groups), second = lasti::next(groups);
    CHECK(second.first == 'b');
    CHECK(text(first.second) == "");
    CHECK(text(second.second) == "b ");
    auto alone = lasti::next(it::groupby(std::string("xxy"))).second;  // keeps what it needs
    CHECK(text(alone) == "x x ");
}

TEST_CASE("itertools: tee keeps what a branch has not seen, however much, and no more") {
    counted::reset();
    {
        auto branches = it::tee(lasti::map([](int n) { return counted(n); }, it::count(0)), 2);
        for (int i = 0; i < 300000; ++i) branches[0].resume();
        CHECK(counted::alive() >= 300000);
        for (int i = 0; i < 299990; ++i) branches[1].resume();
        CHECK(counted::alive() < 100);
        for (int i = 0; i < 300000; ++i) branches[0].resume();
        branches.pop_back();  // 300,000 items go at once, without recursion
        CHECK(counted::alive() < 100);
    }
    CHECK(counted::alive() == 0);
}

TEST_CASE("itertools: a frame has the tool's name, for who looks inside") {
    CHECK(std::string(it::takewhile(odd, up_to{1, 0}).gi_code().name) == "takewhile");
    CHECK(std::string(lasti::zip(up_to{1, 0}).gi_code().name) == "zip");
}

TEST_CASE("itertools: tools stand in FOR and YIELD_FROM, as any range") {
    struct evens {
        std::pair<std::ptrdiff_t, int> numbered;
        GENERATOR_BODY(int) {
            BEGIN;
            FOR(numbered, lasti::enumerate(up_to{3, 0}, 10))
                YIELD(static_cast<int>(numbered.first));
            END_FOR
            YIELD_FROM(lasti::map(twice, up_to{3, 0}));
            END;
        }
    };
    CHECK(text(lasti::generator<int>(evens{})) == "10 11 12 0 2 4 ");
}
