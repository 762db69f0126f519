// Debug mode, and what the exception handler is told.
#include <lasti/event_loop.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <lasti/context.hpp>
#include <lasti/runner.hpp>

#include "support/environment.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

const lasti::context_var<std::string> user("user", "nobody");

struct debugged : virtual_loop {
    debugged() { loop.set_debug(true); }
};

int slow_line = 0, second_line = 0;

/// Blocks the loop for so long, by its clock, in its second step.
lasti::coroutine<> blocks(lasti::virtual_clock* clock, double time) {
    return COROUTINE(void) {
        BEGIN;
        slow_line = __LINE__; AWAIT(lasti::sleep(1));
        clock->advance(time);
        second_line = __LINE__; AWAIT(lasti::sleep(1));
        END;
    };
}

lasti::coroutine<> fails() {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(0)); user.set("failing task"); RAISE(std::runtime_error("oops")); END; };
}

lasti::coroutine<> sleeps(double time) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(time)); END; };
}

/// Starts a task and waits for ever.
lasti::coroutine<> starts_one(int* line) {
    return COROUTINE(void) {
        BEGIN;
        *line = __LINE__; lasti::create_task(sleeps(5), "child");
        AWAIT(lasti::sleep(5));
        END;
    };
}

/// The message with which `call` is refused on another thread.
template <class F>
std::string refused_elsewhere(F call) {
    std::string message;
    std::thread([&] { message = thrown_by(call).what(); }).join();
    return message;
}

const char* const not_here = "Non-thread-safe operation invoked on an event loop other than the current one";

} // namespace

TEST_SUITE_BEGIN("debug: mode");

TEST_CASE("DB1: debug mode is off, unless set_debug(), LASTI_DEBUG or run() switches it on") {
    unset_variable("LASTI_DEBUG");
    CHECK_FALSE(lasti::event_loop().get_debug());
    set_variable("LASTI_DEBUG", "0");
    CHECK_FALSE(lasti::event_loop().get_debug());
    set_variable("LASTI_DEBUG", "1");
    CHECK(lasti::event_loop().get_debug());
    struct body {
        COROUTINE_BODY(bool) { BEGIN; RETURN(lasti::get_running_loop().get_debug()); END; }
    };
    CHECK(lasti::run(lasti::coroutine<bool>(body())));
    CHECK_FALSE(lasti::run(lasti::coroutine<bool>(body()), false));
    unset_variable("LASTI_DEBUG");
    CHECK(lasti::run(lasti::coroutine<bool>(body()), true));
    CHECK(lasti::event_loop().slow_callback_duration() == 0.1);
}

TEST_CASE("DB1: a step that takes long is reported, with task, place and time; blocking calls freeze all") {
    debugged on;
    const int line = __LINE__ + 1;
    on.loop.create_task(blocks(&on.clock, 0.25), "blocker");
    on.loop.run();
    REQUIRE(on.reported.count() == 1);
    lasti::exception_context const& told = on.reported[0];
    CHECK(told.message == "Executing task 'blocker' from 'blocks' (" + place(__FILE__, slow_line) + ") took 0.25 seconds");
    CHECK(told.duration == 0.25);
    CHECK_FALSE(told.exception);
    CHECK(told.task.get_name() == "blocker");
    CHECK(contains(told.await_chain, place(__FILE__, second_line)));  // where that step ended
    CHECK(told.created == place(__FILE__, line));
}

TEST_CASE("DB1: the limit can be set, and is met by what takes exactly that long") {
    debugged on;
    on.loop.set_slow_callback_duration(2);
    on.loop.create_task(blocks(&on.clock, 1.5));
    on.loop.create_task(blocks(&on.clock, 2));
    on.loop.run();
    CHECK(on.reported.count() == 1);
    CHECK(on.reported[0].duration == 2);
    CHECK_THROWS_AS(on.loop.set_slow_callback_duration(std::numeric_limits<double>::quiet_NaN()), lasti::value_error);
}

TEST_CASE("DB1: a callback that takes long is reported, too; a task that ends in that step as well") {
    debugged on;
    const lasti::handle h = on.loop.call_soon([&] { on.clock.advance(1); });
    const int line = __LINE__ - 1;
    struct body {
        lasti::virtual_clock* clock;
        explicit body(lasti::virtual_clock* c) : clock(c) {}
        COROUTINE_BODY(void) { BEGIN; clock->advance(3); END; }
    };
    on.loop.create_task(lasti::coroutine<>(body(&on.clock)), "short");
    on.loop.run();
    REQUIRE(on.reported.count() == 2);
    CHECK(on.reported[0].message == "Executing a callback took 1 seconds");
    CHECK(on.reported[0].handle == h);
    CHECK(on.reported[0].created == place(__FILE__, line));
    CHECK(contains(on.reported[1].message, "took 3 seconds"));
    CHECK(on.reported[1].task.done());
}

TEST_CASE("DB1: without debug mode nobody looks at the clock") {
    virtual_loop on;
    on.loop.create_task(blocks(&on.clock, 3600));
    on.loop.run();
    CHECK(on.reported.count() == 0);
}

TEST_CASE("DB1: scheduling from another thread while the loop runs is a runtime_error") {
    debugged on;
    std::vector<std::string> refused;
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_soon([&] {
        refused.push_back(refused_elsewhere([=] { loop->call_soon([] {}); }));
        refused.push_back(refused_elsewhere([=] { loop->call_later(1, [] {}); }));
        refused.push_back(refused_elsewhere([=] { loop->call_at(1, [] {}); }));
        const lasti::coroutine<> c = sleeps(0);
        refused.push_back(refused_elsewhere([=] { loop->create_task(c); }));
        loop->create_task(c);  // it has no owner yet
        refused.push_back(refused_elsewhere([=] { loop->call_soon_threadsafe([] {}); }));
    });
    on.loop.run();
    CHECK(refused == std::vector<std::string>{not_here, not_here, not_here, not_here, ""});
    CHECK(refused_elsewhere([=] { loop->call_soon([] {}); }) == "");  // it does not run now
}

TEST_CASE("DB1: tasks know where they were made and by whom, and so do pictures of them") {
    debugged on;
    int line = 0;
    on.loop.create_task(starts_one(&line), "parent");
    const int parents_line = __LINE__ - 1;
    on.loop.poll();
    const std::string picture = on.loop.describe_tasks();
    CHECK(contains(picture, "  + Created at: " + place(__FILE__, parents_line) + "\n"));
    CHECK(contains(picture, "  + Created at: " + place(__FILE__, line) + " by task 'parent' at 'starts_one' (" + place(__FILE__, line - 2)));
    on.loop.set_debug(false);
    on.loop.create_task(sleeps(1), "later");
    CHECK(occurrences(on.loop.describe_tasks(), "Created at: ") == 2);
    on.loop.run();
}

TEST_CASE("DB1: futures know where they were made, and so do tasks that run_until_complete() makes") {
    debugged on;
    const int future_line = __LINE__ + 1;
    { on.loop.create_future().set_exception(std::runtime_error("unseen")); }
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].created == place(__FILE__, future_line));
    on.loop.call_soon([&] { on.loop.stop(); });
    const int task_line = __LINE__ + 1;
    CHECK_THROWS_AS(on.loop.run_until_complete(sleeps(1)), lasti::runtime_error);
    CHECK(contains(on.loop.describe_tasks(), "  + Created at: " + place(__FILE__, task_line) + "\n"));
    on.loop.run();
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("debug: what the exception handler is told");

TEST_CASE("EH1: a task's exception: message, exception, task, chain") {
    virtual_loop on;
    on.loop.create_task(fails(), "unlucky");
    on.loop.run();
    REQUIRE(on.reported.count() == 1);
    lasti::exception_context const& told = on.reported[0];
    CHECK(told.message == "Task exception was never retrieved");
    CHECK(told.exception.what() == "oops");
    CHECK(told.future == told.task);
    CHECK(told.task.get_name() == "unlucky");
    CHECK(told.task.done());
    CHECK(told.subject == "task 'unlucky'");
    CHECK(contains(told.await_chain, "'fails'"));
    CHECK_FALSE(told.handle);
    CHECK(told.created == "");  // not in debug mode
}

TEST_CASE("EH1: a future or task that its handler keeps lives on, and is reported once") {
    virtual_loop on;
    lasti::any_future kept;
    int told = 0;
    on.loop.set_exception_handler([&](lasti::exception_context const& c) {
        kept = c.future;
        ++told;
    });
    { on.loop.create_future<int>().set_exception(std::out_of_range("x")); }
    CHECK(kept.exception().is<std::out_of_range>());
    on.loop.create_task(fails());
    on.loop.run();
    CHECK(kept.exception().what() == "oops");
    kept = lasti::any_future();
    CHECK(told == 2);
    on.loop.set_exception_handler(nullptr);
}

TEST_CASE("EH1: a callback's exception: the handle") {
    virtual_loop on;
    const lasti::handle h = on.loop.call_soon([] { throw std::logic_error("in the callback"); });
    on.loop.run();
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].message == "Exception in callback");
    CHECK(on.reported[0].exception.what() == "in the callback");
    CHECK(on.reported[0].handle == h);
    CHECK_FALSE(on.reported[0].future);
}

TEST_CASE("EH1: a task that is destroyed while it is pending") {
    reports reported;
    {
        virtual_loop on;
        on.loop.set_exception_handler(reported);
        on.loop.create_task(sleeps(1), "unfinished");
        on.loop.poll();
    }
    REQUIRE(reported.count() == 1);
    CHECK(reported[0].message == "Task was destroyed but it is pending!");
    CHECK(reported[0].task.get_name() == "unfinished");
}

TEST_CASE("EH1: the handler runs in the context of the task or callback concerned") {
    virtual_loop on;
    const trace note;
    on.loop.set_exception_handler([=](lasti::exception_context const&) {
        note(user.get());
        user.set("handler");
    });
    on.loop.create_task(fails());
    on.loop.call_soon([] {
        user.set("failing callback");
        throw std::runtime_error("x");
    });
    on.loop.run();
    CHECK(note.take() == "failing callback failing task");
    CHECK(user.get() == "nobody");
    {
        const lasti::context_token<std::string> t = user.set("outside");
        { on.loop.create_future().set_exception(std::runtime_error("a future has no context")); }
        user.reset(t);
    }
    CHECK(note.take() == "outside");
}

TEST_CASE("EH1: what one reports by hand reaches the handler as it is") {
    virtual_loop on;
    lasti::exception_context c("something of mine");
    c.subject = "my subject";
    on.loop.call_exception_handler(c);
    CHECK(on.reported[0].message == "something of mine");
    CHECK(on.reported[0].subject == "my subject");
}

TEST_SUITE_END();
