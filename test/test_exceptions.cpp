#include <lasti/exceptions.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace {

template <class Base, class Derived>
constexpr bool derives() {
    return std::is_base_of<Base, Derived>::value;
}

} // namespace

TEST_SUITE_BEGIN("exceptions");

TEST_CASE("GC7: GeneratorExit and CancelledError are no std::exceptions, so none of its handlers sees them") {
    CHECK_FALSE(derives<std::exception, lasti::generator_exit>());
    CHECK_FALSE(derives<std::exception, lasti::cancelled_error>());
    std::string seen;
    try {
        try {
            throw lasti::generator_exit();
        } catch (std::exception const&) {
            seen = "swallowed";
        }
    } catch (lasti::generator_exit const& e) {
        seen = e.what();
    }
    CHECK(seen == "GeneratorExit");
}

TEST_CASE("all the others are std::exceptions of the family that their Python names suggest") {
    CHECK(derives<std::exception, lasti::stop_iteration>());
    CHECK(derives<lasti::stop_iteration, lasti::stop_iteration_value<int>>());
    CHECK(derives<std::exception, lasti::stop_async_iteration>());
    CHECK(derives<std::runtime_error, lasti::runtime_error>());
    CHECK(derives<std::invalid_argument, lasti::value_error>());
    CHECK(derives<std::invalid_argument, lasti::type_error>());
    CHECK(derives<std::logic_error, lasti::attribute_error>());
    CHECK(derives<std::logic_error, lasti::invalid_state_error>());
    CHECK(derives<lasti::runtime_error, lasti::deadlock_error>());
    CHECK(derives<lasti::runtime_error, lasti::never_awaited>());
}

TEST_CASE("StopIteration is not a RuntimeError, and carries no message of its own") {
    CHECK_FALSE(derives<std::runtime_error, lasti::stop_iteration>());
    CHECK(lasti::stop_iteration().what() == std::string("StopIteration"));
    CHECK(lasti::stop_iteration_value<int>(1).what() == std::string("StopIteration"));
}

TEST_CASE("StopAsyncIteration is neither a StopIteration nor a RuntimeError") {
    CHECK_FALSE(derives<lasti::stop_iteration, lasti::stop_async_iteration>());
    CHECK_FALSE(derives<std::runtime_error, lasti::stop_async_iteration>());
    CHECK(lasti::stop_async_iteration().what() == std::string("StopAsyncIteration"));
}

TEST_CASE("the value of a StopIteration is shared by its copies, so a move-only one can be taken") {
    try {
        throw lasti::stop_iteration_value<std::unique_ptr<int>>(std::unique_ptr<int>(new int(5)));
    } catch (lasti::stop_iteration_value<std::unique_ptr<int>> const& stop) {
        const auto copy = stop;
        const std::unique_ptr<int> taken = std::move(copy.value());
        CHECK(*taken == 5);
        CHECK_FALSE(stop.value());
    }
}

TEST_CASE("messages come out as they went in") {
    CHECK(lasti::runtime_error("a").what() == std::string("a"));
    CHECK(lasti::value_error(std::string("b")).what() == std::string("b"));
    CHECK(lasti::type_error("c").what() == std::string("c"));
    CHECK(lasti::attribute_error("d").what() == std::string("d"));
    CHECK(lasti::invalid_state_error("e").what() == std::string("e"));
    CHECK(lasti::deadlock_error("f").what() == std::string("f"));
}

TEST_CASE("a cancellation tells the message of cancel(), or its name if there was none") {
    CHECK(lasti::cancelled_error().what() == std::string("CancelledError"));
    CHECK(lasti::cancelled_error().message().empty());
    CHECK(lasti::cancelled_error("too late").what() == std::string("too late"));
    CHECK(lasti::cancelled_error("too late").message() == "too late");
}

TEST_SUITE_END();
