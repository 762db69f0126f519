// A server among ten thousand clients, most of whom do nothing, and some mean no good: nobody keeps others waiting,
// and what they take of memory is bounded.
#include <lasti/server.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lasti/lasti.hpp>

#include "support/sanitizers.hpp"
#include "support/streams.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<void> echo_lines(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string line;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(line, reader)
            AWAIT(writer.send_all(line));
        END_ASYNC_FOR
        END;
    };
}

/// Asks so many times, and is answered each time.
struct active {
    std::uint16_t port;
    int times;
    lasti::connection c;
    std::string line;
    COROUTINE_BODY(void) {
        BEGIN;
        AWAIT_SET(c, lasti::open_connection("127.0.0.1", port));
        while (times-- > 0) {
            AWAIT(c.writer.send_all("ping\n"));
            AWAIT_SET(line, c.reader.readline());
            if (line != "ping\n") RAISE(std::runtime_error("answered: " + line));
        }
        END;
    }
};

/// Connections that do nothing, of another process: a descriptor limit holds for each.
class crowd {
public:
    crowd(std::uint16_t port, std::size_t n) : child_(::fork()) {
        if (child_ != 0) return;
        const lasti::socket_address where("127.0.0.1", port);
        for (; n > 0; --n) {
            const int s = ::socket(AF_INET, SOCK_STREAM, 0);
            if (s < 0 || ::connect(s, where.data(), where.size()) != 0) ::_exit(1);
        }
        for (;;) ::pause();
    }
    crowd(crowd const&) = delete;
    ~crowd() { disperse(); }
    void disperse() {
        if (child_ > 0) {
            ::kill(child_, SIGKILL);
            ::waitpid(child_, nullptr, 0);
        }
        child_ = 0;
    }

private:
    pid_t child_;
};

struct all_of {
    std::vector<lasti::coroutine<void>> them;
    COROUTINE_BODY(void) { BEGIN; AWAIT(lasti::gather(them)); END; }
};

void answers_everybody(selector_loop& on, std::uint16_t port, int how_many, int times) {
    std::vector<lasti::coroutine<void>> them;
    for (int i = 0; i < how_many; ++i) them.push_back(active{port, times, {}, ""});
    on.loop.run_until_complete(lasti::coroutine<void>(all_of{them}));
}

/// Bytes that this process has in memory.
std::size_t resident() {
    long pages = 0;
    if (std::FILE* const f = std::fopen("/proc/self/statm", "r")) {
        (void)!std::fscanf(f, "%*d %ld", &pages);
        std::fclose(f);
    }
    return static_cast<std::size_t>(pages) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// How many descriptors there may be.
std::size_t raised_limit() {
    rlimit now;
    ::getrlimit(RLIMIT_NOFILE, &now);
    now.rlim_cur = now.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &now);
    return static_cast<std::size_t>(now.rlim_cur);
}

struct hostile {
    selector_loop on;
    lasti::server server;
    std::uint16_t port;

    explicit hostile(std::string const& selector, lasti::server_options const& options = {})
        : on(selector),
          server(on.loop.run_until_complete(lasti::start_server(echo_lines, "127.0.0.1", 0, options))),
          port(server.sockets().front().getsockname().port()) {}
    lasti::socket caller(int room = 0) {
        const lasti::socket s(AF_INET);
        if (room > 0) s.setsockopt(SOL_SOCKET, SO_RCVBUF, room); // or the system keeps tens of megabytes for it
        on.loop.run_until_complete(on.loop.sock_connect(s, lasti::socket_address("127.0.0.1", port)));
        return s;
    }
    void some_rounds(int n = 10) {
        while (n-- > 0) on.loop.poll();
    }
};

} // namespace

TEST_SUITE_BEGIN("hostile clients");

TEST_CASE("10,000 connections that idle and 1,000 that talk") {
    const std::size_t limit = raised_limit();
    const std::size_t most = limit < 13000 ? limit - 3000 : 10000;
    const std::size_t before = resident();
    lasti::server_options options;
    options.backlog = 1000;
    hostile h(all_selectors().front(), options);
    crowd clients(h.port, most);
    while (h.server.client_count() < most) h.on.loop.poll();
    const std::size_t each = (resident() - before) / most;
    MESSAGE(most << " connections, " << each << " bytes each, with their tasks");
    if (!UNDER_ASAN && !UNDER_TSAN) CHECK(each < 3000); // they keep books in memory, too
    answers_everybody(h.on, h.port, 1000, 5);
    while (h.server.client_count() > most) h.on.loop.poll();
    clients.disperse();
    while (h.server.client_count() > 0) h.on.loop.poll();
    h.server.close();
    CHECK(h.on.reported.messages() == "");
}

TEST_CASE("a client that sends one byte now and then keeps nobody waiting") {
    for (std::string const& selector : all_selectors()) {
        hostile h(selector);
        const lasti::socket slow = h.caller();
        for (char c : std::string("a line that takes for ever")) {
            put(slow, std::string(1, c));
            answers_everybody(h.on, h.port, 3, 2);
        }
        CHECK(h.server.client_count() >= 1);
        h.server.abort_clients();
        h.some_rounds();
        h.server.close();
    }
}

TEST_CASE("a line without end is refused at the limit, and takes no more memory than that") {
    hostile h(all_selectors().front());
    const lasti::socket endless = h.caller();
    std::size_t sent = 0;
    for (int i = 0; i < 2000 && h.server.client_count() > 0; ++i) {
        sent += fill(endless);
        h.on.loop.poll();
        if (h.on.reported.count() > 0) break;
    }
    h.some_rounds();
    CHECK(h.server.client_count() == 0);
    CHECK(sent < 20000000);
    CHECK(h.on.reported.messages() == "Unhandled exception in client_connected_cb\n");
    CHECK(h.on.reported[0].exception.is<lasti::value_error>());
    h.on.reported.forget();
    answers_everybody(h.on, h.port, 3, 2);
    h.server.close();
    h.some_rounds();
}

TEST_CASE("a client that never reads is not sent to without bound") {
    hostile h(all_selectors().front());
    const lasti::socket deaf = h.caller(4096);
    const std::string lines = std::string(999, 'x') + '\n'; // that are echoed; nobody takes the echo
    std::size_t sent = 0;
    for (int refused = 0; refused < 50;) {
        const ssize_t n = ::send(deaf.fileno(), lines.data() + sent % 1000, 1000 - sent % 1000, MSG_NOSIGNAL);
        if (n > 0) sent += static_cast<std::size_t>(n);
        refused = n > 0 ? 0 : refused + 1;
        h.on.loop.poll();
    }
    CHECK(sent < 50000000);
    CAPTURE(sent);
    CHECK(contains(h.on.loop.describe_tasks(), "send_all of a stream"));
    answers_everybody(h.on, h.port, 3, 2);
    h.server.abort_clients();
    h.some_rounds();
    h.server.close();
    h.on.reported.forget(); // that its client was dropped
}

TEST_CASE("a storm of resets leaves the server as it was") {
    for (std::string const& selector : all_selectors()) {
        hostile h(selector);
        const lasti::socket_address where("127.0.0.1", h.port);
        for (int i = 0; i < 500; ++i) {
            const lasti::socket s(AF_INET);
            (void)::connect(s.fileno(), where.data(), where.size());
            if (i % 3) put(s, i % 2 ? "half a li" : "a line\n");
            if (i % 5) h.on.loop.poll();
            reset(s);
        }
        answers_everybody(h.on, h.port, 5, 3);
        h.some_rounds(30);
        CHECK(h.server.client_count() == 0);
        CHECK(h.on.loop.task_count() == 0);
        h.server.close();
        h.on.reported.forget(); // the resets that answers saw
    }
}

TEST_SUITE_END();
