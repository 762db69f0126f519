// indices: std::index_sequence, which C++11 does not have yet.
#ifndef LASTI_DETAIL_INDICES_HPP_INCLUDED
#define LASTI_DETAIL_INDICES_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>

namespace lasti {
namespace detail {

template <std::size_t...>
struct indices {};

/// `type` is indices<0, 1, … N - 1>.
template <std::size_t N, std::size_t... I>
struct indices_up_to : indices_up_to<N - 1, N - 1, I...> {};
template <std::size_t... I>
struct indices_up_to<0, I...> {
    typedef indices<I...> type;
};

}  // namespace detail
}  // namespace lasti

#endif
