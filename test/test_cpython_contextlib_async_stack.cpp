// CPython's test_contextlib_async.py: aclosing(), AsyncExitStack, nullcontext().
#include <lasti/contextlib.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <lasti/event_loop.hpp>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

struct zero_division_error : std::runtime_error {
    zero_division_error() : std::runtime_error("division by zero") {}
};
template <int>
struct numbered_error : std::runtime_error {
    numbered_error() : std::runtime_error("numbered") {}
};
typedef numbered_error<1> index_error;
typedef numbered_error<2> key_error;
typedef numbered_error<3> attribute_missing;
typedef numbered_error<4> value_wrong;

struct fixture {
    virtual_loop stage;
    trace state;

    /// Runs it, and gives what it raises.
    lasti::error raised_in(lasti::coroutine<> c) {
        const lasti::task<> t = stage.loop.create_task(std::move(c));
        stage.loop.run();
        return t.exception();
    }
    void run(lasti::coroutine<> c) {
        const lasti::error e = raised_in(std::move(c));
        CHECK_MESSAGE(!e, e.what());
    }
};

struct closes {
    trace state;
    lasti::coroutine<> aclose() {
        const trace note = state;
        return COROUTINE(void) {
            BEGIN;
            note(1);
            END;
        };
    }
};

lasti::coroutine<> raising(lasti::error e) {
    return COROUTINE(void) {
        BEGIN;
        RAISE(e);
        END;
    };
}
lasti::coroutine<bool> answers(bool what) {
    return COROUTINE(bool) {
        BEGIN;
        RETURN(what);
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("CPython: test_contextlib_async");

TEST_CASE_FIXTURE(fixture, "aclosing() gives the thing, and closes it "
                           "(test_contextlib_async.py: AclosingTestCase.test_aclosing)") {
    closes x = {state};
    closes* const p = &x;
    const trace note = state;
    run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::aclosing(*p)) {
            CHECK(note.take().empty());
        } END_ASYNC_WITH
        END;
    });
    CHECK(&lasti::aclosing(x).aenter() == &x);
    CHECK(state.take() == "1");
}

TEST_CASE_FIXTURE(fixture, "an exception closes it, too "
                           "(test_contextlib_async.py: AclosingTestCase.test_aclosing_error)") {
    closes x = {state};
    closes* const p = &x;
    CHECK(raised_in(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::aclosing(*p)) {
            RAISE(zero_division_error());
        } END_ASYNC_WITH
        END;
    }).is<zero_division_error>());
    CHECK(state.take() == "1");
}

TEST_CASE_FIXTURE(fixture, "an async generator that stands in a WITH leaves that "
                           "(test_contextlib_async.py: AclosingTestCase.test_aclosing_bpo41229)") {
    const trace note = state;
    const auto sync_resource = [note] {
        return lasti::generator<void>(GENERATOR(void) {
            BEGIN;
            TRY {
                YIELD();
            } FINALLY {
                note(1);
            } END_TRY
            END;
        });
    };
    const lasti::async_generator<int> x = ASYNC_GENERATOR(int) {
        BEGIN;
        WITH(lasti::context_manager(sync_resource())) {
            YIELD(-1);
            YIELD(-2);
        } END_WITH
        END;
    };
    lasti::async_generator<int> y;
    int item = 0;
    CHECK(raised_in(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(y, lasti::aclosing(x)) {
            CHECK(y == x);
            AWAIT_SET(item, x.anext());
            CHECK(item == -1);
            CHECK(note.take().empty());
            RAISE(zero_division_error());
        } END_ASYNC_WITH
        END;
    }).is<zero_division_error>());
    CHECK(state.take() == "1");
}

TEST_CASE_FIXTURE(fixture, "callbacks get the arguments that they were given "
                           "(test_contextlib_async.py: TestAsyncExitStack.test_async_callback)") {
    const trace note = state;
    const auto exit = [note](std::string arguments) {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            note(arguments);
            END;
        });
    };
    const lasti::async_exit_stack stack;
    run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(stack) {
            stack.push_async_callback([exit] { return exit("(1,2)"); });
            stack.push_async_callback([exit] { return exit("(1)"); });
            stack.push_async_callback([exit] { return exit("()"); });
        } END_ASYNC_WITH
        END;
    });
    CHECK(state.take() == "() (1) (1,2)");
}

TEST_CASE_FIXTURE(fixture, "functions and managers, each sees what those before it left "
                           "(test_contextlib_async.py: TestAsyncExitStack.test_async_push)") {
    const trace note = state;
    const auto expect_exc = [note](lasti::error const& raised) {
        note(raised.is<zero_division_error>() ? "exc" : "?");
        return answers(false);
    };
    const auto expect_ok = [note](lasti::error const& raised) {
        note(raised ? "?" : "ok");
        return answers(false);
    };
    const auto suppress_exc = [note](lasti::error const&) {
        note("suppress");
        return answers(true);
    };
    struct exit_manager {
        std::function<lasti::coroutine<bool>(lasti::error const&)> check;
        void aenter() { FAIL("Should not be called!"); }
        lasti::coroutine<bool> aexit(lasti::error const& raised) { return check(raised); }
    };
    const lasti::async_exit_stack stack;
    run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(stack) {
            stack.push_async_exit(expect_ok);
            stack.push_async_exit(exit_manager{expect_ok});
            stack.push_async_exit(suppress_exc);
            stack.push_async_exit(exit_manager{expect_exc});
            stack.push_async_exit(expect_exc);
            stack.push_async_exit(expect_exc);
            RAISE(zero_division_error());
        } END_ASYNC_WITH
        END;
    });
    CHECK(state.take() == "exc exc exc suppress ok ok");
}

TEST_CASE_FIXTURE(fixture, "a manager that is entered is left first "
                           "(test_contextlib_async.py: TestAsyncExitStack.test_enter_async_context)") {
    const trace note = state;
    const auto noting = [note](int what) {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            note(what);
            END;
        });
    };
    struct manager {
        std::function<lasti::coroutine<>(int)> to;
        lasti::coroutine<> aenter() { return to(1); }
        lasti::coroutine<> aexit(lasti::error const&) { return to(3); }
    };
    manager m = {noting};
    manager* const p = &m;
    const lasti::async_exit_stack stack;
    run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(stack) {
            stack.push_async_callback([noting] { return noting(4); });
            AWAIT(stack.enter_async_context(*p));
            note(2);
        } END_ASYNC_WITH
        END;
    });
    CHECK(state.take() == "1 2 3 4");
}

TEST_CASE_FIXTURE(fixture, "contexts are those of nested statements "
                           "(test_contextlib_async.py: TestAsyncExitStack.test_async_exit_exception_chaining)") {
    const lasti::async_exit_stack stack;
    const std::shared_ptr<lasti::error> saved = std::make_shared<lasti::error>();
    const lasti::error e = raised_in(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(stack) {
            stack.push_async_callback([] { return raising(lasti::error::make(index_error())); });
            stack.push_async_callback([] { return raising(lasti::error::make(key_error())); });
            stack.push_async_callback([] { return raising(lasti::error::make(attribute_missing())); });
            stack.push_async_exit([saved](lasti::error const& raised) {
                *saved = raised;
                return answers(true);
            });
            stack.push_async_callback([] { return raising(lasti::error::make(value_wrong())); });
            RAISE(zero_division_error());
        } END_ASYNC_WITH
        END;
    });
    CHECK(e.is<index_error>());
    CHECK(e.context().is<key_error>());
    CHECK(e.context().context().is<attribute_missing>());
    CHECK_FALSE(e.context().context().context());
    CHECK(saved->is<value_wrong>());
    CHECK(saved->context().is<zero_division_error>());
}

TEST_CASE_FIXTURE(fixture, "a context that was taken away stays away "
                           "(test_contextlib_async.py: TestAsyncExitStack.test_async_exit_exception_explicit_none_context)") {
    const auto my_manager = [] {
        return lasti::async_generator<void>(ASYNC_GENERATOR(void) {
            BEGIN;
            TRY {
                YIELD();
            } EXCEPT_ANY {
                self.in_flight = lasti::error::make(index_error());  // RAISE would set the context
                return lasti::step::raised;
            } END_TRY
            END;
        });
    };
    const lasti::async_exit_stack stack;
    const lasti::async_generator<void> with_stack = ASYNC_GENERATOR(void) {
        BEGIN;
        ASYNC_WITH(stack) {
            AWAIT(stack.enter_async_context(lasti::async_context_manager(my_manager())));
            YIELD();
        } END_ASYNC_WITH
        END;
    };
    for (lasti::async_generator<void> const& g : {my_manager(), with_stack}) {
        const lasti::error e = raised_in(COROUTINE(void) {
            BEGIN;
            ASYNC_WITH(lasti::async_context_manager(g)) {
                RAISE(key_error());
            } END_ASYNC_WITH
            END;
        });
        CHECK(e.is<index_error>());
        CHECK_FALSE(e.context());
    }
}

TEST_CASE_FIXTURE(fixture, "nullcontext() gives what it was given "
                           "(test_contextlib_async.py: TestAsyncNullcontext.test_async_nullcontext)") {
    const std::shared_ptr<int> c = std::make_shared<int>(1);
    std::shared_ptr<int> c_in;
    run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(c_in, lasti::nullcontext(c)) {
            CHECK(c_in == c);
        } END_ASYNC_WITH
        END;
    });
}

TEST_SUITE_END();
