// Servers of encrypted connections: who is slow or means no good keeps nobody waiting. On each selector.
#include <lasti/server.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/tls.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

int answered = 0;

lasti::coroutine<void> greets(lasti::stream_reader reader, lasti::stream_writer writer) {
    return COROUTINE(void) {
        BEGIN;
        ++answered;
        AWAIT(writer.send_all("hello\n"));
        AWAIT(reader.read());
        END;
    };
}

struct greeting_server {
    lasti::server s;

    explicit greeting_server(selector_loop& on, lasti::server_options const& options = answering_by(serving_tls()))
        : s(on.loop.run_until_complete(lasti::start_server(greets, "127.0.0.1", 0, options))) {
        answered = 0;
    }
    lasti::socket_address where() const { return s.sockets().front().getsockname(); }
    /// Who has called, and says nothing.
    lasti::socket silent() const {
        const lasti::socket made(AF_INET);
        while (::connect(made.fileno(), where().data(), where().size()) != 0)
            if (errno != EINPROGRESS && errno != EALREADY && errno != EISCONN) throw std::runtime_error("connect");
        return made;
    }
    std::string greeting(selector_loop& on) const {
        const lasti::connection c = on.loop.run_until_complete(
            lasti::open_connection("127.0.0.1", where().port(), calling_by(calling_tls())));
        const std::string line = on.loop.run_until_complete(lasti::as_coroutine(c.reader.readline()));
        c.writer.close();
        return line;
    }
};

} // namespace

TEST_SUITE_BEGIN("tls_server");

TEST_CASE("TL1: clients that do not shake hands keep nobody waiting, and go after 60 seconds") {
    on_each_selector([](selector_loop& on) {
        const greeting_server at(on);
        std::vector<lasti::socket> slow;
        for (int i = 0; i < 20; ++i) slow.push_back(at.silent());
        put(slow[7], "\x16\x03\x01");
        some_rounds(on, 12);
        CHECK(at.s.client_count() == 20);
        CHECK(at.greeting(on) == "hello\n");
        some_rounds(on, 12);
        CHECK(answered == 1);
        CHECK(at.s.client_count() == 20);
        on.clock.advance(59);
        some_rounds(on, 12);
        CHECK(at.s.client_count() == 20);
        on.clock.advance(1);
        some_rounds(on, 12);
        CHECK(at.s.client_count() == 0);
        CHECK(on.loop.task_count() == 0);
        for (lasti::socket const& s : slow) CHECK(get(s) != "nothing"); // it has closed
        at.s.close();
    });
}

TEST_CASE("TL1: … or when the options say so") {
    on_each_selector([](selector_loop& on) {
        lasti::server_options options = answering_by(serving_tls());
        options.tls_handshake_timeout = 0.25;
        const greeting_server at(on, options);
        const lasti::socket slow = at.silent();
        some_rounds(on, 12);
        CHECK(at.s.client_count() == 1);
        on.clock.advance(0.25);
        some_rounds(on, 12);
        CHECK(at.s.client_count() == 0);
        at.s.close();
    });
}

TEST_CASE("TL1: whoever fails to shake hands is reported in debug mode only, and nobody answers it") {
    on_each_selector([](selector_loop& on) {
        for (const bool debug : {false, true}) {
            on.loop.set_debug(debug);
            const greeting_server at(on);
            const lasti::socket garbage = at.silent(), leaves = at.silent(), resets = at.silent();
            put(garbage, "GET / HTTP/1.0\r\n\r\n");
            put(leaves, "\x16\x03\x01");
            some_rounds(on, 12);
            leaves.close();
            reset(resets);
            some_rounds(on, 12);
            CHECK(at.s.client_count() == 0);
            CHECK(answered == 0);
            const std::string told = "Error on transport creation for incoming connection\n";
            CHECK(on.reported.messages() == (debug ? told + told + told : ""));
            if (debug) CHECK(on.reported[0].exception.as<lasti::tls_error>());
            on.reported.forget();
            at.s.close();
        }
        on.loop.set_debug(false);
    });
}

TEST_CASE("SV2: close_clients() ends handshakes, too, and wait_closed() waits for them") {
    on_each_selector([](selector_loop& on) {
        const greeting_server at(on);
        const lasti::socket slow = at.silent(), other = at.silent();
        some_rounds(on, 12);
        at.s.close();
        const auto closed = start(on, at.s.wait_closed());
        CHECK(after_rounds(on, closed) == "waits");
        at.s.close_clients();
        CHECK(after_rounds(on, closed) == "done");
        CHECK(on.loop.task_count() == 0);
    });
}

TEST_CASE("ST4: what answers and raises is reported as without TLS") {
    on_each_selector([](selector_loop& on) {
        const auto raises = [](lasti::stream_reader, lasti::stream_writer) -> lasti::coroutine<void> {
            return COROUTINE(void) { BEGIN; RAISE(std::runtime_error("no service today")); END; };
        };
        const lasti::server s =
            on.loop.run_until_complete(lasti::start_server(raises, "127.0.0.1", 0, answering_by(serving_tls())));
        const lasti::connection c = on.loop.run_until_complete(lasti::open_connection(
            "127.0.0.1", s.sockets().front().getsockname().port(), calling_by(calling_tls())));
        CHECK(come_to(on, c.reader.read()) == "''");
        CHECK(on.reported.messages() == "Unhandled exception in client_connected_cb\n");
        on.reported.forget();
        s.close();
        CHECK(come_to(on, s.wait_closed()) == "done");
    });
}

TEST_CASE("a loop that ends while clients shake hands frees them") {
    const int open = open_descriptors();
    {
        selector_loop on("poll");
        const greeting_server at(on);
        const lasti::socket slow = at.silent();
        some_rounds(on, 12);
        CHECK(at.s.client_count() == 1);
        on.reported.forget();
    }
    CHECK(open_descriptors() == open);
}

TEST_SUITE_END();
