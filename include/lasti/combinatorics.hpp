// The combinatoric part of Python's itertools, as lazy generators: product permutations
// combinations combinations_with_replacement. Header-only.
//
//     std::string letters = "abc";
//     for (auto const& pair : lasti::itertools::combinations(letters, 2))
//         std::cout << pair[0] << pair[1] << ' ';
//     // ab ac bc
//
// As in Python, all items of the ranges are drawn when the function is called; the choices are made
// as they are asked for. What they take: see <lasti/itertools.hpp>.
#ifndef LASTI_COMBINATORICS_HPP_INCLUDED
#define LASTI_COMBINATORICS_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/detail/itertools_choosing.hpp>

namespace lasti {
namespace itertools {

/// Python's product(ranges...): tuples of one item of each, the last range turning fastest.
template <class... R>
auto product(R&&... ranges)
    -> generator<typename detail::body_of<detail::product_body, R...>::items> {
    return detail::make_tool("product", detail::product_body<R...>(std::forward<R>(ranges)...));
}

/// Python's `repeat` argument of product.
struct times : detail::keyword_argument {
    std::ptrdiff_t n;
    explicit times(std::ptrdiff_t repeat) : n(repeat) {}
};
/// Python's product(ranges..., repeat=n): vectors of one item of each, all that n times over.
/// Throws value_error if n is negative.
template <class... R>
auto product(times repeat, R&&... ranges)
    -> generator<std::vector<typename std::common_type<detail::value_of<R>...>::type>> {
    typedef typename std::common_type<detail::value_of<R>...>::type item;
    const std::size_t n = detail::not_negative(repeat.n, "repeat argument cannot be negative");
    std::vector<std::vector<item>> pools;
    if (n > 0) pools = {detail::pool_of<item>(std::forward<R>(ranges))...};  // else none is drawn
    return detail::make_tool("product", detail::product_times_body<item>(std::move(pools), n));
}

/// Python's permutations(range): vectors of all its items, in every order.
template <class R>
auto permutations(R&& range) -> generator<std::vector<detail::value_of<R>>> {
    typedef detail::permutations_body<detail::value_of<R>> body;
    auto pool = detail::pool_of<detail::value_of<R>>(std::forward<R>(range));
    const std::ptrdiff_t all = static_cast<std::ptrdiff_t>(pool.size());
    return detail::make_tool("permutations", body(std::move(pool), all));
}
/// Python's permutations(range, r): vectors of r of its items, in every order. Throws value_error
/// if r is negative.
template <class R>
auto permutations(R&& range, std::ptrdiff_t r) -> generator<std::vector<detail::value_of<R>>> {
    typedef detail::permutations_body<detail::value_of<R>> body;
    return detail::make_tool("permutations",
                             body(detail::pool_of<detail::value_of<R>>(std::forward<R>(range)), r));
}

/// Python's combinations(range, r): vectors of r of its items, in their order. Throws value_error
/// if r is negative.
template <class R>
auto combinations(R&& range, std::ptrdiff_t r) -> generator<std::vector<detail::value_of<R>>> {
    typedef detail::combinations_body<detail::value_of<R>, false> body;
    return detail::make_tool("combinations",
                             body(detail::pool_of<detail::value_of<R>>(std::forward<R>(range)), r));
}
/// Python's combinations_with_replacement(range, r): an item may come again. Throws value_error if
/// r is negative.
template <class R>
auto combinations_with_replacement(R&& range, std::ptrdiff_t r)
    -> generator<std::vector<detail::value_of<R>>> {
    typedef detail::combinations_body<detail::value_of<R>, true> body;
    return detail::make_tool("combinations_with_replacement",
                             body(detail::pool_of<detail::value_of<R>>(std::forward<R>(range)), r));
}

}  // namespace itertools
}  // namespace lasti

#endif
