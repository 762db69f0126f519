// CPython's tests of datagram endpoints: of create_datagram_endpoint() and of the selector loop's transport, with real
// sockets instead of mocks.
#include <lasti/datagram.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <sys/stat.h>

#include <lasti/lasti.hpp>

#include "support/datagrams.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::socket_address address;

/// Two that know each other's addresses.
struct two {
    lasti::datagram_endpoint a, b;
    explicit two(selector_loop& on) : a(opened(on, between(any_port))), b(opened(on, between(any_port))) {}
};

void talks(address const& place, int family) {
    on_each_selector([&](selector_loop& on) {
        struct server {
            lasti::datagram_endpoint endpoint;
            lasti::datagram got;
            COROUTINE_BODY(void) {
                BEGIN;
                AWAIT_SET(got, endpoint.recvfrom());
                endpoint.sendto("resp:" + got.first, got.second);
                END;
            }
        };
        lasti::datagram_options options = between(place);
        options.family = family;
        const lasti::datagram_endpoint serves = opened(on, options);
        on.loop.create_task(lasti::coroutine<>(server{serves, lasti::datagram()}));
        const address where = serves.sockname();
        const lasti::datagram_endpoint client = opened(on, between(address(), {where.host(), where.port()}));
        client.sendto("xxx");
        CHECK(on.loop.run_until_complete(receives(client)) == "resp:xxx");
        CHECK(client.sockname().family() == family);
        end(on, client);
        end(on, serves);
    });
}

} // namespace

TEST_SUITE_BEGIN("CPython: datagrams");

TEST_CASE("DG1: a stream (test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_datagram_endpoint_wrong_sock)") {
    on_each_selector([](selector_loop& on) {
        const lasti::socket s(AF_INET);
        try {
            of_socket(on, s);
            FAIL("no value_error");
        } catch (lasti::value_error const& e) {
            CHECK(contains(e.what(), "A datagram socket was expected"));
        }
        CHECK_FALSE(s.is_closed());
    });
}

TEST_CASE("DG1: connecting fails "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_datagram_endpoint_connect_err)") {
    on_each_selector([](selector_loop& on) {
        CHECK_THROWS_AS(opened(on, between(address(), address("/tmp/lasti-nobody-is-there"))), lasti::os_error);
    });
}

TEST_CASE("DG1: broadcast is not connected "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_datagram_endpoint_allow_broadcast)") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint reader = opened(on, between(any_port));
        lasti::datagram_options options = between(address(), reader.sockname());
        options.allow_broadcast = true;
        const lasti::datagram_endpoint endpoint = opened(on, options);
        CHECK(endpoint.peername().family() == AF_UNSPEC);
        CHECK_THROWS_AS(endpoint.sendto("x", address("127.0.0.1", 1)), lasti::value_error);
        endpoint.sendto("x");
        CHECK(on.loop.run_until_complete(receives(reader)) == "x");
        end(on, endpoint);
        CHECK(endpoint.get_socket().is_closed());
    });
}

TEST_CASE("DG1: no socket is to be had "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_datagram_endpoint_socket_err)") {
    on_each_selector([](selector_loop& on) {
        lasti::datagram_options options;
        options.family = 12345;
        CHECK_THROWS_AS(opened(on, options), lasti::os_error);
        options = between(any_port);
        options.protocol = IPPROTO_TCP;
        CHECK_THROWS_AS(opened(on, options), lasti::os_error);
    });
}

TEST_CASE("DG1: families that do not match "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_datagram_endpoint_no_matching_family)") {
    on_each_selector([](selector_loop& on) {
        CHECK_THROWS_AS(opened(on, between({"::1", 0}, {"127.0.0.1", 0})), lasti::value_error);
    });
}

TEST_CASE("DG1: no address and no family "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_datagram_endpoint_noaddr_nofamily)") {
    on_each_selector([](selector_loop& on) { CHECK_THROWS_AS(opened(on, lasti::datagram_options()), lasti::value_error); });
}

TEST_CASE("DG1: binding fails "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_datagram_endpoint_cant_bind)") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint there = opened(on, between(any_port));
        lasti::datagram_options options = between(there.sockname());
        options.family = AF_INET;
        const lasti::task<lasti::datagram_endpoint> t = on.loop.create_task(opens(options));
        CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::os_error);
        CHECK(t.exception().as<lasti::os_error>()->error_number() == EADDRINUSE);
    });
}

TEST_CASE("DG1: of a socket (test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_datagram_endpoint_sock)") {
    on_each_selector([](selector_loop& on) {
        const lasti::socket s(AF_INET, SOCK_DGRAM);
        s.bind(any_port);
        end(on, of_socket(on, s));
        CHECK(s.is_closed());
    });
}

TEST_CASE("DG1: of the Unix family "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_datagram_endpoint_sock_unix)") {
    on_each_selector([](selector_loop& on) {
        lasti::datagram_options options;
        options.family = AF_UNIX;
        const lasti::datagram_endpoint endpoint = opened(on, options);
        CHECK(endpoint.get_socket().family() == AF_UNIX);
        end(on, endpoint);
    });
}

TEST_CASE("DG1: a socket's file that was left behind "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_datagram_endpoint_existing_sock_unix)") {
    on_each_selector([](selector_loop& on) {
        const address place = all_places().back();
        {
            const lasti::socket s(AF_UNIX, SOCK_DGRAM);
            s.bind(place);
        }
        end(on, opened(on, between(place)));
        ::unlink(place.path().c_str());
        const test_pipe nothing; // what is no socket stays
        REQUIRE(::mkfifo(place.path().c_str(), 0600) == 0);
        CHECK_THROWS_AS(opened(on, between(place)), lasti::os_error);
        CHECK(::unlink(place.path().c_str()) == 0);
    });
}

TEST_CASE("DG1: options of the socket only if asked for "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_datagram_endpoint_sockopts)") {
    on_each_selector([](selector_loop& on) {
        lasti::datagram_options options = between(any_port);
        const lasti::socket plain = opened(on, options).get_socket();
        CHECK(plain.is_closed()); // the endpoint has gone
        const lasti::datagram_endpoint without = opened(on, options);
        CHECK(without.get_socket().getsockopt(SOL_SOCKET, SO_REUSEPORT) == 0);
        CHECK(without.get_socket().getsockopt(SOL_SOCKET, SO_BROADCAST) == 0);
        options.reuse_port = options.allow_broadcast = true;
        const lasti::datagram_endpoint with = opened(on, options);
        CHECK(with.get_socket().getsockopt(SOL_SOCKET, SO_REUSEADDR) == 0);
        CHECK(with.get_socket().getsockopt(SOL_SOCKET, SO_REUSEPORT) != 0);
        CHECK(with.get_socket().getsockopt(SOL_SOCKET, SO_BROADCAST) != 0);
    });
}

TEST_CASE("DG1: a literal address needs no look-up "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_datagram_endpoint_ip_addr)") {
    on_each_selector([](selector_loop& on) {
        on.loop.run_until_complete(on.loop.shutdown_default_executor()); // there is nobody who could look it up
        const lasti::datagram_endpoint endpoint = opened(on, between({"127.0.0.1", 0}));
        CHECK(endpoint.sockname().host() == "127.0.0.1");
        CHECK(endpoint.get_socket().type() == SOCK_DGRAM);
    });
}

TEST_CASE("DG1: there and back (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_datagram_endpoint)") {
    talks(any_port, AF_INET);
}

TEST_CASE("DG1: there and back (test_asyncio/test_events.py: EventLoopTestsMixin.test_create_datagram_endpoint_ipv6)") {
    if (has_ipv6()) talks(address("::1", 0), AF_INET6);
}

TEST_CASE("DG1: of a socket at an address that was looked up "
          "(test_asyncio/test_events.py: EventLoopTestsMixin.test_create_datagram_endpoint_sock)") {
    on_each_selector([](selector_loop& on) {
        struct body {
            std::vector<lasti::address_info> found;
            lasti::socket s;
            COROUTINE_BODY(lasti::datagram_endpoint) {
                BEGIN;
                AWAIT_SET(found, lasti::getaddrinfo("127.0.0.1", 0, any_datagram()));
                s = lasti::socket(found.front().family, found.front().type, found.front().protocol);
                s.bind(found.front().address);
                RETURN(lasti::datagram_endpoint(s));
                END;
            }
            static lasti::lookup_options any_datagram() {
                lasti::lookup_options options;
                options.type = SOCK_DGRAM;
                return options;
            }
        };
        end(on, on.loop.run_until_complete(lasti::coroutine<lasti::datagram_endpoint>(body{{}, {}})));
    });
}

TEST_CASE("DG1: it goes on after sending where nobody listens "
          "(test_asyncio/test_events.py: EventLoopTestsMixin.test_datagram_send_to_non_listening_address)") {
    on_each_selector([](selector_loop& on) {
        const two ends(on);
        ends.a.sendto("a", ends.b.sockname());
        CHECK(on.loop.run_until_complete(receives(ends.b)) == "a");
        ends.b.sendto("b", ends.a.sockname());
        CHECK(on.loop.run_until_complete(receives(ends.a)) == "b");
        ends.a.sendto("c", nowhere());
        on.loop.poll();
        ends.b.sendto("d", ends.a.sockname());
        CHECK(on.loop.run_until_complete(receives(ends.a)) == "d");
    });
}

// ---- _SelectorDatagramTransport -----------------------------------------------------------------

TEST_CASE("DG1: receives (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_read_ready)") {
    on_each_selector([](selector_loop& on) {
        struct body {
            lasti::datagram_endpoint endpoint;
            lasti::datagram got;
            COROUTINE_BODY(lasti::datagram) { BEGIN; AWAIT_SET(got, endpoint.recvfrom()); RETURN(got); END; }
        };
        const two ends(on);
        ends.a.sendto("data", ends.b.sockname());
        const lasti::datagram got = on.loop.run_until_complete(lasti::coroutine<lasti::datagram>(body{ends.b, lasti::datagram()}));
        CHECK(got.first == "data");
        CHECK(got.second == ends.a.sockname());
    });
}

TEST_CASE("DG1: woken for nothing (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_read_ready_tryagain)") {
    on_each_selector([](selector_loop& on) {
        const two ends(on);
        const lasti::task<std::string> t = on.loop.create_task(receives(ends.a));
        on.loop.poll();
        ends.b.sendto("taken", ends.a.sockname());
        CHECK(get(ends.a.get_socket()) == "taken"); // by somebody else
        on.loop.poll();
        CHECK_FALSE(t.done());
        ends.b.sendto("data", ends.a.sockname());
        CHECK(on.loop.run_until_complete(t) == "data");
    });
}

TEST_CASE("DG1: an error of receiving (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_read_ready_oserr)") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint client = opened(on, between(address(), nowhere()));
        const lasti::task<std::string> t = on.loop.create_task(receives(client));
        on.loop.poll();
        client.sendto("x");
        CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::connection_refused_error);
        CHECK_FALSE(client.is_closing());
    });
}

TEST_CASE("DG1: sends (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto)") {
    on_each_selector([](selector_loop& on) {
        const two ends(on);
        ends.a.sendto("data", ends.b.sockname());
        CHECK(get(ends.b.get_socket()) == "data");
    });
}

TEST_CASE("DG1: sends nothing (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto_no_data)") {
    on_each_selector([](selector_loop& on) {
        const two ends(on);
        ends.a.sendto("", ends.b.sockname());
        CHECK(get(ends.b.get_socket()) == "");
        CHECK(get(ends.b.get_socket()) == "nothing");
    });
}

TEST_CASE("DG1: behind others (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto_buffer)") {
    on_each_selector([](selector_loop& on) {
        narrow way(on);
        way.all_read(); // there is room, but one is kept
        way.endpoint.sendto("data2");
        CHECK(way.all_read() == "");
        on.loop.run();
        CHECK(way.all_read() == "x data2 ");
    });
}

TEST_CASE("DG1: nothing behind others (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto_buffer_nodata)") {
    on_each_selector([](selector_loop& on) {
        narrow way(on);
        way.all_read();
        way.endpoint.sendto("");
        CHECK(way.endpoint.get_write_buffer_size() == 9 + 8);
        on.loop.run();
        CHECK(way.all_read() == "x  ");
    });
}

TEST_CASE("DG1: no room (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto_tryagain)") {
    on_each_selector([](selector_loop& on) {
        const narrow way(on);
        CHECK(way.endpoint.get_write_buffer_size() == 1 + 8);
    });
}

TEST_CASE("DG1: an error of sending (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto_error_received)") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint endpoint = opened(on, between(any_port));
        endpoint.sendto(std::string(100000, 'x'), endpoint.sockname());
        CHECK_FALSE(endpoint.is_closing());
        CHECK_THROWS_AS(on.loop.run_until_complete(receives(endpoint)), lasti::os_error);
    });
}

TEST_CASE("DG1: … of one that is connected "
          "(test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto_error_received_connected)") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint client = opened(on, between(address(), nowhere()));
        client.sendto("x");
        client.sendto("y"); // the system tells the sender
        CHECK_FALSE(client.is_closing());
        CHECK_THROWS_AS(on.loop.run_until_complete(receives(client)), lasti::connection_refused_error);
    });
}

TEST_CASE("DG1: another address (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto_connected_addr)") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint client = opened(on, between(address(), nowhere()));
        CHECK_THROWS_AS(client.sendto("str", address("127.0.0.1", 2)), lasti::value_error);
    });
}

TEST_CASE("DG1: closing (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto_closing)") {
    on_each_selector([](selector_loop& on) {
        const narrow way(on);
        way.endpoint.close();
        way.endpoint.sendto("data");
        CHECK(way.endpoint.get_write_buffer_size() == 9);
    });
}

TEST_CASE("DG1: room again (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto_ready)") {
    on_each_selector([](selector_loop& on) {
        const narrow way(on);
        way.all_read();
        on.loop.run(); // it ends: nobody watches for room any more
        CHECK(way.all_read() == "x ");
    });
}

TEST_CASE("DG1: room again, closing (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto_ready_closing)") {
    on_each_selector([](selector_loop& on) {
        const narrow way(on);
        way.endpoint.close();
        CHECK_FALSE(way.endpoint.get_socket().is_closed());
        way.all_read();
        on.loop.run();
        CHECK(way.all_read() == "x ");
        CHECK(way.endpoint.get_socket().is_closed());
    });
}

TEST_CASE("DG1: room for none yet (test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto_ready_tryagain)") {
    on_each_selector([](selector_loop& on) {
        const narrow way(on);
        for (int i = 0; i < 3; ++i) way.endpoint.sendto("more");
        get(way.reader);
        while (way.endpoint.get_write_buffer_size() > 3 * 12) on.loop.poll();
        on.loop.poll();
        CHECK(way.endpoint.get_write_buffer_size() == 3 * 12);
    });
}

TEST_CASE("DG1: an error while sending what was kept "
          "(test_asyncio/test_selector_events.py: SelectorDatagramTransportTests.test_sendto_ready_error_received_connection)") {
    on_each_selector([](selector_loop& on) {
        narrow way(on);
        const lasti::task<std::string> t = on.loop.create_task(receives(way.endpoint));
        on.loop.poll();
        way.reader.close();
        CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::os_error);
        CHECK_FALSE(way.endpoint.is_closing());
        CHECK(way.endpoint.get_write_buffer_size() == 0);
    });
}

TEST_SUITE_END();
