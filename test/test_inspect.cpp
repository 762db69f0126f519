#include <lasti/inspect.hpp>

#include <lasti/async_generator.hpp>
#include <lasti/coroutine.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/generator.hpp>
#include <lasti/sleep.hpp>

#include <doctest/doctest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

namespace inspect = lasti::inspect;
typedef lasti::generator<int> ints;

// "TRY+1:EXCEPT FOR+3:body": the statements, their lines counted from that of the function.
std::string blocks(lasti::frame_info const& f) {
    std::ostringstream out;
    for (inspect::block const& b : f.f_blockstack()) {
        out << b.statement << '+' << b.f_lineno - f.f_code().first_line << ':' << b.clause;
        if (b.exception) out << '(' << b.exception.what() << ')';
        if (*b.why) out << ':' << b.why;
        out << ' ';
    }
    return out.str();
}

std::string listed(inspect::locals const& all) {
    std::string text;
    for (inspect::local const& l : all) text += l.name + '=' + l.value + ' ';
    return text;
}

template <class X>
std::string written(X const& x) {
    std::ostringstream out;
    out << x;
    return out.str();
}

struct manager {
    void exit(lasti::error const&) {}
};

struct async_manager {
    lasti::coroutine<void> aenter() const { return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(1)); END; }; }
    lasti::coroutine<void> aexit(lasti::error) const { return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(1)); END; }; }
};

ints clauses() {
    std::vector<int> range = {1, 2};
    int i = 0;
    return GENERATOR(int) {
        BEGIN;
        YIELD(0);
        FOR(i, range)
            TRY
                YIELD(1);
                WITH(manager())
                    RAISE(lasti::value_error("oh"));
                END_WITH
            EXCEPT(lasti::value_error)
                YIELD(2);
                TRY
                    YIELD(3);
                FINALLY
                    YIELD(4);
                END_TRY
                continue;
            ELSE
                YIELD(9);
            FINALLY
                YIELD(5);
            END_TRY
        END_FOR
        TRY
        ELSE
            YIELD(6);
        END_TRY
        TRY
            RAISE(lasti::runtime_error("late"));
        FINALLY
            YIELD(7);
        END_TRY
        END;
    };
}

lasti::async_generator<int> ticks() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        YIELD(1);
        END;
    };
}

lasti::coroutine<void> awaits_everything() {
    int i = 0;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(async_manager())
            ASYNC_FOR(i, ticks())
                AWAIT(lasti::sleep(1));
            END_ASYNC_FOR
        END_ASYNC_WITH
        END;
    };
}

ints one(int n) {
    return GENERATOR(int) { BEGIN; YIELD(n); END; };
}
ints around(ints inner) {
    return GENERATOR(int) { BEGIN; YIELD_FROM(inner); END; };
}

struct opaque {};

struct account {
    int total = 7;
    double rate = 0.5;
    bool open = true;
    char currency = 'E';
    std::string owner = "a \"b\"\n";
    const char* note = nullptr;
    std::vector<int> moves;
    std::map<std::string, int> rest;
    int pair[2];
    opaque secret;
    ints source;
    account() : moves({1, 2}), source(one(1)) {
        rest["x"] = 1;
        pair[0] = 3;
        pair[1] = 4;
    }

    LOCALS(total, rate, open, currency, owner, note, moves, rest, pair, secret)
    GENERATOR_BODY(int) {
        BEGIN;
        total = 8;
        YIELD(total);
        END;
    }
};

struct keeps_source {
    ints source;
    LOCALS(source)
    GENERATOR_BODY(int) { BEGIN; YIELD_FROM(source); END; }
};

struct sleeper {
    int n;
    LOCALS(n)
    COROUTINE_BODY(void) { BEGIN; AWAIT(lasti::sleep(n)); END; }
};

struct ticker {
    int n;
    LOCALS(n)
    ASYNC_GENERATOR_BODY(int) { BEGIN; YIELD(n); END; }
};

struct unlisted {
    int n;
    GENERATOR_BODY(int) { BEGIN; YIELD(n); END; }
};

} // namespace

TEST_SUITE_BEGIN("inspect");

TEST_CASE("G3: the states of a generator: created, suspended, closed") {
    const ints g = one(1);
    CHECK(inspect::getgeneratorstate(g) == inspect::GEN_CREATED);
    g.next();
    CHECK(inspect::getgeneratorstate(g) == inspect::GEN_SUSPENDED);
    CHECK_FALSE(g.resume());
    CHECK(inspect::getgeneratorstate(g) == inspect::GEN_CLOSED);
    const ints closed = one(1);
    closed.close();
    CHECK(inspect::getgeneratorstate(closed) == inspect::GEN_CLOSED);
    const ints failed = one(1);
    thrown_by([&] { failed.throw_(lasti::value_error("x")); });
    CHECK(inspect::getgeneratorstate(failed) == inspect::GEN_CLOSED);
}

TEST_CASE("G3: a generator runs while its body or that of what it delegates to runs") {
    std::string seen;
    ints inner, outer;
    ints* const i = &inner;
    ints* const o = &outer;
    std::string* const out = &seen;
    inner = GENERATOR(int) {
        BEGIN;
        *out = written(inspect::getgeneratorstate(*i)) + ' ' + written(inspect::getgeneratorstate(*o));
        YIELD(1);
        END;
    };
    outer = around(inner);
    outer.next();
    CHECK(seen == "GEN_RUNNING GEN_RUNNING");
    CHECK(inspect::getgeneratorstate(inner) == inspect::GEN_SUSPENDED);
}

TEST_CASE("G3: the states of a coroutine") {
    const lasti::coroutine<void> c = sleeper{1};
    CHECK(inspect::getcoroutinestate(c) == inspect::CORO_CREATED);
    c.send();
    CHECK(inspect::getcoroutinestate(c) == inspect::CORO_SUSPENDED);
    c.close();
    CHECK(inspect::getcoroutinestate(c) == inspect::CORO_CLOSED);
}

TEST_CASE("G3: an async generator runs while an operation is under way, waiting or not") {
    virtual_loop on;
    const lasti::async_generator<int> a = ticks();
    std::string seen;
    std::string* const out = &seen;
    int i = 0;
    CHECK(inspect::getasyncgenstate(a) == inspect::AGEN_CREATED);
    on.loop.create_task(lasti::coroutine<void>(COROUTINE(void) {
        BEGIN;
        AWAIT_SET(i, a.anext());
        *out += ' ' + written(inspect::getasyncgenstate(a));
        AWAIT(a.aclose());
        END;
    }));
    on.loop.call_later(0.5, [&] { seen = written(inspect::getasyncgenstate(a)); });
    on.loop.run();
    CHECK(seen == "AGEN_RUNNING AGEN_SUSPENDED");
    CHECK(inspect::getasyncgenstate(a) == inspect::AGEN_CLOSED);
}

TEST_CASE("states are written by Python's names") {
    CHECK(written(inspect::GEN_CREATED) == "GEN_CREATED");
    CHECK(written(inspect::GEN_CLOSED) == "GEN_CLOSED");
    CHECK(written(inspect::CORO_RUNNING) == "CORO_RUNNING");
    CHECK(written(inspect::AGEN_CLOSED) == "AGEN_CLOSED");
    CHECK(inspect::name_of(inspect::CORO_SUSPENDED) == std::string("CORO_SUSPENDED"));
}

TEST_CASE("f_blockstack has the statements from the outermost in, their lines and clauses") {
    const ints g = clauses();
    CHECK(blocks(g.gi_frame()) == "");
    const char* const stacks[] = {
        "",
        "FOR+3:body TRY+4:body ",
        "FOR+3:body TRY+4:EXCEPT(oh) ",
        "FOR+3:body TRY+4:EXCEPT(oh) TRY+11:body ",
        "FOR+3:body TRY+4:EXCEPT(oh) TRY+11:FINALLY ",
        "FOR+3:body TRY+4:FINALLY:continue ",
        "FOR+3:body TRY+4:body ",
    };
    for (std::string const stack : stacks) {
        REQUIRE(g.resume());
        CHECK(blocks(g.gi_frame()) == stack);
    }
    while (g.value() != 6) REQUIRE(g.resume());
    CHECK(blocks(g.gi_frame()) == "TRY+23:ELSE ");
    REQUIRE(g.resume());
    CHECK(blocks(g.gi_frame()) == "TRY+27:FINALLY(late):raise ");
    thrown_by([&] { g.resume(); });
    CHECK(g.gi_frame().f_blockstack().empty());
}

TEST_CASE("f_exception is what sys.exception() is in the body: of the innermost clause that has one") {
    const ints g = clauses();
    while (g.resume() && g.value() != 1) {}
    CHECK_FALSE(g.gi_frame().f_exception());
    while (g.resume() && g.value() != 4) {
        CHECK(g.gi_frame().f_exception().is<lasti::value_error>());
        CHECK(g.gi_frame().f_exception().what() == "oh");
    }
    REQUIRE(g.resume()); // its clause was left by continue
    CHECK_FALSE(g.gi_frame().f_exception());
    while (g.resume() && g.value() != 7) {}
    CHECK(g.gi_frame().f_exception().what() == "late");
    CHECK_FALSE(lasti::frame_info().f_exception());
    thrown_by([&] { g.resume(); });
}

TEST_CASE("f_blockstack in a coroutine: an ASYNC_WITH that is entered and left, an ASYNC_FOR that waits") {
    virtual_loop on;
    const lasti::coroutine<void> c = awaits_everything();
    on.loop.create_task(c);
    std::vector<std::string> seen;
    for (const double at : {0.5, 1.5, 2.5, 3.5})
        on.loop.call_later(at, [&] { seen.push_back(blocks(c.cr_frame())); });
    on.loop.run();
    REQUIRE(seen.size() == 4);
    CHECK(seen[0] == "ASYNC_WITH+2:enter ");
    CHECK(seen[1] == "ASYNC_WITH+2:body ASYNC_FOR+3:next ");
    CHECK(seen[2] == "ASYNC_WITH+2:body ASYNC_FOR+3:body ");
    CHECK(seen[3] == "ASYNC_WITH+2:exit ");
}

TEST_CASE("a WITH is in its body, then at its exit") {
    const ints g = GENERATOR(int) {
        BEGIN;
        WITH(manager())
            YIELD(1);
        END_WITH
        END;
    };
    g.next();
    REQUIRE(g.gi_frame().f_blockstack().size() == 1);
    inspect::block const b = g.gi_frame().f_blockstack()[0];
    CHECK(std::string(b.statement) + ' ' + b.clause == "WITH body");
    CHECK_FALSE(b.exception);
}

TEST_CASE("the chain of gi_yieldfrom goes from frame to frame, to the innermost") {
    const ints g = around(around(one(1)));
    CHECK_FALSE(g.gi_frame().gi_yieldfrom());
    g.next();
    std::string chain;
    for (lasti::frame_info f = g.gi_frame(); f; f = f.gi_yieldfrom()) chain += f.f_code().name + std::string(" ");
    CHECK(chain == "around around one ");
    CHECK_FALSE(lasti::frame_info().gi_yieldfrom());
}

TEST_CASE("LOCALS lists the locals of a struct by name, with their values as they are now") {
    const ints g = account();
    const std::string rest = "rate=0.5 open=true currency='E' owner=\"a \\\"b\\\"\\n\" note=nullptr moves=[1, 2] "
                             "rest=[(\"x\", 1)] pair=[3, 4] ";
    const std::string first = listed(inspect::getgeneratorlocals(g));
    CHECK(starts_with(first, "total=7 " + rest + "secret=<"));
    CHECK(contains(first, "opaque>"));
    g.next();
    CHECK(starts_with(listed(g.gi_frame().f_locals()), "total=8 " + rest));
    CHECK(g.gi_frame().f_locals()["total"] == "8");
    CHECK(g.gi_frame().f_locals().size() == 10);
    CHECK(thrown_by([&] { g.gi_frame().f_locals()["totl"]; }).what() == "LOCALS lists no 'totl'");
}

TEST_CASE("what ends takes its locals with it; lambdas and structs that list none have none") {
    const ints g = account();
    const lasti::frame_info f = g.gi_frame();
    g.close();
    CHECK(inspect::getgeneratorlocals(g).empty());
    CHECK(f.f_locals().empty());
    CHECK(inspect::getgeneratorlocals(one(1)).empty());
    CHECK(inspect::getgeneratorlocals(ints(unlisted{1})).empty());
}

TEST_CASE("listing a local that is a generator does not advance it") {
    const ints source = one(5);
    const ints g = keeps_source{source};
    CHECK(starts_with(inspect::getgeneratorlocals(g)["source"], "<"));
    CHECK(inspect::getgeneratorstate(source) == inspect::GEN_CREATED);
    CHECK(g.next() == 5);
}

TEST_CASE("a long container is listed by its first items") {
    CHECK(lasti::detail::text_of(std::vector<int>(8, 0)) == "[0, 0, 0, 0, 0, 0, 0, 0]");
    CHECK(lasti::detail::text_of(std::vector<int>(9, 0)) == "[0, 0, 0, 0, 0, 0, 0, 0, ...]");
    CHECK(lasti::detail::text_of(std::vector<int>()) == "[]");
    CHECK(lasti::detail::text_of(std::vector<bool>{true, false}) == "[true, false]");
}

TEST_CASE("LOCALS lists the locals of coroutines and async generators, too") {
    const lasti::coroutine<void> c = sleeper{3};
    CHECK(listed(inspect::getcoroutinelocals(c)) == "n=3 ");
    c.close();
    CHECK(listed(inspect::getasyncgenlocals(lasti::async_generator<int>(ticker{4}))) == "n=4 ");
}

TEST_SUITE_END();
