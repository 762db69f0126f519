// Where a thread receives what streams read: one place for all of them, since it is taken in the
// same step.
#ifndef LASTI_SRC_READING_ROOM_HPP_INCLUDED
#define LASTI_SRC_READING_ROOM_HPP_INCLUDED

#include <cstddef>
#include <exception>

#include <lasti/detail/config.hpp>

namespace lasti {
namespace detail {

const std::size_t usual_read = 64 * 1024;
const std::size_t most_of_a_read = 256 * 1024;
// A peer that sends without end does not keep the other tasks from their turns.
const std::size_t most_without_pause = 1024 * 1024;

/// most_of_a_read bytes; null: there is no memory.
char* reading_room() noexcept;

/// False: there was no memory for it.
template <class F>
bool fits_memory(F action) noexcept {
#if LASTI_HAS_EXCEPTIONS
    try {
        action();
    } catch (std::exception const&) {
        return false;
    }
#else
    action();
#endif
    return true;
}

}  // namespace detail
}  // namespace lasti

#endif
