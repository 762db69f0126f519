#include <lasti/inspect.hpp>

#include <lasti/async_generator.hpp>
#include <lasti/coroutine.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/generator.hpp>
#include <lasti/sleep.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <sstream>
#include <string>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

// dis() can not look into it.
#define A_MACRO_THAT_HIDES_A_STATEMENT(v) YIELD(v)

namespace {

namespace inspect = lasti::inspect;
typedef lasti::generator<int> ints;

// The listing with its lines counted from the first one of the body, and no file.
std::string from_first_line(std::string const& text, lasti::code const& of) {
    std::istringstream lines(text);
    std::string all, line;
    std::getline(lines, line);
    const std::string file = place(of.file, of.first_line);
    const std::size_t at = line.find(file);
    REQUIRE(at != std::string::npos);
    all = line.erase(at, file.size()) + '\n';
    while (std::getline(lines, line)) {
        char* rest = nullptr;
        const long number = std::strtol(line.c_str(), &rest, 10);
        all += (number ? std::to_string(number - of.first_line) : "") + rest + '\n';
    }
    return all;
}

template <class G>
std::string dis(G const& g, lasti::code const& of) {
    std::ostringstream out;
    inspect::dis(g, out);
    return from_first_line(out.str(), of);
}
std::string dis(ints const& g) { return dis(g, g.gi_code()); }

std::string disco(ints const& g) {
    std::ostringstream out;
    inspect::disco(g.gi_code(), g.gi_frame().f_lasti(), out);
    return from_first_line(out.str(), g.gi_code());
}

ints countdown(int n) {
    return GENERATOR(int) {
        BEGIN;
        for (; n > 0; --n)
            YIELD(n);

        YIELD(0); YIELD(-1);
        END;
    };
}

ints guarded() {
    return GENERATOR(int) {
        BEGIN;
        TRY
            YIELD(1);
        FINALLY
            YIELD(2);
        END_TRY
        END;
    };
}

struct noisy {
    int x = 0;
    std::string text;
    GENERATOR_BODY(int) {
        BEGIN;
        // YIELD(1) in a comment, /* and
        /* TRY in a longer one,
           YIELD(2) */
        text = "YIELD(3) { \" TRY"; x = '"' + '{' + '\'';
#define A_DIRECTIVE \
    YIELD(4)
        text = R"--(a raw one: )" YIELD(5) " TRY { )--";
        YIELD_SET_NOT_A_STATEMENT(x);
        YIELD(
            1 + (2
                 * 3));
        LASTI_YIELD(x);
        END;
    }
    static void YIELD_SET_NOT_A_STATEMENT(int) {}
};

ints one(int n) {
    return GENERATOR(int) { BEGIN; YIELD(n); END; };
}

ints nested() {
    ints inner;
    return GENERATOR(int) {
        BEGIN;
        YIELD(1);
        inner = GENERATOR(int) {
            BEGIN;
            TRY YIELD(10); ELSE YIELD(11); END_TRY
            END;
        };
        YIELD_FROM(inner);
        YIELD(3);
        END;
    };
}

ints hidden() {
    return GENERATOR(int) {
        BEGIN;
        A_MACRO_THAT_HIDES_A_STATEMENT(1);
        YIELD(2);
        END;
    };
}

struct async_manager {
    lasti::coroutine<void> aenter() const { return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(1)); END; }; }
    lasti::coroutine<void> aexit(lasti::error) const { return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(1)); END; }; }
};

lasti::async_generator<int> ticks() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        YIELD(1);
        END;
    };
}

struct awaits_everything {
    int i = 0;
    awaits_everything() {}
    COROUTINE_BODY(void) {
        BEGIN;
        ASYNC_WITH(async_manager())
            ASYNC_FOR(i, ticks())
                AWAIT(lasti::sleep(1));
            END_ASYNC_FOR
        END_ASYNC_WITH
        END;
    }
};

// The line of the arrow.
std::string arrow(std::string const& listing) {
    const std::size_t at = listing.find("  --> ");
    if (at == std::string::npos) return "none";
    const std::size_t line = listing.rfind('\n', at) + 1;
    return listing.substr(line, listing.find('\n', at) - line);
}

} // namespace

TEST_SUITE_BEGIN("dis");

TEST_CASE("dis() of a lambda form: state, labels, and the arrow from BEGIN to the last yield") {
    const ints g = countdown(1);
    CHECK(dis(g) ==
          "countdown ()  GEN_CREATED  f_lasti -1\n"
          "0           return GENERATOR(int) {\n"
          "1  -->  -1      BEGIN;\n"
          "2               for (; n > 0; --n)\n"
          "3        1          YIELD(n);\n"
          "4\n"
          "5      2 3      YIELD(0); YIELD(-1);\n"
          "6               END;\n"
          "7           };\n");
    const char* const arrows[] = {"3  -->   1          YIELD(n);", "5  --> 2 3      YIELD(0); YIELD(-1);",
                                  "5  --> 2 3      YIELD(0); YIELD(-1);"};
    int f_lasti = 0;
    for (std::string const where : arrows) {
        g.next();
        CHECK(arrow(dis(g)) == where);
        CHECK(starts_with(dis(g), "countdown ()  GEN_SUSPENDED  f_lasti " + std::to_string(++f_lasti) + "\n"));
    }
    CHECK_FALSE(g.resume());
    CHECK(starts_with(dis(g), "countdown ()  GEN_CLOSED  f_lasti -2\n0           return GENERATOR(int) {\n"));
    CHECK(arrow(dis(g)) == "none");
}

TEST_CASE("disco() of gi_code and f_lasti: the same without the state") {
    const ints g = countdown(1);
    CHECK(starts_with(disco(g), "countdown ()  f_lasti -1\n"));
    g.next();
    CHECK(starts_with(disco(g), "countdown ()  f_lasti 1\n"));
    CHECK(arrow(disco(g)) == "3  -->   1          YIELD(n);");
    g.close();
    CHECK(starts_with(disco(g), "countdown ()\n0           return"));
    CHECK(arrow(disco(g)) == "none");
}

TEST_CASE("a TRY has a label of its own, the one that the driver goes to") {
    const ints g = guarded();
    g.next();
    g.next();
    CHECK(dis(g) ==
          "guarded ()  GEN_SUSPENDED  f_lasti 3\n"
          "0          return GENERATOR(int) {\n"
          "1      -1      BEGIN;\n"
          "2       1      TRY\n"
          "3       2          YIELD(1);\n"
          "4              FINALLY\n"
          "5  -->  3          YIELD(2);\n"
          "6              END_TRY\n"
          "7              END;\n"
          "8          };\n");
}

TEST_CASE("dis() of a struct form; literals, comments and directives are no statements, LASTI_ names are") {
    const ints g = noisy();
    g.next();
    CHECK(arrow(dis(g)) == "10  -->  1      YIELD(");
    g.next();
    CHECK(arrow(dis(g)) == "13  -->  2      LASTI_YIELD(x);");
    CHECK_FALSE(contains(dis(g), "(the"));
}

TEST_CASE("a body on one line") {
    const ints g = one(1);
    g.next();
    CHECK(dis(g) == "one ()  GEN_SUSPENDED  f_lasti 1\n0  --> -1 1  return GENERATOR(int) { BEGIN; YIELD(n); END; };\n");
}

TEST_CASE("the statements of a body inside of a body are not its own") {
    const ints g = nested();
    g.next();
    g.next();
    const int lasti = g.gi_frame().f_lasti();
    CHECK(arrow(dis(g)) == "8  -->  " + std::to_string(lasti) + "      YIELD_FROM(inner);");
    CHECK(contains(dis(g), "\n5                  TRY YIELD(10);"));
    const lasti::frame_info inner = g.gi_yieldfrom();
    CHECK(arrow(dis(inner, inner.f_code())) == "2  --> 1 2 3      TRY YIELD(10); ELSE YIELD(11); END_TRY");
}

TEST_CASE("a generator that runs has no arrow: the last line that is known is told") {
    std::string seen;
    ints g;
    ints* const itself = &g;
    std::string* const out = &seen;
    g = GENERATOR(int) {
        BEGIN;
        *out = dis(*itself);
        YIELD(1);
        *out = dis(*itself);
        END;
    };
    g.next();
    CHECK(contains(seen, "()  GEN_RUNNING  f_lasti -3\n0  "));
    CHECK(arrow(seen) == "none");
    g.resume();
    CHECK(contains(seen, "()  GEN_RUNNING  f_lasti -3, after line " + std::to_string(g.gi_code().first_line + 3)));
}

TEST_CASE("dis() of a coroutine and an async generator; labels of ASYNC_WITH and ASYNC_FOR") {
    virtual_loop on;
    const lasti::coroutine<void> c = awaits_everything();
    on.loop.create_task(c);
    std::string seen, ticking;
    for (const double at : {0.5, 1.5, 2.5, 3.5})
        on.loop.call_later(at, [&, at] {
            const std::string text = dis(c, c.cr_code());
            seen += arrow(text) + '\n';
            if (at == 1.5) ticking = dis(c.cr_await(), c.cr_await().f_code());
            if (at == 0.5) CHECK(contains(text, "awaits_everything ()  CORO_SUSPENDED  f_lasti 1\n"));
        });
    on.loop.run();
    CHECK(seen ==
          "2  --> 1 2      ASYNC_WITH(async_manager())\n"
          "3  -->   3          ASYNC_FOR(i, ticks())\n"
          "4  -->   4              AWAIT(lasti::sleep(1));\n"
          "6  -->   5      END_ASYNC_WITH\n");
    CHECK(starts_with(ticking, "ticks ()  AGEN_RUNNING  f_lasti 1\n"));
    CHECK(arrow(ticking) == "2  -->  1      AWAIT(lasti::sleep(1));");
    CHECK(contains(dis(c, c.cr_code()), "()  CORO_CLOSED  f_lasti -2\n"));
    const lasti::async_generator<int> a = ticks();
    CHECK(starts_with(dis(a, a.ag_code()), "ticks ()  AGEN_CREATED  f_lasti -1\n"));
}

TEST_CASE("where a macro hides a statement the arrow goes by the line, and the listing says so") {
    const ints g = hidden();
    g.next();
    g.next();
    CHECK(arrow(dis(g)) == "3  -->         YIELD(2);");
    CHECK(contains(dis(g), "\n(the arrow is by its line: the labels can't be counted"));
}

TEST_CASE("a source file that is not there, or not the one that was compiled: it says so, and where the frame stands") {
    const lasti::code gone = {"f", "no/such/file.cpp", 7};
    std::ostringstream out;
    inspect::disco(gone, 3, out);
    CHECK(out.str() == "f (no/such/file.cpp:7)  f_lasti 3\n(the source file is not here: no/such/file.cpp)\n");
    const lasti::code elsewhere = {"f", __FILE__, 1};
    std::ostringstream other;
    inspect::disco(elsewhere, 3, other);
    CHECK(contains(other.str(), "(no body begins in that line of the source file"));
    std::ostringstream wrong;
    inspect::disco(one(1).gi_code(), 9, wrong);
    CHECK(contains(wrong.str(), "\n(there is no label 9)\n"));
}

TEST_CASE("a source file whose name is relative to another folder is looked for in those around this one") {
    std::string name = __FILE__;
    if (name[0] == '/') return;
    while (starts_with(name, "../")) name.erase(0, 3);
    const lasti::code moved = {"one", (name = "../../../../../../" + name).c_str(), one(1).gi_code().first_line};
    std::ostringstream out;
    inspect::disco(moved, 1, out);
    CHECK(contains(out.str(), "--> -1 1  return GENERATOR(int) { BEGIN; YIELD(n); END; };\n"));
}

TEST_CASE("dis() of a frame that is not there is a type_error") {
    CHECK(thrown_by([] { inspect::dis(lasti::frame_info()); }).is<lasti::type_error>());
}

TEST_SUITE_END();
