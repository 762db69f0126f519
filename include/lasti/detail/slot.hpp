// slot<T>: room for one value that is or is not there: what was yielded, sent, or returned.
//
// T may be a reference, move-only, without a default constructor, or void. A trivial T costs no
// flag to keep its life by, so that a frame held by value can be optimised into plain variables.
#ifndef LASTI_DETAIL_SLOT_HPP_INCLUDED
#define LASTI_DETAIL_SLOT_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <memory>  // std::addressof
#include <new>
#include <type_traits>
#include <utility>

namespace lasti {
namespace detail {

template <class T>
struct is_plain {
    static constexpr bool value = std::is_trivially_destructible<T>::value &&
                                  std::is_trivially_default_constructible<T>::value &&
                                  std::is_copy_assignable<T>::value && !std::is_const<T>::value;
};

/// slot(zeroed()): with room that is zero before there is a value. Where slots are moved about as
/// temporaries, g++ takes their room for a value that is used uninitialised.
struct zeroed {};

template <class T, bool Plain = is_plain<T>::value>
class slot {
public:
    typedef T& reference;

    slot() noexcept : full_(false) {}
    explicit slot(zeroed) noexcept : storage_(), full_(false) {}
    slot(slot const&) = delete;
    slot& operator=(slot const&) = delete;
    ~slot() { clear(); }

    // Two overloads rather than a template, so that a braced list reaches T's constructor.
    void set(T const& value) {
        clear();
        emplace(value);
    }
    void set(T&& value) {
        clear();
        emplace(std::move(value));
    }
    template <class... A>
    void emplace(A&&... arguments) {
        ::new (static_cast<void*>(&storage_)) T(std::forward<A>(arguments)...);
        full_ = true;
    }
    void clear() noexcept {
        if (full_) {
            full_ = false;
            get().~T();
        }
    }
    bool full() const noexcept { return full_; }
    T& get() noexcept { return *reinterpret_cast<T*>(&storage_); }
    /// The value, moved out; what is left of it stays until the next one.
    T take() { return std::move(get()); }

private:
    typename std::aligned_storage<sizeof(T), alignof(T)>::type storage_;
    bool full_;
};

template <class T>
class slot<T, true> {
public:
    typedef T& reference;

    slot() noexcept : value_() {}
    explicit slot(zeroed) noexcept : slot() {}
    slot(slot const&) = delete;
    slot& operator=(slot const&) = delete;

    void set(T const& value) { value_ = value; }
    void clear() noexcept {}
    bool full() const noexcept { return true; }
    T& get() noexcept { return value_; }
    T take() { return value_; }

private:
    T value_;
};

template <class T>
class slot<T&, false> {
public:
    typedef T& reference;

    slot() noexcept {}
    explicit slot(zeroed) noexcept {}
    void set(T& value) noexcept { pointer_ = std::addressof(value); }
    void clear() noexcept {}
    bool full() const noexcept { return pointer_ != nullptr; }
    T& get() noexcept { return *pointer_; }
    T& take() noexcept { return *pointer_; }

private:
    T* pointer_ = nullptr;
};

template <>
class slot<void, false> {
public:
    typedef void reference;

    void set() noexcept {}
    void clear() noexcept {}
    bool full() const noexcept { return true; }
    void get() noexcept {}
    void take() noexcept {}
};

}  // namespace detail
}  // namespace lasti

#endif
