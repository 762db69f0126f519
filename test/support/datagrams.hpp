// Datagram endpoints of tests: opened from outside of any task, with a side that does not read.
#pragma once

#include <string>

#include <lasti/datagram.hpp>

#include "sockets.hpp"
#include "trace.hpp"

#include <lasti/keywords.hpp>

inline lasti::coroutine<lasti::datagram_endpoint> opens(lasti::datagram_options options) {
    lasti::datagram_endpoint made;
    return COROUTINE(lasti::datagram_endpoint) {
        BEGIN;
        AWAIT_SET(made, lasti::open_datagram_endpoint(options));
        RETURN(made);
        END;
    };
}

inline lasti::datagram_options between(lasti::datagram_address here,
                                       lasti::datagram_address there = lasti::datagram_address()) {
    lasti::datagram_options options;
    options.local = here;
    options.remote = there;
    return options;
}

inline lasti::datagram_endpoint opened(selector_loop& on, lasti::datagram_options options) {
    return on.loop.run_until_complete(opens(options));
}

/// An endpoint of a socket that is there.
inline lasti::datagram_endpoint of_socket(selector_loop& on, lasti::socket s) {
    struct body {
        lasti::socket s;
        COROUTINE_BODY(lasti::datagram_endpoint) { BEGIN; RETURN(lasti::datagram_endpoint(s)); END; }
    };
    return on.loop.run_until_complete(lasti::coroutine<lasti::datagram_endpoint>(body{s}));
}

inline lasti::coroutine<std::string> receives(lasti::datagram_endpoint endpoint, std::size_t most = 1000) {
    lasti::datagram got;
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT_SET(got, endpoint.recvfrom(most));
        RETURN(got.first);
        END;
    };
}

inline lasti::coroutine<> waits_closed(lasti::datagram_endpoint endpoint) {
    return COROUTINE(void) { BEGIN; AWAIT(endpoint.wait_closed()); END; };
}

/// Closes it, and waits for that.
inline void end(selector_loop& on, lasti::datagram_endpoint endpoint) {
    endpoint.close();
    on.loop.run_until_complete(waits_closed(endpoint));
}

const lasti::socket_address any_port("127.0.0.1", 0);

/// An address at which nobody listens (any more).
inline lasti::socket_address nowhere() {
    const lasti::socket s(AF_INET, SOCK_DGRAM);
    s.bind(any_port);
    return s.getsockname();
}

/// An endpoint whose other side does not read: a few datagrams, and no more go.
struct narrow {
    lasti::socket reader;
    lasti::datagram_endpoint endpoint;
    int sent = 0; // at once

    explicit narrow(selector_loop& on) : reader(AF_UNIX, SOCK_DGRAM) {
        const lasti::socket_address place = all_places().back();
        reader.bind(place);
        endpoint = opened(on, between(lasti::socket_address(), place));
        ::unlink(place.path().c_str());
        for (; endpoint.get_write_buffer_size() == 0; ++sent) endpoint.sendto("x");
        --sent; // the last is kept
    }
    /// What it has got, each with a space.
    std::string all_read() const {
        std::string text;
        for (std::string part; (part = get(reader)) != "nothing";) text += part + ' ';
        return text;
    }
};
