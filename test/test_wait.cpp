#include <lasti/wait.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/gather.hpp>
#include <lasti/shield.hpp>

#include "support/allocations.hpp"
#include "support/bodies.hpp"
#include "support/counted.hpp"
#include "support/rounds.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::vector<lasti::task<int>> tasks;
typedef std::vector<lasti::future<int>> futures;
using lasti::return_when;

// Awaits what `make` returns, and notes how many are done and pending: "2+1".
template <class Handle>
lasti::coroutine<> notes_counts(lasti::waiting<Handle> waiting, trace note) {
    lasti::wait_result<Handle> found;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(found, std::move(waiting));
        note(std::to_string(found.done.size()) + "+" + std::to_string(found.pending.size()));
        END;
    };
}

template <class Handle>
lasti::coroutine<lasti::wait_result<Handle>> waits(lasti::waiting<Handle> waiting) {
    lasti::wait_result<Handle> found;
    return COROUTINE(lasti::wait_result<Handle>) {
        BEGIN;
        AWAIT_SET(found, std::move(waiting));
        RETURN(std::move(found));
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("wait");

TEST_CASE("WA1: nothing to wait for is a value_error, an unending timeout another; negative ones are over at once") {
    rounds on;
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(waits(lasti::wait(tasks()))),
                         doctest::Contains("Set of Tasks/Futures is empty: 'waits' ("), lasti::value_error);
    const futures one = {on.loop.create_future<int>()};
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(waits(lasti::wait(one, std::numeric_limits<double>::quiet_NaN()))),
                         doctest::Contains("the timeout is NaN"), lasti::value_error);
    const lasti::task<> waiter = on.loop.create_task(notes_counts(lasti::wait(one, -1), on.note));
    CHECK(on.until_done(waiter) == "3:0+1");
}

TEST_CASE("WA1: a future of a different loop is a value_error, an empty handle a type_error") {
    virtual_loop on, other;
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(waits(lasti::wait(futures{other.loop.create_future<int>()}))),
                         doctest::Contains("a future is attached to a different loop"), lasti::value_error);
    CHECK_THROWS_AS(on.loop.run_until_complete(waits(lasti::wait({lasti::any_future()}))), lasti::type_error);
}

TEST_CASE("WA1: a timeout raises nothing and cancels nothing") {
    virtual_loop on;
    const lasti::task<int> fast = on.loop.create_task(returns_after(1, 1)), slow = on.loop.create_task(returns_after(10, 2));
    const auto found = on.loop.run_until_complete(waits(lasti::wait(tasks{slow, fast}, 5)));
    CHECK(on.loop.time() == 5);
    CHECK(found.done == tasks{fast});
    CHECK(found.pending == tasks{slow});
    on.loop.run();
    CHECK(slow.result() == 2);
}

TEST_CASE("WA1: cancelling the wait leaves the children running") {
    virtual_loop on;
    const lasti::task<int> child = on.loop.create_task(returns_after(2, 1));
    const auto waiter = on.loop.create_task(waits(lasti::wait(tasks{child}, 5)));
    on.loop.call_later(1, [waiter] { CHECK(waiter.cancel("enough")); });
    CHECK_THROWS_AS(on.loop.run_until_complete(waiter), lasti::cancelled_error);
    CHECK(on.loop.time() == 1);
    on.loop.run();
    CHECK(child.result() == 1);
    CHECK(on.loop.time() == 2); // nor does its timer keep the loop
}

TEST_CASE("WA1: a wait that has been woken is cancelled all the same, and what it found is lost") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    const auto waiter = on.loop.create_task(waits(lasti::wait(futures{f})));
    on.loop.poll();
    f.set_result(1);
    on.loop.poll(); // the callback has woken it
    CHECK(waiter.cancel());
    on.loop.run();
    CHECK(waiter.cancelled());
}

TEST_CASE("WA2: all that is done when it goes on is done, so the first may be several") {
    rounds on;
    const std::vector<lasti::task<std::string>> three = {on.loop.create_task(after_rounds(on.note, "a", 0)),
                                                         on.loop.create_task(after_rounds(on.note, "b", 1)),
                                                         on.loop.create_task(after_rounds(on.note, "c", 3))};
    const lasti::task<> waiter = on.loop.create_task(notes_counts(lasti::wait(three, return_when::first_completed), on.note));
    CHECK(on.until_done(waiter) == "1:a 2:b 3:2+1"); // CPython: a task made before it does the same
}

TEST_CASE("WA2: first_exception does not stop for a cancelled child, and stops for one that fails") {
    virtual_loop on;
    const lasti::task<int> cancelled = on.loop.create_task(returns_after(1, 1)), fails = on.loop.create_task(fails_after(2)),
                           slow = on.loop.create_task(returns_after(3, 1));
    const auto waiter = on.loop.create_task(waits(lasti::wait(tasks{slow, cancelled, fails}, return_when::first_exception)));
    on.loop.call_later(1, [cancelled] { cancelled.cancel(); });
    const auto found = on.loop.run_until_complete(waiter);
    CHECK(on.loop.time() == 2);
    CHECK(found.done == tasks{cancelled, fails});
    CHECK(found.pending == tasks{slow});
    const auto rest = on.loop.run_until_complete(waits(lasti::wait(tasks{slow, cancelled}, return_when::first_exception)));
    CHECK(rest.done.size() == 2);
    CHECK(on.loop.time() == 3);
}

TEST_CASE("WA2: first_exception has seen the exception that ends it before all are done; the others see none") {
    virtual_loop on;
    const lasti::task<int> slow = on.loop.create_task(returns_after(9, 1));
    on.loop.run_until_complete(waits(lasti::wait(tasks{on.loop.create_task(fails_after(1)), slow}, return_when::first_exception)));
    CHECK(on.reported.messages() == "");
    on.loop.run_until_complete(waits(lasti::wait(tasks{on.loop.create_task(fails_after(1))}, return_when::first_exception)));
    CHECK(on.reported.messages() == "Task exception was never retrieved\n"); // it was the last one, so nobody asked
    on.loop.run_until_complete(waits(lasti::wait(tasks{on.loop.create_task(fails_after(1))})));
    CHECK(on.reported.count() == 2);
}

TEST_CASE("a wait that is cancelled drops its handles only when it waits no more: who has another keeps the future") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    const auto waiter = on.loop.create_task(waits(lasti::wait(futures{f})));
    on.loop.poll();
    waiter.cancel();
    on.loop.run();
    CHECK_FALSE(f.done());
}

TEST_CASE("what is done already is found two rounds later, as what is done later") {
    rounds on;
    const lasti::future<int> f = on.loop.create_future<int>();
    f.set_result(1);
    CHECK(on.until_done(on.loop.create_task(notes_counts(lasti::wait(futures{f}), on.note))) == "3:1+0");
    const lasti::task<std::string> b = on.loop.create_task(after_rounds(on.note, "b", 1));
    const lasti::task<> waiter = on.loop.create_task(notes_counts(lasti::wait({b, f}), on.note));
    CHECK(on.until_done(waiter) == "2:b 4:2+0"); // CPython, one round later each: 3:b 5:resumed
    CHECK(on.until_done(on.loop.create_task(notes_counts(lasti::wait(futures{on.loop.create_future<int>()}, 0), on.note))) == "3:0+1");
}

TEST_CASE("one that is given several times is waited for and found once") {
    virtual_loop on;
    const lasti::task<int> a = on.loop.create_task(returns_after(1, 1)), b = on.loop.create_task(returns_after(2, 1));
    const auto found = on.loop.run_until_complete(waits(lasti::wait(tasks{a, b, a, b, a})));
    CHECK(found.done == tasks{a, b});
    const auto two = on.loop.run_until_complete(waits(lasti::wait({a, b, b}, 1, return_when::first_completed)));
    CHECK(two.done.size() == 2);
}

TEST_CASE("what nobody is left to set is found done, with an exception; with a timeout it may come to have a handle again") {
    virtual_loop on;
    const auto unlimited = on.loop.create_task(waits(lasti::wait(futures{on.loop.create_future<int>()})));
    const auto found = on.loop.run_until_complete(unlimited);
    REQUIRE(found.done.size() == 1);
    CHECK(contains(found.done[0].exception().what(), "nobody is left who could set it"));
    const auto with_limit = on.loop.create_task(waits(lasti::wait(futures{on.loop.create_future<int>()}, 1)));
    const auto limited = on.loop.run_until_complete(with_limit);
    REQUIRE(limited.pending.size() == 1);
    CHECK_FALSE(limited.pending[0].done());
    // The last handle may go while the wait stands.
    lasti::future<int> f = on.loop.create_future<int>();
    const auto waiter = on.loop.create_task(waits(lasti::wait(futures{f})));
    on.loop.poll();
    CHECK_FALSE(f.done());
    f = lasti::future<int>();
    CHECK(on.loop.run_until_complete(waiter).done.size() == 1);
}

TEST_CASE("a deadlock names what the task waits for") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    const auto waiter = on.loop.create_task(waits(lasti::wait({f, on.loop.create_task(lasti::as_coroutine(f), "b")})), "a");
    CHECK_THROWS_WITH_AS(on.loop.run(), doctest::Contains("Waits for: wait for a future, task 'b'"), lasti::deadlock_error);
    waiter.cancel();
    f.cancel();
    on.loop.run();
}

TEST_CASE("closing the loop while it stands, and while its callbacks are on their way, leaves nothing behind") {
    typedef std::vector<lasti::future<counted>> counted_futures;
    for (int polls = 0; polls < 5; ++polls) {
        counted::reset();
        {
            virtual_loop on;
            const lasti::future<counted> f = on.loop.create_future<counted>(), g = on.loop.create_future<counted>();
            on.loop.create_task(waits(lasti::wait(counted_futures{f, g}, 5)));
            on.loop.create_task(waits(lasti::wait(counted_futures{g, f}, return_when::first_completed)));
            for (int i = 0; i < polls; ++i) {
                on.loop.poll();
                if (i == 0) g.set_result(counted(1));
            }
            on.loop.close();
        }
        CHECK(counted::alive() == 0);
    }
}

TEST_CASE("it allocates its list of nodes and no more, however many there are") {
    virtual_loop on;
    struct measures {
        static lasti::coroutine<long> of(futures all) {
            long before = 0;
            lasti::wait_result<lasti::future<int>> found;
            return COROUTINE(long) {
                BEGIN;
                before = allocations;
                AWAIT_SET(found, lasti::wait(std::move(all)));
                RETURN(allocations - before);
                END;
            };
        }
    };
    const long list = counts_allocations ? 1 : 0;
    for (long expected : {-1L, list}) { // the first time the deque grows
        futures all;
        for (int i = 0; i < 100; ++i) all.push_back(on.loop.create_future<int>());
        const lasti::task<long> waiter = on.loop.create_task(measures::of(all));
        on.loop.poll();
        for (lasti::future<int> const& f : all) f.set_result(1);
        on.loop.run();
        if (expected >= 0) CHECK(waiter.result() == expected);
    }
}

TEST_SUITE_END();
