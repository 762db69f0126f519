// Sockets on loopback, in every family that the machine has; on each selector.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <lasti/socket.hpp>

#include "../../src/system_calls.hpp"
#include "descriptors.hpp"

/// Runs `test(on)` on a loop with each selector, and looks whether descriptors are left open.
struct on_each_selector {
    template <class F>
    explicit on_each_selector(F test) {
        for (std::string const& name : all_selectors()) {
            CAPTURE(name);
            const int open = open_descriptors();
            {
                selector_loop on(name);
                test(on);
                CHECK(on.reported.messages() == "");
            }
            CHECK(open_descriptors() == open);
        }
    }
};

inline bool has_ipv6() {
    const int fd = lasti::detail::make_socket(AF_INET6, SOCK_STREAM, 0);
    if (fd < 0) return false;
    const lasti::socket_address any("::1", 0);
    const bool bound = lasti::detail::os::bind(fd, any.data(), any.size()) == 0;
    lasti::detail::os::close(fd);
    return bound;
}

/// Where nobody listens yet: of IPv4, and of IPv6 and Unix if there is.
inline std::vector<lasti::socket_address> all_places() {
    std::vector<lasti::socket_address> places{lasti::socket_address("127.0.0.1", 0)};
    if (has_ipv6()) places.push_back(lasti::socket_address("::1", 0));
#if !defined(_WIN32)
    static int number = 0;
    places.push_back(lasti::socket_address("/tmp/lasti-test-" + std::to_string(::getpid()) + "-" + std::to_string(++number)));
#endif
    return places;
}

/// A socket that listens, and the file that goes with it.
struct listening {
    lasti::socket socket;
    lasti::socket_address where;

    explicit listening(lasti::socket_address const& place = lasti::socket_address("127.0.0.1", 0), int backlog = 128)
        : socket(place.family()) {
        socket.bind(place);
        socket.listen(backlog);
        where = socket.getsockname();
    }
    listening(listening const&) = delete;
    ~listening() {
        if (where.family() == AF_UNIX) ::unlink(where.path().c_str());
    }
};

/// A socket that listens, but whose queue is full: who connects to it hears nothing.
struct deaf {
    listening at;
    std::vector<lasti::socket> callers;

    deaf() : at(lasti::socket_address("127.0.0.1", 0), 0) {
        for (int i = 0; i < 4; ++i) {
            callers.push_back(lasti::socket(AF_INET));
            (void)lasti::detail::os::connect(callers.back().fileno(), at.where.data(), at.where.size());
        }
    }
};

typedef std::pair<lasti::socket, lasti::socket> socket_pair;

/// Two ends of a TCP connection.
inline socket_pair tcp_pair() {
    const listening at;
    lasti::socket client(AF_INET);
    while (lasti::detail::os::connect(client.fileno(), at.where.data(), at.where.size()) != 0 && errno != EISCONN)
        if (errno != EINPROGRESS && errno != EALREADY) lasti::make_os_error(errno, "connect").rethrow();
    sockaddr_storage from;
    socklen_t size = sizeof from;
    int fd = -1;
    while (fd < 0) // on loopback it is there at once
        fd = lasti::detail::accept_socket(at.socket.fileno(), reinterpret_cast<sockaddr*>(&from), size);
    return socket_pair(client, lasti::socket::adopt(fd));
}

/// Whether the other side of a reset hears of it: by wine 8 it sees an ordinary end.
#if defined(_WIN32)
const bool resets_are_told = false;
#else
const bool resets_are_told = true;
#endif

/// Closes so that the other side gets a reset.
inline void reset(lasti::socket const& s) {
    const linger at_once = {1, 0};
    lasti::detail::os::setsockopt(s.fileno(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    s.close();
}

/// Sends without waiting, from outside of any task.
inline void put(lasti::socket const& s, std::string const& text) {
    (void)!lasti::detail::os::send(s.fileno(), text.data(), text.size(), lasti::detail::no_signal);
}
/// What is there, without waiting.
inline std::string get(lasti::socket const& s) {
    char room[1000];
    const ssize_t n = lasti::detail::os::recv(s.fileno(), room, sizeof room, 0);
    return n < 0 ? "nothing" : std::string(room, static_cast<std::size_t>(n));
}
/// Sends until no more goes; how much.
inline std::size_t fill(lasti::socket const& s) {
    static const char room[65536] = {};
    std::size_t sum = 0;
    for (ssize_t n; (n = lasti::detail::os::send(s.fileno(), room, sizeof room, lasti::detail::no_signal)) > 0;) sum += static_cast<std::size_t>(n);
    return sum;
}
inline std::size_t drain_socket(lasti::socket const& s) {
    char room[65536];
    std::size_t sum = 0;
    for (ssize_t n; (n = lasti::detail::os::recv(s.fileno(), room, sizeof room, 0)) > 0;) sum += static_cast<std::size_t>(n);
    return sum;
}
