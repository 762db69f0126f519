// TLS at both ends of a connection, or at one of them: the certificates of test/certificates.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <lasti/streams.hpp>
#include <lasti/tls.hpp>

#include "streams.hpp"

#ifndef LASTI_TEST_FOLDER
#define LASTI_TEST_FOLDER "test"  // where who compiles by hand stands
#endif

inline std::string certificate(std::string const& name) { return LASTI_TEST_FOLDER "/certificates/" + name; }

/// Of localhost, *.test.lasti, 127.0.0.1 and ::1.
inline lasti::tls_context serving_tls() {
    return lasti::tls_context::server(certificate("server.pem"), certificate("server.key"));
}
/// Trusts who signed that.
inline lasti::tls_context calling_tls() { return lasti::tls_context::client(certificate("authority.pem")); }

inline lasti::server_options answering_by(lasti::tls_context const& context) {
    lasti::server_options options;
    options.tls = context;
    return options;
}
inline lasti::connection_options calling_by(lasti::tls_context const& context, std::string host = std::string()) {
    lasti::connection_options options;
    options.tls = context;
    options.server_hostname = std::move(host);
    return options;
}

/// Both ends of one connection, which have shaken hands.
struct tls_ends {
    lasti::connection client, server;

    explicit tls_ends(selector_loop& on, socket_pair const& ends = tcp_pair(),
                      lasti::tls_context const& calls = calling_tls(), lasti::tls_context const& serves = serving_tls())
        : client(lasti::connection_of(on.loop, ends.first)), server(lasti::connection_of(on.loop, ends.second)) {
        const auto one = start(on, client.writer.start_tls(calls, "localhost"));
        const auto other = start(on, server.writer.start_tls(serves));
        some_rounds(on, 20);
        if (state_of(one) != "done") lasti::error::make(std::runtime_error("the client: " + state_of(one))).rethrow();
        if (state_of(other) != "done") lasti::error::make(std::runtime_error("the server: " + state_of(other))).rethrow();
    }
};

/// One end shakes hands, or tries to; what the other side does, the test does by hand.
struct tls_far_end {
    lasti::connection c;
    lasti::socket there;
    lasti::task<void> shakes;

    explicit tls_far_end(selector_loop& on, lasti::tls_context const& context = calling_tls(), lasti::delay handshake = 60)
        : tls_far_end(on, tcp_pair(), context, handshake) {}
    tls_far_end(selector_loop& on, socket_pair const& ends, lasti::tls_context const& context, lasti::delay handshake)
        : c(lasti::connection_of(on.loop, ends.first)), there(ends.second),
          shakes(start(on, c.writer.start_tls(context, context.is_server() ? "" : "localhost", handshake))) {
        some_rounds(on, 3);
    }
};
