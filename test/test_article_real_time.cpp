// The one test in real time: 15 seconds.
#include <lasti/lasti.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include "support/article.hpp"

TEST_CASE("the article's program in real time: the golden order, never early, to the second") {
    lasti::event_loop loop;
    const article::events seen = article::run_on(loop), golden = article::golden();
    REQUIRE(seen.size() == golden.size());
    for (std::size_t i = 0; i < golden.size(); ++i) {
        CAPTURE(i);
        CHECK(seen[i].what == golden[i].what);
        CHECK(seen[i].time >= golden[i].time);
        CHECK(std::round(seen[i].time) == golden[i].time);
    }
}
