// Who closes an async generator that nobody closes: its loop.
#include <lasti/async_generator.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include <lasti/event_loop.hpp>
#include <lasti/runner.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Counts, and tidies up for a while when it is closed.
lasti::async_generator<int> tidy(trace note, double pause = 0, std::string name = "") {
    int i = 0;
    return ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            for (;; ++i) YIELD(i);
        } FINALLY {
            note(name + "finally");
            AWAIT(lasti::sleep(pause));
            note(name + "tidied");
        } END_TRY
        END;
    };
}
lasti::async_generator<int> fails_to_close(std::string what) {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
        } FINALLY {
            RAISE(std::out_of_range(what));
        } END_TRY
        END;
    };
}

lasti::coroutine<> first_of(lasti::async_generator<int> ag) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(ag.anext());
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("async generator: and its loop");

TEST_CASE("A10: one that is dropped is closed by its loop, in a task, while its consumer goes on") {
    virtual_loop stage;
    trace note;
    int i = 0;
    stage.loop.run_until_complete(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, tidy(note)) {
            break;
        } END_ASYNC_FOR
        note("after break");
        AWAIT(lasti::sleep(0));
        note("1");
        AWAIT(lasti::sleep(0));
        note("2");
        AWAIT(lasti::sleep(0));
        note("3");
        AWAIT(lasti::sleep(0));
        END;
    }));
    // The rounds are asyncio's: a callback makes the task, which runs in the round after.
    CHECK(note.take() == "after break 1 finally 2 tidied 3");
}

TEST_CASE("A10: run() waits for that, too") {
    virtual_loop stage;
    trace note;
    stage.loop.create_task(first_of(tidy(note, 5)));
    stage.loop.run();
    CHECK(note.take() == "finally tidied");
    CHECK(stage.loop.time() == 5);
}

TEST_CASE("A10: dropped between two runs of the loop, it is closed in the second") {
    virtual_loop stage;
    trace note;
    {
        const auto ag = tidy(note);
        stage.loop.run_until_complete(first_of(ag));
    }
    CHECK(note.take().empty());
    stage.loop.run();
    CHECK(note.take() == "finally tidied");
}

TEST_CASE("A10: what its body raises then is told to the exception handler") {
    virtual_loop stage;
    stage.loop.create_task(first_of(fails_to_close("E")));
    stage.loop.run();
    REQUIRE(stage.reported.count() == 1);
    CHECK(stage.reported[0].message == "Task exception was never retrieved");
    CHECK(stage.reported[0].exception.is<std::out_of_range>());
}

TEST_CASE("A10: one that is not suspended in its body is just destroyed") {
    unraisables reported;
    virtual_loop stage;
    counted::reset();
    const auto make = [] {
        const counted value(1);
        return lasti::async_generator<int>(ASYNC_GENERATOR(int) {
            BEGIN;
            YIELD(value.value);
            END;
        });
    };
    make();
    CHECK(counted::alive() == 0);
    {
        const auto ag = make();
        stage.loop.run_until_complete(first_of(ag));
        CHECK(counted::alive() == 1);
        stage.loop.run_until_complete(lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            AWAIT(lasti::anext(ag, 0));
            END;
        }));
        CHECK(counted::alive() == 0);
    }
    CHECK(reported.count() == 0);
}

TEST_CASE("A10: where the loop is closed, or there was none, it is closed at once, and cannot await") {
    unraisables reported;
    trace note;
    lasti::async_generator<int> ag = tidy(note);
    {
        virtual_loop stage;
        stage.loop.run_until_complete(first_of(ag));
    }
    ag = lasti::async_generator<int>();
    CHECK(note.take() == "finally");
    REQUIRE(reported.count() == 1);
    CHECK(starts_with(reported[0].what.what(), "async generator ignored GeneratorExit: 'tidy' ("));

    const lasti::coroutine<> by_hand = first_of(tidy(note));
    CHECK_THROWS_AS(by_hand.send(), lasti::stop_iteration);
    CHECK(note.take() == "finally");
    CHECK(reported.count() == 2);
    {
        lasti::async_generator<int> plain = ASYNC_GENERATOR(int) {
            BEGIN;
            TRY {
                YIELD(1);
            } FINALLY {
                note("closed");
            } END_TRY
            END;
        };
        CHECK_THROWS_AS(first_of(plain).send(), lasti::stop_iteration);
    }
    CHECK(note.take() == "closed");
    CHECK(reported.count() == 2);
}

TEST_CASE("A10: one that has ignored an aclose() is closed at once where it is dropped") {
    unraisables reported;
    trace note;
    virtual_loop stage;
    lasti::async_generator<int> ag = ASYNC_GENERATOR(int) {
        BEGIN;
        for (;;) {
            TRY {
                YIELD(1);
            } EXCEPT(lasti::generator_exit) {
                note("exit");
            } END_TRY
        }
        END;
    };
    stage.loop.run_until_complete(first_of(ag));
    const lasti::coroutine<> drops = COROUTINE(void) {
        BEGIN;
        TRY {
            AWAIT(ag.aclose());
        } EXCEPT(lasti::runtime_error) {
            note("ignored");
        } END_TRY
        CHECK(note.take() == "exit ignored");
        ag = lasti::async_generator<int>();
        CHECK(note.take() == "exit");
        AWAIT(lasti::sleep(1));
        END;
    };
    ag = lasti::async_generator<int>();
    stage.loop.run_until_complete(drops);
    CHECK(note.take() == "");
    REQUIRE(reported.count() == 1);
    CHECK(starts_with(reported[0].what.what(), "async generator ignored GeneratorExit: "));
}

TEST_CASE("A10: the loop goes while the closing is still to come: it is closed at once") {
    unraisables reported;
    counted::reset();
    {
        virtual_loop stage;
        const counted value(1);
        lasti::async_generator<int> ag = ASYNC_GENERATOR(int) {
            BEGIN;
            YIELD(value.value);
            END;
        };
        stage.loop.run_until_complete(first_of(ag));
        ag = lasti::async_generator<int>();
    }
    CHECK(counted::alive() == 0);
    CHECK(reported.count() == 0);
}

TEST_CASE("A10: shutdown_asyncgens() closes all that were started, at the same time") {
    virtual_loop stage;
    trace note;
    const auto a = tidy(note, 5, "a");
    const auto b = tidy(note, 5, "b");
    const auto never_started = tidy(note, 5, "c");
    stage.loop.run_until_complete(first_of(a));
    stage.loop.run_until_complete(first_of(b));
    stage.loop.run_until_complete(stage.loop.shutdown_asyncgens());
    CHECK(note.take() == "afinally bfinally atidied btidied");
    CHECK(stage.loop.time() == 5);
    CHECK_FALSE(a.ag_frame());
    CHECK(never_started.ag_frame().f_lasti() == -1);
    stage.loop.run_until_complete(stage.loop.shutdown_asyncgens());
    CHECK(stage.reported.count() == 0);
}

TEST_CASE("A10: what shutdown_asyncgens() cannot close is told to the exception handler, and stops nothing") {
    virtual_loop stage;
    trace note;
    const auto a = fails_to_close("A");
    const auto b = tidy(note);
    const auto c = fails_to_close("C");
    for (auto const& ag : {a, b, c}) stage.loop.run_until_complete(first_of(ag));
    stage.loop.run_until_complete(stage.loop.shutdown_asyncgens());
    CHECK(note.take() == "finally tidied");
    REQUIRE(stage.reported.count() == 2);
    CHECK(stage.reported[0].message == "an error occurred during closing of an asynchronous generator");
    CHECK(stage.reported[0].exception.what() == "A");
    CHECK(starts_with(stage.reported[0].subject, "async generator 'fails_to_close' ("));
    CHECK(stage.reported[1].exception.what() == "C");
}

TEST_CASE("A10: cancelling shutdown_asyncgens() cancels all the closings, and then it is cancelled") {
    virtual_loop stage;
    trace note;
    const auto a = tidy(note, 5, "a"), b = tidy(note, 5, "b");
    const lasti::async_generator<int> fails = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
        } FINALLY {
            TRY {
                AWAIT(lasti::sleep(5));
            } EXCEPT(lasti::cancelled_error) {
                RAISE(std::runtime_error("lost"));
            } END_TRY
        } END_TRY
        END;
    };
    for (auto const& ag : {a, fails, b}) stage.loop.run_until_complete(first_of(ag));
    const lasti::task<void> all = stage.loop.create_task(stage.loop.shutdown_asyncgens());
    stage.loop.poll();
    stage.loop.poll();
    CHECK(note.take() == "afinally bfinally");
    all.cancel();
    stage.loop.run();
    CHECK(all.cancelled());
    CHECK(stage.loop.time() == 0);
    CHECK(note.take() == "");
    CHECK(stage.reported.count() == 0);
}

TEST_CASE("A10: one that is first iterated after that is reported") {
    virtual_loop stage;
    trace note;
    stage.loop.run_until_complete(stage.loop.shutdown_asyncgens());
    const auto ag = tidy(note);
    stage.loop.run_until_complete(first_of(ag));
    REQUIRE(stage.reported.count() == 1);
    CHECK(stage.reported[0].message == "an async generator was first iterated after shutdown_asyncgens()");
    stage.loop.run_until_complete(stage.loop.shutdown_asyncgens());
}

TEST_CASE("A10: lasti::run() closes them at its end, those that are held and those that were just dropped") {
    lasti::virtual_clock clock;
    trace note;
    const auto held = tidy(note, 5, "held ");
    lasti::run(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT(held.anext());
        AWAIT(first_of(tidy(note, 3, "dropped ")));
        note("main");
        END;
    }), clock);
    const std::string notes = note.take();
    CHECK(starts_with(notes, "main "));
    CHECK(contains(notes, "held finally"));
    CHECK(contains(notes, "held tidied"));
    CHECK(contains(notes, "dropped tidied"));
    CHECK_FALSE(held.ag_frame());
}

TEST_CASE("A10: one whose closing waits for ever does not hang the end of a program: it is named") {
    lasti::virtual_clock clock;
    const unraisables reported;
    const reports told;
    {
        lasti::event_loop loop(clock);
        loop.set_exception_handler(told);
        const lasti::future<> never = loop.create_future<>();
        const lasti::async_generator<int> waits = ASYNC_GENERATOR(int) {
            BEGIN;
            TRY {
                YIELD(1);
            } FINALLY {
                AWAIT(never);
            } END_TRY
            END;
        };
        loop.run_until_complete(first_of(waits));
        loop.shut_down();
        REQUIRE(told.count() == 1);
        CHECK(told[0].message == "tasks that were cancelled at the end of run() did not end");
        CHECK(told[0].exception.is<lasti::deadlock_error>());
        CHECK(contains(told[0].exception.what(), frame_at(__FILE__, __LINE__ - 9)));
    }
    CHECK(told[1].message == "Task was destroyed but it is pending!");
}

TEST_SUITE_END();
