#include <lasti/context.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <lasti/event_loop.hpp>
#include <lasti/runner.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

const lasti::context_var<int> number("number", 0);
const lasti::context_var<std::string> user("user");

/// Notes the number, sets it, waits, and notes it again.
lasti::coroutine<> sets(trace note, int value) {
    return COROUTINE(void) {
        BEGIN;
        note(number.get());
        number.set(value);
        AWAIT(lasti::sleep(0));
        note(number.get());
        END;
    };
}

lasti::coroutine<> notes_number(trace note) {
    return COROUTINE(void) { BEGIN; note(number.get()); END; };
}

lasti::task_options in(lasti::context const& c) {
    lasti::task_options options;
    options.context = c;
    return options;
}

/// The thread's own context must be the same again at the end of a test.
struct restored {
    lasti::context_token<int> const token = number.set(0);
    ~restored() { number.reset(token); }
};

} // namespace

TEST_SUITE_BEGIN("context: variables");

TEST_CASE("L13: a variable without value or default is a lookup_error, which names it") {
    CHECK_THROWS_WITH_AS(user.get(), "context variable 'user' has no value here, and no default", lasti::lookup_error);
    CHECK(user.get("somebody") == "somebody");
    CHECK(number.get() == 0);
    CHECK(number.get(5) == 5);  // what is passed wins over the default
    CHECK(user.name() == "user");
}

TEST_CASE("L13: set() gives a token, and reset() takes the value back, also to none") {
    const restored at_end;
    const lasti::context_token<std::string> first = user.set("alice");
    CHECK_FALSE(first.had_value());
    CHECK_THROWS_AS(first.old_value(), lasti::lookup_error);
    const lasti::context_token<std::string> second = user.set("bob");
    CHECK(second.old_value() == "alice");
    CHECK(user.get() == "bob");
    user.reset(second);
    CHECK(user.get() == "alice");
    user.reset(first);
    CHECK_THROWS_AS(user.get(), lasti::lookup_error);
}

TEST_CASE("L13: a token is good once, for its own variable, in its own context") {
    const restored at_end;
    const lasti::context_var<int> other("other", 0);
    const lasti::context_token<int> token = number.set(1);
    CHECK_THROWS_WITH_AS(other.reset(token), doctest::Contains("'number' was used for 'other'"), lasti::value_error);
    CHECK_THROWS_WITH_AS(lasti::copy_context().run([&] { number.reset(token); }), doctest::Contains("different context"), lasti::value_error);
    number.reset(token);
    CHECK_THROWS_WITH_AS(number.reset(token), doctest::Contains("already been used once"), lasti::runtime_error);
    CHECK_THROWS_AS(number.reset(lasti::context_token<int>()), lasti::type_error);
}

TEST_CASE("L13: a token in a WITH statement resets at its end") {
    virtual_loop on;
    const trace note;
    struct body {
        trace note;
        explicit body(trace n) : note(n) {}
        COROUTINE_BODY(void) {
            BEGIN;
            WITH(number.set(7)) {
                AWAIT(lasti::sleep(1));
                note(number.get());
            }
            END_WITH;
            note(number.get());
            END;
        }
    };
    on.loop.run_until_complete(lasti::coroutine<>(body(note)));
    CHECK(note.take() == "7 0");
}

TEST_CASE("L13: values die with the last context that has them") {
    counted::reset();
    {
        const lasti::context_var<std::shared_ptr<counted>> var("var");
        lasti::context copied;
        lasti::context::make().run([&] {
            var.set(std::make_shared<counted>(3));
            copied = lasti::copy_context();
            var.set(std::make_shared<counted>(4));
            CHECK(counted::alive() == 2);
        });
        CHECK(counted::alive() == 1);
        CHECK(copied.get(var)->value == 3);
    }
    CHECK(counted::alive() == 0);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("context: contexts");

TEST_CASE("L13: run() makes a context current, and what is set in it stays in it") {
    const lasti::context c = lasti::context::make();
    CHECK(c.run([](int add) {
        number.set(number.get() + add);
        return number.get();
    }, 5) == 5);
    CHECK(number.get() == 0);
    CHECK(c.get(number) == 5);
    CHECK(c.run([] { return number.get(); }) == 5);
}

TEST_CASE("L13: run() leaves the context when its function throws") {
    const lasti::context c = lasti::context::make();
    CHECK_THROWS_AS(c.run([] {
        number.set(6);
        throw std::runtime_error("out");
    }), std::runtime_error);
    CHECK(number.get() == 0);
    CHECK(c.run([] { return number.get(); }) == 6);
}

TEST_CASE("L13: a context cannot be entered twice") {
    const lasti::context c = lasti::context::make();
    CHECK_THROWS_WITH_AS(c.run([&] { c.run([] {}); }), "cannot enter context: it is already entered", lasti::runtime_error);
    c.run([&] { lasti::context::make().run([&] { CHECK_THROWS_AS(c.run([] {}), lasti::runtime_error); }); });
    c.run([] {});  // it was left each time
}

TEST_CASE("L13: a context can be looked at as a mapping") {
    const lasti::context_var<int> a("a"), b("b", 2);
    const lasti::context c = lasti::context::make();
    CHECK(c.size() == 0);
    c.run([&] {
        b.set(20);
        a.set(10);
    });
    CHECK(c.size() == 2);
    CHECK(c.names() == std::vector<std::string>{"a", "b"});
    CHECK(c.contains(a));
    CHECK(c.get(b) == 20);
    CHECK_FALSE(c.contains(number));
    CHECK_THROWS_AS(c.get(number), lasti::lookup_error);  // its default does not count
    CHECK(c.get(number, 9) == 9);
}

TEST_CASE("L13: a copy has the values, and goes its own way") {
    const lasti::context c = lasti::context::make();
    c.run([] { number.set(1); });
    const lasti::context copied = c.copy(), same = c;
    c.run([] { number.set(2); });
    CHECK(same.get(number) == 2);
    CHECK(copied.get(number) == 1);
    CHECK(copied != c);
    CHECK(same == c);
    CHECK(lasti::context::make().copy().size() == 0);
}

TEST_CASE("L13: an empty handle is a clear error") {
    const lasti::context none;
    CHECK_FALSE(none);
    CHECK_THROWS_AS(none.run([] {}), lasti::type_error);
    CHECK_THROWS_AS(none.copy(), lasti::type_error);
    CHECK_THROWS_AS(none.size(), lasti::type_error);
}

TEST_CASE("L13: each thread has a context of its own") {
    const restored at_end;
    number.set(3);
    int there = -1;
    std::thread([&] {
        there = number.get();
        number.set(4);
    }).join();
    CHECK(there == 0);
    CHECK(number.get() == 3);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("context: tasks and callbacks");

TEST_CASE("L13: a task runs in a copy of the context where it was made") {
    const restored at_end;
    virtual_loop on;
    const trace note;
    number.set(1);
    on.loop.create_task(sets(note, 2));
    number.set(9);  // too late for that task
    on.loop.create_task(sets(note, 3));
    on.loop.run();
    CHECK(note.take() == "1 9 2 3");
    CHECK(number.get() == 9);
}

TEST_CASE("L13: a task runs in the context that it is given, which others see change") {
    virtual_loop on;
    const trace note;
    const lasti::context c = lasti::context::make();
    on.loop.create_task(sets(note, 5), in(c));
    on.loop.create_task(sets(note, 6), in(c));
    on.loop.run();
    CHECK(note.take() == "0 5 6 6");
    CHECK(c.get(number) == 6);
}

TEST_CASE("L13: awaited coroutines share their task's context, and tasks inherit from tasks") {
    virtual_loop on;
    const trace note;
    struct body {
        trace note;
        explicit body(trace n) : note(n) {}
        COROUTINE_BODY(void) {
            BEGIN;
            number.set(1);
            AWAIT(sets(note, 2));
            note(number.get());
            AWAIT(lasti::create_task(sets(note, 3)));
            note(number.get());
            END;
        }
    };
    on.loop.run_until_complete(lasti::coroutine<>(body(note)));
    CHECK(note.take() == "1 2 2 2 3 2");
}

TEST_CASE("L13: callbacks run in a copy of the context where they were scheduled, each in its own") {
    const restored at_end;
    virtual_loop on;
    const trace note;
    const auto count = [note] {
        note(number.get());
        number.set(99);
        note(number.get());
    };
    const lasti::future<> f = on.loop.create_future<>();
    number.set(1);
    on.loop.call_soon(count);
    f.add_done_callback([=](lasti::future<>) { count(); });
    number.set(2);
    on.loop.call_soon(count);
    on.loop.call_later(1, count);
    on.loop.call_at(2, count);
    on.loop.call_soon_threadsafe(count);
    number.set(3);
    f.set_result();
    on.loop.run();
    CHECK(note.take() == "1 99 2 99 1 99 2 99 2 99 2 99");
    CHECK(number.get() == 3);
}

TEST_CASE("L13: callbacks run in the context they are given") {
    virtual_loop on;
    const lasti::context c = lasti::context::make();
    const auto count = [] { number.set(number.get() + 1); };
    const lasti::future<> f = on.loop.create_future<>();
    on.loop.call_soon(count, c);
    on.loop.call_later(1, count, c);
    on.loop.call_at(2, count, c);
    on.loop.call_soon_threadsafe(count, c);
    f.add_done_callback([=](lasti::future<>) { count(); }, c);
    lasti::any_future(f).add_done_callback([=](lasti::any_future) { count(); }, c);
    f.set_result();
    on.loop.run();
    CHECK(c.get(number) == 6);
    CHECK(number.get() == 0);
}

TEST_CASE("L13: an eager task starts in its own context, also inside of context::run()") {
    virtual_loop on;
    const trace note;
    lasti::task_options eager;
    eager.when = lasti::start::eagerly;
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_soon([=] {
        number.set(1);
        lasti::context::make().run([=] {
            number.set(2);
            loop->create_task(sets(note, 3), eager);
            note(number.get());
        });
        note(number.get());
    });
    on.loop.run();
    CHECK(note.take() == "2 2 1 3");
}

TEST_CASE("L13: a loop that runs inside of context::run() gives tasks their own contexts") {
    const lasti::context c = lasti::context::make();
    const trace note;
    c.run([&] {
        number.set(1);
        lasti::virtual_clock clock;
        lasti::run(sets(note, 2), clock);
        note(number.get());
    });
    CHECK(note.take() == "1 2 1");
}

TEST_CASE("L13: get_context() is the task's own, not a copy") {
    virtual_loop on;
    const lasti::task<> t = on.loop.create_task(sets(trace(), 4));
    CHECK(t.get_context() == t.get_context());
    CHECK(t.get_context().size() == 0);
    on.loop.run();
    CHECK(t.get_context().get(number) == 4);

    const lasti::context c = lasti::context::make();
    CHECK(on.loop.create_task(notes_number(trace()), in(c)).get_context() == c);
    on.loop.run();
}

TEST_CASE("L13: a task cannot enter its own context again, but others can while it waits") {
    virtual_loop on;
    const trace note;
    struct body {
        trace note;
        explicit body(trace n) : note(n) {}
        COROUTINE_BODY(void) {
            BEGIN;
            note(thrown_by([] { lasti::current_task().get_context().run([] {}); }).what());
            number.set(8);
            AWAIT(lasti::sleep(1));
            END;
        }
    };
    const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(body(note)));
    on.loop.call_later(0.5, [=] { t.get_context().run([=] { note(number.get()); }); });
    on.loop.run();
    CHECK(note.take() == "cannot enter context: it is already entered 8");
}

TEST_SUITE_END();
