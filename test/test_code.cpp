#include <lasti/code.hpp>
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

const int line_of_count = __LINE__ + 2; // of GENERATOR
lasti::generator<int> count() {
    return GENERATOR(int) { BEGIN; YIELD(1); END; };
}

struct squares {
    int n;
    GENERATOR_BODY(int) { BEGIN; for (; n > 0; --n) YIELD(n * n); END; } // the line below refers to this one
};
const int line_of_squares = __LINE__ - 2;

template <class T>
struct pair_of {
    T first;
    GENERATOR_BODY(T) { BEGIN; YIELD(first); END; }
};

struct member {
    lasti::generator<int> numbers() const {
        return GENERATOR(int) { BEGIN; YIELD(1); END; };
    }
};

bool ends_with(std::string const& text, std::string const& end) {
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

} // namespace

TEST_SUITE_BEGIN("code");

TEST_CASE("G4: gi_code of a lambda form names its function, its file and its first line") {
    lasti::code const& code = count().gi_code();
    CHECK(code.name == std::string("count"));
    CHECK(ends_with(code.file, "test_code.cpp"));
    CHECK(code.first_line == line_of_count);
}

TEST_CASE("G4: gi_code of a struct form names its type, its file and its first line") {
    const lasti::generator<int> g = squares{2};
    CHECK(ends_with(g.gi_code().name, "squares"));
    CHECK(ends_with(g.gi_code().file, "test_code.cpp"));
    CHECK(g.gi_code().first_line == line_of_squares);
}

TEST_CASE("two frames of one function share its code, two functions do not") {
    CHECK(&count().gi_code() == &count().gi_code());
    CHECK(&lasti::generator<int>(squares{1}).gi_code() == &lasti::generator<int>(squares{2}).gi_code());
    CHECK(&count().gi_code() != &member().numbers().gi_code());
}

TEST_CASE("a body in a member function is named by that function") {
    CHECK(member().numbers().gi_code().name == std::string("numbers"));
}

TEST_CASE("a template body is named with its arguments") {
    const std::string name = lasti::generator<int>(pair_of<int>{1}).gi_code().name;
    CHECK(name.find("pair_of<int>") != std::string::npos);
    const std::string other = lasti::generator<long>(pair_of<long>{1}).gi_code().name;
    CHECK(other.find("pair_of<long") != std::string::npos);
}

TEST_CASE("G4: gi_code stays when the generator has ended") {
    const lasti::generator<int> g = count();
    while (g.resume()) {}
    CHECK(g.gi_code().name == std::string("count"));
}

TEST_CASE("type_name spells types without RTTI") {
    CHECK(lasti::detail::type_name<int>() == std::string("int"));
    CHECK(ends_with(lasti::detail::type_name<squares>(), "squares"));
    CHECK(lasti::detail::type_name<int>() == lasti::detail::type_name<int>());
}

TEST_SUITE_END();
