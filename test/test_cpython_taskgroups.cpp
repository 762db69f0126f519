// CPython's test_asyncio/test_taskgroups.py: the numbered tests up to 14. What is noted is what Python notes,
// in its order; conformance/catalogue.csv lists what became of each test.
#include <lasti/task_group.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>

#include "support/group_runner.hpp"

namespace {

const types zero_division = {"zero_division_error"};
const types a_group = {"lasti::exception_group"};

lasti::error inner_group(lasti::error const& raised) { return raised.as<lasti::exception_group>()->exceptions().at(0); }

} // namespace

TEST_SUITE_BEGIN("CPython's test_taskgroups");

TEST_CASE("TG3: the group waits for its tasks (test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_01)") {
    lazy_and_eager on;
    trace t;
    lasti::task_group g;
    lasti::task<int> t1, t2;
    on.run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(g)
            t1 = g.create_task(sleeper(t, "foo1", 0.1, 42));
            t2 = g.create_task(sleeper(t, "foo2", 0.2, 11));
        END_ASYNC_WITH
        t(t1.result());
        t(t2.result());
        END;
    });
    CHECK(t.take() == "foo1 foo2 42 11");
    CHECK(on.loop.time() == 0.2);
}

TEST_CASE("TG3: a task that joins later (test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_02)") {
    lazy_and_eager on;
    trace t;
    lasti::task_group g;
    lasti::task<int> t1, t2;
    on.run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(g)
            t1 = g.create_task(sleeper(t, "foo1", 0.1, 42));
            AWAIT(lasti::sleep(0.15));
            t2 = g.create_task(sleeper(t, "foo2", 0.2, 11));
        END_ASYNC_WITH
        t(t1.result());
        t(t2.result());
        END;
    });
    CHECK(t.take() == "foo1 foo2 42 11");
    CHECK(on.loop.time() == doctest::Approx(0.35));
}

TEST_CASE("TG3: a child that is cancelled by itself is silent "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_03)") {
    lazy_and_eager on;
    trace t;
    lasti::task_group g;
    lasti::task<int> t1, t2;
    on.run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(g)
            t1 = g.create_task(sleeper(t, "foo1", 1, 42));
            AWAIT(lasti::sleep(0.15));
            t1.cancel();
            t2 = g.create_task(sleeper(t, "foo2", 0.2, 11));
        END_ASYNC_WITH
        t(t1.cancelled());
        t(t2.result());
        END;
    });
    CHECK(t.take() == "foo1-cancelled foo2 1 11");
}

TEST_CASE("TG2: an error of a child cancels the others "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_04)") {
    lazy_and_eager on;
    trace t;
    const auto t2 = std::make_shared<lasti::task<int>>();
    const lasti::error raised = outcome(on, runner(t, [=](lasti::task_group g) {
        g.create_task(crasher(t, "foo1", 0.1, zero_division_error()));
        *t2 = g.create_task(sleeper(t, "foo2", 1));
    }));
    CHECK(types_in(raised) == zero_division);
    CHECK(t.take() == "body foo1! foo2-cancelled");
    CHECK(t2->cancelled());
    CHECK(on.loop.time() == 0.1);
}

TEST_CASE("TG2: all errors of one round are gathered "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_cancel_children_on_child_error)") {
    lazy_and_eager on;
    trace t;
    const lasti::error raised = outcome(on, runner(t, [=](lasti::task_group g) {
        for (int i = 0; i < 3; ++i) g.create_task(crasher(t, "foo1", 0.1, zero_division_error()));
        g.create_task(sleeper(t, "foo2", 5));
    }, 10));
    CHECK(types_in(raised) == zero_division);
    CHECK(raised.what() == "unhandled errors in a TaskGroup (3 sub-exceptions)");
    CHECK(t.take() == "foo1! foo1! foo1! foo2-cancelled body-cancelled");
}

namespace {

std::function<void(lasti::task_group)> five_sleepers(trace t) {
    return [=](lasti::task_group g) {
        for (int i = 0; i < 5; ++i) g.create_task(sleeper(t, "foo", 5));
    };
}
std::function<void(lasti::task_group)> five_crashers(trace t) {
    return [=](lasti::task_group g) {
        for (int i = 0; i < 5; ++i) g.create_task(crashes_at_the_end(t, "foo", 10, zero_division_error()));
    };
}

} // namespace

TEST_CASE("TG5: a cancellation while the group waits "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_cancellation)") {
    lazy_and_eager on;
    trace t;
    CHECK(outcome_cancelled(on, runner(t, five_sleepers(t))).is<lasti::cancelled_error>());
    CHECK(t.take() == "body foo-cancelled foo-cancelled foo-cancelled foo-cancelled foo-cancelled");
}

TEST_CASE("TG5: a cancellation in the body (test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_07)") {
    lazy_and_eager on;
    trace t;
    CHECK(outcome_cancelled(on, runner(t, five_sleepers(t), 10)).is<lasti::cancelled_error>());
    CHECK(t.take() == "body-cancelled foo-cancelled foo-cancelled foo-cancelled foo-cancelled foo-cancelled");
}

TEST_CASE("TG5: a cancellation that makes the children fail "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_08)") {
    lazy_and_eager on;
    trace t;
    CHECK(types_in(outcome_cancelled(on, runner(t, five_crashers(t), 10))) == zero_division);
    CHECK(t.take() == "body-cancelled foo! foo! foo! foo! foo!");
}

namespace {

/// A group with two tasks, in which an error is raised.
struct raises_in_body {
    trace t;
    double after;
    lasti::task_group g;
    lasti::task<int> t1, t2;
    raises_in_body(trace notes, double time) : t(notes), after(time) {}
    COROUTINE_BODY(void) {
        BEGIN;
        TRY
            ASYNC_WITH(g)
                t1 = g.create_task(sleeper(t, "foo1", 1, 42));
                t2 = g.create_task(sleeper(t, "foo2", 2, 11));
                if (after > 0) AWAIT(lasti::sleep(after));
                RAISE(zero_division_error());
            END_ASYNC_WITH
        EXCEPT(lasti::exception_group)
            CHECK(types_in(self.handled()) == zero_division);
            t("caught");
        END_TRY
        t(t1.cancelled() && t2.cancelled());
        END;
    }
};

} // namespace

TEST_CASE("TG3: an error of the body joins the group "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_09)") {
    lazy_and_eager on;
    trace t;
    on.run(raises_in_body(t, 0.1));
    CHECK(t.take() == "foo1-cancelled foo2-cancelled caught 1");
}

TEST_CASE("TG3: an error of the body before lazy tasks have started "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_10)") {
    lazy_and_eager on;
    trace t;
    on.run(raises_in_body(t, 0));
    CHECK(t.take() == (on.is_eager ? "foo1-cancelled foo2-cancelled caught 1" : "caught 1"));
}

namespace {

/// One group in another: `fill` fills both.
struct nested_runner {
    trace t;
    std::function<void(lasti::task_group, lasti::task_group)> fill;
    double body_time;
    lasti::task_group g1, g2;
    nested_runner(trace notes, std::function<void(lasti::task_group, lasti::task_group)> fill_them, double time)
        : t(notes), fill(std::move(fill_them)), body_time(time) {}
    COROUTINE_BODY(void) {
        BEGIN;
        ASYNC_WITH(g1) ASYNC_WITH(g2)
            fill(g1, g2);
            if (body_time > 0) AWAIT(lasti::sleep(body_time));
            t("body");
        END_ASYNC_WITH END_ASYNC_WITH
        END;
    }
};

} // namespace

TEST_CASE("TG5: an empty group around one whose children fail "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_11)") {
    lazy_and_eager on;
    trace t;
    const nested_runner nested(t, [=](lasti::task_group, lasti::task_group g2) { five_crashers(t)(g2); }, 10);
    const lasti::error raised = on.loop.run_until_complete(raised_when_cancelled(lasti::coroutine<>(nested), 0.1));
    CHECK(types_in(raised) == a_group);
    CHECK(types_in(inner_group(raised)) == zero_division);
    CHECK(t.take() == "foo! foo! foo! foo! foo!");
}

TEST_CASE("TG5: a group with a child around one whose children fail "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_12)") {
    lazy_and_eager on;
    trace t;
    const nested_runner nested(t, [=](lasti::task_group g1, lasti::task_group g2) {
        g1.create_task(sleeper(t, "outer", 10));
        five_crashers(t)(g2);
    }, 10);
    const lasti::error raised = on.loop.run_until_complete(raised_when_cancelled(lasti::coroutine<>(nested), 0.1));
    CHECK(types_in(raised) == a_group);
    CHECK(types_in(inner_group(raised)) == zero_division);
    CHECK(t.take() == "foo! foo! foo! foo! foo! outer-cancelled");
}

TEST_CASE("TG6: a child of the outer group fails "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_13)") {
    lazy_and_eager on;
    trace t;
    const lasti::error raised = outcome(on, lasti::coroutine<>(nested_runner(t, [=](lasti::task_group g1, lasti::task_group g2) {
        g1.create_task(crasher(t, "outer", 0.1, lasti::value_error("0.1")));
        g2.create_task(crasher(t, "inner", 10, lasti::value_error("10")));
    }, 0)));
    CHECK(types_in(raised) == types{"lasti::value_error"});
    CHECK(t.take() == "body outer!");
}

TEST_CASE("TG6: a child of the inner group fails "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_14)") {
    lazy_and_eager on;
    trace t;
    const lasti::error raised = outcome(on, lasti::coroutine<>(nested_runner(t, [=](lasti::task_group g1, lasti::task_group g2) {
        g1.create_task(crasher(t, "outer", 10, lasti::value_error("10")));
        g2.create_task(crasher(t, "inner", 0.1, lasti::value_error("0.1")));
    }, 0)));
    CHECK(types_in(raised) == a_group);
    CHECK(types_in(inner_group(raised)) == types{"lasti::value_error"});
    CHECK(t.take() == "body inner!");
}

TEST_SUITE_END();
