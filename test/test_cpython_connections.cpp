// What CPython's test_base_events.py and test_events.py say of connections, servers and descriptors.
#include <lasti/streams.hpp>

#include <doctest/doctest.h>

#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include <lasti/lasti.hpp>

#include "support/streams.hpp"

#include <lasti/keywords.hpp>

namespace {

struct stage : selector_loop {
    stage() : selector_loop(all_selectors().front()) {}
    ~stage() { CHECK(reported.messages() == ""); }

    template <class A>
    lasti::await_result<A> run(A const& a) { return loop.run_until_complete(lasti::as_coroutine(a)); }
    void briefly() {
        for (int i = 0; i < 8; ++i) loop.poll();
    }
};

/// Answers "abc" with "def", and closes.
lasti::coroutine<void> answers(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string got;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(got, reader.readexactly(3));
        writer.write(got == "abc" ? "def" : "what?");
        END;
    };
}

std::uint16_t port_of(lasti::server const& s) { return s.sockets().front().getsockname().port(); }

bool is_answered(stage& on, lasti::connection const& c) {
    c.writer.write("abc");
    const bool good = on.run(c.reader.read()) == "def";
    c.writer.close();
    return good;
}
bool is_answered(stage& on, std::string const& host, std::uint16_t port) {
    return is_answered(on, on.run(lasti::open_connection(host, port)));
}

lasti::server serve(stage& on, std::string const& host, lasti::server_options const& options = {}) {
    return on.run(lasti::start_server(answers, host, 0, options));
}

/// Why it is not to be had, as an errno.
template <class A>
int problem_of(stage& on, A const& a) {
    try {
        on.run(a);
    } catch (lasti::os_error const& e) {
        return e.error_number();
    }
    return 0;
}

lasti::connection_options from(lasti::socket_address const& here) {
    lasti::connection_options options;
    options.local_address = here;
    return options;
}

} // namespace

TEST_SUITE_BEGIN("test_events.py, test_base_events.py");

TEST_CASE("a descriptor is read when it is ready (test_asyncio/test_events.py: EventLoopTestsMixin.test_reader_callback)") {
    stage on;
    socket_pair ends = lasti::socketpair();
    std::string got;
    on.loop.add_reader(ends.first.fileno(), [&] {
        const std::string text = get(ends.first);
        got += text;
        if (text.empty()) CHECK(on.loop.remove_reader(ends.first.fileno()));
    });
    on.loop.call_soon([&] { put(ends.second, "abc"); });
    while (got.size() < 3) on.loop.poll();
    on.loop.call_soon([&] { put(ends.second, "def"); });
    while (got.size() < 6) on.loop.poll();
    on.loop.call_soon([&] { ends.second.close(); });
    on.loop.run(); // until nobody watches
    CHECK(got == "abcdef");
}

TEST_CASE("a descriptor is written when it is ready (test_asyncio/test_events.py: EventLoopTestsMixin.test_writer_callback)") {
    stage on;
    const socket_pair ends = lasti::socketpair();
    const std::string data(900, 'x');
    on.loop.add_writer(ends.second.fileno(), [&] {
        put(ends.second, data);
        on.loop.stop();
    });
    on.loop.run_forever();
    CHECK(on.loop.remove_writer(ends.second.fileno()));
    CHECK_FALSE(on.loop.remove_writer(ends.second.fileno()));
    CHECK(get(ends.first) == data);
}

TEST_CASE("a connection (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_connection)") {
    stage on;
    const lasti::server s = serve(on, "127.0.0.1");
    CHECK(is_answered(on, "127.0.0.1", port_of(s)));
    s.close();
}

TEST_CASE("… by a Unix socket (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_unix_connection)") {
    stage on;
    const std::string path = "/tmp/lasti-test-connection-" + std::to_string(::getpid());
    const lasti::server s = on.run(lasti::start_unix_server(answers, path));
    CHECK(is_answered(on, on.run(lasti::open_unix_connection(path))));
    s.close();
}

TEST_CASE("from an address of its own (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_connection_local_addr)") {
    stage on;
    const lasti::server s = serve(on, "127.0.0.1");
    const std::uint16_t mine = listening().where.port(); // and free again
    const lasti::connection c =
        on.run(lasti::open_connection("127.0.0.1", port_of(s), from(lasti::socket_address("127.0.0.1", mine))));
    CHECK(c.writer.sockname().port() == mine);
    CHECK(is_answered(on, c));
    s.close();
}

TEST_CASE("… that is of another family than one of the host's "
          "(test_asyncio/test_events.py: EventLoopTestsMixin.test_create_connection_local_addr_skip_different_family)") {
    stage on;
    const std::uint16_t port = lasti::socket_address(listening().where).port();
    CHECK(problem_of(on, lasti::open_connection("localhost", port, from(lasti::socket_address("127.0.0.1", 0)))) == ECONNREFUSED);
}

TEST_CASE("… that is of no family of the host's "
          "(test_asyncio/test_events.py: EventLoopTestsMixin.test_create_connection_local_addr_nomatch_family)") {
    stage on;
    const listening at;
    CHECK(problem_of(on, lasti::open_connection("127.0.0.1", at.where.port(), from(lasti::socket_address("::1", 0)))) == EAFNOSUPPORT);
}

TEST_CASE("… that is in use (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_connection_local_addr_in_use)") {
    stage on;
    const listening at;
    const int open = open_descriptors();
    const auto fails = on.loop.create_task(lasti::open_connection("127.0.0.1", at.where.port(), from(at.where)));
    on.loop.run();
    CHECK(fails.exception().as<lasti::os_error>()->error_number() == EADDRINUSE);
    CHECK(contains(fails.exception().what(), at.where.describe()));
    CHECK(open_descriptors() == open);
}

TEST_CASE("streams of a socket that was accepted (test_asyncio/test_events.py: EventLoopTestsMixin.test_connect_accepted_socket)") {
    stage on;
    const socket_pair ends = tcp_pair();
    std::string response;
    std::thread client([&] {
        put(ends.first, "abc");
        while ((response = get(ends.first)) == "nothing") std::this_thread::yield();
    });
    const lasti::connection c = lasti::connection_of(on.loop, ends.second);
    on.run(answers(c.reader, c.writer));
    client.join();
    CHECK(response == "def");
    c.writer.close();
}

TEST_CASE("a server of several hosts (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_server_multiple_hosts_ipv4)") {
    stage on;
    const lasti::server s = on.run(lasti::start_server(answers, std::vector<std::string>{"127.0.0.1", "127.0.0.2"}, 0));
    REQUIRE(s.sockets().size() == 2);
    CHECK(s.sockets()[0].getsockname().host() == "127.0.0.1");
    CHECK(s.sockets()[1].getsockname().host() == "127.0.0.2");
    for (lasti::socket const& each : s.sockets())
        CHECK(is_answered(on, each.getsockname().host(), each.getsockname().port()));
    s.close();
}

TEST_CASE("… of IPv6 (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_server_multiple_hosts_ipv6)") {
    if (!has_ipv6()) return;
    stage on;
    const lasti::server s = on.run(lasti::start_server(answers, std::vector<std::string>{"::1", "::1"}, 0));
    REQUIRE(s.sockets().size() == 1); // each address once
    CHECK(is_answered(on, "::1", port_of(s)));
    s.close();
}

TEST_CASE("a server at an address of IPv6 (test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_server_ipv6)") {
    if (!has_ipv6()) return;
    stage on;
    const lasti::server s = serve(on, "::1");
    CHECK_FALSE(s.sockets().empty());
    s.close();
    on.run(s.wait_closed());
}

TEST_CASE("a server (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_server)") {
    stage on;
    const lasti::server s = serve(on, "0.0.0.0");
    REQUIRE(s.sockets().size() == 1);
    CHECK(s.sockets()[0].getsockname().host() == "0.0.0.0");
    const lasti::connection c = on.run(lasti::open_connection("127.0.0.1", port_of(s)));
    CHECK(c.writer.get_extra_info("peername") == "('127.0.0.1', " + std::to_string(port_of(s)) + ")");
    CHECK(is_answered(on, c));
    CHECK(s.client_count() == 0); // it has closed, too
    s.close();
}

TEST_CASE("a port that several share (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_server_reuse_port)") {
    stage on;
    lasti::server_options options;
    for (const bool shared : {false, true}) {
        options.reuse_port = shared;
        const lasti::server s = serve(on, "0.0.0.0", options);
        REQUIRE(s.sockets().size() == 1);
        CHECK((s.sockets()[0].getsockopt(SOL_SOCKET, SO_REUSEPORT) != 0) == shared);
        s.close();
    }
}

TEST_CASE("a Unix server (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_unix_server)") {
    stage on;
    const std::string path = "/tmp/lasti-test-connection-" + std::to_string(::getpid());
    const lasti::server s = on.run(lasti::start_unix_server(answers, path));
    REQUIRE(s.sockets().size() == 1);
    const socket_pair unused = lasti::socketpair();
    for (int i = 0; i < 2; ++i) CHECK(is_answered(on, on.run(lasti::open_unix_connection(path))));
    s.close();
    CHECK(problem_of(on, lasti::open_unix_connection(path)) == ENOENT);
}

TEST_CASE("a server of a socket that was bound (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_server_sock)") {
    stage on;
    lasti::socket bound(AF_INET);
    bound.bind(lasti::socket_address("0.0.0.0", 0));
    const lasti::server s = on.run(lasti::start_server(answers, bound));
    CHECK(s.sockets()[0].fileno() == bound.fileno());
    CHECK(s.sockets()[0].getsockname().host() == "0.0.0.0");
    CHECK(is_answered(on, "127.0.0.1", port_of(s)));
    s.close();
    CHECK(bound.is_closed());
}

TEST_CASE("an address that is in use (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_server_addr_in_use)") {
    stage on;
    lasti::socket bound(AF_INET);
    bound.bind(lasti::socket_address("127.0.0.1", 0));
    const lasti::server s = on.run(lasti::start_server(answers, bound));
    const int open = open_descriptors();
    CHECK(problem_of(on, lasti::start_server(answers, "127.0.0.1", port_of(s))) == EADDRINUSE);
    CHECK(open_descriptors() == open);
    s.close();
}

TEST_CASE("both families (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_server_dual_stack)") {
    if (!has_ipv6()) return;
    stage on;
    const std::uint16_t port = lasti::socket_address(listening().where).port();
    const lasti::server s = on.run(lasti::start_server(answers, "", port));
    CHECK(is_answered(on, "127.0.0.1", port));
    CHECK(is_answered(on, "::1", port));
    s.close();
}

TEST_CASE("nobody is there after close() (test_asyncio/test_events.py: EventLoopTestsMixin.test_server_close)") {
    stage on;
    const lasti::server s = serve(on, "0.0.0.0");
    const std::uint16_t port = port_of(s);
    {
        const lasti::connection c = on.run(lasti::open_connection("127.0.0.1", port));
        c.writer.write("abc");
        c.writer.close();
    }
    s.close();
    CHECK(problem_of(on, lasti::open_connection("127.0.0.1", port)) == ECONNREFUSED);
}

// The pipe that other threads ring stays until the object goes.
TEST_CASE("a closed loop has given its selector back (test_asyncio/test_events.py: EventLoopTestsMixin.test_internal_fds)") {
    const int open = open_descriptors();
    {
        const socket_pair ends = lasti::socketpair();
        lasti::event_loop loop(lasti::make_selector(all_selectors().front()));
        loop.add_reader(ends.first.fileno(), [] {});
        const int in_use = open_descriptors();
        loop.close();
        CHECK(open_descriptors() == in_use - 1);
    }
    CHECK(open_descriptors() == open);
}

TEST_CASE("SK2: a cancelled wait ends at once (test_asyncio/test_events.py: EventLoopTestsMixin.test_prompt_cancellation)") {
    stage on;
    const socket_pair ends = lasti::socketpair();
    const auto waits = on.loop.create_task(lasti::as_coroutine(on.loop.sock_recv(ends.first, 1)));
    on.loop.poll();
    on.loop.call_soon([&] { waits.cancel(); });
    CHECK_THROWS_AS(on.loop.run_until_complete(waits), lasti::cancelled_error);
    CHECK(on.loop.time() == 0);
}

TEST_CASE("L11: a closed loop watches nothing (test_asyncio/test_events.py: EventLoopTestsMixin.test_remove_fds_after_closing)") {
    stage on;
    const socket_pair ends = lasti::socketpair();
    on.loop.add_reader(ends.first.fileno(), [] {});
    on.loop.add_writer(ends.second.fileno(), [] {});
    on.loop.close();
    CHECK_FALSE(on.loop.remove_reader(ends.first.fileno()));
    CHECK_FALSE(on.loop.remove_writer(ends.second.fileno()));
}

TEST_CASE("L11: … and takes nothing to watch (test_asyncio/test_events.py: EventLoopTestsMixin.test_add_fds_after_closing)") {
    stage on;
    const socket_pair ends = lasti::socketpair();
    on.loop.close();
    CHECK_THROWS_AS(on.loop.add_reader(ends.first.fileno(), [] {}), lasti::runtime_error);
    CHECK_THROWS_AS(on.loop.add_writer(ends.second.fileno(), [] {}), lasti::runtime_error);
}

TEST_CASE("no streams of datagrams (test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_connection_wrong_sock)") {
    stage on;
    CHECK_THROWS_WITH_AS(lasti::connection_of(on.loop, lasti::socket(AF_INET, SOCK_DGRAM)),
                         doctest::Contains("a stream socket was expected"), lasti::value_error);
}

TEST_CASE("no server of datagrams (test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_server_wrong_sock)") {
    stage on;
    CHECK_THROWS_WITH_AS(on.run(lasti::start_server(answers, lasti::socket(AF_INET, SOCK_DGRAM))),
                         doctest::Contains("a stream socket was expected"), lasti::value_error);
}

TEST_CASE("CC1: its flags are no part of a socket's type "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_server_stream_bittype)") {
    stage on;
    lasti::socket s(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    const lasti::server serves = on.run(lasti::start_server(answers, s));
    serves.close();
    on.run(serves.wait_closed());
}

TEST_CASE("CC1: a connection that is given up is closed "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_connection_timeout)") {
    stage on;
    const listening at(lasti::socket_address("127.0.0.1", 0), 0);
    std::vector<lasti::socket> callers; // its queue is full: nobody is answered any more
    for (int i = 0; i < 4; ++i) {
        callers.push_back(lasti::socket(AF_INET));
        (void)::connect(callers.back().fileno(), at.where.data(), at.where.size());
    }
    on.loop.poll(); // the loop has its selector now
    const int open = open_descriptors();
    const auto calls = on.loop.create_task(lasti::wait_for(lasti::open_connection("127.0.0.1", at.where.port()), 5));
    on.loop.run();
    CHECK(calls.exception().is<lasti::timeout_error>());
    CHECK(open_descriptors() == open);
    CHECK(on.loop.task_count() == 0);
}

TEST_CASE("SV1: what cannot be bound is closed (test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_server_cant_bind)") {
    stage on;
    const listening at;
    const int open = open_descriptors();
    CHECK(problem_of(on, lasti::start_server(answers, "127.0.0.1", at.where.port())) == EADDRINUSE);
    CHECK(open_descriptors() == open);
}

TEST_CASE("SV1: an empty host is all of this machine "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_server_empty_host)") {
    stage on;
    const lasti::server s = serve(on, "");
    std::vector<std::string> hosts;
    for (lasti::socket const& each : s.sockets()) hosts.push_back(each.getsockname().host());
    CHECK((hosts == std::vector<std::string>{"0.0.0.0", "::"} || hosts == std::vector<std::string>{"::", "0.0.0.0"} ||
           hosts == std::vector<std::string>{"0.0.0.0"}));
    s.close();
}

TEST_CASE("CC1: an address of IPv6 with its network "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_connection_ipv6_scope)") {
    stage on;
    const std::vector<lasti::address_info> found = on.run(on.loop.getaddrinfo("fe80::1%1", 80, {}));
    REQUIRE_FALSE(found.empty());
    CHECK(found[0].family == AF_INET6);
    CHECK(starts_with(found[0].address.host(), "fe80::1"));
    CHECK(found[0].address.port() == 80);
    sockaddr_in6 const& there = *reinterpret_cast<sockaddr_in6 const*>(found[0].address.data());
    CHECK(there.sin6_scope_id == 1);
}

TEST_SUITE_END();
