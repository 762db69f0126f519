// task_group: who is cancelled when one fails, what leaves, and how cancellations are counted.
#include <lasti/task_group.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/async_generator.hpp>
#include <lasti/timeouts.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<> sleeper(trace t, std::string name, double time) {
    return COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(time));
            t(name);
        EXCEPT(lasti::cancelled_error)
            t(name + "-cancelled");
            RERAISE;
        END_TRY
        END;
    };
}

lasti::coroutine<> fails(double after) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(after));
        RAISE(std::out_of_range("failed"));
        END;
    };
}

/// Runs `body`, notes what the group raised and how many cancellations are open then.
struct in_group {
    trace t;
    std::function<void(lasti::task_group)> fill;
    double body_time;
    lasti::task_group group;
    lasti::exception_group const* raised = nullptr;
    in_group(trace notes, std::function<void(lasti::task_group)> fill_it, double time)
        : t(notes), fill(std::move(fill_it)), body_time(time) {}
    COROUTINE_BODY(void) {
        BEGIN;
        TRY
            ASYNC_WITH(group)
                fill(group);
                AWAIT(lasti::sleep(body_time));
                t("body");
            END_ASYNC_WITH
            t("left");
        EXCEPT_AS(raised, lasti::exception_group)
            t(raised->what());
        END_TRY
        t(lasti::current_task().cancelling());
        AWAIT(lasti::sleep(0));
        t("end");
        END;
    }
};

void run(virtual_loop& on, in_group body) {
    on.loop.create_task(lasti::coroutine<>(std::move(body)));
    on.loop.run();
}

} // namespace

TEST_SUITE_BEGIN("task_group");

TEST_CASE("TG3: the group is left when all its tasks are done, which may add more") {
    virtual_loop on;
    trace t;
    run(on, in_group(t, [=](lasti::task_group g) {
            g.create_task(sleeper(t, "a", 2));
            g.create_task(sleeper(t, "b", 1));
        }, 0));
    CHECK(t.take() == "body b a left 0 end");
    CHECK(on.loop.time() == 2);
}

TEST_CASE("TG2, TG4, U4: a failing child cancels the others and the body, which is undone") {
    virtual_loop on;
    trace t;
    run(on, in_group(t, [=](lasti::task_group g) {
            g.create_task(sleeper(t, "a", 5));
            g.create_task(fails(1));
        }, 9));
    CHECK(t.take() == "a-cancelled unhandled errors in a TaskGroup (1 sub-exception) 0 end");
    CHECK(on.loop.time() == 1);
    CHECK(on.reported.count() == 0);
}

TEST_CASE("TG8: the children are cancelled in the order of their creation") {
    virtual_loop on;
    trace t;
    run(on, in_group(t, [=](lasti::task_group g) {
            for (const char* name : {"a", "b", "c", "d"}) g.create_task(sleeper(t, name, 5));
            g.create_task(fails(1));
        }, 0));
    CHECK(t.take() == "body a-cancelled b-cancelled c-cancelled d-cancelled "
                      "unhandled errors in a TaskGroup (1 sub-exception) 0 end");
}

TEST_CASE("TG5: a cancellation from outside cancels the children and goes on") {
    virtual_loop on;
    trace t;
    const lasti::task<> running = on.loop.create_task(lasti::coroutine<>(
        in_group(t, [=](lasti::task_group g) { g.create_task(sleeper(t, "a", 5)); }, 0)));
    on.loop.call_later(1, [=] { running.cancel(); });
    on.loop.run();
    CHECK(running.cancelled());
    CHECK(t.take() == "body a-cancelled");
}

TEST_CASE("TG5, V3: with an error besides, the group goes first, and the next await raises the cancellation") {
    virtual_loop on;
    trace t;
    const lasti::task<> running = on.loop.create_task(lasti::coroutine<>(in_group(t, [=](lasti::task_group g) {
        g.create_task(sleeper(t, "a", 5));
        g.create_task(fails(1));
    }, 9)));
    on.loop.call_later(1, [=] { running.cancel(); });
    on.loop.run();
    CHECK(running.cancelled());
    CHECK(t.take() == "a-cancelled unhandled errors in a TaskGroup (1 sub-exception) 1");
}

namespace {

struct outer_error : std::exception {};
struct body_error : std::exception {};

/// A group with a child, whose body fails, in a coroutine of its own.
lasti::coroutine<> fails_in_group(trace t) {
    lasti::task_group group;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(group)
            group.create_task(sleeper(t, "a", 5));
            AWAIT(lasti::sleep(1));
            RAISE(body_error());
        END_ASYNC_WITH
        END;
    };
}

/// Awaits it while it handles another exception.
lasti::coroutine<> while_handling(lasti::coroutine<> c) {
    return COROUTINE(void) {
        BEGIN;
        TRY
            RAISE(outer_error());
        EXCEPT(outer_error)
            AWAIT(c);
        END_TRY
        END;
    };
}

} // namespace

TEST_CASE("TG3: the group has what the body raised as its context, whatever is handled outside") {
    virtual_loop on;
    trace t;
    const lasti::task<> running = on.loop.create_task(while_handling(fails_in_group(t)));
    on.loop.run();
    CHECK(t.take() == "a-cancelled");
    CHECK(running.exception().is<lasti::exception_group>());
    CHECK(running.exception().context().is<body_error>());
    CHECK(running.exception().context().context().is<outer_error>());
}

TEST_CASE("TG1: entered once, inside a task; a refused coroutine is closed, and nobody says it was never awaited") {
    virtual_loop on;
    trace t;
    const lasti::task_group group;
    CHECK_THROWS_WITH_AS(group.create_task(sleeper(t, "x", 1)), "TaskGroup has not been entered",
                         lasti::runtime_error);
    in_group body(t, [](lasti::task_group) {}, 0);
    body.group = group;
    run(on, body);
    CHECK(t.take() == "body left 0 end");
    CHECK_THROWS_WITH_AS(group.create_task(sleeper(t, "x", 1)), "TaskGroup is finished", lasti::runtime_error);
    const lasti::task<> again = on.loop.create_task(lasti::coroutine<>(body));
    on.loop.run();
    CHECK(again.exception().what() == "TaskGroup has already been entered");
    on.loop.call_soon([] { lasti::task_group().aenter(); });
    on.loop.run();
    CHECK(on.reported.count() == 1);
}

namespace {

/// A child that holds a value, and fails after `time`.
lasti::coroutine<counted> holds_and_fails(double time) {
    counted held(1);
    return COROUTINE(counted) {
        BEGIN;
        AWAIT(lasti::sleep(time));
        if (time < 2) RAISE(std::out_of_range("failed"));
        RETURN(held);
        END;
    };
}

struct holds_a_group {
    counted held;
    lasti::task_group group;
    std::vector<lasti::task<counted>> children;
    COROUTINE_BODY(void) {
        BEGIN;
        ASYNC_WITH(group)
            for (double time : {3.0, 1.0, 2.0}) children.push_back(group.create_task(holds_and_fails(time)));
            AWAIT(lasti::sleep(0));
        END_ASYNC_WITH
        END;
    }
};

} // namespace

TEST_CASE("closing the loop while the group is entered, waits, or is about to be left, leaves nothing behind") {
    const unraisables told; // where the exit would wait: "coroutine ignored GeneratorExit", as in Python
    for (int polls = 0; polls < 8; ++polls) {
        CAPTURE(polls);
        counted::reset();
        {
            virtual_loop on;
            on.loop.create_task(lasti::coroutine<>(holds_a_group()));
            for (int i = 0; i < polls; ++i) {
                if (i == 3) on.clock.advance(1);
                on.loop.poll();
            }
            on.loop.close();
        }
        CHECK(counted::alive() == 0);
    }
}

TEST_CASE("TG3: a child that fails after its parent is gone is reported") {
    virtual_loop on;
    trace t;
    const lasti::task_group group;
    on.loop.create_task(COROUTINE(void) {
        BEGIN;
        group.aenter(); // by hand, and never left
        group.create_task(fails(1));
        END;
    });
    on.loop.run();
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].message == "a task of a TaskGroup has failed, but its parent task is already completed");
    CHECK(on.reported[0].exception.is<std::out_of_range>());
}

TEST_CASE("TG3: a child that fails after its parent is gone is among the errors if the group is left yet") {
    virtual_loop on;
    trace t;
    const lasti::task_group group;
    on.loop.create_task(COROUTINE(void) {
        BEGIN;
        group.aenter(); // by hand: the task ends inside of the group
        group.create_task(fails(1));
        END;
    });
    on.loop.run();
    CHECK(on.reported.count() == 1);
    lasti::exception_group const* both = nullptr;
    on.loop.create_task(COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(group.aexit(lasti::error::make(std::runtime_error("of the body"))));
        EXCEPT_AS(both, lasti::exception_group)
            t(both->exceptions()[0].type_name());
            t(both->exceptions()[1].type_name());
        END_TRY
        END;
    });
    on.loop.run();
    CHECK(t.take() == "std::out_of_range std::runtime_error");
}

TEST_SUITE_END();
