// The selectors there are, each in a file of its own. Null: not on this system.
#ifndef LASTI_SRC_SELECTORS_HPP_INCLUDED
#define LASTI_SRC_SELECTORS_HPP_INCLUDED

#include <cstddef>
#include <memory>

#include <lasti/selector.hpp>
#if LASTI_HAS_IO
#include "system_calls.hpp"
#endif

namespace lasti {
namespace detail {

std::unique_ptr<selector> make_epoll_selector();
std::unique_ptr<selector> make_kqueue_selector();
std::unique_ptr<selector> make_poll_selector();
std::unique_ptr<selector> make_select_selector();

/// No more than an int of milliseconds, and never less than `time`: who wakes early would spin.
int rounded_up_to_milliseconds(selector::nanoseconds time) noexcept;

#if LASTI_HAS_IO
/// poll() for a time (null: without limit): to the nanosecond where the system can.
int poll_for(pollfd* watched, std::size_t count, selector::nanoseconds const* time) noexcept;
#endif

}  // namespace detail
}  // namespace lasti

#endif
