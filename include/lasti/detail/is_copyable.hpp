// is_copyable: std::is_copy_constructible, which believes what a std::vector of unique_ptrs says of
// itself.
#ifndef LASTI_DETAIL_IS_COPYABLE_HPP_INCLUDED
#define LASTI_DETAIL_IS_COPYABLE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <tuple>
#include <type_traits>
#include <utility>

namespace lasti {
namespace detail {

template <class T, class = void>
struct is_copyable : std::is_copy_constructible<T> {};

/// Of a container, its elements decide, too.
template <class T>
struct is_copyable<T,
                   typename std::enable_if<!std::is_same<typename T::value_type, T>::value>::type>
    : std::integral_constant<bool, std::is_copy_constructible<T>::value &&
                                       is_copyable<typename T::value_type>::value> {};

template <class First, class Second>
struct is_copyable<std::pair<First, Second>, void>
    : std::integral_constant<bool, is_copyable<First>::value && is_copyable<Second>::value> {};

template <>
struct is_copyable<std::tuple<>, void> : std::true_type {};
template <class First, class... More>
struct is_copyable<std::tuple<First, More...>, void>
    : std::integral_constant<bool, is_copyable<First>::value &&
                                       is_copyable<std::tuple<More...>>::value> {};

}  // namespace detail
}  // namespace lasti

#endif
