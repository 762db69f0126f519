// A yield may not leave a timeout, task group or cancel scope open: it would cancel the code of whoever iterates.
#include <lasti/async_generator.hpp>

#include <doctest/doctest.h>

#include <string>

#include <lasti/cancel_scope.hpp>
#include <lasti/contextlib.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/exception_group.hpp>
#include <lasti/task_group.hpp>
#include <lasti/timeouts.hpp>

#include "support/awaiting.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::async_generator<int> numbers;

int yield_line = 0;

numbers in_a_timeout(trace note) {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        TRY
            ASYNC_WITH(lasti::timeout(1))
                yield_line = __LINE__; YIELD(1);
            END_ASYNC_WITH
        FINALLY
            note("finally");
        END_TRY
        END;
    };
}

numbers in_a_group() {
    const lasti::task_group group;
    return ASYNC_GENERATOR(int) { BEGIN; ASYNC_WITH(group) YIELD(1); END_ASYNC_WITH END; };
}

numbers in_a_cancel_scope(lasti::cancel_scope scope) {
    return ASYNC_GENERATOR(int) { BEGIN; WITH(scope) YIELD(1); END_WITH END; };
}

/// Between its yields it may do what it likes.
numbers between_yields() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        ASYNC_WITH(lasti::timeout(1))
            WITH(lasti::move_on_after(2))
                AWAIT(lasti::sleep(0.5));
            END_WITH
        END_ASYNC_WITH
        YIELD(2);
        END;
    };
}

numbers in_a_context_manager() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        ASYNC_WITH(lasti::async_context_manager(in_a_timeout(trace())))
            YIELD(1);
        END_ASYNC_WITH
        END;
    };
}

numbers that_catches() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        TRY
            WITH(lasti::cancel_scope())
                YIELD(1);
            END_WITH
        EXCEPT(lasti::runtime_error)
            YIELD(2);
        END_TRY
        END;
    };
}

lasti::coroutine<std::string> all_of(numbers g) {
    int x = 0;
    std::string text;
    return COROUTINE(std::string) {
        BEGIN;
        ASYNC_FOR(x, g)
            text += std::to_string(x);
        END_ASYNC_FOR
        RETURN(text);
        END;
    };
}

/// Opens the timeout itself, around the loop.
lasti::coroutine<std::string> all_in_a_timeout(numbers g) {
    std::string text;
    return COROUTINE(std::string) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(10))
            AWAIT_SET(text, all_of(g));
        END_ASYNC_WITH
        RETURN(text);
        END;
    };
}

lasti::coroutine<> sleeps_inside(numbers g, double time) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::async_context_manager(g))
            AWAIT(lasti::sleep(time));
        END_ASYNC_WITH
        END;
    };
}

const char* const refusal = "YIELD inside of a timeout, task group or cancel scope";

} // namespace

TEST_SUITE_BEGIN("async generators: scopes");

TEST_CASE("U16: a yield inside a timeout is refused where it stands; the body cleans up, the awaiter is told") {
    // Needs exceptions: what is used wrongly throws.
    awaiting_stage on;
    const trace note;
    const lasti::error raised = on.raised_by(all_of(in_a_timeout(note)));
    CHECK(is_runtime_error(raised, refusal));
    CHECK(contains(raised.what(), place(__FILE__, yield_line)));
    CHECK(note.take() == "finally");
    on.loop.run();
    CHECK(on.loop.time() == 0); // the timeout is gone
}

TEST_CASE("U16: so is one inside a task group, or a cancel scope") {
    // Needs exceptions: what is used wrongly throws.
    awaiting_stage on;
    const lasti::error raised = on.raised_by(all_of(in_a_group()));
    REQUIRE(raised.is<lasti::exception_group>());
    CHECK(is_runtime_error(raised.as<lasti::exception_group>()->exceptions().at(0), refusal));
    const lasti::cancel_scope scope;
    CHECK(is_runtime_error(on.raised_by(all_of(in_a_cancel_scope(scope))), refusal));
    scope.cancel();
    CHECK(on.await(all_of(between_yields())) == "12");
}

TEST_CASE("U16: what is entered and left between yields, or by who iterates, is no matter") {
    // Needs exceptions: what is used wrongly throws.
    awaiting_stage on;
    CHECK(on.await(all_of(between_yields())) == "12");
    CHECK(on.await(all_in_a_timeout(between_yields())) == "12");
    CHECK(is_runtime_error(on.raised_by(all_in_a_timeout(in_a_timeout(trace()))), refusal));
}

TEST_CASE("U16: the refusal can be caught, and the generator goes on") {
    // Needs exceptions: what is used wrongly throws.
    awaiting_stage on;
    CHECK(on.await(all_of(that_catches())) == "2");
}

TEST_CASE("U16: in a context manager the yield is what the scope is for") {
    // Needs exceptions: what is used wrongly throws.
    awaiting_stage on;
    CHECK_FALSE(on.raised_by(sleeps_inside(in_a_timeout(trace()), 0.5)));
    CHECK(on.raised_by(sleeps_inside(in_a_timeout(trace()), 2)).is<lasti::timeout_error>());
    CHECK(is_runtime_error(on.raised_by(all_of(in_a_context_manager())), refusal));
}

TEST_SUITE_END();
