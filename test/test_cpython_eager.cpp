// CPython's test_asyncio/test_eager_task_factory.py: tasks that run their first step where they are made.
// conformance/catalogue.csv lists what became of each test.
#include <lasti/event_loop.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include <lasti/context.hpp>
#include <lasti/gather.hpp>
#include <lasti/staggered.hpp>
#include <lasti/task_group.hpp>

#include "support/bodies.hpp"
#include "support/cpython.hpp"

#include <lasti/keywords.hpp>

namespace {

struct eager : stage {
    eager() { loop.set_eager_tasks(true); }

    /// Runs it; the loop runs before it starts, so it is eager itself only in what it makes.
    template <class C>
    auto run(C body) -> decltype(loop.run_until_complete(body)) {
        return loop.run_until_complete(body);
    }
};

lasti::coroutine<std::string> blocking(std::string result) {
    return lasti::as_coroutine(lasti::sleep(0.1, result));
}

bool is_in(lasti::any_task const& t, std::vector<lasti::any_task> const& all) {
    for (lasti::any_task const& other : all)
        if (other == t) return true;
    return false;
}

lasti::task_options starting(lasti::start when, std::string name = "") {
    lasti::task_options options;
    options.name = name;
    options.when = when;
    return options;
}

lasti::coroutine<> notes_its_name(trace note) {
    return COROUTINE(void) { BEGIN; note(lasti::current_task().get_name()); END; };
}

} // namespace

TEST_SUITE_BEGIN("CPython's test_eager_task_factory");

TEST_CASE("the switch (test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_eager_task_factory_set)") {
    eager on;
    const trace note = on.note;
    on.run(COROUTINE(void) {
        BEGIN;
        note(lasti::create_task(returning(1)).done() ? "eager" : "lazy");
        lasti::get_running_loop().set_eager_tasks(false);
        note(lasti::create_task(returning(1)).done() ? "eager" : "lazy");
        AWAIT(lasti::sleep(0));
        END;
    });
    CHECK(on.note.take() == "eager lazy");
}

TEST_CASE("a future set in the first step "
          "(test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_await_future_during_eager_step)") {
    eager on;
    const lasti::future<std::string> f = on.loop.create_future<std::string>();
    std::string result;
    const lasti::coroutine<> sets = COROUTINE(void) { BEGIN; f.set_result("my message"); END; };
    CHECK(on.run(COROUTINE(std::string) {
        BEGIN;
        CHECK(lasti::create_task(sets).done());
        AWAIT_SET(result, f);
        RETURN(result);
        END;
    }) == "my message");
}

TEST_CASE("done at once (test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_eager_completion)") {
    eager on;
    lasti::task<std::string> t;
    std::string result;
    CHECK(on.run(COROUTINE(std::string) {
        BEGIN;
        t = lasti::create_task(returning<std::string>("hello"));
        CHECK(t.done());
        AWAIT_SET(result, t);
        RETURN(result);
        END;
    }) == "hello");
}

TEST_CASE("one that waits (test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_block_after_eager_step)") {
    eager on;
    lasti::task<std::string> t;
    std::string result;
    CHECK(on.run(COROUTINE(std::string) {
        BEGIN;
        t = lasti::create_task(blocking("finished after blocking"));
        CHECK_FALSE(t.done());
        AWAIT_SET(result, t);
        CHECK(t.done());
        RETURN(result);
        END;
    }) == "finished after blocking");
}

TEST_CASE("cancelled when it is done "
          "(test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_cancellation_after_eager_completion)") {
    eager on;
    lasti::task<std::string> t;
    std::string result;
    CHECK(on.run(COROUTINE(std::string) {
        BEGIN;
        t = lasti::create_task(returning<std::string>("finished without blocking"));
        CHECK_FALSE(t.cancel());
        AWAIT_SET(result, t);
        CHECK_FALSE(t.cancelled());
        RETURN(result);
        END;
    }) == "finished without blocking");
}

TEST_CASE("cancelled while it waits "
          "(test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_cancellation_after_eager_step_blocks)") {
    eager on;
    lasti::task<std::string> t;
    CHECK(cancelled_with([&] {
        on.run(COROUTINE(void) {
            BEGIN;
            t = lasti::create_task(blocking("finished after blocking"));
            t.cancel("cancellation message");
            CHECK(t.cancelling() > 0);
            AWAIT(t);
            END;
        });
    }) == "cancellation message");
}

TEST_CASE("the running task (test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_current_task)") {
    eager on;
    lasti::any_task seen;
    lasti::any_task* const captured = &seen;
    const lasti::coroutine<> looks = COROUTINE(void) {
        BEGIN;
        *captured = lasti::current_task();
        AWAIT(lasti::sleep(0.1));
        CHECK(lasti::current_task() == *captured);
        END;
    };
    lasti::task<> t;
    on.run(COROUTINE(void) {
        BEGIN;
        t = lasti::create_task(looks);
        CHECK(*captured == t);
        CHECK(lasti::current_task() != t);
        AWAIT(t);
        END;
    });
}

TEST_CASE("all tasks, of which it is one until it is done "
          "(test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_all_tasks_with_eager_completion)") {
    eager on;
    std::vector<lasti::any_task> seen;
    std::vector<lasti::any_task>* const captured = &seen;
    const lasti::coroutine<> looks = COROUTINE(void) { BEGIN; *captured = lasti::all_tasks(); END; };
    lasti::task<> t;
    on.run(COROUTINE(void) {
        BEGIN;
        t = lasti::create_task(looks);
        CHECK(is_in(t, *captured));
        CHECK_FALSE(is_in(t, lasti::all_tasks()));
        END;
    });
}

TEST_CASE("all tasks, while it waits "
          "(test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_all_tasks_with_blocking)") {
    eager on;
    std::vector<lasti::any_task> seen;
    std::vector<lasti::any_task>* const captured = &seen;
    const lasti::future<> one = on.loop.create_future(), two = on.loop.create_future();
    const lasti::coroutine<> looks = COROUTINE(void) {
        BEGIN;
        *captured = lasti::all_tasks();
        AWAIT(one);
        two.set_result();
        END;
    };
    lasti::task<> t;
    on.run(COROUTINE(void) {
        BEGIN;
        t = lasti::create_task(looks);
        CHECK(is_in(t, *captured));
        CHECK(is_in(t, lasti::all_tasks()));
        one.set_result();
        AWAIT(two);
        CHECK_FALSE(is_in(t, lasti::all_tasks()));
        END;
    });
}

namespace {
const lasti::context_var<int> cv("cv", 0);
}

TEST_CASE("its context (test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_context_vars)") {
    eager on;
    const trace note = on.note;
    const lasti::coroutine<> body = COROUTINE(void) {
        BEGIN;
        note(cv.get());
        cv.set(2);
        AWAIT(lasti::sleep(0.1));
        note(cv.get());
        cv.set(3);
        note(cv.get());
        END;
    };
    lasti::task<> t;
    on.run(COROUTINE(void) {
        BEGIN;
        cv.set(1);
        t = lasti::create_task(body);
        note("made");
        note(cv.get());
        AWAIT(t);
        note(cv.get());
        END;
    });
    CHECK(on.note.take() == "1 made 1 2 3 1");
}

namespace {

typedef std::function<lasti::coroutine<std::string>()> way;

lasti::coroutine<std::string> never() {
    lasti::future<std::string> f;
    return COROUTINE(std::string) {
        BEGIN;
        f = lasti::get_running_loop().create_future<std::string>();
        AWAIT(f);
        RETURN("");
        END;
    };
}
way sleeping(double seconds, std::string result) {
    return [=] { return lasti::as_coroutine(lasti::sleep(seconds, result)); };
}

} // namespace

TEST_CASE("a race (test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_staggered_race_with_eager_tasks)") {
    eager on;
    const trace note = on.note;
    const way fails = [note] { return fails_after_rounds(note, "no good", 1); };
    lasti::staggered_result<std::string> raced;
    on.run(COROUTINE(void) {
        BEGIN;
        AWAIT_SET(raced, lasti::staggered_race<std::string>({way(&never), sleeping(1, "sleep1"), fails}, 0.25));
        note(raced.winner_result());
        CHECK(raced.winner_index() == 1);
        CHECK_FALSE(raced.exceptions()[1]);
        CHECK(raced.exceptions()[0].is<lasti::cancelled_error>());
        CHECK(raced.exceptions()[2].is<std::out_of_range>());
        END;
    });
    CHECK(on.note.take() == "no good sleep1");
}

TEST_CASE("a race without head starts "
          "(test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_staggered_race_with_eager_tasks_no_delay)") {
    eager on;
    const trace note = on.note;
    const way fails = [note] { return fails_after_rounds(note, "no good", 0); };
    lasti::staggered_result<std::string> raced;
    on.run(COROUTINE(void) {
        BEGIN;
        AWAIT_SET(raced, lasti::staggered_race<std::string>({fails, sleeping(1, "sleep1"), sleeping(0, "sleep0")}, lasti::forever));
        note(raced.winner_result());
        CHECK(raced.winner_index() == 1);
        CHECK_FALSE(raced.exceptions()[1]);
        CHECK(raced.exceptions()[0].is<std::out_of_range>());
        CHECK(raced.exceptions().size() == 2);
        END;
    });
    CHECK(on.note.take() == "no good sleep1");
}

TEST_CASE("one task is to be lazy (test_asyncio/test_eager_task_factory.py: EagerTaskFactoryLoopTests.test_eager_start_false)") {
    eager on;
    const trace note = on.note;
    lasti::task<> t;
    on.run(COROUTINE(void) {
        BEGIN;
        t = lasti::create_task(notes_its_name(note), starting(lasti::start::soon, "lazy"));
        CHECK_FALSE(t.done());
        note("made");
        AWAIT(t);
        END;
    });
    CHECK(on.note.take() == "made lazy");
}

TEST_CASE("its name (test_asyncio/test_eager_task_factory.py: CEagerTaskFactoryLoopTests.test_name)") {
    eager on;
    const trace note = on.note;
    on.run(COROUTINE(void) {
        BEGIN;
        lasti::create_task(notes_its_name(note), "test name");
        note("made");
        END;
    });
    CHECK(on.note.take() == "test name made");
}

TEST_CASE("one task is to be eager "
          "(test_asyncio/test_eager_task_factory.py: DefaultTaskFactoryEagerStart.test_eager_start_true_with_default_factory)") {
    stage on;
    const trace note = on.note;
    on.loop.run_until_complete(COROUTINE(void) {
        BEGIN;
        CHECK(lasti::create_task(notes_its_name(note), starting(lasti::start::eagerly, "example")).done());
        note("made");
        END;
    });
    CHECK(on.note.take() == "example made");
}

// ---- how many steps --------------------------------------------------------------------------------

namespace {

lasti::coroutine<int> chain(int depth) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        if (depth == 0) RETURN(0);
        AWAIT_SET(x, chain(depth - 1));
        RETURN(x + 1);
        END;
    };
}

// Each counts itself where it runs in a task that the loop has stepped.
lasti::coroutine<> groups(int width, int depth, int* tasks) {
    lasti::task_group g;
    int i = 0;
    return COROUTINE(void) {
        BEGIN;
        ++*tasks;
        if (depth > 0) {
            ASYNC_WITH(g)
                for (i = 0; i < width; ++i) g.create_task(groups(width, depth - 1, tasks));
            END_ASYNC_WITH
        }
        END;
    };
}

lasti::coroutine<> gathers(int width, int depth, int* tasks) {
    std::vector<lasti::coroutine<>> children;
    return COROUTINE(void) {
        BEGIN;
        ++*tasks;
        if (depth > 0) {
            while (children.size() < static_cast<std::size_t>(width)) children.push_back(gathers(width, depth - 1, tasks));
            AWAIT(lasti::gather(children));
        }
        END;
    };
}

// CPython counts the tasks that the loop starts: lazy ones. Here it is told how many have begun after one round, and
// how many there are in the end.
template <class Make>
std::string begun(stage& on, Make make) {
    int tasks = 0;
    on.loop.create_task(make(&tasks));
    on.loop.poll();
    const int first = tasks;
    on.loop.run();
    return std::to_string(first) + " of " + std::to_string(tasks);
}

} // namespace

TEST_CASE("a chain of awaits makes no task (test_asyncio/test_eager_task_factory.py: BaseTaskCountingTests.test_awaitables_chain)") {
    for (bool eagerly : {false, true}) {
        stage on;
        on.loop.set_eager_tasks(eagerly);
        const lasti::task<int> t = on.loop.create_task(chain(100));
        on.loop.poll();
        CHECK(t.result() == 100);
    }
}

TEST_CASE("groups in groups (test_asyncio/test_eager_task_factory.py: BaseTaskCountingTests.test_recursive_taskgroups)") {
    stage lazily;
    eager eagerly;
    CHECK(begun(lazily, [](int* tasks) { return groups(5, 4, tasks); }) == "1 of 781"); // 1 + 5 + 5**2 + 5**3 + 5**4
    CHECK(begun(eagerly, [](int* tasks) { return groups(5, 4, tasks); }) == "781 of 781");
}

TEST_CASE("gathers in gathers (test_asyncio/test_eager_task_factory.py: BaseTaskCountingTests.test_recursive_gather)") {
    stage lazily;
    eager eagerly;
    CHECK(begun(lazily, [](int* tasks) { return gathers(5, 4, tasks); }) == "1 of 781");
    CHECK(begun(eagerly, [](int* tasks) { return gathers(5, 4, tasks); }) == "781 of 781");
}

TEST_SUITE_END();
