// CPython's test_asyncio/test_timeouts.py: what an exception that leaves a timeout has in its context and cause.
#include <lasti/timeouts.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include <lasti/task_group.hpp>

#include "support/task_ports.hpp"

namespace {

struct key_error : std::exception {};

std::string name_of(lasti::error const& e) {
    if (!e) return "None";
    return e.is<lasti::timeout_error>()        ? "TimeoutError"
           : e.is<lasti::cancelled_error>()    ? "CancelledError"
           : e.is<zero_division_error>()       ? "ZeroDivisionError"
           : e.is<lasti::value_error>()        ? "ValueError"
           : e.is<key_error>()                 ? "KeyError"
           : e.is<lasti::exception_group>()    ? "ExceptionGroup"
                                               : e.type_name();
}

/// The chain of contexts: "E <- D <- C", with "<=" where the context is the cause, too.
std::string chain(lasti::error e) {
    std::string text = name_of(e);
    while (e) {
        const lasti::error context = e.context(), cause = e.cause();
        if (!context && !cause) break;
        text += (!cause ? " <- " : cause == context ? " <= " : " <? ") + name_of(context);
        e = context;
    }
    return text;
}

} // namespace

TEST_SUITE_BEGIN("CPython's test_timeouts");

TEST_CASE("TO2: a TimeoutError from the CancelledError in the handling of another "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_exception_context)") {
    virtual_loop on;
    CHECK(chain(outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(0.01))
            TRY
                RAISE(zero_division_error());
            FINALLY
                AWAIT(lasti::sleep(1));
            END_TRY
        END_ASYNC_WITH
        END;
    })) == "TimeoutError <= CancelledError <- ZeroDivisionError");
}

TEST_CASE("TO3: another exception that leaves is kept, and a TimeoutError joins its context "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_foreign_exception_on_timeout)") {
    virtual_loop on;
    trace t;
    CHECK(chain(outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(0.01))
            AWAIT(crashes_at_the_end(t, "crash", 1, zero_division_error()));
        END_ASYNC_WITH
        END;
    })) == "ZeroDivisionError <- TimeoutError <= CancelledError");
}

TEST_CASE("TO3: deeper in the context "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_foreign_exception_on_timeout_2)") {
    virtual_loop on;
    CHECK(chain(outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(0.01))
            TRY
                TRY
                    RAISE(lasti::value_error("value"));
                FINALLY
                    AWAIT(lasti::sleep(1));
                END_TRY
            FINALLY
                TRY
                    RAISE(key_error());
                FINALLY
                    RAISE(zero_division_error());
                END_TRY
            END_TRY
        END_ASYNC_WITH
        END;
    })) == "ZeroDivisionError <- KeyError <- TimeoutError <= CancelledError <- ValueError");
}

TEST_CASE("TO2: a timeout in the clean-up after a timeout "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_nested_timeout_in_finally)") {
    virtual_loop on;
    const auto e2 = std::make_shared<lasti::error>();
    const lasti::error e1 = outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(0.01))
            TRY
                AWAIT(lasti::sleep(1));
            FINALLY
                TRY
                    ASYNC_WITH(lasti::timeout(0.01))
                        AWAIT(lasti::sleep(10));
                    END_ASYNC_WITH
                EXCEPT(lasti::timeout_error)
                    *e2 = self.handled();
                END_TRY
            END_TRY
        END_ASYNC_WITH
        END;
    });
    CHECK(chain(e1) == "TimeoutError <= CancelledError");
    CHECK(chain(*e2) == "TimeoutError <= CancelledError <- CancelledError");
    CHECK(e2->cause().context() == e1.cause());
}

TEST_CASE("TO3: a group and what is in it "
          "(test_asyncio/test_timeouts.py: TimeoutTests.test_timeout_taskgroup)") {
    virtual_loop on;
    trace t;
    lasti::task_group g;
    const lasti::error raised = outcome(on, COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(0.01)) ASYNC_WITH(g)
            g.create_task(crashes_at_the_end(t, "child", 2, zero_division_error()));
            TRY
                RAISE(lasti::value_error("value"));
            FINALLY
                AWAIT(lasti::sleep(1));
            END_TRY
        END_ASYNC_WITH END_ASYNC_WITH
        END;
    });
    CHECK(chain(raised) == "ExceptionGroup <- TimeoutError <= CancelledError <- ValueError");
    lasti::exception_group const* const group = raised.as<lasti::exception_group>();
    REQUIRE(group);
    REQUIRE(group->exceptions().size() == 1);
    CHECK(chain(group->exceptions()[0]) == "ZeroDivisionError <- TimeoutError <= CancelledError");
    CHECK(group->exceptions()[0].context().cause() != raised.context().cause());
}

TEST_SUITE_END();
