#include <lasti/gather.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <lasti/shield.hpp>

#include "support/bodies.hpp"
#include "support/counted.hpp"
#include "support/rounds.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::vector<lasti::coroutine<int>> coroutines;
typedef std::vector<lasti::future<int>> futures;

// Makes the gather inside the loop, as gather() of coroutines wants it, and leaves it in `made`.
template <class F>
struct inside {
    F make;
    template <class R>
    lasti::future<R> gathered(lasti::event_loop& loop) {
        std::shared_ptr<lasti::future<R>> made = std::make_shared<lasti::future<R>>();
        F call = make;
        loop.call_soon([made, call] { *made = call(); });
        loop.poll();
        return *made;
    }
};

template <class F>
auto in_loop(lasti::event_loop& loop, F make) -> decltype(make()) {
    typedef typename decltype(make())::result_type result;
    return inside<F>{make}.template gathered<result>(loop);
}

} // namespace

TEST_SUITE_BEGIN("gather: results");

TEST_CASE("GA1: the results are in the order of the arguments, whoever is done first") {
    virtual_loop on;
    const auto all = in_loop(on.loop, [] { return lasti::gather(returns_after(3, 1), returns_after(1, 2), lasti::sleep(2)); });
    static_assert(std::is_same<decltype(all)::result_type, std::tuple<int, int, lasti::none>>::value, "void gives none");
    CHECK(on.loop.run_until_complete(all) == std::make_tuple(1, 2, lasti::none()));
    CHECK(on.loop.time() == 3);
}

TEST_CASE("GA1: a vector of coroutines, tasks or futures gives a vector of results, or of nothing nothing") {
    virtual_loop on;
    const auto of_coroutines = in_loop(on.loop, [] { return lasti::gather(coroutines{returns_after(2, 1), returns_after(1, 2)}); });
    CHECK(on.loop.run_until_complete(of_coroutines) == std::vector<int>{1, 2});
    const std::vector<lasti::task<int>> tasks = {on.loop.create_task(returns_after(1, 3)), on.loop.create_task(returns_after(0, 4))};
    CHECK(on.loop.run_until_complete(lasti::gather(tasks)) == std::vector<int>{3, 4});
    const futures fs = {on.loop.create_future<int>(), on.loop.create_future<int>()};
    const lasti::future<std::vector<int>> of_futures = lasti::gather(fs);
    fs[1].set_result(6);
    fs[0].set_result(5);
    CHECK(on.loop.run_until_complete(of_futures) == std::vector<int>{5, 6});
    const std::vector<lasti::future<>> nothing = {on.loop.create_future(), on.loop.create_future()};
    const lasti::future<void> of_nothing = lasti::gather(nothing);
    nothing[0].set_result();
    on.loop.poll();
    on.loop.poll();
    CHECK_FALSE(of_nothing.done());
    nothing[1].set_result();
    on.loop.run_until_complete(of_nothing);
    const std::vector<lasti::any_future> mixed = {fs[0], nothing[0]};
    on.loop.run_until_complete(lasti::gather(mixed));
}

TEST_CASE("GA1: the same coroutine or future given twice runs once, and its result is repeated") {
    virtual_loop on;
    trace note;
    const auto all = in_loop(on.loop, [note] {
        const lasti::coroutine<std::string> a = after_rounds(note, "a", 1), b = after_rounds(note, "b", 1);
        return lasti::gather(a, b, a);
    });
    CHECK(on.loop.run_until_complete(all) == std::make_tuple("a", "b", "a"));
    CHECK(note.take() == "a b");
    const lasti::future<int> f = on.loop.create_future<int>();
    const lasti::future<std::vector<int>> of_futures = lasti::gather(futures{f, f, f});
    f.set_result(1);
    CHECK(on.loop.run_until_complete(of_futures) == std::vector<int>{1, 1, 1});
}

TEST_CASE("GA1: of nothing it is done already") {
    virtual_loop on;
    const auto none = in_loop(on.loop, [] { return lasti::gather(); });
    CHECK(none.done());
    const auto empty = in_loop(on.loop, [] { return lasti::gather(futures()); });
    CHECK(empty.result().empty());
    const auto outcomes = in_loop(on.loop, [] { return lasti::gather(lasti::return_exceptions, futures()); });
    CHECK(outcomes.result().empty());
    CHECK_THROWS_WITH_AS(lasti::gather(), doctest::Contains("no running event loop"), lasti::runtime_error);
}

TEST_CASE("GA5: where all children are done already, so is it: futures, or tasks that start eagerly and end at once") {
    virtual_loop on;
    const lasti::future<int> done = on.loop.create_future<int>(), failed = on.loop.create_future<int>();
    done.set_result(1);
    failed.set_exception(std::out_of_range("x"));
    CHECK(lasti::gather(done, done).result() == std::make_tuple(1, 1));
    CHECK(lasti::gather(done, failed).exception().what() == "x");
    CHECK(lasti::gather(on.loop.create_future<int>(), failed).done());
    on.loop.set_eager_tasks(true);
    trace note;
    on.loop.call_soon([note] { note(lasti::gather(after_rounds(note, "a", 0), after_rounds(note, "b", 0)).done()); });
    on.loop.poll();
    CHECK(note.take() == "a b 1");
    CHECK(on.loop.task_count() == 0);
}

TEST_CASE("its rounds are those of CPython") {
    struct bodies {
        static lasti::coroutine<> two(trace t) {
            return COROUTINE(void) { BEGIN; AWAIT(lasti::gather(after_rounds(t, "a", 0), after_rounds(t, "b", 1))); t("resumed"); END; };
        }
        static lasti::coroutine<> half_done(trace t, lasti::future<int> f) {
            return COROUTINE(void) { BEGIN; AWAIT(lasti::gather(f, after_rounds(t, "a", 0))); t("resumed"); END; };
        }
        static lasti::coroutine<> one_fails(trace t) {
            return COROUTINE(void) {
                BEGIN;
                AWAIT(notes_end_of(lasti::gather(fails_after_rounds(t, "a", 0), after_rounds(t, "b", 3)), t));
                END;
            };
        }
    };
    rounds on;
    CHECK(on.until_done(on.loop.create_task(bodies::two(on.note))) == "2:a 3:b 5:resumed");
    const lasti::future<int> done = on.loop.create_future<int>();
    done.set_result(1);
    CHECK(on.until_done(on.loop.create_task(bodies::half_done(on.note, done))) == "2:a 4:resumed");
    CHECK(on.until_done(on.loop.create_task(notes_end_of(lasti::gather(done), on.note))) == "1:resumed");
    CHECK(on.until_done(on.loop.create_task(bodies::one_fails(on.note))) == "2:a 4:caught");
    on.loop.run();
}

TEST_CASE("GA1: futures of different loops are a value_error, and those before it stay alone") {
    virtual_loop on, other;
    const lasti::future<int> here = on.loop.create_future<int>(), there = other.loop.create_future<int>();
    CHECK_THROWS_WITH_AS(lasti::gather(here, there), doctest::Contains("different loops"), lasti::value_error);
    CHECK_FALSE(here.done());
    here.set_exception(std::out_of_range("nobody hears of it"));
    on.loop.run();
    CHECK(on.reported.count() == 0);
}

TEST_CASE("an empty handle among the arguments is a type_error") {
    virtual_loop on;
    CHECK_THROWS_AS(lasti::gather(on.loop.create_future<int>(), lasti::future<int>()), lasti::type_error);
}

TEST_CASE("outside of a running loop, a future that comes first tells the loop for the coroutines behind it") {
    virtual_loop on;
    const lasti::future<int> f = on.loop.create_future<int>();
    const auto both = lasti::gather(f, returns_after(1, 2));
    f.set_result(1);
    CHECK(on.loop.run_until_complete(both) == std::make_tuple(1, 2));
}

TEST_CASE("results that can only be moved are moved, and nothing is copied that need not be") {
    virtual_loop on;
    const lasti::future<std::unique_ptr<int>> a = on.loop.create_future<std::unique_ptr<int>>(),
                                              b = on.loop.create_future<std::unique_ptr<int>>();
    const auto both = lasti::gather(a, b);
    const auto outcomes = lasti::gather(lasti::return_exceptions, std::vector<lasti::future<std::unique_ptr<int>>>{b});
    a.set_result(std::unique_ptr<int>(new int(1)));
    b.set_result(std::unique_ptr<int>(new int(2)));
    std::tuple<std::unique_ptr<int>, std::unique_ptr<int>> results = on.loop.run_until_complete(both);
    CHECK(*std::get<0>(results) == 1);
    CHECK(*std::get<1>(results) == 2);
    CHECK_FALSE(on.loop.run_until_complete(outcomes)[0].value()); // the other was first
    static int x;
    const lasti::future<int&> reference = on.loop.create_future<int&>();
    const auto references = lasti::gather(reference);
    reference.set_result(x);
    CHECK(&std::get<0>(on.loop.run_until_complete(references)).get() == &x);
}

TEST_CASE("a result whose copy throws ends the gather with that exception") {
    struct brittle {
        brittle() {}
        brittle(brittle const&) { throw std::out_of_range("copied"); }
        brittle(brittle&&) noexcept {}
        brittle& operator=(brittle const&) { return *this; }
    };
    virtual_loop on;
    const lasti::future<brittle> f = on.loop.create_future<brittle>();
    const auto all = lasti::gather(f);
    f.set_result(brittle());
    CHECK_THROWS_AS(on.loop.run_until_complete(all), std::out_of_range);
}

TEST_SUITE_BEGIN("gather: exceptions");

TEST_CASE("GA2, W13, U4: the first exception goes out at once; the others run on, and nobody hears of theirs") {
    virtual_loop on;
    {
        const lasti::task<int> slow = on.loop.create_task(returns_after(5, 1));
        const auto all = lasti::gather(on.loop.create_task(fails_after(1, "first")), on.loop.create_task(fails_after(2, "second")), slow);
        CHECK_THROWS_WITH_AS(on.loop.run_until_complete(all), "first", std::out_of_range);
        CHECK(on.loop.time() == 1);
        CHECK_FALSE(all.cancel()); // it is done, and reaches nobody any more
        on.loop.run();
        CHECK(slow.result() == 1);
    }
    CHECK(on.reported.messages() == "");
}

TEST_CASE("GA2: an exception that nobody retrieves from the gather is reported once") {
    virtual_loop on;
    lasti::gather(on.loop.create_task(fails_after(1)), on.loop.create_task(fails_after(1)));
    on.loop.run();
    CHECK(on.reported.messages() == "Future exception was never retrieved\n");
    CHECK(contains(on.reported[0].subject, "gather"));
}

TEST_CASE("GA2: with return_exceptions they are results like others") {
    virtual_loop on;
    std::vector<lasti::outcome<int>> all;
    {
        const std::vector<lasti::task<int>> tasks = {on.loop.create_task(fails_after(1, "a")), on.loop.create_task(returns_after(2, 7)),
                                                     on.loop.create_task(fails_after(3, "b"))};
        all = on.loop.run_until_complete(lasti::gather(lasti::return_exceptions, tasks));
    }
    CHECK(all[0].exception().what() == "a");
    CHECK(all[1].value() == 7);
    CHECK(all[2].exception().what() == "b");
    CHECK_THROWS_WITH_AS(all[2].value(), "b", std::out_of_range);
    CHECK(on.reported.count() == 0);
    const auto mixed = in_loop(on.loop, [] { return lasti::gather(lasti::return_exceptions, fails_after(1), lasti::sleep(1)); });
    const auto results = on.loop.run_until_complete(mixed);
    CHECK_FALSE(std::get<0>(results));
    CHECK(std::get<1>(results));
}

TEST_CASE("GA3: a child that is cancelled counts as one that raises cancelled_error; the gather is not cancelled") {
    virtual_loop on;
    const lasti::task<int> a = on.loop.create_task(returns_after(1, 1)), b = on.loop.create_task(returns_after(1, 2));
    const auto all = lasti::gather(a, b);
    const auto outcomes = lasti::gather(lasti::return_exceptions, a, b);
    on.loop.poll();
    a.cancel("why");
    CHECK_THROWS_AS(on.loop.run_until_complete(all), lasti::cancelled_error);
    CHECK_FALSE(all.cancelled());
    CHECK(all.exception().is<lasti::cancelled_error>());
    CHECK_FALSE(b.done());
    const auto results = on.loop.run_until_complete(outcomes);
    CHECK(std::get<0>(results).exception().as<lasti::cancelled_error>()->message() == "why");
    CHECK(std::get<1>(results).value() == 2);
}

TEST_SUITE_BEGIN("gather: cancelling it");

TEST_CASE("GA4: cancelling it cancels every child, and says whether there was one to cancel") {
    virtual_loop on;
    const lasti::task<int> a = on.loop.create_task(returns_after(1, 1)), b = on.loop.create_task(returns_after(2, 2));
    const lasti::future<int> c = on.loop.create_future<int>(), d = on.loop.create_future<int>();
    d.set_result(1);
    const auto all = lasti::gather(a, b, c, d);
    on.loop.poll();
    CHECK(all.cancel("enough"));
    CHECK(c.cancelled());
    CHECK(a.cancelling() == 1);
    CHECK(b.cancelling() == 1);
    CHECK_FALSE(all.done()); // never at once
    CHECK_THROWS_AS(on.loop.run_until_complete(all), lasti::cancelled_error);
    on.loop.run();
    CHECK(a.cancelled());
    CHECK(b.cancelled());
    // All children are done, their callbacks on the way: too late.
    const auto late = lasti::gather(on.loop.create_task(returns_after(0, 1)));
    on.loop.poll();
    on.loop.poll();
    CHECK_FALSE(late.done());
    CHECK_FALSE(late.cancel());
    CHECK(on.loop.run_until_complete(late) == std::make_tuple(1));
}

TEST_CASE("GA4, W8: it ends with the first child that has finished cancelling; the others are still cleaning up") {
    rounds on;
    const lasti::task<int> a = on.loop.create_task(cleans_up(on.note, "a", 1)), b = on.loop.create_task(cleans_up(on.note, "b", 3));
    on.loop.poll();
    const auto all = lasti::gather(a, b);
    const lasti::task<> waiter = on.loop.create_task(notes_end_of(all, on.note));
    on.loop.poll();
    CHECK(all.cancel());
    CHECK(on.until_done(waiter) == "2:a 4:cancelled b"); // CPython: 3:cancel 5:a 7:cancelled b
    CHECK(waiter.cancelled());
}

TEST_CASE("GA4, W8: with return_exceptions it waits for all children, and then is a cancellation all the same") {
    rounds on;
    const lasti::task<int> a = on.loop.create_task(cleans_up(on.note, "a", 1)), b = on.loop.create_task(cleans_up(on.note, "b", 3));
    on.loop.poll();
    const auto all = lasti::gather(lasti::return_exceptions, a, b);
    const lasti::task<> waiter = on.loop.create_task(notes_end_of(all, on.note));
    on.loop.poll();
    CHECK(all.cancel("enough"));
    CHECK(on.until_done(waiter) == "2:a 4:b 6:cancelled"); // CPython: 3:cancel 5:a 7:b 9:cancelled
    CHECK_FALSE(all.cancelled());
    CHECK(all.exception().as<lasti::cancelled_error>()->message() == "enough");
}

TEST_CASE("GA4: where the last child has swallowed the cancellation, nobody knows its message") {
    virtual_loop on;
    const lasti::task<int> child = on.loop.create_task(COROUTINE(int) {
        BEGIN;
        TRY {
            AWAIT(lasti::sleep(10));
        } EXCEPT(lasti::cancelled_error) {
        } END_TRY
        RETURN(1);
        END;
    });
    const auto all = lasti::gather(child);
    on.loop.poll();
    all.cancel("enough");
    on.loop.run();
    CHECK(child.result() == 1);
    CHECK(all.exception().as<lasti::cancelled_error>()->message() == "");
}

TEST_CASE("GA4: … or that of an earlier one, which its last child had to raise itself") {
    virtual_loop on;
    const lasti::task<int> child = on.loop.create_task(COROUTINE(int) {
        BEGIN;
        TRY {
            AWAIT(lasti::sleep(0));
        } EXCEPT(lasti::cancelled_error) {
        } END_TRY
        TRY {
            AWAIT(lasti::sleep(10));
        } EXCEPT(lasti::cancelled_error) {
        } END_TRY
        RETURN(1);
        END;
    });
    on.loop.poll();
    child.cancel("one");        // it waits for nothing but its turn
    const auto all = lasti::gather(child);
    on.loop.poll();
    all.cancel("two");
    on.loop.run();
    CHECK(all.exception().as<lasti::cancelled_error>()->message() == "one");
}

TEST_CASE("GA4: cancelling the task that awaits it cancels the children; one that swallows it lets the task be cancelled still") {
    virtual_loop on;
    struct stubborn {
        static lasti::coroutine<int> of() {
            return COROUTINE(int) {
                BEGIN;
                TRY {
                    AWAIT(lasti::sleep(10));
                } EXCEPT(lasti::cancelled_error) {
                } END_TRY
                RETURN(1);
                END;
            };
        }
    };
    trace note;
    const lasti::task<int> child = on.loop.create_task(stubborn::of());
    const lasti::task<> waiter = on.loop.create_task(notes_end_of(lasti::gather(child), note));
    on.loop.poll();
    waiter.cancel();
    on.loop.run();
    CHECK(child.result() == 1);
    CHECK(note.take() == "cancelled");
    CHECK(waiter.cancelled());
}

TEST_CASE("GA4: a child that is given twice is asked twice, as in CPython") {
    virtual_loop on;
    const lasti::task<int> a = on.loop.create_task(returns_after(1, 1));
    const auto all = lasti::gather(a, a);
    on.loop.poll();
    all.cancel();
    CHECK(a.cancelling() == 2);
    CHECK_THROWS_AS(on.loop.run_until_complete(all), lasti::cancelled_error);
}

// Awaits the gather that `all` will hold by then.
namespace {
lasti::coroutine<> awaits_later(std::shared_ptr<std::vector<lasti::any_future>> all, trace note) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(notes_end_of(lasti::gather(*all), note));
        END;
    };
}
} // namespace

TEST_CASE("CG4: cancelling tasks that gather each other in a circle, or themselves, comes to an end") {
    for (int size = 1; size <= 3; ++size) {
        virtual_loop on;
        trace note;
        std::vector<std::shared_ptr<std::vector<lasti::any_future>>> awaited;
        std::vector<lasti::task<>> circle;
        for (int i = 0; i < size; ++i) {
            awaited.push_back(std::make_shared<std::vector<lasti::any_future>>());
            circle.push_back(on.loop.create_task(awaits_later(awaited.back(), note)));
        }
        for (std::size_t i = 0; i < circle.size(); ++i) awaited[i]->push_back(circle[(i + 1) % circle.size()]);
        const lasti::task<int> bystander = on.loop.create_task(returns_after(100, 1));
        awaited[0]->push_back(bystander);
        on.loop.poll();
        CHECK(circle[0].cancel());
        on.loop.run();
        for (lasti::task<> const& t : circle) CHECK(t.cancelled());
        CHECK(bystander.cancelled());
        CHECK(on.loop.time() == 0);
        for (auto const& list : awaited) list->clear();
    }
}

TEST_CASE("T13: what two gathers share is asked twice, as in CPython; each task on the way once") {
    virtual_loop on;
    const lasti::task<int> shared = on.loop.create_task(returns_after(5, 1));
    trace note;
    const lasti::task<> a = on.loop.create_task(notes_end_of(lasti::gather(shared), note)),
                        b = on.loop.create_task(notes_end_of(shared, note));
    const auto all = lasti::gather(a, b);
    on.loop.poll();
    all.cancel("enough");
    CHECK(shared.cancelling() == 2);
    CHECK(a.cancelling() == 1);
    CHECK(b.cancelling() == 1);
    on.loop.run();
    CHECK(note.take() == "cancelled cancelled");
}

TEST_SUITE_END();
