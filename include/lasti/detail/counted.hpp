// counted<T>: the pointer behind every handle. The count lives in the object and is not atomic:
// a loop and all that runs on it belong to one thread, as a Python object belongs to its
// interpreter.
#ifndef LASTI_DETAIL_COUNTED_HPP_INCLUDED
#define LASTI_DETAIL_COUNTED_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <utility>

namespace lasti {
namespace detail {

/// A reference to a T that has `retain()` and `release()`. Null by default; one pointer in size.
template <class T>
class counted {
public:
    counted() noexcept : object_(nullptr) {}
    counted(std::nullptr_t) noexcept : object_(nullptr) {}
    /// One reference more.
    explicit counted(T* object) noexcept : object_(object) {
        if (object_) object_->retain();
    }
    counted(counted const& other) noexcept : counted(other.object_) {}
    counted(counted&& other) noexcept : object_(other.object_) { other.object_ = nullptr; }
    counted& operator=(counted other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~counted() {
        if (object_) object_->release();
    }

    /// Takes over a reference that is already counted.
    static counted adopt(T* object) noexcept {
        counted result;
        result.object_ = object;
        return result;
    }
    /// Gives the reference away: the caller must release it.
    T* detach() noexcept {
        T* object = object_;
        object_ = nullptr;
        return object;
    }

    T* get() const noexcept { return object_; }
    T* operator->() const noexcept { return object_; }
    T& operator*() const noexcept { return *object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }

private:
    T* object_;
};

template <class T>
bool operator==(counted<T> const& a, counted<T> const& b) noexcept {
    return a.get() == b.get();
}
template <class T>
bool operator!=(counted<T> const& a, counted<T> const& b) noexcept {
    return a.get() != b.get();
}

}  // namespace detail
}  // namespace lasti

#endif
