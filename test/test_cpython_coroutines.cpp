// CPython's test_coroutines.py: coroutines driven by hand, and what can be awaited.
// test_cpython_coroutines_*.cpp have the rest of it; conformance/catalogue.csv lists what became of each test.
#include <lasti/coroutine.hpp>
#include <lasti/generator.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "support/by_hand.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"

#include <lasti/keywords.hpp>

namespace {

struct zero_division_error : std::runtime_error {
    zero_division_error() : std::runtime_error("division by zero") {}
};
struct marker : std::runtime_error {
    marker() : std::runtime_error("marker") {}
};

template <class T>
lasti::coroutine<T> returns(T value) {
    return COROUTINE(T) {
        BEGIN;
        RETURN(value);
        END;
    };
}
lasti::coroutine<> does_nothing() {
    return COROUTINE(void) {
        BEGIN;
        END;
    };
}
template <class T>
lasti::coroutine<T> awaits(lasti::coroutine<T> what) {
    T value = T();
    return COROUTINE(T) {
        BEGIN;
        AWAIT_SET(value, what);
        RETURN(value);
        END;
    };
}

/// Whether `call` throws a RuntimeError whose message begins so.
template <class F>
bool is_refused(F call, std::string const& start) {
    const lasti::error e = thrown_by(call);
    return e.is<lasti::runtime_error>() && starts_with(e.what(), start);
}
template <class T>
T stopped_with(lasti::coroutine<T> const& c) {
    const lasti::error e = thrown_by([&] { c.send(); });
    REQUIRE(e.is<lasti::stop_iteration_value<T>>());
    return e.as<lasti::stop_iteration_value<T>>()->value();
}
const std::string reused = "cannot reuse already awaited coroutine";

} // namespace

TEST_SUITE_BEGIN("CPython: test_coroutines");

TEST_CASE("K1: a call makes a coroutine, which is no generator (test_coroutines.py: CoroutineTest.test_func_1)") {
    const lasti::coroutine<int> f = returns(10);
    static_assert(!std::is_convertible<lasti::coroutine<int>, lasti::generator<int>>::value, "");
    CHECK(run_by_hand(f).empty());
    CHECK(f.result() == 10);
}

TEST_CASE("K5: StopIteration that leaves the body (test_coroutines.py: CoroutineTest.test_func_2)") {
    const lasti::coroutine<> f = COROUTINE(void) {
        BEGIN;
        RAISE(lasti::stop_iteration());
        END;
    };
    CHECK(is_refused([&] { f.send(); }, "coroutine raised StopIteration"));
}

TEST_CASE("what an inner coroutine asks for comes out (test_coroutines.py: CoroutineTest.test_func_6)") {
    const lasti::coroutine<> f = COROUTINE(void) {
        BEGIN;
        AWAIT(asks({1, 2}));
        END;
    };
    CHECK(asked_of(f.send()) == 1);
    CHECK(asked_of(f.send()) == 2);
    CHECK_THROWS_AS(f.send(), lasti::stop_iteration);
}

TEST_CASE("a coroutine that awaits one that was made before (test_coroutines.py: CoroutineTest.test_func_8)") {
    const lasti::coroutine<std::string> coro = returns(std::string("spam"));
    CHECK(stopped_with(awaits(coro)) == "spam");
    coro.close();
}

TEST_CASE("K4, U17: one that is never awaited is reported (test_coroutines.py: CoroutineTest.test_func_9)") {
    const unraisables reported;
    does_nothing();
    REQUIRE(reported.count() == 1);
    CHECK(starts_with(reported[0].what.what(), "coroutine 'does_nothing' ("));
    CHECK(reported[0].what.is<lasti::never_awaited>());
}

TEST_CASE("close() and throw() reach what is awaited (test_coroutines.py: CoroutineTest.test_func_10)") {
    const std::shared_ptr<int> n = std::make_shared<int>(0);
    const auto foo = [n] {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            AWAIT([](std::shared_ptr<int> count) -> lasti::coroutine<> {
                return COROUTINE(void) {
                    BEGIN;
                    TRY {
                        AWAIT(lasti::sleep(1));
                        AWAIT(lasti::sleep(100));
                    } EXCEPT(zero_division_error) {
                        *count += 100;
                        RERAISE;
                    } FINALLY {
                        *count += 1;
                    } END_TRY
                    END;
                };
            }(n));
            END;
        });
    };
    const lasti::coroutine<> closed = foo();
    closed.send();
    CHECK(asked_of(closed.send()) == 100);
    CHECK(*n == 0);
    closed.close();
    CHECK(*n == 1);
    const lasti::coroutine<> thrown = foo();
    thrown.send();
    CHECK_THROWS_AS(thrown.throw_(zero_division_error()), zero_division_error);
    CHECK(*n == 102);
}

TEST_CASE("one that sends to itself is running (test_coroutines.py: CoroutineTest.test_func_12)") {
    lasti::coroutine<> me;
    lasti::coroutine<>* const itself = &me;
    me = COROUTINE(void) {
        BEGIN;
        itself->send();
        END;
    };
    const lasti::error e = thrown_by([&] { me.send(); });
    CHECK(e.is<lasti::value_error>());
    CHECK(starts_with(e.what(), "coroutine already executing"));
}

TEST_CASE("K5: awaiting in a GeneratorExit (test_coroutines.py: CoroutineTest.test_func_14)") {
    const lasti::coroutine<> c = COROUTINE(void) {
        BEGIN;
        TRY { AWAIT(lasti::sleep(1)); } EXCEPT(lasti::generator_exit) { AWAIT(lasti::sleep(1)); } END_TRY
        END;
    };
    c.send();
    CHECK(is_refused([&] { c.close(); }, "coroutine ignored GeneratorExit"));
}

TEST_CASE("K3: awaiting what has ended (test_coroutines.py: CoroutineTest.test_func_15)") {
    const lasti::coroutine<std::string> spammer = returns(std::string("spam"));
    CHECK(stopped_with(awaits(spammer)) == "spam");
    CHECK(is_refused([&] { awaits(spammer).send(); }, reused));
}

TEST_CASE("K3: awaiting what an exception has ended (test_coroutines.py: CoroutineTest.test_func_16)") {
    const lasti::coroutine<std::string> spammer = COROUTINE(std::string) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        RETURN("spam");
        END;
    };
    const auto read = [spammer] {
        std::string value;
        return lasti::coroutine<std::string>(COROUTINE(std::string) {
            BEGIN;
            AWAIT(lasti::sleep(0));
            AWAIT_SET(value, spammer);
            RETURN(value);
            END;
        });
    };
    const lasti::coroutine<std::string> reader = read();
    reader.send();
    reader.send();
    CHECK(thrown_by([&] { reader.throw_(std::runtime_error("ham")); }).what() == "ham");
    const lasti::coroutine<std::string> second = read();
    second.send();
    CHECK(is_refused([&] { second.send(); }, reused));
    CHECK(is_refused([&] { second.throw_(std::runtime_error("wat")); }, reused));
}

TEST_CASE("K3: driving what has ended (test_coroutines.py: CoroutineTest.test_func_17)") {
    const lasti::coroutine<std::string> coro = returns(std::string("spam"));
    CHECK(stopped_with(coro) == "spam");
    CHECK(is_refused([&] { coro.send(); }, reused));
    CHECK(is_refused([&] { coro.throw_(std::runtime_error("wat")); }, reused));
    coro.close();
    coro.close();
}

TEST_CASE("K3: the same through one that awaits it (test_coroutines.py: CoroutineTest.test_func_18)") {
    const lasti::coroutine<std::string> it = awaits(returns(std::string("spam")));
    CHECK(stopped_with(it) == "spam");
    for (int i = 0; i < 2; ++i) {
        CHECK(is_refused([&] { it.send(); }, reused));
        CHECK(is_refused([&] { it.throw_(std::runtime_error("wat")); }, reused));
    }
    it.close();
    it.close();
}

TEST_CASE("K3: closed again and again (test_coroutines.py: CoroutineTest.test_func_19)") {
    const trace note;
    const lasti::coroutine<> foo = COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        TRY { AWAIT(lasti::sleep(0)); } EXCEPT(lasti::generator_exit) { note("exit"); } END_TRY
        END;
    };
    const lasti::coroutine<> coro = COROUTINE(void) {
        BEGIN;
        AWAIT(foo);
        END;
    };
    coro.send();
    coro.send();
    CHECK(note.take().empty());
    coro.close();
    CHECK(note.take() == "exit");
    for (int i = 0; i < 3; ++i) coro.close();
    CHECK(note.take().empty());
}

TEST_CASE("a StopIteration can be a result "
          "(test_coroutines.py: CoroutineTest.test_coro_wrapper_send_stop_iterator)") {
    typedef lasti::stop_iteration_value<int> stop;
    CHECK(stopped_with(returns(stop(10))).value() == 10);
}

TEST_CASE("K2: the states, and cr_await (test_coroutines.py: CoroutineTest.test_cr_await)") {
    lasti::coroutine<> b;
    lasti::coroutine<>* const coro_b = &b;
    const auto is_running = [coro_b] { return coro_b->cr_running() && !coro_b->cr_await() && !coro_b->cr_suspended(); };
    const auto a = [is_running] {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            CHECK(is_running());
            AWAIT(lasti::sleep(0));
            CHECK(is_running());
            END;
        });
    };
    const auto c = [a] {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            AWAIT(a());
            END;
        });
    };
    b = COROUTINE(void) {
        BEGIN;
        CHECK_FALSE(coro_b->cr_await());
        AWAIT(c());
        CHECK_FALSE(coro_b->cr_await());
        END;
    };
    CHECK_FALSE(b.cr_suspended());
    CHECK(b.cr_frame().f_lasti() == -1);
    CHECK_FALSE(b.cr_await());
    b.send();
    CHECK(b.cr_suspended());
    REQUIRE(b.cr_await());
    CHECK_THROWS_AS(b.send(), lasti::stop_iteration);
    CHECK_FALSE(b.cr_frame());
    CHECK_FALSE(b.cr_await());
}

TEST_CASE("one thing after the other is asked for (test_coroutines.py: CoroutineTest.test_await_3)") {
    CHECK(run_by_hand(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT(asks({1, 2, 3}));
        END;
    })) == "1 2 3");
}

TEST_CASE("an await has a value (test_coroutines.py: CoroutineTest.test_await_4)") {
    CHECK(stopped_with(awaits(returns(42))) == 42);
}

TEST_CASE("an awaitable that is no coroutine (test_coroutines.py: CoroutineTest.test_await_6)") {
    CHECK(run_by_hand(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(52));
        END;
    })) == "52");
}

TEST_CASE("an awaitable that asks, and has a value (test_coroutines.py: CoroutineTest.test_await_7)") {
    const lasti::coroutine<int> foo = awaits(lasti::coroutine<int>(COROUTINE(int) {
        BEGIN;
        AWAIT(lasti::sleep(42));
        RETURN(100);
        END;
    }));
    CHECK(run_by_hand(foo) == "42");
    CHECK(foo.result() == 100);
}

TEST_CASE("awaits in expressions (test_coroutines.py: CoroutineTest.test_await_9)") {
    const auto bar = [] { return returns(42); };
    const auto wrap = [bar] { return bar; };
    const std::map<char, std::function<decltype(wrap)()>> db = {{'b', [wrap] { return wrap; }}};
    int a = 0, b = 0, c = 0, d = 0, e = 0;
    const lasti::coroutine<int> foo = COROUTINE(int) {
        BEGIN;
        AWAIT_SET(a, bar());
        AWAIT_SET(b, wrap()());
        AWAIT_SET(c, db.at('b')()()());
        AWAIT_SET(d, bar());
        AWAIT_SET(e, wrap()());
        RETURN(a + b + c + d * 1000 + e);
        END;
    };
    CHECK(stopped_with(foo) == 42168);
    CHECK(-stopped_with(awaits(bar())) == -42);
}

TEST_CASE("a coroutine that returns a coroutine (test_coroutines.py: CoroutineTest.test_await_10)") {
    lasti::coroutine<int> inner;
    int value = 0;
    CHECK(stopped_with(lasti::coroutine<int>(COROUTINE(int) {
        BEGIN;
        AWAIT_SET(inner, returns(returns(42)));
        AWAIT_SET(value, inner);
        RETURN(value);
        END;
    })) == 42);
}

TEST_CASE("an await in a pair (test_coroutines.py: CoroutineTest.test_await_11)") {
    typedef std::pair<std::string, std::string> strings;
    std::string value;
    CHECK((stopped_with(lasti::coroutine<strings>(COROUTINE(strings) {
        BEGIN;
        AWAIT_SET(value, returns(std::string("spam")));
        RETURN(strings(value, "ham"));
        END;
    })) == strings("spam", "ham")));
}

TEST_CASE("what is thrown reaches the innermost (test_coroutines.py: CoroutineTest.test_await_14)") {
    const auto coro = [] {
        return awaits(lasti::coroutine<std::string>(COROUTINE(std::string) {
            BEGIN;
            TRY { AWAIT(lasti::sleep(0)); } EXCEPT(zero_division_error) { RAISE(marker()); } END_TRY
            RETURN("spam");
            END;
        }));
    };
    const lasti::coroutine<std::string> c = coro();
    c.send();
    CHECK(stopped_with(c) == "spam");
    const lasti::coroutine<std::string> other = coro();
    other.send();
    CHECK_THROWS_AS(other.throw_(zero_division_error()), marker);
}

TEST_CASE("K3: awaiting what is suspended elsewhere (test_coroutines.py: CoroutineTest.test_await_15)") {
    const lasti::coroutine<int> coro = COROUTINE(int) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        RETURN(1);
        END;
    };
    coro.send();
    CHECK(is_refused([&] { awaits(coro).send(); }, "coroutine is being awaited already"));
}

TEST_CASE("a result that is an exception has no context (test_coroutines.py: CoroutineTest.test_await_16)") {
    lasti::error value;
    const lasti::coroutine<lasti::error> g = COROUTINE(lasti::error) {
        BEGIN;
        TRY {
            RAISE(std::out_of_range("key"));
        } EXCEPT_ANY {
            AWAIT_SET(value, returns(lasti::error::make(lasti::value_error(""))));
            RETURN(value);
        } END_TRY
        END;
    };
    CHECK_FALSE(stopped_with(g).context());
}

TEST_SUITE_END();
