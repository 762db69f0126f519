// exception_family: which class an exception class is derived from, for compilers that were told
// -fno-rtti and so cannot say it of an object.
//
// The exceptions of this library name themselves and their parent; of the standard's own the family
// is written down here. What is derived from either finds the nearest of them. A class between must
// name its parent itself, by `typedef parent lasti_parent;`, to be found by EXCEPT.
#ifndef LASTI_DETAIL_EXCEPTION_FAMILY_HPP_INCLUDED
#define LASTI_DETAIL_EXCEPTION_FAMILY_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <type_traits>

#if !LASTI_HAS_RTTI && !LASTI_FREESTANDING
#include <exception>
#include <new>
#include <stdexcept>
#include <system_error>
#endif

namespace lasti {
namespace detail {

template <class T>
struct make_void {
    typedef void type;
};

/// What the library's exceptions have as `lasti_family`. Unlike a `lasti_parent`, it tells a class
/// that has it from one that inherits it.
template <class Self, class Parent>
struct exception_family {
    typedef Self self;
    typedef Parent parent;
};

/// The nearest known class that E is derived from; void: none, or dynamic_cast knows better.
#if LASTI_HAS_RTTI || LASTI_FREESTANDING
template <class E>
using known_parent_of = void;
#else
/// The first of them that E is derived from; void: none.
template <class E, class... Candidates>
struct first_base {
    typedef void type;
};
template <class E, class B, class... More>
struct first_base<E, B, More...> {
    static constexpr bool is_base =
        !std::is_same<E, B>::value && std::is_convertible<E const*, B const*>::value;
    typedef typename std::conditional<is_base, B, typename first_base<E, More...>::type>::type type;
};

template <class E, class = void>
struct nearest_base
    : first_base<E, std::out_of_range, std::invalid_argument, std::length_error, std::domain_error,
                 std::system_error, std::range_error, std::overflow_error, std::underflow_error,
                 std::logic_error, std::runtime_error, std::bad_alloc, std::exception> {};
template <class E>
struct nearest_base<E, typename make_void<typename E::lasti_family>::type>
    : std::conditional<std::is_same<E, typename E::lasti_family::self>::value,
                       typename E::lasti_family::parent, typename E::lasti_family::self> {};

template <class E>
using known_parent_of = typename nearest_base<E>::type;
#endif

}  // namespace detail
}  // namespace lasti

#endif
