// TRY, EXCEPT, ELSE, FINALLY: every way out of every clause. The tables are what CPython prints.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <exception>
#include <string>

#include "support/trace.hpp"

using lasti::generator;

namespace {

struct A : std::exception {};
struct B : std::exception {};

const std::string in_try = "try", in_except = "except", in_else = "else", in_finally = "finally";

// Leaves a clause as the table says.
#define LEAVE(how, E, value) \
    if (how == "break") break; \
    if (how == "continue") continue; \
    if (how == "return") RETURN(value); \
    if (how == "raise") RAISE(E())

struct one_try {
    trace t;
    std::string where, how;
    int i;
    GENERATOR_BODY(std::string, void, int) {
        BEGIN;
        for (; i < 2; ++i) {
            t("loop");
            TRY
                YIELD("try");
                if (where == in_try) { LEAVE(how, B, 7); }
                if (where == in_except) RAISE(A());
            EXCEPT(A)
                YIELD("except");
                if (where == in_except) { LEAVE(how, B, 7); }
            ELSE
                YIELD("else");
                if (where == in_else) { LEAVE(how, B, 7); }
            FINALLY
                YIELD("finally");
                if (where == in_finally) { LEAVE(how, B, 7); }
            END_TRY
            t("after");
        }
        t("end");
        END;
    }
};

struct pending_then_finally {
    trace t;
    std::string first, second;
    int i;
    GENERATOR_BODY(std::string, void, int) {
        BEGIN;
        for (; i < 2; ++i) {
            t("loop");
            TRY
                TRY
                    YIELD("try");
                    LEAVE(first, A, 1);
                FINALLY
                    YIELD("finally");
                    LEAVE(second, B, 7);
                END_TRY
            FINALLY
                t("outer");
            END_TRY
            t("after");
        }
        t("end");
        END;
    }
};

struct yields_everywhere {
    trace t;
    std::string where;
    GENERATOR_BODY(std::string) {
        BEGIN;
        TRY
            t("start");
            YIELD("try");
            if (where == in_except) RAISE(A());
        EXCEPT(A)
            YIELD("except");
        ELSE
            YIELD("else");
        FINALLY
            YIELD("finally");
        END_TRY
        YIELD("after");
        END;
    }
};

std::string name_of(lasti::error const& e) {
    return e.is<A>() ? "A" : e.is<B>() ? "B" : e.is<lasti::generator_exit>() ? "GeneratorExit" : e.what();
}

std::string run(generator<std::string, void, int> const& g, trace t) {
    const lasti::error e = thrown_by([&] {
        while (g.resume()) t(g.value());
        t("returned:" + std::to_string(g.result()));
    });
    if (e) t("raised:" + name_of(e));
    return t.take();
}

// Drives to the yield `where`, injects there, and runs on. Asks the frame, because a C++ throw has no context.
std::string inject(std::string const& where, std::string const& what) {
    trace t;
    const generator<std::string> g = yields_everywhere{t, where};
    do {
        g.resume();
        t(g.value());
    } while (g.value() != where);
    lasti::frame& frame = *g.shared_frame();
    lasti::step why;
    if (what == "close") {
        why = frame.close();
        t(why == lasti::step::yielded ? "ignored" : "closed");
        frame.in_flight = lasti::error();
        why = frame.resume_chain();
    } else {
        why = frame.throw_in(what == "A" ? lasti::error::make(A()) : lasti::error::make(B()));
    }
    for (; why == lasti::step::yielded; why = frame.resume_chain()) t(g.value());
    if (why == lasti::step::raised && what != "close") {
        t("raised:" + name_of(frame.in_flight));
        if (frame.in_flight.context()) t("from:" + name_of(frame.in_flight.context()));
    } else {
        t(why == lasti::step::raised ? "raised:" + name_of(frame.in_flight) : "stop");
    }
    return t.take();
}

} // namespace

TEST_SUITE_BEGIN("block_stack");

TEST_CASE("G8, G9: out of TRY, EXCEPT, ELSE and FINALLY by its end, break, continue, return and raise") {
    const struct {
        std::string where, how, expected;
    } rows[] = {
        {"try", "pass", "loop try else finally after loop try else finally after end returned:0"},
        {"try", "break", "loop try finally end returned:0"},
        {"try", "continue", "loop try finally loop try finally end returned:0"},
        {"try", "return", "loop try finally returned:7"},
        {"try", "raise", "loop try finally raised:B"},
        {"except", "pass", "loop try except finally after loop try except finally after end returned:0"},
        {"except", "break", "loop try except finally end returned:0"},
        {"except", "continue", "loop try except finally loop try except finally end returned:0"},
        {"except", "return", "loop try except finally returned:7"},
        {"except", "raise", "loop try except finally raised:B"},
        {"else", "pass", "loop try else finally after loop try else finally after end returned:0"},
        {"else", "break", "loop try else finally end returned:0"},
        {"else", "continue", "loop try else finally loop try else finally end returned:0"},
        {"else", "return", "loop try else finally returned:7"},
        {"else", "raise", "loop try else finally raised:B"},
        {"finally", "pass", "loop try else finally after loop try else finally after end returned:0"},
        {"finally", "break", "loop try else finally end returned:0"},
        {"finally", "continue", "loop try else finally loop try else finally end returned:0"},
        {"finally", "return", "loop try else finally returned:7"},
        {"finally", "raise", "loop try else finally raised:B"},
    };
    for (auto const& row : rows) {
        trace t;
        INFO(row.how << " in " << row.where);
        CHECK(run(one_try{t, row.where, row.how, 0}, t) == row.expected);
    }
}

TEST_CASE("G8: what FINALLY says replaces what was pending: 5 ways out of TRY times 5 out of FINALLY") {
    const struct {
        std::string first, second, expected;
    } rows[] = {
        {"pass", "pass", "loop try finally outer after loop try finally outer after end returned:0"},
        {"pass", "break", "loop try finally outer end returned:0"},
        {"pass", "continue", "loop try finally outer loop try finally outer end returned:0"},
        {"pass", "return", "loop try finally outer returned:7"},
        {"pass", "raise", "loop try finally outer raised:B"},
        {"break", "pass", "loop try finally outer end returned:0"},
        {"break", "break", "loop try finally outer end returned:0"},
        {"break", "continue", "loop try finally outer loop try finally outer end returned:0"},
        {"break", "return", "loop try finally outer returned:7"},
        {"break", "raise", "loop try finally outer raised:B"},
        {"continue", "pass", "loop try finally outer loop try finally outer end returned:0"},
        {"continue", "break", "loop try finally outer end returned:0"},
        {"continue", "continue", "loop try finally outer loop try finally outer end returned:0"},
        {"continue", "return", "loop try finally outer returned:7"},
        {"continue", "raise", "loop try finally outer raised:B"},
        {"return", "pass", "loop try finally outer returned:1"},
        {"return", "break", "loop try finally outer end returned:0"},
        {"return", "continue", "loop try finally outer loop try finally outer end returned:0"},
        {"return", "return", "loop try finally outer returned:7"},
        {"return", "raise", "loop try finally outer raised:B"},
        {"raise", "pass", "loop try finally outer raised:A"},
        {"raise", "break", "loop try finally outer end returned:0"},
        {"raise", "continue", "loop try finally outer loop try finally outer end returned:0"},
        {"raise", "return", "loop try finally outer returned:7"},
        {"raise", "raise", "loop try finally outer raised:B"},
    };
    for (auto const& row : rows) {
        trace t;
        INFO(row.first << " in TRY, " << row.second << " in FINALLY");
        CHECK(run(pending_then_finally{t, row.first, row.second, 0}, t) == row.expected);
    }
}

TEST_CASE("GT1, GT5, GC2, GC3: throw() and close() at a yield in every clause") {
    const struct {
        std::string where, what, expected;
    } rows[] = {
        {"try", "A", "start try except finally after stop"},
        {"try", "B", "start try finally raised:B"},
        {"try", "close", "start try ignored raised:GeneratorExit"},
        {"except", "A", "start try except finally raised:A from:A"},
        {"except", "B", "start try except finally raised:B from:A"},
        {"except", "close", "start try except ignored raised:GeneratorExit"},
        {"else", "A", "start try else finally raised:A"},
        {"else", "B", "start try else finally raised:B"},
        {"else", "close", "start try else ignored raised:GeneratorExit"},
        {"finally", "A", "start try else finally raised:A"},
        {"finally", "B", "start try else finally raised:B"},
        {"finally", "close", "start try else finally closed stop"},
    };
    for (auto const& row : rows) {
        INFO(row.what << " at the yield in " << row.where);
        CHECK(inject(row.where, row.what) == row.expected);
    }
}

TEST_SUITE_END();
