// Every operation on a generator in every state. The table is what CPython prints.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "support/trace.hpp"

namespace {

typedef lasti::generator<int, int, int> ints;
struct A : std::exception {};

// What a body gets from the test: a trace, and what it is to do between its yields.
struct setting {
    trace t;
    std::function<void()> inside;
    bool fails = false;
};

ints simple(setting const* s) {
    int x = 0;
    return GENERATOR(int, int, int) {
        BEGIN;
        TRY
            YIELD_SET(x, 1);
            s->t("got" + std::to_string(x));
            if (s->inside) s->inside();
            if (s->fails) RAISE(A());
            YIELD(10);
        FINALLY
            s->t("finally");
        END_TRY
        RETURN(7);
        END;
    };
}

ints delegating(setting const* s) {
    int result = 0;
    return GENERATOR(int, int, int) {
        BEGIN;
        TRY
            YIELD_FROM_SET(result, simple(s));
            s->t("result" + std::to_string(result));
        FINALLY
            s->t("outer");
        END_TRY
        RETURN(8);
        END;
    };
}

// What an operation comes to, in words.
std::string act(ints& g, std::string const& operation) {
    try {
        if (operation == "next") return "yields" + std::to_string(g.next());
        if (operation == "send") return "yields" + std::to_string(g.send(5));
        if (operation == "throw") return "yields" + std::to_string(g.throw_(A()));
        if (operation == "close") return g.close() ? "returned" : "closed";
        if (operation == "destroy") {
            g = ints();
            return "dropped";
        }
        const ints copy = g;
        return copy == g && state_of(copy) == state_of(g) ? "same" : "other";
    } catch (lasti::stop_iteration_value<int> const& stop) {
        return "stops" + std::to_string(stop.value());
    } catch (lasti::stop_iteration const&) {
        return "stops";
    } catch (lasti::value_error const& e) {
        return starts_with(e.what(), "generator already executing: 'simple' (") ? "ValueError" : e.what();
    } catch (lasti::type_error const& e) {
        const char* const expected = "can't send non-None value to a just-started generator: 'simple' (";
        return starts_with(e.what(), expected) ? "TypeError" : e.what();
    } catch (A const&) {
        return "A";
    }
}

struct row {
    std::string state, operation;
    std::string outcome;   // of the operation; in the state `running` the body traces it
    std::string seen;      // what the bodies traced meanwhile
    std::string state_after;
    std::string rest;      // what next() gives from then on
};

void check(row const& r) {
    INFO(r.operation << " on a generator that is " << r.state);
    setting s;
    s.fails = r.state == "failed";
    ints g = r.state == "delegating" ? delegating(&s) : simple(&s);
    std::string outcome;
    if (r.state == "running") {
        g.next();
        s.inside = [&] {
            const std::string done = act(g, r.operation);
            s.t(done + "," + (g ? state_of(g) : "gone"));
        };
        act(g, "next");
    } else {
        if (r.state != "unstarted") act(g, "next");
        if (r.state == "finished" || r.state == "failed") {
            act(g, "next");
            act(g, "next");
        }
        s.t.take();
        outcome = act(g, r.operation);
    }
    CHECK(outcome == r.outcome);
    CHECK(s.t.take() == r.seen);
    CHECK((g ? state_of(g) : "gone") == r.state_after);
    std::string rest;
    while (g) {
        const std::string step = act(g, "next");
        rest += (rest.empty() ? "" : " ") + step;
        if (step.find("yields") != 0) break;
    }
    CHECK(rest == r.rest);
}

} // namespace

TEST_SUITE_BEGIN("generator");

TEST_CASE("G3, GS1, GT2, GC1: next, send, throw, close, destroy and copy when it was not started") {
    check(row{"unstarted", "next", "yields1", "", "suspended", "yields10 stops7"});
    check(row{"unstarted", "send", "TypeError", "", "created", "yields1 yields10 stops7"});
    check(row{"unstarted", "throw", "A", "", "closed", "stops"});
    check(row{"unstarted", "close", "closed", "", "closed", "stops"});
    check(row{"unstarted", "destroy", "dropped", "", "gone", ""});
    check(row{"unstarted", "copy", "same", "", "created", "yields1 yields10 stops7"});
}

TEST_CASE("G3, GS2, GT1, GC2, GC6: next, send, throw, close, destroy and copy when it is suspended") {
    check(row{"suspended", "next", "yields10", "got0", "suspended", "stops7"});
    check(row{"suspended", "send", "yields10", "got5", "suspended", "stops7"});
    check(row{"suspended", "throw", "A", "finally", "closed", "stops"});
    check(row{"suspended", "close", "closed", "finally", "closed", "stops"});
    check(row{"suspended", "destroy", "dropped", "finally", "gone", ""});
    check(row{"suspended", "copy", "same", "", "suspended", "yields10 stops7"});
}

TEST_CASE("G11: next, send, throw, close, destroy and copy when it runs: refused, and it is not disturbed") {
    check(row{"running", "next", "", "got0 ValueError,running", "suspended", "stops7"});
    check(row{"running", "send", "", "got0 ValueError,running", "suspended", "stops7"});
    check(row{"running", "throw", "", "got0 ValueError,running", "suspended", "stops7"});
    check(row{"running", "close", "", "got0 ValueError,running", "suspended", "stops7"});
    check(row{"running", "destroy", "", "got0 dropped,gone finally", "gone", ""});
    check(row{"running", "copy", "", "got0 same,running", "suspended", "stops7"});
}

TEST_CASE("GS3, GT2, GC1: next, send, throw, close, destroy and copy when it has finished") {
    check(row{"finished", "next", "stops", "", "closed", "stops"});
    check(row{"finished", "send", "stops", "", "closed", "stops"});
    check(row{"finished", "throw", "A", "", "closed", "stops"});
    check(row{"finished", "close", "closed", "", "closed", "stops"});
    check(row{"finished", "destroy", "dropped", "", "gone", ""});
    check(row{"finished", "copy", "same", "", "closed", "stops"});
}

TEST_CASE("G7: next, send, throw, close, destroy and copy when it has failed") {
    check(row{"failed", "next", "stops", "", "closed", "stops"});
    check(row{"failed", "send", "stops", "", "closed", "stops"});
    check(row{"failed", "throw", "A", "", "closed", "stops"});
    check(row{"failed", "close", "closed", "", "closed", "stops"});
    check(row{"failed", "destroy", "dropped", "", "gone", ""});
    check(row{"failed", "copy", "same", "", "closed", "stops"});
}

TEST_CASE("PEP 380: next, send, throw, close, destroy and copy when it delegates") {
    check(row{"delegating", "next", "yields10", "got0", "suspended", "stops8"});
    check(row{"delegating", "send", "yields10", "got5", "suspended", "stops8"});
    check(row{"delegating", "throw", "A", "finally outer", "closed", "stops"});
    check(row{"delegating", "close", "closed", "finally outer", "closed", "stops"});
    check(row{"delegating", "destroy", "dropped", "finally outer", "gone", ""});
    check(row{"delegating", "copy", "same", "", "suspended", "yields10 stops8"});
}

TEST_SUITE_END();
