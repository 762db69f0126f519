// outcome<T>: how something ended, as a value: a T or an exception. And none, Python's None.
//
//     for (lasti::outcome<int> const& o : results)
//         if (o) std::cout << o.value();
//         else std::cout << o.exception().what();
#ifndef LASTI_OUTCOME_HPP_INCLUDED
#define LASTI_OUTCOME_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <new>
#include <type_traits>
#include <utility>

#include <lasti/error.hpp>
#include <lasti/exceptions.hpp>

namespace lasti {

/// The result of what returns nothing, where a value has to stand: in the tuple of gather().
struct none {
    friend bool operator==(none, none) noexcept { return true; }
    friend bool operator!=(none, none) noexcept { return false; }
};

/// A value, or the exception there is instead. Copyable where T is.
template <class T>
class outcome {
public:
    typedef T value_type;

    outcome(T value) { ::new (static_cast<void*>(&room_)) T(std::move(value)); }
    /// Throws type_error if `exception` is empty.
    outcome(error exception) : exception_(std::move(exception)) {
        if (!exception_) detail::throw_out(type_error("outcome: an empty error is no exception"));
    }
    outcome(outcome const& other) : exception_(other.exception_) {
        if (!exception_) ::new (static_cast<void*>(&room_)) T(other.stored());
    }
    outcome(outcome&& other) noexcept(std::is_nothrow_move_constructible<T>::value)
        : exception_(other.exception_) {
        if (!exception_) ::new (static_cast<void*>(&room_)) T(std::move(other.stored()));
    }
    outcome& operator=(outcome other) noexcept(std::is_nothrow_move_constructible<T>::value) {
        if (!exception_) stored().~T();
        exception_ = other.exception_;
        if (!exception_) ::new (static_cast<void*>(&room_)) T(std::move(other.stored()));
        return *this;
    }
    ~outcome() {
        if (!exception_) stored().~T();
    }

    /// True if there is a value.
    explicit operator bool() const noexcept { return !exception_; }
    /// The value. Throws the exception if there is none.
    T& value() & {
        check();
        return stored();
    }
    T const& value() const& {
        check();
        return stored();
    }
    T&& value() && {
        check();
        return std::move(stored());
    }
    /// The exception; empty if there is a value.
    error const& exception() const noexcept { return exception_; }

private:
    void check() const {
        if (exception_) exception_.rethrow();
    }
    T& stored() noexcept { return *reinterpret_cast<T*>(&room_); }
    T const& stored() const noexcept { return *reinterpret_cast<T const*>(&room_); }

    error exception_;
    typename std::aligned_storage<sizeof(T), alignof(T)>::type room_;
};

/// Of what returns nothing.
template <>
class outcome<void> : public outcome<none> {
public:
    outcome() : outcome<none>(none()) {}
    outcome(error exception) : outcome<none>(std::move(exception)) {}
};

}  // namespace lasti

#endif
