#include <lasti/shield.hpp>
#include <lasti/timeouts.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "support/bodies.hpp"
#include "support/counted.hpp"
#include "support/rounds.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

// Runs `make` in a round of the loop.
template <class F>
auto in_loop(lasti::event_loop& loop, F make) -> decltype(make()) {
    typedef decltype(make()) result;
    const std::shared_ptr<result> made = std::make_shared<result>();
    loop.call_soon([made, make] { *made = make(); });
    loop.poll();
    return *made;
}

struct gives_up_on_a_shield {
    lasti::future<int> never;
    COROUTINE_BODY(void) {
        BEGIN;
        never = lasti::get_running_loop().create_future<int>();
        TRY
            AWAIT(lasti::wait_for(lasti::shield(never), 1));
        EXCEPT(lasti::timeout_error)
        END_TRY
        END;
    }
};

} // namespace

TEST_SUITE_BEGIN("shield");

TEST_CASE("SH1: it ends as what is shielded, one round later") {
    rounds on;
    lasti::shield(on.loop.create_future<int>()).cancel(); // of what nobody is left to set, too
    const lasti::task<std::string> a = on.loop.create_task(after_rounds(on.note, "a", 0));
    CHECK(on.until_done(on.loop.create_task(notes_end_of(lasti::shield(a), on.note))) == "1:a 3:resumed"); // CPython: 2:a 4:resumed
    const lasti::task<std::string> b = on.loop.create_task(fails_after_rounds(on.note, "b", 0));
    CHECK(on.until_done(on.loop.create_task(notes_end_of(lasti::shield(b), on.note))) == "1:b 3:caught");
    CHECK(on.loop.run_until_complete(in_loop(on.loop, [] { return lasti::shield(returns_after(1, 7)); })) == 7);
    on.loop.run_until_complete(in_loop(on.loop, [] { return lasti::shield(lasti::sleep(1)); }));
    CHECK(on.reported.count() == 0);
}

TEST_CASE("SH1: cancelling the outer future leaves the inner one running") {
    virtual_loop on;
    const lasti::task<int> inner = on.loop.create_task(returns_after(1, 7));
    const lasti::future<int> outer = lasti::shield(inner);
    CHECK(outer.cancel("enough"));
    CHECK(outer.cancelled());
    CHECK_FALSE(outer.cancel());
    on.loop.run();
    CHECK(inner.result() == 7);
    CHECK(inner.cancelling() == 0);
    CHECK(thrown_by([&] { outer.result(); }).as<lasti::cancelled_error>()->message() == "enough");
}

TEST_CASE("SH1: cancelling the task that awaits it leaves the inner one running") {
    rounds on;
    const lasti::task<int> inner = on.loop.create_task(returns_after(1, 7));
    const lasti::task<> waiter = on.loop.create_task(notes_end_of(lasti::shield(inner), on.note));
    on.loop.poll();
    CHECK(waiter.cancel());
    on.loop.run();
    CHECK(on.note.take() == "cancelled");
    CHECK(waiter.cancelled());
    CHECK(inner.result() == 7);
}

TEST_CASE("SH1: when the inner one is cancelled, so is the outer") {
    virtual_loop on;
    const lasti::future<int> inner = on.loop.create_future<int>(), outer = lasti::shield(inner);
    inner.cancel("inside");
    CHECK_FALSE(outer.done());
    on.loop.poll();
    CHECK(outer.cancelled());
    CHECK(thrown_by([&] { outer.result(); }).as<lasti::cancelled_error>()->message() == ""); // as in CPython
}

TEST_CASE("SH1: what is done already is returned itself") {
    virtual_loop on;
    const lasti::future<int> inner = on.loop.create_future<int>();
    inner.set_result(1);
    CHECK(lasti::shield(inner) == inner);
    CHECK(lasti::shield(inner).result() == 1);
}

TEST_CASE("SH2, V11: once the outer one was cancelled, an exception of the inner one is reported, once") {
    virtual_loop on;
    {
        const lasti::task<int> inner = on.loop.create_task(fails_after(1, "too late"), "inner");
        const lasti::future<int> a = lasti::shield(inner), b = lasti::shield(inner), c = lasti::shield(inner);
        a.cancel();
        b.cancel();
        on.loop.run();
        CHECK(on.reported.count() == 1); // at once, though there are handles that could be asked
        CHECK(c.exception().what() == "too late");
    }
    CHECK(on.reported.messages() == "std::out_of_range exception in shielded future\n");
    CHECK(on.reported[0].subject == "task 'inner'");
    CHECK(on.reported[0].exception.what() == "too late");
}

TEST_CASE("SH2: a result, or a cancellation, is not reported") {
    virtual_loop on;
    const lasti::future<int> a = on.loop.create_future<int>(), b = on.loop.create_future<int>();
    lasti::shield(a).cancel();
    lasti::shield(b).cancel();
    on.loop.poll();
    a.set_result(1);
    b.cancel();
    on.loop.run();
    CHECK(on.reported.count() == 0);
}

TEST_CASE("SH2: an exception that comes together with the cancellation stays with the inner one") {
    virtual_loop on;
    {
        const lasti::future<int> inner = on.loop.create_future<int>();
        lasti::shield(inner).cancel();
        inner.set_exception(std::out_of_range("x"));
        on.loop.run();
        CHECK(on.reported.count() == 0);
        CHECK(inner.exception());
    }
    CHECK(on.reported.count() == 0);
    {
        const lasti::future<int> inner = on.loop.create_future<int>();
        lasti::shield(inner).cancel();
        inner.set_exception(std::out_of_range("x"));
        on.loop.run();
    }
    CHECK(on.reported.messages() == "Future exception was never retrieved\n");
}

TEST_CASE("F5: an exception that passed through the shield and that nobody retrieved is the outer one's") {
    virtual_loop on;
    const lasti::future<int> inner = on.loop.create_future<int>();
    lasti::shield(inner);
    inner.set_exception(std::out_of_range("x"));
    on.loop.run();
    CHECK(on.reported.messages() == "Future exception was never retrieved\n");
    CHECK(on.reported[0].subject == "a shield");
}

TEST_CASE("results of every kind come through") {
    virtual_loop on;
    const lasti::future<std::unique_ptr<int>> movable = on.loop.create_future<std::unique_ptr<int>>();
    const lasti::future<std::unique_ptr<int>> moved = lasti::shield(movable);
    const lasti::future<int&> reference = on.loop.create_future<int&>();
    const lasti::future<int&> same = lasti::shield(reference);
    const lasti::future<> nothing = on.loop.create_future(), still_nothing = lasti::shield(nothing);
    const lasti::future<> of_any = lasti::shield(lasti::any_future(movable));
    int x = 0;
    movable.set_result(std::unique_ptr<int>(new int(1)));
    reference.set_result(x);
    nothing.set_result();
    on.loop.run();
    CHECK(*moved.result() == 1);
    CHECK(&same.result() == &x);
    CHECK(still_nothing.done());
    CHECK(of_any.done());
}

TEST_CASE("when the inner future's last handle goes, who waits for the outer one gets an error") {
    rounds on;
    lasti::future<int> inner = on.loop.create_future<int>();
    const lasti::task<> waiter = on.loop.create_task(notes_end_of(lasti::shield(inner), on.note));
    on.loop.poll();
    inner = lasti::future<int>();
    CHECK(on.until_done(waiter) == "2:caught");
}

TEST_CASE("what nobody waits for any more behind a shield may go without a report") {
    virtual_loop on;
    std::vector<std::string> reports;
    on.loop.set_exception_handler(
        [&](lasti::exception_context const& c) { reports.push_back(c.message); });
    on.loop.run_until_complete(lasti::coroutine<void>(gives_up_on_a_shield{}));
    on.loop.run();
    CHECK(reports.empty());
}

TEST_CASE("closing the loop leaves nothing behind, wherever the shield stands") {
    for (int polls = 0; polls < 4; ++polls) {
        counted::reset();
        {
            virtual_loop on;
            const lasti::future<counted> inner = on.loop.create_future<counted>();
            const lasti::future<counted> outer = lasti::shield(lasti::shield(inner)), other = lasti::shield(inner);
            for (int i = 0; i < polls; ++i) {
                if (i == 0) other.cancel();
                if (i == 1) inner.set_result(counted(1));
                on.loop.poll();
            }
            on.loop.close();
        }
        CHECK(counted::alive() == 0);
    }
}

TEST_SUITE_END();
