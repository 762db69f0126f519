// How encrypted connections end: by close(), by what the other side does, and by what it does not. On each selector.
#include <lasti/tls.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <lasti/lasti.hpp>

#include "support/counted.hpp"
#include "support/tls.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

/// The first bytes of a client's handshake.
std::string hello_of_client(selector_loop& on) {
    const tls_far_end e(on);
    const std::string hello = get(e.there);
    e.c.writer.abort();
    CHECK(starts_with(after_rounds(on, e.shakes), "connection_aborted_error: "));
    return hello;
}

/// What passes between the two, which the test hands on as it likes.
struct through_the_test {
    socket_pair client, server;
    tls_far_end calls, serves;

    explicit through_the_test(selector_loop& on)
        : client(tcp_pair()), server(tcp_pair()), calls(on, client, calling_tls(), 60), serves(on, server, serving_tls(), 60) {
        for (lasti::socket const& s : {client.second, server.second}) s.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
    }

    /// Everything that is there, in both directions, until nothing more comes.
    void pass(selector_loop& on) const {
        for (int quiet = 0; quiet < 5; ++quiet) {
            if (hand_on(client.second, server.second) + hand_on(server.second, client.second) > 0) quiet = 0;
            on.loop.poll();
        }
    }
    static std::size_t hand_on(lasti::socket const& from, lasti::socket const& to) {
        char room[50000];
        const ssize_t n = ::recv(from.fileno(), room, sizeof room, 0);
        if (n <= 0) return 0;
        (void)!::send(to.fileno(), room, static_cast<std::size_t>(n), MSG_NOSIGNAL);
        return static_cast<std::size_t>(n);
    }
};

} // namespace

TEST_SUITE_BEGIN("tls_ends");

TEST_CASE("TL1: close() sends what is left and says so; the other side reads it all, and the end") {
    on_each_selector([](selector_loop& on) {
        const tls_ends e(on);
        const std::string much(3000000, 'x');
        e.client.writer.write(much);
        e.client.writer.close();
        e.client.writer.close();
        CHECK(e.client.writer.is_closing());
        const auto closed = start(on, e.client.writer.wait_closed());
        CHECK(after_rounds(on, closed) == "waits");
        CHECK((on.loop.run_until_complete(lasti::as_coroutine(e.server.reader.read())) == much));
        CHECK(e.server.writer.is_closing()); // TR2: half of it is nothing that TLS has
        CHECK(come_to(on, e.server.writer.wait_closed()) == "done");
        CHECK(after_rounds(on, closed) == "done");
        CHECK(e.client.writer.fileno() == -1);
        CHECK(e.server.writer.fileno() == -1);
        CHECK(starts_with(come_to(on, e.server.writer.drain()), "connection_reset_error: Connection lost"));
        CHECK(starts_with(come_to(on, e.server.writer.send_all("x")), "connection_reset_error: Connection lost"));
        CHECK(come_to(on, e.server.reader.read(1)) == "''");
        CHECK(e.client.writer.get_extra_info("ssl_version") == "TLSv1.3"); // known also then
    });
}

TEST_CASE("TL1: close() ends a read that waits, though the other side does not answer yet") {
    on_each_selector([](selector_loop& on) {
        const tls_ends e(on);
        const auto reads = start(on, e.client.reader.readline());
        CHECK(after_rounds(on, reads) == "waits");
        e.client.writer.close();
        CHECK(after_rounds(on, reads) == "''");
        CHECK(come_to(on, e.client.reader.readline()) == "''");
        CHECK(e.client.writer.fileno() >= 0); // it waits for the other side
        CHECK(come_to(on, e.server.reader.read()) == "''");
        CHECK(come_to(on, e.client.writer.wait_closed()) == "done");
    });
}

TEST_CASE("TL1: what the other side still sends after close() is dropped") {
    on_each_selector([](selector_loop& on) {
        const tls_ends e(on);
        e.client.writer.close();
        e.server.writer.write(std::string(2000000, 'x'));
        some_rounds(on, 200);
        CHECK(e.server.writer.get_write_buffer_size() == 0);
        e.server.writer.close();
        CHECK(come_to(on, e.client.writer.wait_closed()) == "done");
        CHECK(come_to(on, e.server.writer.wait_closed()) == "done");
    });
}

TEST_CASE("TL1: who never answers to close() has 30 seconds; then it is closed, and wait_closed() raises") {
    on_each_selector([](selector_loop& on) {
        const tls_ends e(on);
        e.client.writer.close();
        const auto closed = start(on, e.client.writer.wait_closed());
        on.clock.advance(29.9);
        CHECK(after_rounds(on, closed) == "waits");
        on.clock.advance(0.2);
        CHECK(after_rounds(on, closed) == "timeout_error: SSL shutdown timed out");
        CHECK(e.client.writer.fileno() == -1);
    });
}

TEST_CASE("TL1: abort() closes at once; the other side sees the end") {
    on_each_selector([](selector_loop& on) {
        const tls_ends e(on);
        e.client.writer.abort();
        CHECK(e.client.writer.fileno() == -1);
        const std::string told = come_to(on, e.server.reader.read());
        CAPTURE(told);
        CHECK((told == "''" || starts_with(told, "connection_reset_error: ")));
    });
}

TEST_CASE("TL1: an end without a word is an end, as in asyncio") {
    on_each_selector([](selector_loop& on) {
        const through_the_test e(on);
        e.pass(on);
        REQUIRE(state_of(e.calls.shakes) == "done");
        e.serves.c.writer.write("half a line");
        e.pass(on);
        e.client.second.shutdown(SHUT_WR);
        CHECK(come_to(on, e.calls.c.reader.readline()) == "'half a line'");
        CHECK(come_to(on, e.calls.c.reader.readline()) == "''");
        CHECK(e.calls.c.reader.at_eof());
        CHECK(come_to(on, e.calls.c.writer.wait_closed()) == "done");
    });
}

TEST_CASE("a reset is a reset, also of what is encrypted") {
    on_each_selector([](selector_loop& on) {
        const through_the_test e(on);
        e.pass(on);
        const auto reads = start(on, e.calls.c.reader.read(1));
        some_rounds(on, 3);
        reset(e.client.second);
        CHECK(starts_with(after_rounds(on, reads), "connection_reset_error: "));
        CHECK(starts_with(come_to(on, e.calls.c.reader.read(1)), "connection_reset_error: "));
        CHECK(starts_with(come_to(on, e.calls.c.writer.drain()), "connection_reset_error: "));
        CHECK(starts_with(come_to(on, e.calls.c.writer.wait_closed()), "connection_reset_error: "));
    });
}

TEST_CASE("TL1: what somebody has changed on the way is a tls_error, from then on") {
    on_each_selector([](selector_loop& on) {
        const through_the_test e(on);
        e.pass(on);
        e.serves.c.writer.write("pay 10");
        std::string record = get(e.server.second);
        record[record.size() - 1] ^= 1;
        put(e.client.second, record);
        const std::string told = come_to(on, e.calls.c.reader.read(100));
        CHECK(starts_with(told, "tls_error: TLS with localhost: "));
        CHECK(contains(told, "bad record mac"));
        CHECK(come_to(on, e.calls.c.reader.read(100)) == told);
        CHECK(come_to(on, e.calls.c.writer.drain()) == told);
        e.pass(on); // the server is told
        CHECK(contains(come_to(on, e.serves.c.reader.read(1)), "tls_error: "));
    });
}

TEST_CASE("bytes one by one are as good as all at once") {
    on_each_selector([](selector_loop& on) {
        const through_the_test e(on);
        char c;
        for (int quiet = 0; quiet < 20; ++quiet) {
            for (const bool back : {false, true}) {
                lasti::socket const& from = back ? e.server.second : e.client.second;
                if (::recv(from.fileno(), &c, 1, 0) != 1) continue;
                put(back ? e.client.second : e.server.second, std::string(1, c));
                quiet = 0;
            }
            on.loop.poll();
        }
        CHECK(state_of(e.calls.shakes) == "done");
        CHECK(state_of(e.serves.shakes) == "done");
        e.calls.c.writer.write("hello\n");
        const auto reads = start(on, e.serves.c.reader.readline());
        for (int i = 0; i < 200 && ::recv(e.client.second.fileno(), &c, 1, 0) == 1; ++i) {
            CHECK_FALSE(reads.done());
            put(e.server.second, std::string(1, c));
            on.loop.poll();
        }
        CHECK(after_rounds(on, reads) == "'hello\n'");
    });
}

// ---- handshakes that come to nothing ----------------------------------------------------------------

TEST_CASE("TL1: garbage in place of a handshake is a tls_error on either side, and closes; it says why") {
    on_each_selector([](selector_loop& on) {
        for (const bool serves : {false, true}) {
            const tls_far_end e(on, serves ? serving_tls() : calling_tls());
            put(e.there, std::string(100, '?'));
            CHECK(starts_with(after_rounds(on, e.shakes), serves ? "tls_error: TLS with ('127.0.0.1', " : "tls_error: TLS with localhost: "));
            CHECK(e.c.writer.fileno() == -1);
            const lasti::error why = e.c.reader.exception();
            CHECK(why.as<lasti::tls_error>());
        }
        const tls_far_end http(on, serving_tls());
        put(http.there, "GET / HTTP/1.0\r\n\r\n");
        CHECK(contains(after_rounds(on, http.shakes), "http request"));
    });
}

TEST_CASE("TL1: an end or a reset in the middle of the handshake is a connection_reset_error") {
    on_each_selector([](selector_loop& on) {
        const std::string hello = hello_of_client(on);
        CHECK(hello.size() > 100);
        for (const bool by_reset : {false, true})
            for (const std::size_t n : {std::size_t(0), std::size_t(3), std::size_t(100), hello.size()}) {
                const tls_far_end e(on, serving_tls());
                put(e.there, hello.substr(0, n));
                some_rounds(on, 3);
                CHECK(state_of(e.shakes) == "waits");
                if (by_reset) reset(e.there);
                else e.there.close();
                const std::string told = after_rounds(on, e.shakes);
                CAPTURE(told);
                CHECK((starts_with(told, "connection_reset_error: ") || starts_with(told, "broken_pipe_error: ")));
                CHECK(e.c.writer.fileno() == -1);
            }
    });
}

TEST_CASE("TL1: a handshake that takes longer than 60 seconds is given up") {
    on_each_selector([](selector_loop& on) {
        const tls_far_end e(on);
        on.clock.advance(59.9);
        CHECK(after_rounds(on, e.shakes) == "waits");
        CHECK(contains(on.loop.describe_tasks(), "start_tls of socket"));
        on.clock.advance(0.2);
        CHECK(starts_with(after_rounds(on, e.shakes),
                          "connection_aborted_error: SSL handshake is taking longer than 60 seconds: aborting the connection"));
        CHECK(e.c.writer.fileno() == -1);
        const tls_far_end sooner(on, calling_tls(), 0.5);
        on.clock.advance(0.5);
        CHECK(contains(after_rounds(on, sooner.shakes), "longer than 0.5 seconds"));
        const tls_far_end never(on, calling_tls(), std::chrono::hours(24 * 365 * 300));
        on.clock.advance(100);
        CHECK(after_rounds(on, never.shakes) == "waits");
    });
}

TEST_CASE("TL1: cancelled while it shakes hands, the connection is closed") {
    on_each_selector([](selector_loop& on) {
        const tls_far_end e(on);
        CHECK(e.c.writer.fileno() >= 0);
        e.shakes.cancel();
        CHECK(after_rounds(on, e.shakes) == "cancelled");
        CHECK(e.c.writer.fileno() == -1);
        CHECK(get(e.there) != "nothing");

        const listening at;
        const auto calls = on.loop.create_task(lasti::open_connection("127.0.0.1", at.where.port(), calling_by(calling_tls())));
        some_rounds(on, 12);
        CHECK_FALSE(calls.done());
        calls.cancel();
        some_rounds(on, 3);
        CHECK(calls.cancelled());
    });
}

TEST_CASE("TL1: close() and abort() while it shakes hands end that") {
    on_each_selector([](selector_loop& on) {
        for (const bool by_abort : {false, true}) {
            const tls_far_end e(on);
            if (by_abort) e.c.writer.abort();
            else e.c.writer.close();
            CHECK(starts_with(after_rounds(on, e.shakes), "connection_aborted_error: SSL handshake: the stream was closed"));
            CHECK(come_to(on, e.c.writer.wait_closed()) == "done");
        }
    });
}

TEST_CASE("nothing is read or written while it shakes hands") {
    on_each_selector([](selector_loop& on) {
        const tls_far_end e(on);
        CHECK_THROWS_AS(e.c.writer.write("secret"), lasti::runtime_error);
        CHECK_THROWS_AS(e.c.writer.writelines({"secret"}), lasti::runtime_error);
        CHECK(starts_with(come_to(on, e.c.reader.read(1)), "runtime_error: read() called while another coroutine"));
        CHECK(starts_with(come_to(on, e.c.writer.start_tls(calling_tls(), "localhost")), "runtime_error: start_tls: "));
        CHECK_FALSE(contains(get(e.there), "secret"));
        CHECK(state_of(e.shakes) == "waits");
    });
}

TEST_CASE("a loop that is closed under encrypted streams frees them") {
    const int open = open_descriptors();
    for (const bool has_shaken : {false, true}) {
        lasti::connection c;
        const socket_pair ends = lasti::socketpair();
        {
            selector_loop on("poll");
            if (has_shaken) {
                const tls_ends e(on, lasti::socketpair());
                c = e.client;
                e.client.writer.write(std::string(3000000, 'x'));
                e.server.writer.close(); // waits for the client
            } else {
                c = lasti::connection_of(on.loop, ends.first);
                start(on, c.writer.start_tls(calling_tls(), "localhost"));
            }
            some_rounds(on, 3);
        }
        c.writer.close();
    }
    CHECK(open_descriptors() == open);
}

TEST_CASE("the last handle closes an encrypted connection, with a word") {
    on_each_selector([](selector_loop& on) {
        lasti::connection server;
        {
            const tls_ends e(on);
            server = e.server;
            e.client.writer.write("bye");
        }
        CHECK(come_to(on, server.reader.read()) == "'bye'");
        CHECK(come_to(on, server.writer.wait_closed()) == "done");
    });
}

TEST_CASE("TL1: write_eof() is nothing that TLS has") {
    on_each_selector([](selector_loop& on) {
        const tls_ends e(on);
        CHECK_FALSE(e.client.writer.can_write_eof());
        CHECK_THROWS_AS(e.client.writer.write_eof(), lasti::runtime_error);
        e.client.writer.write("still open\n");
        CHECK(come_to(on, e.server.reader.readline()) == "'still open\n'");
    });
}

TEST_SUITE_END();
