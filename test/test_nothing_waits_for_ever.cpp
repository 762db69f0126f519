// The laws of DESIGN.md, section 7; asyncio hangs, or forgets, in most of these. The third: test_deadlock.cpp.
#include <lasti/lasti.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/captured_stderr.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

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
    const captured_stderr printed; // the handler goes with the loop
    lasti::task<> t;
    int failed = 0;
    {
        lasti::virtual_clock clock;
        lasti::event_loop loop(clock);
        t = loop.create_task(fails(0, &failed), "late");
        loop.run();
    }
    CHECK(printed.text() == "");
    t = lasti::task<>();
    CHECK(contains(printed.text(), "Task exception was never retrieved"));
    CHECK(contains(printed.text(), "task 'late'"));
}

TEST_SUITE_END();
