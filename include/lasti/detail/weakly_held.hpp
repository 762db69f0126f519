// What objects and their weak handles (weak.hpp) know of each other: a mark in the object that
// somebody wants to be told of its end.
#ifndef LASTI_DETAIL_WEAKLY_HELD_HPP_INCLUDED
#define LASTI_DETAIL_WEAKLY_HELD_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <atomic>

#include <lasti/export.hpp>

namespace lasti {
namespace detail {

/// Whom to tell that the object at that address is gone. Set with the first weak handle, so that
/// who has none does not include what they need.
typedef void (*obituary)(void const*);
LASTI_VISIBLE inline std::atomic<obituary>& tell_weak_handles() noexcept {
    static std::atomic<obituary> of_this_process(nullptr);
    return of_this_process;
}

/// The last handle of `object` is gone: weak ones are empty from here on, whatever becomes of it.
template <class Object>
void forget_weak_handles(Object& object) noexcept {
    if (LASTI_LIKELY(!object.has_weak_handles)) return;
    object.has_weak_handles = false;
    tell_weak_handles().load()(&object);
}

}  // namespace detail
}  // namespace lasti

#endif
