// The builtins of Python that give iterators, as lazy generators: enumerate zip map filter
// reversed. Header-only.
//
//     std::vector<std::string> names = {"a", "b"};
//     for (auto numbered : lasti::enumerate(names)) std::cout << numbered.first << numbered.second;
//     // 0a1b
//
// What they take, and what they refer to: see <lasti/itertools.hpp>.
#ifndef LASTI_BUILTINS_HPP_INCLUDED
#define LASTI_BUILTINS_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <utility>

#include <lasti/detail/itertools_combining.hpp>
#include <lasti/detail/itertools_passing.hpp>

namespace lasti {

/// What `strict` is.
struct strict_tag : detail::keyword_argument {
    constexpr strict_tag() noexcept {}
};
/// The first argument of zip, map and batched that stands for Python's `strict=True`.
constexpr strict_tag strict;

/// Python's enumerate(range, start): pairs of a number and an item.
template <class R>
auto enumerate(R&& range, std::ptrdiff_t start = 0)
    -> generator<typename detail::enumerate_body<R>::numbered> {
    return detail::make_tool(
        "enumerate",
        detail::enumerate_body<R>{detail::item_source<R>(std::forward<R>(range)), start});
}

/// Python's zip(ranges...): tuples of one item of each, until the first range ends.
template <class... R>
auto zip(R&&... ranges) -> generator<typename detail::body_of<detail::zip_body, R...>::items> {
    return detail::make_tool(
        "zip", detail::zip_body<R...>{detail::abreast<R...>(nullptr, std::forward<R>(ranges)...)});
}
/// Python's zip(ranges..., strict=True): raises value_error unless all end together.
template <class... R>
auto zip(strict_tag, R&&... ranges) -> generator<typename detail::zip_body<R...>::items> {
    return detail::make_tool(
        "zip", detail::zip_body<R...>{detail::abreast<R...>("zip", std::forward<R>(ranges)...)});
}

/// Python's map(function, ranges...): what the function returns for one item of each, until the
/// first range ends.
template <class F, class... R>
auto map(F function, R&&... ranges)
    -> generator<typename detail::body_of<detail::map_body, F, R...>::item> {
    return detail::make_tool(
        "map",
        detail::map_body<F, R...>{std::move(function),
                                  detail::abreast<R...>(nullptr, std::forward<R>(ranges)...)});
}
/// Python's map(function, ranges..., strict=True): raises value_error unless all end together.
template <class F, class... R>
auto map(strict_tag, F function, R&&... ranges)
    -> generator<typename detail::map_body<F, R...>::item> {
    return detail::make_tool(
        "map", detail::map_body<F, R...>{std::move(function),
                                         detail::abreast<R...>("map", std::forward<R>(ranges)...)});
}

/// Python's filter(test, range): the items for which the test holds.
template <class Test, class R>
auto filter(Test test, R&& range) -> generator<detail::item_of<R>> {
    return detail::make_tool("filter",
                             detail::filter_body<true, Test, R>{
                                 std::move(test), detail::item_source<R>(std::forward<R>(range))});
}
/// Python's filter(None, range): the items that are true.
template <class R>
auto filter(std::nullptr_t, R&& range) -> generator<detail::item_of<R>> {
    return lasti::filter(detail::truth(), std::forward<R>(range));
}

/// Python's reversed(range): its items, last first. Its iterators go both ways.
template <class R>
auto reversed(R&& range) -> generator<typename detail::reversed_body<R>::item> {
    return detail::make_tool("reversed", detail::reversed_body<R>(std::forward<R>(range)));
}

}  // namespace lasti

#endif
