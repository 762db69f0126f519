// CPython's test_server.py, and what of test_streams.py has two ends: who connects, who answers, how both end.
#include <lasti/streams.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include <lasti/lasti.hpp>

#include "support/streams.hpp"

#include <lasti/keywords.hpp>

namespace {

struct stage : selector_loop {
    stage() : selector_loop(all_selectors().front()) {}

    lasti::server start(lasti::client_connected answer, lasti::server_options const& options = {}) {
        return loop.run_until_complete(lasti::start_server(std::move(answer), "127.0.0.1", 0, options));
    }
    lasti::connection call(lasti::server const& s) {
        return loop.run_until_complete(lasti::open_connection("127.0.0.1", s.sockets().front().getsockname().port()));
    }
    template <class A>
    lasti::task<lasti::await_result<A>> begin(A const& a) { return loop.create_task(lasti::as_coroutine(a)); }
    template <class A>
    lasti::await_result<A> run(A const& a) { return loop.run_until_complete(lasti::as_coroutine(a)); }
    void briefly() {
        for (int i = 0; i < 8; ++i) loop.poll();
    }
};

/// As the tests' HTTP server does.
lasti::coroutine<void> http(lasti::stream_reader reader, lasti::stream_writer writer) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(reader.readuntil("\r\n\r\n"));
        writer.write("HTTP/1.0 200 OK\r\nContent-Length: 12\r\n\r\nTest message");
        END;
    };
}

lasti::coroutine<void> echo_one_line(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string line;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(line, reader.readline());
        writer.write(line);
        AWAIT(writer.drain());
        writer.close();
        AWAIT(writer.wait_closed());
        END;
    };
}

/// Reads to the end, then closes.
lasti::coroutine<void> reads_all(lasti::stream_reader reader, lasti::stream_writer writer) {
    return COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(reader.read());
        FINALLY
            writer.close();
            AWAIT(writer.wait_closed());
        END_TRY
        END;
    };
}

lasti::coroutine<void> does_nothing(lasti::stream_reader, lasti::stream_writer) {
    return COROUTINE(void) { BEGIN; END; };
}

struct unix_path {
    std::string path;
    unix_path() {
        static int number = 0;
        path = "/tmp/lasti-test-cpython-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
    }
    unix_path(unix_path const&) = delete;
    ~unix_path() { ::unlink(path.c_str()); }
    bool exists() const {
        struct stat about;
        return ::stat(path.c_str(), &about) == 0;
    }
};

/// What _basetest_open_connection() does with one.
void converses(stage& on, lasti::connection const& c) {
    c.writer.write("GET / HTTP/1.0\r\n\r\n");
    CHECK(on.run(c.reader.readline()) == "HTTP/1.0 200 OK\r\n");
    const std::string rest = on.run(c.reader.read());
    CHECK(rest.substr(rest.size() - 16) == "\r\n\r\nTest message");
}

/// What test_start_server() does with a server of one line: it is called, answers, and is closed.
void says_hello(stage& on, lasti::server const& s, lasti::connection const& c) {
    const std::string hello = "hello world!\n";
    c.writer.write("hello world!\n");
    CHECK(on.run(c.reader.readline()) == hello);
    c.writer.close();
    on.run(c.writer.wait_closed());
    s.close();
    on.run(s.wait_closed());
}

} // namespace

TEST_SUITE_BEGIN("test_streams.py, test_server.py");

TEST_CASE("a connection by TCP (test_asyncio/test_streams.py: StreamTests.test_open_connection)") {
    stage on;
    const lasti::server s = on.start(http);
    const lasti::connection c = on.call(s);
    converses(on, c);
    c.writer.close();
    s.close();
    CHECK(on.reported.messages() == "");
}

TEST_CASE("a connection by a Unix socket (test_asyncio/test_streams.py: StreamTests.test_open_unix_connection)") {
    stage on;
    const unix_path at;
    const lasti::server s = on.run(lasti::start_unix_server(http, at.path));
    const lasti::connection c = on.run(lasti::open_unix_connection(at.path));
    converses(on, c);
    c.writer.close();
    s.close();
    CHECK(on.reported.messages() == "");
}

TEST_CASE("a connection that breaks (test_asyncio/test_streams.py: StreamTests.test_open_connection_error)") {
    stage on;
    const far_end e(on, 1000, tcp_pair());
    reset(e.there);
    CHECK_THROWS_AS(on.run(e.c.reader.read()), lasti::connection_reset_error);
    e.c.writer.close();
    on.briefly();
    CHECK(on.reported.messages() == "");
}

TEST_CASE("a server of one line (test_asyncio/test_streams.py: StreamTests.test_start_server)") {
    stage on;
    const lasti::socket bound(AF_INET);
    bound.bind(lasti::socket_address("127.0.0.1", 0));
    for (const bool of_socket : {true, false}) {
        const lasti::server s = of_socket ? on.run(lasti::start_server(echo_one_line, bound)) : on.start(echo_one_line);
        says_hello(on, s, on.call(s));
    }
    CHECK(on.reported.messages() == "");
}

TEST_CASE("a Unix server of one line (test_asyncio/test_streams.py: StreamTests.test_start_unix_server)") {
    stage on;
    const unix_path at;
    const lasti::server s = on.run(lasti::start_unix_server(echo_one_line, at.path));
    says_hello(on, s, on.run(lasti::open_unix_connection(at.path)));
    CHECK(on.reported.messages() == "");
}

TEST_CASE("ten drain at once (test_asyncio/test_streams.py: StreamTests.test_multiple_drain)") {
    stage on;
    const far_end e(on);
    e.c.writer.write(std::string(3000000, 'x'));
    std::vector<lasti::task<void>> drains;
    for (int i = 0; i < 10; ++i) drains.push_back(on.begin(e.c.writer.drain()));
    on.briefly();
    for (lasti::task<void> const& t : drains) CHECK_FALSE(t.done());
    while (e.c.writer.get_write_buffer_size() > 0) {
        drain_socket(e.there);
        on.loop.poll();
    }
    on.briefly();
    for (lasti::task<void> const& t : drains) CHECK(t.done());
}

TEST_CASE("drain() to one who has gone raises in the end (test_asyncio/test_streams.py: StreamTests.test_drain_raises)") {
    stage on;
    far_end e(on, 1000, tcp_pair());
    e.there.close();
    struct writes_on {
        lasti::stream_writer writer;
        COROUTINE_BODY(void) {
            BEGIN;
            for (;;) {
                writer.write("foo\n");
                AWAIT(writer.drain());
            }
            END;
        }
    };
    CHECK_THROWS_AS(on.run(lasti::coroutine<void>(writes_on{e.c.writer})), lasti::connection_error);
    CHECK(on.reported.messages() == "");
}

TEST_CASE("wait_closed() (test_asyncio/test_streams.py: StreamTests.test_wait_closed_on_close)") {
    stage on;
    const lasti::server s = on.start(http);
    const lasti::connection c = on.call(s);
    converses(on, c);
    CHECK_FALSE(c.writer.is_closing());
    c.writer.close();
    CHECK(c.writer.is_closing());
    on.run(c.writer.wait_closed());
}

TEST_CASE("… while something is unread (test_asyncio/test_streams.py: StreamTests.test_wait_closed_on_close_with_unread_data)") {
    stage on;
    const lasti::server s = on.start(http);
    const lasti::connection c = on.call(s);
    c.writer.write("GET / HTTP/1.0\r\n\r\n");
    CHECK(on.run(c.reader.readline()) == "HTTP/1.0 200 OK\r\n");
    c.writer.close();
    on.run(c.writer.wait_closed());
}

TEST_CASE("what a task does with a writer (test_asyncio/test_streams.py: StreamTests.test_async_writer_api)") {
    stage on;
    const lasti::server s = on.start(http);
    const lasti::connection c = on.call(s);
    on.run(c.writer.send_all("GET / HTTP/1.0\r\n\r\n"));
    CHECK(on.run(c.reader.readline()) == "HTTP/1.0 200 OK\r\n");
    c.writer.close();
    on.run(c.writer.wait_closed());
    CHECK(on.reported.messages() == "");
}

TEST_CASE("drain() after close() (test_asyncio/test_streams.py: StreamTests.test_async_writer_api_exception_after_close)") {
    stage on;
    const lasti::server s = on.start(http);
    const lasti::connection c = on.call(s);
    converses(on, c);
    c.writer.close();
    c.writer.write("data");
    CHECK_THROWS_AS(on.run(c.writer.drain()), lasti::connection_reset_error);
    CHECK(on.reported.messages() == "");
}

TEST_CASE("the reader of a closed writer (test_asyncio/test_streams.py: StreamTests.test_eof_feed_when_closing_writer)") {
    stage on;
    const lasti::server s = on.start(http);
    const lasti::connection c = on.call(s);
    c.writer.close();
    on.run(c.writer.wait_closed());
    CHECK(c.reader.at_eof());
    CHECK(on.run(c.reader.read()) == "");
    on.briefly();
    on.reported.forget(); // that the answer's readuntil() was incomplete
}

TEST_CASE("a writer that is dropped (test_asyncio/test_streams.py: StreamTests.test_unclosed_resource_warnings)") {
    stage on;
    on.loop.set_debug(true);
    const lasti::server s = on.start(echo_one_line);
    lasti::connection c = on.call(s);
    c.writer.write("hello world!\n");
    on.run(c.reader.read());
    c.writer = lasti::stream_writer();
    CHECK(starts_with(on.reported.messages(), "unclosed stream of socket "));
}

TEST_CASE("… by an answer (test_asyncio/test_streams.py: StreamTests.test_unclosed_server_resource_warnings)") {
    stage on;
    on.loop.set_debug(true);
    const lasti::server s = on.start(does_nothing);
    const lasti::connection c = on.call(s);
    on.briefly();
    CHECK(starts_with(on.reported.messages(), "unclosed stream of socket "));
    c.writer.close();
}

TEST_CASE("an answer that raises (test_asyncio/test_streams.py: StreamTests.test_unhandled_exception)") {
    stage on;
    const lasti::server s = on.start([](lasti::stream_reader, lasti::stream_writer) -> lasti::coroutine<void> {
        return COROUTINE(void) { BEGIN; RAISE(std::runtime_error("test")); END; };
    });
    const lasti::connection c = on.call(s);
    c.writer.write("test msg");
    on.run(c.writer.drain());
    c.writer.close();
    on.run(c.writer.wait_closed());
    s.close();
    on.run(s.wait_closed());
    CHECK(on.reported.messages() == "Unhandled exception in client_connected_cb\n");
}

TEST_CASE("an answer that is cancelled (test_asyncio/test_streams.py: StreamTests.test_unhandled_cancel)") {
    stage on;
    const lasti::server s = on.start([](lasti::stream_reader, lasti::stream_writer writer) -> lasti::coroutine<void> {
        return COROUTINE(void) {
            BEGIN;
            writer.close();
            lasti::current_task().cancel();
            AWAIT(lasti::sleep(0));
            END;
        };
    });
    const lasti::connection c = on.call(s);
    c.writer.write("test msg");
    c.writer.close();
    on.run(c.writer.wait_closed());
    s.close();
    on.run(s.wait_closed());
    CHECK(on.reported.messages() == "");
}

// ---- test_server.py -----------------------------------------------------------------------------

namespace {

/// Serves inside ASYNC_WITH until it is cancelled.
lasti::coroutine<void> serves_within(lasti::server s) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(s)
            s.start_serving();
            AWAIT(s.serve_forever());
        END_ASYNC_WITH
        END;
    };
}

/// The answer of test_start_server_1: to the first line it has the server cancelled.
lasti::client_connected cancels(lasti::task<void>* serving) {
    return [serving](lasti::stream_reader reader, lasti::stream_writer writer) -> lasti::coroutine<void> {
        return COROUTINE(void) {
            BEGIN;
            AWAIT(reader.readline());
            serving->cancel();
            writer.write("1");
            writer.close();
            AWAIT(writer.wait_closed());
            END;
        };
    };
}

void serves_one(stage& on, lasti::server const& s, lasti::task<void>& serving, std::function<lasti::connection()> call) {
    CHECK_FALSE(s.is_serving());
    serving = on.begin(serves_within(s));
    on.briefly();
    CHECK(s.is_serving());
    const lasti::connection c = call();
    c.writer.write(std::string(1024 * 5, '1') + '\n');
    CHECK(on.run(c.reader.read()) == "1");
    c.writer.close();
    CHECK(after_rounds(on, serving) == "cancelled");
    CHECK(s.sockets().empty());
    CHECK_FALSE(s.is_serving());
    CHECK_THROWS_WITH_AS(on.run(s.serve_forever()), "serve_forever: the server is closed", lasti::runtime_error);
}

} // namespace

TEST_CASE("a server that is cancelled by its client (test_asyncio/test_server.py: SelectorStartServerTests.test_start_server_1)") {
    stage on;
    lasti::server_options later;
    later.start_serving = false;
    lasti::task<void> serving;
    const lasti::server s = on.start(cancels(&serving), later);
    serves_one(on, s, serving, [&] { return on.call(s); });
}

TEST_CASE("… at a path (test_asyncio/test_server.py: SelectorStartServerTests.test_start_unix_server_1)") {
    stage on;
    const unix_path at;
    lasti::server_options later;
    later.start_serving = false;
    lasti::task<void> serving;
    const lasti::server s = on.run(lasti::start_unix_server(cancels(&serving), at.path, later));
    serves_one(on, s, serving, [&] { return on.run(lasti::open_unix_connection(at.path)); });
}

TEST_CASE("wait_closed() waits for both (test_asyncio/test_server.py: TestServer2.test_wait_closed_basic)") {
    stage on;
    const lasti::server s = on.start(reads_all);
    const lasti::task<void> first = on.begin(s.wait_closed());
    CHECK(after_rounds(on, first) == "waits");
    const lasti::connection c = on.call(s);
    const lasti::task<void> second = on.begin(s.wait_closed());
    CHECK(after_rounds(on, second) == "waits");
    s.close();
    const lasti::task<void> third = on.begin(s.wait_closed());
    CHECK(after_rounds(on, third) == "waits");
    CHECK_FALSE(first.done());
    c.writer.close();
    on.run(c.writer.wait_closed());
    for (lasti::task<void> const& t : {first, second, third}) on.loop.run_until_complete(t);
    CHECK(come_to(on, s.wait_closed()) == "done");
}

TEST_CASE("both at once (test_asyncio/test_server.py: TestServer2.test_wait_closed_race)") {
    stage on;
    const lasti::server s = on.start(reads_all);
    const lasti::task<void> waits = on.begin(s.wait_closed());
    CHECK(after_rounds(on, waits) == "waits");
    const lasti::connection c = on.call(s);
    on.loop.call_soon([s] { s.close(); });
    on.loop.call_soon([c] { c.writer.close(); });
    on.run(s.wait_closed());
}

TEST_CASE("close_clients() (test_asyncio/test_server.py: TestServer2.test_close_clients)") {
    stage on;
    const lasti::server s = on.start(reads_all);
    const lasti::connection c = on.call(s);
    const lasti::task<void> waits = on.begin(s.wait_closed());
    CHECK(after_rounds(on, waits) == "waits");
    s.close();
    s.close_clients();
    on.loop.poll();
    CHECK(waits.done());
    c.writer.close();
}

TEST_CASE("abort_clients() (test_asyncio/test_server.py: TestServer2.test_abort_clients)") {
    stage on;
    lasti::stream_writer writer;
    const lasti::server s = on.start([&writer](lasti::stream_reader, lasti::stream_writer w) -> lasti::coroutine<void> {
        writer = w;
        return COROUTINE(void) { BEGIN; AWAIT(w.wait_closed()); END; };
    });
    const lasti::connection c = on.call(s);
    on.briefly();
    while (writer.get_write_buffer_size() == 0) writer.write(std::string(1000000, 'a'));
    const lasti::task<void> waits = on.begin(s.wait_closed());
    CHECK(after_rounds(on, waits) == "waits");
    s.close();
    s.abort_clients();
    on.loop.poll();
    CHECK(waits.done());
    c.writer.close();
}

TEST_CASE("the file goes (test_asyncio/test_server.py: UnixServerCleanupTests.test_unix_server_addr_cleanup)") {
    stage on;
    const unix_path at;
    on.run(lasti::start_unix_server(does_nothing, at.path)).close();
    CHECK_FALSE(at.exists());
}

TEST_CASE("… of a socket that was bound (test_asyncio/test_server.py: UnixServerCleanupTests.test_unix_server_sock_cleanup)") {
    stage on;
    const unix_path at;
    const lasti::socket bound(AF_UNIX);
    bound.bind(lasti::socket_address(at.path));
    on.run(lasti::start_server(does_nothing, bound)).close();
    CHECK_FALSE(at.exists());
}

TEST_CASE("… that has gone already (test_asyncio/test_server.py: UnixServerCleanupTests.test_unix_server_cleanup_gone)") {
    stage on;
    const unix_path at;
    const lasti::server s = on.run(lasti::start_unix_server(does_nothing, at.path));
    ::unlink(at.path.c_str());
    s.close();
    CHECK(on.reported.messages() == "");
}

TEST_CASE("… but not another's (test_asyncio/test_server.py: UnixServerCleanupTests.test_unix_server_cleanup_replaced)") {
    stage on;
    const unix_path at;
    const lasti::server s = on.run(lasti::start_unix_server(does_nothing, at.path));
    ::unlink(at.path.c_str());
    const lasti::socket other(AF_UNIX);
    other.bind(lasti::socket_address(at.path));
    s.close();
    CHECK(at.exists());
}

TEST_CASE("… nor if it is to stay (test_asyncio/test_server.py: UnixServerCleanupTests.test_unix_server_cleanup_prevented)") {
    stage on;
    const unix_path at;
    lasti::server_options options;
    options.cleanup_socket = false;
    on.run(lasti::start_unix_server(does_nothing, at.path, options)).close();
    CHECK(at.exists());
}

TEST_SUITE_END();
