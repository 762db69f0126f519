#include <lasti/async_generator.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include <lasti/event_loop.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::async_generator<int> ticker(trace note, int n) {
    int i = 0;
    return ASYNC_GENERATOR(int) {
        BEGIN;
        for (; i < n; ++i) {
            YIELD(i);
            note("tick");
            AWAIT(lasti::sleep(1));
        }
        note("done");
        END;
    };
}

/// Awaits anext() until it raises, noting each item.
template <class Y>
lasti::coroutine<> takes(lasti::async_generator<Y> ag, trace note) {
    Y item = Y();
    return COROUTINE(void) {
        BEGIN;
        TRY {
            for (;;) {
                AWAIT_SET(item, lasti::anext(ag));
                note(item);
            }
        } EXCEPT(lasti::stop_async_iteration) {
            note("end");
        } END_TRY
        END;
    };
}

lasti::async_generator<int, int> echo(trace note) {
    int sent = 0;
    return ASYNC_GENERATOR(int, int) {
        BEGIN;
        for (;;) {
            YIELD_SET(sent, sent * 10);
            note(self.was_sent() ? "sent " + std::to_string(sent) : std::string("none"));
        }
        END;
    };
}

template <class E>
lasti::async_generator<int> ends_with(E what) {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        RAISE(what);
        END;
    };
}

struct pairs {
    int n;
    ASYNC_GENERATOR_BODY(std::unique_ptr<int>) {
        BEGIN;
        for (; n > 0; --n) YIELD(std::unique_ptr<int>(new int(n)));
        END;
    }
};

lasti::error raised_by_awaiting_all(lasti::async_generator<int> ag) {
    virtual_loop stage;
    const lasti::task<> t = stage.loop.create_task(takes(ag, trace()));
    stage.loop.run();
    return t.exception();
}

} // namespace

TEST_SUITE_BEGIN("async generator");

TEST_CASE("A1: anext() gives what the body yields, and StopAsyncIteration at the end; the body may await") {
    virtual_loop stage;
    trace note;
    stage.loop.run_until_complete(takes(ticker(note, 2), note));
    CHECK(note.take() == "0 tick 1 tick done end");
    CHECK(stage.loop.time() == 2);
}

TEST_CASE("A1: the end is told every time") {
    virtual_loop stage;
    trace note;
    const lasti::async_generator<int> ag = ticker(note, 0);
    stage.loop.run_until_complete(takes(ag, note));
    stage.loop.run_until_complete(takes(ag, note));
    CHECK(note.take() == "done end end");
}

TEST_CASE("G1: calling runs none of the body, and one that is never iterated says nothing") {
    unraisables reported;
    trace note;
    {
        const lasti::async_generator<int> ag = ticker(note, 3);
        CHECK(ag.ag_frame().f_lasti() == -1);
        CHECK(ag.ag_code().name == std::string("ticker"));
    }
    CHECK(note.take().empty());
    CHECK(reported.count() == 0);
}

TEST_CASE("A1: asend() gives the value of the yield; the first anext() gives none") {
    virtual_loop stage;
    trace note;
    const lasti::async_generator<int, int> ag = echo(note);
    int item = -1;
    int* const x = &item;
    stage.loop.run_until_complete(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT_SET(*x, ag.anext());
        note(*x);
        AWAIT_SET(*x, ag.asend(4));
        note(*x);
        AWAIT_SET(*x, ag.anext());
        note(*x);
        AWAIT(ag.asend(5));
        END;
    }));
    CHECK(note.take() == "0 sent 4 40 none 0 sent 5");
}

TEST_CASE("A1: asend() to one that was not started is a TypeError, and it can still be used") {
    virtual_loop stage;
    trace note;
    const lasti::async_generator<int, int> ag = echo(note);
    int item = -1;
    int* const x = &item;
    stage.loop.run_until_complete(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        TRY {
            AWAIT_SET(*x, ag.asend(1));
        } EXCEPT(lasti::type_error) {
            note(starts_with(CAUGHT(lasti::type_error).what(), "can't send non-None value to a just-started async generator: 'echo' ("));
        } END_TRY
        AWAIT_SET(*x, ag.anext());
        note(*x);
        END;
    }));
    CHECK(note.take() == "1 0");
    CHECK(ag.ag_suspended());
}

TEST_CASE("A2: StopAsyncIteration and StopIteration that leave the body become RuntimeErrors, with their cause") {
    lasti::error e = raised_by_awaiting_all(ends_with(lasti::stop_async_iteration()));
    REQUIRE(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "async generator raised StopAsyncIteration: 'ends_with' ("));
    CHECK(e.cause().is<lasti::stop_async_iteration>());
    CHECK(e.context().is<lasti::stop_async_iteration>());
    e = raised_by_awaiting_all(ends_with(lasti::stop_iteration()));
    REQUIRE(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "async generator raised StopIteration: 'ends_with' ("));
    CHECK(e.cause().is<lasti::stop_iteration>());
    CHECK(raised_by_awaiting_all(ends_with(std::out_of_range("x"))).is<std::out_of_range>());
}

TEST_CASE("G7: an exception that leaves the body ends the generator") {
    virtual_loop stage;
    trace note;
    const lasti::async_generator<int> ag = ends_with(std::out_of_range("x"));
    CHECK(thrown_by([&] { stage.loop.run_until_complete(takes(ag, note)); }).is<std::out_of_range>());
    CHECK_FALSE(ag.ag_frame());
    stage.loop.run_until_complete(takes(ag, note));
    CHECK(note.take() == "1 end");
}

TEST_CASE("RETURN() ends it, after the FINALLY clauses that it leaves, which may yield") {
    virtual_loop stage;
    trace note;
    stage.loop.run_until_complete(takes(lasti::async_generator<int>(ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
            RETURN();
        } FINALLY {
            AWAIT(lasti::sleep(1));
            YIELD(2);
        } END_TRY
        YIELD(3);
        END;
    }), note));
    CHECK(note.take() == "1 2 end");
}

TEST_CASE("what it yields may be move-only, a reference, or nothing") {
    virtual_loop stage;
    trace note;
    const lasti::async_generator<std::unique_ptr<int>> moved = pairs{2};
    struct target {
        std::unique_ptr<int> p;
        int copy = 0;
    };
    const std::shared_ptr<target> x = std::make_shared<target>();
    int there = 5;
    int* const place = &there;
    const lasti::async_generator<int&> referring = ASYNC_GENERATOR(int&) {
        BEGIN;
        YIELD(*place);
        END;
    };
    const lasti::async_generator<void, int> consumer = ASYNC_GENERATOR(void, int) {
        BEGIN;
        for (;;) {
            YIELD_SET(x->copy);
            note(x->copy);
        }
        END;
    };
    stage.loop.run_until_complete(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT_SET(x->p, lasti::anext(moved));
        note(*x->p);
        AWAIT_SET(x->copy, lasti::anext(referring));
        note(x->copy);
        AWAIT(consumer.anext());
        AWAIT(consumer.asend(8));
        END;
    }));
    CHECK(note.take() == "2 5 8");
}

TEST_CASE("its locals die when it ends, not with the last handle") {
    counted::reset();
    virtual_loop stage;
    trace note;
    const lasti::async_generator<int> ag = [&] {
        const counted value(3);
        return lasti::async_generator<int>(ASYNC_GENERATOR(int) {
            BEGIN;
            YIELD(value.value);
            END;
        });
    }();
    CHECK(counted::alive() == 1);
    stage.loop.run_until_complete(takes(ag, note));
    CHECK(counted::alive() == 0);
    CHECK(note.take() == "3 end");
}

TEST_CASE("an async generator may iterate another, at any depth, and each request reaches the loop") {
    virtual_loop stage;
    trace note;
    lasti::async_generator<int> ag = ticker(note, 2);
    for (int level = 0; level < 5; ++level) {
        const lasti::async_generator<int> inner = ag;
        int item = 0;
        ag = ASYNC_GENERATOR(int) {
            BEGIN;
            ASYNC_FOR(item, inner) {
                YIELD(item + 1);
            } END_ASYNC_FOR
            END;
        };
    }
    stage.loop.run_until_complete(takes(ag, note));
    CHECK(note.take() == "5 tick 6 tick done end");
    CHECK(stage.loop.time() == 2);
}

TEST_CASE("an empty handle is falsy, and its use a TypeError") {
    const lasti::async_generator<int> none;
    CHECK_FALSE(none);
    CHECK(thrown_by([&] { none.anext(); }).is<lasti::type_error>());
    CHECK(thrown_by([&] { none.ag_running(); }).is<lasti::type_error>());
    trace note;
    const lasti::async_generator<int> some = ticker(note, 1);
    CHECK(some);
    CHECK(some == some.aiter());
    CHECK(some == lasti::aiter(some));
    CHECK(some != none);
    CHECK(thrown_by([&] { some.athrow(lasti::error()); }).is<lasti::type_error>());
}

TEST_CASE("ag_running, ag_suspended, ag_await and ag_frame show where it stands") {
    virtual_loop stage;
    trace note;
    lasti::async_generator<int>* const seen = new lasti::async_generator<int>;
    const std::unique_ptr<lasti::async_generator<int>> owner(seen);
    const auto look = [seen, note] {
        note(std::string(seen->ag_running() ? "running" : "idle") + (seen->ag_suspended() ? "/suspended" : "") +
             (seen->ag_await() ? std::string("/awaits ") + seen->ag_await().f_code().name : std::string()) +
             (seen->ag_frame() ? "" : "/closed"));
    };
    struct pausing {
        static lasti::coroutine<> pause() {
            return COROUTINE(void) {
                BEGIN;
                AWAIT(lasti::sleep(2));
                END;
            };
        }
    };
    *seen = ASYNC_GENERATOR(int) {
        BEGIN;
        look();
        YIELD(1);
        AWAIT(pausing::pause());
        END;
    };
    look();
    stage.loop.call_later(1, look);
    stage.loop.run_until_complete(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT(seen->anext());
        look();
        AWAIT(lasti::anext(*seen, 0));
        look();
        END;
    }));
    CHECK(note.take() == "idle running idle/suspended running/suspended/awaits pause idle/closed");
}

TEST_SUITE_END();
