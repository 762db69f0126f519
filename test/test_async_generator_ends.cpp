// athrow() and aclose(): the ways to end an async generator, and what it may answer.
#include <lasti/async_generator.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Yields 1, 2, 3, and notes what arrives at the first yield. `answer` says what its clauses do then.
lasti::async_generator<int> guarded(trace note, std::string answer) {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
        } EXCEPT(lasti::generator_exit) {
            note("exit");
            if (answer == "yield") YIELD(7);
            if (answer == "raise") RAISE(std::out_of_range("body"));
            if (answer == "raise stop") RAISE(lasti::stop_async_iteration());
            if (answer == "return") RETURN();
            if (answer.empty()) RERAISE;
        } EXCEPT(std::runtime_error) {
            note("caught");
            if (answer == "return") RETURN();
        } FINALLY {
            AWAIT(lasti::sleep(1));
            note("finally");
        } END_TRY
        YIELD(2);
        YIELD(3);
        END;
    };
}

/// Starts `ag` and then awaits the operation that `make` makes; notes its value, or what it raises.
template <class Make>
lasti::coroutine<> tries(lasti::async_generator<int> ag, trace note, int starts, Make make) {
    int item = 0;
    return COROUTINE(void) {
        BEGIN;
        for (; starts > 0; --starts) AWAIT(ag.anext());
        TRY {
            AWAIT_SET(item, make(ag));
            note(item);
        } EXCEPT(lasti::stop_async_iteration) {
            note("StopAsyncIteration");
        } EXCEPT(lasti::generator_exit) {
            note("GeneratorExit");
        } EXCEPT(std::exception) {
            note(CAUGHT(std::exception).what());
        } END_TRY
        END;
    };
}
template <class E>
struct throws {
    E what;
    lasti::athrow_operation<int, void> operator()(lasti::async_generator<int> const& ag) const { return ag.athrow(what); }
};
struct proceeds {
    lasti::anext_operation<int, void> operator()(lasti::async_generator<int> const& ag) const { return ag.anext(); }
};
template <class E>
throws<E> throwing(E what) {
    return throws<E>{what};
}

/// The same with aclose().
lasti::coroutine<> closes(lasti::async_generator<int> ag, trace note, int starts) {
    return COROUTINE(void) {
        BEGIN;
        for (; starts > 0; --starts) AWAIT(ag.anext());
        TRY {
            AWAIT(ag.aclose());
            note("closed");
        } EXCEPT(lasti::stop_async_iteration) {
            note("StopAsyncIteration");
        } EXCEPT(std::exception) {
            const std::string what = CAUGHT(std::exception).what();
            note(what.substr(0, what.find(": '")));
        } END_TRY
        END;
    };
}

struct fixture {
    unraisables reported;  // by generators that this leaves suspended when the loop is gone
    virtual_loop stage;
    trace note;

    std::string after(lasti::coroutine<> c) {
        stage.loop.run_until_complete(std::move(c));
        return note.take();
    }
};

} // namespace

TEST_SUITE_BEGIN("async generator: athrow and aclose");

TEST_CASE_FIXTURE(fixture, "A3: athrow() before the start: the body never runs, the exception comes back, it is closed") {
    const auto ag = guarded(note, "");
    CHECK(after(tries(ag, note, 0, throwing(std::runtime_error("E")))) == "E");
    CHECK_FALSE(ag.ag_frame());
    const auto other = guarded(note, "");
    CHECK(after(tries(other, note, 0, throwing(lasti::stop_async_iteration()))) == "StopAsyncIteration");
}

TEST_CASE_FIXTURE(fixture, "A3: athrow() that the body catches gives the next value that it yields") {
    const auto ag = guarded(note, "");
    CHECK(after(tries(ag, note, 1, throwing(std::runtime_error("E")))) == "caught finally 2");
    CHECK(stage.loop.time() == 1);
    CHECK(after(tries(ag, note, 0, proceeds())) == "3");
}

TEST_CASE_FIXTURE(fixture, "A3: athrow() that the body answers by returning raises StopAsyncIteration") {
    CHECK(after(tries(guarded(note, "return"), note, 1, throwing(std::runtime_error("E")))) ==
          "caught finally StopAsyncIteration");
}

TEST_CASE_FIXTURE(fixture, "A3: athrow() that nobody catches comes back, and closes it") {
    const auto ag = guarded(note, "");
    CHECK(after(tries(ag, note, 1, throwing(std::out_of_range("E")))) == "finally E");
    CHECK_FALSE(ag.ag_frame());
}

TEST_CASE_FIXTURE(fixture, "A3: athrow() on a closed one raises nothing; asend() and anext() raise StopAsyncIteration") {
    const auto ag = guarded(note, "");
    CHECK(after(closes(ag, note, 0)) == "closed");
    CHECK(after(tries(ag, note, 0, throwing(std::runtime_error("E")))) == "0");
    CHECK(after(tries(ag, note, 0, proceeds())) == "StopAsyncIteration");
    const lasti::async_generator<int, int> other = ASYNC_GENERATOR(int, int) {
        BEGIN;
        YIELD(1);
        END;
    };
    const trace notes = note;
    CHECK(after(COROUTINE(void) {
        BEGIN;
        AWAIT(other.aclose());
        TRY {
            AWAIT(other.asend(1));
        } EXCEPT(lasti::stop_async_iteration) {
            notes("StopAsyncIteration");
        } END_TRY
        END;
    }) == "StopAsyncIteration");
}

TEST_CASE_FIXTURE(fixture, "A4: aclose() before the start: it is closed and the body never runs, and nothing waits") {
    counted::reset();
    const counted value(1);
    const lasti::async_generator<int> ag = ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(value.value);
        END;
    };
    CHECK(counted::alive() == 2);
    CHECK_THROWS_AS(lasti::as_coroutine(ag.aclose()).send(), lasti::stop_iteration);
    CHECK(counted::alive() == 1);
    CHECK_FALSE(ag.ag_frame());
}

TEST_CASE_FIXTURE(fixture, "A4: aclose() raises GeneratorExit at the yield, and the clauses may await") {
    CHECK(after(closes(guarded(note, ""), note, 1)) == "exit finally closed");
    CHECK(stage.loop.time() == 1);
}

TEST_CASE_FIXTURE(fixture, "A4: a body may answer aclose() by returning") {
    CHECK(after(closes(guarded(note, "return"), note, 1)) == "exit finally closed");
}

TEST_CASE_FIXTURE(fixture, "A4: a body that yields in answer to aclose() ignored GeneratorExit, and stays suspended") {
    const auto ag = guarded(note, "yield");
    CHECK(after(closes(ag, note, 1)) == "exit async generator ignored GeneratorExit");
    CHECK(ag.ag_suspended());
    CHECK(after(tries(ag, note, 0, proceeds())) == "finally 2");
    // As in CPython: aclose() has been, so neither it nor athrow() reaches the body again.
    CHECK(after(closes(ag, note, 0)) == "StopAsyncIteration");
    CHECK(after(tries(ag, note, 0, throwing(std::runtime_error("E")))) == "StopAsyncIteration");
    CHECK(after(tries(ag, note, 0, proceeds())) == "3");
}

TEST_CASE_FIXTURE(fixture, "A4: a body that swallows GeneratorExit and yields later ignored it, too") {
    CHECK(after(closes(guarded(note, "swallow"), note, 1)) == "exit finally async generator ignored GeneratorExit");
}

TEST_CASE_FIXTURE(fixture, "A4: another exception of the body comes out of aclose()") {
    CHECK(after(closes(guarded(note, "raise"), note, 1)) == "exit finally body");
    CHECK(after(closes(guarded(note, "raise stop"), note, 1)) == "exit finally async generator raised StopAsyncIteration");
}

TEST_CASE_FIXTURE(fixture, "A4, A9: aclose() of a closed one does nothing, and nothing waits; twice is fine") {
    const auto ag = guarded(note, "");
    CHECK(after(closes(ag, note, 1)) == "exit finally closed");
    CHECK(after(closes(ag, note, 0)) == "closed");
    CHECK_THROWS_AS(lasti::as_coroutine(ag.aclose()).send(), lasti::stop_iteration);
}

TEST_CASE_FIXTURE(fixture, "A5: GeneratorExit that athrow() throws may be caught, and yielded after") {
    const auto ag = guarded(note, "yield");
    CHECK(after(tries(ag, note, 1, throwing(lasti::generator_exit()))) == "exit 7");
    CHECK(after(tries(guarded(note, ""), note, 1, throwing(lasti::generator_exit()))) == "exit finally GeneratorExit");
}

TEST_CASE_FIXTURE(fixture, "closing the consumer raises GeneratorExit in what it awaits, from the inside out") {
    const trace notes = note;
    const lasti::async_generator<int> ag = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            AWAIT(lasti::sleep(5));
            YIELD(1);
        } FINALLY {
            notes("generator");
        } END_TRY
        END;
    };
    const lasti::coroutine<> c = COROUTINE(void) {
        BEGIN;
        TRY {
            AWAIT(ag.anext());
        } FINALLY {
            notes("consumer");
        } END_TRY
        END;
    };
    c.send();
    CHECK(ag.ag_running());
    c.close();
    CHECK(note.take() == "generator consumer");
    CHECK_FALSE(ag.ag_frame());
    CHECK_FALSE(ag.ag_running());
}

TEST_CASE_FIXTURE(fixture, "closing the consumer of one that yields in answer leaves that suspended there") {
    const lasti::async_generator<int> ag = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            AWAIT(lasti::sleep(5));
        } EXCEPT(lasti::generator_exit) {
            YIELD(8);
        } END_TRY
        YIELD(9);
        END;
    };
    const lasti::coroutine<> c = lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT(ag.anext());
        END;
    });
    c.send();
    CHECK_FALSE(c.close());
    CHECK(ag.ag_suspended());
    CHECK_FALSE(ag.ag_running());
    CHECK(after(tries(ag, note, 0, proceeds())) == "9");
}

TEST_CASE_FIXTURE(fixture, "closing the consumer of one that awaits in answer: it ignored GeneratorExit") {
    const lasti::coroutine<> stubborn = closes(lasti::async_generator<int>(ASYNC_GENERATOR(int) {
        BEGIN;
        for (;;) {
            TRY { AWAIT(lasti::sleep(1)); } EXCEPT(lasti::generator_exit) {} END_TRY
        }
        END;
    }), note, 1);
    stubborn.send();
    const lasti::error e = thrown_by([&] { stubborn.close(); });
    CHECK(starts_with(e.what(), "async generator ignored GeneratorExit: "));
}

TEST_SUITE_END();
