// CPython's test_contextlib_async.py: context managers made from async generators.
// test_cpython_contextlib_async_stack.cpp has the rest of it; conformance/catalogue.csv lists what became of each.
#include <lasti/contextlib.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include <lasti/event_loop.hpp>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::async_generator<int> ints;

struct zero_division_error : std::runtime_error {
    explicit zero_division_error(int n = 0) : std::runtime_error("division by zero"), argument(n) {}
    int argument;
};
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

/// Yields nothing to speak of, once.
lasti::async_generator<void> plain() {
    return ASYNC_GENERATOR(void) {
        BEGIN;
        YIELD();
        END;
    };
}
/// 1, 42 at the yield, 999 in a FINALLY.
ints woohoo(trace state) {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        state(1);
        TRY {
            YIELD(42);
        } FINALLY {
            state(999);
        } END_TRY
        END;
    };
}
/// Raises `e` in an ASYNC_WITH of `g`.
template <class Y>
lasti::coroutine<> raises_in(lasti::async_generator<Y> g, lasti::error e) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::async_context_manager(g)) {
            RAISE(e);
        } END_ASYNC_WITH
        END;
    };
}

/// What sets `entered` while it is.
lasti::async_generator<void> context(bool* entered) {
    return ASYNC_GENERATOR(void) {
        BEGIN;
        TRY {
            *entered = true;
            YIELD();
        } FINALLY {
            *entered = false;
        } END_TRY
        END;
    };
}
/// The decorator that Python makes of a context manager: a function that runs another one in it.
template <class Function>
lasti::coroutine<> decorated(lasti::async_generator<void> g, Function function) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::async_context_manager(g)) {
            AWAIT(function());
        } END_ASYNC_WITH
        END;
    };
}

struct counts_depth {
    int depth = 0;
    int columns = 0;

    lasti::async_generator<void> level() {
        counts_depth* const me = this;
        int before = 0;
        return ASYNC_GENERATOR(void) {
            BEGIN;
            ++me->columns;
            before = me->depth++;
            YIELD();
            --me->depth;
            CHECK(me->depth == before);
            END;
        };
    }
    lasti::coroutine<> recursive() {
        counts_depth* const me = this;
        return decorated(level(), [me] {
            return lasti::coroutine<>(COROUTINE(void) {
                BEGIN;
                if (me->depth < 10) AWAIT(me->recursive());
                END;
            });
        });
    }
};

} // namespace

TEST_SUITE_BEGIN("CPython: test_contextlib_async");

TEST_CASE_FIXTURE(fixture, "aenter() may be as short as possible "
                           "(test_contextlib_async.py: TestAbstractAsyncContextManager.test_enter)") {
    struct default_enter {
        default_enter* aenter() { return this; }
        void aexit(lasti::error const&) {}
    };
    default_enter m;
    default_enter* const p = &m;
    default_enter* inside = nullptr;
    run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(inside, *p) {
            CHECK(inside == p);
        } END_ASYNC_WITH
        END;
    });
}

TEST_CASE_FIXTURE(fixture, "GeneratorExit goes through a manager in an async generator "
                           "(test_contextlib_async.py: TestAbstractAsyncContextManager.test_async_gen_propagates_generator_exit)") {
    const ints g = ASYNC_GENERATOR(int) {
        BEGIN;
        ASYNC_WITH(lasti::async_context_manager(plain())) {
            YIELD(11);
        } END_ASYNC_WITH
        END;
    };
    int value = 0;
    run(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(value, g) {
            CHECK(value == 11);
            break;
        } END_ASYNC_FOR
        AWAIT(g.aclose());
        END;
    });
    CHECK_FALSE(g.ag_frame());
}

TEST_CASE_FIXTURE(fixture, "before, inside, after "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_contextmanager_plain)") {
    const trace note = state;
    int x = 0;
    const ints g = ASYNC_GENERATOR(int) {
        BEGIN;
        note(1);
        YIELD(42);
        note(999);
        END;
    };
    run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(x, lasti::async_context_manager(g)) {
            CHECK(note.take() == "1");
            note(x);
        } END_ASYNC_WITH
        END;
    });
    CHECK(state.take() == "42 999");
}

TEST_CASE_FIXTURE(fixture, "an exception runs the FINALLY "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_contextmanager_finally)") {
    CHECK(raised_in(raises_in(woohoo(state), lasti::error::make(zero_division_error()))).is<zero_division_error>());
    CHECK(state.take() == "1 999");
}

TEST_CASE_FIXTURE(fixture, "the exception that comes out is the one that was raised "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_contextmanager_traceback)") {
    struct runtime_error_subclass : lasti::runtime_error {
        runtime_error_subclass() : runtime_error("42") {}
    };
    for (lasti::error const& e : {lasti::error::make(zero_division_error()), lasti::error::make(runtime_error_subclass()),
                                  lasti::error::make(lasti::stop_async_iteration())}) {
        CHECK(raised_in(raises_in(plain(), e)) == e);
        CHECK_FALSE(e.context());
    }
}

TEST_CASE_FIXTURE(fixture, "aexit() itself raises nothing "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_contextmanager_no_reraise)") {
    const auto ctx = lasti::async_context_manager(plain());
    bool swallowed = true;
    run(COROUTINE(void) {
        BEGIN;
        AWAIT(ctx.aenter());
        AWAIT_SET(swallowed, ctx.aexit(lasti::error::make(lasti::type_error("foo"))));
        CHECK_FALSE(swallowed);
        END;
    });
}

TEST_CASE_FIXTURE(fixture, "yielding after an exception is a RuntimeError "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_contextmanager_trap_yield_after_throw)") {
    const lasti::async_generator<void> g = ASYNC_GENERATOR(void) {
        BEGIN;
        TRY {
            YIELD();
        } EXCEPT_ANY {
            YIELD();
        } END_TRY
        END;
    };
    const auto ctx = lasti::async_context_manager(g);
    CHECK(raised_in(COROUTINE(void) {
        BEGIN;
        AWAIT(ctx.aenter());
        AWAIT(ctx.aexit(lasti::error::make(lasti::type_error("foo"))));
        END;
    }).is<lasti::runtime_error>());
    CHECK_FALSE(g.ag_suspended());
}

TEST_CASE_FIXTURE(fixture, "a generator that does not yield is a RuntimeError "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_contextmanager_trap_no_yield)") {
    const auto ctx = lasti::async_context_manager(lasti::async_generator<void>(ASYNC_GENERATOR(void) {
        BEGIN;
        END;
    }));
    CHECK(raised_in(ctx.aenter()).is<lasti::runtime_error>());
}

TEST_CASE_FIXTURE(fixture, "a second yield is a RuntimeError "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_contextmanager_trap_second_yield)") {
    const lasti::async_generator<void> g = ASYNC_GENERATOR(void) {
        BEGIN;
        YIELD();
        YIELD();
        END;
    };
    const auto ctx = lasti::async_context_manager(g);
    CHECK(raised_in(COROUTINE(void) {
        BEGIN;
        AWAIT(ctx.aenter());
        AWAIT(ctx.aexit(lasti::error()));
        END;
    }).is<lasti::runtime_error>());
    CHECK_FALSE(g.ag_suspended());
}

TEST_CASE_FIXTURE(fixture, "an exception that the generator catches is gone "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_contextmanager_except)") {
    const trace note = state;
    int x = 0;
    const ints g = ASYNC_GENERATOR(int) {
        BEGIN;
        note(1);
        TRY {
            YIELD(42);
        } EXCEPT(zero_division_error) {
            note(CAUGHT(zero_division_error).argument);
        } END_TRY
        END;
    };
    run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(x, lasti::async_context_manager(g)) {
            note(x);
            RAISE(zero_division_error(999));
        } END_ASYNC_WITH
        END;
    });
    CHECK(state.take() == "1 42 999");
}

TEST_CASE_FIXTURE(fixture, "StopIterations of the statement are not suppressed "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_contextmanager_except_stopiter)") {
    struct stop_iteration_subclass : lasti::stop_iteration {};
    struct stop_async_iteration_subclass : lasti::stop_async_iteration {};
    const auto comes_back = [this](lasti::error const& e) {
        const lasti::error out = raised_in(raises_in(plain(), e));
        return out == e || out.cause() == e;  // a StopIteration is converted where it leaves the coroutine
    };
    CHECK(comes_back(lasti::error::make(lasti::stop_iteration())));
    CHECK(comes_back(lasti::error::make(lasti::stop_async_iteration())));
    CHECK(comes_back(lasti::error::make(stop_iteration_subclass())));
    CHECK(comes_back(lasti::error::make(stop_async_iteration_subclass())));
}

TEST_CASE_FIXTURE(fixture, "a RuntimeError of the generator comes out; one that wraps StopAsyncIteration is unwrapped "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_contextmanager_wrap_runtimeerror)") {
    const auto wraps = [] {
        return lasti::async_generator<void>(ASYNC_GENERATOR(void) {
            BEGIN;
            TRY {
                YIELD();
            } EXCEPT(std::exception) {
                lasti::error wrapped = lasti::error::make(lasti::runtime_error("caught"));
                wrapped.set_cause(self.handled());
                RAISE(wrapped);
            } END_TRY
            END;
        });
    };
    CHECK(raised_in(raises_in(wraps(), lasti::error::make(zero_division_error()))).is<lasti::runtime_error>());
    CHECK(raised_in(raises_in(wraps(), lasti::error::make(lasti::stop_async_iteration()))).is<lasti::stop_async_iteration>());
}

TEST_CASE_FIXTURE(fixture, "the function behind it may have any parameters "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_keywords)") {
    typedef std::tuple<int, int, int, int> four;
    const auto g = [](int self_, int func, int args, int kwds) {
        return lasti::async_generator<four>(ASYNC_GENERATOR(four) {
            BEGIN;
            YIELD(four(self_, func, args, kwds));
            END;
        });
    };
    four target;
    run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(target, lasti::async_context_manager(g(11, 22, 33, 44))) {
            CHECK((target == four(11, 22, 33, 44)));
        } END_ASYNC_WITH
        END;
    });
}

TEST_CASE_FIXTURE(fixture, "ten deep "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_recursive)") {
    counts_depth counter;
    run(counter.recursive());
    CHECK(counter.columns == 10);
    CHECK(counter.depth == 0);
}

TEST_CASE_FIXTURE(fixture, "a function that runs in it "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_decorator)") {
    bool entered = false;
    bool* const p = &entered;
    const auto test = [p] {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            CHECK(*p);
            END;
        });
    };
    const lasti::coroutine<> c = decorated(context(p), test);
    CHECK_FALSE(entered);
    run(c);
    CHECK_FALSE(entered);
}

TEST_CASE_FIXTURE(fixture, "a function that raises in it "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_decorator_with_exception)") {
    bool entered = false;
    bool* const p = &entered;
    const lasti::error e = raised_in(decorated(context(p), [p] {
        CHECK(*p);
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            RAISE(std::out_of_range("foo"));
            END;
        });
    }));
    CHECK(e.what() == "foo");
    CHECK_FALSE(entered);
}

TEST_CASE_FIXTURE(fixture, "a member function that runs in it gets its arguments "
                           "(test_contextlib_async.py: AsyncContextManagerTestCase.test_decorating_method)") {
    struct test {
        std::string a, b, c;
        lasti::coroutine<> method(std::string x, std::string y, std::string z) {
            test* const me = this;
            return decorated(plain(), [me, x, y, z] {
                me->a = x;
                me->b = y;
                me->c = z;
                return lasti::coroutine<>(COROUTINE(void) { BEGIN; END; });
            });
        }
    } object;
    run(object.method("1", "2", "None"));
    CHECK(object.a + object.b + object.c == "12None");
    run(object.method("a", "b", "c"));
    CHECK(object.a + object.b + object.c == "abc");
}

TEST_SUITE_END();
