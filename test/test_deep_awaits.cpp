// A million coroutines that await each other: nothing recurses, neither running, failing, closing nor dying.
#include <lasti/lasti.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "support/sanitizers.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

const int depth = UNDER_ASAN ? 100000 : 1000000;   // its frames are ten times as large

struct innermost {
    long* reached;
    bool fail;
    COROUTINE_BODY(long) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        if (fail) RAISE(std::out_of_range("from the bottom"));
        AWAIT(lasti::sleep(1));
        ++*reached;
        RETURN(0);
        END;
    }
};

struct one_more { // awaits what it holds, and adds one
    lasti::coroutine<long> inner;
    long x;
    long* finally;
    COROUTINE_BODY(long) {
        BEGIN;
        TRY { AWAIT_SET(x, inner); } FINALLY { ++*finally; } END_TRY
        RETURN(x + 1);
        END;
    }
};

struct plain { // the same without a TRY
    lasti::coroutine<long> inner;
    long x;
    COROUTINE_BODY(long) {
        BEGIN;
        AWAIT_SET(x, inner);
        RETURN(x + 1);
        END;
    }
};

lasti::coroutine<long> tower(long* reached, long* finally, bool fail = false) {
    lasti::coroutine<long> c = innermost{reached, fail};
    for (int i = 0; i < depth; ++i) c = finally ? lasti::coroutine<long>(one_more{c, 0, finally}) : lasti::coroutine<long>(plain{c, 0});
    return c;
}

} // namespace

TEST_SUITE_BEGIN("a million awaits deep");

TEST_CASE("they run, and the result comes all the way up") {
    virtual_loop on;
    long reached = 0;
    CHECK(on.loop.run_until_complete(tower(&reached, nullptr)) == depth);
    CHECK(reached == 1);
    CHECK(on.loop.time() == 2);
}

TEST_CASE("an exception comes all the way up, through every finally") {
    virtual_loop on;
    long reached = 0, finally = 0;
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(tower(&reached, &finally, true)), "from the bottom", std::out_of_range);
    CHECK(finally == depth);
}

TEST_CASE("a cancellation reaches the bottom, and comes all the way up") {
    virtual_loop on;
    long reached = 0, finally = 0;
    const lasti::task<long> t = on.loop.create_task(tower(&reached, &finally));
    on.loop.poll();
    t.cancel();
    on.loop.run();
    CHECK(t.cancelled());
    CHECK(finally == depth);
    CHECK(reached == 0);
}

TEST_CASE("by hand: the request at the bottom is shown at once, and close() runs every finally") {
    long reached = 0, finally = 0;
    const lasti::coroutine<long> c = tower(&reached, &finally);
    CHECK(c.send().describe() == "sleep 1 s");
    CHECK_FALSE(c.close());
    CHECK(finally == depth);
    CHECK(c.done());
}

TEST_CASE("suspended, they die with their last handle") {
    long reached = 0, finally = 0;
    {
        const lasti::coroutine<long> c = tower(&reached, &finally);
        c.send();
    }
    CHECK(finally == depth);
}

TEST_CASE("suspended in a task, they die with the loop, which reports that one task") {
    reports reported;
    long reached = 0;
    {
        virtual_loop on;
        reported = on.reported;
        on.loop.create_task(tower(&reached, nullptr));
        on.loop.poll();
    }
    CHECK(reported.count() == 1);
    CHECK(reached == 0);
}

TEST_SUITE_END();
