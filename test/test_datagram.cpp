// Datagram endpoints: opening, sending, receiving, what is kept, their end; on each selector.
#include <lasti/datagram.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include <sys/resource.h>

#include <lasti/lasti.hpp>

#include "support/datagrams.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::socket_address address;

/// Notes what comes, until the endpoint is closed; and its end.
lasti::coroutine<> notes_what_comes(lasti::datagram_endpoint endpoint, trace note, std::string name = std::string()) {
    lasti::datagram got;
    return COROUTINE(void) {
        BEGIN;
        TRY
            ASYNC_FOR(got, endpoint)
                note(name + "'" + got.first + "'");
            END_ASYNC_FOR
            note(name + "end");
        EXCEPT_ANY
            note(name + self.handled().type_name());
        END_TRY
        END;
    };
}

lasti::coroutine<> drains(lasti::datagram_endpoint endpoint, trace note) {
    return COROUTINE(void) { BEGIN; AWAIT(endpoint.drain()); note("drained"); END; };
}

} // namespace

TEST_SUITE_BEGIN("datagram");

TEST_CASE("DG1: an endpoint answers who has sent; IPv4, IPv6, by name, Unix") {
    on_each_selector([](selector_loop& on) {
        struct body {
            lasti::datagram_endpoint server;
            lasti::datagram got;
            COROUTINE_BODY(void) {
                BEGIN;
                ASYNC_FOR(got, server)
                    server.sendto("re: " + got.first, got.second);
                END_ASYNC_FOR
                END;
            }
        };
        for (address const& place : all_places()) {
            CAPTURE(place.describe());
            const lasti::datagram_endpoint server = opened(on, between(place));
            const lasti::task<> serves = on.loop.create_task(lasti::coroutine<>(body{server, lasti::datagram()}));
            const bool is_unix = place.family() == AF_UNIX;
            const address mine = is_unix ? address(place.path() + ".client") : address();
            const lasti::datagram_endpoint client = opened(on, between(mine, server.sockname()));
            CHECK(client.peername() == server.sockname());
            client.sendto("one");
            client.sendto("two", server.sockname());
            CHECK(on.loop.run_until_complete(receives(client)) == "re: one");
            CHECK(on.loop.run_until_complete(receives(client)) == "re: two");
            client.close();
            server.close();
            on.loop.run_until_complete(serves);
            on.loop.run();
            if (is_unix) {
                ::unlink(place.path().c_str());
                ::unlink(mine.path().c_str());
            }
        }
        const lasti::datagram_endpoint named = opened(on, between({"127.0.0.1", 0}));
        CHECK(named.sockname().host() == "127.0.0.1");
        CHECK(named.sockname().port() != 0);
        CHECK(named.peername().family() == AF_UNSPEC);
    });
}

TEST_CASE("DG1, V10: what is there is received at once, what comes later in the round it comes; empty ones are sent, too; long ones are cut") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint one = opened(on, between(any_port)), other = opened(on, between(any_port));
        const address to = one.sockname();
        other.sendto("there", to);
        const lasti::task<std::string> at_once = on.loop.create_task(receives(one));
        on.loop.poll();
        CHECK(at_once.result() == "there");
        const lasti::task<std::string> later = on.loop.create_task(receives(one));
        on.loop.poll();
        on.loop.poll();
        CHECK_FALSE(later.done());
        other.sendto("", to);
        on.loop.poll();
        CHECK(later.result() == "");
        other.sendto("too long", to);
        CHECK(on.loop.run_until_complete(receives(one, 3)) == "too");
    });
}

TEST_CASE("DG1: the address is none or that of the other side; without another side one must be given") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint server = opened(on, between(any_port));
        const lasti::datagram_endpoint client = opened(on, between(address(), server.sockname()));
        CHECK_THROWS_WITH_AS(client.sendto("x", address("127.0.0.1", 1)),
                             ("sendto: Invalid address: must be none or " + server.sockname().describe()).c_str(), lasti::value_error);
        CHECK_THROWS_AS(server.sendto("x"), lasti::value_error);
        const lasti::socket s(AF_INET, SOCK_DGRAM);
        REQUIRE(::connect(s.fileno(), server.sockname().data(), server.sockname().size()) == 0);
        const lasti::datagram_endpoint connected = of_socket(on, s);
        CHECK_THROWS_AS(connected.sendto("x", address("127.0.0.1", 1)), lasti::value_error);
        connected.sendto("y");
        CHECK(on.loop.run_until_complete(receives(server)) == "y");
        CHECK_THROWS_AS(lasti::datagram_endpoint().sendto("x"), lasti::type_error);
        CHECK_THROWS_AS((void)lasti::datagram_endpoint().recvfrom(), lasti::type_error);
    });
}

TEST_CASE("DG1: ECONNREFUSED goes to who receives, now or later, and the endpoint lives on") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint client = opened(on, between(address(), nowhere()));
        client.sendto("is anybody there?");
        CHECK_THROWS_AS(on.loop.run_until_complete(receives(client)), lasti::connection_refused_error);
        const trace note;
        const lasti::task<std::string> waits = on.loop.create_task(receives(client));
        on.loop.poll();
        client.sendto("and now?");
        client.sendto("or now?"); // the system tells the sender of the one before
        CHECK_THROWS_AS(on.loop.run_until_complete(waits), lasti::connection_refused_error);
        const lasti::socket late(AF_INET, SOCK_DGRAM);
        late.bind(client.peername());
        for (int i = 0; i < 3 && get(late) != "yes"; ++i) client.sendto("yes");
        REQUIRE(::sendto(late.fileno(), "hello", 5, 0, client.sockname().data(), client.sockname().size()) == 5);
        std::string answer;
        while (answer.empty()) try {
                answer = on.loop.run_until_complete(receives(client));
            } catch (lasti::connection_refused_error const&) {
            }
        CHECK(answer == "hello");
    });
}

TEST_CASE("DG1: a send that fails at once is told to one who receives; of several that nobody asked for, the first") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint endpoint = opened(on, between(any_port));
        const lasti::task<std::string> one = on.loop.create_task(receives(endpoint)), other = on.loop.create_task(receives(endpoint));
        on.loop.poll();
        const std::string too_long(100000, 'x');
        endpoint.sendto(too_long, endpoint.sockname());
        on.loop.poll();
        REQUIRE(one.done());
        CHECK(one.exception().as<lasti::os_error>()->error_number() == EMSGSIZE);
        CHECK_FALSE(other.done());
        endpoint.sendto("fine", endpoint.sockname());
        CHECK(on.loop.run_until_complete(other) == "fine");
        endpoint.sendto(too_long, endpoint.sockname());
        endpoint.sendto("x", address("/tmp/lasti-no-such-family"));
        CHECK_THROWS_AS(on.loop.run_until_complete(receives(endpoint)), lasti::os_error);
        endpoint.sendto("fine", endpoint.sockname());
        CHECK(on.loop.run_until_complete(receives(endpoint)) == "fine");
    });
}

TEST_CASE("several receive: each gets one, in the order they came; who is cancelled loses none") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint endpoint = opened(on, between(any_port));
        const address here = endpoint.sockname();
        const lasti::task<std::string> a = on.loop.create_task(receives(endpoint)), b = on.loop.create_task(receives(endpoint)),
                                       c = on.loop.create_task(receives(endpoint));
        on.loop.poll();
        a.cancel(); // before
        endpoint.sendto("1", here);
        endpoint.sendto("2", here);
        CHECK(on.loop.run_until_complete(b) == "1");
        CHECK(on.loop.run_until_complete(c) == "2");
        CHECK(a.cancelled());

        const lasti::task<std::string> at = on.loop.create_task(receives(endpoint));
        on.loop.poll();
        endpoint.sendto("3", here);
        on.loop.call_soon([at] { at.cancel(); }); // in the round in which it is woken, before its turn
        on.loop.poll();
        CHECK(at.cancelled());
        const lasti::task<std::string> after = on.loop.create_task(receives(endpoint));
        CHECK(on.loop.run_until_complete(after) == "3");
        CHECK_FALSE(after.cancel());
    });
}

TEST_CASE("DG1: what would block is kept, counts 8 more each, and goes in order when there is room") {
    on_each_selector([](selector_loop& on) {
        narrow way(on);
        CHECK(way.endpoint.get_write_buffer_size() == 9);
        way.endpoint.sendto("");
        way.endpoint.sendto("last");
        CHECK(way.endpoint.get_write_buffer_size() == 9 + 8 + 12);
        for (int i = 0; i < way.sent; ++i) CHECK(get(way.reader) == "x");
        on.loop.run(); // until all is sent
        CHECK(way.endpoint.get_write_buffer_size() == 0);
        CHECK(get(way.reader) == "x");
        CHECK(get(way.reader) == "");
        CHECK(get(way.reader) == "last");
        way.endpoint.sendto("at once");
        CHECK(get(way.reader) == "at once");
    });
}

TEST_CASE("DG1: drain() waits from the upper water mark down to the lower") {
    on_each_selector([](selector_loop& on) {
        narrow way(on);
        const trace note;
        on.loop.run_until_complete(drains(way.endpoint, note));
        CHECK(note.take() == "drained"); // 9 bytes are below the mark
        CHECK_THROWS_AS(way.endpoint.set_write_buffer_limits(1, 2), lasti::value_error);
        way.endpoint.set_write_buffer_limits(20, 10);
        for (int i = 0; i < 3; ++i) way.endpoint.sendto("y"); // 36
        const lasti::task<> waits = on.loop.create_task(drains(way.endpoint, note)), gives_up = on.loop.create_task(drains(way.endpoint, note));
        on.loop.poll();
        CHECK(contains(on.loop.describe_tasks(), "drain of a datagram endpoint"));
        gives_up.cancel();
        get(way.reader);
        get(way.reader);
        while (way.endpoint.get_write_buffer_size() > 18) on.loop.poll();
        on.loop.poll();
        CHECK(note.take() == ""); // not yet
        CHECK(gives_up.cancelled());
        get(way.reader);
        on.loop.run_until_complete(waits);
        CHECK(note.take() == "drained");
        way.endpoint.set_write_buffer_limits(4);
        way.endpoint.sendto("z");
        const lasti::task<> again = on.loop.create_task(drains(way.endpoint, note));
        on.loop.poll();
        CHECK_FALSE(again.done());
        way.endpoint.set_write_buffer_limits(4000); // looks again
        on.loop.run_until_complete(again);
        way.endpoint.abort();
        on.loop.run_until_complete(waits_closed(way.endpoint));
        CHECK_THROWS_AS(on.loop.run_until_complete(drains(way.endpoint, note)), lasti::connection_reset_error);
    });
}

TEST_CASE("close() ends who receives, sends what is kept, and closes; again is nothing") {
    on_each_selector([](selector_loop& on) {
        narrow way(on);
        const trace note;
        on.loop.create_task(notes_what_comes(way.endpoint, note, "a"));
        on.loop.create_task(notes_what_comes(way.endpoint, note, "b"));
        const lasti::task<std::string> plain = on.loop.create_task(receives(way.endpoint));
        on.loop.poll();
        way.endpoint.close();
        way.endpoint.close();
        CHECK(way.endpoint.is_closing());
        const lasti::task<> closed = on.loop.create_task(waits_closed(way.endpoint));
        on.loop.poll();
        CHECK(note.take() == "aend bend");
        CHECK(plain.exception().as<lasti::os_error>()->error_number() == EBADF);
        CHECK_FALSE(closed.done());
        drain_socket(way.reader);
        on.loop.run_until_complete(closed);
        CHECK(get(way.reader) == "x"); // which was kept
        CHECK(way.endpoint.get_socket().is_closed());
        CHECK_THROWS_AS(on.loop.run_until_complete(receives(way.endpoint)), lasti::os_error);
        on.loop.run_until_complete(notes_what_comes(way.endpoint, note));
        CHECK(note.take() == "end");
        CHECK(way.endpoint.sockname().family() == AF_UNIX); // as it was
    });
}

TEST_CASE("abort() drops what is kept, also after close(); sending on is nothing, from the fifth on reported") {
    on_each_selector([](selector_loop& on) {
        for (const bool closes_first : {false, true}) {
            narrow way(on);
            const trace note;
            way.endpoint.set_write_buffer_limits(1);
            way.endpoint.sendto("kept");
            const lasti::task<> drainer = on.loop.create_task(drains(way.endpoint, note));
            on.loop.create_task(notes_what_comes(way.endpoint, note));
            on.loop.poll();
            if (closes_first) way.endpoint.close();
            way.endpoint.abort();
            way.endpoint.abort();
            CHECK(way.endpoint.get_write_buffer_size() == 0);
            on.loop.run();
            CHECK(note.take() == "end drained");
            for (int i = 0; i < 5; ++i) way.endpoint.sendto("nobody hears");
            CHECK(on.reported.count() == 1);
            on.reported.forget();
            while (get(way.reader) == "x") {}
            CHECK(get(way.reader) == "nothing");
        }
    });
}

TEST_CASE("the last handle closes it; what is kept is sent before") {
    on_each_selector([](selector_loop& on) {
        std::unique_ptr<narrow> way(new narrow(on));
        const lasti::socket reader = way->reader;
        const int sent = way->sent;
        way.reset();
        for (int i = 0; i < sent; ++i) CHECK(get(reader) == "x");
        on.loop.run();
        CHECK(get(reader) == "x");
        const lasti::datagram_endpoint idle = opened(on, between(any_port));
    });
}

TEST_CASE("a loop that is closed ends who waits; the endpoint can be dropped, closed and used before and after") {
    on_each_selector([](selector_loop& on) {
        const trace note;
        narrow way(on);
        on.loop.create_task(notes_what_comes(way.endpoint, note), "waits");
        on.loop.poll();
        on.loop.close();
        CHECK(on.reported.count() == 1); // the task was destroyed while it was pending
        on.reported.forget();
        way.endpoint.sendto("no room, nobody who waits for it"); // is kept in vain
        way.endpoint.close();
        way.endpoint.abort();
        CHECK(way.endpoint.get_socket().is_closed());
    });
    on_each_selector([](selector_loop& on) {
        const narrow way(on);
        on.loop.close(); // and the endpoint goes with what it has kept
    });
}

TEST_CASE("a socket that is closed behind its back ends who receives with EBADF") {
    on_each_selector([](selector_loop& on) {
        const lasti::socket s(AF_INET, SOCK_DGRAM);
        s.bind(any_port);
        const lasti::datagram_endpoint endpoint = of_socket(on, s);
        const lasti::task<std::string> t = on.loop.create_task(receives(endpoint));
        on.loop.poll();
        s.close();
        CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::os_error);
        endpoint.sendto("x", address("127.0.0.1", 9)); // EBADF, for who receives
        CHECK_THROWS_AS(on.loop.run_until_complete(receives(endpoint)), lasti::os_error);
        end(on, endpoint);

        narrow way(on);
        way.endpoint.set_write_buffer_limits(1);
        way.endpoint.sendto("kept");
        way.endpoint.get_socket().close();
        const std::size_t kept = way.endpoint.get_write_buffer_size();
        way.endpoint.sendto("no more is kept");
        CHECK(way.endpoint.get_write_buffer_size() == kept);
        const trace note;
        on.loop.run_until_complete(drains(way.endpoint, note)); // nothing is sent any more: it does not wait
        CHECK(note.take() == "drained");
        end(on, way.endpoint); // though something was kept
    });
}

TEST_CASE("nobody is left who closes it: a deadlock that says what is waited for") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint endpoint = opened(on, between(any_port));
        const lasti::task<> t = on.loop.create_task(waits_closed(endpoint));
        try {
            on.loop.run();
            FAIL("no deadlock_error");
        } catch (lasti::deadlock_error const& e) {
            CHECK(contains(e.what(), "wait_closed of a datagram endpoint, socket"));
        }
        t.cancel();
        on.loop.run();
    });
}

TEST_CASE("what cannot be opened: no address, families that do not match, a stream, no such host, a port that is taken") {
    on_each_selector([](selector_loop& on) {
        CHECK_THROWS_AS(opened(on, lasti::datagram_options()), lasti::value_error);
        CHECK_THROWS_AS(opened(on, between(any_port, address("/tmp/lasti"))), lasti::value_error);
        CHECK_THROWS_AS(of_socket(on, lasti::socket(AF_INET, SOCK_STREAM)), lasti::value_error);
        CHECK_THROWS_AS(lasti::datagram_endpoint(lasti::socket(AF_INET, SOCK_DGRAM)), lasti::runtime_error); // no loop runs
        lasti::datagram_options unknown = between({"no-such-host", 1});
        unknown.flags = AI_NUMERICHOST;
        CHECK_THROWS_AS(opened(on, unknown), lasti::gaierror);
        const lasti::datagram_endpoint there = opened(on, between(any_port));
        CHECK_THROWS_AS(opened(on, between(there.sockname())), lasti::os_error);
        CHECK_THROWS_AS(opened(on, between(address(), address("/tmp/lasti-nobody-there"))), lasti::file_not_found_error);
        on.loop.run_until_complete(on.loop.shutdown_default_executor());
        CHECK_THROWS_AS(opened(on, unknown), lasti::runtime_error);
        lasti::datagram_options family;
        family.family = AF_INET;
        end(on, opened(on, family));
    });
}

TEST_CASE("where descriptors have run out it is EMFILE, and nothing is left open") {
    on_each_selector([](selector_loop& on) {
        rlimit before;
        ::getrlimit(RLIMIT_NOFILE, &before);
        const test_pipe pipe;
        on.loop.add_reader(pipe.reads, [] {}); // the selector is there
        on.loop.remove_reader(pipe.reads);
        const int lowest = ::dup(pipe.reads);
        ::close(lowest);
        rlimit none = before;
        none.rlim_cur = static_cast<rlim_t>(lowest);
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
        lasti::error raised;
        const lasti::task<lasti::datagram_endpoint> t = on.loop.create_task(opens(between(any_port)));
        on.loop.run();
        ::setrlimit(RLIMIT_NOFILE, &before);
        REQUIRE(t.done());
        CHECK(t.exception().as<lasti::os_error>()->error_number() == EMFILE);
    });
}

TEST_CASE("cancelled while the name is looked up, it opens nothing") {
    struct lost_executor : lasti::executor {
        std::vector<std::function<void()>> queue;
        void execute(std::function<void()> work) override { queue.push_back(std::move(work)); }
    };
    on_each_selector([](selector_loop& on) {
        const std::shared_ptr<lost_executor> slow = std::make_shared<lost_executor>();
        on.loop.set_default_executor(slow);
        const lasti::task<lasti::datagram_endpoint> t = on.loop.create_task(opens(between({"no-such-host", 1})));
        on.loop.poll();
        CHECK(slow->queue.size() == 1);
        t.cancel();
        on.loop.run();
        CHECK(t.cancelled());
        slow->queue.clear();
    });
}

TEST_CASE("an endpoint serves its own loop") {
    on_each_selector([](selector_loop& on) {
        const lasti::datagram_endpoint endpoint = opened(on, between(any_port));
        lasti::event_loop other;
        CHECK_THROWS_AS(other.run_until_complete(receives(endpoint)), lasti::runtime_error);
        CHECK_THROWS_AS(other.run_until_complete(waits_closed(endpoint)), lasti::runtime_error);
    });
}
TEST_SUITE_END();
