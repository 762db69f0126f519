// Every adaptor of range-v3 that makes sense on a single pass takes a generator: as a temporary, and by
// its name.
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <range/v3/action/sort.hpp>
#include <range/v3/algorithm/count.hpp>
#include <range/v3/algorithm/find.hpp>
#include <range/v3/algorithm/for_each.hpp>
#include <range/v3/numeric/accumulate.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view.hpp>

#include <lasti/keywords.hpp>
#include <lasti/ranges.hpp>

namespace {

namespace views = ranges::views;

lasti::generator<int> up_to(int n) {
    int i = 0;
    return GENERATOR(int) { BEGIN; for (; i < n; ++i) YIELD(i); END; };
}

lasti::generator<std::string> words() {
    return GENERATOR(std::string) { BEGIN; YIELD("ab"); YIELD(""); YIELD("cd"); END; };
}

lasti::generator<std::pair<int, char>> pairs() {
    return GENERATOR(std::pair<int, char>) {
        BEGIN;
        YIELD(std::make_pair(1, 'a'));
        YIELD(std::make_pair(2, 'b'));
        END;
    };
}

bool odd(int n) { return n % 2 != 0; }
bool small(int n) { return n < 2; }

struct printer {
    std::ostringstream& out;
    template <class A, class B>
    void operator()(std::pair<A, B> const& both) const {
        (*this)(both.first);
        (*this)(both.second);
    }
    template <class A, class B>
    void operator()(ranges::common_pair<A, B> const& both) const {
        (*this)(both.first);
        (*this)(both.second);
    }
    template <class T, class = std::enable_if_t<ranges::input_range<T>>>
    void operator()(T&& range, int = 0) const {
        out << '[';
        ranges::for_each(range, *this);
        out << ']';
    }
    template <class T, class = std::enable_if_t<!ranges::input_range<T>>>
    void operator()(T const& item) const {
        out << item << ' ';
    }
};

template <class V>
std::string text(V&& view) {
    std::ostringstream out;
    ranges::for_each(view, printer{out});
    return out.str();
}

/// What an adaptor gives of a temporary, if it gives the same of what has a name.
template <class Adaptor>
std::string of(int n, Adaptor const& adaptor) {
    lasti::generator<int> named = up_to(n);
    const std::string both = text(up_to(n) | adaptor);
    CHECK(text(named | adaptor) == both);
    return both;
}

}  // namespace

TEST_CASE("ranges: adaptors that pass items on, or leave them out") {
    CHECK(of(3, views::all) == "0 1 2 ");
    CHECK(of(5, views::filter(odd)) == "1 3 ");
    CHECK(of(5, views::remove_if(odd)) == "0 2 4 ");
    CHECK(of(3, views::remove(1)) == "0 2 ");
    CHECK(of(5, views::take(3)) == "0 1 2 ");
    CHECK(of(5, views::take_exactly(3)) == "0 1 2 ");
    CHECK(of(5, views::take_while(small)) == "0 1 ");
    CHECK(of(5, views::drop(3)) == "3 4 ");
    CHECK(of(5, views::drop_exactly(3)) == "3 4 ");
    CHECK(of(5, views::drop_while(small)) == "2 3 4 ");
    CHECK(of(5, views::slice(1, 3)) == "1 2 ");
    CHECK(of(5, views::stride(2)) == "0 2 4 ");
    CHECK(of(5, views::delimit(3)) == "0 1 2 ");
    CHECK(of(3, views::tail) == "1 2 ");
    CHECK(of(3, views::cache1) == "0 1 2 ");
    CHECK(of(3, views::common) == "0 1 2 ");
    CHECK(text(views::counted(up_to(9).begin(), 3)) == "0 1 2 ");
}

TEST_CASE("ranges: adaptors that make something else of each item") {
    CHECK(of(3, views::transform([](int n) { return n * n; })) == "0 1 4 ");
    CHECK(of(3, views::const_) == "0 1 2 ");
    CHECK(of(3, views::move) == "0 1 2 ");
    CHECK(of(4, views::replace(1, 7)) == "0 7 2 3 ");
    CHECK(of(4, views::replace_if(odd, 7)) == "0 7 2 7 ");
    CHECK(of(3, views::enumerate) == "0 0 1 1 2 2 ");
    CHECK(of(3, views::for_each([](int n) { return ranges::yield_from(views::repeat_n(n, n)); })) == "1 2 2 ");
    CHECK(of(4, views::partial_sum) == "0 1 3 6 ");
    CHECK(of(4, views::exclusive_scan(5)) == "5 5 6 8 ");
    CHECK(text(pairs() | views::keys) == "1 2 ");
    CHECK(text(pairs() | views::values) == "a b ");
    int one = 1, two = 2;
    lasti::generator<int*> pointers = lasti::itertools::chain(std::vector<int*>{&one, &two});
    CHECK(text(pointers | views::indirect) == "1 2 ");
}

TEST_CASE("ranges: adaptors that join, part and combine") {
    CHECK(of(5, views::chunk(2)) == "[0 1 ][2 3 ][4 ]");
    CHECK(of(3, views::intersperse(9)) == "0 9 1 9 2 ");
    CHECK(text(words() | views::join) == "a b c d ");
    CHECK(text(words() | views::join('-')) == "a b - - c d ");
    CHECK(text(views::zip(up_to(3), up_to(2))) == "0 0 1 1 ");
    CHECK(text(views::zip_with([](int a, int b) { return a + b; }, up_to(3), up_to(4))) == "0 2 4 ");
    CHECK(text(views::concat(up_to(2), up_to(3))) == "0 1 0 1 2 ");
    CHECK(text(views::set_union(up_to(3), up_to(4))) == "0 1 2 3 ");
    CHECK(text(views::set_intersection(up_to(3), up_to(4))) == "0 1 2 ");
    CHECK(text(views::set_difference(up_to(4), up_to(2))) == "2 3 ");
    CHECK(text(views::set_symmetric_difference(up_to(4), up_to(2))) == "2 3 ");
    CHECK(text(views::generate([g = up_to(3)] { return lasti::next(g, -1); }) | views::take(4)) == "0 1 2 -1 ");
}

TEST_CASE("ranges: erased, converted, folded, sorted") {
    ranges::any_view<int> erased = up_to(3);
    CHECK(text(erased) == "0 1 2 ");
    CHECK((up_to(3) | ranges::to<std::vector>()) == std::vector<int>{0, 1, 2});
    CHECK((up_to(3) | ranges::to_vector | ranges::actions::sort(std::greater<int>())) == std::vector<int>{2, 1, 0});
    CHECK(ranges::accumulate(up_to(4), 0) == 6);
    CHECK(ranges::count(up_to(4), 2) == 1);
    CHECK(ranges::distance(up_to(4)) == 4);
    CHECK_FALSE(ranges::empty(up_to(4) | ranges::to_vector));
    lasti::generator<int> searched = up_to(4);
    CHECK(ranges::find(searched, 2) != searched.end());
    CHECK(lasti::next(searched) == 3);
    CHECK(text(lasti::itertools::count(1) | views::filter(odd) | views::transform([](long n) { return n * 2; }) |
               views::take(3)) == "2 6 10 ");
}

TEST_CASE("ranges: what needs more than one pass is taken by way of a container") {
    std::vector<int> kept = up_to(4) | ranges::to_vector;
    CHECK(text(kept | views::reverse) == "3 2 1 0 ");
    CHECK(text(kept | views::sliding(3)) == "[0 1 2 ][1 2 3 ]");
    CHECK(text(kept | views::cycle | views::take(5)) == "0 1 2 3 0 ");
    CHECK(ranges::distance(views::cartesian_product(kept, kept)) == 16);
    CHECK(ranges::distance(kept | views::sample(2)) == 2);
}
