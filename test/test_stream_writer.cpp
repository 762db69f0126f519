// What a stream_writer sends, when it has its tasks wait, and how it ends. On each selector.
#include <lasti/stream_writer.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <lasti/lasti.hpp>

#include "support/streams.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::task<void> writing;

/// More than any socket takes at once.
std::string much() { return std::string(20000000, 'x'); }

/// Receives all there is, as long as it comes; how much.
std::size_t receive_all(selector_loop& on, lasti::socket const& s) {
    std::size_t sum = 0;
    for (int quiet = 0; quiet < 5;) {
        const std::size_t n = drain_socket(s);
        sum += n;
        quiet = n == 0 ? quiet + 1 : 0;
        on.loop.poll();
    }
    return sum;
}

} // namespace

TEST_SUITE_BEGIN("stream_writer");

TEST_CASE("TR4: write() sends at once what can be sent") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        e.c.writer.write("hello");
        e.c.writer.write("");
        e.c.writer.write(" there", 6);
        CHECK(get(e.there) == "hello there");
        e.c.writer.writelines({"one ", "", "two ", "three"});
        CHECK(get(e.there) == "one two three");
        e.c.writer.writelines({});
        e.c.writer.writelines(std::vector<std::string>(1000, "ab"));
        CHECK(receive_all(on, e.there) == 2000);
        CHECK(e.c.writer.get_write_buffer_size() == 0);
        CHECK(come_to(on, e.c.writer.drain()) == "done");
    });
}

TEST_CASE("as in asyncio, TCP does not keep what is written until it has more, whoever has called") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on, 64 * 1024, tcp_pair());
        int is_set = 0;
        socklen_t size = sizeof is_set;
        CHECK(::getsockopt(e.c.writer.fileno(), IPPROTO_TCP, TCP_NODELAY, &is_set, &size) == 0);
        CHECK(is_set != 0);
    });
}

TEST_CASE("TR4: what cannot be sent at once is sent as soon as it can be, in order") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        std::string expected, got;
        for (int i = 0; i < 30; ++i) {
            const std::string piece(100000, static_cast<char>('a' + i % 26));
            if (i % 2 == 0) e.c.writer.write(piece);
            else e.c.writer.writelines({piece.substr(0, 7), piece.substr(7)});
            expected += piece;
        }
        CHECK(e.c.writer.get_write_buffer_size() > 0);
        char room[50000];
        while (got.size() < expected.size()) {
            const ssize_t n = ::recv(e.there.fileno(), room, sizeof room, 0);
            if (n > 0) got.append(room, static_cast<std::size_t>(n));
            else on.loop.poll();
        }
        CHECK((got == expected));
        CHECK(e.c.writer.get_write_buffer_size() == 0);
    });
}

TEST_CASE("TR5: the water marks are 64 and 16 KiB; high alone makes low a quarter of it; low above high is refused") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        typedef std::pair<std::size_t, std::size_t> marks;
        CHECK((e.c.writer.get_write_buffer_limits() == marks(16 * 1024, 64 * 1024)));
        e.c.writer.set_write_buffer_limits(10);
        CHECK((e.c.writer.get_write_buffer_limits() == marks(2, 10)));
        e.c.writer.set_write_buffer_limits(10, 10);
        CHECK((e.c.writer.get_write_buffer_limits() == marks(10, 10)));
        CHECK_THROWS_AS(e.c.writer.set_write_buffer_limits(10, 11), lasti::value_error);
    });
}

TEST_CASE("TR5, ST3: drain() waits above the high mark until the low one; all who wait go on") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        e.c.writer.set_write_buffer_limits(100000, 5000);
        fill(lasti::socket::adopt(::dup(e.c.writer.fileno())));
        e.c.writer.write(std::string(100000, 'x'));
        CHECK(come_to(on, e.c.writer.drain()) == "done"); // not above it
        e.c.writer.write("y");
        const writing first = start(on, e.c.writer.drain());
        const writing second = start(on, e.c.writer.drain());
        CHECK(after_rounds(on, first) == "waits");
        CHECK(contains(on.loop.describe_tasks(), "drain of a stream of socket"));
        char room[1000];
        while (e.c.writer.get_write_buffer_size() > 5000) {
            CHECK_FALSE(first.done());
            (void)!::recv(e.there.fileno(), room, sizeof room, 0);
            on.loop.poll();
        }
        CHECK(after_rounds(on, first) == "done");
        CHECK(after_rounds(on, second) == "done");
    });
}

TEST_CASE("TR5: changed marks count at once") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        fill(lasti::socket::adopt(::dup(e.c.writer.fileno())));
        e.c.writer.write(std::string(1000, 'x'));
        CHECK(come_to(on, e.c.writer.drain()) == "done");
        e.c.writer.set_write_buffer_limits(999);
        const writing waits = start(on, e.c.writer.drain());
        CHECK(after_rounds(on, waits) == "waits");
        e.c.writer.set_write_buffer_limits(5000, 1000);
        CHECK(after_rounds(on, waits) == "done");
    });
}

TEST_CASE("U15: send_all() waits until the last byte is with the system; what several send does not mix") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        const std::string a(3000000, 'a'), b(3000000, 'b');
        const writing first = start(on, e.c.writer.send_all(a));
        const writing second = start(on, e.c.writer.send_all(b.data(), b.size()));
        const writing third = start(on, e.c.writer.send_all("c"));
        CHECK(after_rounds(on, first) == "waits");
        CHECK(contains(on.loop.describe_tasks(), "send_all of a stream of socket"));
        std::string got;
        char room[50000];
        while (got.size() < a.size() + b.size() + 1) {
            const ssize_t n = ::recv(e.there.fileno(), room, sizeof room, 0);
            if (n > 0) got.append(room, static_cast<std::size_t>(n));
            else on.loop.poll();
            if (got.size() + 1000000 < a.size()) CHECK_FALSE(second.done());
        }
        CHECK((got == a + b + "c"));
        CHECK(after_rounds(on, first) == "done");
        CHECK(after_rounds(on, second) == "done");
        CHECK(after_rounds(on, third) == "done");
    });
}

TEST_CASE("send_all() that is cancelled is sent all the same, and the next in line goes on") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        const writing first = start(on, e.c.writer.send_all(std::string(3000000, 'a')));
        const writing second = start(on, e.c.writer.send_all(std::string(10, 'b')));
        CHECK(after_rounds(on, second) == "waits");
        first.cancel();
        CHECK(after_rounds(on, first) == "cancelled");
        CHECK(receive_all(on, e.there) == 3000010);
        CHECK(after_rounds(on, second) == "done");
    });
}

TEST_CASE("TR4: after write_eof() the other side sees the end, and writing is a runtime_error; reading goes on") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        CHECK(e.c.writer.can_write_eof());
        e.c.writer.write(std::string(3000000, 'x'));
        e.c.writer.write_eof();
        e.c.writer.write_eof();
        CHECK_THROWS_AS(e.c.writer.write("a"), lasti::runtime_error);
        CHECK_THROWS_AS(e.c.writer.write(""), lasti::runtime_error);
        CHECK(receive_all(on, e.there) == 3000000);
        CHECK(get(e.there) == "");
        e.feed("answer");
        CHECK(come_to(on, e.c.reader.read(10)) == "'answer'");
    });
}

TEST_CASE("TR3, W14: close() sends what is left, then closes; a reader sees the end; again it does nothing") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        e.c.writer.write(std::string(3000000, 'x'));
        const lasti::task<std::string> reads = start(on, e.c.reader.readline());
        CHECK(after_rounds(on, reads) == "waits");
        e.c.writer.close();
        e.c.writer.close();
        CHECK(e.c.writer.is_closing());
        CHECK_FALSE(reads.done()); // not at once
        CHECK(after_rounds(on, reads) == "''");
        const writing closed = start(on, e.c.writer.wait_closed());
        CHECK(after_rounds(on, closed) == "waits");
        CHECK(receive_all(on, e.there) == 3000000);
        CHECK(get(e.there) == "");
        CHECK(after_rounds(on, closed) == "done");
        CHECK(e.c.writer.fileno() == -1);
        CHECK(come_to(on, e.c.writer.wait_closed()) == "done");
        CHECK(starts_with(come_to(on, e.c.writer.drain()), "connection_reset_error: Connection lost"));
        CHECK(starts_with(come_to(on, e.c.writer.send_all("x")), "connection_reset_error: Connection lost"));
        CHECK(come_to(on, e.c.reader.read(1)) == "''");
    });
}

TEST_CASE("TR3: abort() drops what is left; who waits is told") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        e.c.writer.write(much());
        const writing drains = start(on, e.c.writer.drain());
        const writing sends = start(on, e.c.writer.send_all("more"));
        const lasti::task<std::string> reads = start(on, e.c.reader.read(1));
        CHECK(after_rounds(on, drains) == "waits");
        e.c.writer.abort();
        e.c.writer.abort();
        CHECK(starts_with(after_rounds(on, drains), "connection_reset_error: Connection lost"));
        CHECK(starts_with(after_rounds(on, sends), "connection_reset_error: Connection lost"));
        CHECK(after_rounds(on, reads) == "''");
        CHECK(e.c.writer.get_write_buffer_size() == 0);
        CHECK(receive_all(on, e.there) < 20000000);
    });
}

TEST_CASE("ST3: writing to a peer that is gone is silent at first; then drain() raises") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on, 64 * 1024, tcp_pair());
        e.there.close();
        e.c.writer.write("a"); // the answer is a reset
        for (int i = 0; i < 100 && !e.c.writer.is_closing(); ++i) {
            e.c.writer.write("b");
            on.loop.poll();
        }
        CHECK(e.c.writer.is_closing());
        const std::string told = come_to(on, e.c.writer.drain());
        CAPTURE(told);
        CHECK((starts_with(told, "connection_reset_error: ") || starts_with(told, "broken_pipe_error: ")));
        CHECK(told == come_to(on, e.c.reader.read(1)));
    });
}

TEST_CASE("who drains when the connection breaks is told why") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on, 64 * 1024, tcp_pair());
        e.c.writer.write(much());
        const writing drains = start(on, e.c.writer.drain());
        const writing sends = start(on, e.c.writer.send_all("more"));
        CHECK(after_rounds(on, drains) == "waits");
        reset(e.there);
        CHECK(starts_with(after_rounds(on, drains), "connection_reset_error: "));
        CHECK(starts_with(after_rounds(on, sends), "connection_reset_error: "));
    });
}

TEST_CASE("TR4: writing again and again after the end is reported once") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        e.c.writer.close();
        for (int i = 0; i < 4; ++i) e.c.writer.write("a");
        CHECK(on.reported.messages() == "");
        for (int i = 0; i < 20; ++i) e.c.writer.write("a");
        CHECK(on.reported.messages() == "closed stream: written to again and again after its end\n");
        on.reported.forget();
    });
}

TEST_CASE("ST4: the last handle closes the connection; in debug mode that is reported") {
    on_each_selector([](selector_loop& on) {
        for (const bool debug : {false, true}) {
            on.loop.set_debug(debug);
            lasti::stream_reader reader;
            const socket_pair ends = lasti::socketpair();
            {
                const lasti::connection c = lasti::connection_of(on.loop, ends.first);
                const lasti::connection copy = c;
                reader = c.reader;
                c.writer.write(std::string(3000000, 'x'));
            }
            CHECK(receive_all(on, ends.second) == 3000000); // though nobody has the writer
            CHECK(get(ends.second) == "");
            CHECK(come_to(on, reader.read(1)) == "''");
            CHECK(starts_with(on.reported.messages(), debug ? "unclosed stream of socket" : ""));
            CHECK((on.reported.messages() == "") == !debug);
            on.reported.forget();
        }
        on.loop.set_debug(false);
    });
}

TEST_CASE("by TCP, nothing that is written waits for more (test_asyncio/test_base_events.py: TestSelectorUtils.test_set_nodelay)") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        CHECK(ends.first.getsockopt(IPPROTO_TCP, TCP_NODELAY) == 0);
        const lasti::connection c = lasti::connection_of(on.loop, ends.first);
        CHECK(ends.first.getsockopt(IPPROTO_TCP, TCP_NODELAY) != 0);
    });
}

TEST_CASE("what it knows of the two ends") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on, 64 * 1024, tcp_pair());
        const std::string there = e.there.getsockname().describe(), here = e.there.getpeername().describe();
        CHECK(e.c.writer.peername().describe() == there);
        CHECK(e.c.writer.sockname().describe() == here);
        CHECK(e.c.writer.get_extra_info("peername") == there);
        CHECK(e.c.writer.get_extra_info("sockname") == here);
        CHECK(e.c.writer.get_extra_info("fileno") == std::to_string(e.c.writer.fileno()));
        CHECK(e.c.writer.get_extra_info("cipher", "none") == "none");
        CHECK(e.c.writer.describe() == "stream of socket " + std::to_string(e.c.writer.fileno()) + " to " + there);
        e.c.writer.close();
        CHECK(e.c.writer.peername().describe() == there);
        CHECK(e.c.writer.describe() == "closed stream to " + there);
        CHECK_THROWS_AS(e.c.writer.sockname(), lasti::os_error);
    });
}

TEST_CASE("a stream whose socket is closed or detached by a handle of that is broken, for all who wait") {
    on_each_selector([](selector_loop& on) {
        for (const bool detaches : {false, true}) {
            const std::pair<lasti::socket, lasti::socket> ends = lasti::socketpair();
            const lasti::connection c = lasti::connection_of(on.loop, ends.first);
            c.writer.write(much());
            const writing drains = start(on, c.writer.drain());
            const writing closes = start(on, c.writer.wait_closed());
            const lasti::task<std::string> reads = start(on, c.reader.read(1));
            CHECK(after_rounds(on, drains) == "waits");
            if (detaches) lasti::socket::adopt(ends.first.detach());
            else ends.first.close();
            CHECK(contains(after_rounds(on, drains), "Bad file descriptor"));
            CHECK(contains(state_of(closes), "Bad file descriptor"));
            CHECK(contains(state_of(reads), "Bad file descriptor"));
            CHECK(contains(come_to(on, c.writer.drain()), "Bad file descriptor"));
            CHECK(c.writer.is_closing());
        }
    });
}

TEST_CASE("a loop that is closed under a stream that sends frees it") {
    const int open = open_descriptors();
    {
        lasti::connection c;
        const socket_pair ends = lasti::socketpair();
        {
            selector_loop on("poll");
            c = lasti::connection_of(on.loop, ends.first);
            c.writer.write(much());
            on.loop.poll();
        }
        c.writer.write("more");
        c.writer.close();
    }
    CHECK(open_descriptors() == open);
}

TEST_CASE("streams of another loop are refused") {
    on_each_selector([](selector_loop& on) {
        selector_loop other("poll");
        const far_end e(on);
        CHECK(starts_with(come_to(other, e.c.reader.read(1)), "runtime_error: "));
        CHECK(starts_with(come_to(other, e.c.writer.drain()), "runtime_error: "));
        CHECK(starts_with(come_to(other, e.c.writer.send_all("x")), "runtime_error: "));
        CHECK(starts_with(come_to(other, e.c.writer.wait_closed()), "runtime_error: "));
        CHECK(get(e.there) == "nothing");
    });
}

TEST_SUITE_END();
