// CPython's test_asyncio/test_taskgroups.py: the tests with names: how groups are entered and left, and which
// cancellations are left over. conformance/catalogue.csv lists what became of each test.
#include <lasti/task_group.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include <lasti/awaitable.hpp>
#include <lasti/context.hpp>

#include "support/group_runner.hpp"
#include "support/unraisable.hpp"

TEST_SUITE_BEGIN("CPython's test_taskgroups");

TEST_CASE("tasks have the name that was given "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_task_name)") {
    lazy_and_eager on;
    trace t;
    CHECK_FALSE(outcome(on, runner(t, [=](lasti::task_group g) {
        const lasti::task<int> made = g.create_task(sleeper(t, "coro", 0), "yolo");
        t(made.get_name());
    })));
    CHECK(t.take() == "yolo body coro left");
}

TEST_CASE("a task knows the name that was given "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_name)") {
    lazy_and_eager on;
    trace t;
    CHECK_FALSE(outcome(on, runner(t, [=](lasti::task_group g) {
        g.create_task(COROUTINE(void) {
            BEGIN;
            t(lasti::current_task().get_name());
            END;
        }, "example name");
    })));
    CHECK(t.take() == (on.is_eager ? "example name body left" : "body example name left"));
}

namespace {

const lasti::context_var<int> cvar("cvar");

lasti::coroutine<> sets_cvar(int value) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        cvar.set(value);
        END;
    };
}

} // namespace

TEST_CASE("a task runs in the context that was given "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_task_context)") {
    lazy_and_eager on;
    lasti::task_options in_ctx;
    in_ctx.context = lasti::context::make();
    lasti::task_group g;
    lasti::task<> t1, t2;
    CHECK_FALSE(in_ctx.context.contains(cvar));
    on.run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(g)
            t1 = g.create_task(sets_cvar(1), in_ctx);
            AWAIT(t1);
            CHECK(in_ctx.context.get(cvar) == 1);
            t2 = g.create_task(sets_cvar(2), in_ctx);
            AWAIT(t2);
            CHECK(in_ctx.context.get(cvar) == 2);
        END_ASYNC_WITH
        END;
    });
    CHECK(in_ctx.context.get(cvar) == 2);
}

TEST_CASE("TG1: no task can be added while the group shuts down "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_no_create_task_after_failure)") {
    lazy_and_eager on;
    const unraisables told;
    trace t;
    const lasti::error raised = outcome(on, runner(t, [=](lasti::task_group g) {
        g.create_task(crasher(t, "coro1", 0.001, zero_division_error()));
        g.create_task(COROUTINE(void) {
            BEGIN;
            TRY
                AWAIT(lasti::sleep(1));
            EXCEPT(lasti::cancelled_error)
                t(thrown_by([&] { g.create_task(crasher(t, "coro1", 0.001, zero_division_error())); }).what());
            END_TRY
            END;
        });
    }));
    CHECK(types_in(raised) == types{"zero_division_error"});
    CHECK(t.take() == "body coro1! TaskGroup is shutting down");
    CHECK(told.count() == 0);
}

namespace {

/// A context manager that fails when it is left.
struct database {
    void aenter() const {}
    lasti::coroutine<bool> aexit(lasti::error const&) const {
        return COROUTINE(bool) {
            BEGIN;
            RAISE(my_exc());
            END;
        };
    }
};

} // namespace

TEST_CASE("TG4: the group takes its cancellation back though the body has replaced it "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_context_manager_exit_raises)") {
    lazy_and_eager on;
    trace t;
    lasti::task_group g;
    lasti::exception_group const* group = nullptr;
    on.run(COROUTINE(void) {
        BEGIN;
        TRY
            ASYNC_WITH(g) ASYNC_WITH(database())
                g.create_task(crasher(t, "child", 0, my_exc()));
                AWAIT(lasti::sleep(1));
            END_ASYNC_WITH END_ASYNC_WITH
        EXCEPT_AS(group, lasti::exception_group)
            CHECK(lasti::current_task().cancelling() == 0);
            t(static_cast<long>(group->all<my_exc>().size()));
        END_TRY
        AWAIT(lasti::sleep(0));
        t("end");
        END;
    });
    CHECK(t.take() == "child! 2 end");
    CHECK(on.loop.time() == 0);
}

namespace {

lasti::coroutine<> crashes_at_once(trace t) {
    return COROUTINE(void) {
        BEGIN;
        t("raises");
        RAISE(my_exc());
        END;
    };
}

lasti::coroutine<> enters(lasti::task_group g) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(g)
        END_ASYNC_WITH
        END;
    };
}

} // namespace

TEST_CASE("TG1: not entered inside itself "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_already_entered)") {
    // Needs exceptions: what is used wrongly throws.
    lazy_and_eager on;
    lasti::task_group g;
    lasti::error raised;
    on.run(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(g)
            AWAIT_SET(raised, raised_in(enters(g)));
            CHECK(raised.is<lasti::runtime_error>());
            CHECK(raised.what() == "TaskGroup has already been entered");
        END_ASYNC_WITH
        END;
    });
}

TEST_CASE("TG1: not entered twice (test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_double_enter)") {
    // Needs exceptions: what is used wrongly throws.
    lazy_and_eager on;
    const lasti::task_group g;
    CHECK_FALSE(outcome(on, enters(g)));
    const lasti::error raised = outcome(on, enters(g));
    CHECK(raised.is<lasti::runtime_error>());
    CHECK(raised.what() == "TaskGroup has already been entered");
}

TEST_CASE("TG1: no task can be added when it is finished; the coroutine is closed "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_finished)") {
    lazy_and_eager on;
    const unraisables told;
    const lasti::task_group g;
    CHECK_FALSE(outcome(on, enters(g)));
    on.run(COROUTINE(void) {
        BEGIN;
        CHECK_THROWS_WITH_AS(g.create_task(lasti::as_coroutine(lasti::sleep(0))), "TaskGroup is finished", lasti::runtime_error);
        END;
    });
    CHECK(told.count() == 0);
}

TEST_CASE("TG1: the coroutine is closed, though its caller keeps it "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_coro_closed_when_tg_closed)") {
    lazy_and_eager on;
    const unraisables told;
    const lasti::task_group g;
    CHECK_FALSE(outcome(on, enters(g)));
    const lasti::coroutine<> coro = lasti::as_coroutine(lasti::sleep(0));
    on.run(COROUTINE(void) {
        BEGIN;
        CHECK_THROWS_WITH_AS(g.create_task(coro), "TaskGroup is finished", lasti::runtime_error);
        END;
    });
    CHECK_FALSE(coro.cr_frame());
    CHECK(told.count() == 0);
}

TEST_CASE("TG1: no task can be added before it is entered "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_not_entered)") {
    lazy_and_eager on;
    const unraisables told;
    const lasti::task_group g;
    on.run(COROUTINE(void) {
        BEGIN;
        CHECK_THROWS_WITH_AS(g.create_task(lasti::as_coroutine(lasti::sleep(0))), "TaskGroup has not been entered",
                             lasti::runtime_error);
        END;
    });
    CHECK(told.count() == 0);
}

TEST_CASE("TG1: not entered outside of a task "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_taskgroup_without_parent_task)") {
    lazy_and_eager on;
    const unraisables told;
    trace t;
    const lasti::task_group g;
    on.loop.call_soon([=] {
        t(thrown_by([&] { g.aenter(); }).what());
        t(thrown_by([&] { g.create_task(lasti::as_coroutine(lasti::sleep(0))); }).what());
    });
    on.loop.run();
    CHECK(contains(t.take(), "parent task: it is entered outside of one TaskGroup has not been entered"));
    CHECK(told.count() == 0);
}

TEST_CASE("TG4: no request to cancel is left over "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_cancelling_level_preserved)") {
    lazy_and_eager on;
    trace t;
    lasti::task_group g;
    on.run(COROUTINE(void) {
        BEGIN;
        TRY
            ASYNC_WITH(g)
                g.create_task(crasher(t, "child", 0, lasti::runtime_error("after")));
            END_ASYNC_WITH
        EXCEPT(lasti::exception_group)
            t("caught");
        END_TRY
        t(lasti::current_task().cancelling());
        END;
    });
    CHECK(t.take() == "child! caught 0");
}

TEST_CASE("TG6, V4: nested groups that fail in one round "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_nested_groups_both_cancelled)") {
    lazy_and_eager on;
    trace t;
    lasti::task_group outer, inner;
    on.run(COROUTINE(void) {
        BEGIN;
        TRY
            ASYNC_WITH(outer)
                TRY
                    ASYNC_WITH(inner)
                        inner.create_task(crasher(t, "inner", 0, lasti::runtime_error("inner")));
                        outer.create_task(crasher(t, "outer", 0, lasti::value_error("outer")));
                    END_ASYNC_WITH
                EXCEPT(lasti::exception_group)
                    CHECK(types_in(self.handled()) == types{"lasti::runtime_error"});
                    t(lasti::current_task().cancelling());
                ELSE
                    t("?");
                END_TRY
            END_ASYNC_WITH
            t("?");
        EXCEPT(lasti::exception_group)
            CHECK(types_in(self.handled()) == types{"lasti::value_error"});
        END_TRY
        t(lasti::current_task().cancelling());
        AWAIT(lasti::sleep(0));
        t("end");
        END;
    });
    CHECK(t.take() == "inner! outer! 1 0 end");
}

namespace {

/// A group whose child fails, in a task that is cancelled from outside in the same round.
struct fails_and_is_cancelled {
    trace t;
    lasti::future<> event;
    lasti::task_group g;
    fails_and_is_cancelled(trace notes, lasti::future<> set_by_the_child) : t(notes), event(set_by_the_child) {}
    lasti::coroutine<> child() const {
        const lasti::future<> e = event;
        const trace note = t;
        return COROUTINE(void) {
            BEGIN;
            e.set_result();
            AWAIT(lasti::sleep(0));
            note("raises");
            RAISE(lasti::runtime_error("child"));
            END;
        };
    }
    COROUTINE_BODY(void) {
        BEGIN;
        TRY
            ASYNC_WITH(g)
                g.create_task(child());
                AWAIT(lasti::sleep(1));
                t("?");
            END_ASYNC_WITH
        EXCEPT(lasti::exception_group)
            CHECK(types_in(self.handled()) == types{"lasti::runtime_error"});
            t(lasti::current_task().cancelling());
        END_TRY
        t(lasti::current_task().cancelling());
        AWAIT(lasti::sleep(1));
        t("?");
        END;
    }
};

} // namespace

TEST_CASE("TG5, V3: with an error the group is raised, and the next await is cancelled "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_error_and_cancel)") {
    lazy_and_eager on;
    trace t;
    const lasti::future<> event = on.loop.create_future<>();
    lasti::task<> inner;
    lasti::error raised;
    on.run(COROUTINE(void) {
        BEGIN;
        inner = lasti::create_task(lasti::coroutine<>(fails_and_is_cancelled(t, event)));
        AWAIT(event);
        t(inner.cancelling());
        inner.cancel();
        t(inner.cancelling());
        AWAIT_SET(raised, raised_in(inner));
        t(raised.is<lasti::cancelled_error>() && inner.cancelled() ? "cancelled" : "?");
        END;
    });
    CHECK(t.take() == "0 1 raises 1 1 cancelled");
    CHECK(on.loop.time() == 0);
}

TEST_CASE("TG9, W17: an eager child that fails does not cancel whoever makes it before that waits "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_cancels_task_if_created_during_creation)") {
    lazy_and_eager on;
    trace t;
    const lasti::error raised = outcome(on, runner(t, [=](lasti::task_group g) {
        g.create_task(COROUTINE(void) {
            BEGIN;
            g.create_task(crashes_at_once(t));
            TRY
                AWAIT(lasti::sleep(0));
                t("lazy");
                AWAIT(lasti::sleep(0));
                t("?");
            EXCEPT(lasti::cancelled_error)
                t("cancelled");
            END_TRY
            END;
        });
    }));
    CHECK(types_in(raised) == types{"my_exc"});
    CHECK(t.take() == (on.is_eager ? "raises body cancelled" : "body raises lazy cancelled"));
}

TEST_CASE("TG9: the cancellation of a group whose eager child fails at once stays in the group "
          "(test_asyncio/test_taskgroups.py: BaseTestTaskGroup.test_cancellation_does_not_leak_out_of_tg)") {
    lazy_and_eager on;
    trace t;
    lasti::task_group g;
    on.run(COROUTINE(void) {
        BEGIN;
        TRY
            ASYNC_WITH(g)
                g.create_task(crashes_at_once(t));
            END_ASYNC_WITH
        EXCEPT(lasti::exception_group)
            CHECK(types_in(self.handled()) == types{"my_exc"});
            t("caught");
        END_TRY
        AWAIT(lasti::sleep(0));
        t("end");
        END;
    });
    CHECK(t.take() == "raises caught end");
}

TEST_SUITE_END();
