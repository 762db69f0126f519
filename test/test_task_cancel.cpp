#include <lasti/task.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include <lasti/event_loop.hpp>

#include "support/cancelled.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Waits for a future, and notes how that ended.
lasti::coroutine<int> waits(trace note, lasti::future<int> f) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        TRY {
            AWAIT_SET(x, f);
            note(x);
        } EXCEPT_ANY {
            note(message_of(self.handled()));
            RERAISE;
        } END_TRY
        RETURN(x);
        END;
    };
}

/// Catches as many cancellations as it is told, and then returns.
lasti::coroutine<> survives(trace note, int cancellations) {
    return COROUTINE(void) {
        BEGIN;
        for (; cancellations > 0; --cancellations) {
            TRY {
                AWAIT(lasti::sleep(100));
                note("slept");
            } EXCEPT(lasti::cancelled_error) {
                note(message_of(self.handled()));
            } END_TRY
        }
        AWAIT(lasti::sleep(1));
        note("survived");
        END;
    };
}

template <class T>
struct self_canceller { // cancels its own task, and then does as it is told
    std::shared_ptr<lasti::task<T>> me;
    trace note;
    std::string then;
    COROUTINE_BODY(T) {
        BEGIN;
        note(me->cancel("self") ? "asked" : "refused");
        if (then == "return") RETURN(5);
        if (then == "raise") RAISE(std::out_of_range("E"));
        TRY {
            if (then == "pass") AWAIT(lasti::sleep(0));
            else AWAIT(lasti::sleep(9));
            note("went on");
        } EXCEPT(lasti::cancelled_error) {
            note(message_of(self.handled()));
        } END_TRY
        RETURN(6);
        END;
    }
};

lasti::task<int> run_self_canceller(virtual_loop& on, trace note, std::string then) {
    const auto me = std::make_shared<lasti::task<int>>();
    const lasti::task<int> t = on.loop.create_task(lasti::coroutine<int>(self_canceller<int>{me, note, then}));
    *me = t;
    on.loop.run();
    *me = lasti::task<int>();
    return t;
}

} // namespace

TEST_SUITE_BEGIN("task: cancel");

TEST_CASE("T5: at a sleep: never at once; in the next round CancelledError is raised there, and its timer is gone") {
    virtual_loop on;
    trace note;
    const lasti::task<int> t = on.loop.create_task(sleeps(note, 10));
    on.loop.poll();
    CHECK(t.cancel());
    CHECK_FALSE(t.done());
    CHECK(note.take() == "began");
    on.loop.run();
    CHECK(note.take() == "cancelled() finally");
    CHECK(t.cancelled());
    CHECK(t.done());
    CHECK(t.cancelling() == 1);
    CHECK(on.loop.time() == 0);
    CHECK_THROWS_AS(t.result(), lasti::cancelled_error);
    CHECK_THROWS_AS(t.exception(), lasti::cancelled_error);
}

TEST_CASE("T5: of one that is done it is false and counts nothing") {
    virtual_loop on;
    trace note;
    const lasti::task<int> t = on.loop.create_task(sleeps(note, 0));
    on.loop.run();
    CHECK_FALSE(t.cancel());
    CHECK(t.cancelling() == 0);
    CHECK(t.result() == 1);
}

TEST_CASE("T6: before the first step the body never runs: no except, no finally") {
    virtual_loop on;
    const unraisables told;
    trace note;
    const lasti::task<int> t = on.loop.create_task(sleeps(note, 10));
    CHECK(t.cancel("never"));
    on.loop.run();
    CHECK(note.take() == "");
    CHECK(t.cancelled());
    CHECK(message_of(thrown_by([&] { t.result(); })) == "cancelled(never)");
    CHECK(told.count() == 0);
}

TEST_CASE("T6, U7: its arguments are freed though it never ran, when its turn comes, not when its last handle goes") {
    virtual_loop on;
    trace note;
    const auto holds = [](local kept) -> lasti::coroutine<> {
        return COROUTINE(void) { BEGIN; (void)kept; AWAIT(lasti::sleep(1)); END; };
    };
    const lasti::task<> t = on.loop.create_task(holds(noting(note, "freed")));
    t.cancel();
    CHECK(note.take() == "");
    on.loop.poll();
    CHECK(t.cancelled());
    CHECK(note.take() == "freed");
}

TEST_CASE("T5: on a future: it cancels the future, and so everyone who waits for that") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>();
    const lasti::task<int> a = on.loop.create_task(waits(note, f)), b = on.loop.create_task(waits(note, f));
    on.loop.poll();
    CHECK(a.cancel("why"));
    CHECK(f.cancelled());
    on.loop.run();
    CHECK(note.take() == "cancelled(why) cancelled(why)");
    CHECK(a.cancelled());
    CHECK(b.cancelled());
    CHECK(a.cancelling() == 1);
    CHECK(b.cancelling() == 0); // nobody asked that one
}

TEST_CASE("T7: the sleep is over but the task has not stepped yet: cancelled all the same") {
    virtual_loop on;
    trace note;
    auto t = std::make_shared<lasti::task<int>>();
    on.loop.call_at(1, [t, note] { note(t->cancel() ? "cancel" : "?"); }); // due before it, in the same round
    *t = on.loop.create_task(sleeps(note, 1));
    on.loop.run();
    CHECK(note.take() == "began cancel cancelled() finally");
    CHECK(t->cancelled());
}

TEST_CASE("T7, W4, U6: the future is set but the task has not stepped yet: cancelled, and the result is lost") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>();
    const lasti::task<int> t = on.loop.create_task(waits(note, f));
    on.loop.poll();
    f.set_result(7);
    CHECK(t.cancel("late"));
    CHECK_FALSE(f.cancelled());
    on.loop.run();
    CHECK(note.take() == "cancelled(late)");
    CHECK(t.cancelled());
}

TEST_CASE("T7: the future has failed but the task has not stepped yet: cancelled") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>();
    const lasti::task<int> t = on.loop.create_task(waits(note, f));
    on.loop.poll();
    f.set_exception(std::out_of_range("x"));
    CHECK(t.cancel());
    on.loop.run();
    CHECK(note.take() == "cancelled()");
    CHECK(t.cancelled());
}

TEST_CASE("a task that is ready because it gave way is cancelled at that sleep(0)") {
    virtual_loop on;
    trace note;
    const lasti::task<int> t = on.loop.create_task(sleeps(note, 0));
    on.loop.poll();
    CHECK(t.cancel("m"));
    on.loop.run();
    CHECK(note.take() == "began cancelled(m) finally");
}

TEST_CASE("two requests before the step are one CancelledError and count two; a sleep gets the first message") {
    virtual_loop on;
    trace note;
    double time = 0;
    std::string got = "second"; // nothing was cancelled yet: the last word counts
    SUBCASE("where it gave way") {}
    SUBCASE("at a sleep") {
        time = 10;
        got = "first";
    }
    const lasti::task<int> t = on.loop.create_task(sleeps(note, time));
    on.loop.poll();
    CHECK(t.cancel("first"));
    CHECK(t.cancel("second"));
    CHECK(t.cancelling() == 2);
    on.loop.run();
    CHECK(note.take() == "began cancelled(" + got + ") finally");
}

TEST_CASE("T8, W5: asked for while it runs, and it returns: cancelled; it raises: that exception wins") {
    virtual_loop on;
    trace note;
    const lasti::task<int> returned = run_self_canceller(on, note, "return");
    CHECK(returned.cancelled());
    CHECK(message_of(thrown_by([&] { returned.result(); })) == "cancelled(self)");
    const lasti::task<int> raised = run_self_canceller(on, note, "raise");
    CHECK_FALSE(raised.cancelled());
    CHECK(raised.exception().is<std::out_of_range>());
}

TEST_CASE("T9: asked for while it runs, and it awaits: that await is cancelled at once") {
    virtual_loop on;
    trace note;
    const lasti::task<int> slept = run_self_canceller(on, note, "sleep");
    CHECK(note.take() == "asked cancelled(self)");
    CHECK(slept.result() == 6);
    CHECK(slept.cancelling() == 1);
    CHECK(on.loop.time() == 0);
    const lasti::task<int> passed = run_self_canceller(on, note, "pass");
    CHECK(note.take() == "asked cancelled(self)");
    CHECK(passed.result() == 6);
}

TEST_CASE("T10: catching it is not undoing it: the task goes on, cancelling() stays, and it ends not cancelled") {
    virtual_loop on;
    trace note;
    const lasti::task<> t = on.loop.create_task(survives(note, 1));
    on.loop.poll();
    t.cancel("once");
    on.loop.run();
    CHECK(note.take() == "cancelled(once) survived");
    CHECK(t.cancelling() == 1);
    CHECK_FALSE(t.cancelled());
    CHECK_FALSE(t.exception());
}

TEST_CASE("T10: a repeated request is delivered again") {
    virtual_loop on;
    trace note;
    const lasti::task<> t = on.loop.create_task(survives(note, 2));
    on.loop.poll();
    t.cancel("1");
    on.loop.poll();
    t.cancel("2");
    on.loop.poll();
    t.cancel("3"); // at the sleep behind the loop, where nothing catches it
    on.loop.run();
    CHECK(note.take() == "cancelled(1) cancelled(2)");
    CHECK(t.cancelled());
    CHECK(t.cancelling() == 3);
}

TEST_CASE("T11, V1, W6: uncancel() takes one request back, not below 0; the last one drops what was not raised yet") {
    virtual_loop on;
    trace note;
    const lasti::task<int> t = on.loop.create_task(sleeps(note, 0));
    on.loop.poll();
    CHECK(t.uncancel() == 0);
    t.cancel();
    t.cancel();
    CHECK(t.uncancel() == 1);
    CHECK(t.uncancel() == 0);
    CHECK(t.uncancel() == 0);
    on.loop.run();
    CHECK(note.take() == "began slept finally");
    CHECK(t.result() == 1);
}

TEST_CASE("T11: uncancel() with requests left leaves the cancellation in place") {
    virtual_loop on;
    trace note;
    const lasti::task<int> t = on.loop.create_task(sleeps(note, 0));
    on.loop.poll();
    t.cancel();
    t.cancel();
    CHECK(t.uncancel() == 1);
    on.loop.run();
    CHECK(t.cancelled());
}

TEST_CASE("T12: a body that raises CancelledError itself is cancelled, and is not reported") {
    virtual_loop on;
    struct raises {
        static lasti::coroutine<> now() {
            return COROUTINE(void) { BEGIN; RAISE(lasti::cancelled_error("own")); END; };
        }
    };
    {
        const lasti::task<> t = on.loop.create_task(raises::now());
        on.loop.run();
        CHECK(t.cancelled());
        CHECK(t.cancelling() == 0);
        CHECK(message_of(thrown_by([&] { t.result(); })) == "cancelled(own)");
    }
    CHECK(on.reported.count() == 0);
}

TEST_CASE("T12: the CancelledError that ended it goes to the first who asks, others get one of their own") {
    virtual_loop on;
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        TRY {
            RAISE(std::out_of_range("context"));
        } FINALLY {
            RAISE(lasti::cancelled_error("why"));
        } END_TRY
        END;
    }));
    on.loop.run();
    const lasti::error first = t.shared_state()->outcome(), second = t.shared_state()->outcome();
    CHECK(first.context().is<std::out_of_range>());
    CHECK(message_of(second) == "cancelled(why)");
    CHECK_FALSE(second.context());
    CHECK(second != t.shared_state()->outcome());
}

TEST_CASE("T12: a cancelled task that nobody asks about is not reported either") {
    virtual_loop on;
    trace note;
    on.loop.create_task(sleeps(note, 10)).cancel();
    on.loop.run();
    CHECK(on.reported.count() == 0);
}

TEST_CASE("one task cancels another of the same round: the other gets it in its turn, in that round") {
    virtual_loop on;
    trace note;
    auto t = std::make_shared<lasti::task<int>>();
    on.loop.call_later(1, [t, note] { note(t->cancel() ? "cancel" : "?"); });
    *t = on.loop.create_task(sleeps(note, 1));
    on.loop.call_later(1, [note] { note("after"); });
    on.loop.run();
    CHECK(note.take() == "began cancel after cancelled() finally"); // its own timer was armed last, in round 0
}

TEST_SUITE_END();
