// Python's itertools, and the builtins that give iterators, as lazy generators. Header-only.
//
// lasti::itertools has what stands in Python's module: count cycle repeat accumulate batched chain
// chain_from_iterable compress dropwhile filterfalse groupby islice pairwise starmap takewhile tee
// zip_longest product permutations combinations combinations_with_replacement. Namespace lasti has
// the builtins: enumerate zip map filter reversed.
//
//     for (int n : lasti::itertools::islice(lasti::itertools::count(10), 3)) std::cout << n;
//     // 101112
//
// Each takes anything that range-for takes, a generator, or the struct form of one. An lvalue is
// referred to and must outlive the tool; a temporary is moved in; a generator is a handle and kept
// either way. What is passed on as it came (by filter, chain, zip …) is a reference into an lvalue
// range, if that can be walked twice, and else a value; what has to be remembered (by cycle,
// pairwise, product …) is a copy. nullptr stands for Python's None.
#ifndef LASTI_ITERTOOLS_HPP_INCLUDED
#define LASTI_ITERTOOLS_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/builtins.hpp>
#include <lasti/combinatorics.hpp>
#include <lasti/detail/itertools_combining.hpp>
#include <lasti/detail/itertools_passing.hpp>
#include <lasti/detail/itertools_sharing.hpp>

namespace lasti {

namespace itertools {

// ---- without end ----

/// Python's count(start, step): start, start + step, … Raises std::overflow_error where an integer
/// ends.
template <class T = long>
generator<T> count(T start = T()) {
    return detail::make_tool("count", detail::count_body<T>{start, static_cast<T>(1)});
}
template <class T, class Step>
auto count(T start, Step step) -> generator<typename std::common_type<T, Step>::type> {
    typedef typename std::common_type<T, Step>::type number;
    return detail::make_tool(
        "count", detail::count_body<number>{static_cast<number>(start), static_cast<number>(step)});
}

/// Python's cycle(range): its items, again and again; it keeps copies of them.
template <class R>
auto cycle(R&& range) -> generator<detail::value_of<R>> {
    return detail::make_tool(
        "cycle", detail::cycle_body<R>{detail::item_source<R>(std::forward<R>(range)), {}, 0});
}

/// Python's repeat(object): a copy of it, again and again.
template <class T>
auto repeat(T&& object) -> generator<typename std::decay<T>::type> {
    typedef typename std::decay<T>::type value;
    return detail::make_tool("repeat", detail::repeat_body<value>{std::forward<T>(object), -1});
}
/// Python's repeat(object, times): so many times; none if that is negative.
template <class T>
auto repeat(T&& object, std::ptrdiff_t times) -> generator<typename std::decay<T>::type> {
    typedef typename std::decay<T>::type value;
    return detail::make_tool(
        "repeat", detail::repeat_body<value>{std::forward<T>(object), times < 0 ? 0 : times});
}

// ---- as long as the shortest ----

/// Python's accumulate(range, function): the first item, function(that, the second), … The sums, if
/// there is no function.
template <class R, class F = detail::added>
auto accumulate(R&& range, F function = F()) -> generator<detail::value_of<R>> {
    return detail::make_tool(
        "accumulate", detail::accumulate_body<R, F>{
                          detail::item_source<R>(std::forward<R>(range)), std::move(function), {}});
}
/// Python's accumulate(range, function, initial=initial), which yields that first.
template <class R, class F, class T>
generator<T> accumulate(R&& range, F function, T initial) {
    return detail::make_tool("accumulate", detail::accumulate_from_body<R, F, T>{
                                               detail::item_source<R>(std::forward<R>(range)),
                                               std::move(function), std::move(initial)});
}

/// Python's batched(range, n): vectors of n items; the last may be shorter. Throws value_error if n
/// is less than 1.
template <class R>
auto batched(R&& range, std::ptrdiff_t n) -> generator<typename detail::batched_body<R>::batch> {
    return detail::make_batched(std::forward<R>(range), n, false);
}
/// Python's batched(range, n, strict=True): raises value_error if the last one is shorter.
template <class R>
auto batched(strict_tag, R&& range, std::ptrdiff_t n)
    -> generator<typename detail::batched_body<R>::batch> {
    return detail::make_batched(std::forward<R>(range), n, true);
}

/// Python's chain(ranges...): the items of the first, of the second, … Values of a common type, if
/// the ranges differ in it.
template <class... R>
auto chain(R&&... ranges) -> generator<typename detail::chain_body<R...>::item> {
    return detail::make_tool("chain", detail::chain_body<R...>(std::forward<R>(ranges)...));
}
/// Python's chain.from_iterable(ranges), for a range of ranges.
template <class R>
auto chain_from_iterable(R&& ranges) -> generator<detail::item_of<detail::item_of<R>>> {
    return detail::make_tool("chain", detail::chain_from_iterable_body<R>(std::forward<R>(ranges)));
}

/// Python's compress(data, selectors): the items whose selector is true.
template <class Data, class Selectors>
auto compress(Data&& data, Selectors&& selectors) -> generator<detail::item_of<Data>> {
    return detail::make_tool(
        "compress", detail::compress_body<Data, Selectors>{
                        detail::item_source<Data>(std::forward<Data>(data)),
                        detail::item_source<Selectors>(std::forward<Selectors>(selectors))});
}

/// Python's dropwhile(test, range): all items from the first one for which the test does not hold.
template <class Test, class R>
auto dropwhile(Test test, R&& range) -> generator<detail::item_of<R>> {
    return detail::make_tool(
        "dropwhile", detail::dropwhile_body<Test, R>{
                         std::move(test), detail::item_source<R>(std::forward<R>(range)), false});
}
/// Python's takewhile(test, range): the items before the first one for which the test does not
/// hold, which is drawn and lost.
template <class Test, class R>
auto takewhile(Test test, R&& range) -> generator<detail::item_of<R>> {
    return detail::make_tool("takewhile",
                             detail::takewhile_body<Test, R>{
                                 std::move(test), detail::item_source<R>(std::forward<R>(range))});
}

/// Python's filterfalse(test, range): the items for which the test does not hold.
template <class Test, class R>
auto filterfalse(Test test, R&& range) -> generator<detail::item_of<R>> {
    return detail::make_tool("filterfalse",
                             detail::filter_body<false, Test, R>{
                                 std::move(test), detail::item_source<R>(std::forward<R>(range))});
}
/// Python's filterfalse(None, range): the items that are false.
template <class R>
auto filterfalse(std::nullptr_t, R&& range) -> generator<detail::item_of<R>> {
    return itertools::filterfalse(detail::truth(), std::forward<R>(range));
}

/// Python's groupby(range, key): pairs of a key and a generator of the items with that key that
/// follow each other. A group ends when the next one is asked for.
template <class R, class Key = detail::same>
auto groupby(R&& range, Key key = Key())
    -> generator<typename detail::groupby_body<detail::grouping<Key, R>>::group> {
    typedef detail::grouping<Key, R> grouping;
    return detail::make_tool("groupby", detail::groupby_body<grouping>{detail::counted<grouping>(
                                            new grouping(std::forward<R>(range), std::move(key)))});
}

/// Python's islice(range, stop): the first items; all of them if `stop` is nullptr. Throws
/// value_error for what is negative.
template <class R>
auto islice(R&& range, detail::slice_bound stop) -> generator<detail::item_of<R>> {
    const std::ptrdiff_t end =
        stop.or_else(-1, 0,
                     "Stop argument for islice() must be None or an integer: "
                     "0 <= x <= sys.maxsize.");
    return detail::make_tool(
        "islice",
        detail::islice_body<R>{detail::item_source<R>(std::forward<R>(range)), 0, end, 1, 0});
}
/// Python's islice(range, start, stop, step): every step-th item of those from the start-th on,
/// before the stop-th.
template <class R>
auto islice(R&& range, detail::slice_bound start, detail::slice_bound stop,
            detail::slice_bound step = nullptr) -> generator<detail::item_of<R>> {
    const char* const wrong =
        "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const std::ptrdiff_t from = start.or_else(0, 0, wrong);
    const std::ptrdiff_t end = stop.or_else(-1, 0, wrong);
    const std::ptrdiff_t by =
        step.or_else(1, 1, "Step for islice() must be a positive integer or None.");
    return detail::make_tool(
        "islice",
        detail::islice_body<R>{detail::item_source<R>(std::forward<R>(range)), from, end, by, 0});
}

/// Python's pairwise(range): pairs of each item and the next; none if there is but one.
template <class R>
auto pairwise(R&& range) -> generator<typename detail::pairwise_body<R>::neighbours> {
    return detail::make_tool(
        "pairwise", detail::pairwise_body<R>{detail::item_source<R>(std::forward<R>(range)), {}});
}

/// Python's starmap(function, range): what the function returns for the parts of each tuple, pair
/// or array.
template <class F, class R>
auto starmap(F function, R&& range) -> generator<typename detail::starmap_body<F, R>::item> {
    return detail::make_tool(
        "starmap", detail::starmap_body<F, R>{std::move(function),
                                              detail::item_source<R>(std::forward<R>(range))});
}

/// Python's tee(range, n): n generators that each give all items. What one of them has given and
/// another has not is kept. Throws value_error if n is negative.
template <class R>
auto tee(R&& range, std::ptrdiff_t n = 2) -> std::vector<generator<detail::value_of<R>>> {
    if (n < 0) detail::throw_out(value_error("n must be >= 0"));
    typedef detail::tee_source<R> tee_source;
    const detail::tee_body<R> first = {
        detail::counted<tee_source>(new tee_source(std::forward<R>(range))), {}};
    std::vector<generator<detail::value_of<R>>> branches;
    for (; n > 0; --n) branches.push_back(detail::make_tool("tee", detail::tee_body<R>(first)));
    return branches;
}

// ---- as long as the longest ----

/// Python's `fillvalue` argument.
template <class T>
struct fillvalue_argument : detail::keyword_argument {
    T value;
    explicit fillvalue_argument(T fill) : value(std::move(fill)) {}
};
/// zip_longest(fillvalue(x), …) puts `x` where a range has ended.
template <class T>
fillvalue_argument<T> fillvalue(T value) {
    return fillvalue_argument<T>(std::move(value));
}

/// Python's zip_longest(ranges...): tuples of one item of each, until the last range ends. Where
/// one has ended, there is what its type is by default.
template <class... R>
auto zip_longest(R&&... ranges)
    -> generator<typename detail::body_of<detail::zip_longest_body, R...>::values> {
    typedef detail::zip_longest_body<R...> body;
    return detail::make_tool("zip_longest", body(typename body::values(detail::value_of<R>()...),
                                                 std::forward<R>(ranges)...));
}
/// Python's zip_longest(ranges..., fillvalue=x).
template <class T, class... R>
auto zip_longest(fillvalue_argument<T> fill, R&&... ranges)
    -> generator<typename detail::zip_longest_body<R...>::values> {
    typedef detail::zip_longest_body<R...> body;
    return detail::make_tool(
        "zip_longest", body(typename body::values(static_cast<detail::value_of<R>>(fill.value)...),
                            std::forward<R>(ranges)...));
}

}  // namespace itertools
}  // namespace lasti

#endif
