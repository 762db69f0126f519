// The third law of DESIGN.md, section 7: where asyncio hangs, deadlock_error names who waits for what.
#include <lasti/lasti.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::shared_ptr<std::vector<lasti::task<int>>> tasks;

const int waits_line = __LINE__ + 6;
lasti::coroutine<int> waits(lasti::future<int> f, trace note) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        TRY {
            AWAIT_SET(x, f);
            note("got " + std::to_string(x));
        } EXCEPT_ANY {
            note(self.handled().type_name());
            RERAISE;
        } FINALLY {
            note("finally");
        } END_TRY
        RETURN(x);
        END;
    };
}

const int passes_on_line = __LINE__ + 5;
lasti::coroutine<int> passes_on(lasti::coroutine<int> inner) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        AWAIT_SET(x, inner);
        RETURN(x);
        END;
    };
}

lasti::coroutine<int> joins(tasks all, std::size_t which) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        AWAIT_SET(x, all->at(which));
        RETURN(x);
        END;
    };
}

lasti::coroutine<> counts(int times, int* sum) {
    return COROUTINE(void) {
        BEGIN;
        for (; times > 0; --times) {
            AWAIT(lasti::sleep(1));
            ++*sum;
        }
        END;
    };
}

std::string deadlock_in(lasti::event_loop& loop) {
    const lasti::error e = thrown_by([&] { loop.run(); });
    return e.is<lasti::deadlock_error>() ? e.what() : "no deadlock_error: " + e.type_name();
}

} // namespace

TEST_SUITE_BEGIN("deadlock");

TEST_CASE("U1, DESIGN 7, law 3: run() throws deadlock_error, which names the task and each coroutine with file and line") {
    virtual_loop on;
    trace note;
    const lasti::future<int> never = on.loop.create_future<int>();
    on.loop.create_task(passes_on(passes_on(waits(never, note))), "fetch");
    int sum = 0;
    on.loop.create_task(counts(3, &sum), "innocent");
    const std::string text = deadlock_in(on.loop);
    CHECK(sum == 3); // the others came to their end first
    const std::string outer = "  |   " + frame_at(__FILE__, passes_on_line) + ", in async passes_on()\n";
    CHECK(text == "deadlock: nothing is left that could wake what still waits:\n"
                  "* Task(name='fetch')\n"
                  "  + Call stack:\n"
                  "  |   " + frame_at(__FILE__, waits_line) + ", in async waits()\n" + outer + outer +
                  "  + Waits for: a future\n");
    never.set_result(1);
    on.loop.run(); // it was only told, nothing was destroyed
    CHECK(note.take() == "got 1 finally");
}

TEST_CASE("DESIGN 7, law 3: so does run_until_complete(), of a task and of a future alone") {
    virtual_loop on;
    trace note;
    const lasti::future<int> never = on.loop.create_future<int>();
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(waits(never, note)), doctest::Contains("* Task(name='Task-1')"), lasti::deadlock_error);
    never.cancel();
    on.loop.run();
    const lasti::future<int> alone = on.loop.create_future<int>();
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(alone), doctest::Contains("a future that nobody sets"), lasti::deadlock_error);
}

TEST_CASE("DESIGN 7, law 3: two tasks that await each other are a deadlock, and the text shows the circle") {
    virtual_loop on;
    const tasks all = std::make_shared<std::vector<lasti::task<int>>>();
    all->push_back(on.loop.create_task(joins(all, 1), "chicken"));
    all->push_back(on.loop.create_task(joins(all, 0), "egg"));
    const std::string text = deadlock_in(on.loop);
    const std::size_t chicken = text.find("\n* Task(name='chicken')"), egg = text.find("\n    * Task(name='egg')");
    REQUIRE(chicken < egg);
    REQUIRE(egg != std::string::npos);
    CHECK(contains(text.substr(chicken, egg - chicken), "  + Waits for: task 'egg'\n"));
    CHECK(contains(text.substr(egg), "  + Waits for: task 'chicken'\n"));
    CHECK(contains(text, "  + Cycle: chicken -> egg -> chicken\n"));
    all->front().cancel();
    on.loop.run();
    CHECK(all->back().cancelled());
    all->clear();
}

TEST_CASE("DESIGN 7, law 3: a task that awaits a stuck task is named with it, as who awaits it, whether it was told a name or not") {
    virtual_loop on;
    trace note;
    const lasti::future<int> never = on.loop.create_future<int>();
    const tasks all = std::make_shared<std::vector<lasti::task<int>>>();
    all->push_back(on.loop.create_task(waits(never, note)));
    on.loop.create_task(joins(all, 0));
    const std::string text = deadlock_in(on.loop);
    const std::size_t stuck = text.find("\n* Task(name='Task-1')\n"), joining = text.find("\n    * Task(name='Task-2')\n");
    REQUIRE(stuck < joining);
    REQUIRE(joining != std::string::npos);
    CHECK(contains(text.substr(stuck, joining - stuck), "  + Awaited by:"));
    CHECK(contains(text.substr(joining), "in async joins()"));
    CHECK(contains(text.substr(joining), "      + Waits for: task 'Task-1'\n"));
    never.set_result(0);
    on.loop.run();
    all->clear();
}

TEST_CASE("DESIGN 7, law 3: a sleeper, a timer or a ready callback that may still help is waited for first") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>();
    on.loop.create_task(waits(f, note));
    on.loop.call_later(1000, [f] { f.set_result(5); });
    on.loop.run();
    CHECK(note.take() == "got 5 finally");
    CHECK(on.loop.time() == 1000);
}

TEST_CASE("DESIGN 7, law 3: daemons that wait do not count; they are cancelled when the rest is done") {
    virtual_loop on;
    trace note;
    const lasti::future<int> never = on.loop.create_future<int>();
    const lasti::task<int> idle = on.loop.create_task(waits(never, note), lasti::daemon);
    int sum = 0;
    on.loop.create_task(counts(2, &sum));
    on.loop.run();
    CHECK(idle.cancelled());
    CHECK(note.take() == "lasti::cancelled_error finally");
}

TEST_CASE("DESIGN 7, law 3: a daemon is marked in the text, when somebody else is stuck") {
    virtual_loop on;
    trace note;
    const lasti::future<int> never = on.loop.create_future<int>();
    on.loop.create_task(waits(never, note), lasti::daemon, "worker");
    on.loop.create_task(waits(never, note), "main");
    const std::string text = deadlock_in(on.loop);
    CHECK(contains(text, "* Task(name='worker') (daemon)\n"));
    CHECK(contains(text, "* Task(name='main')\n"));
    never.cancel();
    on.loop.run();
}

TEST_CASE("DESIGN 7, law 3: a daemon that will not end at its cancellation is a deadlock, too") {
    virtual_loop on;
    const lasti::future<int> never = on.loop.create_future<int>();
    struct refuses {
        static lasti::coroutine<> of(lasti::future<int> f) {
            return COROUTINE(void) {
                BEGIN;
                TRY { AWAIT(lasti::sleep(1)); } EXCEPT(lasti::cancelled_error) {} END_TRY
                AWAIT(f);
                END;
            };
        }
    };
    int sum = 0;
    on.loop.create_task(counts(0, &sum));
    on.loop.create_task(refuses::of(never), lasti::daemon, "refuser");
    on.loop.poll();
    CHECK(contains(deadlock_in(on.loop), "* Task(name='refuser') (daemon)\n"));
    never.cancel();
    on.loop.run();
}

TEST_CASE("describe_tasks() is the same text at any time: of tasks that wait, run, are ready, or have not started") {
    virtual_loop on;
    trace note;
    struct looks {
        static lasti::coroutine<> at(lasti::event_loop* loop, std::string* text) {
            return COROUTINE(void) {
                BEGIN;
                AWAIT(lasti::sleep(1));
                *text = loop->describe_tasks();
                END;
            };
        }
    };
    std::string text;
    lasti::event_loop* const loop = &on.loop;
    int sum = 0;
    CHECK(on.loop.describe_tasks() == "");
    on.loop.create_task(counts(2, &sum), "sleeper");
    on.loop.call_at(1, [&, loop] { loop->create_task(counts(0, &sum), "fresh"); });
    on.loop.create_task(looks::at(loop, &text), "runner");
    on.loop.create_task(counts(1, &sum), "ready");
    on.loop.run();
    for (std::string name : {"sleeper", "runner", "ready", "fresh"}) CHECK(contains(text, "* Task(name='" + name + "')\n"));
    CHECK(occurrences(text, "  |   File '") == 4);
    CHECK(occurrences(text, "  + Waits for: sleep 1 s\n") == 2); // the sleeper again, and the one that is about to go on
}

TEST_CASE("U1, DESIGN 7, law 3: run_forever() waits instead, and reports the same, once") {
    virtual_loop on;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    const lasti::future<int> never = on.loop.create_future<int>();
    on.loop.create_task(waits(never, note), "stuck");
    std::vector<lasti::exception_context> reported;
    SUBCASE("until a callback from elsewhere stops it") {
        on.loop.set_exception_handler([&](lasti::exception_context const& context) {
            reported.push_back(context);
            loop->call_soon_threadsafe([=] { loop->call_soon_threadsafe([=] { loop->stop(); }); });
        });
        on.loop.run_forever();
    }
    SUBCASE("and the handler itself may stop it") {
        on.loop.set_exception_handler([&](lasti::exception_context const& context) {
            reported.push_back(context);
            loop->stop();
        });
        on.loop.run_forever();
    }
    SUBCASE("or help") {
        on.loop.set_exception_handler([&](lasti::exception_context const& context) {
            reported.push_back(context);
            loop->call_soon([=] {
                never.set_result(3);
                loop->call_later(1, [=] { loop->stop(); });
            });
        });
        on.loop.run_forever();
        CHECK(note.take() == "got 3 finally");
    }
    REQUIRE(reported.size() == 1);
    CHECK(contains(reported[0].message, "nothing is left that could wake these tasks"));
    CHECK(contains(reported[0].await_chain, "* Task(name='stuck')\n"));
    CHECK(contains(reported[0].await_chain, frame_at(__FILE__, waits_line)));
    never.cancel();
    on.loop.run();
}

TEST_SUITE_END();
