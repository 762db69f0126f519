#include <lasti/coroutine.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/generator.hpp>
#include <lasti/sleep.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<int> answer() {
    return COROUTINE(int) {
        BEGIN;
        RETURN(42);
        END;
    };
}

lasti::coroutine<int> slow_answer(trace note) {
    return COROUTINE(int) {
        BEGIN;
        note("asked");
        AWAIT(lasti::sleep(1));
        note("thought");
        RETURN(42);
        END;
    };
}

lasti::coroutine<> fails(double after) {
    return COROUTINE(void) {
        BEGIN;
        if (after > 0) AWAIT(lasti::sleep(after));
        RAISE(std::out_of_range("no such thing"));
        END;
    };
}

template <class R>
lasti::coroutine<R> waits_for(lasti::coroutine<R> other) {
    R result = R();
    return COROUTINE(R) {
        BEGIN;
        AWAIT_SET(result, other);
        RETURN(result);
        END;
    };
}

struct sums { // the struct form: the members are the locals
    int n;
    int total;
    int one;
    explicit sums(int count) : n(count), total(0), one(0) {}
    COROUTINE_BODY(int) {
        BEGIN;
        for (; n > 0; --n) {
            AWAIT_SET(one, waits_for(answer()));
            total += one;
        }
        RETURN(total);
        END;
    }
};

} // namespace

TEST_SUITE_BEGIN("coroutine: awaiting");

TEST_CASE("calling a coroutine function runs none of its body") {
    trace note;
    const lasti::coroutine<int> c = slow_answer(note);
    CHECK(note.take() == "");
    c.close();
}

TEST_CASE("AWAIT_SET gives what the awaited coroutine returned, through any number of them") {
    virtual_loop on;
    trace note;
    CHECK(on.loop.run_until_complete(waits_for(waits_for(waits_for(slow_answer(note))))) == 42);
    CHECK(note.take() == "asked thought");
    CHECK(on.loop.time() == 1);
}

TEST_CASE("the struct form awaits as the lambda form does") {
    virtual_loop on;
    CHECK(on.loop.run_until_complete(lasti::coroutine<int>(sums(3))) == 126);
}

TEST_CASE("awaiting a coroutine that does not suspend lets nobody else run") {
    virtual_loop on;
    trace note;
    on.loop.call_soon([note] { note("other"); });
    on.loop.run_until_complete(lasti::coroutine<int>(sums(100)));
    CHECK(note.take() == "other"); // it was first in the deque, so it ran before
    const lasti::task<int> t = on.loop.create_task(lasti::coroutine<int>(sums(100)));
    on.loop.call_soon([note, t] { note(t.done() ? "done" : "not done"); });
    on.loop.run();
    CHECK(note.take() == "done");
}

namespace {

lasti::coroutine<> handles_in_every_clause(trace note, bool fail) {
    int x = 0;
    return COROUTINE(void) {
        BEGIN;
        TRY {
            AWAIT_SET(x, answer());
            note("try");
            AWAIT(lasti::sleep(1));
            if (fail) AWAIT(fails(1));
            note("went well");
        } EXCEPT(std::out_of_range) {
            AWAIT(lasti::sleep(1));
            note(std::string("except ") + CAUGHT(std::out_of_range).what());
            AWAIT_SET(x, waits_for(answer()));
            note(x);
        } ELSE {
            AWAIT(lasti::sleep(1));
            note("else");
        } FINALLY {
            AWAIT(lasti::sleep(1));
            note("finally");
            AWAIT_SET(x, answer());
            note(x);
        } END_TRY
        note("end");
        END;
    };
}

} // namespace

TEST_CASE("G9: AWAIT may stand in TRY, EXCEPT, ELSE and FINALLY") {
    virtual_loop on;
    trace note;
    SUBCASE("without an exception") {
        on.loop.run_until_complete(handles_in_every_clause(note, false));
        CHECK(note.take() == "try went well else finally 42 end");
        CHECK(on.loop.time() == 3);
    }
    SUBCASE("with one that comes out of an awaited coroutine") {
        on.loop.run_until_complete(handles_in_every_clause(note, true));
        CHECK(note.take() == "try except no such thing 42 finally 42 end");
        CHECK(on.loop.time() == 4);
    }
}

TEST_CASE("an exception goes through any number of awaits to who catches it, and is the same object") {
    virtual_loop on;
    struct passes_on {
        static lasti::coroutine<> on(lasti::coroutine<> c) {
            return COROUTINE(void) { BEGIN; AWAIT(c); END; };
        }
    };
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(passes_on::on(passes_on::on(fails(1)))), "no such thing",
                         std::out_of_range);
}

TEST_CASE("K5: a StopIteration that leaves the body becomes a runtime_error, with the first as its cause") {
    struct stops {
        static lasti::coroutine<> now() {
            return COROUTINE(void) { BEGIN; RAISE(lasti::stop_iteration()); END; };
        }
    };
    virtual_loop on;
    const lasti::task<> t = on.loop.create_task(stops::now());
    on.loop.run();
    const lasti::error problem = t.exception();
    REQUIRE(problem.is<lasti::runtime_error>());
    CHECK(starts_with(problem.what(), "coroutine raised StopIteration"));
    CHECK(problem.cause().is<lasti::stop_iteration>());
}

namespace {

lasti::coroutine<std::unique_ptr<int>> makes_unique() {
    return COROUTINE(std::unique_ptr<int>) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        RETURN(std::unique_ptr<int>(new int(5)));
        END;
    };
}

struct takes_unique {
    std::unique_ptr<int> got;
    COROUTINE_BODY(int) {
        BEGIN;
        AWAIT_SET(got, makes_unique());
        RETURN(*got);
        END;
    }
};

struct returns_reference {
    int* of;
    COROUTINE_BODY(int&) {
        BEGIN;
        RETURN(*of);
        END;
    }
};

lasti::coroutine<counted> no_default() {
    return COROUTINE(counted) {
        BEGIN;
        RETURN(counted(9));
        END;
    };
}

} // namespace

TEST_CASE("a result may be movable only, a reference, or without a default constructor") {
    virtual_loop on;
    CHECK(on.loop.run_until_complete(lasti::coroutine<int>(takes_unique{nullptr})) == 5);
    int x = 1;
    CHECK(&on.loop.run_until_complete(lasti::coroutine<int&>(returns_reference{&x})) == &x);
    CHECK(on.loop.run_until_complete(no_default()).value == 9);
}

TEST_CASE("a copied handle is another name for the same coroutine") {
    trace note;
    const lasti::coroutine<int> a = slow_answer(note), b = a;
    CHECK(a == b);
    CHECK(a != lasti::coroutine<int>());
    a.send();
    CHECK_FALSE(b.done());
    CHECK_THROWS_AS(b.send(), lasti::stop_iteration);
    CHECK(a.done());
}

TEST_CASE("locals die when the coroutine ends, not when its last handle goes") {
    counted::reset();
    struct holds {
        static lasti::coroutine<> one() {
            counted mine(1);
            return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(1)); (void)mine.value; END; };
        }
    };
    virtual_loop on;
    const lasti::coroutine<> c = holds::one();
    on.loop.create_task(c);
    on.loop.poll();
    CHECK(counted::alive() == 1);
    on.loop.run();
    CHECK(counted::alive() == 0);
    CHECK(c.done());
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("coroutine: misuse");

namespace {

const int reuse_line = __LINE__ + 4;
lasti::coroutine<> awaits(lasti::coroutine<int> other) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(other);
        END;
    };
}

} // namespace

TEST_CASE("K3: awaiting a finished coroutine is a runtime_error that names both places") {
    virtual_loop on;
    const lasti::coroutine<int> once = answer();
    on.loop.run_until_complete(awaits(once));
    const lasti::error problem = thrown_by([&] { on.loop.run_until_complete(awaits(once)); });
    REQUIRE(problem.is<lasti::runtime_error>());
    CHECK(starts_with(problem.what(), "cannot reuse already awaited coroutine"));
    CHECK(contains(problem.what(), "'answer'"));
    CHECK(contains(problem.what(), place(__FILE__, reuse_line)));
}

TEST_CASE("K3: awaiting one that another task is inside is a runtime_error, and disturbs nobody") {
    virtual_loop on;
    trace note;
    const lasti::coroutine<int> shared = slow_answer(note);
    const lasti::task<> first = on.loop.create_task(awaits(shared));
    const lasti::task<> second = on.loop.create_task(awaits(shared));
    on.loop.run();
    CHECK(starts_with(second.exception().what(), "coroutine is being awaited already"));
    CHECK_FALSE(first.exception());
    CHECK(note.take() == "asked thought");
}

TEST_CASE("K3: so is awaiting one that was begun by hand") {
    virtual_loop on;
    trace note;
    const lasti::coroutine<int> begun = slow_answer(note);
    begun.send();
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(awaits(begun)), doctest::Contains("coroutine is being awaited already"),
                         lasti::runtime_error);
    CHECK_THROWS_AS(begun.send(), lasti::stop_iteration);
}

TEST_CASE("a coroutine that awaits itself gets an error, not an endless loop") {
    virtual_loop on;
    auto self_handle = std::make_shared<lasti::coroutine<>>();
    struct narcissus {
        static lasti::coroutine<> of(std::shared_ptr<lasti::coroutine<>> me) {
            return COROUTINE(void) { BEGIN; AWAIT(*me); END; };
        }
    };
    *self_handle = narcissus::of(self_handle);
    const lasti::error problem = thrown_by([&] { on.loop.run_until_complete(*self_handle); });
    *self_handle = lasti::coroutine<>();
    CHECK(problem.is<std::exception>());
}

TEST_CASE("one that runs in a task cannot be driven by hand, nor get a second task") {
    virtual_loop on;
    trace note;
    const lasti::coroutine<int> c = slow_answer(note);
    on.loop.create_task(c);
    on.loop.poll();
    CHECK_THROWS_AS(c.send(), lasti::runtime_error);
    CHECK_THROWS_AS(c.throw_(lasti::value_error("x")), lasti::runtime_error);
    CHECK_THROWS_AS(c.close(), lasti::runtime_error);
    CHECK_THROWS_AS(on.loop.create_task(c), lasti::runtime_error);
    on.loop.run();
    CHECK(note.take() == "asked thought");
    CHECK(c.result() == 42);
    CHECK_THROWS_WITH_AS(on.loop.create_task(c), doctest::Contains("cannot reuse already awaited coroutine"),
                         lasti::runtime_error);
}

TEST_CASE("K1: coroutines, futures, tasks and sleeps can be awaited; a coroutine cannot be iterated") {
    CHECK(lasti::is_awaitable<lasti::coroutine<int>>::value);
    CHECK(lasti::is_awaitable<lasti::future<int>>::value);
    CHECK(lasti::is_awaitable<lasti::task<>>::value);
    CHECK(lasti::is_awaitable<decltype(lasti::sleep(1))>::value);
    CHECK_FALSE(lasti::is_awaitable<lasti::generator<int>>::value);
    CHECK_FALSE(lasti::is_awaitable<int>::value);
    CHECK_FALSE(lasti::detail::is_range<lasti::coroutine<int>>::value);
    CHECK(lasti::detail::is_range<lasti::generator<int>>::value);
}

TEST_CASE("an empty handle is falsy, and using it is a type_error") {
    const lasti::coroutine<int> none;
    CHECK_FALSE(none);
    CHECK_THROWS_AS(none.send(), lasti::type_error);
    CHECK_THROWS_AS(none.close(), lasti::type_error);
    CHECK_THROWS_AS(none.done(), lasti::type_error);
    virtual_loop on;
    CHECK_THROWS_AS(on.loop.create_task(none), lasti::type_error);
    CHECK_THROWS_AS(on.loop.run_until_complete(awaits(none)), lasti::type_error);
}

TEST_CASE("falling off the end with a result type that has no default is a type_error that names the place") {
    struct no_default_at_all {
        explicit no_default_at_all(int) {}
    };
    struct forgets {
        COROUTINE_BODY(no_default_at_all) {
            BEGIN;
            END;
        }
    };
    virtual_loop on;
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(lasti::coroutine<no_default_at_all>(forgets{})),
                         doctest::Contains("without RETURN(value)"), lasti::type_error);
}

TEST_CASE("K4: one that is dropped without ever being awaited is told to the unraisable hook, once") {
    const unraisables told;
    trace note;
    { const lasti::coroutine<int> dropped = slow_answer(note); }
    REQUIRE(told.count() == 1);
    CHECK(told[0].what.is<lasti::never_awaited>());
    CHECK(contains(told[0].what.what(), "was never awaited"));
    CHECK(contains(told[0].what.what(), "slow_answer"));
    CHECK(contains(told[0].what.what(), __FILE__));
    CHECK(told[0].function == "slow_answer");
    CHECK(note.take() == "");
}

TEST_CASE("K4: closing it first makes that good, as does a task that is cancelled before it starts") {
    const unraisables told;
    trace note;
    slow_answer(note).close();
    virtual_loop on;
    on.loop.create_task(slow_answer(note)).cancel();
    on.loop.run();
    CHECK(told.count() == 0);
    CHECK(note.take() == "");
}

TEST_SUITE_END();
