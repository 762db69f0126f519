#include <lasti/version.hpp>

#include <doctest/doctest.h>

TEST_CASE("the library that runs is the one that was compiled against") {
    CHECK(lasti::version() == LASTI_VERSION);
}

TEST_CASE("versions compare as numbers") {
    CHECK(LASTI_VERSION_MINOR < 100);
    CHECK(LASTI_VERSION_PATCH < 100);
    CHECK(LASTI_VERSION >= 100);
}
