#include <lasti/contextlib.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include <lasti/event_loop.hpp>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

struct problem : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A generator for context_manager(); `answer` says what it does with an exception.
lasti::generator<int> resource(trace note, std::string answer = "") {
    return GENERATOR(int) {
        BEGIN;
        if (answer == "no yield") RETURN();
        note("enter");
        TRY {
            YIELD(42);
            if (answer == "twice") YIELD(43);
        } EXCEPT(problem) {
            note("caught");
            if (answer == "yield") YIELD(1);
            if (answer == "raise") RAISE(std::out_of_range("new"));
            if (answer != "swallow") RERAISE;
        } FINALLY {
            note("exit");
        } END_TRY
        END;
    };
}
/// The body of a WITH around `resource`, which may raise.
lasti::generator<int> uses(trace note, std::string answer, lasti::error raised) {
    int x = 0;
    return GENERATOR(int) {
        BEGIN;
        WITH_SET(x, lasti::context_manager(resource(note, answer))) {
            note(x);
            YIELD(x);
            if (raised) RAISE(raised);
        } END_WITH
        note("behind");
        END;
    };
}
/// Runs it to its end, and gives what it raises.
lasti::error raised_by_running(lasti::generator<int> const& g) {
    while (g.shared_frame()->resume() == lasti::step::yielded) {}
    return std::move(g.shared_frame()->in_flight);
}

/// A context manager that notes, and answers as it is told.
struct noting {
    trace note;
    std::string name;
    bool swallows = false;
    noting(trace t, std::string n, bool s = false) : note(std::move(t)), name(std::move(n)), swallows(s) {}
    std::string enter() const {
        note("+" + name);
        return name;
    }
    bool exit(lasti::error const& raised) const {
        note("-" + name + (raised ? "(" + raised.what() + ")" : ""));
        return swallows;
    }
};
struct async_noting : noting {
    using noting::noting;
    lasti::coroutine<std::string> aenter() const {
        const async_noting me(*this);
        return COROUTINE(std::string) {
            BEGIN;
            AWAIT(lasti::sleep(1));
            RETURN(me.enter());
            END;
        };
    }
    lasti::coroutine<bool> aexit(lasti::error const& raised) const {
        const async_noting me(*this);
        return COROUTINE(bool) {
            BEGIN;
            AWAIT(lasti::sleep(1));
            RETURN(me.exit(raised));
            END;
        };
    }
};
struct failing_to_enter {
    int enter() { throw problem("enter"); }
    void exit(lasti::error const&) {}
};

struct fixture {
    virtual_loop stage;
    trace note;

    lasti::error raised_in(lasti::coroutine<> c) {
        const lasti::task<> t = stage.loop.create_task(std::move(c));
        stage.loop.run();
        return t.exception();
    }
};

} // namespace

TEST_SUITE_BEGIN("contextlib");

TEST_CASE_FIXTURE(fixture, "context_manager: a generator up to its yield, and the rest of it at the exit") {
    CHECK_FALSE(raised_by_running(uses(note, "", lasti::error())));
    CHECK(note.take() == "enter 42 exit behind");
}

TEST_CASE_FIXTURE(fixture, "context_manager: an exception is raised at the yield, which may swallow or replace it") {
    const lasti::error e = lasti::error::make(problem("E"));
    CHECK(raised_by_running(uses(note, "", e)) == e);
    CHECK(note.take() == "enter 42 caught exit");
    CHECK_FALSE(raised_by_running(uses(note, "swallow", e)));
    CHECK(note.take() == "enter 42 caught exit behind");
    const lasti::error other = raised_by_running(uses(note, "raise", e));
    CHECK(other.is<std::out_of_range>());
    CHECK(other.context() == e);
    CHECK(note.take() == "enter 42 caught exit");
}

TEST_CASE_FIXTURE(fixture, "context_manager: StopIteration raised in the statement is not swallowed") {
    const lasti::error stop = lasti::error::make(lasti::stop_iteration());
    CHECK(raised_by_running(uses(note, "", stop)).cause() == stop);  // converted where it leaves the outer generator
    const lasti::error other_stop = lasti::error::make(lasti::stop_async_iteration());
    CHECK(raised_by_running(uses(note, "", other_stop)) == other_stop);
    const lasti::error exit = lasti::error::make(lasti::generator_exit());
    CHECK(raised_by_running(uses(note, "", exit)) == exit);
}

TEST_CASE_FIXTURE(fixture, "context_manager: a generator that does not yield just once is a RuntimeError") {
    const lasti::error none = raised_by_running(uses(note, "no yield", lasti::error()));
    REQUIRE(none.is<lasti::runtime_error>());
    CHECK(starts_with(none.what(), "generator didn't yield: 'resource' ("));
    CHECK(note.take().empty());
    const lasti::error twice = raised_by_running(uses(note, "twice", lasti::error()));
    REQUIRE(twice.is<lasti::runtime_error>());
    CHECK(starts_with(twice.what(), "generator didn't stop: 'resource' ("));
    CHECK(note.take() == "enter 42 exit");
    const lasti::error thrown = raised_by_running(uses(note, "yield", lasti::error::make(problem("E"))));
    REQUIRE(thrown.is<lasti::runtime_error>());
    CHECK(starts_with(thrown.what(), "generator didn't stop after throw(): 'resource' ("));
    CHECK(note.take() == "enter 42 caught exit");
}

TEST_CASE_FIXTURE(fixture, "context_manager: closing what stands in the statement closes the generator behind it") {
    {
        const auto g = uses(note, "", lasti::error());
        lasti::next(g);
    }
    CHECK(note.take() == "enter 42 exit");
}

TEST_CASE_FIXTURE(fixture, "context_manager: a generator that yields nothing will do") {
    const trace t = note;
    const lasti::generator<void> g = GENERATOR(void) {
        BEGIN;
        t("enter");
        YIELD();
        t("exit");
        END;
    };
    raised_by_running(lasti::generator<int>(GENERATOR(int) {
        BEGIN;
        WITH(lasti::context_manager(g)) t("inside"); END_WITH
        END;
    }));
    CHECK(note.take() == "enter inside exit");
}

TEST_CASE_FIXTURE(fixture, "closing: close() at every exit; nullcontext: nothing; in both kinds of statements") {
    const trace t = note;
    struct door {
        trace note;
        void close() { note("closed"); }
    };
    door d = {note};
    door* const p = &d;
    int x = 0;
    const auto body = [t, p, x]() {
        int value = x;
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            WITH(lasti::closing(*p)) t("in"); END_WITH
            WITH_SET(value, lasti::nullcontext(7)) t(value); END_WITH
            ASYNC_WITH_SET(value, lasti::nullcontext(8)) t(value); END_ASYNC_WITH
            WITH(lasti::nullcontext()) t("nothing"); END_WITH
            ASYNC_WITH(lasti::nullcontext()) t("nothing"); END_ASYNC_WITH
            WITH(lasti::closing(door{t})) RAISE(problem("E")); END_WITH
            END;
        });
    };
    CHECK(raised_in(body()).is<problem>());
    CHECK(note.take() == "in closed 7 8 nothing nothing closed");
}

TEST_CASE_FIXTURE(fixture, "A8: aclosing closes an async generator that a loop breaks off, before control goes on") {
    const trace t = note;
    int x = 0;
    const lasti::async_generator<int> ag = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            for (;;) YIELD(1);
        } FINALLY {
            AWAIT(lasti::sleep(1));
            t("closed");
        } END_TRY
        END;
    };
    lasti::async_generator<int> source;
    CHECK_FALSE(raised_in(COROUTINE(void) {
        BEGIN;
        // [aclosing]
        ASYNC_WITH_SET(source, lasti::aclosing(ag)) {
            ASYNC_FOR(x, source) {
                break;
            } END_ASYNC_FOR
            t("broken off");
        } END_ASYNC_WITH
        // [/aclosing]
        t("behind");
        END;
    }));
    CHECK(note.take() == "broken off closed behind");
}

TEST_CASE_FIXTURE(fixture, "exit_stack: what it was given is left in the opposite order, however it is left") {
    const trace t = note;
    const lasti::generator<int> g = [t] {
        lasti::exit_stack stack;
        noting const* const kept = new noting(t, "kept");
        const std::shared_ptr<const noting> owner(kept);
        return lasti::generator<int>(GENERATOR(int) {
            BEGIN;
            WITH_SET(stack, lasti::exit_stack()) {
                t(stack.enter_context(noting(t, "a")));
                stack.callback([t] { t("called"); });
                stack.enter_context(*owner);
                stack.push([t](lasti::error const& raised) { t(raised ? "raised" : "not raised"); });
                stack.push(noting(t, "pushed"));
                YIELD(1);
                RAISE(problem("E"));
            } END_WITH
            END;
        });
    }();
    CHECK(raised_by_running(g).is<problem>());
    CHECK(note.take() == "+a a +kept -pushed(E) raised -kept(E) called -a(E)");
}

TEST_CASE_FIXTURE(fixture, "exit_stack: one may swallow the exception: those outside of it see none") {
    lasti::exit_stack stack;
    stack.push(noting(note, "outer"));
    stack.push(noting(note, "swallows", true));
    stack.push(noting(note, "inner"));
    CHECK_FALSE(stack.exit(lasti::error::make(problem("E"))));
    CHECK(note.take() == "-inner(E) -swallows(E) -outer");
}

TEST_CASE_FIXTURE(fixture, "exit_stack: one may raise another, whose context is the one before") {
    lasti::exit_stack stack;
    stack.push(noting(note, "outer"));
    stack.callback([] { throw problem("second"); });
    stack.callback([] { throw problem("first"); });
    const lasti::error e = lasti::error::make(problem("E"));
    const lasti::error out = stack.exit(e);
    CHECK(out.what() == "second");
    CHECK(out.context().what() == "first");
    CHECK(out.context().context() == e);
    CHECK(note.take() == "-outer(second)");
}

TEST_CASE_FIXTURE(fixture, "exit_stack: pop_all() moves everything, close() leaves it, a failed enter() is not left") {
    lasti::exit_stack stack;
    stack.enter_context(noting(note, "a"));
    CHECK_THROWS_AS(stack.enter_context(failing_to_enter()), problem);
    const lasti::exit_stack moved = stack.pop_all();
    stack.close();
    CHECK(note.take() == "+a");
    moved.close();
    CHECK(note.take() == "-a");
    moved.callback([] { throw problem("E"); });
    CHECK_THROWS_AS(moved.close(), problem);
    moved.close();
}

TEST_CASE_FIXTURE(fixture, "async_exit_stack: both kinds of managers, functions and callbacks, in the opposite order") {
    const trace t = note;
    const lasti::async_exit_stack stack;
    std::string name;
    const auto awaits = [t](std::string what) {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            AWAIT(lasti::sleep(1));
            t(what);
            END;
        });
    };
    CHECK(raised_in(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(stack) {
            AWAIT_SET(name, stack.enter_async_context(async_noting(t, "async")));
            t(name);
            t(stack.enter_context(noting(t, "plain")));
            stack.push_async_callback([awaits] { return awaits("callback"); });
            stack.push_async_exit([awaits](lasti::error const& raised) { return awaits(raised.what()); });
            stack.push_async_exit(async_noting(t, "pushed"));
            stack.callback([t] { t("called"); });
            RAISE(problem("E"));
        } END_ASYNC_WITH
        END;
    }).is<problem>());
    CHECK(note.take() == "+async async +plain plain called -pushed(E) E callback -plain(E) -async(E)");
    CHECK(stage.loop.time() == 5);
}

TEST_CASE_FIXTURE(fixture, "async_exit_stack: swallowing, replacing, pop_all() and aclose()") {
    const trace t = note;
    const lasti::async_exit_stack stack;
    lasti::async_exit_stack moved;
    CHECK_FALSE(raised_in(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(stack) {
            stack.push_async_exit(async_noting(t, "swallows", true));
            stack.callback([] { throw problem("new"); });
            RAISE(problem("E"));
        } END_ASYNC_WITH
        t("behind");
        stack.push(noting(t, "left"));
        moved = stack.pop_all();
        AWAIT(stack.aclose());
        t("nothing left");
        AWAIT(moved.aclose());
        END;
    }));
    CHECK(note.take() == "-swallows(new) behind nothing left -left");
}

TEST_SUITE_END();
