// CPython's test_generator_stop.py (PEP 479): a StopIteration that leaks out of what a body calls.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include "support/raised_in.hpp"
#include "support/trace.hpp"

using lasti::error;

namespace {

int f() { throw lasti::stop_iteration(); }

lasti::generator<int> g() {
    return GENERATOR(int) { BEGIN; YIELD(f()); END; };
}

} // namespace

TEST_SUITE_BEGIN("test_generator_stop.py");

TEST_CASE("G13: a StopIteration of a function is a RuntimeError of the body that calls it (test_generator_stop.py: TestPEP479.test_stopiteration_wrapping)") {
    const error e = thrown_by([] { g().next(); });
    CHECK(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "generator raised StopIteration"));
}

TEST_CASE("G13: the StopIteration is its cause and its context (test_generator_stop.py: TestPEP479.test_stopiteration_wrapping_context)") {
    const error e = raised_by_next(g());
    CHECK(e.is<lasti::runtime_error>());
    CHECK(e.cause().is<lasti::stop_iteration>());
    CHECK(e.context() == e.cause());
}

TEST_SUITE_END();
