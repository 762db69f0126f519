#include <lasti/async_generator.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/event_loop.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::async_generator<int> counts(trace note, int n, double pause = 0) {
    int i = 0;
    return ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            for (; i < n; ++i) {
                if (pause > 0) AWAIT(lasti::sleep(pause));
                YIELD(i);
            }
        } FINALLY {
            note("closed");
        } END_TRY
        END;
    };
}


/// An iterable of another kind: aiter() makes the iterator, which counts down and raises at the end.
struct countdown {
    struct iterator {
        std::shared_ptr<int> left;
        trace note;
        lasti::coroutine<int> anext() {
            note("anext");
            const std::shared_ptr<int> n = left;
            return COROUTINE(int) {
                BEGIN;
                AWAIT(lasti::sleep(1));
                if (*n == 0) RAISE(lasti::stop_async_iteration());
                RETURN((*n)--);
                END;
            };
        }
    };
    int from;
    trace note;
    iterator aiter() {
        note("aiter");
        return iterator{std::make_shared<int>(from), note};
    }
};

/// An iterator whose anext() itself throws, or returns what is ready.
struct at_once {
    lasti::event_loop* loop;
    int n;
    lasti::future<int> anext() {
        if (n == 0) throw lasti::stop_async_iteration();
        const lasti::future<int> f = loop->create_future<int>();
        f.set_result(n--);
        return f;
    }
};

/// A target whose assignment raises.
struct refusing {
    int limit = 2;
    refusing& operator=(int item) {
        if (item == limit) throw lasti::stop_async_iteration();
        return *this;
    }
};

struct fixture {
    virtual_loop stage;
    trace note;

    std::string after(lasti::coroutine<> c) {
        stage.loop.run_until_complete(std::move(c));
        return note.take();
    }
    lasti::error raised_in(lasti::coroutine<> c) {
        const lasti::task<> t = stage.loop.create_task(std::move(c));
        stage.loop.run();
        return t.exception();
    }
};

} // namespace

TEST_SUITE_BEGIN("async for");

TEST_CASE_FIXTURE(fixture, "K7: each round awaits the next item, and the end of the generator ends the loop") {
    int i = 0;
    const trace t = note;
    CHECK(after(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, counts(t, 3, 1)) {
            t(i);
        } END_ASYNC_FOR
        t("behind");
        END;
    }) == "0 1 2 closed behind");
    CHECK(stage.loop.time() == 3);
}

TEST_CASE_FIXTURE(fixture, "K7: aiter() is called once, and not awaited; then anext() each round") {
    int i = 0;
    const trace t = note;
    CHECK(after(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, (countdown{2, t})) {
            t(i);
        } END_ASYNC_FOR
        END;
    }) == "aiter anext 2 anext 1 anext");
    CHECK(stage.loop.time() == 3);
}

TEST_CASE_FIXTURE(fixture, "K7: an iterator alone will do; what it gives may be ready, and its end thrown") {
    int i = 0;
    const trace t = note;
    at_once source = {&stage.loop, 2};
    at_once* const p = &source;
    CHECK(after(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, *p) t(i); END_ASYNC_FOR
        t("behind");
        END;
    }) == "2 1 behind");
    CHECK(source.n == 0);
}

TEST_CASE_FIXTURE(fixture, "K7: a StopAsyncIteration that the body raises is not the loop's end") {
    int i = 0;
    const trace t = note;
    CHECK(raised_in(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, counts(t, 3)) {
            if (i == 1) RAISE(lasti::stop_async_iteration());
        } END_ASYNC_FOR
        t("behind");
        END;
    }).is<lasti::stop_async_iteration>());
    CHECK(raised_in(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, (countdown{3, t})) {
            throw lasti::stop_async_iteration();
        } END_ASYNC_FOR
        t("behind");
        END;
    }).is<lasti::stop_async_iteration>());
    CHECK_FALSE(contains(note.take(), "behind"));
}

TEST_CASE_FIXTURE(fixture, "K7: nor is one that the assignment raises, or aiter()") {
    const std::shared_ptr<refusing> target = std::make_shared<refusing>();
    const trace t = note;
    CHECK(raised_in(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(*target, (countdown{3, t})) {
            t("item");
        } END_ASYNC_FOR
        t("behind");
        END;
    }).is<lasti::stop_async_iteration>());
    CHECK(note.take() == "aiter anext item anext");
    CHECK(raised_in(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(*target, counts(t, 3)) {} END_ASYNC_FOR
        t("behind");
        END;
    }).is<lasti::stop_async_iteration>());
    CHECK_FALSE(contains(note.take(), "behind"));
    struct broken {
        int anext();
        countdown::iterator aiter() { throw lasti::stop_async_iteration(); }
    };
    int i = 0;
    CHECK(raised_in(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, broken()) {} END_ASYNC_FOR
        t("behind");
        END;
    }).is<lasti::stop_async_iteration>());
    CHECK(note.take().empty());
}

TEST_CASE_FIXTURE(fixture, "K7: another exception of anext() comes out of the loop") {
    int i = 0;
    const lasti::async_generator<int> fails = ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        RAISE(std::out_of_range("E"));
        END;
    };
    CHECK(raised_in(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, fails) {} END_ASYNC_FOR
        END;
    }).is<std::out_of_range>());
}

TEST_CASE_FIXTURE(fixture, "A8: break leaves the loop and does not close the generator, which goes on where it was") {
    int i = 0;
    const trace t = note;
    const lasti::async_generator<int> ag = counts(note, 4);
    CHECK(after(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, ag) {
            t(i);
            if (i == 1) break;
        } END_ASYNC_FOR
        t("behind");
        END;
    }) == "0 1 behind");
    CHECK(ag.ag_suspended());
    CHECK(after(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, ag) {
            if (i == 2) continue;
            t(i);
        } END_ASYNC_FOR
        END;
    }) == "3 closed");
}

TEST_CASE_FIXTURE(fixture, "return and exceptions leave it too, through FINALLY clauses, and nothing of it is left") {
    counted::reset();
    int i = 0;
    const trace t = note;
    const auto leaves = [t, i](int how) {
        const counted value(how);
        const lasti::async_generator<int> ag = ASYNC_GENERATOR(int) {
            BEGIN;
            for (;;) YIELD(value.value);
            END;
        };
        int x = i;
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            TRY {
                ASYNC_FOR(x, ag) {
                    TRY {
                        AWAIT(lasti::sleep(1));
                        if (x == 0) break;
                        if (x == 1) RETURN();
                        throw std::out_of_range("E");
                    } FINALLY {
                        AWAIT(lasti::sleep(1));
                        t("finally");
                    } END_TRY
                } END_ASYNC_FOR
                t("broken off");
            } EXCEPT(std::out_of_range) {
                t("caught");
            } END_TRY
            END;
        });
    };
    CHECK(after(leaves(0)) == "finally broken off");
    CHECK(after(leaves(1)) == "finally");
    CHECK(after(leaves(2)) == "finally caught");
    stage.loop.run();
    CHECK(counted::alive() == 0);
}

TEST_CASE_FIXTURE(fixture, "nested, with break and continue of the outer and the inner loop") {
    int i = 0;
    int k = 0;
    const trace t = note;
    CHECK(after(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, counts(t, 4, 1)) {
            if (i == 1) continue;
            if (i == 3) break;
            ASYNC_FOR(k, counts(t, 3)) {
                if (k == 1) break;
                t(10 * i + k);
            } END_ASYNC_FOR
        } END_ASYNC_FOR
        t("behind");
        END;
    }) == "0 closed 20 closed behind");
}

TEST_CASE_FIXTURE(fixture, "a loop in an async generator, which yields inside it") {
    int i = 0;
    int k = 0;
    const trace t = note;
    const lasti::async_generator<int> squares = ASYNC_GENERATOR(int) {
        BEGIN;
        ASYNC_FOR(i, counts(t, 3, 1)) YIELD(i * i); END_ASYNC_FOR
        END;
    };
    CHECK(after(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(k, squares) t(k); END_ASYNC_FOR
        END;
    }) == "0 1 4 closed");
}

TEST_CASE_FIXTURE(fixture, "the struct form can be iterated as it is, and a loop over one that has ended does nothing") {
    struct three {
        int i;
        ASYNC_GENERATOR_BODY(int) {
            BEGIN;
            for (; i < 3; ++i) YIELD(i);
            END;
        }
    };
    int i = 0;
    const trace t = note;
    const lasti::async_generator<int> ended = counts(note, 0);
    CHECK(after(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, three{0}) t(i); END_ASYNC_FOR
        ASYNC_FOR(i, ended) t(i); END_ASYNC_FOR
        ASYNC_FOR(i, ended) t(i); END_ASYNC_FOR
        t("behind");
        END;
    }) == "0 1 2 closed behind");
}

TEST_CASE_FIXTURE(fixture, "cancelling a task in a loop raises CancelledError there, and the generator sees it") {
    int i = 0;
    const trace t = note;
    const lasti::task<> task = stage.loop.create_task(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, counts(t, 4, 1)) {
            t(i);
        } END_ASYNC_FOR
        END;
    }));
    stage.loop.call_later(1.5, [task] { task.cancel(); });
    stage.loop.run();
    CHECK(note.take() == "0 closed");
    CHECK(task.cancelled());
}

TEST_CASE_FIXTURE(fixture, "the frame says in which line the loop waits") {
    int i = 0;
    const trace t = note;
    int line = 0;
    const lasti::coroutine<> c = COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, counts(t, 4, 1)) {
            AWAIT(lasti::sleep(0));
        } END_ASYNC_FOR
        END;
    };
    line = __LINE__ - 5;
    c.send();
    CHECK(c.cr_frame().f_lineno() == line);
    CHECK(c.cr_await().f_code().name == std::string("counts"));
    c.send();
    CHECK(c.cr_frame().f_lineno() == line + 1);
    CHECK_FALSE(c.cr_await());
    c.send();
    CHECK(c.cr_frame().f_lineno() == line);
    c.close();
}

TEST_SUITE_END();
