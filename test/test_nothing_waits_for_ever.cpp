// The four laws of DESIGN.md, section 7. asyncio hangs, or forgets, in most of these.
#include <lasti/lasti.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/trace.hpp"
#include "support/unraisable.hpp"
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

// Only looks at the handle, so that the future can be destroyed under it.
lasti::coroutine<int> waits_weakly(lasti::future<int>* f, trace note) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        TRY { AWAIT_SET(x, *f); } EXCEPT(lasti::runtime_error) { note(CAUGHT(lasti::runtime_error).what()); } END_TRY
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

lasti::coroutine<> fails(int after, int* failed) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(after));
        ++*failed;
        if (after % 3 == 0) throw std::out_of_range("thrown");
        if (after % 3 == 1) throw std::bad_alloc();
        RAISE(after);
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
    const lasti::error e = raised_by([&] { loop.run(); });
    return e.is<lasti::deadlock_error>() ? e.what() : "no deadlock_error: " + e.type_name();
}

} // namespace

TEST_SUITE_BEGIN("nothing waits for ever");

// ---- whatever ends an operation wakes who waits for it -------------------------------------------------------

TEST_CASE("DESIGN 7, law 2: a future that is destroyed under its waiters wakes them with a runtime_error") {
    virtual_loop on;
    trace note;
    std::unique_ptr<lasti::future<int>> f(new lasti::future<int>(on.loop.create_future<int>()));
    on.loop.create_task(waits_weakly(f.get(), note));
    on.loop.create_task(waits_weakly(f.get(), note));
    on.loop.poll();
    f.reset();
    on.loop.run();
    CHECK(occurrences(note.take(), "the future was destroyed while somebody waited for it") == 2);
    CHECK(on.reported.count() == 0); // they know
}

TEST_CASE("DESIGN 7, law 2: so does one that nobody but the awaiter ever held") {
    virtual_loop on;
    trace note;
    struct hopeless {
        static lasti::coroutine<> in(lasti::event_loop* loop, trace n) {
            return COROUTINE(void) {
                BEGIN;
                TRY { AWAIT(loop->create_future<int>()); } EXCEPT(lasti::runtime_error) { n("woken"); } END_TRY
                END;
            };
        }
    };
    on.loop.create_task(hopeless::in(&on.loop, note));
    on.loop.run();
    CHECK(note.take() == "woken");
}

TEST_CASE("DESIGN 7, law 2: callbacks that wait for a destroyed future are called with its error") {
    virtual_loop on;
    trace note;
    on.loop.create_future<int>().add_done_callback([note](lasti::future<int> f) { note(f.exception().type_name()); });
    on.loop.run();
    CHECK(note.take() == "lasti::runtime_error");
}

TEST_CASE("DESIGN 7, law 2: the article's bug: the producer fails, and its future goes with it") {
    virtual_loop on;
    trace note;
    struct rpc {
        static lasti::coroutine<> call(std::shared_ptr<lasti::future<int>> reply) {
            return COROUTINE(void) {
                BEGIN;
                AWAIT(lasti::sleep(1));
                if (*reply) RAISE(std::runtime_error("the connection was refused"));
                reply->set_result(1);
                END;
            };
        }
    };
    auto reply = std::make_shared<lasti::future<int>>(on.loop.create_future<int>());
    const lasti::task<int> consumer = on.loop.create_task(waits_weakly(reply.get(), note));
    const lasti::task<> producer = on.loop.create_task(rpc::call(std::move(reply)));
    on.loop.run(); // and not: for ever
    CHECK(starts_with(note.take(), "the future was destroyed"));
    CHECK(producer.exception().what() == "the connection was refused");
}

TEST_CASE("DESIGN 7, law 1: a task that is cancelled stands nowhere else: what it waited for cannot wake it again") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>();
    struct goes_on {
        static lasti::coroutine<> after(lasti::future<int> f, trace n) {
            return COROUTINE(void) {
                BEGIN;
                TRY { AWAIT(f); } EXCEPT(lasti::cancelled_error) { n("cancelled"); } END_TRY
                TRY { AWAIT(lasti::sleep(5)); } EXCEPT(lasti::cancelled_error) { n("cancelled"); } END_TRY
                AWAIT(lasti::sleep(1));
                n("end");
                END;
            };
        }
    };
    const lasti::task<> t = on.loop.create_task(goes_on::after(f, note));
    on.loop.poll();
    t.cancel();
    on.loop.poll();
    CHECK_FALSE(f.cancel());
    on.clock.advance(2);
    t.cancel(); // leaves the heap, where the sleep of 5 s was due at 5
    on.loop.run();
    CHECK(note.take() == "cancelled cancelled end");
    CHECK(on.loop.time() == 3);
}

TEST_CASE("DESIGN 7, law 2: closing the loop ends every task: finally runs, from the inside out, in the order of creation") {
    virtual_loop on;
    const unraisables told;
    trace note;
    struct holds {
        static lasti::coroutine<> two(std::string name, trace n, lasti::coroutine<> inner) {
            return COROUTINE(void) {
                BEGIN;
                TRY {
                    if (inner) AWAIT(inner);
                    else AWAIT(lasti::sleep(1));
                } FINALLY {
                    n(name);
                } END_TRY
                END;
            };
        }
    };
    on.loop.create_task(holds::two("a", note, holds::two("a.inner", note, lasti::coroutine<>())));
    on.loop.create_task(holds::two("b", note, lasti::coroutine<>()), "B");
    on.loop.poll();
    const lasti::task<> unstarted = on.loop.create_task(holds::two("c", note, lasti::coroutine<>()));
    on.loop.close();
    CHECK(note.take() == "a.inner a b"); // the third had not started
    CHECK(unstarted.cancelled());
    REQUIRE(on.reported.count() == 3); // law 4: a destroyed pending task is reported
    CHECK(on.reported[1].message == "Task was destroyed but it is pending!");
    CHECK(on.reported[1].subject == "task 'B'");
    CHECK(contains(on.reported[1].await_chain, "'two'"));
    CHECK(contains(on.reported[1].await_chain, "waits for sleep 1 s"));
    CHECK(told.count() == 0);
}

TEST_CASE("DESIGN 7, law 4: a task that will not end when its loop is closed is told of once, and ends") {
    virtual_loop on;
    const unraisables told;
    trace note;
    struct stubborn {
        static lasti::coroutine<> of(trace n) {
            local last = noting(n, "locals gone");
            return COROUTINE(void) {
                BEGIN;
                for (;;) {
                    TRY { AWAIT(lasti::sleep(1)); } EXCEPT_ANY { n("no"); } END_TRY
                }
                (void)last;
                END;
            };
        }
    };
    const lasti::task<> t = on.loop.create_task(stubborn::of(note));
    on.loop.poll();
    on.loop.close();
    CHECK(note.take() == "no locals gone");
    CHECK(t.done());
    CHECK(on.reported.count() == 1);
    REQUIRE(told.count() == 1);
    CHECK(starts_with(told[0].what.what(), "coroutine ignored GeneratorExit"));
}

// ---- when nothing is left that could wake anybody ------------------------------------------------------------

TEST_CASE("DESIGN 7, law 3: run() throws deadlock_error, which names the task and each coroutine with file and line") {
    virtual_loop on;
    trace note;
    const lasti::future<int> never = on.loop.create_future<int>();
    on.loop.create_task(passes_on(passes_on(waits(never, note))), "fetch");
    int sum = 0;
    on.loop.create_task(counts(3, &sum), "innocent");
    const std::string text = deadlock_in(on.loop);
    CHECK(sum == 3); // the others came to their end first
    const std::string outer = "'passes_on' (" + place(__FILE__, passes_on_line) + ")";
    CHECK(text == "deadlock: nothing is left that could wake what still waits:\n"
                  "  task 'fetch'\n"
                  "    at " + outer + "\n"
                  "    awaits " + outer + "\n"
                  "    awaits 'waits' (" + place(__FILE__, waits_line) + ")\n"
                  "    waits for a future\n");
    never.set_result(1);
    on.loop.run(); // it was only told, nothing was destroyed
    CHECK(note.take() == "got 1 finally");
}

TEST_CASE("DESIGN 7, law 3: so does run_until_complete(), of a task and of a future alone") {
    virtual_loop on;
    trace note;
    const lasti::future<int> never = on.loop.create_future<int>();
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(waits(never, note)), doctest::Contains("task 'Task-1'"), lasti::deadlock_error);
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
    const std::size_t chicken = text.find("  task 'chicken'"), egg = text.find("  task 'egg'");
    REQUIRE(chicken < egg);
    CHECK(contains(text.substr(chicken, egg - chicken), "waits for task 'egg'"));
    CHECK(contains(text.substr(egg), "waits for task 'chicken'"));
    all->front().cancel();
    on.loop.run();
    CHECK(all->back().cancelled());
    all->clear();
}

TEST_CASE("DESIGN 7, law 3: a task that awaits a stuck task is named with it, whether it was told a name or not") {
    virtual_loop on;
    trace note;
    const lasti::future<int> never = on.loop.create_future<int>();
    const tasks all = std::make_shared<std::vector<lasti::task<int>>>();
    all->push_back(on.loop.create_task(waits(never, note)));
    on.loop.create_task(joins(all, 0));
    const std::string text = deadlock_in(on.loop);
    CHECK(contains(text, "  task 'Task-1'\n"));
    CHECK(contains(text, "  task 'Task-2'\n"));
    CHECK(contains(text, "    waits for task 'Task-1'\n"));
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
    CHECK(contains(text, "task 'worker' (daemon)\n"));
    CHECK(contains(text, "task 'main'\n"));
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
    CHECK(contains(deadlock_in(on.loop), "task 'refuser' (daemon)"));
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
    for (std::string name : {"sleeper", "runner", "ready", "fresh"}) CHECK(contains(text, "  task '" + name + "'\n"));
    CHECK(occurrences(text, "    at '") == 4);
    CHECK(occurrences(text, "    waits for sleep 1 s") == 2); // the sleeper again, and the one that is about to go on
}

TEST_CASE("DESIGN 7, law 3: run_forever() waits instead, and reports the same, once") {
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
    CHECK(contains(reported[0].await_chain, "task 'stuck'"));
    CHECK(contains(reported[0].await_chain, place(__FILE__, waits_line)));
    never.cancel();
    on.loop.run();
}

// ---- an exception stops nobody else, and is never lost -------------------------------------------------------

TEST_CASE("DESIGN 7, law 4: 300 tasks fail, 300 run to their end; each failure is reported exactly once") {
    virtual_loop on;
    int failed = 0, sum = 0;
    for (int i = 0; i < 300; ++i) {
        on.loop.create_task(fails(i % 30, &failed));
        on.loop.create_task(counts(30, &sum));
    }
    on.loop.run();
    CHECK(failed == 300);
    CHECK(sum == 300 * 30);
    CHECK(on.reported.count() == 300);
    CHECK(occurrences(on.reported.messages(), "Task exception was never retrieved") == 300);
}

TEST_CASE("DESIGN 7, law 4: retrieved is retrieved: by result(), exception(), an awaiter or run_until_complete()") {
    virtual_loop on;
    int failed = 0;
    {
        const lasti::task<> a = on.loop.create_task(fails(0, &failed)), b = on.loop.create_task(fails(0, &failed)),
                            copy = b;
        on.loop.run();
        CHECK_THROWS_AS(a.result(), std::out_of_range);
        CHECK(copy.exception());
        CHECK_THROWS_AS(on.loop.run_until_complete(fails(0, &failed)), std::out_of_range);
    }
    CHECK(failed == 3);
    CHECK(on.reported.count() == 0);
}

TEST_CASE("DESIGN 7, law 4: an exception is reported even after the loop is gone, when the last handle goes") {
    const reports reported;
    lasti::task<> t;
    int failed = 0;
    {
        lasti::virtual_clock clock;
        lasti::event_loop loop(clock);
        loop.set_exception_handler(reported);
        t = loop.create_task(fails(0, &failed), "late");
        loop.run();
    }
    CHECK(reported.count() == 0);
    t = lasti::task<>();
    REQUIRE(reported.count() == 1);
    CHECK(reported[0].subject == "task 'late'");
}

TEST_SUITE_END();
