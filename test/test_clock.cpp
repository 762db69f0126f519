#include <lasti/clock.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <ratio>

#include <lasti/exceptions.hpp>

using lasti::delay;

namespace {

typedef delay::nanoseconds ns;
const double infinite = std::numeric_limits<double>::infinity();
const double not_a_number = std::numeric_limits<double>::quiet_NaN();

} // namespace

TEST_SUITE_BEGIN("delay");

TEST_CASE("a number is seconds, whatever its type") {
    CHECK(delay(2).count() == ns(2000000000));
    CHECK(delay(2u).count() == ns(2000000000));
    CHECK(delay(2LL).count() == ns(2000000000));
    CHECK(delay(static_cast<unsigned char>(2)).count() == ns(2000000000));
    CHECK(delay(0.25).count() == ns(250000000));
    CHECK(delay(0.25f).count() == ns(250000000));
    CHECK(delay(0.25L).count() == ns(250000000));
    CHECK(delay(-1.5).count() == ns(-1500000000));
}

TEST_CASE("any chrono duration is taken for what it is, the standard's own and the user's") {
    CHECK(delay(std::chrono::milliseconds(20)).count() == ns(20000000));
    CHECK(delay(std::chrono::hours(1)).count() == ns(3600000000000));
    CHECK(delay(std::chrono::nanoseconds(7)).count() == ns(7));
    CHECK(delay(std::chrono::duration<double>(0.5)).count() == ns(500000000));
    CHECK(delay(std::chrono::duration<int, std::ratio<1, 3>>(3)).count() == ns(1000000000));
    CHECK(delay(std::chrono::duration<float, std::milli>(1.5f)).count() == ns(1500000));
}

TEST_CASE("a fraction of a nanosecond is rounded to the nearest one, away from zero in the middle") {
    CHECK(delay(1.4e-9).count() == ns(1));
    CHECK(delay(1.6e-9).count() == ns(2));
    CHECK(delay(-1.6e-9).count() == ns(-2));
    CHECK(delay(0.4e-9).count() == ns(0));
    CHECK(delay(std::chrono::duration<int, std::pico>(500)).count() == ns(1));
}

TEST_CASE("decimal fractions of seconds are exact nanoseconds") {
    CHECK(delay(0.1).count() == ns(100000000));
    CHECK(delay(0.3).count() == ns(300000000));
    CHECK(delay(1e-9).count() == ns(1));
}

TEST_CASE("what does not fit is the longest time there is, never an overflow") {
    const ns longest = ns::max();
    CHECK(delay(infinite).count() == longest);
    CHECK(delay(1e300).count() == longest);
    CHECK(delay(std::numeric_limits<std::int64_t>::max()).count() == longest);
    CHECK(delay(std::numeric_limits<std::uint64_t>::max()).count() == longest);
    CHECK(delay(std::chrono::hours::max()).count() == longest);
    CHECK(delay(ns::max()).count() == longest);
    for (delay shortest : {delay(-infinite), delay(-1e300), delay(std::numeric_limits<std::int64_t>::min()),
                           delay(std::chrono::hours::min()), delay(ns::min())}) {
        CHECK(shortest.is_negative());
        CHECK_FALSE(shortest.is_nan());
        CHECK(shortest.in_seconds() < -9e9);
    }
}

TEST_CASE("the longest whole number of seconds that fits is exact") {
    CHECK(delay(9223372036LL).count() == ns(9223372036000000000));
    CHECK(delay(-9223372036LL).count() == ns(-9223372036000000000));
    CHECK(delay(9223372037LL).count() == ns::max());
}

TEST_CASE("NaN is kept, to be refused where it is used") {
    CHECK(delay(not_a_number).is_nan());
    CHECK(delay(std::numeric_limits<float>::quiet_NaN()).is_nan());
    CHECK(delay(std::chrono::duration<double>(not_a_number)).is_nan());
    CHECK(delay(not_a_number).in_seconds() != delay(not_a_number).in_seconds());
    CHECK_FALSE(delay(infinite).is_nan());
    CHECK_FALSE(delay(0).is_nan());
}

TEST_CASE("it knows whether it is negative, and gives its seconds back") {
    CHECK(delay(-0.001).is_negative());
    CHECK_FALSE(delay(0).is_negative());
    CHECK_FALSE(delay(-0.0).is_negative());
    CHECK_FALSE(delay(3).is_negative());
    CHECK(delay(std::chrono::milliseconds(1500)).in_seconds() == 1.5);
    CHECK(delay(-2).in_seconds() == -2);
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("virtual_clock");

TEST_CASE("it begins at zero and stands still by itself") {
    const lasti::virtual_clock clock;
    CHECK(clock.now() == ns(0));
    CHECK(clock.now() == ns(0));
}

TEST_CASE("it jumps to a deadline, and never back") {
    lasti::virtual_clock clock;
    CHECK(clock.jump_to(ns(500)));
    CHECK(clock.now() == ns(500));
    CHECK(clock.jump_to(ns(200)));
    CHECK(clock.now() == ns(500));
}

TEST_CASE("it is moved by hand, as code that takes long would move it") {
    lasti::virtual_clock clock;
    clock.advance(1.5);
    clock.advance(std::chrono::milliseconds(500));
    clock.advance(0);
    CHECK(clock.now() == ns(2000000000));
}

TEST_CASE("it cannot be moved back, nor by NaN, and stays where it was") {
    lasti::virtual_clock clock;
    clock.advance(1);
    CHECK_THROWS_AS(clock.advance(-1), lasti::value_error);
    CHECK_THROWS_AS(clock.advance(not_a_number), lasti::value_error);
    CHECK(clock.now() == ns(1000000000));
}

TEST_CASE("at the end of time it stays there") {
    lasti::virtual_clock clock;
    clock.advance(infinite);
    clock.advance(infinite);
    CHECK(clock.now() == ns::max());
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("steady_clock");

TEST_CASE("it counts from its construction and does not go back") {
    const lasti::steady_clock clock;
    ns before = clock.now();
    CHECK(before >= ns(0));
    for (int i = 0; i < 1000; ++i) {
        const ns now = clock.now();
        REQUIRE(now >= before);
        before = now;
    }
}

TEST_CASE("real time cannot be hurried") {
    lasti::steady_clock clock;
    CHECK_FALSE(clock.jump_to(ns::max()));
}

TEST_SUITE_END();
