// weak<H>: a handle that does not keep what it refers to. Python's weakref.ref.
//
//     lasti::weak<lasti::generator<int>> parent(g);
//     if (lasti::generator<int> there = parent.lock()) lasti::next(there);
//
// Handles are counted, and there is no collector: objects that refer to each other in a circle live
// until one of them ends, or for ever. A weak handle at one place of the circle breaks it.
#ifndef LASTI_WEAK_HPP_INCLUDED
#define LASTI_WEAK_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <memory>
#include <mutex>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include <lasti/detail/future_state.hpp>
#include <lasti/detail/weakly_held.hpp>
#include <lasti/frame.hpp>

namespace lasti {
namespace detail {

/// Of the objects that have weak handles: whether they live. Loops of several threads share it.
class weakly_held_objects {
public:
    /// What all weak handles of `object` share: true until its end.
    template <class Object>
    std::shared_ptr<bool const> alive(Object& object) {
        tell_weak_handles() = &gone;
        const std::lock_guard<std::mutex> locked(mutex_);
        std::shared_ptr<bool>& mark = alive_[&object];
        if (!mark) mark = std::make_shared<bool>(true);
        object.has_weak_handles = true;
        return mark;
    }
    LASTI_VISIBLE static weakly_held_objects& all() {
        // Never destroyed: objects of static duration may end later.
        static weakly_held_objects* const of_this_process = new weakly_held_objects;
        return *of_this_process;
    }

private:
    static void gone(void const* object) {
        weakly_held_objects& objects = all();
        const std::lock_guard<std::mutex> locked(objects.mutex_);
        const auto found = objects.alive_.find(object);
        *found->second = false;
        objects.alive_.erase(found);
    }

    std::mutex mutex_;
    std::unordered_map<void const*, std::shared_ptr<bool>> alive_;
};

/// @name What a handle is a handle of, and how to make another one
/// @{
template <class H>
auto object_of(H const& handle) -> decltype(handle.shared_frame().get()) {
    return handle.shared_frame().get();
}
template <class H>
auto object_of(H const& handle)
    -> decltype(static_cast<future_state*>(handle.shared_state().get())) {
    return handle.shared_state().get();
}
inline frame& counted_part(frame& object) noexcept { return object; }
inline runnable& counted_part(runnable& object) noexcept { return object; }
template <class H, class Object>
H handle_of(Object* object, std::true_type) {
    return H(object);
}
template <class H>
H handle_of(future_state* object, std::false_type) {
    return H(object->as_task());
}
/// @}

}  // namespace detail

/// Refers to the object of a generator, coroutine, async generator, future or task, and does not
/// keep it. Once its last handle is gone, or where this is default-constructed, lock() gives an
/// empty handle. Copies refer to the same object. It belongs to the thread of the object.
template <class H>
class weak {
public:
    typedef H handle_type;

    weak() noexcept {}
    /// An empty handle gives an empty weak one.
    weak(H const& handle) {
        if (!handle) return;
        object_ = detail::object_of(handle);
        alive_ = detail::weakly_held_objects::all().alive(detail::counted_part(*object_));
    }

    /// A handle that keeps the object, or an empty one. Calling the weakref.
    H lock() const {
        if (expired()) return H();
        return detail::handle_of<H>(object_, std::is_constructible<H, object*>());
    }
    /// Whether lock() gives an empty handle.
    bool expired() const noexcept { return !alive_ || !*alive_; }
    /// Whether they refer, or referred, to the same object.
    bool operator==(weak const& other) const noexcept { return alive_ == other.alive_; }
    bool operator!=(weak const& other) const noexcept { return alive_ != other.alive_; }

private:
    typedef
        typename std::remove_pointer<decltype(detail::object_of(std::declval<H const&>()))>::type
            object;

    object* object_ = nullptr;           // not to be looked at when it is not alive
    std::shared_ptr<bool const> alive_;  // null: empty
};

}  // namespace lasti

#endif
