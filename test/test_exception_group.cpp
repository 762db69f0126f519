#include <lasti/exception_group.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/exceptions.hpp>

using lasti::error;
using lasti::exception_group;

namespace {

exception_group nested() {
    return exception_group(
        "outer", {error::make(std::out_of_range("a")),
                  error::make(exception_group("inner", {error::make(lasti::value_error("b")),
                                                        error::make(std::out_of_range("c"))})),
                  error::make(lasti::value_error("d"))});
}

/// "outer(a inner(b c) d)"
std::string shape(error const& e) {
    exception_group const* const group = e.as<exception_group>();
    if (!group) return e ? e.what() : "nothing";
    std::string text = group->message() + "(";
    for (error const& inner : group->exceptions()) text += (text.back() == '(' ? "" : " ") + shape(inner);
    return text + ")";
}

} // namespace

TEST_SUITE_BEGIN("exception_group");

TEST_CASE("split() parts a group as except* does, and keeps its shape") {
    const exception_group::parts parts = nested().split<std::out_of_range>();
    CHECK(shape(parts.match) == "outer(a inner(c))");
    CHECK(shape(parts.rest) == "outer(inner(b) d)");
    CHECK(shape(nested().subgroup<lasti::value_error>()) == "outer(inner(b) d)");
    CHECK_FALSE(nested().subgroup<lasti::type_error>());
    CHECK(shape(nested().split<lasti::type_error>().rest) == "outer(a inner(b c) d)");
}

TEST_CASE("split() takes a group whole that is asked for itself, this one, too") {
    CHECK(shape(nested().split<exception_group>().match) == "outer(a inner(b c) d)");
    CHECK_FALSE(nested().split<exception_group>().rest);
    const auto is_inner = [](error const& e) { return e.is<exception_group>() && e.as<exception_group>()->message() == "inner"; };
    const exception_group::parts parts = nested().split(is_inner);
    CHECK(shape(parts.match) == "outer(inner(b c))");
    CHECK(shape(parts.rest) == "outer(a d)");
}

TEST_CASE("as std::exceptions, the exceptions in a group count each for itself: a cancellation is none") {
    const exception_group mixed(
        "outer", {error::make(exception_group("inner", {error::make(lasti::cancelled_error("x")),
                                                        error::make(lasti::value_error("b"))})),
                  error::make(std::out_of_range("a"))});
    const exception_group::parts parts = mixed.split<std::exception>();
    CHECK(shape(parts.match) == "outer(inner(b) a)");
    CHECK(shape(parts.rest) == "outer(inner(x))");
    CHECK(mixed.all<std::exception>().size() == 2);
    CHECK_FALSE(nested().split<std::exception>().rest);
}

TEST_CASE("all() lists the exceptions of a type, of all groups inside") {
    std::string names;
    for (error const& e : nested().all<std::logic_error>()) names += e.what();
    CHECK(names == "abcd");
    CHECK(nested().all<std::runtime_error>().empty());
}

TEST_CASE("what() tells how many there are") {
    CHECK(std::string(nested().what()) == "outer (3 sub-exceptions)");
    CHECK(std::string(exception_group("x", {error::make(1)}).what()) == "x (1 sub-exception)");
}

TEST_CASE("a group of nothing is a value_error, an empty error in it a type_error") {
    CHECK_THROWS_AS(exception_group("x", std::vector<error>()), lasti::value_error);
    CHECK_THROWS_AS(exception_group("x", {error()}), lasti::type_error);
}

TEST_SUITE_END();
