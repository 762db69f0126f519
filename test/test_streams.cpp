// Streams, end to end: who connects is answered, what is written arrives, and every end is seen. On each selector.
#include <lasti/streams.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/sockets.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Sends each line back, until the end.
lasti::coroutine<void> echo(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string line;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(line, reader)
            AWAIT(writer.send_all(line));
        END_ASYNC_FOR
        writer.close();
        AWAIT(writer.wait_closed());
        END;
    };
}

/// Starts an echo server, calls it, and says what came back.
lasti::coroutine<std::string> call_echo(std::string host, std::string text) {
    lasti::server server;
    lasti::connection c;
    std::string answer;
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT_SET(server, lasti::start_server(echo, host, 0));
        AWAIT_SET(c, lasti::open_connection(host, server.sockets().front().getsockname().port()));
        c.writer.write(text);
        c.writer.write_eof();
        AWAIT_SET(answer, c.reader.read());
        c.writer.close();
        AWAIT(c.writer.wait_closed());
        server.close();
        AWAIT(server.wait_closed());
        RETURN(answer);
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("streams");

TEST_CASE("a server answers, line by line; IPv4 and IPv6") {
    on_each_selector([](selector_loop& on) {
        CHECK(on.loop.run_until_complete(call_echo("127.0.0.1", "one\ntwo\nthree")) == "one\ntwo\nthree");
        if (has_ipv6()) CHECK(on.loop.run_until_complete(call_echo("::1", "over\nIPv6\n")) == "over\nIPv6\n");
    });
}

TEST_CASE("a megabyte goes there and back") {
    on_each_selector([](selector_loop& on) {
        std::string text;
        while (text.size() < (1u << 20)) text += "line " + std::to_string(text.size()) + '\n';
        CHECK((on.loop.run_until_complete(call_echo("127.0.0.1", text)) == text));
    });
}

TEST_SUITE_END();
