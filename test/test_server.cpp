// Servers, and who connects: whom they accept, what they report, how they end. On each selector.
#include <lasti/server.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <sys/stat.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

#include <lasti/lasti.hpp>

#include "support/counted.hpp"
#include "support/streams.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

#if defined(__linux__)
namespace {
int accept_fails_with = 0;
int listens_until_one_fails = 0; // 0: none does
}
extern "C" int listen(int fd, int backlog) noexcept {
    if (listens_until_one_fails == 0 || --listens_until_one_fails != 0)
        return static_cast<int>(::syscall(SYS_listen, fd, backlog));
    errno = EADDRINUSE;
    return -1;
}
// In place of the C library's. (To use up the descriptors would trouble the sanitizers.)
extern "C" int accept4(int fd, sockaddr* from, socklen_t* size, int flags) {
    if (accept_fails_with == 0) return static_cast<int>(::syscall(SYS_accept4, fd, from, size, flags));
    errno = accept_fails_with;
    return -1;
}
#endif

namespace {

typedef lasti::task<void> serving;

/// Says hello, then waits for the end of the other side.
lasti::coroutine<void> greets(lasti::stream_reader reader, lasti::stream_writer writer) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(writer.send_all("hello\n"));
        AWAIT(reader.read());
        END;
    };
}

lasti::coroutine<void> raises(lasti::stream_reader, lasti::stream_writer) {
    return COROUTINE(void) { BEGIN; RAISE(std::runtime_error("no service today")); END; };
}

lasti::server started(selector_loop& on, lasti::client_connected answer, lasti::server_options const& options = {}) {
    return on.loop.run_until_complete(lasti::start_server(std::move(answer), "127.0.0.1", 0, options));
}

std::uint16_t port_of(lasti::server const& s) { return s.sockets().front().getsockname().port(); }

lasti::connection call(selector_loop& on, lasti::server const& s) {
    return on.loop.run_until_complete(lasti::open_connection("127.0.0.1", port_of(s)));
}

std::string temporary_path() {
    static int number = 0;
    return "/tmp/lasti-test-server-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
}

bool is_there(std::string const& path) {
    struct stat about;
    return ::stat(path.c_str(), &about) == 0;
}

} // namespace

TEST_SUITE_BEGIN("server");

TEST_CASE("each connection has a task of its own") {
    on_each_selector([](selector_loop& on) {
        const lasti::server s = started(on, greets);
        CHECK(s.is_serving());
        CHECK(s.sockets().size() == 1);
        const lasti::connection first = call(on, s), second = call(on, s);
        CHECK(come_to(on, second.reader.readline()) == "'hello\n'");
        CHECK(come_to(on, first.reader.readline()) == "'hello\n'");
        CHECK(s.client_count() == 2);
        CHECK(on.loop.task_count() == 2);
        first.writer.close();
        some_rounds(on);
        CHECK(s.client_count() == 1); // the last handle of its writer went with its task
        second.writer.close();
        some_rounds(on);
        CHECK(s.client_count() == 0);
        s.close();
        CHECK(on.loop.task_count() == 0);
    });
}

TEST_CASE("SV2, V9, W16: close() stops listening only; wait_closed() waits for both the server and its clients") {
    on_each_selector([](selector_loop& on) {
        const lasti::server s = started(on, greets);
        const lasti::connection c = call(on, s);
        const std::uint16_t port = port_of(s);
        CHECK(come_to(on, c.reader.readline()) == "'hello\n'");
        const serving waits = start(on, s.wait_closed());
        CHECK(after_rounds(on, waits) == "waits");
        s.close();
        s.close();
        CHECK_FALSE(s.is_serving());
        CHECK(s.sockets().empty());
        CHECK(after_rounds(on, waits) == "waits");
        CHECK(contains(on.loop.describe_tasks(), "wait_closed of a server with 1 connections"));
        CHECK(starts_with(come_to(on, lasti::open_connection("127.0.0.1", port)), "connection_refused_error: "));
        c.writer.close();
        CHECK(after_rounds(on, waits, 8) == "done");
        CHECK(come_to(on, s.wait_closed()) == "done");
        CHECK_THROWS_AS(s.start_serving(), lasti::runtime_error);
    });
}

TEST_CASE("SV2: wait_closed() of a server without clients still waits for close()") {
    on_each_selector([](selector_loop& on) {
        const lasti::server s = started(on, greets);
        const serving waits = start(on, s.wait_closed());
        CHECK(after_rounds(on, waits) == "waits");
        s.close();
        CHECK(after_rounds(on, waits) == "done");
    });
}

TEST_CASE("SV2, U14: close_clients() closes, abort_clients() drops what is not sent") {
    on_each_selector([](selector_loop& on) {
        struct sends_much {
            lasti::stream_reader reader;
            lasti::stream_writer writer;
            COROUTINE_BODY(void) {
                BEGIN;
                writer.write(std::string(5000000, 'x'));
                AWAIT(reader.read());
                END;
            }
        };
        for (const bool abort : {false, true}) {
            const lasti::server s = started(on, [](lasti::stream_reader r, lasti::stream_writer w) {
                return lasti::coroutine<>(sends_much{r, w});
            });
            const lasti::connection c = call(on, s);
            some_rounds(on);
            if (abort) s.abort_clients();
            else s.close_clients();
            CHECK((on.loop.run_until_complete(c.reader.read()).size() < 5000000) == abort);
            some_rounds(on);
            CHECK(s.client_count() == 0);
            CHECK(s.is_serving());
            s.close();
        }
    });
}

TEST_CASE("SV2: serve_forever() serves until it is cancelled, and then waits for the clients") {
    on_each_selector([](selector_loop& on) {
        lasti::server_options later;
        later.start_serving = false;
        const lasti::server s = started(on, greets, later);
        CHECK_FALSE(s.is_serving());
        const serving forever = start(on, s.serve_forever());
        some_rounds(on);
        CHECK(s.is_serving());
        CHECK(come_to(on, s.serve_forever()) == "runtime_error: serve_forever: somebody else serves this server already");
        const lasti::connection c = call(on, s);
        CHECK(come_to(on, c.reader.readline()) == "'hello\n'");
        forever.cancel();
        CHECK(after_rounds(on, forever) == "waits");
        CHECK(s.sockets().empty());
        c.writer.close();
        CHECK(after_rounds(on, forever, 8) == "cancelled");
        CHECK(come_to(on, s.serve_forever()) == "runtime_error: serve_forever: the server is closed");
    });
}

TEST_CASE("SV2: close() ends serve_forever() as a cancellation") {
    on_each_selector([](selector_loop& on) {
        const lasti::server s = started(on, greets);
        const serving forever = start(on, s.serve_forever());
        CHECK(after_rounds(on, forever) == "waits");
        s.close();
        CHECK(after_rounds(on, forever) == "cancelled");
    });
}

TEST_CASE("ST4: what an answer raises is reported, and its connection closed; so is one that is cancelled") {
    on_each_selector([](selector_loop& on) {
        const lasti::server s = started(on, raises);
        const lasti::connection c = call(on, s);
        CHECK(come_to(on, c.reader.read()) == "''");
        CHECK(on.reported.count() == 1);
        CHECK(on.reported[0].message == "Unhandled exception in client_connected_cb");
        CHECK(on.reported[0].exception.what() == "no service today");
        CHECK(contains(on.reported[0].subject, "stream to ('127.0.0.1', "));
        on.reported.forget();
        s.close();

        const lasti::server other = started(on, greets);
        const lasti::connection d = call(on, other);
        CHECK(come_to(on, d.reader.readline()) == "'hello\n'");
        for (lasti::any_task const& t : on.loop.all_tasks()) t.cancel();
        CHECK(come_to(on, d.reader.read()) == "''");
        other.close();
    });
}

TEST_CASE("an answer that throws before it is a task is reported, too, and the next is served") {
    on_each_selector([](selector_loop& on) {
        int times = 0;
        const lasti::server s = started(on, [&times](lasti::stream_reader r, lasti::stream_writer w) {
            if (++times == 1) throw std::runtime_error("not yet");
            return greets(r, w);
        });
        const lasti::connection first = call(on, s);
        CHECK(come_to(on, first.reader.read()) == "''");
        CHECK(on.reported.count() == 1);
        CHECK(on.reported[0].exception.what() == "not yet");
        on.reported.forget();
        const lasti::connection second = call(on, s);
        CHECK(come_to(on, second.reader.readline()) == "'hello\n'");
        s.close();
    });
}

#if defined(__linux__)
TEST_CASE("SV1: where descriptors run out, that is reported, and accepting goes on after a second "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_accept_connection_exception)") {
    on_each_selector([](selector_loop& on) {
        const lasti::server s = started(on, greets);
        const lasti::socket client(AF_INET);
        const lasti::socket_address where = s.sockets().front().getsockname();
        (void)::connect(client.fileno(), where.data(), where.size()); // accepted only when the loop runs
        accept_fails_with = EMFILE;
        some_rounds(on);
        accept_fails_with = 0;
        CHECK(on.reported.messages() == "socket.accept() out of system resource\n");
        CHECK(on.reported[0].exception.as<lasti::os_error>()->error_number() == EMFILE);
        on.reported.forget();
        CHECK(on.loop.time() < 1);
        CHECK(on.loop.run_until_complete(on.loop.sock_recv(client, 100)) == "hello\n");
        CHECK(on.loop.time() == 1);
        s.close();
    });
}
#endif

#if defined(__linux__)
TEST_CASE("SV1: where there is nobody to accept after all, it waits on "
          "(test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_accept_connection_retry)") {
    on_each_selector([](selector_loop& on) {
        const lasti::server s = started(on, greets);
        const lasti::socket client(AF_INET);
        const lasti::socket_address where = s.sockets().front().getsockname();
        (void)::connect(client.fileno(), where.data(), where.size());
        accept_fails_with = EAGAIN;
        some_rounds(on);
        accept_fails_with = 0;
        CHECK(s.sockets().size() == 1);
        CHECK(on.loop.run_until_complete(on.loop.sock_recv(client, 100)) == "hello\n");
        s.close();
    });
}
#endif

#if defined(__linux__)
TEST_CASE("SV1: a server of which one address cannot listen serves at none of them, and can be tried again") {
    on_each_selector([](selector_loop& on) {
        lasti::server_options later;
        later.start_serving = false;
        const std::vector<std::string> hosts = {"127.0.0.1", "127.0.0.2"};
        const lasti::server s = on.loop.run_until_complete(lasti::start_server(greets, hosts, 0, later));
        listens_until_one_fails = 2;
        const lasti::task<void> serves = start(on, s.serve_forever());
        on.loop.run(); // it ends: nothing is watched
        CHECK(serves.exception().as<lasti::os_error>()->error_number() == EADDRINUSE);
        CHECK_FALSE(s.is_serving());

        const lasti::socket client(AF_INET);
        const lasti::socket_address where = s.sockets().front().getsockname();
        (void)::connect(client.fileno(), where.data(), where.size());
        on.loop.run();
        s.start_serving();
        CHECK(s.is_serving());
        CHECK(on.loop.run_until_complete(on.loop.sock_recv(client, 100)) == "hello\n");
        s.close();
    });
}
#endif

#if defined(__linux__)
TEST_CASE("SV1: a server that cannot start leaves nothing behind") {
    on_each_selector([](selector_loop& on) {
        const std::vector<std::string> hosts = {"127.0.0.1", "127.0.0.2"};
        listens_until_one_fails = 2;
        const lasti::task<lasti::server> begins = start(on, lasti::start_server(greets, hosts, 0));
        on.loop.run();
        CHECK(begins.exception().as<lasti::os_error>()->error_number() == EADDRINUSE);
    });
}
#endif

#if defined(__linux__)
TEST_CASE("SV1: where accepting fails for another reason, that is reported, and it goes on") {
    on_each_selector([](selector_loop& on) {
        const lasti::server s = started(on, greets);
        const lasti::socket client(AF_INET);
        const lasti::socket_address where = s.sockets().front().getsockname();
        (void)::connect(client.fileno(), where.data(), where.size());
        accept_fails_with = ENETDOWN;
        on.loop.poll();
        accept_fails_with = 0;
        CHECK(on.reported.messages() == "socket.accept() failed\n");
        CHECK(on.reported[0].exception.as<lasti::os_error>()->error_number() == ENETDOWN);
        on.reported.forget();
        CHECK(on.loop.run_until_complete(on.loop.sock_recv(client, 100)) == "hello\n");
        s.close();
    });
}
#endif

#if defined(__linux__)
TEST_CASE("SV1: who is told that descriptors run out may close the server; nothing is left to be done then") {
    on_each_selector([](selector_loop& on) {
        const lasti::server s = started(on, greets);
        const lasti::socket client(AF_INET);
        const lasti::socket_address where = s.sockets().front().getsockname();
        (void)::connect(client.fileno(), where.data(), where.size());
        int told = 0;
        on.loop.set_exception_handler([&](lasti::exception_context const&) {
            ++told;
            s.close();
        });
        accept_fails_with = EMFILE;
        some_rounds(on);
        accept_fails_with = 0;
        CHECK(told == 1);
        double when = 0;
        CHECK_FALSE(on.loop.next_deadline(when));
    });
}
#endif

TEST_CASE("SV1: a connection that is reset before it is accepted harms nobody") {
    on_each_selector([](selector_loop& on) {
        const lasti::server s = started(on, greets);
        const lasti::socket_address where = s.sockets().front().getsockname();
        for (int i = 0; i < 50; ++i) {
            const lasti::socket client(AF_INET);
            (void)::connect(client.fileno(), where.data(), where.size());
            reset(client);
        }
        const lasti::connection c = call(on, s);
        CHECK(come_to(on, c.reader.readline()) == "'hello\n'");
        c.writer.close();
        some_rounds(on, 20);
        CHECK(s.client_count() == 0);
        on.reported.forget(); // some of the answers were told that nobody is there
        s.close();
    });
}

TEST_CASE("SV1: several hosts, and a host with several addresses, are each bound once; a port that is taken is an error") {
    on_each_selector([](selector_loop& on) {
        lasti::server_options options;
        const lasti::server s = on.loop.run_until_complete(
            lasti::start_server(greets, std::vector<std::string>{"127.0.0.1", "127.0.0.2", "127.0.0.1"}, 0, options));
        CHECK(s.sockets().size() == 2);
        s.close();
        const lasti::server all = on.loop.run_until_complete(lasti::start_server(greets, "", 0));
        CHECK(all.sockets().size() == (has_ipv6() ? 2 : 1));
        const std::string again =
            come_to(on, lasti::start_server(greets, all.sockets().front().getsockname().host(), port_of(all)));
        CHECK(starts_with(again, "os_error: error while attempting to bind on address ("));
        all.close();
        CHECK_THROWS_AS(started(on, lasti::client_connected()), lasti::type_error);
        options.limit = 0;
        CHECK_THROWS_AS(started(on, greets, options), lasti::value_error);
    });
}

TEST_CASE("UX1: a Unix server removes the socket that an earlier one has left, and its own at the end") {
    on_each_selector([](selector_loop& on) {
        const std::string path = temporary_path();
        {
            lasti::socket stale(AF_UNIX);
            stale.bind(lasti::socket_address(path));
        }
        CHECK(is_there(path));
        const lasti::server s = on.loop.run_until_complete(lasti::start_unix_server(greets, path));
        const lasti::connection c = on.loop.run_until_complete(lasti::open_unix_connection(path));
        CHECK(come_to(on, c.reader.readline()) == "'hello\n'");
        CHECK(c.writer.get_extra_info("peername") == "'" + path + "'");
        s.close();
        CHECK_FALSE(is_there(path));
        c.writer.close();
        some_rounds(on);
        CHECK(starts_with(come_to(on, lasti::open_unix_connection(path)), "file_not_found_error: "));
    });
}

TEST_CASE("UX1: a socket that is another server's by now stays; a file that is no socket is an error") {
    on_each_selector([](selector_loop& on) {
        const std::string path = temporary_path();
        const lasti::server first = on.loop.run_until_complete(lasti::start_unix_server(greets, path));
        const lasti::server second = on.loop.run_until_complete(lasti::start_unix_server(greets, path));
        first.close();
        CHECK(is_there(path));
        second.close();
        CHECK_FALSE(is_there(path));

        std::fclose(std::fopen(path.c_str(), "w"));
        CHECK(come_to(on, lasti::start_unix_server(greets, path)) ==
              "os_error: Address '" + path + "' is already in use: Address already in use");
        CHECK(is_there(path));
        ::unlink(path.c_str());
        CHECK(starts_with(come_to(on, lasti::start_unix_server(greets, "/nowhere/at/all")), "file_not_found_error: "));
    });
}

#if defined(__linux__)
TEST_CASE("UX1: abstract names need no file") {
    on_each_selector([](selector_loop& on) {
        const std::string name = std::string(1, '\0') + "lasti-test-" + std::to_string(::getpid());
        const lasti::server s = on.loop.run_until_complete(lasti::start_unix_server(greets, name));
        const lasti::connection c = on.loop.run_until_complete(lasti::open_unix_connection(name));
        CHECK(come_to(on, c.reader.readline()) == "'hello\n'");
        s.close();
        c.writer.close();
        some_rounds(on);
    });
}
#endif

TEST_CASE("a server nobody has a handle of serves on, as long as its loop is there") {
    on_each_selector([](selector_loop& on) {
        std::uint16_t port = 0;
        {
            const lasti::server s = started(on, greets);
            port = port_of(s);
        }
        const lasti::connection c = on.loop.run_until_complete(lasti::open_connection("127.0.0.1", port));
        CHECK(come_to(on, c.reader.readline()) == "'hello\n'");
        c.writer.close();
        some_rounds(on);
    });
}

TEST_SUITE_END();
