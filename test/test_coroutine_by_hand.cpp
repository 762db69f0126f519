#include <lasti/coroutine.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include <lasti/event_loop.hpp>

#include "support/trace.hpp"
#include "support/unraisable.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<> inner(trace note) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        note("passed");
        AWAIT(lasti::sleep(2.5));
        note("slept");
        END;
    };
}

lasti::coroutine<int> outer(trace note) {
    return COROUTINE(int) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        AWAIT(inner(note));
        RETURN(7);
        END;
    };
}

lasti::coroutine<> guarded(trace note, bool swallows) {
    return COROUTINE(void) {
        BEGIN;
        TRY {
            AWAIT(lasti::sleep(1));
            note("slept");
        } EXCEPT(lasti::generator_exit) {
            note("exit");
            if (!swallows) RERAISE;
        } EXCEPT_ANY {
            note("caught");
        } FINALLY {
            note("finally");
        } END_TRY
        END;
    };
}

lasti::coroutine<int> tells(lasti::future<int> f) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        AWAIT_SET(x, f);
        RETURN(x);
        END;
    };
}

lasti::coroutine<> stubborn() {
    return COROUTINE(void) {
        BEGIN;
        for (;;) {
            TRY { AWAIT(lasti::sleep(1)); } EXCEPT_ANY {} END_TRY
        }
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("coroutine: driven by hand");

TEST_CASE("send() runs it to its next request and shows that, at any depth; nobody needs a loop") {
    trace note;
    const lasti::coroutine<int> c = outer(note);

    lasti::request const& first = c.send();
    CHECK(first.what() == lasti::request::kind::sleep);
    CHECK(first.how_long().in_seconds() == 1);
    CHECK(first.describe() == "sleep 1 s");

    lasti::request const& second = c.send();
    CHECK(second.what() == lasti::request::kind::pass);
    CHECK(second.how_long().in_seconds() == 0);
    CHECK(second.describe() == "sleep 0");
    CHECK(note.take() == "");

    lasti::request const& third = c.send();
    CHECK(note.take() == "passed");
    CHECK(third.what() == lasti::request::kind::sleep);
    CHECK(third.how_long().in_seconds() == 2.5);

    CHECK_FALSE(c.done());
    try {
        c.send();
        FAIL("it went on after its end");
    } catch (lasti::stop_iteration_value<int> const& end) {
        CHECK(end.value() == 7);
    }
    CHECK(note.take() == "slept");
    CHECK(c.done());
    CHECK(c.result() == 7);
}

TEST_CASE("at the end of one without a value, send() throws a plain stop_iteration") {
    trace note;
    const lasti::coroutine<> c = inner(note);
    c.send();
    c.send();
    CHECK_THROWS_AS(c.send(), lasti::stop_iteration);
    CHECK_NOTHROW(c.result());
}

TEST_CASE("K3: once it has ended, send() and throw_() are runtime_errors that name it") {
    trace note;
    const lasti::coroutine<> c = inner(note);
    c.close();
    CHECK_THROWS_WITH_AS(c.send(), doctest::Contains("cannot reuse already awaited coroutine: 'inner'"), lasti::runtime_error);
    CHECK_THROWS_WITH_AS(c.throw_(std::logic_error("late")), doctest::Contains("cannot reuse already awaited coroutine"),
                         lasti::runtime_error);
}

TEST_CASE("a request for a future shows the future; resumed too early, the AWAIT raises") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    SUBCASE("F4: too early") {
        const lasti::coroutine<int> c = tells(f);
        CHECK(c.send().what() == lasti::request::kind::future);
        CHECK_THROWS_WITH_AS(c.send(), doctest::Contains("await wasn't used with future"), lasti::runtime_error);
        CHECK(c.done());
    }
    SUBCASE("in time") {
        const lasti::coroutine<int> c = tells(f);
        CHECK(c.send().describe() == "a future");
        f.set_result(3);
        CHECK_THROWS_AS(c.send(), lasti::stop_iteration_value<int>);
        CHECK(c.result() == 3);
    }
    SUBCASE("F4: done before: no request at all") {
        f.set_result(4);
        const lasti::coroutine<int> c = tells(f);
        CHECK_THROWS_AS(c.send(), lasti::stop_iteration_value<int>);
        CHECK(c.result() == 4);
    }
}

TEST_CASE("an exception that the body lets out comes out of send(), and ends it") {
    struct fails {
        static lasti::coroutine<> soon() {
            return COROUTINE(void) {
                BEGIN;
                AWAIT(lasti::sleep(0));
                RAISE(std::out_of_range("far"));
                END;
            };
        }
    };
    const lasti::coroutine<> c = fails::soon();
    c.send();
    CHECK_THROWS_WITH_AS(c.send(), "far", std::out_of_range);
    CHECK(c.done());
    CHECK_THROWS_AS(c.result(), lasti::invalid_state_error);
}

TEST_CASE("result() before the end is an invalid_state_error that names the place") {
    trace note;
    const lasti::coroutine<int> c = outer(note);
    c.send();
    CHECK_THROWS_WITH_AS(c.result(), doctest::Contains("'outer'"), lasti::invalid_state_error);
    c.close();
    CHECK_THROWS_AS(c.result(), lasti::invalid_state_error);
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("coroutine: throw_ and close");

TEST_CASE("throw_() raises where it stands, and returns the next request") {
    trace note;
    struct tries_again {
        static lasti::coroutine<> with(trace t) {
            return COROUTINE(void) {
                BEGIN;
                TRY {
                    AWAIT(lasti::sleep(1));
                } EXCEPT(lasti::value_error) {
                    t(CAUGHT(lasti::value_error).what());
                    AWAIT(lasti::sleep(2));
                } END_TRY
                END;
            };
        }
    };
    const lasti::coroutine<> c = tries_again::with(note);
    c.send();
    CHECK(c.throw_(lasti::value_error("again")).how_long().in_seconds() == 2);
    CHECK(note.take() == "again");
    CHECK_THROWS_AS(c.send(), lasti::stop_iteration);
}

TEST_CASE("throw_() reaches the innermost coroutine first") {
    trace note;
    struct wraps {
        static lasti::coroutine<> around(lasti::coroutine<> c, trace t) {
            return COROUTINE(void) {
                BEGIN;
                TRY { AWAIT(c); } FINALLY { t("outer"); } END_TRY
                END;
            };
        }
    };
    const lasti::coroutine<> c = wraps::around(guarded(note, false), note);
    c.send();
    CHECK_THROWS_AS(c.throw_(std::logic_error("x")), lasti::stop_iteration);
    CHECK(note.take() == "caught finally outer");
}

TEST_CASE("K4: throw_() and close() before the first step: the body never runs") {
    const unraisables told;
    trace note;
    const lasti::coroutine<> thrown = guarded(note, false), closed = guarded(note, false);
    CHECK_THROWS_WITH_AS(thrown.throw_(std::logic_error("x")), "x", std::logic_error);
    CHECK_FALSE(closed.close());
    CHECK(thrown.done());
    CHECK(closed.done());
    CHECK(note.take() == "");
    CHECK(told.count() == 0);
}

TEST_CASE("GT3: an empty error cannot be thrown: a type_error, and it is not advanced") {
    trace note;
    const lasti::coroutine<> c = guarded(note, false);
    c.send();
    CHECK_THROWS_AS(c.throw_(lasti::error()), lasti::type_error);
    CHECK(note.take() == "");
    CHECK_THROWS_AS(c.send(), lasti::stop_iteration);
    CHECK(note.take() == "slept finally");
}

TEST_CASE("GC2: close() raises GeneratorExit where it stands; the body may clean up and let it out") {
    trace note;
    const lasti::coroutine<> c = guarded(note, false);
    c.send();
    CHECK_FALSE(c.close());
    CHECK(note.take() == "exit finally");
    CHECK(c.done());
}

TEST_CASE("GC2: a body that answers close() by returning has a result") {
    trace note;
    const lasti::coroutine<> c = guarded(note, true);
    c.send();
    CHECK(c.close());
    CHECK(note.take() == "exit finally");
}

TEST_CASE("K3: close() on one that has ended does nothing") {
    trace note;
    const lasti::coroutine<> c = inner(note);
    c.close();
    CHECK_FALSE(c.close());
}

TEST_CASE("K5: awaiting in answer to close() is a runtime_error, and it stays suspended") {
    const unraisables told;
    {
        const lasti::coroutine<> c = stubborn();
        c.send();
        CHECK_THROWS_WITH_AS(c.close(), doctest::Contains("coroutine ignored GeneratorExit: 'stubborn'"),
                             lasti::runtime_error);
        CHECK(c.cr_suspended());
        CHECK(c.send().how_long().in_seconds() == 1);
    }
    REQUIRE(told.count() == 1); // the last handle closes it, too
    CHECK(starts_with(told[0].what.what(), "coroutine ignored GeneratorExit"));
}

TEST_CASE("GC6: the last handle of a suspended coroutine closes it, and what goes wrong is told to the hook") {
    const unraisables told;
    trace note;
    struct fails_at_close {
        static lasti::coroutine<> of(trace t) {
            return COROUTINE(void) {
                BEGIN;
                TRY { AWAIT(lasti::sleep(1)); } FINALLY {
                    t("finally");
                    RAISE(std::out_of_range("in finally"));
                } END_TRY
                END;
            };
        }
    };
    {
        const lasti::coroutine<> c = fails_at_close::of(note);
        c.send();
    }
    CHECK(note.take() == "finally");
    REQUIRE(told.count() == 1);
    CHECK(told[0].what.is<std::out_of_range>());
    CHECK(told[0].what.context().is<lasti::generator_exit>());
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("coroutine: looking inside");

TEST_CASE("K2: created, suspended, running and closed can be told apart") {
    trace note;
    auto me = std::make_shared<lasti::coroutine<>>();
    struct looks {
        static lasti::coroutine<> at(std::shared_ptr<lasti::coroutine<>> c, trace t) {
            return COROUTINE(void) {
                BEGIN;
                t(c->cr_running() ? "running" : "?");
                t(c->cr_suspended() ? "?" : "not suspended");
                AWAIT(lasti::sleep(0));
                END;
            };
        }
    };
    *me = looks::at(me, note);
    CHECK_FALSE(me->cr_running());
    CHECK_FALSE(me->cr_suspended());
    CHECK(me->cr_frame().f_lasti() == -1);
    me->send();
    CHECK(note.take() == "running not suspended");
    CHECK(me->cr_suspended());
    CHECK(me->cr_frame().f_lasti() == 1);
    me->close();
    CHECK_FALSE(me->cr_frame());
    CHECK_FALSE(me->cr_suspended());
    CHECK(std::string(me->cr_code().name) == "at");
    *me = lasti::coroutine<>();
}

TEST_CASE("K2: cr_await is what it awaits; falsy before, between and after") {
    trace note;
    const lasti::coroutine<int> c = outer(note);
    CHECK_FALSE(c.cr_await());
    c.send(); // at the sleep
    CHECK_FALSE(c.cr_await());
    c.send(); // inside inner
    REQUIRE(c.cr_await());
    CHECK(std::string(c.cr_await().f_code().name) == "inner");
    c.close();
    CHECK_FALSE(c.cr_await());
}

TEST_CASE("G11: driving one that is running is a value_error, and it goes on undisturbed") {
    trace note;
    auto me = std::make_shared<lasti::coroutine<>>();
    struct resumes {
        static lasti::coroutine<> itself(std::shared_ptr<lasti::coroutine<>> c, trace t) {
            return COROUTINE(void) {
                BEGIN;
                t(thrown_by([&] { c->send(); }).is<lasti::value_error>() ? "send" : "?");
                t(thrown_by([&] { c->close(); }).is<lasti::value_error>() ? "close" : "?");
                t(thrown_by([&] { c->throw_(lasti::type_error("x")); }).is<lasti::value_error>() ? "throw" : "?");
                AWAIT(lasti::sleep(0));
                t("on");
                END;
            };
        }
    };
    *me = resumes::itself(me, note);
    me->send();
    CHECK_THROWS_AS(me->send(), lasti::stop_iteration);
    CHECK(note.take() == "send close throw on");
    *me = lasti::coroutine<>();
}

TEST_SUITE_END();
