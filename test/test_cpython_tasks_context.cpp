// CPython's test_asyncio/test_tasks.py: the contexts of tasks; tasks that start at once.
// conformance/catalogue.csv lists what became of each test.
#include <lasti/task.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <lasti/context.hpp>
#include <lasti/gather.hpp>

#include "support/cpython.hpp"

#include <lasti/keywords.hpp>

namespace {

const lasti::context_var<std::string> cvar("cvar", "nope");
const lasti::context_var<int> number("number");

lasti::coroutine<> sets_number(int value) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(0)); number.set(value); END; };
}

// Runs two tasks in one context, made by `create`, and says what the variable is there before and after each.
template <class Create>
std::string two_in_one_context(stage& on, Create create) {
    const lasti::context shared = lasti::context::make();
    const trace note = on.note;
    const auto noted = [shared, note] { note(shared.get(number, -1)); };
    on.loop.run_until_complete(COROUTINE(void) {
        BEGIN;
        noted();
        AWAIT(create(sets_number(1), shared));
        noted();
        AWAIT(create(sets_number(2), shared));
        noted();
        END;
    });
    return on.note.take();
}

lasti::task_options in(lasti::context where) {
    lasti::task_options options;
    options.context = where;
    return options;
}

lasti::coroutine<> notes_its_name(trace note) {
    return COROUTINE(void) { BEGIN; note(lasti::current_task().get_name()); END; };
}

lasti::task_options starting(lasti::start when) {
    lasti::task_options options;
    options.name = "example";
    options.when = when;
    return options;
}

} // namespace

TEST_SUITE_BEGIN("CPython's test_tasks: context");

TEST_CASE("a task has its own (test_asyncio/test_tasks.py: BaseTaskTests.test_context_1)") {
    stage on;
    const trace note = on.note;
    const lasti::coroutine<> sub = COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0.01));
        note(cvar.get());
        cvar.set("something else");
        END;
    };
    lasti::task<> t;
    on.loop.run_until_complete(on.loop.create_task(COROUTINE(void) {
        BEGIN;
        note(cvar.get());
        t = lasti::create_task(sub);
        cvar.set("yes");
        AWAIT(t);
        note(cvar.get());
        END;
    }));
    CHECK(on.note.take() == "nope nope yes");
}

TEST_CASE("so has a done callback (test_asyncio/test_tasks.py: BaseTaskTests.test_context_2)") {
    stage on;
    lasti::future<> f;
    int i = 0, j = 0;
    const trace note = on.note;
    on.loop.run_until_complete(on.loop.create_task(COROUTINE(void) {
        BEGIN;
        for (; j < 2; ++j) {
            f = lasti::get_running_loop().create_future();
            f.add_done_callback([](lasti::future<>) { cvar.set("something else"); });
            cvar.set("yes" + std::to_string(j));
            {
                const lasti::future<> to_set = f;
                lasti::get_running_loop().call_soon([to_set] { to_set.set_result(); });
            }
            AWAIT(f);
            note(cvar.get());
            for (i = 0; i < 2; ++i) {
                cvar.set("yes" + std::to_string(i) + std::to_string(j));
                AWAIT(lasti::sleep(0.001));
                note(cvar.get());
            }
        }
        END;
    }));
    CHECK(on.note.take() == "yes0 yes00 yes10 yes1 yes01 yes11");
    CHECK(cvar.get() == "nope");
}

TEST_CASE("a hundred tasks (test_asyncio/test_tasks.py: BaseTaskTests.test_context_3)") {
    stage on;
    struct sub {
        static lasti::coroutine<> of(int base) {
            int i = 0;
            return COROUTINE(void) {
                BEGIN;
                for (; i < 10; ++i) {
                    number.set(base + i);
                    AWAIT(lasti::sleep(0.001 * ((base * 7 + i * 3) % 50 + 1)));
                    CHECK(number.get() == base + i);
                }
                END;
            };
        }
    };
    std::vector<lasti::task<>> all;
    for (int i = 0; i < 100; ++i) all.push_back(on.loop.create_task(sub::of(i % 11)));
    on.loop.run_until_complete(lasti::gather(all));
    CHECK(number.get(-1) == -1);
}

TEST_CASE("a context that is given to a task (test_asyncio/test_tasks.py: BaseTaskTests.test_context_4)") {
    stage on;
    CHECK(two_in_one_context(on, [](lasti::coroutine<> c, lasti::context where) {
        return lasti::get_running_loop().create_task(c, in(where));
    }) == "-1 1 2");
}

TEST_CASE("… by the function (test_asyncio/test_tasks.py: BaseTaskTests.test_context_5)") {
    stage on;
    CHECK(two_in_one_context(on, [](lasti::coroutine<> c, lasti::context where) { return lasti::create_task(c, in(where)); }) == "-1 1 2");
}

TEST_CASE("… by the loop (test_asyncio/test_tasks.py: BaseTaskTests.test_context_6)") {
    stage on;
    lasti::event_loop* const loop = &on.loop;
    CHECK(two_in_one_context(on, [loop](lasti::coroutine<> c, lasti::context where) { return loop->create_task(c, in(where)); }) == "-1 1 2");
}

TEST_CASE("which one it is (test_asyncio/test_tasks.py: BaseTaskTests.test_get_context)") {
    stage on;
    const lasti::context where = lasti::context::make();
    const lasti::task<int> t = on.loop.create_task(returning(1), in(where));
    on.loop.run_until_complete(t);
    CHECK(t.get_context() == where);
}

TEST_CASE("a task that starts at once (test_asyncio/test_tasks.py: BaseTaskTests.test_eager_start_true)") {
    stage on;
    const trace note = on.note;
    on.loop.run_until_complete(COROUTINE(void) {
        BEGIN;
        CHECK(lasti::get_running_loop().create_task(notes_its_name(note), starting(lasti::start::eagerly)).done());
        note("made");
        END;
    });
    CHECK(on.note.take() == "example made");
}

TEST_CASE("one that does not (test_asyncio/test_tasks.py: BaseTaskTests.test_eager_start_false)") {
    stage on;
    const trace note = on.note;
    lasti::task<> t;
    on.loop.run_until_complete(COROUTINE(void) {
        BEGIN;
        t = lasti::get_running_loop().create_task(notes_its_name(note), starting(lasti::start::soon));
        CHECK_FALSE(t.done());
        note("made");
        AWAIT(t);
        END;
    });
    CHECK(on.note.take() == "made example");
}

TEST_SUITE_END();
