// Which addresses are tried, when, and what is told if none answers. On each selector.
#include <lasti/connection.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <limits>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <netdb.h>

#include <lasti/lasti.hpp>

#include "support/streams.hpp"

#include <lasti/keywords.hpp>

namespace {

/// What the name "several.test" stands for; see getaddrinfo() below.
std::vector<lasti::socket_address> several;
std::atomic<int> look_ups(0);

} // namespace

// In place of the C library's, which are asked for every other name.
extern "C" int getaddrinfo(const char* host, const char* service, addrinfo const* hints, addrinfo** found) {
    typedef int (*function)(const char*, const char*, addrinfo const*, addrinfo**);
    static const function real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    ++look_ups;
    if (!host || std::string(host) != "several.test") return real(host, service, hints, found);
    addrinfo** next = found;
    *found = nullptr;
    for (lasti::socket_address const& each : several) { // of those that freeaddrinfo() can free
        const int failed = real(each.host().c_str(), std::to_string(each.port()).c_str(), hints, next);
        if (failed != 0) return failed;
        while (*next) next = &(*next)->ai_next;
    }
    return 0;
}

namespace {

std::uint16_t unused_port() { return lasti::socket_address(listening().where).port(); }

} // namespace

TEST_SUITE_BEGIN("connection");

TEST_CASE("CC1: one address that refuses is that error") {
    on_each_selector([](selector_loop& on) {
        CHECK(starts_with(come_to(on, lasti::open_connection("127.0.0.1", unused_port())),
                          "connection_refused_error: Connect call failed ('127.0.0.1', "));
    });
}

TEST_CASE("CC1: of several that fail alike one error is told; of others all; or a group of them") {
    on_each_selector([](selector_loop& on) {
        // "localhost" may be one address or two
        const std::string told = on.loop.run_until_complete([&]() -> lasti::coroutine<std::string> {
            const std::uint16_t port = unused_port();
            std::string text;
            return COROUTINE(std::string) {
                BEGIN;
                TRY
                    AWAIT(lasti::open_connection("localhost", port));
                EXCEPT_ANY
                    text = self.handled().what();
                END_TRY
                RETURN(text);
                END;
            };
        }());
        CHECK(contains(told, "Connect call failed ("));
        lasti::connection_options all;
        all.all_errors = true;
        CHECK(starts_with(come_to(on, lasti::open_connection("127.0.0.1", unused_port(), all)),
                          "exception_group: open_connection failed"));
    });
}

TEST_CASE("CC1: the next address is tried when the one before it has failed; the first that answers stays "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_connection_connect_err)") {
    on_each_selector([](selector_loop& on) {
        const listening at;
        several = {lasti::socket_address("127.0.0.1", unused_port()), lasti::socket_address("127.0.0.2", unused_port()),
                   at.where};
        for (const bool in_turn : {false, true}) {
            lasti::connection_options options;
            if (in_turn) options.happy_eyeballs_delay = std::numeric_limits<double>::infinity();
            const lasti::connection c = on.loop.run_until_complete(lasti::open_connection("several.test", 1, options));
            CHECK(c.writer.peername() == at.where);
            CHECK(on.loop.time() == 0); // nobody waited for the failures
            c.writer.close();
        }
    });
}

TEST_CASE("CC1: an address that does not answer has a start of a quarter of a second over the next, and goes when that wins") {
    on_each_selector([](selector_loop& on) {
        const deaf nobody, nobody_else;
        const listening at;
        several = {nobody.at.where, nobody_else.at.where, at.where};
        const int open = open_descriptors();
        lasti::connection c = on.loop.run_until_complete(lasti::open_connection("several.test", 1));
        CHECK(c.writer.peername() == at.where);
        CHECK(on.loop.time() == 0.5);
        CHECK(on.loop.task_count() == 0);
        CHECK(open_descriptors() == open + 1);
        c.writer.close();
        lasti::connection_options options;
        options.happy_eyeballs_delay = 2;
        c = on.loop.run_until_complete(lasti::open_connection("several.test", 1, options));
        CHECK(on.loop.time() == 4.5);
    });
}

TEST_CASE("CC1: where all fail, what they said in one error, or in a group, in the order in which the families took turns "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_connection_multiple_errors)") {
    on_each_selector([](selector_loop& on) {
        std::vector<std::string> expected;
        several.clear();
        for (const char* host : {"127.0.0.1", "127.0.0.2"}) several.push_back(lasti::socket_address(host, unused_port()));
        if (has_ipv6()) several.push_back(lasti::socket_address("::1", unused_port()));
        expected.push_back(several[0].describe());
        if (has_ipv6()) expected.push_back(several[2].describe());
        expected.push_back(several[1].describe());
        const auto fails = on.loop.create_task(lasti::open_connection("several.test", 1));
        on.loop.run();
        std::string text = "Multiple exceptions: ";
        for (std::string const& each : expected)
            text += (&each == &expected.front() ? "" : ", ") + ("Connect call failed " + each) + ": Connection refused";
        CHECK(starts_with(fails.exception().what(), text));
        CHECK(fails.exception().is<lasti::os_error>());

        lasti::connection_options options;
        options.all_errors = true;
        const auto group = on.loop.create_task(lasti::open_connection("several.test", 1, options));
        on.loop.run();
        const lasti::error told = group.exception();
        std::vector<lasti::error> const& all = told.as<lasti::exception_group>()->exceptions();
        REQUIRE(all.size() == expected.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            CHECK(all[i].is<lasti::connection_refused_error>());
            CHECK(contains(all[i].what(), expected[i]));
        }
    });
}

TEST_CASE("CC1: several that fail are told as one, or as a group "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_connection_multiple)") {
    on_each_selector([](selector_loop& on) {
        several = {lasti::socket_address("127.0.0.1", unused_port()), lasti::socket_address("127.0.0.2", unused_port())};
        lasti::connection_options options;
        options.family = AF_INET;
        CHECK_THROWS_AS(on.loop.run_until_complete(lasti::open_connection("several.test", 1, options)), lasti::os_error);
        options.all_errors = true;
        const auto group = on.loop.create_task(lasti::open_connection("several.test", 1, options));
        on.loop.run();
        for (lasti::error const& each : group.exception().as<lasti::exception_group>()->exceptions())
            CHECK(each.is<lasti::os_error>());
    });
}

TEST_CASE("CC1: … also where one of them cannot be bound, and the next refuses "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_connection_multiple_errors_local_addr)") {
    if (!has_ipv6()) return;
    on_each_selector([](selector_loop& on) {
        several = {lasti::socket_address("::1", unused_port()), lasti::socket_address("127.0.0.1", unused_port())};
        lasti::connection_options options;
        options.local_address = lasti::socket_address("127.0.0.1", 0);
        const auto fails = on.loop.create_task(lasti::open_connection("several.test", 1, options));
        on.loop.run();
        CHECK(starts_with(fails.exception().what(), "Multiple exceptions: no matching local address"));
        CHECK(contains(fails.exception().what(), "Connect call failed ('127.0.0.1', "));
        options.all_errors = true;
        const auto group = on.loop.create_task(lasti::open_connection("several.test", 1, options));
        on.loop.run();
        CHECK(group.exception().as<lasti::exception_group>()->exceptions().size() == 2);
    });
}

TEST_CASE("CC1: a name that stands for no address "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_connection_no_getaddrinfo)") {
    on_each_selector([](selector_loop& on) {
        several.clear();
        const auto fails = on.loop.create_task(lasti::open_connection("several.test", 1));
        on.loop.run();
        CHECK(fails.exception().is<lasti::os_error>());
        CHECK(contains(fails.exception().what(), "getaddrinfo() returned empty list"));
    });
}

TEST_CASE("SV1: … and a server there "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_server_no_getaddrinfo)") {
    on_each_selector([](selector_loop& on) {
        several.clear();
        const auto nobody = [](lasti::stream_reader, lasti::stream_writer) { return lasti::coroutine<>(); };
        const auto fails = on.loop.create_task(lasti::start_server(nobody, "several.test", 0));
        on.loop.run();
        CHECK(fails.exception().is<lasti::os_error>());
    });
}

TEST_CASE("DN1: a literal address is not looked up "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_create_connection_ip_addr)") {
    on_each_selector([](selector_loop& on) {
        std::vector<lasti::socket_address> hosts{lasti::socket_address("127.0.0.1", 0)};
        if (has_ipv6()) hosts.push_back(lasti::socket_address("::1", 0));
        for (lasti::socket_address const& each : hosts) {
            const listening at(each);
            const int before = look_ups;
            const lasti::connection c = on.loop.run_until_complete(lasti::open_connection(each.host(), at.where.port()));
            CHECK(c.writer.peername() == at.where);
            CHECK(look_ups == before);
        }
    });
}

TEST_CASE("CC1: where all fail alike, that once") {
    on_each_selector([](selector_loop& on) {
        several.assign(3, lasti::socket_address("127.0.0.1", unused_port()));
        const auto fails = on.loop.create_task(lasti::open_connection("several.test", 1));
        on.loop.run();
        CHECK(fails.exception().is<lasti::connection_refused_error>());
        CHECK(contains(fails.exception().what(), several.front().describe()));
        CHECK_FALSE(contains(fails.exception().what(), "Multiple"));
    });
}

TEST_CASE("CC1: cancelled while several are tried, it leaves nothing") {
    on_each_selector([](selector_loop& on) {
        const deaf nobody, nobody_else;
        several = {nobody.at.where, nobody_else.at.where};
        const int open = open_descriptors();
        const auto calls = on.loop.create_task(lasti::open_connection("several.test", 1));
        const auto some_rounds = [&] { for (int i = 0; i < 12; ++i) on.loop.poll(); };
        while (open_descriptors() < open + 1) on.loop.poll(); // the look-up takes what it takes
        some_rounds();
        on.clock.advance(0.25);
        some_rounds();
        CHECK(open_descriptors() == open + 2);
        calls.cancel();
        some_rounds();
        CHECK(calls.cancelled());
        CHECK(open_descriptors() == open);
        CHECK(on.loop.task_count() == 0);
    });
}

TEST_CASE("connecting can be cancelled, and given a time") {
    on_each_selector([](selector_loop& on) {
        const deaf nobody;
        const auto calls = on.loop.create_task(lasti::open_connection("127.0.0.1", nobody.at.where.port()));
        for (int i = 0; i < 4; ++i) on.loop.poll();
        CHECK_FALSE(calls.done());
        calls.cancel();
        for (int i = 0; i < 4; ++i) on.loop.poll();
        CHECK(calls.cancelled());
        const auto limited = on.loop.create_task(
            lasti::wait_for(lasti::open_connection("127.0.0.1", nobody.at.where.port()), 5));
        while (!limited.done()) on.loop.poll(), on.clock.advance(1);
        CHECK(limited.exception().is<lasti::timeout_error>());
    });
}

TEST_CASE("an own address to connect from") {
    on_each_selector([](selector_loop& on) {
        const listening at;
        lasti::connection_options options;
        options.local_address = lasti::socket_address("127.0.0.1", 0);
        const lasti::connection c =
            on.loop.run_until_complete(lasti::open_connection("127.0.0.1", at.where.port(), options));
        CHECK(c.writer.sockname().host() == "127.0.0.1");
        CHECK(c.writer.peername() == at.where);
        c.writer.close();
        options.local_address = lasti::socket_address("::1", 0);
        CHECK(contains(come_to(on, lasti::open_connection("127.0.0.1", at.where.port(), options)),
                       "no matching local address"));
        options.local_address = lasti::socket_address("192.0.2.1", 0); // of nobody
        CHECK(contains(come_to(on, lasti::open_connection("127.0.0.1", at.where.port(), options)),
                       "error while attempting to bind on address ('192.0.2.1', 0)"));
    });
}

TEST_CASE("a limit of 0 is a value_error; a name that is not found raises what the look-up does") {
    on_each_selector([](selector_loop& on) {
        lasti::connection_options options;
        options.limit = 0;
        CHECK_THROWS_AS(on.loop.run_until_complete(lasti::open_connection("127.0.0.1", 1, options)), lasti::value_error);
        CHECK_THROWS_AS(on.loop.run_until_complete(lasti::open_connection("no such.host.invalid", 1)), lasti::gaierror);
    });
}

TEST_SUITE_END();
