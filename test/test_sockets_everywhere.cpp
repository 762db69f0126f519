// Sockets and streams by what POSIX and Windows have in common, on each selector that both have.
#include <lasti/streams.hpp>

#include <doctest/doctest.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/datagrams.hpp"
#include "support/echoing.hpp"
#include "support/sockets.hpp"

#include <lasti/keywords.hpp>

namespace {

spoken says_pieces(std::vector<std::string> pieces) {
    return [pieces](lasti::stream_writer writer) {
        writer.writelines(pieces);
        return lasti::as_coroutine(writer.drain());
    };
}

lasti::coroutine<void> connects(std::uint16_t port) {
    lasti::connection c;
    return COROUTINE(void) { BEGIN; AWAIT_SET(c, lasti::open_connection("127.0.0.1", port)); END; };
}

lasti::coroutine<std::string> hears(lasti::socket s) {
    std::string text;
    return COROUTINE(std::string) { BEGIN; AWAIT_SET(text, lasti::sock_recv(s, 100)); RETURN(text); END; };
}

lasti::coroutine<void> sends(lasti::socket s, std::string text) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::sock_sendall(s, text)); END; };
}

spoken sends_file(int file, std::size_t offset) {
    return [=](lasti::stream_writer writer) {
        return COROUTINE(void) { BEGIN; AWAIT(writer.sendfile(file, offset)); END; };
    };
}

lasti::coroutine<std::string> looks_up(std::string host) {
    std::vector<lasti::address_info> found;
    lasti::lookup_options options;
    return COROUTINE(std::string) {
        BEGIN;
        options.family = AF_INET;
        options.type = SOCK_STREAM;
        AWAIT_SET(found, lasti::getaddrinfo(host, 80, options));
        RETURN(found.at(0).address.describe());
        END;
    };
}

/// Where nobody listens.
std::uint16_t free_port() {
    const lasti::socket s(AF_INET);
    s.bind(lasti::socket_address("127.0.0.1", 0));
    return s.getsockname().port();
}

int descriptor_of(std::FILE* file) {
#if defined(_WIN32)
    return ::_fileno(file);
#else
    return ::fileno(file);
#endif
}

} // namespace

TEST_SUITE_BEGIN("sockets_everywhere");

TEST_CASE("a server answers, and what is written in pieces arrives as one") {
    on_each_selector([](selector_loop& on) {
        CHECK(on.loop.run_until_complete(ask_an_echo("127.0.0.1", says_pieces({"one\n", "", "two\n", "three"}))) == "one\ntwo\nthree");
    });
}

TEST_CASE("a megabyte goes there and back, as one piece and as more pieces than one call takes") {
    on_each_selector([](selector_loop& on) {
        std::vector<std::string> pieces;
        std::string text;
        while (text.size() < (1u << 20)) {
            pieces.push_back("line " + std::to_string(text.size()) + std::string(100, '.') + '\n');
            text += pieces.back();
        }
        CHECK((on.loop.run_until_complete(ask_an_echo("127.0.0.1", says(text))) == text));
        CHECK((on.loop.run_until_complete(ask_an_echo("127.0.0.1", says_pieces(pieces))) == text));
    });
}

TEST_CASE("where nobody listens a connection is refused, and that is told in words") {
    on_each_selector([](selector_loop& on) {
        const std::uint16_t port = free_port();
        const std::string said = "Connect call failed ('127.0.0.1', " + std::to_string(port) + "): Connection refused";
        CHECK_THROWS_WITH_AS(on.loop.run_until_complete(connects(port)), said.c_str(), lasti::connection_refused_error);
    });
}

TEST_CASE("datagrams: an answer, one that is cut, and one that nobody takes, after which the endpoint goes on") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint one = opened(on, between(any_port));
        const lasti::datagram_endpoint two = opened(on, between(lasti::datagram_address(), one.sockname()));
        two.sendto("hello");
        CHECK(on.loop.run_until_complete(receives(one)) == "hello");
        one.sendto("too long", two.sockname());
        CHECK(on.loop.run_until_complete(receives(two, 3)) == "too");
        one.sendto("lost", nowhere());
        two.sendto("still here");
        CHECK(on.loop.run_until_complete(receives(one)) == "still here");
        end(on, one);
        end(on, two);
    });
}

TEST_CASE("names are looked up; an address is what it is") {
    on_each_selector([](selector_loop& on) {
        CHECK(on.loop.run_until_complete(looks_up("127.0.0.1")) == "('127.0.0.1', 80)");
        CHECK(on.loop.run_until_complete(looks_up("localhost")) == "('127.0.0.1', 80)");
    });
}

TEST_CASE("a pair of sockets: what one sends the other receives, waiting; closing wakes with EBADF") {
    on_each_selector([](selector_loop& on) {
        const std::pair<lasti::socket, lasti::socket> ends = lasti::socketpair();
        const lasti::task<std::string> first = on.loop.create_task(hears(ends.second));
        on.loop.poll();
        CHECK_FALSE(first.done());
        on.loop.run_until_complete(sends(ends.first, "x"));
        CHECK(on.loop.run_until_complete(first) == "x");

        const lasti::task<std::string> second = on.loop.create_task(hears(ends.second));
        on.loop.poll();
        ends.second.close();
        CHECK_THROWS_AS(on.loop.run_until_complete(second), lasti::os_error);
        CHECK(second.exception().as<lasti::os_error>()->error_number() == EBADF);
    });
}

TEST_CASE("another thread wakes a loop that waits for a socket") {
    on_each_selector([](selector_loop& on) {
        const std::pair<lasti::socket, lasti::socket> ends = lasti::socketpair();
        const lasti::task<std::string> waits = on.loop.create_task(hears(ends.second));
        on.loop.poll();
        std::thread other([&] { on.loop.call_soon_threadsafe([&] { ends.first.close(); }); });
        CHECK(on.loop.run_until_complete(waits) == "");
        other.join();
    });
}

TEST_CASE("a file is sent from a place of it on") {
    std::FILE* const file = std::tmpfile();
    REQUIRE(file != nullptr);
    REQUIRE(std::fputs("some\r\nlines\n", file) >= 0);
    REQUIRE(std::fflush(file) == 0);
    on_each_selector([&](selector_loop& on) {
        CHECK(on.loop.run_until_complete(ask_an_echo("127.0.0.1", sends_file(descriptor_of(file), 2))) == "me\r\nlines\n");
    });
    std::fclose(file);
}

TEST_CASE("a selector tells what is ready, and refuses what is no socket") {
    for (const char* name : {"poll", "select"}) {
        CAPTURE(name);
        const std::pair<lasti::socket, lasti::socket> ends = lasti::socketpair();
        const std::unique_ptr<lasti::selector> s = lasti::make_selector(name);
        const lasti::selector::nanoseconds at_once(0);
        lasti::selector::found results[4];
        const int fd = ends.first.fileno();
        REQUIRE(s->watch(fd, 7, 0, lasti::selector::reading) == 0);
        CHECK(s->select(&at_once, results, 4) == 0);
        REQUIRE(s->watch(fd, 7, lasti::selector::reading, lasti::selector::reading | lasti::selector::writing) == 0);
        REQUIRE(s->select(&at_once, results, 4) == 1);
        CHECK(results[0].fd == fd);
        CHECK(results[0].key == 7);
        CHECK(results[0].ready == +lasti::selector::writing);
        CHECK(s->watch(fd, 7, lasti::selector::reading | lasti::selector::writing, 0) == 0);
        CHECK(s->select(&at_once, results, 4) == 0);
        CHECK(s->watch(-1, 8, 0, lasti::selector::reading) == EBADF);
    }
}

TEST_CASE("an errno of sockets has words, and compares as std::errc") {
    const lasti::error e = lasti::make_os_error(ECONNREFUSED, "connect");
    CHECK(e.is<lasti::connection_refused_error>());
    CHECK(std::string(e.what()) == "connect: Connection refused");
    CHECK(e.as<lasti::os_error>()->code() == std::errc::connection_refused);
}

TEST_CASE("a pair is of Unix sockets, where there are any") {
#if defined(_WIN32)
    CHECK_THROWS_AS(lasti::socket(AF_UNIX), lasti::os_error);
    CHECK_THROWS_AS(lasti::socketpair(AF_INET, SOCK_DGRAM), lasti::os_error);
    CHECK(lasti::socketpair().first.family() == AF_INET);
#else
    CHECK(lasti::socketpair().first.family() == AF_UNIX);
#endif
}

TEST_SUITE_END();
