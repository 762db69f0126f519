// Connections that begin in plain text, and what comes along with the handshake. On each selector.
#include <lasti/stream_writer.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/tls.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Two ends of a connection in plain text.
struct plain_ends {
    lasti::connection client, server;

    explicit plain_ends(selector_loop& on) : plain_ends(on, tcp_pair()) {}
    plain_ends(selector_loop& on, socket_pair const& ends)
        : client(lasti::connection_of(on.loop, ends.first)), server(lasti::connection_of(on.loop, ends.second)) {}
};

} // namespace

TEST_SUITE_BEGIN("start_tls");

TEST_CASE("TL1: start_tls() encrypts a connection that is there; what it knows of it is of the new one") {
    on_each_selector([](selector_loop& on) {
        const plain_ends e(on);
        e.client.writer.write("STARTTLS\n");
        CHECK(come_to(on, e.server.reader.readline()) == "'STARTTLS\n'");
        e.server.writer.write("go ahead\n");
        CHECK(come_to(on, e.client.reader.readline()) == "'go ahead\n'");
        CHECK(e.client.writer.can_write_eof());
        CHECK(e.client.writer.get_extra_info("cipher", "none") == "none");
        e.client.writer.set_write_buffer_limits(10);
        const auto calls = start(on, e.client.writer.start_tls(calling_tls(), "localhost"));
        const auto serves = start(on, e.server.writer.start_tls(serving_tls()));
        CHECK(after_rounds(on, calls) == "done");
        CHECK(after_rounds(on, serves) == "done");
        CHECK(e.client.writer.get_extra_info("cipher", "none") != "none");
        CHECK(e.client.writer.get_write_buffer_limits().second == 512 * 1024);
        e.client.writer.write("hello\n");
        CHECK(come_to(on, e.server.reader.readline()) == "'hello\n'");
        e.server.writer.write("hello yourself\n");
        CHECK(come_to(on, e.client.reader.readline()) == "'hello yourself\n'");
    });
}

TEST_CASE("TL1: what was received already is taken for TLS") {
    on_each_selector([](selector_loop& on) {
        const plain_ends e(on);
        e.client.writer.write("STARTTLS\n");
        const auto calls = start(on, e.client.writer.start_tls(calling_tls(), "localhost"));
        some_rounds(on, 12);
        // Both the line and the client's first words have come.
        CHECK(come_to(on, e.server.reader.readline()) == "'STARTTLS\n'");
        const auto serves = start(on, e.server.writer.start_tls(serving_tls()));
        CHECK(after_rounds(on, serves) == "done");
        CHECK(after_rounds(on, calls) == "done");
        e.client.writer.write("hello\n");
        CHECK(come_to(on, e.server.reader.readline()) == "'hello\n'");
    });
}

TEST_CASE("TL1: plain text that somebody slips in before the handshake is never read as if it were encrypted") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        e.feed("STARTTLS\nDELETE EVERYTHING\n");
        CHECK(come_to(on, e.c.reader.readline()) == "'STARTTLS\n'");
        CHECK(starts_with(come_to(on, e.c.writer.start_tls(serving_tls())), "tls_error: "));
        CHECK(e.c.writer.fileno() == -1);
        CHECK(starts_with(come_to(on, e.c.reader.readline()), "tls_error: "));
    });
}

TEST_CASE("what was written before goes out before, as it is") {
    on_each_selector([](selector_loop& on) {
        const plain_ends e(on);
        const std::string much(5000000, 'x');
        e.client.writer.write(much);
        const auto calls = start(on, e.client.writer.start_tls(calling_tls(), "localhost"));
        some_rounds(on, 3);
        CHECK_THROWS_AS(e.client.writer.write("y"), lasti::runtime_error);
        CHECK((on.loop.run_until_complete(lasti::as_coroutine(e.server.reader.readexactly(much.size()))) == much));
        const auto serves = start(on, e.server.writer.start_tls(serving_tls()));
        CHECK(after_rounds(on, serves) == "done");
        CHECK(after_rounds(on, calls) == "done");
        e.client.writer.write("y");
        CHECK(come_to(on, e.server.reader.read(1)) == "'y'");
    });
}

TEST_CASE("what comes in one piece with the end of the handshake is there after it, and the end, too") {
    on_each_selector([](selector_loop& on) {
        const socket_pair client = lasti::socketpair(), server = lasti::socketpair();
        const tls_far_end calls(on, client, calling_tls(), 60), serves(on, server, serving_tls(), 60);
        const auto hand_on = [&](lasti::socket const& from, lasti::socket const& to) {
            char room[100000];
            const ssize_t n = ::recv(from.fileno(), room, sizeof room, 0);
            if (n > 0) put(to, std::string(room, static_cast<std::size_t>(n)));
            some_rounds(on, 12);
        };
        hand_on(client.second, server.second); // its first words
        hand_on(server.second, client.second); // what the server says to that
        REQUIRE(state_of(calls.shakes) == "done");
        CHECK(state_of(serves.shakes) == "waits");
        calls.c.writer.write("first\nsecond\n");
        calls.c.writer.close();
        hand_on(client.second, server.second);
        CHECK(after_rounds(on, serves.shakes) == "done");
        CHECK(come_to(on, serves.c.reader.readline()) == "'first\n'");
        CHECK(come_to(on, serves.c.reader.read()) == "'second\n'");
        CHECK(come_to(on, serves.c.writer.wait_closed()) == "done");
        hand_on(server.second, client.second);
        CHECK(come_to(on, calls.c.writer.wait_closed()) == "done");
    });
}

TEST_CASE("start_tls() that cannot be is refused, and the connection stays as it is") {
    // Needs exceptions: what is used wrongly throws.
    on_each_selector([](selector_loop& on) {
        const plain_ends e(on);
        const auto told = [&](lasti::coroutine<void> c) { return come_to(on, std::move(c)); };
        CHECK(told(e.client.writer.start_tls(calling_tls())) == "value_error: check_hostname requires server_hostname");
        CHECK(starts_with(told(e.client.writer.start_tls(lasti::tls_context(), "localhost")), "type_error: this tls_context is empty"));
        CHECK(starts_with(told(e.client.writer.start_tls(calling_tls(), "localhost", -1)), "value_error: tls_handshake_timeout"));
        CHECK(starts_with(told(e.client.writer.start_tls(calling_tls(), "localhost", 60, 0)), "value_error: tls_shutdown_timeout"));
        const auto reads = start(on, e.client.reader.readline());
        some_rounds(on, 3);
        CHECK(starts_with(told(e.client.writer.start_tls(calling_tls(), "localhost")),
                          "runtime_error: start_tls() called while another coroutine is already waiting"));
        e.server.writer.write("still plain\n");
        CHECK(after_rounds(on, reads) == "'still plain\n'");
        e.client.writer.write("and this way\n");
        CHECK(come_to(on, e.server.reader.readline()) == "'and this way\n'");

        const tls_ends encrypted(on);
        CHECK(contains(told(encrypted.client.writer.start_tls(calling_tls(), "localhost")), "is encrypted already"));
        e.client.writer.write_eof();
        CHECK(contains(told(e.client.writer.start_tls(calling_tls(), "localhost")), "after write_eof()"));
        e.client.writer.close();
        CHECK(contains(told(e.client.writer.start_tls(calling_tls(), "localhost")), "is closing"));
    });
}

TEST_CASE("a context of a server serves also at the end that has called") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const tls_ends turned(on, socket_pair(ends.second, ends.first));
        turned.server.writer.write("hello\n");
        CHECK(come_to(on, turned.client.reader.readline()) == "'hello\n'");
    });
}

TEST_SUITE_END();
