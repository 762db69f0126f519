// Handles of sockets, and addresses; what waits is in test_sock_operations.cpp.
#include <lasti/socket.hpp>

#include <doctest/doctest.h>

#include <cerrno>
#include <string>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <lasti/exceptions.hpp>

#include "support/sockets.hpp"
#include "support/trace.hpp"

TEST_SUITE_BEGIN("socket");

TEST_CASE("an address is IPv4, IPv6 or a path, as it is written") {
    const lasti::socket_address v4("127.0.0.1", 80), v6("::1", 65535), path("/run/x"), none;
    CHECK(v4.family() == AF_INET);
    CHECK(v4.host() == "127.0.0.1");
    CHECK(v4.port() == 80);
    CHECK(v4.path() == "");
    CHECK(v4.describe() == "('127.0.0.1', 80)");
    CHECK(v6.family() == AF_INET6);
    CHECK(v6.host() == "::1");
    CHECK(v6.port() == 65535);
    CHECK(path.family() == AF_UNIX);
    CHECK(path.path() == "/run/x");
    CHECK(path.host() == "");
    CHECK(path.describe() == "'/run/x'");
    CHECK(none.family() == AF_UNSPEC);
    CHECK(none.describe() == "no address");
    CHECK(v4 == lasti::socket_address("127.0.0.1", 80));
    CHECK(v4 != lasti::socket_address("127.0.0.1", 81));
    CHECK(lasti::socket_address(v4.data(), v4.size()) == v4);
    CHECK(lasti::socket_address(std::string("\0name", 5)).path() == std::string("\0name", 5));
}

TEST_CASE("what is no address is a value_error") {
    CHECK_THROWS_WITH_AS(lasti::socket_address("localhost", 80),
                         "socket_address: 'localhost' is no IPv4 or IPv6 address; names are not looked up here",
                         lasti::value_error);
    CHECK_THROWS_AS(lasti::socket_address("", 80), lasti::value_error);
    CHECK_THROWS_AS(lasti::socket_address(std::string(200, 'x')), lasti::value_error);
    CHECK_THROWS_AS(lasti::socket_address(nullptr, 10000), lasti::value_error);
}

TEST_CASE("a socket does not block, and is closed on exec(); so is one that was adopted") {
    const lasti::socket s(AF_INET);
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    const lasti::socket adopted = lasti::socket::adopt(ends[0]);
    ::close(ends[1]);
    for (lasti::socket const& each : {s, adopted, lasti::socketpair().first}) {
        CHECK((::fcntl(each.fileno(), F_GETFL) & O_NONBLOCK) != 0);
        CHECK((::fcntl(each.fileno(), F_GETFD) & FD_CLOEXEC) != 0);
    }
    CHECK(adopted.family() == AF_UNIX);
    CHECK(adopted.type() == SOCK_STREAM);
    CHECK(s.family() == AF_INET);
}

TEST_CASE("copies name the same socket; the last one closes it") {
    const int open = open_descriptors();
    {
        lasti::socket s(AF_INET), none;
        const lasti::socket same = s;
        CHECK(same == s);
        CHECK(same != none);
        CHECK_FALSE(none);
        CHECK(none.describe() == "no socket");
        s = none;
        CHECK(open_descriptors() == open + 1);
        CHECK_THROWS_AS(none.close(), lasti::type_error);
    }
    CHECK(open_descriptors() == open);
}

TEST_CASE("close() closes for all handles; again it does nothing") {
    const lasti::socket s(AF_INET), same = s;
    const int fd = s.fileno();
    s.close();
    s.close();
    CHECK(same.is_closed());
    CHECK(same.fileno() == -1);
    CHECK(same.describe() == "a closed socket");
    CHECK(::fcntl(fd, F_GETFD) == -1);
    CHECK_THROWS_AS(same.listen(), lasti::os_error);
}

TEST_CASE("detach() gives the descriptor away, open") {
    const lasti::socket s(AF_INET);
    const int fd = s.detach();
    CHECK(s.is_closed());
    CHECK(s.detach() == -1);
    CHECK(::fcntl(fd, F_GETFD) != -1);
    ::close(fd);
}

TEST_CASE("what is no socket is not adopted, and left alone") {
    const test_pipe p;
    CHECK_THROWS_AS(lasti::socket::adopt(p.reads), lasti::os_error);
    CHECK(::fcntl(p.reads, F_GETFD) != -1);
    CHECK_THROWS_AS(lasti::socket::adopt(-1), lasti::os_error);
}

TEST_CASE("names, options, shutdown") {
    const listening at;
    CHECK(at.where.host() == "127.0.0.1");
    CHECK(at.where.port() != 0);
    CHECK_THROWS_AS(at.socket.getpeername(), lasti::os_error);
    CHECK(contains(at.socket.describe(), "('127.0.0.1', " + std::to_string(at.where.port()) + ")"));
    CHECK_THROWS_AS(lasti::socket(AF_INET).bind(at.where), lasti::os_error); // EADDRINUSE
    const socket_pair ends = tcp_pair();
    CHECK(ends.first.getpeername() == ends.second.getsockname());
    CHECK(contains(ends.first.describe(), ") to ("));
    ends.first.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
    CHECK(ends.first.getsockopt(IPPROTO_TCP, TCP_NODELAY) != 0);
    ends.first.shutdown(SHUT_WR);
    CHECK(get(ends.second) == "");
    CHECK_THROWS_AS(lasti::socket(12345), lasti::os_error);
}

TEST_SUITE_END();
