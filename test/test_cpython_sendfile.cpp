// CPython's test_sendfile.py: sock_sendfile(), and what loop.sendfile() is there: stream_writer::sendfile(), plain and
// encrypted, with a peer that reads little at a time.
#include <lasti/streams.hpp>

#include <doctest/doctest.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include <signal.h>
#include <sys/socket.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif
#include <unistd.h>

#include <lasti/lasti.hpp>

#include "support/temporary.hpp"
#include "support/tls.hpp"

#include <lasti/keywords.hpp>

#if defined(__linux__)
namespace {
bool system_can = true, system_breaks = false;
}
// In place of the C library's.
extern "C" ssize_t sendfile(int to, int from, off_t* at, std::size_t n) {
    if (system_breaks) { // a part is sent, then the other side has gone: both are told
        system_breaks = false;
        ::pthread_kill(::pthread_self(), SIGPIPE);
        return ::syscall(SYS_sendfile, to, from, at, n / 2);
    }
    if (system_can) return ::syscall(SYS_sendfile, to, from, at, n);
    errno = EINVAL; // as of a file system that cannot
    return -1;
}
#endif

namespace {

/// As there: more than the system keeps.
std::string const& data() {
    static const std::string all(1024 * 17 * 64 + 1, 'x');
    return all;
}

struct data_file {
    temporary_file file;
    int fd;

    explicit data_file(std::string const& content = data()) : file(content), fd(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    data_file(data_file const&) = delete;
    ~data_file() { ::close(fd); }
    std::size_t tell() const { return static_cast<std::size_t>(::lseek(fd, 0, SEEK_CUR)); }
};

// Not as much as there: with a few KiB to receive into, TCP itself waits for its timers.
void reduce_buffer(lasti::socket const& s, int which) { s.setsockopt(SOL_SOCKET, which, 32 * 1024); }

/// What the other side has received, until it closes after so many bytes, or at the end.
struct receives_all {
    lasti::connection c;
    std::size_t close_after;
    std::string* got;
    std::string part;
    COROUTINE_BODY(void) {
        BEGIN;
        TRY
            do {
                AWAIT_SET(part, c.reader.read(16 * 1024));
                *got += part;
            } while (!part.empty() && (close_after == 0 || got->size() < close_after));
            c.writer.close();
            AWAIT(c.writer.wait_closed());
        EXCEPT(lasti::os_error) // the other end has gone first
        END_TRY
        END;
    }
};

/// A connection whose two ends have small buffers; what arrives is in `got`.
struct stage : selector_loop {
    std::string got;
    socket_pair ends = tcp_pair();
    lasti::connection client, server;
    lasti::task<void> receives;

    explicit stage(bool is_encrypted = false, std::size_t close_after = 0) : selector_loop(all_selectors().front()) {
        reduce_buffer(ends.first, SO_SNDBUF);
        reduce_buffer(ends.second, SO_RCVBUF);
        if (is_encrypted) {
            const tls_ends both(*this, ends);
            client = both.client;
            server = both.server;
        } else {
            client = lasti::connection_of(loop, ends.first);
            server = lasti::connection_of(loop, ends.second);
        }
        client.writer.set_write_buffer_limits(4 * 1024);
        receives = loop.create_task(lasti::coroutine<>(receives_all{server, close_after, &got, ""}));
    }
    ~stage() {
        client.writer.abort();
        loop.run();
        CHECK(reported.messages() == "");
    }
    template <class A>
    lasti::await_result<A> run(A const& a) { return loop.run_until_complete(lasti::as_coroutine(a)); }
    /// Closes, and waits until the other side has all.
    void end() {
        client.writer.close();
        loop.run_until_complete(receives);
    }
};

/// A bare socket, and one that receives all of it.
struct sock_stage : selector_loop {
    std::string got;
    socket_pair ends = tcp_pair();
    lasti::task<void> receives;

    sock_stage() : selector_loop(all_selectors().front()) {
        reduce_buffer(ends.first, SO_SNDBUF);
        reduce_buffer(ends.second, SO_RCVBUF);
        receives = loop.create_task(lasti::coroutine<>(receives_all{lasti::connection_of(loop, ends.second), 0, &got, ""}));
    }
    std::size_t sends(data_file const& f, std::size_t offset = 0, std::size_t count = ~std::size_t()) {
        return loop.run_until_complete(lasti::as_coroutine(loop.sock_sendfile(ends.first, f.fd, offset, count)));
    }
    void sends(std::string const& text) { loop.run_until_complete(lasti::as_coroutine(loop.sock_sendall(ends.first, text))); }
    void end() {
        ends.first.close();
        loop.run_until_complete(receives);
    }
};

std::string repeated(std::string const& text, std::size_t n) {
    std::string all;
    while (n-- > 0) all += text;
    return all;
}

void sends_all_of_it(bool is_encrypted) {
    const data_file f;
    stage on(is_encrypted);
    CHECK(on.run(on.client.writer.sendfile(f.fd)) == data().size());
    on.end();
    CHECK((on.got == data()));
    CHECK(f.tell() == data().size());
}

void sends_between_others(bool is_encrypted) {
    const std::string prefix = repeated("PREFIX__", 1024), suffix = repeated("--SUFFIX", 1024);
    const data_file f;
    stage on(is_encrypted);
    on.client.writer.write(prefix);
    CHECK(on.run(on.client.writer.sendfile(f.fd)) == data().size());
    on.client.writer.write(suffix);
    on.end();
    CHECK((on.got == prefix + data() + suffix));
    CHECK(f.tell() == data().size());
}

void sends_a_part(bool is_encrypted) {
    const data_file f(data().substr(0, 1000) + std::string(100, 'y') + data());
    stage on(is_encrypted);
    CHECK(on.run(on.client.writer.sendfile(f.fd, 1000, 100)) == 100);
    on.end();
    CHECK(on.got == std::string(100, 'y'));
    CHECK(f.tell() == 1100);
}

void is_closed_after_all_of_it(bool is_encrypted) {
    const data_file f;
    stage on(is_encrypted, data().size());
    const auto hears_of_it = start(on, on.client.reader.read()); // an asyncio transport always does
    CHECK(on.run(on.client.writer.sendfile(f.fd)) == data().size());
    on.loop.run_until_complete(on.receives);
    CHECK((on.got == data()));
    CHECK(f.tell() == data().size());
}

} // namespace

TEST_SUITE_BEGIN("test_sendfile.py");

TEST_CASE("SF1: all of it (test_asyncio/test_sendfile.py: SockSendfileMixin.test_sock_sendfile_success)") {
    const data_file f;
    sock_stage on;
    CHECK(on.sends(f) == data().size());
    on.end();
    CHECK((on.got == data()));
    CHECK(f.tell() == data().size());
}

TEST_CASE("SF1: a part (test_asyncio/test_sendfile.py: SockSendfileMixin.test_sock_sendfile_with_offset_and_count)") {
    const data_file f;
    sock_stage on;
    CHECK(on.sends(f, 1000, 2000) == 2000);
    on.end();
    CHECK((on.got == data().substr(1000, 2000)));
    CHECK(f.tell() == 3000);
}

TEST_CASE("SF1: nothing (test_asyncio/test_sendfile.py: SockSendfileMixin.test_sock_sendfile_zero_size)") {
    const data_file f("");
    sock_stage on;
    CHECK(on.sends(f) == 0);
    on.end();
    CHECK(f.tell() == 0);
}

TEST_CASE("SF1: between other things (test_asyncio/test_sendfile.py: SockSendfileMixin.test_sock_sendfile_mix_with_regular_send)") {
    const std::string other = repeated("mix_regular_send", 4 * 1024);
    const data_file f;
    sock_stage on;
    on.sends(other);
    CHECK(on.sends(f) == data().size());
    on.sends(other);
    on.end();
    CHECK((on.got == other + data() + other));
    CHECK(f.tell() == data().size());
}

#if defined(__linux__)
TEST_CASE("SF1: where the system cannot, it is read and sent "
          "(test_asyncio/test_base_events.py: BaseLoopSockSendfileTests.test_sock_sendfile_fallback)") {
    const data_file f;
    sock_stage on;
    system_can = false;
    CHECK(on.sends(f) == data().size());
    system_can = true;
    on.end();
    CHECK((on.got == data()));
    CHECK(f.tell() == data().size());
}

TEST_CASE("SF1: … a part "
          "(test_asyncio/test_base_events.py: BaseLoopSockSendfileTests.test_sock_sendfile_fallback_offset_and_count)") {
    const data_file f;
    sock_stage on;
    system_can = false;
    CHECK(on.sends(f, 1000, 2000) == 2000);
    system_can = true;
    on.end();
    CHECK((on.got == data().substr(1000, 2000)));
    CHECK(f.tell() == 3000);
}
#endif

TEST_CASE("SF1: to what is no stream (test_asyncio/test_base_events.py: BaseLoopSockSendfileTests.test_nonstream_socket)") {
    // Needs exceptions: what is used wrongly throws.
    const data_file f;
    selector_loop on(all_selectors().front());
    const lasti::socket s(AF_INET, SOCK_DGRAM);
    CHECK(contains(come_to(on, on.loop.sock_sendfile(s, f.fd)), "value_error: sock_sendfile: only SOCK_STREAM type sockets are supported"));
}

TEST_CASE("SF1: a pipe is none (test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile_not_supported)") {
    const data_file f;
    selector_loop on(all_selectors().front());
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const lasti::stream_writer w = lasti::connect_write_pipe(on.loop, ends[1]);
    CHECK(contains(come_to(on, w.sendfile(f.fd)), "runtime_error: sendfile is not supported for a pipe"));
    CHECK(f.tell() == 0);
    ::close(ends[0]);
    w.abort();
}

TEST_CASE("SF1: all of it (test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile)") { sends_all_of_it(false); }

TEST_CASE("SF1: all of it, encrypted (test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile_ssl)") {
    if (lasti::tls_context::is_available()) sends_all_of_it(true);
}

TEST_CASE("SF1: of one that is closing (test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile_for_closing_transp)") {
    const data_file f;
    stage on;
    on.client.writer.close();
    CHECK(contains(come_to(on, on.client.writer.sendfile(f.fd)), "is closing"));
    on.loop.run_until_complete(on.receives);
    CHECK(on.got == "");
    CHECK(f.tell() == 0);
}

TEST_CASE("SF1: between other things (test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile_pre_and_post_data)") {
    sends_between_others(false);
}

TEST_CASE("SF1: … encrypted (test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile_ssl_pre_and_post_data)") {
    if (lasti::tls_context::is_available()) sends_between_others(true);
}

TEST_CASE("SF1: a part (test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile_partial)") { sends_a_part(false); }

TEST_CASE("SF1: a part, encrypted (test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile_ssl_partial)") {
    if (lasti::tls_context::is_available()) sends_a_part(true);
}

TEST_CASE("SF1: the peer closes then (test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile_close_peer_after_receiving)") {
    is_closed_after_all_of_it(false);
}

TEST_CASE("SF1: … encrypted (test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile_ssl_close_peer_after_receiving)") {
    if (lasti::tls_context::is_available()) is_closed_after_all_of_it(true);
}

TEST_CASE("SF1: the peer closes meanwhile "
          "(test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile_close_peer_in_the_middle_of_receiving)") {
    const data_file f;
    stage on(false, 1024);
    CHECK_THROWS_AS(on.run(on.client.writer.sendfile(f.fd)), lasti::connection_error);
    CHECK(on.client.writer.is_closing());
    CHECK((on.got.size() >= 1024 && on.got.size() < data().size()));
    CHECK((f.tell() >= 1024 && f.tell() < data().size()));
    CHECK_THROWS_AS(on.run(on.client.writer.wait_closed()), lasti::connection_error);
}

// The way without the system's call is that of an encrypted connection here.
TEST_CASE("SF1: … encrypted "
          "(test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile_fallback_close_peer_in_the_middle_of_receiving)") {
    if (!lasti::tls_context::is_available()) return;
    const data_file f;
    stage on(true, 1024);
    const auto hears_of_it = start(on, on.client.reader.read());
    CHECK_THROWS_AS(on.run(on.client.writer.sendfile(f.fd)), lasti::connection_error);
    CHECK((on.got.size() >= 1024 && on.got.size() < data().size()));
    CHECK((f.tell() >= 1024 && f.tell() < data().size()));
}

TEST_CASE("SF1: nobody writes meanwhile (test_asyncio/test_sendfile.py: SendfileMixin.test_sendfile_prevents_bare_write)") {
    const data_file f;
    stage on;
    const auto sends = start(on, on.client.writer.sendfile(f.fd));
    on.loop.poll();
    lasti::stream_writer const& w = on.client.writer;
    CHECK_THROWS_WITH_AS(w.write("data"), "unable to write; sendfile is in progress", lasti::runtime_error);
    CHECK_THROWS_AS(w.writelines({"data"}), lasti::runtime_error);
    CHECK(contains(come_to(on, w.send_all("data")), "sendfile is in progress"));
    CHECK(contains(come_to(on, w.sendfile(f.fd)), "sendfile is in progress"));
    CHECK_FALSE(sends.done());
    CHECK(on.loop.run_until_complete(sends) == data().size());
    on.end();
    CHECK((on.got == data()));
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("sendfile of a stream");

TEST_CASE("SF1: close() and write_eof() meanwhile wait for its end; abort() does not") {
    for (const bool is_encrypted : {false, true}) {
        if (is_encrypted && !lasti::tls_context::is_available()) continue;
        CAPTURE(is_encrypted);
        const data_file f;
        {
            stage on(is_encrypted);
            const auto sends = start(on, on.client.writer.sendfile(f.fd));
            on.loop.poll();
            on.client.writer.close();
            CHECK(on.client.writer.is_closing());
            CHECK(on.loop.run_until_complete(sends) == data().size());
            on.loop.run_until_complete(on.receives);
            on.run(on.client.writer.wait_closed());
            CHECK((on.got == data()));
        }
        if (!is_encrypted) {
            stage on;
            on.client.writer.write("before ");
            const auto sends = start(on, on.client.writer.sendfile(f.fd));
            on.loop.poll();
            on.client.writer.write_eof();
            CHECK(on.loop.run_until_complete(sends) == data().size());
            on.loop.run_until_complete(on.receives);
            CHECK((on.got == "before " + data()));
        }
        const data_file other;
        stage on(is_encrypted);
        const auto sends = start(on, on.client.writer.sendfile(other.fd));
        some_rounds(on, 3);
        on.client.writer.abort();
        on.loop.run();
        CHECK(sends.exception().is<lasti::connection_reset_error>());
        CHECK(other.tell() < data().size());
    }
}

TEST_CASE("SF1: who is cancelled meanwhile leaves the stream to others, and the file behind what was sent") {
    for (const bool is_encrypted : {false, true}) {
        if (is_encrypted && !lasti::tls_context::is_available()) continue;
        CAPTURE(is_encrypted);
        const data_file f;
        stage on(is_encrypted);
        const auto sends = start(on, on.client.writer.sendfile(f.fd));
        while (on.got.empty()) on.loop.poll();
        sends.cancel();
        while (!sends.done()) on.loop.poll();
        CHECK(sends.cancelled());
        const std::size_t sent = f.tell();
        CHECK((sent > 0 && sent < data().size()));
        on.client.writer.write("the end");
        on.end();
        CHECK(on.got.size() == sent + 7);
        CHECK((on.got == data().substr(0, sent) + "the end"));
    }
}

TEST_CASE("SF1: a task that is dropped meanwhile leaves the stream to others") {
    stage on;
    const data_file f;
    {
        lasti::coroutine<std::size_t> dropped = on.client.writer.sendfile(f.fd);
        dropped.send(); // by hand, up to its first wait
    }
    on.client.writer.write("the end");
    on.end();
    CHECK(on.got.substr(on.got.size() - 7) == "the end");
}

TEST_CASE("SF1: the peer resets: who waits is told, and the stream is lost") {
    const data_file f;
    REQUIRE(::truncate(f.file.path.c_str(), 64 << 20) == 0); // more than the system keeps
    selector_loop on(all_selectors().front());
    const far_end e(on, 1000, tcp_pair());
    const auto sends = start(on, e.c.writer.sendfile(f.fd));
    some_rounds(on, 12);
    CHECK(state_of(sends) == "waits");
    reset(e.there);
    CHECK(starts_with(after_rounds(on, sends), "connection_reset_error: sendfile: "));
    CHECK(starts_with(come_to(on, e.c.writer.wait_closed()), "connection_reset_error: sendfile: "));
}

#if defined(__linux__)
TEST_CASE("SF1: no SIGPIPE, though a part was sent before the system found nobody there") {
    const data_file f;
    sock_stage on;
    system_breaks = true;
    CHECK(on.sends(f, 0, 2000) == 2000);
    on.end();
    CHECK(on.got.size() == 2000);
}
#endif

TEST_CASE("SF1: what is no regular file, or none at all, is told, and nothing is begun") {
    selector_loop on(all_selectors().front());
    const far_end e(on);
    test_pipe p;
    CHECK(contains(come_to(on, e.c.writer.sendfile(p.reads)), "value_error: sendfile: descriptor "));
    CHECK(contains(come_to(on, e.c.writer.sendfile(-1)), "os_error: sendfile: the file"));
    e.c.writer.write("and on");
    CHECK(get(e.there) == "and on");
    e.c.writer.write_eof();
    const data_file f;
    CHECK(contains(come_to(on, e.c.writer.sendfile(f.fd)), "Cannot call sendfile() after write_eof()"));
}

TEST_SUITE_END();
