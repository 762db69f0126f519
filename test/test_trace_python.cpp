// The Python twins of statements, which the stepper shows.
// The library keeps these functions to itself: this is a copy of them, under other names.
#define python_twin twin_of_statement
#define python_head head_of_body
#include "../src/trace_python.cpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

std::string twin(std::vector<std::string> const& lines) { return lasti::trace::twin_of_statement(lines, 0); }
std::string twin(const char* line) { return twin(std::vector<std::string>{line}); }

} // namespace

TEST_CASE("trace: the Python twin of a statement") {
    CHECK(twin("    YIELD(n);") == "yield n");
    CHECK(twin("for (; n > 0; --n) YIELD(n);") == "yield n");
    CHECK(twin("YIELD_SET(x, x * x);   // x = yield x ** 2") == "x = yield x * x");
    CHECK(twin("YIELD_SET(x);") == "x = yield");
    CHECK(twin("LASTI_YIELD_FROM(walk(n->left.get()));") == "yield from walk(n.left)");
    CHECK(twin("YIELD_FROM_SET(sum, total(a, b));") == "sum = yield from total(a, b)");
    CHECK(twin("AWAIT(lasti::sleep(1));") == "await asyncio.sleep(1)");
    CHECK(twin("AWAIT_SET(three, lasti::gather(f(1, 3), lasti::sleep(2)));") == "three = await asyncio.gather(f(1, 3), asyncio.sleep(2))");
    CHECK(twin("RETURN();") == "return");
    CHECK(twin("if (page == 404) RAISE(std::out_of_range(\"no, page\"));") == "raise out_of_range(\"no, page\")");
    CHECK(twin("RAISE(lasti::value_error(\"no\"));") == "raise ValueError(\"no\")");
    CHECK(twin("TRY") == "try:");
    CHECK(twin("EXCEPT(std::runtime_error)") == "except RuntimeError:");
    CHECK(twin("EXCEPT_AS(e, lasti::value_error)") == "except ValueError as e:");
    CHECK(twin("FOR(x, std::vector<int>{1, 2})") == "for x in vector{1, 2}:");
    CHECK(twin("ASYNC_WITH(lasti::timeout(5))") == "async with asyncio.timeout(5):");
    CHECK(twin("WITH_SET(f, open_it(\"a\"))") == "with open_it(\"a\") as f:");
    CHECK(twin("YIELD(std::string(\"except \") + CAUGHT(std::runtime_error).what());") == "yield str(\"except \") + str(error)");
    CHECK(twin("YIELD(!a && b->c == nullptr ? true : false);") == "yield not a and b.c == None ? True : False");
}

TEST_CASE("trace: a statement may go on in the next lines; what is none has no twin") {
    CHECK(twin(std::vector<std::string>{"AWAIT(lasti::gather(a(),", "                    b()));"}) == "await asyncio.gather(a(), b())");
    CHECK(twin("int i = 0;  // AWAIT(x)") == "");
    CHECK(twin("std::cout << \"YIELD(1)\";") == "");
    CHECK(twin("") == "");
    CHECK(twin("YIELD(\"unclosed") == "yield \"unclosed");
    CHECK(lasti::trace::twin_of_statement({}, 3) == "");
    CHECK(lasti::trace::head_of_body("coroutine", "f") == "async def f(…):");
}
