// CPython's test_asyncio/test_taskgroups.py: the numbered tests from 15 on. What is noted is what Python notes,
// in its order; conformance/catalogue.csv lists what became of each test.
#include <lasti/task_group.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "support/counted.hpp"
#include "support/group_runner.hpp"

namespace {

const types zero_division = {"zero_division_error"};

} // namespace

TEST_SUITE_BEGIN("CPython's test_taskgroups");

namespace {

/// A body that is cancelled and takes half a second to clean up, while its child fails.
struct cleans_up_slowly {
    trace t;
    lasti::task_group g1;
    explicit cleans_up_slowly(trace notes) : t(notes) {}
    COROUTINE_BODY(void) {
        BEGIN;
        ASYNC_WITH(g1)
            g1.create_task(crasher(t, "soon", 0.3, zero_division_error()));
            TRY
                AWAIT(lasti::sleep(10));
            EXCEPT(lasti::cancelled_error)
                t("body-cancelled");
                AWAIT(lasti::sleep(0.5));
                t("body-clean");
                RERAISE;
            END_TRY
        END_ASYNC_WITH
        END;
    }
};

/// Awaits it in a task of its own.
lasti::coroutine<> in_a_task(lasti::coroutine<> c) {
    lasti::task<> made;
    return COROUTINE(void) {
        BEGIN;
        made = lasti::create_task(c);
        AWAIT(made);
        END;
    };
}

} // namespace

TEST_CASE("TG5: a child fails while the cancelled body cleans up "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_15)") {
    lazy_and_eager on;
    trace t;
    const lasti::error raised = on.loop.run_until_complete(raised_when_cancelled(lasti::coroutine<>(cleans_up_slowly(t)), 0.1));
    CHECK(types_in(raised) == zero_division);
    CHECK(t.take() == "body-cancelled soon!");
    CHECK(on.loop.time() == doctest::Approx(0.3));
}

TEST_CASE("TG5: the same through a task in between "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_16)") {
    lazy_and_eager on;
    trace t;
    const lasti::error raised = on.loop.run_until_complete(raised_when_cancelled(in_a_task(cleans_up_slowly(t)), 0.1));
    CHECK(types_in(raised) == zero_division);
    CHECK(t.take() == "body-cancelled soon!");
}

TEST_CASE("TG5: a cancellation of a group without tasks "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_17)") {
    lazy_and_eager on;
    trace t;
    CHECK(outcome_cancelled(on, runner(t, [](lasti::task_group) {}, 10)).is<lasti::cancelled_error>());
    CHECK(t.take() == "body-cancelled");
}

TEST_CASE("TG3: a body that raises something else when it is cancelled "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_18)") {
    lazy_and_eager on;
    trace t;
    const lasti::error raised =
        outcome_cancelled(on, runner(t, [](lasti::task_group) {}, 10, [] { throw my_exc(); }));
    CHECK(types_in(raised) == types{"my_exc"});
    CHECK(t.take() == "body-cancelled");
}

TEST_CASE("TG3: child and body fail (test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_19)") {
    lazy_and_eager on;
    trace t;
    const lasti::error raised = outcome(on, runner(t, [=](lasti::task_group g) {
        g.create_task(crasher(t, "soon", 0.1, zero_division_error()));
    }, 10, [] { throw my_exc(); }));
    CHECK(types_in(raised) == types{"my_exc", "zero_division_error"});
    CHECK(t.take() == "soon! body-cancelled");
}

TEST_CASE("TG3: the body fails with what is no std::exception "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_20a)") {
    lazy_and_eager on;
    trace t;
    const lasti::error raised = outcome(on, runner(t, [=](lasti::task_group g) {
        g.create_task(crasher(t, "soon", 0.1, zero_division_error()));
    }, 10, [] { throw my_base_exc(); }));
    CHECK(types_in(raised) == types{"my_base_exc", "zero_division_error"});
}

TEST_CASE("TG2: a child fails with what is no std::exception "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_21a)") {
    lazy_and_eager on;
    trace t;
    const lasti::error raised = outcome(on, runner(t, [=](lasti::task_group g) {
        g.create_task(crasher(t, "soon", 0.1, my_base_exc()));
    }, 10, [] { throw lasti::type_error("nested"); }));
    CHECK(types_in(raised) == types{"my_base_exc", "lasti::type_error"});
}

TEST_CASE("TG5: cancelled soon after the start "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_22)") {
    lazy_and_eager on;
    trace t;
    const lasti::error raised = outcome_cancelled(on, runner(t, [=](lasti::task_group g) {
        g.create_task(sleeper(t, "foo1", 1, 42));
        g.create_task(sleeper(t, "foo2", 2, 11));
    }), 0.05);
    CHECK(raised.is<lasti::cancelled_error>());
    CHECK(t.take() == "body foo1-cancelled foo2-cancelled");
}

namespace {

lasti::coroutine<counted> gives_a_value(double time) {
    return COROUTINE(counted) {
        BEGIN;
        AWAIT(lasti::sleep(time));
        RETURN(counted(1));
        END;
    };
}

lasti::coroutine<> adds_two(trace t, lasti::task_group g) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0.1));
        g.create_task(sleeper(t, "coro1", 0.1));
        g.create_task(sleeper(t, "coro2", 0.2));
        END;
    };
}

lasti::coroutine<> hydra(lasti::task_group g, std::shared_ptr<int> hydras) {
    return COROUTINE(void) {
        BEGIN;
        ++*hydras;
        AWAIT(lasti::sleep(0.01));
        g.create_task(hydra(g, hydras));
        g.create_task(hydra(g, hydras));
        END;
    };
}

lasti::coroutine<> hercules(std::shared_ptr<int> hydras) {
    return COROUTINE(void) {
        BEGIN;
        while (*hydras < 10) AWAIT(lasti::sleep(0.015));
        RAISE(zero_division_error());
        END;
    };
}

} // namespace

TEST_CASE("TG3: the group keeps no task that is done "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_23)") {
    lazy_and_eager on;
    trace t;
    int count = 0;
    lasti::task_group g;
    on.run(COROUTINE(void) {
        BEGIN;
        counted::reset();
        ASYNC_WITH(g)
            for (; count < 10; ++count) {
                AWAIT(lasti::sleep(0.1));
                g.create_task(gives_a_value(0.3));
                if (count == 5) CHECK(counted::alive() <= 1); // the results of tasks that somebody still holds
            }
            AWAIT(lasti::sleep(1.35));
            CHECK(counted::alive() == 0);
        END_ASYNC_WITH
        END;
    });
    CHECK(on.loop.time() == doctest::Approx(2.35));
}

TEST_CASE("TG1: a child adds siblings while the body waits "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_24)") {
    lazy_and_eager on;
    trace t;
    CHECK_FALSE(outcome(on, runner(t, [=](lasti::task_group g) { g.create_task(adds_two(t, g)); })));
    CHECK(t.take() == "body coro1 coro2 left");
    CHECK(on.loop.time() == doctest::Approx(0.3));
}

TEST_CASE("TG2: children that multiply (test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_25)") {
    lazy_and_eager on;
    trace t;
    const auto hydras = std::make_shared<int>(0);
    const lasti::error raised = outcome(on, runner(t, [=](lasti::task_group g) {
        g.create_task(hydra(g, hydras));
        g.create_task(hercules(hydras));
    }));
    CHECK(types_in(raised) == zero_division);
    CHECK(*hydras == 31);
    CHECK(t.take() == "body");
}

TEST_SUITE_END();
