// ASYNC_WITH: how it is entered and left. The table is what CPython prints for `async with`.
#include <lasti/event_loop.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

struct B : std::exception {};
struct C : std::exception {};

std::string name_of(lasti::error const& e) {
    if (!e) return "none";
    return e.is<B>() ? "B" : e.is<C>() ? "C" : e.is<lasti::cancelled_error>() ? "cancelled" : e.what();
}

// Leaves a loop as the table says.
#define LEAVE(how) \
    if (how == "break") break; \
    if (how == "continue") continue; \
    if (how == "return") RETURN(7); \
    if (how == "raise") RAISE(B())

struct manager {
    trace t;
    std::string does;

    lasti::coroutine<int> aenter() const {
        const manager self_ = *this;
        return COROUTINE(int) {
            BEGIN;
            self_.t("entering");
            AWAIT(lasti::sleep(1));
            if (self_.does == "refuses") RAISE(C());
            self_.t("entered");
            RETURN(5);
            END;
        };
    }
    lasti::coroutine<bool> aexit(lasti::error raised) const {
        const manager self_ = *this;
        return COROUTINE(bool) {
            BEGIN;
            self_.t("exit:" + name_of(raised));
            AWAIT(lasti::sleep(1));
            self_.t("exited");
            if (self_.does == "raises") RAISE(C());
            RETURN(self_.does == "swallows");
            END;
        };
    }
};

struct async_with_in_loop {
    trace t;
    std::string does, how;
    int i, value;
    COROUTINE_BODY(int) {
        BEGIN;
        for (; i < 2; ++i) {
            t("loop");
            ASYNC_WITH_SET(value, manager{t, does})
                t(value);
                AWAIT(lasti::sleep(1));
                LEAVE(how);
            END_ASYNC_WITH
            t("after");
        }
        t("end");
        END;
    }
};

/// "returned 7" or the name of what it raised.
template <class R>
std::string outcome_of(virtual_loop& on, lasti::coroutine<R> c) {
    const lasti::task<R> t = on.loop.create_task(std::move(c));
    on.loop.run();
    if (t.cancelled()) return "cancelled";
    const lasti::error problem = t.exception();
    return problem ? "raised:" + name_of(problem) : "returned:" + std::to_string(t.result());
}

} // namespace

TEST_SUITE_BEGIN("ASYNC_WITH");

TEST_CASE("K6: aexit() is awaited on every way out; only an exception can be swallowed") {
    const std::string in = "loop entering entered 5 ", out = "exit:none exited ";
    const struct {
        std::string does, how, expected;
    } rows[] = {
        {"passes", "pass", in + out + "after " + in + out + "after end returned:0"},
        {"passes", "break", in + out + "end returned:0"},
        {"passes", "continue", in + out + in + out + "end returned:0"},
        {"passes", "return", in + out + "returned:7"},
        {"passes", "raise", in + "exit:B exited raised:B"},
        {"swallows", "pass", in + out + "after " + in + out + "after end returned:0"},
        {"swallows", "return", in + out + "returned:7"},
        {"swallows", "raise", in + "exit:B exited after " + in + "exit:B exited after end returned:0"},
        {"raises", "pass", in + out + "raised:C"},
        {"raises", "return", in + out + "raised:C"},
        {"raises", "raise", in + "exit:B exited raised:C"},
        {"refuses", "pass", "loop entering raised:C"},
    };
    for (auto const& row : rows) {
        CAPTURE(row.does);
        CAPTURE(row.how);
        virtual_loop on;
        trace t;
        const std::string end =
            outcome_of(on, lasti::coroutine<int>(async_with_in_loop{t, row.does, row.how, 0, 0}));
        t(end);
        CHECK(t.take() == row.expected);
    }
}

TEST_CASE("K6: an exception of aexit() has the one it replaces as its context") {
    virtual_loop on;
    const lasti::task<int> t =
        on.loop.create_task(lasti::coroutine<int>(async_with_in_loop{trace(), "raises", "raise", 0, 0}));
    on.loop.run();
    CHECK(t.exception().is<C>());
    CHECK(t.exception().context().is<B>());
}

TEST_CASE("K6: a cancellation is an exception like any other: in the body, in aenter() and in aexit()") {
    const struct {
        double when;
        std::string expected;
    } rows[] = {{0.5, "loop entering cancelled"},
                {1.5, "loop entering entered 5 exit:cancelled exited cancelled"},
                {2.5, "loop entering entered 5 exit:none cancelled"}};
    for (auto const& row : rows) {
        CAPTURE(row.when);
        virtual_loop on;
        trace t;
        const lasti::task<int> running =
            on.loop.create_task(lasti::coroutine<int>(async_with_in_loop{t, "passes", "pass", 0, 0}));
        on.loop.call_later(row.when, [=] { running.cancel(); });
        on.loop.run();
        t(running.cancelled() ? "cancelled" : "not cancelled");
        CHECK(t.take() == row.expected);
    }
}

namespace {

/// Nothing to await here.
struct at_once {
    trace t;
    int aenter() const {
        t("in");
        return 3;
    }
    bool aexit(lasti::error const& raised) const {
        t("out:" + name_of(raised));
        return true;
    }
};
struct says_nothing {
    trace t;
    lasti::sleep_for aenter() const { return lasti::sleep(1); }
    lasti::sleep_for aexit(lasti::error const& raised) const {
        t("out:" + name_of(raised));
        return lasti::sleep(1);
    }
};

lasti::coroutine<int> uses_both(trace t) {
    int x = 0;
    says_nothing lvalue = {t};
    return COROUTINE(int) {
        BEGIN;
        ASYNC_WITH_SET(x, at_once{t})
            RAISE(B());
        END_ASYNC_WITH
        ASYNC_WITH(lvalue) ASYNC_WITH(at_once{t})
            t(x);
            RETURN(x);
        END_ASYNC_WITH END_ASYNC_WITH
        END;
    };
}

} // namespace

TEST_CASE("aenter() and aexit() may have nothing to await, or nothing to say; statements nest") {
    virtual_loop on;
    trace t;
    CHECK(outcome_of(on, uses_both(t)) == "returned:3");
    CHECK(t.take() == "in out:B in 3 out:none out:none");
    CHECK(on.loop.time() == 2);
}

TEST_SUITE_END();
