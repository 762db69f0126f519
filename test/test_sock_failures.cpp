// Whatever goes wrong with a socket: who waits is woken with the right exception, nothing leaks, the loop goes on; on
// each selector.
#include <lasti/socket.hpp>

#include <doctest/doctest.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

#include <lasti/lasti.hpp>

#include "support/sanitizers.hpp"
#include "support/sockets.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::pair<lasti::socket, lasti::socket_address> accepted;

lasti::coroutine<std::string> receives(lasti::event_loop* loop, lasti::socket s, std::size_t n) {
    std::string text;
    return COROUTINE(std::string) { BEGIN; AWAIT_SET(text, loop->sock_recv(s, n)); RETURN(text); END; };
}
lasti::coroutine<> sends(lasti::event_loop* loop, lasti::socket s, std::string text) {
    return COROUTINE(void) { BEGIN; AWAIT(loop->sock_sendall(s, text)); END; };
}
lasti::coroutine<> connects(lasti::event_loop* loop, lasti::socket s, lasti::socket_address where) {
    return COROUTINE(void) { BEGIN; AWAIT(loop->sock_connect(s, where)); END; };
}
lasti::coroutine<lasti::socket> accepts(lasti::event_loop* loop, lasti::socket s) {
    accepted a;
    return COROUTINE(lasti::socket) { BEGIN; AWAIT_SET(a, loop->sock_accept(s)); RETURN(a.first); END; };
}
lasti::coroutine<> sends_file(lasti::event_loop* loop, lasti::socket s, int file) {
    return COROUTINE(void) { BEGIN; AWAIT(loop->sock_sendfile(s, file)); END; };
}

/// "lasti::connection_reset_error: sock_recv: …" of a task that has failed.
std::string failure_of(lasti::any_task const& t) {
    REQUIRE(t.done());
    REQUIRE_FALSE(t.cancelled());
    const lasti::error e = t.exception();
    return e ? e.type_name() + ": " + e.what() : "none";
}

int errno_of(lasti::any_task const& t) {
    REQUIRE(t.done());
    REQUIRE_FALSE(t.cancelled());
    lasti::os_error const* const e = t.exception().as<lasti::os_error>();
    return e ? e->error_number() : 0;
}

void run_until_done(selector_loop& on, lasti::any_task const& t) {
    for (int i = 0; i < 1000 && !t.done(); ++i) on.loop.poll();
}

/// No more descriptors than there are now.
struct no_descriptor_left {
    no_descriptor_left() {
        ::getrlimit(RLIMIT_NOFILE, &before);
        rlimit now = before;
        const int next = ::dup(0);
        ::close(next);
        now.rlim_cur = static_cast<rlim_t>(next);
        ::setrlimit(RLIMIT_NOFILE, &now);
    }
    no_descriptor_left(no_descriptor_left const&) = delete;
    ~no_descriptor_left() { ::setrlimit(RLIMIT_NOFILE, &before); }
    rlimit before;
};

} // namespace

TEST_SUITE_BEGIN("sock failures");

// ---- the other side -------------------------------------------------------------------------------------------------

TEST_CASE("a connection that is reset under who waits to receive, and under who waits to send") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        fill(ends.first);
        const lasti::task<std::string> reader = on.loop.create_task(receives(&on.loop, ends.first, 10));
        const lasti::task<> writer = on.loop.create_task(sends(&on.loop, ends.first, "x"));
        on.loop.poll();
        reset(ends.second);
        on.loop.run();
        // One of the two gets the reset; the other what is left of the connection.
        CHECK((errno_of(reader) == ECONNRESET || reader.result() == ""));
        CHECK((errno_of(writer) == ECONNRESET || errno_of(writer) == EPIPE));
        CHECK((errno_of(reader) == ECONNRESET || errno_of(writer) == ECONNRESET));
    });
}

TEST_CASE("a reset is a connection_reset_error, and says of which call") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const lasti::task<std::string> reader = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        reset(ends.second);
        on.loop.run();
        CHECK(failure_of(reader) == "lasti::connection_reset_error: sock_recv: Connection reset by peer");
    });
}

TEST_CASE("writing to who has closed: a reset, then a broken_pipe_error, and no SIGPIPE") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = lasti::socketpair();
        ends.second.close();
        const lasti::task<> writer = on.loop.create_task(sends(&on.loop, ends.first, "x"));
        on.loop.run();
        CHECK(failure_of(writer) == "lasti::broken_pipe_error: sock_sendall: Broken pipe");
    });
}

TEST_CASE("half-close: who still reads gets what is sent, the other way round the end") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const lasti::task<std::string> end = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        ends.second.shutdown(SHUT_WR);
        on.loop.run();
        CHECK(end.result() == "");
        on.loop.run_until_complete(sends(&on.loop, ends.first, "still open"));
        CHECK(on.loop.run_until_complete(receives(&on.loop, ends.second, 100)) == "still open");
        CHECK(on.loop.run_until_complete(receives(&on.loop, ends.first, 10)) == ""); // again and again
        const lasti::task<> broken = on.loop.create_task(sends(&on.loop, ends.second, "x"));
        on.loop.run();
        CHECK(failure_of(broken) == "lasti::broken_pipe_error: sock_sendall: Broken pipe");
    });
}

TEST_CASE("SK3: nobody listens: connection_refused_error \"Connect call failed\", with the address") {
    on_each_selector([](selector_loop& on) {
        lasti::socket_address where;
        { where = listening().where; }
        const lasti::task<> t = on.loop.create_task(connects(&on.loop, lasti::socket(AF_INET), where));
        on.loop.run();
        CHECK(failure_of(t) == "lasti::connection_refused_error: Connect call failed " + where.describe() +
                                   ": Connection refused");
        const lasti::task<> unix_one = on.loop.create_task(
            connects(&on.loop, lasti::socket(AF_UNIX), lasti::socket_address("/tmp/lasti-nobody-is-here")));
        on.loop.run();
        CHECK(errno_of(unix_one) == ENOENT);
    });
}

TEST_CASE("a Unix listener whose queue is full refuses with blocking_io_error; it is no success, and no hang") {
    on_each_selector([](selector_loop& on) {
        const listening at(all_places().back(), 0);
        std::vector<lasti::socket> clients;
        int outcome = 0;
        for (int i = 0; i < 10 && outcome == 0; ++i) {
            clients.push_back(lasti::socket(AF_UNIX));
            const lasti::task<> t = on.loop.create_task(connects(&on.loop, clients.back(), at.where));
            on.loop.run();
            outcome = errno_of(t);
        }
        CHECK(outcome == EAGAIN);
    });
}

TEST_CASE("what is connected already, and what is not connected at all") {
    on_each_selector([](selector_loop& on) {
        const listening at;
        const socket_pair ends = tcp_pair();
        const lasti::task<> again = on.loop.create_task(connects(&on.loop, ends.first, at.where));
        const lasti::task<std::string> reader = on.loop.create_task(receives(&on.loop, lasti::socket(AF_INET), 10));
        const lasti::task<lasti::socket> acceptor = on.loop.create_task(accepts(&on.loop, lasti::socket(AF_INET)));
        on.loop.run();
        CHECK(errno_of(again) == EISCONN);
        CHECK(errno_of(reader) == ENOTCONN);
        CHECK(errno_of(acceptor) == EINVAL);
    });
}

TEST_CASE("a datagram to where nobody listens: the next receive raises connection_refused_error") {
    on_each_selector([](selector_loop& on) {
        lasti::socket_address where;
        {
            const lasti::socket gone(AF_INET, SOCK_DGRAM);
            gone.bind(lasti::socket_address("127.0.0.1", 0));
            where = gone.getsockname();
        }
        const lasti::socket s(AF_INET, SOCK_DGRAM);
        on.loop.run_until_complete(connects(&on.loop, s, where));
        const lasti::task<std::string> reader = on.loop.create_task(receives(&on.loop, s, 10));
        on.loop.poll();
        put(s, "x");
        on.loop.run();
        CHECK(errno_of(reader) == ECONNREFUSED);
    });
}

TEST_CASE("SF1: sendfile to who closes meanwhile: an error, no SIGPIPE, and the file stands behind what was sent") {
    on_each_selector([](selector_loop& on) {
        std::FILE* const file = std::tmpfile();
        const std::string content(8000000, 'f');
        REQUIRE(::write(::fileno(file), content.data(), content.size()) == static_cast<ssize_t>(content.size()));
        ::lseek(::fileno(file), 0, SEEK_SET);
        const socket_pair ends = lasti::socketpair();
        const lasti::task<> t = on.loop.create_task(sends_file(&on.loop, ends.first, ::fileno(file)));
        on.loop.poll();
        CHECK_FALSE(t.done());
        ends.second.close();
        on.loop.run();
        CHECK(failure_of(t) == "lasti::broken_pipe_error: sock_sendfile: Broken pipe");
        const off_t at = ::lseek(::fileno(file), 0, SEEK_CUR);
        CHECK(at > 0);
        CHECK(at < static_cast<off_t>(content.size()));
        std::fclose(file);
    });
}

// ---- cancellation ---------------------------------------------------------------------------------------------------

TEST_CASE("SK2: cancelled before it is ready: nothing is lost, and nothing stays behind") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        t.cancel();
        on.loop.poll();
        CHECK(t.cancelled());
        put(ends.second, "later");
        on.loop.run(); // nothing is watched any more
        CHECK(on.loop.run_until_complete(receives(&on.loop, ends.first, 10)) == "later");
    });
}

TEST_CASE("SK2: a new call in the same round as the cancellation of the old one survives") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const lasti::task<std::string> first = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        first.cancel();
        const lasti::task<std::string> second = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        put(ends.second, "x");
        on.loop.run();
        CHECK(first.cancelled());
        CHECK(second.result() == "x");
    });
}

TEST_CASE("SK2: cancelled when it is ready, before its turn: what came is there for the next") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const lasti::task<std::string> first = on.loop.create_task(receives(&on.loop, ends.first, 10));
        const lasti::task<std::string> second = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        // In one round: the reader is woken, then the timer cancels it.
        lasti::any_task victim = first;
        struct body {
            lasti::any_task victim;
            COROUTINE_BODY(void) { BEGIN; victim.cancel(); END; }
        };
        put(ends.second, "x");
        on.loop.create_task(lasti::coroutine<>(body{victim})); // stands in the deque before the reader
        on.loop.run();
        CHECK(first.cancelled());
        CHECK(second.result() == "x");
    });
}

TEST_CASE("cancelled after its turn: it has what it received") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        put(ends.second, "x");
        on.loop.poll();
        CHECK_FALSE(t.cancel());
        CHECK(t.result() == "x");
    });
}

TEST_CASE("a sender that is cancelled half way: who waits behind it goes on") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        fill(ends.first);
        const lasti::task<> first = on.loop.create_task(sends(&on.loop, ends.first, std::string(100, 'a')));
        const lasti::task<> second = on.loop.create_task(sends(&on.loop, ends.first, "b"));
        on.loop.poll();
        first.cancel();
        for (int i = 0; i < 1000 && !second.done(); ++i) {
            on.loop.poll();
            drain_socket(ends.second);
        }
        CHECK(first.cancelled());
        CHECK(second.done());
    });
}

TEST_CASE("cancelling an accept leaves the connection to the next one") {
    on_each_selector([](selector_loop& on) {
        const listening at;
        const lasti::task<lasti::socket> first = on.loop.create_task(accepts(&on.loop, at.socket));
        const lasti::task<lasti::socket> second = on.loop.create_task(accepts(&on.loop, at.socket));
        on.loop.poll();
        const lasti::socket client(AF_INET);
        ::connect(client.fileno(), at.where.data(), at.where.size());
        first.cancel();
        run_until_done(on, second);
        CHECK(first.cancelled());
        CHECK(second.result().getpeername() == client.getsockname());
        CHECK((::fcntl(second.result().fileno(), F_GETFL) & O_NONBLOCK) != 0); // SK3
        CHECK((::fcntl(second.result().fileno(), F_GETFD) & FD_CLOEXEC) != 0);
    });
}

TEST_CASE("a connect that is cancelled: the socket can be closed, nothing is left") {
    on_each_selector([](selector_loop& on) {
        const listening at;
        const lasti::socket s(AF_INET);
        const lasti::task<> t = on.loop.create_task(connects(&on.loop, s, at.where));
        on.loop.poll();
        if (!t.done()) {
            t.cancel();
            on.loop.poll();
            CHECK(t.cancelled());
        }
    });
}

TEST_CASE("a task that is destroyed while it waits leaves its place to the next") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        on.loop.close();
        CHECK(t.cancelled());
        CHECK(contains(on.reported.messages(), "Task was destroyed but it is pending!"));
        on.reported.forget();
        put(ends.second, "x"); // and the socket can still be used, and in another loop
        selector_loop other("poll");
        CHECK(other.loop.run_until_complete(receives(&other.loop, ends.first, 10)) == "x");
    });
}

// ---- closing under the waiter ---------------------------------------------------------------------------------------

TEST_CASE("DESIGN 7, law 2: closing a socket wakes all who wait for it, with EBADF") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        fill(ends.first);
        const lasti::task<std::string> a = on.loop.create_task(receives(&on.loop, ends.first, 10));
        const lasti::task<std::string> b = on.loop.create_task(receives(&on.loop, ends.first, 10));
        const lasti::task<> c = on.loop.create_task(sends(&on.loop, ends.first, "x"));
        on.loop.poll();
        const int fd = ends.first.fileno();
        ends.first.close();
        on.loop.run();
        CHECK(failure_of(a) == "lasti::os_error: socket " + std::to_string(fd) +
                                   " was closed while somebody waited for it: Bad file descriptor");
        CHECK(errno_of(b) == EBADF);
        CHECK(errno_of(c) == EBADF);
        const lasti::task<std::string> late = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.run();
        CHECK(failure_of(late) == "lasti::os_error: sock_recv: Bad file descriptor");
    });
}

TEST_CASE("closed when it is ready, before its turn: EBADF, too; also where the number is in use again") {
    on_each_selector([](selector_loop& on) {
        socket_pair ends = tcp_pair();
        const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        const int fd = ends.first.fileno();
        socket_pair others;
        on.loop.call_soon([&] {
            ends.first.close();
            others = lasti::socketpair();
            put(others.second, "not for it");
        });
        put(ends.second, "x");
        on.loop.run();
        CHECK((others.first.fileno() == fd || others.second.fileno() == fd));
        CHECK(errno_of(t) == EBADF);
        CHECK(on.loop.run_until_complete(receives(&on.loop, others.first, 100)) == "not for it");
    });
}

TEST_CASE("detach() wakes who waits; the descriptor stays open") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        const lasti::socket again = lasti::socket::adopt(ends.first.detach());
        on.loop.run();
        CHECK(contains(failure_of(t), "was detached while somebody waited for it"));
        put(ends.second, "x");
        CHECK(on.loop.run_until_complete(receives(&on.loop, again, 10)) == "x");
    });
}

TEST_CASE("closing a socket drops its callbacks") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const trace note;
        const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        {
            const local keep = noting(note, "dropped");
            on.loop.add_reader(ends.first.fileno(), [keep] {});
        }
        const int fd = ends.first.fileno();
        ends.first.close();
        CHECK(note.take() == "dropped");
        CHECK_FALSE(on.loop.remove_reader(fd));
        on.loop.run();
        CHECK(errno_of(t) == EBADF);
    });
}

TEST_CASE("a descriptor that was closed behind the socket's back: who waits is woken when the number is used again") {
    on_each_selector([](selector_loop& on) {
        socket_pair ends = tcp_pair();
        const lasti::task<std::string> old = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        const int fd = ends.first.fileno();
        const socket_pair fresh = tcp_pair();
        const lasti::socket again = lasti::socket::adopt(::dup2(fresh.first.fileno(), fd));
        const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, again, 10));
        on.loop.poll();
        put(fresh.second, "x");
        on.loop.run();
        CHECK(errno_of(old) == EBADF);
        CHECK(t.result() == "x");
        ends.first.detach(); // the number is not its own any more
    });
}

TEST_CASE("many sockets that are opened, waited for and closed: the numbers are used again, and nobody gets another's data") {
    on_each_selector([](selector_loop& on) {
        for (int i = 0; i < 200; ++i) {
            const socket_pair ends = lasti::socketpair();
            const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, ends.first, 10));
            on.loop.poll();
            put(ends.second, std::to_string(i));
            if (i % 3 == 0) t.cancel();
            if (i % 3 == 1) ends.first.close();
            on.loop.run();
            if (i % 3 == 2) CHECK(t.result() == std::to_string(i));
            else CHECK((t.cancelled() || errno_of(t) == EBADF));
        }
    });
}

// ---- what runs out --------------------------------------------------------------------------------------------------

// Not with AddressSanitizer: UBSan, which goes with it, opens a pipe to look at an object, and takes a failure of that
// for an object that is none.
TEST_CASE("EMFILE in accept: the acceptor gets it, and the connection waits for its next try" * doctest::skip(UNDER_ASAN)) {
    on_each_selector([](selector_loop& on) {
        const listening at;
        const lasti::socket client(AF_INET);
        const lasti::task<lasti::socket> waits = on.loop.create_task(accepts(&on.loop, at.socket));
        lasti::task<lasti::socket> at_once;
        on.loop.poll();
        {
            const no_descriptor_left now;
            ::connect(client.fileno(), at.where.data(), at.where.size());
            run_until_done(on, waits);
            at_once = on.loop.create_task(accepts(&on.loop, at.socket));
            run_until_done(on, at_once);
        }
        CHECK(errno_of(waits) == EMFILE);
        CHECK(errno_of(at_once) == EMFILE);
        CHECK(on.loop.run_until_complete(accepts(&on.loop, at.socket)).getpeername() == client.getsockname());
    });
}

TEST_CASE("no descriptor left for the selector: who waits gets an os_error, and can try again later" *
          doctest::skip(UNDER_ASAN)) {
    // Needs exceptions: so a selector says that it can not be made.
    if (lasti::make_selector()->fileno() < 0) return;
    virtual_loop on;
    const socket_pair ends = tcp_pair();
    const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, ends.first, 10));
    {
        const no_descriptor_left now;
        on.loop.poll();
        on.loop.poll();
    }
    CHECK(errno_of(t) == EMFILE);
    const lasti::task<std::string> again = on.loop.create_task(receives(&on.loop, ends.first, 10));
    on.loop.poll();
    put(ends.second, "x");
    CHECK(on.loop.run_until_complete(again) == "x");
}

// ---- misuse ---------------------------------------------------------------------------------------------------------

TEST_CASE("an empty handle is a type_error; another loop's member, and a socket that serves another loop, runtime_errors") {
    on_each_selector([](selector_loop& on) {
        CHECK_THROWS_AS(on.loop.sock_recv(lasti::socket(), 1), lasti::type_error);
        selector_loop other("poll");
        const socket_pair ends = tcp_pair();
        const lasti::task<std::string> mixed = on.loop.create_task(receives(&other.loop, ends.first, 10));
        on.loop.run();
        CHECK(failure_of(mixed) == "lasti::runtime_error: sock_recv: the member of another event loop than that which runs");
        const lasti::task<std::string> here = on.loop.create_task(receives(&on.loop, ends.first, 10));
        on.loop.poll();
        const lasti::task<std::string> there = other.loop.create_task(receives(&other.loop, ends.first, 10));
        other.loop.poll();
        other.loop.poll();
        CHECK(contains(failure_of(there), "is bound to a different event loop"));
        put(ends.second, "x");
        CHECK(on.loop.run_until_complete(here) == "x");
    });
}

TEST_CASE("SK1: driven by hand: it tries at once, and what is resumed without having waited is a runtime_error") {
    selector_loop on("poll");
    const socket_pair ends = tcp_pair();
    lasti::coroutine<std::string> c = receives(&on.loop, ends.first, 10);
    CHECK(c.send().describe() == "sock_recv of socket " + std::to_string(ends.first.fileno()));
    CHECK_THROWS_AS(c.send(), lasti::runtime_error);
    put(ends.second, "x");
    c = receives(&on.loop, ends.first, 10);
    CHECK_THROWS_AS(c.send(), lasti::stop_iteration);
    CHECK(c.result() == "x");
}

TEST_SUITE_END();
