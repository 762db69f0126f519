#include <lasti/future.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/event_loop.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<int> waits(lasti::future<int> f, trace note, std::string name) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        note(name);
        AWAIT_SET(x, f);
        note(name + "=" + std::to_string(x));
        RETURN(x);
        END;
    };
}

// By a pointer to the handle: it keeps no reference, so that the future can die under it.
template <class T>
lasti::coroutine<> waits_weakly(lasti::future<T>* f) {
    return COROUTINE(void) { BEGIN; AWAIT(*f); END; };
}

} // namespace

TEST_SUITE_BEGIN("future: its states");

TEST_CASE("F1: it is pending until it has a result, and then for ever finished") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    CHECK_FALSE(f.done());
    CHECK_FALSE(f.cancelled());
    CHECK_THROWS_WITH_AS(f.result(), doctest::Contains("Result is not set"), lasti::invalid_state_error);
    CHECK_THROWS_WITH_AS(f.exception(), doctest::Contains("Exception is not set"), lasti::invalid_state_error);
    f.set_result(7);
    CHECK(f.done());
    CHECK_FALSE(f.cancelled());
    CHECK(f.result() == 7);
    CHECK(f.result() == 7);
    CHECK_FALSE(f.exception());
}

TEST_CASE("F1: a second result, an exception after a result, or one of each is an invalid_state_error") {
    virtual_loop on;
    const lasti::future<int> finished = on.loop.create_future<int>();
    finished.set_result(1);
    CHECK_THROWS_AS(finished.set_result(2), lasti::invalid_state_error);
    CHECK_THROWS_AS(finished.set_exception(std::out_of_range("x")), lasti::invalid_state_error);
    CHECK(finished.result() == 1);

    const lasti::future<int> failed = on.loop.create_future<int>();
    failed.set_exception(std::out_of_range("first"));
    CHECK_THROWS_AS(failed.set_result(2), lasti::invalid_state_error);
    CHECK_THROWS_AS(failed.set_exception(std::out_of_range("second")), lasti::invalid_state_error);
    CHECK_THROWS_WITH_AS(failed.result(), "first", std::out_of_range);

    const lasti::future<int> cancelled = on.loop.create_future<int>();
    cancelled.cancel();
    CHECK_THROWS_AS(cancelled.set_result(2), lasti::invalid_state_error);
    CHECK_THROWS_AS(cancelled.set_exception(std::out_of_range("x")), lasti::invalid_state_error);
}

TEST_CASE("F1: of a failed one result() throws, and exception() gives the exception") {
    virtual_loop on;
    const lasti::future<> f = on.loop.create_future();
    f.set_exception(std::out_of_range("far"));
    CHECK(f.done());
    CHECK_FALSE(f.cancelled());
    CHECK_THROWS_WITH_AS(f.result(), "far", std::out_of_range);
    REQUIRE(f.exception().is<std::out_of_range>());
    CHECK(f.exception() == f.exception());
}

TEST_CASE("F1: of a cancelled one both throw cancelled_error, with the message") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    CHECK(f.cancel("enough"));
    CHECK(f.done());
    CHECK(f.cancelled());
    CHECK_THROWS_AS(f.exception(), lasti::cancelled_error);
    const lasti::error e = thrown_by([&] { f.result(); });
    REQUIRE(e.is<lasti::cancelled_error>());
    CHECK(e.as<lasti::cancelled_error>()->message() == "enough");
    CHECK_FALSE(e.is<std::exception>());
}

TEST_CASE("F1: cancel() of one that is done is false and changes nothing") {
    virtual_loop on;
    const lasti::future<int> finished = on.loop.create_future<int>(), cancelled = on.loop.create_future<int>();
    finished.set_result(1);
    CHECK_FALSE(finished.cancel());
    CHECK(finished.result() == 1);
    CHECK(cancelled.cancel());
    CHECK_FALSE(cancelled.cancel());
}

TEST_CASE("F3, V8: a StopIteration set as the exception is kept as a runtime_error, with the first as its cause") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    f.set_exception(lasti::stop_iteration());
    CHECK(starts_with(f.exception().what(), "StopIteration interacts badly with"));
    CHECK(f.exception().is<lasti::runtime_error>());
    CHECK(f.exception().cause().is<lasti::stop_iteration>());
}

TEST_CASE("an exception may be any object, an error, or a std::exception_ptr") {
    virtual_loop on;
    const lasti::future<int> a = on.loop.create_future<int>(), b = on.loop.create_future<int>(), c = on.loop.create_future<int>();
    a.set_exception(42);
    b.set_exception(lasti::error::make(std::logic_error("boxed")));
    c.set_exception(std::make_exception_ptr(std::out_of_range("pointer")));
    CHECK_THROWS_AS(a.result(), int);
    CHECK_THROWS_WITH_AS(b.result(), "boxed", std::logic_error);
    CHECK_THROWS_WITH_AS(c.result(), "pointer", std::out_of_range);
}

TEST_CASE("an empty error or a null std::exception_ptr is no exception: a type_error, and it stays pending") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    CHECK_THROWS_AS(f.set_exception(lasti::error()), lasti::type_error);
    CHECK_THROWS_AS(f.set_exception(std::exception_ptr()), lasti::type_error);
    CHECK_FALSE(f.done());
}

TEST_CASE("the result may be movable only, a reference, or without a default constructor") {
    virtual_loop on;
    const lasti::future<std::unique_ptr<int>> moved = on.loop.create_future<std::unique_ptr<int>>();
    moved.set_result(std::unique_ptr<int>(new int(3)));
    CHECK(*moved.result() == 3);

    int x = 0;
    const lasti::future<int&> reference = on.loop.create_future<int&>();
    reference.set_result(x);
    CHECK(&reference.result() == &x);

    counted::reset();
    {
        const lasti::future<counted> f = on.loop.create_future<counted>();
        CHECK(counted::alive() == 0);
        f.set_result(counted(5));
        CHECK(f.result().value == 5);
        CHECK(counted::alive() == 1);
    }
    CHECK(counted::alive() == 0);
}

TEST_CASE("a copied handle is another name for the same future; an empty one is falsy and a type_error") {
    virtual_loop on;
    const lasti::future<int> a = on.loop.create_future<int>(), b = a;
    CHECK(a == b);
    CHECK(a != on.loop.create_future<int>());
    b.set_result(1);
    CHECK(a.done());
    const lasti::future<int> none;
    CHECK_FALSE(none);
    CHECK_THROWS_AS(none.done(), lasti::type_error);
    CHECK_THROWS_AS(none.set_result(1), lasti::type_error);
    CHECK_THROWS_AS(none.cancel(), lasti::type_error);
    CHECK_THROWS_AS(none.add_done_callback([](lasti::future<int>) {}), lasti::type_error);
    CHECK_THROWS_AS(on.loop.run_until_complete(none), lasti::type_error);
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("future: awaiting");

TEST_CASE("F4: awaiting a done future does not suspend") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>();
    f.set_result(1);
    on.loop.create_task(waits(f, note, "a"));
    on.loop.call_soon([note] { note("next"); });
    on.loop.run();
    CHECK(note.take() == "a a=1 next");
}

TEST_CASE("T3: who waits goes on in the round after the one that set it, in the order they came") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>();
    on.loop.create_task(waits(f, note, "a"));
    on.loop.create_task(waits(f, note, "b"));
    on.loop.call_soon([note, f] {
        f.set_result(1);
        note("set");
    });
    on.loop.call_soon([note] { note("same round"); });
    on.loop.run();
    CHECK(note.take() == "a b set same round a=1 b=1");
}

TEST_CASE("an exception or a cancellation of the future is raised at every AWAIT") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>(), g = on.loop.create_future<int>();
    const lasti::task<int> a = on.loop.create_task(waits(f, note, "a")), b = on.loop.create_task(waits(f, note, "b")),
                           c = on.loop.create_task(waits(g, note, "c"));
    on.loop.call_soon([f, g] {
        f.set_exception(std::out_of_range("far"));
        g.cancel("why");
    });
    on.loop.run();
    CHECK_THROWS_WITH_AS(a.result(), "far", std::out_of_range);
    CHECK(a.exception() == b.exception());
    CHECK(c.cancelled());
    CHECK(on.reported.count() == 0);
}

TEST_CASE("a result that can only be moved goes to the first who retrieves it") {
    virtual_loop on;
    const lasti::future<std::unique_ptr<int>> f = on.loop.create_future<std::unique_ptr<int>>();
    struct takes {
        lasti::future<std::unique_ptr<int>> from;
        std::unique_ptr<int> got;
        COROUTINE_BODY(bool) {
            BEGIN;
            AWAIT_SET(got, from);
            RETURN(got != nullptr);
            END;
        }
    };
    const lasti::task<bool> a = on.loop.create_task(lasti::coroutine<bool>(takes{f, nullptr}));
    const lasti::task<bool> b = on.loop.create_task(lasti::coroutine<bool>(takes{f, nullptr}));
    on.loop.call_soon([f] { f.set_result(std::unique_ptr<int>(new int(1))); });
    on.loop.run();
    CHECK(a.result());
    CHECK_FALSE(b.result());
}

TEST_CASE("T2: awaiting a future of another loop is a runtime_error, raised in the next round") {
    virtual_loop on, other;
    lasti::future<int> f = other.loop.create_future<int>();
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(on.loop.create_task(waits_weakly(&f))),
                         doctest::Contains("attached to a different loop"), lasti::runtime_error);
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(f), doctest::Contains("attached to a different loop"), lasti::value_error);
}

TEST_CASE("run_until_complete() takes a future, whoever sets it") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    on.loop.call_later(2, [f] { f.set_result(5); });
    CHECK(on.loop.run_until_complete(f) == 5);
    CHECK(on.loop.time() == 2);
    CHECK(on.loop.run_until_complete(f) == 5); // done already: no round at all
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("future: done callbacks");

TEST_CASE("F2, W3: they are never called at once, but through the loop, in the order they were added") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>();
    f.add_done_callback([note](lasti::future<int> done) { note("1:" + std::to_string(done.result())); });
    f.add_done_callback([note, f](lasti::future<int> done) { note(done == f ? "2" : "?"); });
    f.set_result(8);
    note("set");
    f.add_done_callback([note](lasti::future<int>) { note("3"); });
    note("added");
    on.loop.run();
    CHECK(note.take() == "set added 1:8 2 3");
}

TEST_CASE("F2: callbacks and tasks that wait are served in the one order in which they came") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>();
    on.loop.create_task(waits(f, note, "a"));
    on.loop.poll();
    f.add_done_callback([note](lasti::future<int>) { note("callback"); });
    on.loop.create_task(waits(f, note, "b"));
    on.loop.poll();
    f.set_result(1);
    on.loop.run();
    CHECK(note.take() == "a b a=1 callback b=1");
}

TEST_CASE("F2: one that fails is reported and does not stop the others") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>();
    f.add_done_callback([](lasti::future<int>) { throw std::out_of_range("callback"); });
    f.add_done_callback([note](lasti::future<int>) { note("second"); });
    f.set_result(8);
    on.loop.run();
    CHECK(note.take() == "second");
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].message == "Exception in callback");
    CHECK(on.reported[0].exception.is<std::out_of_range>());
}

TEST_CASE("F2: its handle cancels it, before and after the future is done, and destroys it at once") {
    virtual_loop on;
    trace note;
    counted::reset();
    const lasti::future<int> f = on.loop.create_future<int>();
    const counted inside(1);
    const lasti::handle before = f.add_done_callback([note, inside](lasti::future<int>) { note(inside.value); });
    const lasti::handle after = f.add_done_callback([note, inside](lasti::future<int>) { note(inside.value); });
    before.cancel();
    f.set_result(1);
    after.cancel();
    CHECK(counted::alive() == 1);
    CHECK(before.cancelled());
    on.loop.run();
    CHECK(note.take() == "");
}

TEST_CASE("a callback is called for an exception and for a cancellation, too") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>(), g = on.loop.create_future<int>();
    f.add_done_callback([note](lasti::future<int> done) { note(done.exception().what()); });
    g.add_done_callback([note](lasti::future<int> done) { note(done.cancelled() ? "cancelled" : "?"); });
    f.set_exception(std::out_of_range("far"));
    g.cancel();
    on.loop.run();
    CHECK(note.take() == "far cancelled");
}

TEST_CASE("the future lives until its callback was called, even if nobody else keeps it") {
    virtual_loop on;
    trace note;
    {
        const lasti::future<int> f = on.loop.create_future<int>();
        f.add_done_callback([note](lasti::future<int> done) { note(done.result()); });
        f.set_result(4);
    }
    on.loop.run();
    CHECK(note.take() == "4");
}

TEST_CASE("a pending future does not keep run() going for the sake of its callbacks") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    f.add_done_callback([](lasti::future<int>) {});
    on.loop.run();
    CHECK_FALSE(f.done());
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("future: what nobody retrieves");

TEST_CASE("F5: an exception that nobody retrieved is reported when the future dies, once") {
    virtual_loop on;
    on.loop.create_future<int>().set_exception(std::out_of_range("lost"));
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].message == "Future exception was never retrieved");
    CHECK(on.reported[0].exception.is<std::out_of_range>());
    CHECK(on.reported[0].subject == "a future");
}

TEST_CASE("F5: result(), exception(), an await and run_until_complete() retrieve it; so it is not reported") {
    virtual_loop on;
    trace note;
    {
        const lasti::future<int> a = on.loop.create_future<int>(), b = on.loop.create_future<int>(),
                                 c = on.loop.create_future<int>(), d = on.loop.create_future<int>();
        const lasti::task<int> t = on.loop.create_task(waits(c, note, "c"));
        on.loop.poll();
        for (lasti::future<int> f : {a, b, c, d}) f.set_exception(std::out_of_range("seen"));
        CHECK_THROWS_AS(a.result(), std::out_of_range);
        b.exception();
        on.loop.run();
        CHECK(t.exception().is<std::out_of_range>());
        CHECK_THROWS_AS(on.loop.run_until_complete(d), std::out_of_range);
    }
    CHECK(on.reported.count() == 0);
}

TEST_CASE("F5: who was woken by it has retrieved it only once it gets on") {
    virtual_loop on;
    {
        const lasti::future<int> f = on.loop.create_future<int>();
        on.loop.create_task(waits(f, trace(), "f"));
        on.loop.poll();
        f.set_exception(std::out_of_range("lost"));
        on.loop.close();
    }
    CHECK(on.reported.messages() ==
          "Task was destroyed but it is pending!\nFuture exception was never retrieved\n");
}

TEST_CASE("F5: cancelling it when it has failed counts as retrieving, though cancel() says that it was too late") {
    virtual_loop on;
    {
        const lasti::future<int> f = on.loop.create_future<int>();
        f.set_exception(std::out_of_range("seen"));
        CHECK(!f.cancel());
        const lasti::task<int> t = on.loop.create_task(waits(f, trace(), "f"));
        on.loop.run();
        CHECK(!t.cancel());
    }
    CHECK(on.reported.count() == 0);
}

TEST_CASE("F5: neither a result nor a cancellation is ever reported") {
    virtual_loop on;
    on.loop.create_future<int>().set_result(1);
    on.loop.create_future<int>().cancel();
    on.loop.create_future<int>();
    CHECK(on.reported.count() == 0);
}

TEST_SUITE_END();
