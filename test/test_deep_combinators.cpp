// Tasks that await each other through gather() and shield(), more than any C++ stack holds.
#include <lasti/gather.hpp>

#include <doctest/doctest.h>

#include <vector>

#include <lasti/shield.hpp>
#include <lasti/wait.hpp>

#include "support/bodies.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

constexpr int many = 100000;

template <class A>
lasti::coroutine<> awaits(A awaited) {
    return COROUTINE(void) { BEGIN; AWAIT(awaited); END; };
}

lasti::coroutine<> sleeps() {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(1)); END; };
}

typedef std::vector<lasti::task<>> tasks;

// Each awaits the one before it, by turns as it is, through a gather, and (if `shielded`) through a shield.
tasks chain(lasti::event_loop& loop, bool shielded) {
    tasks all = {loop.create_task(sleeps())};
    for (int i = 1; i < many; ++i) {
        const lasti::task<> last = all.back();
        if (i % 3 == 0) all.push_back(loop.create_task(awaits(last)));
        else if (i % 3 == 1 || !shielded) all.push_back(loop.create_task(awaits(lasti::gather(last))));
        else all.push_back(loop.create_task(awaits(lasti::shield(last))));
    }
    loop.poll();
    return all;
}

} // namespace

TEST_SUITE_BEGIN("deep combinators");

TEST_CASE("CG4, GA4: cancelling the outermost of 100,000 tasks that gather each other cancels them all") {
    virtual_loop on;
    const tasks all = chain(on.loop, false);
    all.back().cancel();
    on.loop.run();
    for (lasti::task<> const& t : all) REQUIRE(t.cancelled());
    CHECK(all.front().cancelling() == 1);
    CHECK(on.loop.time() == 0);
}

TEST_CASE("SH1: cancelling the innermost, its cancellation comes out through gathers and shields") {
    virtual_loop on;
    const tasks all = chain(on.loop, true);
    all.front().cancel();
    on.loop.run();
    for (lasti::task<> const& t : all) REQUIRE(t.cancelled());
    CHECK(all.back().cancelling() == 0);
}

TEST_CASE("a chain that is left alone ends as it should, and one whose loop is closed is destroyed") {
    virtual_loop on;
    const tasks all = chain(on.loop, true);
    on.loop.run();
    CHECK(all.back().done());
    CHECK_FALSE(all.back().cancelled());
    virtual_loop closed;
    chain(closed.loop, true);
    closed.loop.close();
    CHECK(closed.reported.count() == many);
}

TEST_CASE("gathers of gathers and shields of shields: cancelled, completed, abandoned and closed") {
    for (int what = 0; what < 4; ++what) {
        virtual_loop on;
        lasti::future<> innermost = on.loop.create_future();
        lasti::any_future outermost = innermost;
        for (int i = 0; i < many; ++i)
            outermost = what % 2 == 0 || i % 2 == 0 ? lasti::any_future(lasti::gather(outermost)) : lasti::any_future(lasti::shield(outermost));
        trace note;
        on.loop.create_task(notes_end_of(outermost, note));
        on.loop.poll();
        outermost = lasti::any_future();
        if (what == 0) on.loop.all_tasks()[0].cancel();
        if (what == 1) innermost.set_result();
        if (what < 2) on.loop.run();
        if (what == 0) CHECK(innermost.cancelled());
        if (what < 2) CHECK(note.take() == (what == 0 ? "cancelled" : "resumed"));
        if (what == 2) innermost = lasti::future<>(); // nobody is left to set it
        if (what == 2) on.loop.run();
        if (what == 2) CHECK(note.take() == "caught");
        if (what == 3) on.loop.close();
    }
}

TEST_CASE("a wait, and a gather, of 100,000") {
    virtual_loop on;
    std::vector<lasti::coroutine<int>> all;
    for (int i = 0; i < many; ++i) all.push_back(returns_after(i % 7, i));
    struct both {
        static lasti::coroutine<long> of(std::vector<lasti::coroutine<int>> given) {
            lasti::wait_result<lasti::task<int>> found;
            std::vector<lasti::task<int>> made;
            std::vector<int> results;
            return COROUTINE(long) {
                BEGIN;
                for (lasti::coroutine<int> const& c : given) made.push_back(lasti::create_task(c));
                AWAIT_SET(found, lasti::wait(made));
                AWAIT_SET(results, lasti::gather(made));
                RETURN(static_cast<long>(found.done.size()) + results.back());
                END;
            };
        }
    };
    CHECK(on.loop.run_until_complete(both::of(all)) == 2 * many - 1);
}

TEST_SUITE_END();
