// delay: a length of time, as sleep(), timeouts and clocks take it.
//
// Python: a number of seconds.
//
//     lasti::sleep(0.5);  lasti::sleep(std::chrono::milliseconds(20));
#ifndef LASTI_DELAY_HPP_INCLUDED
#define LASTI_DELAY_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <chrono>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace lasti {

/// A length of time: a number of seconds, or any std::chrono::duration. Kept in nanoseconds; what
/// does not fit (about 292 years) counts as the longest there is.
class delay {
public:
    typedef std::chrono::nanoseconds nanoseconds;

    /// `seconds` may be any number. NaN is kept, to be refused where it is used.
    template <class Number,
              class = typename std::enable_if<std::is_arithmetic<Number>::value>::type>
    delay(Number seconds) noexcept : count_(from_seconds(seconds, std::is_integral<Number>())) {}
    template <class Rep, class Period>
    delay(std::chrono::duration<Rep, Period> time) noexcept
        : count_(from_ticks<Period>(time.count(), is_whole<Rep, Period>())) {}
    delay(nanoseconds time) noexcept
        : count_(time.count() == not_a_number ? shortest : time.count()) {}

    bool is_nan() const noexcept { return count_ == not_a_number; }
    /// Not for NaN.
    bool is_negative() const noexcept { return count_ < 0; }
    bool is_zero() const noexcept { return count_ == 0; }
    nanoseconds count() const noexcept { return nanoseconds(count_); }
    double in_seconds() const noexcept {
        return is_nan() ? std::numeric_limits<double>::quiet_NaN()
                        : std::chrono::duration<double>(count()).count();
    }

private:
    enum : std::int64_t {
        longest = std::numeric_limits<std::int64_t>::max(),
        not_a_number = std::numeric_limits<std::int64_t>::min(),
        shortest = not_a_number + 1,
        second = 1000000000
    };

    // Whole numbers of nanoseconds need no floating point, which small machines have to emulate.
    template <class Rep, class Period>
    using is_whole = std::integral_constant<bool, std::is_integral<Rep>::value &&
                                                      Period::num <= longest / second &&
                                                      second % Period::den == 0>;
    template <class Period, class Rep>
    static std::int64_t from_ticks(Rep n, std::true_type) noexcept {
        return times<second / Period::den * Period::num>(n);
    }
    template <class Period, class Rep>
    static std::int64_t from_ticks(Rep n, std::false_type) noexcept {
        return rounded(
            std::chrono::duration<long double, std::nano>(std::chrono::duration<Rep, Period>(n))
                .count());
    }
    template <std::int64_t Nanoseconds, class Number>
    static std::int64_t times(Number n) noexcept {
        if (n > Number() &&
            static_cast<std::uint64_t>(n) > static_cast<std::uint64_t>(longest / Nanoseconds))
            return longest;
        if (n < Number() && static_cast<std::int64_t>(n) < shortest / Nanoseconds) return shortest;
        return static_cast<std::int64_t>(n) * Nanoseconds;
    }
    template <class Number>
    static std::int64_t from_seconds(Number n, std::true_type) noexcept {
        return times<second>(n);
    }
    template <class Number>
    static std::int64_t from_seconds(Number n, std::false_type) noexcept {
        return rounded(static_cast<long double>(n) * static_cast<long double>(second));
    }
    static std::int64_t rounded(long double nanos) noexcept {
        if (nanos != nanos) return not_a_number;
        if (nanos >= static_cast<long double>(longest)) return longest;
        if (nanos <= static_cast<long double>(shortest)) return shortest;
        return static_cast<std::int64_t>(nanos < 0 ? nanos - 0.5L : nanos + 0.5L);
    }

    std::int64_t count_;  // of nanoseconds, or not_a_number
};

}  // namespace lasti

#endif
