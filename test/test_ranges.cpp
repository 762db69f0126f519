// ranges.hpp: generators are views, tools of itertools stand behind a `|`, and ranges become generators
// and async generators. test_ranges_adaptors.cpp tries the adaptors of range-v3.
#if __cplusplus >= 202002L
#include <ranges>
#endif
#include <list>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/common.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/iota.hpp>
#include <range/v3/view/take.hpp>
#include <range/v3/view/transform.hpp>

#include <lasti/event_loop.hpp>
#include <lasti/keywords.hpp>
#include <lasti/ranges.hpp>
#include <lasti/sleep.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

namespace {

namespace tools = lasti::views;

struct up_to {
    int n;
    int i;
    explicit up_to(int end) : n(end), i(0) {}
    GENERATOR_BODY(int) { BEGIN; for (; i < n; ++i) YIELD(i); END; }
};

typedef lasti::generator<int> ints;

template <class G>
constexpr bool is_view() {
    return ranges::input_range<G> && ranges::input_range<G const> && ranges::view_<G> && ranges::viewable_range<G> &&
           ranges::viewable_range<G&> && ranges::viewable_range<G const&> && ranges::common_range<G> &&
           !ranges::forward_range<G> && ranges::input_iterator<ranges::iterator_t<G>>;
}
static_assert(is_view<ints>(), "");
static_assert(is_view<lasti::generator<int&>>(), "");
static_assert(is_view<lasti::generator<int const&>>(), "");
static_assert(is_view<lasti::generator<std::string, int, double>>(), "");
static_assert(is_view<lasti::generator<std::unique_ptr<int>>>(), "");
static_assert(is_view<lasti::generator<counted>>(), "");
static_assert(std::is_same<ranges::range_reference_t<ints>, int&>::value, "");
static_assert(std::is_same<ranges::range_value_t<lasti::generator<int const&>>, int>::value, "");

template <class R>
std::vector<int> list(R&& range) {
    std::vector<int> all;
    for (int n : lasti::to_generator(std::forward<R>(range))) all.push_back(n);
    return all;
}

bool odd(int n) { return n % 2 != 0; }

lasti::coroutine<int> twice_later(int n) {
    return COROUTINE(int) { BEGIN; AWAIT(lasti::sleep(n)); RETURN(2 * n); END; };
}

template <class A>
lasti::coroutine<void> watch(A source, trace* t) {
    int x = 0;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(x, source) {
            (*t)(std::to_string(x) + "@" + std::to_string(static_cast<int>(lasti::get_running_loop().time())));
        } END_ASYNC_FOR
        END;
    };
}

}  // namespace

TEST_CASE("ranges: a generator is a view, by its name and as a temporary") {
    CHECK((ints(up_to(9)) | ranges::views::take(2) | ranges::to<std::vector>()) == std::vector<int>{0, 1});
    ints named = up_to(9);
    CHECK((named | ranges::views::filter(odd) | ranges::views::take(2) | ranges::to<std::vector>()) ==
          std::vector<int>{1, 3});
    auto view = named | ranges::views::transform([](int n) { return -n; });
    named = ints();  // the view has a handle of its own
    CHECK(*ranges::begin(view) < 0);
}

TEST_CASE("ranges: take of range-v3 draws an item more than it gives, islice does not") {
    ints named = up_to(9);
    CHECK(list(named | ranges::views::take(2)).size() == 2);
    CHECK(lasti::next(named) == 3);
    CHECK(list(named | tools::islice(2)).size() == 2);
    CHECK(lasti::next(named) == 6);
}

TEST_CASE("ranges: what can only be moved, and references, go through views") {
    std::vector<int> v = {1, 2, 3};
    for (int& n : lasti::filter(odd, v) | ranges::views::transform([](int& n) -> int& { return n; }) |
                      ranges::views::common)
        n = 0;
    CHECK(v == std::vector<int>{0, 2, 0});
    auto owners = lasti::map([](int n) { return std::unique_ptr<int>(new int(n)); }, up_to(3));
    std::vector<int> seen;
    for (std::unique_ptr<int>& owner :
         owners | ranges::views::filter([](std::unique_ptr<int>& p) { return *p > 0; }) | ranges::views::common)
        seen.push_back(*owner);
    CHECK(seen == std::vector<int>{1, 2});
}

TEST_CASE("ranges: any view is a generator: sentinels, no end, proxies, temporaries that it owns") {
    CHECK(list(ranges::views::iota(1) | ranges::views::take(3)) == std::vector<int>{1, 2, 3});
    CHECK(list(std::list<int>{1, 2} | lasti::to_generator()) == std::vector<int>{1, 2});
    CHECK(list(std::vector<bool>{true, false}) == std::vector<int>{1, 0});
    std::vector<int> v = {1, 2, 3};
    static_assert(std::is_same<decltype(lasti::to_generator(v)), lasti::generator<int&>>::value, "");
    auto square = [](int n) { return n * n; };
    CHECK(lasti::next(v | ranges::views::filter(odd) | ranges::views::transform(square) | lasti::to_generator()) == 1);
    CHECK(list(v | lasti::to_generator() | ranges::views::filter(odd) | lasti::to_generator()) ==
          std::vector<int>{1, 3});
}

TEST_CASE("ranges: a function of a transform is called once for each item") {
    int calls = 0;
    auto counting = [&calls](int n) { ++calls; return n; };
    CHECK(list(ranges::views::iota(0, 3) | ranges::views::transform(counting) | tools::filter(odd)).size() == 1);
    CHECK(calls == 3);
}

TEST_CASE("ranges: the tools of itertools behind a `|`") {
    std::vector<int> v = {1, 2, 3, 4};
    auto add = [](int a, int b) { return a + b; };
    auto size = [](auto const& items) { return static_cast<int>(items.size()); };
    CHECK(list(v | tools::map([](int n) { return n + 1; })) == std::vector<int>{2, 3, 4, 5});
    CHECK(list(v | tools::filter(odd) | tools::chain(v, up_to(2))) == std::vector<int>{1, 3, 1, 2, 3, 4, 0, 1});
    CHECK(list(v | tools::filterfalse(odd)) == std::vector<int>{2, 4});
    CHECK(list(up_to(3) | tools::filter(nullptr)) == std::vector<int>{1, 2});
    CHECK(list(v | tools::takewhile(odd)) == std::vector<int>{1});
    CHECK(list(v | tools::dropwhile(odd)) == std::vector<int>{2, 3, 4});
    CHECK(list(v | tools::islice(2)) == std::vector<int>{1, 2});
    CHECK(list(v | tools::islice(1, nullptr, 2)) == std::vector<int>{2, 4});
    CHECK(list(v | tools::reversed()) == std::vector<int>{4, 3, 2, 1});
    CHECK(list(v | tools::cycle() | tools::islice(5)) == std::vector<int>{1, 2, 3, 4, 1});
    CHECK(list(v | tools::accumulate()) == std::vector<int>{1, 3, 6, 10});
    CHECK(list(v | tools::accumulate(add, 10)) == std::vector<int>{10, 11, 13, 16, 20});
    CHECK(list(v | tools::pairwise() | tools::starmap(add)) == std::vector<int>{3, 5, 7});
    CHECK(list(v | tools::zip(up_to(2)) | tools::starmap(add)) == std::vector<int>{1, 3});
    CHECK(list(v | tools::enumerate(1) | tools::starmap([](std::ptrdiff_t i, int n) { return static_cast<int>(i) * n; })) ==
          std::vector<int>{1, 4, 9, 16});
    CHECK(list(v | tools::batched(3) | tools::map(size)) == std::vector<int>{3, 1});
    CHECK_THROWS_AS(list(v | tools::batched(lasti::strict, 3) | tools::map(size)), lasti::value_error);
    CHECK(list(v | tools::batched(3) | tools::chain_from_iterable()) == v);
    CHECK(list(v | tools::compress(std::vector<bool>{false, true})) == std::vector<int>{2});
    CHECK(list(v | tools::groupby([](int n) { return n / 2; }) | tools::map([](auto const& group) { return group.first; })) ==
          std::vector<int>{0, 1, 2});
    CHECK(ranges::distance(v | tools::groupby()) == 4);
    CHECK(ranges::distance(v | tools::permutations()) == 24);
    CHECK(ranges::distance(v | tools::permutations(2)) == 12);
    CHECK(ranges::distance(v | tools::combinations(2)) == 6);
    CHECK(ranges::distance(v | tools::combinations_with_replacement(2)) == 10);
    auto every_other = tools::islice(0, nullptr, 2) | tools::map([](int n) { return n * 10; });  // no range yet
    CHECK(list(v | every_other) == std::vector<int>{10, 30});
    CHECK(list(ranges::views::iota(0) | every_other | ranges::views::take(2)) == std::vector<int>{0, 20});
}

TEST_CASE("ranges: an async generator of awaitables awaits one after the other, when it is asked") {
    virtual_loop here;
    trace t;
    std::vector<int> v = {1, 2, 3};
    here.loop.create_task(watch(v | ranges::views::transform(twice_later) | lasti::to_async_generator(), &t));
    here.loop.run();
    CHECK(t.take() == "2@1 4@3 6@6");
}

TEST_CASE("ranges: an async generator of plain items, of an async generator, of anything with an anext") {
    virtual_loop here;
    trace t;
    std::vector<int> v = {5, 6};
    lasti::async_generator<int> plain = lasti::to_async_generator(v);
    CHECK(lasti::to_async_generator(plain) == plain);
    here.loop.create_task(watch(plain | lasti::to_async_generator(), &t));
    here.loop.run();
    CHECK(t.take() == "5@0 6@0");

    struct three_of {  // no generator, but ASYNC_FOR takes it
        int n = 0;
        lasti::coroutine<int> anext() {
            if (++n > 3) throw lasti::stop_async_iteration();
            return twice_later(n);
        }
    };
    here.loop.create_task(watch(lasti::to_async_generator(three_of()), &t));
    here.loop.run();
    CHECK(t.take() == "2@1 4@3 6@6");
}

TEST_CASE("ranges: an exception of an awaitable ends the async generator") {
    virtual_loop here;
    trace t;
    auto failing = [](int n) -> lasti::coroutine<int> {
        return COROUTINE(int) { BEGIN; if (n == 1) RAISE(lasti::value_error("one")); RETURN(n); END; };
    };
    lasti::async_generator<int> all = ranges::views::iota(0, 3) | ranges::views::transform(failing) |
                                      lasti::to_async_generator();
    lasti::task<void> watching = here.loop.create_task(watch(all, &t));
    CHECK_THROWS_AS(here.loop.run_until_complete(watching), lasti::value_error);
    CHECK(t.take() == "0@0");
    CHECK_FALSE(all.ag_frame());
}

#if defined(__cpp_lib_ranges) && (!defined(__clang__) || __clang_major__ >= 16)

static_assert(std::ranges::input_range<ints> && std::ranges::view<ints> && std::ranges::viewable_range<ints&>);
static_assert(std::ranges::common_range<ints> && !std::ranges::forward_range<ints>);
static_assert(std::ranges::view<lasti::generator<std::unique_ptr<int>>>);

TEST_CASE("ranges: a generator is a view of C++20, and its views are generators") {
    auto square = [](int n) { return n * n; };
    std::vector<int> seen;
    for (int n : ints(up_to(9)) | std::views::filter(odd) | std::views::transform(square) | std::views::take(3))
        seen.push_back(n);
    CHECK(seen == std::vector<int>{1, 9, 25});
    ints named = up_to(4);
    CHECK(std::ranges::distance(named | std::views::drop(1)) == 3);
    CHECK(list(std::views::iota(1) | std::views::take(2) | lasti::to_generator()) == std::vector<int>{1, 2});
    std::istringstream numbers("4 5 6");
    CHECK(list(std::ranges::istream_view<int>(numbers) | tools::islice(1, nullptr)) == std::vector<int>{5, 6});
}
#endif
