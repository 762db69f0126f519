// Generators and range-v3, or the ranges of C++20, in both directions. Needs C++14; header-only.
//
//     std::vector<long> few = lasti::itertools::count(1) | ranges::views::take(5) |
//     ranges::to<std::vector>(); for (int n : v | ranges::views::filter(odd) |
//     lasti::views::batched(2)) …
//
// With it a generator is a view, as an lvalue and as an rvalue: a single pass, like every
// generator. lasti::views has the tools of <lasti/itertools.hpp> to stand behind a `|`, whose left
// side is anything these take: a range, a view, a generator. to_generator() makes a generator of a
// range, to_async_generator() an async generator of a range of awaitables, or of what ASYNC_FOR
// takes.
#ifndef LASTI_RANGES_HPP_INCLUDED
#define LASTI_RANGES_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#if __cplusplus < 201402L && (!defined(_MSVC_LANG) || _MSVC_LANG < 201402L)
#error "lasti/ranges.hpp needs C++14, as range-v3 does (-std=c++14); lasti/itertools.hpp does not"
#else

#if __cplusplus >= 202002L
#include <ranges>
#endif
#if __has_include(<range/v3/range/concepts.hpp>)
#include <range/v3/range/concepts.hpp>
#elif !defined(__cpp_lib_ranges)
#error "lasti/ranges.hpp needs range-v3 (Debian: librange-v3-dev), or the ranges of C++20"
#endif

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <lasti/detail/async_ranges.hpp>
#include <lasti/itertools.hpp>

#if defined(RANGES_V3_RANGE_CONCEPTS_HPP)
namespace ranges {
template <class Y, class S, class R>
RANGES_INLINE_VAR constexpr bool enable_view<lasti::generator<Y, S, R>> = true;
}
#endif
#if defined(__cpp_lib_ranges)
template <class Y, class S, class R>
inline constexpr bool std::ranges::enable_view<lasti::generator<Y, S, R>> = true;
#endif

namespace lasti {

namespace detail {

/// What may stand to the left of a tool.
template <class R, class = void>
struct is_source : is_range<typename std::remove_reference<R>::type> {};
template <class R>
struct is_source<R, typename make_void<typename frame_of_body<std::decay_t<R>>::yield_type>::type>
    : std::true_type {};
template <class R>
struct is_source<R, std::enable_if_t<is_async_iterable<std::remove_reference_t<R>>::value>>
    : std::true_type {};

/// A tool that waits for its range.
template <class Tool>
struct piped {
    Tool tool;
};
template <class Tool>
piped<Tool> make_piped(Tool tool) {
    return piped<Tool>{std::move(tool)};
}

template <class R, class Tool, class = std::enable_if_t<is_source<R>::value>>
decltype(auto) operator|(R&& range, piped<Tool> to) {
    return to.tool(std::forward<R>(range));
}
/// Two tools are one, as long as there is no range.
template <class First, class Second>
auto operator|(piped<First> first, piped<Second> second) {
    return make_piped([first = std::move(first), second = std::move(second)](auto&& range) mutable {
        return second.tool(first.tool(std::forward<decltype(range)>(range)));
    });
}

/// A tool that takes more ranges; those that are lvalues are referred to.
template <class Tool, class... More>
auto make_piped_with(Tool tool, More&&... more) {
    return make_piped(
        [tool, more = std::tuple<More...>(std::forward<More>(more)...)](auto&& range) mutable {
            auto with_all = [&](auto&&... parts) {
                return tool(std::forward<decltype(range)>(range),
                            std::forward<decltype(parts)>(parts)...);
            };
            return call_with_parts(with_all, std::move(more),
                                   typename indices_up_to<sizeof...(More)>::type());
        });
}

}  // namespace detail

/// A generator of the items of anything that can be iterated: see <lasti/itertools.hpp> for what
/// they are, and what it refers to.
template <class R>
auto to_generator(R&& range) {
    return itertools::chain(std::forward<R>(range));
}
/// The same, behind a `|`.
inline auto to_generator() {
    return detail::make_piped(
        [](auto&& range) { return to_generator(std::forward<decltype(range)>(range)); });
}

/// An async generator of what the items give when they are awaited, one after the other; of the
/// items themselves, if they cannot be awaited. `range` may also be whatever ASYNC_FOR takes. An
/// lvalue is referred to, a temporary owned.
template <class R>
auto to_async_generator(R&& range) {
    return detail::make_async(std::forward<R>(range));
}
/// The same, behind a `|`.
inline auto to_async_generator() {
    return detail::make_piped(
        [](auto&& range) { return to_async_generator(std::forward<decltype(range)>(range)); });
}

/// The tools of itertools, to stand behind a `|`. Arguments are those of the tool of that name.
namespace views {

inline auto enumerate(std::ptrdiff_t start = 0) {
    return detail::make_piped([start](auto&& range) {
        return lasti::enumerate(std::forward<decltype(range)>(range), start);
    });
}
template <class F>
auto map(F function) {
    return detail::make_piped([function = std::move(function)](auto&& range) mutable {
        return lasti::map(std::move(function), std::forward<decltype(range)>(range));
    });
}
template <class Test>
auto filter(Test test) {
    return detail::make_piped([test = std::move(test)](auto&& range) mutable {
        return lasti::filter(std::move(test), std::forward<decltype(range)>(range));
    });
}
inline auto reversed() {
    return detail::make_piped(
        [](auto&& range) { return lasti::reversed(std::forward<decltype(range)>(range)); });
}
template <class... R>
auto zip(R&&... more) {
    return detail::make_piped_with(
        [](auto&&... ranges) { return lasti::zip(std::forward<decltype(ranges)>(ranges)...); },
        std::forward<R>(more)...);
}

template <class... A>
auto accumulate(A... function_and_initial) {
    return detail::make_piped_with(
        [](auto&& range, auto&&... more) {
            return itertools::accumulate(std::forward<decltype(range)>(range),
                                         std::forward<decltype(more)>(more)...);
        },
        std::move(function_and_initial)...);
}
inline auto batched(std::ptrdiff_t n) {
    return detail::make_piped(
        [n](auto&& range) { return itertools::batched(std::forward<decltype(range)>(range), n); });
}
inline auto batched(strict_tag, std::ptrdiff_t n) {
    return detail::make_piped([n](auto&& range) {
        return itertools::batched(strict, std::forward<decltype(range)>(range), n);
    });
}
template <class... R>
auto chain(R&&... more) {
    return detail::make_piped_with(
        [](auto&&... ranges) {
            return itertools::chain(std::forward<decltype(ranges)>(ranges)...);
        },
        std::forward<R>(more)...);
}
inline auto chain_from_iterable() {
    return detail::make_piped([](auto&& ranges) {
        return itertools::chain_from_iterable(std::forward<decltype(ranges)>(ranges));
    });
}
inline auto combinations(std::ptrdiff_t r) {
    return detail::make_piped([r](auto&& range) {
        return itertools::combinations(std::forward<decltype(range)>(range), r);
    });
}
inline auto combinations_with_replacement(std::ptrdiff_t r) {
    return detail::make_piped([r](auto&& range) {
        return itertools::combinations_with_replacement(std::forward<decltype(range)>(range), r);
    });
}
template <class Selectors>
auto compress(Selectors&& selectors) {
    return detail::make_piped_with(
        [](auto&& data, auto&& which) {
            return itertools::compress(std::forward<decltype(data)>(data),
                                       std::forward<decltype(which)>(which));
        },
        std::forward<Selectors>(selectors));
}
inline auto cycle() {
    return detail::make_piped(
        [](auto&& range) { return itertools::cycle(std::forward<decltype(range)>(range)); });
}
template <class Test>
auto dropwhile(Test test) {
    return detail::make_piped([test = std::move(test)](auto&& range) mutable {
        return itertools::dropwhile(std::move(test), std::forward<decltype(range)>(range));
    });
}
template <class Test>
auto takewhile(Test test) {
    return detail::make_piped([test = std::move(test)](auto&& range) mutable {
        return itertools::takewhile(std::move(test), std::forward<decltype(range)>(range));
    });
}
template <class Test>
auto filterfalse(Test test) {
    return detail::make_piped([test = std::move(test)](auto&& range) mutable {
        return itertools::filterfalse(std::move(test), std::forward<decltype(range)>(range));
    });
}
template <class... Key>
auto groupby(Key... key) {
    return detail::make_piped_with(
        [](auto&& range, auto&&... by) {
            return itertools::groupby(std::forward<decltype(range)>(range),
                                      std::forward<decltype(by)>(by)...);
        },
        std::move(key)...);
}
template <class... Bounds>
auto islice(Bounds... bounds) {
    return detail::make_piped([=](auto&& range) {
        return itertools::islice(std::forward<decltype(range)>(range), bounds...);
    });
}
inline auto pairwise() {
    return detail::make_piped(
        [](auto&& range) { return itertools::pairwise(std::forward<decltype(range)>(range)); });
}
template <class... N>
auto permutations(N... r) {
    return detail::make_piped([=](auto&& range) {
        return itertools::permutations(std::forward<decltype(range)>(range), r...);
    });
}
template <class F>
auto starmap(F function) {
    return detail::make_piped([function = std::move(function)](auto&& range) mutable {
        return itertools::starmap(std::move(function), std::forward<decltype(range)>(range));
    });
}

}  // namespace views
}  // namespace lasti

#endif
#endif
