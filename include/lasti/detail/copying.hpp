// What a copy of a suspended generator is made by: who may be copied, and where what points into
// the locals of the old frame points in the new one.
#ifndef LASTI_DETAIL_COPYING_HPP_INCLUDED
#define LASTI_DETAIL_COPYING_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <functional>  // std::less
#include <iterator>
#include <memory>  // std::addressof
#include <type_traits>
#include <utility>

#include <lasti/detail/is_copyable.hpp>
#include <lasti/detail/slot.hpp>
#include <lasti/export.hpp>

namespace lasti {

class frame;

namespace detail {

/// From the locals of a frame to those of its copy.
struct LASTI_API relocation {
    frame const* of;  ///< Whose locals, for messages.
    const char* from;
    const char* to;
    std::size_t size;

    bool concerns(const void* p) const noexcept {
        const std::less<const char*> before = {};
        const char* const at = static_cast<const char*>(p);
        return size != 0 && !before(at, from) && before(at, from + size);
    }
    /// Where that lies in the copy which `p` points to; `p` itself if it points elsewhere.
    template <class T>
    T* moved(T* p) const noexcept {
        if (!concerns(p)) return p;
        const std::ptrdiff_t offset = reinterpret_cast<const char*>(p) - from;
        return reinterpret_cast<T*>(const_cast<char*>(to + offset));
    }
    /// Throws type_error: the frame cannot be copied, and why.
    [[noreturn]] LASTI_COLD void refuse(const char* why) const;
};

/// Copies what is in a slot, if something is. False: it cannot be copied.
template <class T>
typename std::enable_if<is_copyable<T>::value, bool>::type copy_slot(slot<T>& to, slot<T>& from,
                                                                     relocation const&) {
    if (from.full()) to.set(static_cast<T const&>(from.get()));
    return true;
}
template <class T>
typename std::enable_if<!is_copyable<T>::value, bool>::type copy_slot(slot<T>&, slot<T>& from,
                                                                      relocation const&) {
    return !from.full();
}
template <class T>
bool copy_slot(slot<T&>& to, slot<T&>& from, relocation const& locals) {
    if (from.full()) to.set(*locals.moved(std::addressof(from.get())));
    return true;
}
inline bool copy_slot(slot<void>&, slot<void>&, relocation const&) { return true; }

template <class Body>
class copyable_body;

/// How a body is copied; of this one nobody said that it can be.
enum class copied_by { nobody, its_constructor, itself };
template <class Body>
struct copying_of : std::integral_constant<copied_by, copied_by::nobody> {};
template <class Body>
struct copying_of<copyable_body<Body>>
    : std::integral_constant<copied_by, copied_by::its_constructor> {};

/// A body that may be copied while it is suspended: a lambda, or what copyable() made.
template <class Body>
class copyable_body : public Body {
public:
    typedef Body body_type;
    explicit copyable_body(Body&& body) : Body(std::move(body)) {}
    explicit copyable_body(Body const& body) : Body(body) {}
};

}  // namespace detail

/// Says that the generator made of this struct may be copied while it is suspended:
/// `lasti::generator<int> g = lasti::copyable(countdown{3}); … g.copy()`. Its copy constructor is
/// what copies the locals.
template <class Body>
detail::copyable_body<typename std::decay<Body>::type> copyable(Body&& body) {
    return detail::copyable_body<typename std::decay<Body>::type>(std::forward<Body>(body));
}

}  // namespace lasti

#endif
