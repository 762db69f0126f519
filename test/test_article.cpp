// The article's program on the virtual clock. In real time: test_article_real_time.cpp.
#include <lasti/lasti.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "support/article.hpp"
#include "support/virtual_loop.hpp"

TEST_SUITE_BEGIN("the article's program");

TEST_CASE("it leaves the golden trace, at exact times") {
    virtual_loop on;
    CHECK(article::text(article::run_on(on.loop)) == article::text(article::golden()));
    CHECK(on.loop.time() == 15);
    CHECK(on.reported.count() == 0);
}

TEST_CASE("U10: ten runs leave the same trace, byte for byte") {
    const std::string golden = article::text(article::golden());
    for (int i = 0; i < 10; ++i) {
        virtual_loop on;
        CHECK(article::text(article::run_on(on.loop)) == golden);
    }
}

TEST_CASE("so does the same loop, run again later") {
    virtual_loop on;
    const std::string golden = article::text(article::golden());
    on.clock.advance(1000);
    for (int i = 0; i < 10; ++i) CHECK(article::text(article::run_on(on.loop)) == golden);
}

TEST_CASE("with two tasks and run() it is the same, without the row of main") {
    virtual_loop on;
    article::events seen, expected = article::golden();
    const article::recorder note(on.loop, seen);
    on.loop.create_task(article::count_down(5, note));
    on.loop.create_task(article::count_up(5, note));
    on.loop.run();
    note("run returned");
    expected.erase(expected.end() - 2);
    CHECK(article::text(seen) == article::text(expected));
}

TEST_CASE("at second 3 `Up 1` comes first, whichever of the two was created first: its sleep began earlier") {
    virtual_loop on;
    article::events seen;
    const article::recorder note(on.loop, seen);
    on.loop.create_task(article::count_up(5, note));
    on.loop.create_task(article::count_down(5, note));
    on.loop.run();
    REQUIRE(seen.size() == 12);
    CHECK(article::text(article::events(seen.begin() + 4, seen.begin() + 6)) ==
          article::text({{3, "Up 1"}, {3, "Down 2"}}));
    CHECK(seen[0].what == "Up 0");
}

TEST_SUITE_END();
