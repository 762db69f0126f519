// lasti::run(): asyncio.run().
#include <lasti/runner.hpp>

#include <doctest/doctest.h>

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "support/trace.hpp"
#include "support/unraisable.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<int> sleeps(trace note, std::string name, double time) {
    return COROUTINE(int) {
        BEGIN;
        TRY {
            AWAIT(lasti::sleep(time));
            note(name);
        } EXCEPT(lasti::cancelled_error) {
            note("cancelled:" + name);
            AWAIT(lasti::sleep(1));
            note("cleaned:" + name);
            RERAISE;
        } END_TRY
        RETURN(42);
        END;
    };
}

struct runs_in {
    lasti::event_loop* loop;
    trace note;
    std::string then;
    COROUTINE_BODY(int) {
        BEGIN;
        loop->create_task(sleeps(note, "a", 50));
        loop->create_task(sleeps(note, "b", 50));
        AWAIT(lasti::sleep(1));
        note("main");
        if (then == "fail") RAISE(std::out_of_range("far"));
        RETURN(7);
        END;
    }
};

} // namespace

TEST_SUITE_BEGIN("run");

TEST_CASE("R1: it makes a loop, runs the coroutine in it and gives its result") {
    trace note;
    lasti::virtual_clock clock;
    CHECK(lasti::run(sleeps(note, "main", 5), clock) == 42);
    CHECK(clock.now() == lasti::delay(5).count());
    CHECK(note.take() == "main");
}

TEST_CASE("R1: without a clock it runs in real time") {
    trace note;
    CHECK(lasti::run(sleeps(note, "main", 0)) == 42);
}

TEST_CASE("the result may be nothing, or movable only") {
    struct nothing {
        COROUTINE_BODY(void) { BEGIN; END; }
    };
    struct movable {
        COROUTINE_BODY(std::unique_ptr<int>) { BEGIN; RETURN(std::unique_ptr<int>(new int(3))); END; }
    };
    lasti::run(lasti::coroutine<>(nothing()));
    CHECK(*lasti::run(lasti::coroutine<std::unique_ptr<int>>(movable())) == 3);
}

TEST_CASE("R1: it throws what the coroutine ends with") {
    struct fails {
        static lasti::coroutine<> now() { return COROUTINE(void) { BEGIN; RAISE(std::out_of_range("far")); END; }; }
    };
    CHECK_THROWS_WITH_AS(lasti::run(fails::now()), "far", std::out_of_range);
}

TEST_CASE("R2: when main is done, shut_down() cancels what is left in the order of creation, and lets it clean up") {
    virtual_loop on;
    trace note;
    std::string then;
    SUBCASE("main returns") { CHECK(on.loop.run_until_complete(lasti::coroutine<int>(runs_in{&on.loop, note, "return"})) == 7); }
    SUBCASE("main fails") {
        CHECK_THROWS_AS(on.loop.run_until_complete(lasti::coroutine<int>(runs_in{&on.loop, note, "fail"})), std::out_of_range);
    }
    on.loop.shut_down();
    CHECK(note.take() == "main cancelled:a cancelled:b cleaned:a cleaned:b");
    CHECK(on.loop.task_count() == 0);
    CHECK(on.loop.time() == 2);
    CHECK(on.reported.count() == 0);
}

TEST_CASE("R2: what a task raises at the end is reported; one that never ends is, too, and is not waited for") {
    virtual_loop on;
    struct raises {
        static lasti::coroutine<> at_the_end() {
            return COROUTINE(void) {
                BEGIN;
                TRY { AWAIT(lasti::sleep(9)); } EXCEPT(lasti::cancelled_error) { RAISE(std::out_of_range("at the end")); } END_TRY
                END;
            };
        }
        static lasti::coroutine<> never(lasti::future<int> f) {
            return COROUTINE(void) {
                BEGIN;
                TRY { AWAIT(lasti::sleep(9)); } EXCEPT(lasti::cancelled_error) {} END_TRY
                AWAIT(f);
                END;
            };
        }
    };
    on.loop.create_task(raises::at_the_end());
    on.loop.create_task(raises::never(on.loop.create_future<int>()), "stays");
    on.loop.poll();
    on.loop.shut_down();
    REQUIRE(on.reported.count() == 2);
    CHECK(on.reported[0].exception.what() == "at the end");
    CHECK(on.reported[1].exception.is<lasti::deadlock_error>());
    CHECK(contains(on.reported[1].exception.what(), "* Task(name='stays')"));
    on.reported.forget();
    on.loop.close();
    CHECK(on.reported.messages() == "Task was destroyed but it is pending!\n");
}

TEST_CASE("R1: run() inside a running loop is a runtime_error, each time, and its coroutine never runs") {
    virtual_loop on;
    const unraisables told;
    trace note;
    on.loop.call_soon([=] {
        for (int i = 0; i < 2; ++i)
            note(thrown_by([=] { lasti::run(sleeps(note, "inner", 0)); }).is<lasti::runtime_error>() ? "refused" : "?");
    });
    on.loop.run();
    CHECK(note.take() == "refused refused");
    CHECK(told.count() == 2); // never awaited
}

TEST_CASE("shut_down() inside the running loop does nothing but report") {
    // Needs exceptions: what is used wrongly throws.
    virtual_loop on;
    trace note;
    lasti::event_loop* const loop = &on.loop;
    on.loop.create_task(sleeps(note, "a", 5));
    on.loop.call_soon([=] { loop->shut_down(); });
    on.loop.run();
    CHECK(note.take() == "a");
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].exception.what() == "This event loop is already running");
}

TEST_CASE("whatever goes wrong, what main holds is cleaned up before run() throws") {
    lasti::virtual_clock clock;
    virtual_loop other;
    trace note;
    struct waits {
        static lasti::coroutine<> wrongly(lasti::future<int> f, trace n) {
            return COROUTINE(void) { BEGIN; TRY { AWAIT(f); } FINALLY { n("finally"); } END_TRY END; };
        }
    };
    CHECK_THROWS_WITH_AS(lasti::run(waits::wrongly(other.loop.create_future<int>(), note), clock),
                         doctest::Contains("attached to a different loop"), lasti::runtime_error);
    CHECK(note.take() == "finally");
}

namespace {

/// doctest has a handler of its own, beside which run() installs none.
struct sigint_is_default {
    void (*const before)(int);
    sigint_is_default() : before(std::signal(SIGINT, SIG_DFL)) {}
    ~sigint_is_default() { std::signal(SIGINT, before); }
};

lasti::coroutine<int> interrupted(trace note, double then) {
    return COROUTINE(int) {
        BEGIN;
        TRY
            std::raise(SIGINT);
            note("raised");
            AWAIT(lasti::sleep(50));
        FINALLY
            note("cleans up");
            AWAIT(lasti::sleep(then));
        END_TRY
        RETURN(1);
        END;
    };
}

lasti::coroutine<int> swallows(trace note) {
    return COROUTINE(int) {
        BEGIN;
        TRY
            std::raise(SIGINT);
            AWAIT(lasti::sleep(50));
        EXCEPT(lasti::cancelled_error)
            note("swallowed");
        END_TRY
        RETURN(5);
        END;
    };
}

} // namespace

TEST_CASE("R4: Ctrl-C cancels the main coroutine, which cleans up; then keyboard_interrupt is thrown") {
    const sigint_is_default mark;
    trace note;
    lasti::virtual_clock clock;
    CHECK_THROWS_AS(lasti::run(interrupted(note, 1), clock), lasti::keyboard_interrupt);
    CHECK(note.take() == "raised cleans up");
    CHECK(clock.now() == lasti::delay(1).count());
    CHECK(lasti::run(swallows(note), clock) == 5);
    CHECK(note.take() == "swallowed");
}

TEST_CASE("R4: it wakes a loop that sleeps in real time") {
    const sigint_is_default mark;
    struct bodies {
        static lasti::coroutine<> sleeps_long(std::atomic<bool>& asleep) {
            std::atomic<bool>* const mark = &asleep;
            return COROUTINE(void) {
                BEGIN;
                *mark = true;
                AWAIT(lasti::sleep(3600));
                END;
            };
        }
    };
    std::atomic<bool> asleep(false);
    std::thread presses([&] {
        while (!asleep) std::this_thread::yield();
        ::kill(::getpid(), SIGINT);
    });
    CHECK_THROWS_AS(lasti::run(bodies::sleeps_long(asleep)), lasti::keyboard_interrupt);
    presses.join();
}

TEST_CASE("R4: a handler that the program has installed stays, and so does the default one afterwards") {
    const sigint_is_default mark;
    trace note;
    lasti::virtual_clock clock;
    std::signal(SIGINT, [](int) {});
    CHECK(lasti::run(sleeps(note, "a", 1), clock) == 42);
    const bool is_ours = std::signal(SIGINT, SIG_DFL) != SIG_DFL;
    CHECK(is_ours);
    CHECK(lasti::run(sleeps(note, "a", 1), clock) == 42);
    const bool is_default = std::signal(SIGINT, SIG_DFL) == SIG_DFL;
    CHECK(is_default);
}

TEST_CASE("R3: a runner runs several coroutines in one loop; closed twice is fine, used after that is an error") {
    trace note;
    lasti::virtual_clock clock;
    lasti::runner r(clock);
    lasti::event_loop* const loop = &r.get_loop();
    loop->create_task(sleeps(note, "behind", 3));
    CHECK(r.run(sleeps(note, "first", 2)) == 42);
    r.run(lasti::sleep(2));
    CHECK(&r.get_loop() == loop);
    CHECK(note.take() == "first behind");
    r.close();
    r.close();
    CHECK_THROWS_WITH_AS(r.get_loop(), "Runner is closed", lasti::runtime_error);
}

TEST_CASE("R2: what a cancelled task raises at the end is reported, in the order of creation") {
    struct bodies {
        static lasti::coroutine<> stubborn(std::string name) {
            return COROUTINE(void) {
                BEGIN;
                TRY
                    AWAIT(lasti::sleep(100));
                EXCEPT(lasti::cancelled_error)
                    RAISE(std::out_of_range(name));
                END_TRY
                END;
            };
        }
    };
    lasti::virtual_clock clock;
    reports told;
    {
        lasti::runner r(clock);
        r.get_loop().set_exception_handler(told);
        r.get_loop().create_task(bodies::stubborn("a"));
        r.get_loop().create_task(bodies::stubborn("b"));
        r.run(lasti::sleep(0));
    }
    REQUIRE(told.count() == 2);
    CHECK(told[0].message == "unhandled exception during asyncio.run() shutdown");
    CHECK(told[0].exception.what() == "a");
    CHECK(told[1].exception.what() == "b");
}

TEST_CASE("R3: the run()s of a runner share one context") {
    static lasti::context_var<int> count("count", 0);
    struct bodies {
        static lasti::coroutine<int> counts() {
            return COROUTINE(int) {
                BEGIN;
                count.set(count.get() + 1);
                RETURN(count.get());
                END;
            };
        }
    };
    lasti::runner r;
    CHECK(r.run(bodies::counts()) == 1);
    CHECK(r.run(bodies::counts()) == 2);
    CHECK(count.get() == 0);
}

TEST_CASE("run_until_complete() takes whatever can be awaited") {
    virtual_loop on;
    on.loop.run_until_complete(lasti::sleep(1));
    CHECK(on.loop.run_until_complete(lasti::sleep(1, 42)) == 42);
    CHECK(on.loop.time() == 2);
}

TEST_SUITE_END();
