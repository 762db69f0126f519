// wording: the text of a message. Where there is no operating system it has a fixed size, so that
// telling what went wrong needs no heap.
#ifndef LASTI_DETAIL_WORDING_HPP_INCLUDED
#define LASTI_DETAIL_WORDING_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#if !LASTI_FREESTANDING
#include <string>
#else
#include <cstddef>
#endif

namespace lasti {
namespace detail {

#if !LASTI_FREESTANDING

typedef std::string wording;
inline wording in_digits(int number) { return std::to_string(number); }

/// What describes an exception.
typedef std::string description;

#else

/// What does not fit is cut off.
class wording {
public:
    wording(const char* text = "") noexcept : size_(0) { *this += text; }

    wording& operator+=(const char* text) noexcept {
        while (*text && size_ < room - 1) text_[size_++] = *text++;
        text_[size_] = '\0';
        return *this;
    }
    const char* c_str() const noexcept { return text_; }

private:
    enum : std::size_t { room = 80 };
    std::size_t size_;
    char text_[room];
};

inline wording operator+(wording left, const char* right) noexcept { return left += right; }
inline wording operator+(wording left, char right) noexcept {
    const char text[] = {right, '\0'};
    return left += text;
}
inline wording operator+(wording left, wording const& right) noexcept {
    return left += right.c_str();
}
inline wording in_digits(int number) noexcept {
    char digits[12];
    char* at = digits + sizeof digits - 1;
    *at = '\0';
    for (; number > 0; number /= 10) *--at = static_cast<char>('0' + number % 10);
    return *at ? at : "0";
}

typedef const char* description;  // good while the exception lives

#endif

}  // namespace detail
}  // namespace lasti

#endif
