#include <lasti/as_completed.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <lasti/gather.hpp>

#include "support/bodies.hpp"
#include "support/counted.hpp"
#include "support/rounds.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::vector<lasti::coroutine<int>> coroutines;
typedef std::vector<lasti::future<int>> futures;
typedef std::vector<lasti::task<int>> tasks;
template <class A>
using completions_of = lasti::completions<typename lasti::detail::completed_handle<A>::type>;

// Awaits one item and notes "result@time", or the exception.
template <class R>
lasti::coroutine<> notes_result(lasti::next_result<R> item, trace note) {
    R x = R();
    return COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT_SET(x, item);
            note(std::to_string(x) + "@" + std::to_string(static_cast<int>(lasti::get_running_loop().time())));
        EXCEPT(lasti::timeout_error)
            note("timeout");
        EXCEPT(lasti::cancelled_error)
            note("cancelled");
            RERAISE;
        EXCEPT(std::exception)
            note(CAUGHT(std::exception).what());
        END_TRY
        END;
    };
}

// Awaits every item of the plain iteration in turn.
template <class A>
lasti::coroutine<> notes_results(std::vector<A> given, trace note, double timeout = -1) {
    completions_of<A> all;
    lasti::next_result<int> item;
    return COROUTINE(void) {
        BEGIN;
        all = timeout < 0 ? lasti::as_completed(given) : lasti::as_completed(given, timeout);
        given.clear();
        FOR(item, all)
            AWAIT(notes_result(item, note));
        END_FOR
        END;
    };
}

// The asynchronous iteration, noting which of the `given` each is: "#1@2".
template <class A>
lasti::coroutine<> notes_identities(std::vector<A> given, trace note, double timeout = -1) {
    typedef typename lasti::detail::completed_handle<A>::type handle;
    completions_of<A> all;
    handle done;
    return COROUTINE(void) {
        BEGIN;
        all = timeout < 0 ? lasti::as_completed(given) : lasti::as_completed(given, timeout);
        TRY
            ASYNC_FOR(done, all)
                std::size_t i = 0;
                while (i < given.size() && !(given[i] == done)) ++i;
                note("#" + std::to_string(i) + "@" + std::to_string(static_cast<int>(lasti::get_running_loop().time())));
            END_ASYNC_FOR
            note("end");
            AWAIT_SET(done, all.anext());
        EXCEPT(lasti::stop_async_iteration)
        EXCEPT(lasti::timeout_error)
            note("timeout");
        END_TRY
        END;
    };
}

// Calls `make` in a round of the loop.
template <class F>
auto in_loop(lasti::event_loop& loop, F make) -> decltype(make()) {
    typedef decltype(make()) result;
    const std::shared_ptr<result> made = std::make_shared<result>();
    loop.call_soon([made, make] { *made = make(); });
    loop.poll();
    return *made;
}

} // namespace

TEST_SUITE_BEGIN("as_completed");

TEST_CASE("AC1: plain iteration gives results and exceptions in the order in which they come") {
    virtual_loop on;
    trace note;
    on.loop.run_until_complete(
        notes_results(coroutines{returns_after(3, 3), returns_after(1, 1), fails_after(2, "two"), returns_after(1, 4)}, note));
    CHECK(note.take() == "1@1 4@1 two 3@3");
    on.loop.run_until_complete(notes_results(coroutines(), note));
    CHECK(note.take() == "");
}

TEST_CASE("AC1: of futures, tasks, and whatever else can be awaited") {
    virtual_loop on;
    trace note;
    const lasti::future<int> f = on.loop.create_future<int>();
    on.loop.call_later(2, [f] { f.set_result(7); });
    on.loop.run_until_complete(notes_results(futures{f}, note));
    on.loop.run_until_complete(notes_results(tasks{on.loop.create_task(returns_after(1, 1)), on.loop.create_task(returns_after(0, 0))}, note));
    on.loop.run_until_complete(notes_results(std::vector<lasti::sleep_for_result<int>>{lasti::sleep(2, 5), lasti::sleep(1, 6)}, note));
    CHECK(note.take() == "7@2 0@2 1@3 6@4 5@5");
}

TEST_CASE("AC1: items are bound to the order of completion, not to what was given") {
    virtual_loop on;
    trace note;
    const auto all = in_loop(on.loop, [] { return lasti::as_completed(coroutines{returns_after(5, 5), returns_after(1, 1)}); });
    const lasti::next_result<int> first = all.next(), second = all.next();
    CHECK_THROWS_AS((void)all.next(), lasti::stop_iteration);
    const lasti::task<> b = on.loop.create_task(notes_result(second, note)); // the first to ask gets the first
    on.loop.poll();
    on.loop.create_task(notes_result(first, note));
    on.loop.run_until_complete(b);
    CHECK(note.take() == "1@1");
    on.loop.run();
    CHECK(note.take() == "5@5");
}

TEST_CASE("AC1: asynchronous iteration yields the very tasks given") {
    virtual_loop on;
    trace note;
    const tasks given = {on.loop.create_task(returns_after(3, 1)), on.loop.create_task(returns_after(1, 2)), on.loop.create_task(fails_after(2))};
    on.loop.run_until_complete(notes_identities(given, note));
    CHECK(note.take() == "#1@1 #2@2 #0@3 end"); // one that failed is yielded like any other
    CHECK_FALSE(on.loop.run_until_complete(lasti::gather(lasti::return_exceptions, given))[2]);
    const std::vector<lasti::any_future> mixed = {given[0], on.loop.create_task(fails_after_rounds(note, "x", 0))};
    on.loop.run_until_complete(notes_identities(mixed, note));
    CHECK(note.take() == "x #0@3 #1@3 end");
    CHECK(mixed[1].exception());
}

TEST_CASE("AC1: when the time is over, each item that is left raises timeout_error; nothing is cancelled") {
    virtual_loop on;
    trace note;
    const tasks given = {on.loop.create_task(returns_after(1, 1)), on.loop.create_task(returns_after(5, 2)), on.loop.create_task(returns_after(6, 3))};
    on.loop.run_until_complete(notes_results(given, note, 3));
    CHECK(note.take() == "1@1 timeout timeout");
    on.loop.run_until_complete(notes_identities(given, note, 1.5));
    CHECK(note.take() == "#0@3 timeout"); // the iteration ends with the first
    on.loop.run();
    CHECK(given[2].result() == 3);
    on.loop.run_until_complete(notes_results(given, note, 100));
    CHECK(note.take() == "1@6 2@6 3@6");
    CHECK(on.loop.time() == 6); // the timer is gone
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(notes_results(given, note, std::numeric_limits<double>::quiet_NaN())),
                         doctest::Contains("NaN"), lasti::value_error);
}

TEST_CASE("AC1: an iteration that was left can be gone on with, the other way, too") {
    virtual_loop on;
    trace note;
    struct leaves {
        static lasti::coroutine<> of(trace t) {
            lasti::completions<lasti::task<int>> all;
            lasti::next_result<int> item;
            lasti::task<int> done;
            int x = 0;
            return COROUTINE(void) {
                BEGIN;
                all = lasti::as_completed(coroutines{returns_after(1, 1), returns_after(2, 2), returns_after(3, 3), returns_after(4, 4)});
                FOR(item, all)
                    AWAIT_SET(x, item);
                    t(x);
                    break;
                END_FOR
                AWAIT_SET(done, all.anext());
                t(done.result());
                FOR(item, all)
                    AWAIT_SET(x, item);
                    t(x);
                END_FOR
                END;
            };
        }
    };
    on.loop.run_until_complete(leaves::of(note));
    CHECK(note.take() == "1 2 3 4");
}

TEST_CASE("AC1: several items may be awaited at the same time; who asked first gets the first") {
    virtual_loop on;
    trace note;
    const auto all = in_loop(on.loop, [] { return lasti::as_completed(coroutines{returns_after(2, 2), returns_after(1, 1)}); });
    const lasti::task<> a = on.loop.create_task(notes_result(all.next(), note)), b = on.loop.create_task(notes_result(all.next(), note));
    on.loop.run_until_complete(lasti::gather(a, b));
    CHECK(note.take() == "1@1 2@2");
}

TEST_CASE("LK2: an asker that is cancelled after it was woken wakes the next") {
    virtual_loop on;
    trace note;
    const futures given = {on.loop.create_future<int>(), on.loop.create_future<int>()};
    const auto all = in_loop(on.loop, [given] { return lasti::as_completed(given); });
    const lasti::task<> a = on.loop.create_task(notes_result(all.next(), note)), b = on.loop.create_task(notes_result(all.next(), note));
    on.loop.poll();
    given[1].set_result(7);
    on.loop.poll(); // the callback has woken a
    a.cancel();
    on.loop.run_until_complete(b);
    CHECK(note.take() == "cancelled 7@0");
}

TEST_CASE("an asker that does not wait takes what another was woken for; that one waits on") {
    virtual_loop on;
    trace note;
    const futures given = {on.loop.create_future<int>(), on.loop.create_future<int>()};
    const auto all = in_loop(on.loop, [given] { return lasti::as_completed(given); });
    const lasti::next_result<int> first = all.next(), second = all.next();
    const lasti::task<> a = on.loop.create_task(notes_result(first, note), "a");
    on.loop.poll();
    given[1].set_result(7);
    on.loop.call_soon([&on, second, note] {
        on.loop.set_eager_tasks(true);
        on.loop.create_task(notes_result(second, note), "b");
    });
    on.loop.poll(); // first the callback wakes a, then b runs at once
    on.loop.poll();
    CHECK(note.take() == "7@0");
    CHECK_FALSE(a.done());
    given[0].set_result(8);
    on.loop.run();
    CHECK(note.take() == "8@0");
}

TEST_CASE("its rounds are those of CPython") {
    struct bodies {
        static lasti::coroutine<> plain(trace t) {
            lasti::completions<lasti::task<std::string>> all;
            lasti::next_result<std::string> item;
            return COROUTINE(void) {
                BEGIN;
                all = lasti::as_completed(std::vector<lasti::coroutine<std::string>>{after_rounds(t, "a", 0), after_rounds(t, "b", 1)});
                FOR(item, all)
                    AWAIT(item);
                    t("got");
                END_FOR
                END;
            };
        }
    };
    rounds on;
    CHECK(on.until_done(on.loop.create_task(bodies::plain(on.note))) == "2:a 3:b 4:got 5:got");
    const futures done = {on.loop.create_future<int>(), on.loop.create_future<int>()};
    for (lasti::future<int> const& f : done) f.set_result(1);
    CHECK(on.until_done(on.loop.create_task(notes_identities(done, on.note))) == "3:#0@0 #1@0 end");
    const futures pending = {on.loop.create_future<int>()};
    CHECK(on.until_done(on.loop.create_task(notes_results(pending, on.note, 0))) == "3:timeout");
}

TEST_CASE("what is given twice comes once") {
    virtual_loop on;
    trace note;
    const lasti::coroutine<int> c = returns_after(1, 1);
    on.loop.run_until_complete(notes_results(coroutines{c, returns_after(2, 2), c}, note));
    const lasti::future<int> f = on.loop.create_future<int>();
    f.set_result(3);
    on.loop.run_until_complete(notes_results(futures{f, f, f}, note));
    CHECK(note.take() == "1@1 2@2 3@2");
}

TEST_CASE("an item that is awaited again is a runtime_error, before another could wait in vain") {
    virtual_loop on;
    trace note;
    const auto all = in_loop(on.loop, [] { return lasti::as_completed(coroutines{returns_after(1, 1)}); });
    const lasti::next_result<int> item = all.next();
    on.loop.run_until_complete(notes_result(item, note));
    on.loop.run_until_complete(notes_result(item, note));
    CHECK(note.take() == "1@1 cannot reuse already awaited item of as_completed()");
    on.loop.run_until_complete(notes_result(lasti::next_result<int>(), note));
    CHECK(contains(note.take(), "is empty: default-constructed"));
    CHECK_THROWS_AS((void)lasti::completions<lasti::task<int>>().next(), lasti::type_error);
}

TEST_CASE("it needs a running loop, and futures of that") {
    virtual_loop on, other;
    CHECK_THROWS_WITH_AS(lasti::as_completed(futures()), doctest::Contains("no running event loop"), lasti::runtime_error);
    const futures given = {on.loop.create_future<int>(), other.loop.create_future<int>()};
    lasti::error problem;
    on.loop.call_soon([&] { problem = thrown_by([&] { lasti::as_completed(given); }); });
    on.loop.poll();
    CHECK(problem.is<lasti::value_error>());
    CHECK_FALSE(given[0].shared_state()->is_marked);
}

TEST_CASE("results that can only be moved are moved; what nobody is left to set raises") {
    typedef std::vector<lasti::future<std::unique_ptr<int>>> movable;
    virtual_loop on;
    struct moves {
        static lasti::coroutine<std::string> of(lasti::event_loop* loop) {
            const std::shared_ptr<std::unique_ptr<int>> x = std::make_shared<std::unique_ptr<int>>();
            lasti::future<std::unique_ptr<int>> f = loop->create_future<std::unique_ptr<int>>();
            lasti::completions<lasti::future<std::unique_ptr<int>>> all;
            std::string seen;
            return COROUTINE(std::string) {
                BEGIN;
                all = lasti::as_completed(movable{f, loop->create_future<std::unique_ptr<int>>()});
                f.set_result(std::unique_ptr<int>(new int(7)));
                TRY
                    AWAIT_SET(*x, all.next());
                EXCEPT(lasti::runtime_error)
                    seen = CAUGHT(lasti::runtime_error).what();
                END_TRY
                AWAIT_SET(*x, all.next());
                RETURN(seen + " " + std::to_string(**x));
                END;
            };
        }
    };
    CHECK(contains(on.loop.run_until_complete(moves::of(&on.loop)), "nobody is left who could set it 7"));
}

TEST_CASE("closing the loop leaves nothing behind, wherever it stands") {
    for (int polls = 0; polls < 6; ++polls) {
        counted::reset();
        {
            virtual_loop on;
            trace note;
            struct waits {
                static lasti::coroutine<> of(std::vector<lasti::future<counted>> given) {
                    lasti::completions<lasti::future<counted>> all;
                    lasti::future<counted> done;
                    return COROUTINE(void) {
                        BEGIN;
                        all = lasti::as_completed(given, 5);
                        AWAIT(all.next());
                        AWAIT_SET(done, all.anext());
                        END;
                    };
                }
            };
            const std::vector<lasti::future<counted>> given = {on.loop.create_future<counted>(), on.loop.create_future<counted>()};
            on.loop.create_task(waits::of(given));
            for (int i = 0; i < polls; ++i) {
                on.loop.poll();
                if (i == 0) given[1].set_result(counted(1));
            }
            on.loop.close();
        }
        CHECK(counted::alive() == 0);
    }
}

TEST_SUITE_END();
