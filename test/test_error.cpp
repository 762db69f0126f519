#include <lasti/error.hpp>
#include <lasti/exceptions.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "support/counted.hpp"
#include "support/trace.hpp"

using lasti::error;

namespace {

struct base_problem {
    int number;
    virtual ~base_problem() {}
    explicit base_problem(int n) : number(n) {}
};
struct derived_problem : base_problem {
    using base_problem::base_problem;
};

struct left {
    int l = 1;
};
struct shape { // declares its family, so no rethrow is needed to match it
    typedef void lasti_parent;
    int sides;
    explicit shape(int n) : sides(n) {}
};
struct square : left, shape {
    typedef shape lasti_parent;
    square() : shape(4) {}
};

template <class A, class B>
struct pair_problem {
    A a;
    B b;
};

struct silent_problem : std::exception {};

template <class E>
error thrown(E e) {
    return thrown_by([e] { throw e; });
}

} // namespace

TEST_SUITE_BEGIN("error");

TEST_CASE("a default-constructed error refers to nothing") {
    const error none;
    CHECK_FALSE(none);
    CHECK(none == error());
    CHECK_FALSE(none.is<std::exception>());
    CHECK(none.what().empty());
    CHECK(none.type_name() == "none");
    CHECK_FALSE(none.context());
    CHECK_FALSE(none.cause());
    CHECK_FALSE(none.pointer());
}

TEST_CASE("make() boxes an object of any type without throwing it") {
    const error number = error::make(42);
    REQUIRE(number.as<int>());
    CHECK(*number.as<int>() == 42);
    CHECK_FALSE(number.is<long>());
    CHECK_FALSE(number.is<std::exception>());

    const error text = error::make(std::string("told"));
    REQUIRE(text.as<std::string>());
    CHECK(*text.as<std::string>() == "told");
}

TEST_CASE("copies refer to the same exception, and the last one destroys it") {
    counted::reset();
    error first = error::make(counted(7));
    CHECK(counted::alive() == 1);
    error second = first;
    CHECK(second == first);
    CHECK(second.as<counted>() == first.as<counted>());
    CHECK(second != error::make(counted(7)));
    first = error();
    CHECK(counted::alive() == 1);
    second = error();
    CHECK(counted::alive() == 0);
    CHECK(counted::copies() == 0);
}

TEST_CASE("make() of an error is that error, of an exception_ptr what it points to") {
    const error e = error::make(1);
    CHECK(error::make(e) == e);
    const error p = error::make(std::make_exception_ptr(std::out_of_range("far")));
    CHECK(p.is<std::out_of_range>());
    CHECK(p.what() == "far");
    CHECK_FALSE(error::make(std::exception_ptr()));
    CHECK(error::from(std::make_exception_ptr(3)).is<int>());
}

TEST_CASE("current() is what a catch is handling, rethrow() throws it again") {
    error e = thrown(std::out_of_range("far"));
    REQUIRE(e.is<std::out_of_range>());
    CHECK_THROWS_AS(e.rethrow(), std::out_of_range);
    CHECK_THROWS_WITH(e.rethrow(), "far");
    CHECK_THROWS_AS(error::make(derived_problem(1)).rethrow(), derived_problem);
}

TEST_CASE("as<T>() finds base classes of what was boxed and of what was thrown") {
    for (error const& e : {error::make(derived_problem(5)), thrown(derived_problem(5))}) {
        REQUIRE(e.as<base_problem>());
        CHECK(e.as<base_problem>()->number == 5);
        CHECK(e.is<derived_problem>());
        CHECK_FALSE(e.is<std::exception>());
    }
    for (error const& e : {error::make(std::out_of_range("far")), thrown(std::out_of_range("far"))}) {
        CHECK(e.is<std::out_of_range>());
        CHECK(e.is<std::logic_error>());
        CHECK(e.is<std::exception>());
        CHECK_FALSE(e.is<std::runtime_error>());
        CHECK_FALSE(e.is<int>());
        CHECK(e.as<std::exception>()->what() == std::string("far"));
    }
}

TEST_CASE("as<T>() of a boxed object points to the object itself, whatever the base") {
    const error e = error::make(square());
    REQUIRE(e.as<square>());
    CHECK(e.as<shape>() == static_cast<shape const*>(e.as<square>()));
    CHECK(e.as<shape>()->sides == 4);
    CHECK_FALSE(e.is<left>()); // a declared family is all there is: the price of matching without RTTI
}

TEST_CASE("as<T>() takes types with commas and tells instances of a template apart") {
    const error e = error::make(pair_problem<int, long>{1, 2});
    CHECK((e.is<pair_problem<int, long>>()));
    CHECK_FALSE((e.is<pair_problem<long, int>>()));
}

TEST_CASE("generator_exit and cancelled_error match by their own names alone") {
    for (error const& e : {error::make(lasti::generator_exit()), thrown(lasti::generator_exit())}) {
        CHECK(e.is<lasti::generator_exit>());
        CHECK_FALSE(e.is<std::exception>());
        CHECK_FALSE(e.is<lasti::cancelled_error>());
    }
    CHECK_FALSE(error::make(lasti::cancelled_error("stop")).is<std::exception>());
}

TEST_CASE("what() and type_name() tell as much as is known") {
    CHECK(error::make(lasti::value_error("odd")).what() == "odd");
    CHECK(error::make(lasti::value_error("odd")).type_name() == "lasti::value_error");
    CHECK(thrown(std::out_of_range("far")).what() == "far");
    CHECK(thrown(std::out_of_range("far")).type_name() == "std::out_of_range");
    CHECK(error::make(lasti::generator_exit()).what() == "GeneratorExit");
    CHECK(error::make(5).what().empty());
    CHECK(error::make(5).type_name() == "int");
    CHECK(thrown(5).what().empty());
    CHECK(thrown(5).type_name() == "int");
}

TEST_CASE("pointer() is the exception as C++ carries it") {
    const error e = error::make(std::out_of_range("far"));
    CHECK_THROWS_AS(std::rethrow_exception(e.pointer()), std::out_of_range);
    const error back = error::from(e.pointer());
    CHECK(back.what() == "far");
}

TEST_CASE("context and cause are links to other exceptions, none at first") {
    const error first = error::make(1), reason = error::make(2);
    error second = error::make(3);
    CHECK_FALSE(second.context());
    CHECK_FALSE(second.cause());
    second.set_context(first);
    second.set_cause(reason);
    CHECK(second.context() == first);
    CHECK(second.cause() == reason);
    second.set_context(error()); // nothing is being handled: it keeps what it has
    CHECK(second.context() == first);
}

TEST_CASE("GT5: no cycle of contexts is ever made") {
    error a = error::make(1), b = error::make(2), c = error::make(3);
    a.set_context(a);
    CHECK_FALSE(a.context());
    b.set_context(a);
    c.set_context(b);
    a.set_context(c); // a behind c behind b behind a: the link from b to a is cut
    CHECK(a.context() == c);
    CHECK(c.context() == b);
    CHECK_FALSE(b.context());
}

TEST_CASE("a million contexts in a chain are destroyed without recursion") {
    counted::reset();
    {
        const error newest = error::make(counted());
        error oldest = newest;
        for (int i = 1; i < 1000000; ++i) {
            const error older = error::make(counted());
            oldest.set_context(older);
            oldest = older;
        }
        CHECK(counted::alive() == 1000000);
    }
    CHECK(counted::alive() == 0);
}

TEST_CASE("an exception of a type without a what() of its own is carried all the same") {
    CHECK(error::make(silent_problem()).is<std::exception>());
    CHECK_FALSE(error::make(silent_problem()).what().empty());
    CHECK(error::make(std::shared_ptr<int>()).what().empty());
}

namespace {

struct counts_copies : std::runtime_error {
    explicit counts_copies(int& n) : std::runtime_error("copied"), copies(n) {}
    counts_copies(counts_copies const& other) : std::runtime_error(other), copies(other.copies) { ++copies; }
    int& copies;
};

} // namespace

TEST_CASE("to see that an exception is no GeneratorExit and no CancelledError it need not be thrown") {
    int copies = 0;
    const error e = error::make(counts_copies(copies));
    const int made = copies;
    CHECK_FALSE(e.is<lasti::generator_exit>());
    CHECK_FALSE(e.is<lasti::cancelled_error>());
    CHECK(copies == made);  // C++ throws copies
    CHECK_FALSE(error::make(std::make_shared<int>()).is<lasti::generator_exit>());
}

TEST_SUITE_END();
