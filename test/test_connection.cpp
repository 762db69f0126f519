// Which addresses are tried, when, and what is told if none answers. On each selector.
#include <lasti/connection.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/streams.hpp"

#include <lasti/keywords.hpp>

namespace {

/// A socket that listens, but whose queue is full: who connects to it hears nothing.
struct deaf {
    listening at;
    std::vector<lasti::socket> callers;

    deaf() : at(lasti::socket_address("127.0.0.1", 0), 0) {
        for (int i = 0; i < 4; ++i) {
            callers.push_back(lasti::socket(AF_INET));
            (void)::connect(callers.back().fileno(), at.where.data(), at.where.size());
        }
    }
};

std::uint16_t unused_port() { return lasti::socket_address(listening().where).port(); }

} // namespace

TEST_SUITE_BEGIN("connection");

TEST_CASE("CC1: one address that refuses is that error") {
    on_each_selector([](selector_loop& on) {
        CHECK(starts_with(come_to(on, lasti::open_connection("127.0.0.1", unused_port())),
                          "connection_refused_error: Connect call failed ('127.0.0.1', "));
    });
}

TEST_CASE("CC1: of several that fail alike one error is told; of others all; or a group of them") {
    on_each_selector([](selector_loop& on) {
        // "localhost" may be one address or two
        const std::string told = on.loop.run_until_complete([&]() -> lasti::coroutine<std::string> {
            const std::uint16_t port = unused_port();
            std::string text;
            return COROUTINE(std::string) {
                BEGIN;
                TRY
                    AWAIT(lasti::open_connection("localhost", port));
                EXCEPT_ANY
                    text = self.handled().what();
                END_TRY
                RETURN(text);
                END;
            };
        }());
        CHECK(contains(told, "Connect call failed ("));
        lasti::connection_options all;
        all.all_errors = true;
        CHECK(starts_with(come_to(on, lasti::open_connection("127.0.0.1", unused_port(), all)),
                          "exception_group: open_connection failed"));
    });
}

TEST_CASE("connecting can be cancelled, and given a time") {
    on_each_selector([](selector_loop& on) {
        const deaf nobody;
        const auto calls = on.loop.create_task(lasti::open_connection("127.0.0.1", nobody.at.where.port()));
        for (int i = 0; i < 4; ++i) on.loop.poll();
        CHECK_FALSE(calls.done());
        calls.cancel();
        for (int i = 0; i < 4; ++i) on.loop.poll();
        CHECK(calls.cancelled());
        const auto limited = on.loop.create_task(
            lasti::wait_for(lasti::open_connection("127.0.0.1", nobody.at.where.port()), 5));
        while (!limited.done()) on.loop.poll(), on.clock.advance(1);
        CHECK(limited.exception().is<lasti::timeout_error>());
    });
}

TEST_CASE("an own address to connect from") {
    on_each_selector([](selector_loop& on) {
        const listening at;
        lasti::connection_options options;
        options.local_address = lasti::socket_address("127.0.0.1", 0);
        const lasti::connection c =
            on.loop.run_until_complete(lasti::open_connection("127.0.0.1", at.where.port(), options));
        CHECK(c.writer.sockname().host() == "127.0.0.1");
        CHECK(c.writer.peername() == at.where);
        c.writer.close();
        options.local_address = lasti::socket_address("::1", 0);
        CHECK(contains(come_to(on, lasti::open_connection("127.0.0.1", at.where.port(), options)),
                       "no matching local address"));
        options.local_address = lasti::socket_address("192.0.2.1", 0); // of nobody
        CHECK(contains(come_to(on, lasti::open_connection("127.0.0.1", at.where.port(), options)),
                       "error while attempting to bind on address ('192.0.2.1', 0)"));
    });
}

TEST_CASE("a limit of 0 is a value_error; a name that is not found raises what the look-up does") {
    on_each_selector([](selector_loop& on) {
        lasti::connection_options options;
        options.limit = 0;
        CHECK_THROWS_AS(on.loop.run_until_complete(lasti::open_connection("127.0.0.1", 1, options)), lasti::value_error);
        CHECK_THROWS_AS(on.loop.run_until_complete(lasti::open_connection("no such.host.invalid", 1)), lasti::gaierror);
    });
}

TEST_SUITE_END();
