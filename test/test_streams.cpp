// Streams, end to end: who connects is answered, what is written arrives, and every end is seen. On each selector.
#include <lasti/streams.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/echoing.hpp"
#include "support/sockets.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

TEST_SUITE_BEGIN("streams");

TEST_CASE("a server answers, line by line; IPv4 and IPv6") {
    on_each_selector([](selector_loop& on) {
        CHECK(on.loop.run_until_complete(ask_an_echo("127.0.0.1", says("one\ntwo\nthree"))) == "one\ntwo\nthree");
        if (has_ipv6()) CHECK(on.loop.run_until_complete(ask_an_echo("::1", says("over\nIPv6\n"))) == "over\nIPv6\n");
    });
}

TEST_CASE("a megabyte goes there and back") {
    on_each_selector([](selector_loop& on) {
        std::string text;
        while (text.size() < (1u << 20)) text += "line " + std::to_string(text.size()) + '\n';
        CHECK((on.loop.run_until_complete(ask_an_echo("127.0.0.1", says(text))) == text));
    });
}

TEST_SUITE_END();
