// CPython's test_asyncio/test_tasks.py: wait() and as_completed().
// conformance/catalogue.csv lists what became of each test.
#include <lasti/wait.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/as_completed.hpp>

#include "support/bodies.hpp"
#include "support/cpython.hpp"
#include "support/unraisable.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::vector<lasti::any_future> list;
using lasti::return_when;

lasti::wait_result<lasti::any_future> run_wait(lasti::event_loop& loop, lasti::waiting<lasti::any_future> waiting) {
    lasti::wait_result<lasti::any_future> found;
    return loop.run_until_complete(COROUTINE(lasti::wait_result<lasti::any_future>) {
        BEGIN;
        AWAIT_SET(found, waiting);
        RETURN(found);
        END;
    });
}

template <class T>
lasti::task<T> sleeping(lasti::event_loop& loop, double seconds, T result) {
    return loop.create_task(lasti::as_coroutine(lasti::sleep(seconds, result)));
}

} // namespace

TEST_SUITE_BEGIN("CPython's test_tasks: wait");

TEST_CASE("wait (test_asyncio/test_tasks.py: BaseTaskTests.test_wait)") {
    stage on;
    const auto a = sleeping(on.loop, 0.5, 1), b = sleeping(on.loop, 0.75, 2);
    for (int again = 0; again < 2; ++again) {
        const auto found = run_wait(on.loop, lasti::wait({b, a}));
        CHECK(found.done == list{b, a});
        CHECK(found.pending.empty());
        CHECK(on.loop.time() == 0.75);
    }
}

TEST_CASE("the same twice (test_asyncio/test_tasks.py: BaseTaskTests.test_wait_duplicate_coroutines)") {
    stage on;
    const auto c = on.loop.create_task(returning<std::string>("test")), d = on.loop.create_task(returning<std::string>("spam"));
    const auto found = run_wait(on.loop, lasti::wait({c, c, d}));
    CHECK(found.pending.empty());
    CHECK(found.done == list{c, d});
}

TEST_CASE("nothing (test_asyncio/test_tasks.py: BaseTaskTests.test_wait_errors)") {
    stage on; // another value for return_when does not compile
    CHECK_THROWS_AS(run_wait(on.loop, lasti::wait(list())), lasti::value_error);
}

TEST_CASE("an empty list (test_asyncio/test_tasks.py: BaseTaskTests.test_wait_invalid_args)") {
    stage on; // what is no list does not compile, nor a list of coroutines (compile_fail/)
    CHECK_THROWS_AS(run_wait(on.loop, lasti::wait(list{})), lasti::value_error);
}

TEST_CASE("the first completed (test_asyncio/test_tasks.py: BaseTaskTests.test_wait_first_completed)") {
    stage on;
    const auto a = sleeping(on.loop, 10, 1), b = sleeping(on.loop, 0.5, 2);
    const auto found = run_wait(on.loop, lasti::wait({b, a}, return_when::first_completed));
    CHECK(found.done == list{b});
    CHECK(found.pending == list{a});
    CHECK_FALSE(a.done());
    CHECK(b.result() == 2);
    CHECK(on.loop.time() == 0.5);
    run_wait(on.loop, lasti::wait({a, b}));
}

TEST_CASE("what is done though its callback was not called yet "
          "(test_asyncio/test_tasks.py: BaseTaskTests.test_wait_really_done)") {
    stage on;
    const auto a = on.loop.create_task(after_rounds(on.note, "a", 1)), b = on.loop.create_task(after_rounds(on.note, "b", 2));
    const auto found = run_wait(on.loop, lasti::wait({b, a}, return_when::first_completed));
    CHECK(found.done == list{b, a});
}

TEST_CASE("the first exception (test_asyncio/test_tasks.py: BaseTaskTests.test_wait_first_exception)") {
    stage on;
    const auto a = sleeping(on.loop, 10, 1);
    const auto b = on.loop.create_task(fails_after_rounds(on.note, "b", 0));
    const auto found = run_wait(on.loop, lasti::wait({b, a}, return_when::first_exception));
    CHECK(found.done == list{b});
    CHECK(found.pending == list{a});
    CHECK(on.loop.time() == 0);
    run_wait(on.loop, lasti::wait({a, b}));
}

TEST_CASE("… while it waits (test_asyncio/test_tasks.py: BaseTaskTests.test_wait_first_exception_in_wait)") {
    stage on;
    const auto a = sleeping(on.loop, 10, 1), b = on.loop.create_task(fails_after(0.25));
    const auto found = run_wait(on.loop, lasti::wait({b, a}, return_when::first_exception));
    CHECK(found.done == list{b});
    CHECK(found.pending == list{a});
    CHECK(on.loop.time() == 0.25);
    run_wait(on.loop, lasti::wait({a, b}));
}

TEST_CASE("exceptions stay with the tasks (test_asyncio/test_tasks.py: BaseTaskTests.test_wait_with_exception)") {
    stage on;
    const auto a = sleeping(on.loop, 0.5, 1), b = on.loop.create_task(fails_after(0.75));
    for (int again = 0; again < 2; ++again) {
        const auto found = run_wait(on.loop, lasti::wait({b, a}));
        CHECK(found.done.size() == 2);
        CHECK(found.done[0].exception());
        CHECK_FALSE(found.done[1].exception());
        CHECK(on.loop.time() == 0.75);
    }
}

TEST_CASE("a timeout (test_asyncio/test_tasks.py: BaseTaskTests.test_wait_with_timeout)") {
    stage on;
    const auto a = sleeping(on.loop, 0.5, 1), b = sleeping(on.loop, 0.75, 2);
    const auto found = run_wait(on.loop, lasti::wait({b, a}, 0.625));
    CHECK(found.done == list{a});
    CHECK(found.pending == list{b});
    CHECK(on.loop.time() == 0.625);
    run_wait(on.loop, lasti::wait({a, b}));
}

TEST_CASE("a timeout at the moment of completion (test_asyncio/test_tasks.py: BaseTaskTests.test_wait_concurrent_complete)") {
    stage on;
    const auto a = sleeping(on.loop, 0.5, 1), b = sleeping(on.loop, 0.75, 2);
    const auto found = run_wait(on.loop, lasti::wait({b, a}, 0.5));
    CHECK(found.done == list{a});
    CHECK(found.pending == list{b});
    CHECK(on.loop.time() == 0.5);
    run_wait(on.loop, lasti::wait({a, b}));
}

TEST_CASE("of an iterator (test_asyncio/test_tasks.py: BaseTaskTests.test_wait_with_iterator_of_tasks)") {
    stage on;
    const list tasks = {sleeping(on.loop, 0.5, 1), sleeping(on.loop, 0.75, 2)};
    const auto found = run_wait(on.loop, lasti::wait(list(tasks.rbegin(), tasks.rend())));
    CHECK(found.done.size() == 2);
    CHECK(on.loop.time() == 0.75);
}

TEST_CASE("of what a generator gives (test_asyncio/test_tasks.py: BaseTaskTests.test_wait_generator)") {
    stage on;
    list tasks;
    for (int i = 0; i < 10; ++i) tasks.push_back(on.loop.create_task(returning(i)));
    const auto found = run_wait(on.loop, lasti::wait(tasks, return_when::all_completed));
    CHECK(found.done.size() == 10);
    CHECK(found.pending.empty());
}

// ---- as_completed ----------------------------------------------------------------------------------

namespace {

typedef std::vector<lasti::coroutine<std::string>> coroutines;

lasti::coroutine<std::string> word(double seconds, std::string text) {
    return lasti::as_coroutine(lasti::sleep(seconds, text));
}

// The results one by one, by either iteration; it is left after the second, and gone on with.
template <class Given>
lasti::coroutine<> notes_words(Given given, trace note, bool async, double timeout = 100) {
    lasti::completions<lasti::task<std::string>> all;
    lasti::next_result<std::string> item;
    lasti::task<std::string> done;
    std::string text;
    int n = 0;
    return COROUTINE(void) {
        BEGIN;
        all = lasti::as_completed(given, timeout);
        TRY
            for (; n < 10; ++n) {
                if (async) {
                    ASYNC_FOR(done, all)
                        note(done.result());
                        if (++n == 2) break;
                    END_ASYNC_FOR
                } else {
                    FOR(item, all)
                        AWAIT_SET(text, item);
                        note(text);
                        if (++n == 2) break;
                    END_FOR
                }
            }
        EXCEPT(lasti::timeout_error)
            note("timeout");
        END_TRY
        END;
    };
}

} // namespace

TEST_CASE("as they come (test_asyncio/test_tasks.py: BaseTaskTests.test_as_completed)") {
    for (bool async : {false, true}) {
        stage on;
        on.loop.run_until_complete(notes_words(coroutines{word(0.25, "b"), word(0.5, "c"), word(0.25, "a")}, on.note, async));
        CHECK(on.note.take() == "b a c");
        CHECK(on.loop.time() == 0.5);
    }
}

TEST_CASE("the same tasks come out (test_asyncio/test_tasks.py: BaseTaskTests.test_as_completed_same_tasks_in_as_out)") {
    stage on;
    std::vector<lasti::task<int>> given;
    for (int i = 0; i < 4; ++i) given.push_back(on.loop.create_task(returning(i)));
    lasti::task<int> done;
    const trace note = on.note;
    on.loop.run_until_complete(COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(done, lasti::as_completed(given))
            note(done.result());
            note(static_cast<long>(std::find(given.begin(), given.end(), done) - given.begin()));
        END_ASYNC_FOR
        END;
    });
    CHECK(on.note.take() == "0 0 1 1 2 2 3 3");
}

TEST_CASE("a timeout (test_asyncio/test_tasks.py: BaseTaskTests.test_as_completed_with_timeout)") {
    for (bool async : {false, true}) {
        stage on;
        const std::vector<lasti::task<std::string>> given = {sleeping(on.loop, 0.5, std::string("a")), sleeping(on.loop, 1, std::string("b"))};
        on.loop.run_until_complete(notes_words(given, on.note, async, 0.75));
        CHECK(on.note.take() == "a timeout");
        CHECK(on.loop.time() == 0.75);
        on.loop.run();
        CHECK(given[1].result() == "b");
    }
}

TEST_CASE("a timeout that does not come (test_asyncio/test_tasks.py: BaseTaskTests.test_as_completed_with_unused_timeout)") {
    for (bool async : {false, true}) {
        stage on;
        on.loop.run_until_complete(notes_words(coroutines{word(0.25, "a")}, on.note, async, 1));
        on.loop.run();
        CHECK(on.note.take() == "a");
        CHECK(on.loop.time() == 0.25);
    }
}

TEST_CASE("an iteration that was left (test_asyncio/test_tasks.py: BaseTaskTests.test_as_completed_resume_iterator)") {
    for (bool async : {false, true}) {
        stage on;
        on.loop.run_until_complete(notes_words(coroutines{word(0, "0"), word(0, "1"), word(0, "2"), word(0, "3")}, on.note, async));
        CHECK(on.note.take() == "0 1 2 3");
    }
}

TEST_CASE("the second item awaited first (test_asyncio/test_tasks.py: BaseTaskTests.test_as_completed_reverse_wait)") {
    stage on;
    lasti::completions<lasti::task<std::string>> all;
    lasti::next_result<std::string> first, second;
    std::string text;
    const trace note = on.note;
    on.loop.run_until_complete(COROUTINE(void) {
        BEGIN;
        all = lasti::as_completed(coroutines{word(0.25, "a"), word(0.5, "b")});
        first = all.next();
        second = all.next();
        AWAIT_SET(text, second);
        note(text);
        CHECK(lasti::get_running_loop().time() == 0.25);
        AWAIT_SET(text, first);
        note(text);
        CHECK(lasti::get_running_loop().time() == 0.5);
        END;
    });
    CHECK(on.note.take() == "a b");
}

TEST_CASE("two items at the same time (test_asyncio/test_tasks.py: BaseTaskTests.test_as_completed_concurrent)") {
    stage on;
    lasti::completions<lasti::task<std::string>> all;
    lasti::task<std::string> a, b;
    const trace note = on.note;
    on.loop.run_until_complete(COROUTINE(void) {
        BEGIN;
        all = lasti::as_completed(coroutines{word(0.25, "a"), word(0.25, "b")});
        a = lasti::ensure_future(all.next());
        b = lasti::ensure_future(all.next());
        AWAIT(lasti::wait({a, b}));
        note(a.result());
        note(b.result());
        END;
    });
    CHECK(on.note.take() == "a b");
    CHECK(on.loop.time() == 0.25);
}

TEST_CASE("a coroutine twice (test_asyncio/test_tasks.py: BaseTaskTests.test_as_completed_duplicate_coroutines)") {
    for (bool async : {false, true}) {
        stage on;
        const lasti::coroutine<std::string> c = word(0, "ham");
        on.loop.run_until_complete(notes_words(coroutines{c, c, word(0, "spam")}, on.note, async));
        CHECK(on.note.take() == "ham spam");
    }
}

TEST_CASE("without a loop (test_asyncio/test_tasks.py: BaseTaskTests.test_as_completed_coroutine_without_loop)") {
    const unraisables told;
    CHECK_THROWS_WITH_AS(lasti::as_completed(coroutines{word(0, "a")}), doctest::Contains("no running event loop"), lasti::runtime_error);
}

TEST_CASE("with one (test_asyncio/test_tasks.py: BaseTaskTests.test_as_completed_coroutine_use_running_loop)") {
    stage on;
    on.loop.run_until_complete(notes_words(coroutines{word(0, "42")}, on.note, false));
    CHECK(on.note.take() == "42");
}

TEST_SUITE_END();
