// Encrypted connections: who is believed, what arrives, and what is known of them. On each selector.
#include <lasti/tls.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/tls.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

/// Sends back what comes, until the end.
lasti::coroutine<void> echo(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string data;
    return COROUTINE(void) {
        BEGIN;
        for (;;) {
            AWAIT_SET(data, reader.read(100000));
            if (data.empty()) break;
            writer.write(data);
            AWAIT(writer.drain());
        }
        END;
    };
}

lasti::server started(selector_loop& on, lasti::client_connected answer, lasti::tls_context const& context,
                      std::string host = "127.0.0.1") {
    return on.loop.run_until_complete(lasti::start_server(std::move(answer), host, 0, answering_by(context)));
}

std::uint16_t port_of(lasti::server const& s) { return s.sockets().front().getsockname().port(); }

/// What calling such a server comes to.
std::string called(selector_loop& on, lasti::tls_context const& serves, lasti::tls_context const& calls,
                   std::string host = std::string()) {
    const lasti::server s = started(on, echo, serves);
    const auto t = on.loop.create_task(lasti::open_connection("127.0.0.1", port_of(s), calling_by(calls, host)));
    some_rounds(on, 30);
    std::string came_to = !t.done() ? "waits" : "connected";
    if (t.done() && t.exception()) {
        const std::string name = t.exception().type_name();
        came_to = name.substr(name.rfind(':') + 1) + ": " + t.exception().what();
    } else if (t.done()) {
        t.result().writer.close();
    }
    some_rounds(on, 12);
    CHECK(s.client_count() == 0);
    s.close();
    return came_to;
}

/// Calls, sends lines, and reads them back.
lasti::coroutine<std::string> ask(std::uint16_t port, lasti::connection_options options, std::string host) {
    lasti::connection c;
    std::string line, answer;
    int i = 0;
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT_SET(c, lasti::open_connection(host, port, options));
        for (i = 0; i < 3; ++i) {
            AWAIT(c.writer.send_all("line " + std::to_string(i) + '\n'));
            AWAIT_SET(line, c.reader.readline());
            answer += line;
        }
        c.writer.close();
        AWAIT(c.writer.wait_closed());
        RETURN(answer);
        END;
    };
}

/// Awaits room again and again, for so many bytes.
lasti::coroutine<void> pours(lasti::stream_writer writer, std::size_t size) {
    std::string piece;
    std::size_t sent = 0;
    return COROUTINE(void) {
        BEGIN;
        while (sent < size) {
            piece = std::string(10000 + sent % 777, static_cast<char>('a' + sent % 26));
            writer.write(piece);
            sent += piece.size();
            AWAIT(writer.drain());
        }
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("tls");

TEST_CASE("TL1: a connection shakes hands before it is there, and what is sent arrives, both ways") {
    on_each_selector([](selector_loop& on) {
        for (const std::string host : {"127.0.0.1", "::1"}) {
            if (host == "::1" && !has_ipv6()) continue;
            const lasti::server s = started(on, echo, serving_tls(), host);
            CHECK(on.loop.run_until_complete(ask(port_of(s), calling_by(calling_tls()), host)) == "line 0\nline 1\nline 2\n");
            CHECK(on.loop.run_until_complete(ask(port_of(s), calling_by(calling_tls(), "www.test.lasti"), host)) ==
                  "line 0\nline 1\nline 2\n");
            s.close();
            on.loop.run_until_complete(lasti::as_coroutine(s.wait_closed()));
        }
    });
}

TEST_CASE("TL1: … in each version, also through a Unix socket") {
    on_each_selector([](selector_loop& on) {
        for (const lasti::tls_version version : {lasti::tls_version::tls1_2, lasti::tls_version::tls1_3}) {
            const lasti::tls_context context = calling_tls();
            context.set_maximum_version(version);
            context.set_minimum_version(version);
            const tls_ends e(on, lasti::socketpair(), context);
            const bool is_newest = version == lasti::tls_version::tls1_3;
            CHECK(e.client.writer.get_extra_info("ssl_version") == (is_newest ? "TLSv1.3" : "TLSv1.2"));
            e.client.writer.write("question\n");
            CHECK(come_to(on, e.server.reader.readline()) == "'question\n'");
            e.server.writer.writelines({"ans", "wer", "\n"});
            CHECK(come_to(on, e.client.reader.readline()) == "'answer\n'");
        }
    });
}

TEST_CASE("TL1: much goes through it, both ways, and who is faster waits for who reads") {
    on_each_selector([](selector_loop& on) {
        const std::size_t much = 15000000; // of which the system keeps some
        const lasti::server s = started(on, echo, serving_tls());
        const lasti::connection c =
            on.loop.run_until_complete(lasti::open_connection("127.0.0.1", port_of(s), calling_by(calling_tls())));
        const auto sends = on.loop.create_task(pours(c.writer, 2 * much));
        CHECK(after_rounds(on, sends, 3000) == "waits"); // nobody reads
        CHECK(c.writer.get_write_buffer_size() < 1000000);
        CHECK((c.writer.get_write_buffer_limits() == std::pair<std::size_t, std::size_t>(128 * 1024, 512 * 1024)));
        const std::string first = on.loop.run_until_complete(lasti::as_coroutine(c.reader.readexactly(much)));
        const std::string second = on.loop.run_until_complete(lasti::as_coroutine(c.reader.readexactly(much)));
        std::string expected;
        while (expected.size() < 2 * much)
            expected += std::string(10000 + expected.size() % 777, static_cast<char>('a' + expected.size() % 26));
        expected.resize(2 * much);
        CHECK((first + second == expected));
        CHECK(after_rounds(on, sends) == "done");
        c.writer.close();
        s.close();
        CHECK(come_to(on, s.wait_closed()) == "done");
    });
}

TEST_CASE("what is written goes out at once; what came together is there together") {
    on_each_selector([](selector_loop& on) {
        const tls_ends e(on);
        e.client.writer.write(std::string(16000, 'x'));
        e.client.writer.write("y");
        CHECK(e.client.writer.get_write_buffer_size() == 0);
        const auto first = start(on, e.server.reader.readexactly(16000));
        CHECK((after_rounds(on, first, 3) == shown(std::string(16000, 'x'))));
        CHECK(after_rounds(on, start(on, e.server.reader.read(9)), 1) == "'y'"); // it was there already
    });
}

TEST_CASE("TL1: who is not who was called is not believed: the host, the authority, the time") {
    on_each_selector([](selector_loop& on) {
        CHECK(called(on, serving_tls(), calling_tls()) == "connected");
        CHECK(called(on, serving_tls(), calling_tls(), "localhost") == "connected");
        CHECK(called(on, serving_tls(), calling_tls(), "a.test.lasti") == "connected");
        const std::string failed = "certificate_verification_error: TLS with ";
        for (const std::string name : {"lasti.org", "localhost.org", "a.b.test.lasti", "test.lasti"}) {
            const std::string told = called(on, serving_tls(), calling_tls(), name);
            CHECK(starts_with(told, failed + name + ": certificate verify failed: "));
            CHECK((contains(told, "ostname mismatch")));
        }
        CHECK(contains(called(on, serving_tls(), calling_tls(), "127.0.0.2"), "IP address mismatch"));
        CHECK(starts_with(called(on, serving_tls(), lasti::tls_context::client(certificate("other_authority.pem"))),
                          failed + "127.0.0.1: certificate verify failed: unable to get local issuer certificate"));
        CHECK(starts_with(called(on, serving_tls(), lasti::tls_context::client()),
                          failed + "127.0.0.1: certificate verify failed: unable to get local issuer certificate"));
        CHECK(starts_with(called(on, lasti::tls_context::server(certificate("expired.pem"), certificate("server.key")),
                                 calling_tls()),
                          failed + "127.0.0.1: certificate verify failed: certificate has expired"));
    });
}

TEST_CASE("TL1: a certificate that failed is also a tls_error and an os_error, with OpenSSL's number") {
    on_each_selector([](selector_loop& on) {
        const lasti::server s = started(on, echo, serving_tls());
        const auto t = on.loop.create_task(
            lasti::open_connection("127.0.0.1", port_of(s), calling_by(calling_tls(), "lasti.org")));
        some_rounds(on, 30);
        REQUIRE(t.done());
        auto const* const told = t.exception().as<lasti::certificate_verification_error>();
        REQUIRE(told);
        CHECK(told->error_number() == 62); // X509_V_ERR_HOSTNAME_MISMATCH
        CHECK(contains(told->verify_message(), "ostname mismatch"));
        CHECK(t.exception().as<lasti::tls_error>());
        CHECK(t.exception().as<lasti::os_error>());
        s.close();
    });
}

TEST_CASE("TL1: only by its own loud word a client believes anybody") {
    on_each_selector([](selector_loop& on) {
        const lasti::tls_context anybody = lasti::tls_context::client();
        anybody.accept_any_certificate_which_is_not_secure();
        CHECK(called(on, serving_tls(), anybody) == "connected");
        CHECK(called(on, serving_tls(), anybody, "lasti.org") == "connected");
        CHECK(called(on, lasti::tls_context::server(certificate("expired.pem"), certificate("server.key")), anybody) ==
              "connected");
    });
}

TEST_CASE("a server may ask for certificates, too") {
    on_each_selector([](selector_loop& on) {
        const lasti::tls_context asks = serving_tls();
        asks.load_verify_locations(certificate("authority.pem"));
        asks.require_client_certificates();
        const lasti::tls_context known = calling_tls();
        known.load_cert_chain(certificate("client.pem"), certificate("client.key"));
        const tls_ends e(on, tcp_pair(), known, asks);
        CHECK(e.server.writer.get_extra_info("peercert") == "CN=client,O=lasti");

        lasti::tls_context unknown = calling_tls();
        unknown.set_maximum_version(lasti::tls_version::tls1_2);
        CHECK(contains(called(on, asks, unknown), "tls_error: TLS with 127.0.0.1: ")); // in the handshake
        unknown = calling_tls();
        CHECK(called(on, asks, unknown) == "connected"); // TLS 1.3 asks behind it: then reading fails
        const lasti::server s = started(on, echo, asks);
        const lasti::connection c =
            on.loop.run_until_complete(lasti::open_connection("127.0.0.1", port_of(s), calling_by(unknown)));
        const std::string told = come_to(on, c.reader.read(1));
        CHECK(starts_with(told, "tls_error: TLS with 127.0.0.1: "));
        CHECK(contains(told, "certificate required"));
        CHECK(come_to(on, c.reader.read(1)) == told);
        s.close();
    });
}

TEST_CASE("what is known of an encrypted connection") {
    on_each_selector([](selector_loop& on) {
        const lasti::tls_context calls = calling_tls(), serves = serving_tls();
        calls.set_alpn_protocols({"http/1.1", "h2"});
        serves.set_alpn_protocols({"h2", "smtp"});
        const tls_ends e(on, tcp_pair(), calls, serves);
        CHECK(e.client.writer.get_extra_info("ssl_version") == "TLSv1.3");
        CHECK(starts_with(e.client.writer.get_extra_info("cipher"), "TLS_"));
        CHECK(e.client.writer.get_extra_info("cipher") == e.server.writer.get_extra_info("cipher"));
        CHECK(e.client.writer.get_extra_info("alpn") == "h2");
        CHECK(e.server.writer.get_extra_info("alpn") == "h2");
        CHECK(e.client.writer.get_extra_info("peercert") == "CN=localhost,O=lasti");
        CHECK(e.server.writer.get_extra_info("peercert", "none") == "none");
        CHECK(e.client.writer.get_extra_info("peername") != "");
        CHECK(e.client.writer.get_extra_info("colour", "none") == "none");
        CHECK_FALSE(e.client.writer.can_write_eof());
    });
}

TEST_CASE("ALPN: who has no protocol in common, or names none, goes on without") {
    on_each_selector([](selector_loop& on) {
        const lasti::tls_context calls = calling_tls(), serves = serving_tls();
        calls.set_alpn_protocols({"http/1.1"});
        CHECK(tls_ends(on, tcp_pair(), calls, serves).client.writer.get_extra_info("alpn", "none") == "none");
        serves.set_alpn_protocols({"h2"});
        CHECK(tls_ends(on, tcp_pair(), calls, serves).client.writer.get_extra_info("alpn", "none") == "none");
        CHECK(tls_ends(on, tcp_pair(), calling_tls(), serves).server.writer.get_extra_info("alpn", "none") == "none");
        CHECK_THROWS_AS(calls.set_alpn_protocols({""}), lasti::value_error);
        CHECK_THROWS_AS(calls.set_alpn_protocols({std::string(256, 'x')}), lasti::value_error);
    });
}

TEST_CASE("no version in common is a tls_error on both sides") {
    on_each_selector([](selector_loop& on) {
        const lasti::tls_context calls = calling_tls(), serves = serving_tls();
        calls.set_maximum_version(lasti::tls_version::tls1_2);
        serves.set_minimum_version(lasti::tls_version::tls1_3);
        CHECK(contains(called(on, serves, calls), "tls_error: TLS with 127.0.0.1: "));
    });
}

TEST_CASE("a context tells which file is not there, or is no certificate, or no key of it") {
    typedef lasti::tls_context context;
    const std::string there = certificate("server.pem"), key = certificate("server.key"), nowhere = "/nowhere/file.pem";
    CHECK(contains(thrown_by([&] { context::client(nowhere); }).what(), nowhere));
    CHECK_THROWS_AS(context::client(nowhere), lasti::file_not_found_error);
    CHECK_THROWS_AS(context::server(nowhere, key), lasti::file_not_found_error);
    CHECK_THROWS_AS(context::server(there, nowhere), lasti::file_not_found_error);
    CHECK_THROWS_AS(context::client(key), lasti::tls_error);
    CHECK_THROWS_AS(context::server(key, key), lasti::tls_error);
    CHECK_THROWS_AS(context::server(there, there), lasti::tls_error);
    CHECK_THROWS_AS(context::server(there, certificate("client.key")), lasti::tls_error);
    const std::string told = thrown_by([&] { context::server(there, certificate("client.key")); }).what();
    CHECK(contains(told, "client.key: "));
    CHECK(contains(told, "mismatch"));
    CHECK_THROWS_AS(context::server(there, certificate("locked.key")), lasti::tls_error); // it does not ask
    CHECK_THROWS_AS(context::server(there, certificate("locked.key"), "wrong"), lasti::tls_error);
    CHECK_NOTHROW(context::server(there, certificate("locked.key"), "open sesame"));
    CHECK_NOTHROW(context::client().load_verify_locations("", LASTI_TEST_FOLDER "/certificates"));
}

TEST_CASE("an empty context is falsy, and its members are type_errors") {
    const lasti::tls_context none;
    CHECK_FALSE(none);
    CHECK((none == lasti::tls_context()));
    CHECK((calling_tls() != calling_tls()));
    CHECK_THROWS_AS(none.is_server(), lasti::type_error);
    CHECK_THROWS_AS(none.load_verify_locations(certificate("authority.pem")), lasti::type_error);
    CHECK_THROWS_AS(calling_tls().require_client_certificates(), lasti::value_error);
    CHECK(lasti::tls_context::is_available());
}

TEST_CASE("TL1: options that make no sense are refused") {
    // Needs exceptions: what is used wrongly throws.
    on_each_selector([](selector_loop& on) {
        const auto calling = [&](lasti::connection_options const& options) {
            const listening at;
            return come_to(on, lasti::open_connection("127.0.0.1", at.where.port(), options));
        };
        lasti::connection_options plain;
        plain.server_hostname = "localhost";
        CHECK(calling(plain) == "value_error: server_hostname is only meaningful with tls");
        CHECK(starts_with(calling(calling_by(serving_tls())), "value_error: open_connection: tls is of a server"));
        CHECK(starts_with(calling(calling_by(calling_tls(), ".org")), "value_error: server_hostname can not start"));
        CHECK(starts_with(calling(calling_by(calling_tls(), std::string("a\0b", 3))), "value_error: server_hostname"));
        lasti::connection_options never = calling_by(calling_tls());
        never.tls_handshake_timeout = 0;
        CHECK(calling(never) == "value_error: tls_handshake_timeout should be a positive number, got 0");
        never = calling_by(calling_tls());
        never.tls_shutdown_timeout = -1;
        CHECK(calling(never) == "value_error: tls_shutdown_timeout should be a positive number, got -1");
        CHECK(starts_with(come_to(on, lasti::start_server(echo, "127.0.0.1", 0, answering_by(calling_tls()))),
                          "value_error: start_server: tls is of a client"));
        const lasti::socket_address place = all_places().back();
        const listening at(place);
        CHECK(come_to(on, lasti::open_unix_connection(place.path(), calling_by(calling_tls()))) ==
              "value_error: check_hostname requires server_hostname");
    });
}

TEST_CASE("TL1: a Unix server and its client shake hands, too") {
    on_each_selector([](selector_loop& on) {
        const std::string path = all_places().back().path();
        const lasti::server s = on.loop.run_until_complete(lasti::start_unix_server(echo, path, answering_by(serving_tls())));
        const lasti::connection c =
            on.loop.run_until_complete(lasti::open_unix_connection(path, calling_by(calling_tls(), "localhost")));
        c.writer.write("through a file\n");
        CHECK(come_to(on, c.reader.readline()) == "'through a file\n'");
        c.writer.close();
        s.close();
        CHECK(come_to(on, s.wait_closed()) == "done");
    });
}

TEST_SUITE_END();
