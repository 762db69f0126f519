// What of CPython's tests of events, base_events and streams is about TLS.
#include <lasti/tls.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/tls.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

trace noted;

/// As the tests' MyProto: notes what comes, and that it ends.
lasti::coroutine<void> notes(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string data;
    return COROUTINE(void) {
        BEGIN;
        noted("connected");
        if (writer.get_extra_info("cipher").empty()) noted("in plain text");
        for (;;) {
            AWAIT_SET(data, reader.read(1000));
            if (data.empty()) break;
            noted(data);
        }
        noted("closed");
        END;
    };
}

/// As the tests' HTTP server.
lasti::coroutine<void> page(lasti::stream_reader reader, lasti::stream_writer writer) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(reader.readuntil("\r\n\r\n"));
        writer.write("HTTP/1.0 200 OK\r\nContent-Length: 12\r\n\r\nTest message");
        END;
    };
}

std::string const& unix_path() {
    static std::string path;
    path = all_places().back().path();
    return path;
}

/// A server that speaks TLS, at an address of the network or at a path.
struct place {
    lasti::server s;
    std::string path;

    place(selector_loop& on, bool is_unix, lasti::client_connected answer) {
        noted.take();
        if (is_unix) path = unix_path();
        s = on.loop.run_until_complete(
            is_unix ? lasti::start_unix_server(std::move(answer), path, answering_by(serving_tls()))
                    : lasti::start_server(std::move(answer), "127.0.0.1", 0, answering_by(serving_tls())));
    }
    lasti::coroutine<lasti::connection> call(lasti::connection_options const& options) const {
        if (!path.empty()) return lasti::open_unix_connection(path, options);
        return lasti::open_connection("127.0.0.1", s.sockets().front().getsockname().port(), options);
    }
    void end(selector_loop& on) const {
        s.close();
        CHECK(come_to(on, s.wait_closed()) == "done");
    }
};

lasti::tls_context anybody() {
    const lasti::tls_context context = lasti::tls_context::client();
    context.accept_any_certificate_which_is_not_secure();
    return context;
}

void gets_a_page(selector_loop& on, bool is_unix) {
    const place at(on, is_unix, page);
    const lasti::connection c = on.loop.run_until_complete(at.call(calling_by(anybody())));
    CHECK(c.writer.get_extra_info("peercert") == "CN=localhost,O=lasti");
    if (!is_unix) CHECK(c.writer.get_extra_info("sockname") == c.writer.sockname().describe());
    c.writer.write("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n");
    const std::string text = on.loop.run_until_complete(lasti::as_coroutine(c.reader.read()));
    CHECK(contains(text, "200 OK"));
    CHECK(contains(text, "Test message"));
    at.end(on);
}

void is_served(selector_loop& on, bool is_unix, lasti::connection_options const& options) {
    const place at(on, is_unix, notes);
    const lasti::connection c = on.loop.run_until_complete(at.call(options));
    c.writer.write("A");
    some_rounds(on, 12);
    CHECK(noted.take() == "connected A");
    c.writer.write("BB");
    some_rounds(on, 12);
    CHECK(noted.take() == "BB");
    if (!is_unix) CHECK(c.writer.get_extra_info("peername") != "");
    c.writer.close();
    some_rounds(on, 12);
    CHECK(noted.take() == "closed");
    at.end(on);
}

void is_refused(selector_loop& on, bool is_unix, lasti::connection_options const& options, std::string const& why) {
    const place at(on, is_unix, notes);
    const auto t = on.loop.create_task(at.call(options));
    some_rounds(on, 30);
    REQUIRE(t.done());
    REQUIRE(t.exception());
    CHECK(t.exception().as<lasti::certificate_verification_error>());
    CHECK(contains(t.exception().what(), why));
    some_rounds(on, 12);
    CHECK(noted.take() == ""); // nobody was told of a connection
    at.end(on);
}

} // namespace

TEST_SUITE_BEGIN("cpython_tls");

TEST_CASE("a page comes by TLS (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_ssl_connection)") {
    on_each_selector([](selector_loop& on) { gets_a_page(on, false); });
}

TEST_CASE("… and by a Unix socket (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_ssl_unix_connection)") {
    on_each_selector([](selector_loop& on) { gets_a_page(on, true); });
}

TEST_CASE("a connection that was accepted is encrypted then (test_asyncio/test_events.py: EventLoopTestsMixin.test_ssl_connect_accepted_socket)") {
    on_each_selector([](selector_loop& on) {
        const tls_ends e(on);
        e.client.writer.write("hello");
        CHECK(come_to(on, e.server.reader.readexactly(5)) == "'hello'");
        e.server.writer.write("test data");
        CHECK(come_to(on, e.client.reader.readexactly(9)) == "'test data'");
        e.client.writer.close();
        CHECK(come_to(on, e.server.reader.read()) == "''");
    });
}

TEST_CASE("a server is told of what comes (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_server_ssl)") {
    on_each_selector([](selector_loop& on) { is_served(on, false, calling_by(anybody())); });
}

TEST_CASE("… at a Unix socket (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_unix_server_ssl)") {
    on_each_selector([](selector_loop& on) { is_served(on, true, calling_by(anybody())); });
}

TEST_CASE("who trusts nobody is refused by itself (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_server_ssl_verify_failed)") {
    on_each_selector([](selector_loop& on) {
        is_refused(on, false, calling_by(lasti::tls_context::client()), "certificate verify failed");
    });
}

TEST_CASE("… at a Unix socket (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_unix_server_ssl_verify_failed)") {
    on_each_selector([](selector_loop& on) {
        is_refused(on, true, calling_by(lasti::tls_context::client(), "invalid"), "certificate verify failed");
    });
}

TEST_CASE("a certificate of another address is refused (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_server_ssl_match_failed)") {
    on_each_selector([](selector_loop& on) {
        is_refused(on, false, calling_by(calling_tls(), "127.0.0.2"), "IP address mismatch");
    });
}

TEST_CASE("one of the right name is believed (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_server_ssl_verified)") {
    on_each_selector([](selector_loop& on) { is_served(on, false, calling_by(calling_tls(), "localhost")); });
}

TEST_CASE("… at a Unix socket (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_unix_server_ssl_verified)") {
    on_each_selector([](selector_loop& on) { is_served(on, true, calling_by(calling_tls(), "localhost")); });
}

TEST_CASE("the name that is asked for is that of the host, unless told (test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_connection_ssl_server_hostname_default)") {
    on_each_selector([](selector_loop& on) {
        is_served(on, false, calling_by(calling_tls()));
        is_refused(on, false, calling_by(calling_tls(), "python.org"), "python.org: certificate verify failed: ");
    });
}

TEST_CASE("a name without TLS means nothing (test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_connection_no_ssl_server_hostname_errors)") {
    on_each_selector([](selector_loop& on) {
        const lasti::connection_options options = calling_by(lasti::tls_context(), "example.com");
        CHECK(starts_with(come_to(on, lasti::open_connection("example.com", 80, options)), "value_error: server_hostname"));
    });
}

TEST_CASE("TLS without a name is refused (test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_connection_ssl_server_hostname_errors)") {
    on_each_selector([](selector_loop& on) {
        const listening at;
        CHECK(starts_with(come_to(on, lasti::open_connection("", at.where.port(), calling_by(calling_tls()))),
                          "value_error: check_hostname requires server_hostname"));
    });
}

TEST_CASE("plain text, then TLS (test_asyncio/test_streams.py: StreamTests.test_start_tls)") {
    on_each_selector([](selector_loop& on) {
        const auto answers = [](lasti::stream_reader reader, lasti::stream_writer writer) -> lasti::coroutine<void> {
            std::string data;
            return COROUTINE(void) {
                BEGIN;
                AWAIT_SET(data, reader.readline());
                noted(data == "hello world 1!\n" && writer.get_extra_info("cipher").empty() ? "plain" : "wrong");
                AWAIT(writer.start_tls(serving_tls()));
                AWAIT_SET(data, reader.readline());
                noted(data == "hello world 2!\n" && !writer.get_extra_info("cipher").empty() ? "encrypted" : "wrong");
                AWAIT(writer.send_all(data));
                END;
            };
        };
        noted.take();
        const lasti::server s = on.loop.run_until_complete(lasti::start_server(answers, "127.0.0.1", 0));
        const lasti::connection c =
            on.loop.run_until_complete(lasti::open_connection("127.0.0.1", s.sockets().front().getsockname().port()));
        c.writer.write("hello world 1!\n");
        on.loop.run_until_complete(c.writer.start_tls(calling_tls(), "localhost"));
        c.writer.write("hello world 2!\n");
        CHECK(on.loop.run_until_complete(lasti::as_coroutine(c.reader.readline())) == "hello world 2!\n");
        CHECK(noted.take() == "plain encrypted");
        c.writer.close();
        s.close();
        CHECK(come_to(on, s.wait_closed()) == "done");
    });
}

TEST_CASE("what came with the last plain line is of the handshake (test_asyncio/test_streams.py: StreamTests.test_start_tls_buffered_data)") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const lasti::connection client = lasti::connection_of(on.loop, ends.first),
                                server = lasti::connection_of(on.loop, ends.second);
        client.writer.write("starttls\n");
        const auto calls = start(on, client.writer.start_tls(calling_tls(), "localhost"));
        some_rounds(on, 12);
        CHECK(come_to(on, server.reader.readline()) == "'starttls\n'");
        const auto serves = start(on, server.writer.start_tls(serving_tls()));
        CHECK(after_rounds(on, serves) == "done");
        CHECK(after_rounds(on, calls) == "done");
        client.writer.write("hello\n");
        CHECK(come_to(on, server.reader.readline()) == "'hello\n'");
    });
}

TEST_SUITE_END();
