// What a stream_reader gives, as text comes in parts, ends, or breaks. On each selector.
#include <lasti/stream_reader.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/streams.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::task<std::string> reading;

lasti::coroutine<> notes_lines(lasti::stream_reader reader, trace note) {
    std::string line;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(line, reader)
            note('[' + line.substr(0, line.find('\n')) + ']');
        END_ASYNC_FOR
        note("end");
        END;
    };
}

std::string text_of(std::size_t n) {
    std::string text;
    while (text.size() < n) text += std::to_string(text.size()) + ' ';
    return text.substr(0, n);
}

} // namespace

TEST_SUITE_BEGIN("stream_reader");

TEST_CASE("read(n) gives what there is, up to n; the rest stays; nothing at the end") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        e.feed("hello");
        CHECK(come_to(on, e.c.reader.read(3)) == "'hel'");
        CHECK(come_to(on, e.c.reader.read(100)) == "'lo'");
        CHECK(come_to(on, e.c.reader.read(0)) == "''");
        const reading waits = on.loop.create_task(lasti::as_coroutine(e.c.reader.read(100)));
        CHECK(after_rounds(on, waits) == "waits");
        CHECK(contains(on.loop.describe_tasks(), "read of socket"));
        e.feed("more");
        CHECK(after_rounds(on, waits) == "'more'");
        CHECK_FALSE(e.c.reader.at_eof());
        e.feed("last");
        e.feed_eof();
        CHECK(come_to(on, e.c.reader.read(2)) == "'la'");
        CHECK(come_to(on, e.c.reader.read(2)) == "'st'");
        CHECK(come_to(on, e.c.reader.read(2)) == "''");
        CHECK(come_to(on, e.c.reader.read(2)) == "''");
        CHECK(e.c.reader.at_eof());
    });
}

TEST_CASE("read() and read(-1) give all up to the end, however much it is") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        const reading all = on.loop.create_task(lasti::as_coroutine(e.c.reader.read()));
        const std::string text = text_of(3000000);
        std::size_t at = 0;
        while (at < text.size()) {
            const ssize_t n = lasti::detail::os::send(e.there.fileno(), text.data() + at, text.size() - at, lasti::detail::no_signal);
            if (n > 0) at += static_cast<std::size_t>(n);
            else on.loop.poll();
        }
        CHECK(after_rounds(on, all) == "waits");
        e.feed_eof();
        on.loop.run_until_complete(all);
        CHECK((all.result() == text));
        CHECK(come_to(on, e.c.reader.read(-1)) == "''");
    });
}

TEST_CASE("read_into() puts it into the caller's memory") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        char room[8] = "xxxxxxx";
        e.feed("hello");
        CHECK(come_to(on, e.c.reader.read_into(room, 3)) == "3");
        CHECK(std::string(room, 5) == "helxx");
        CHECK(come_to(on, e.c.reader.read_into(room, 7)) == "2");
        CHECK(std::string(room, 5) == "lolxx");
        e.feed_eof();
        CHECK(come_to(on, e.c.reader.read_into(room, 7)) == "0");
    });
}

TEST_CASE("ST2: readexactly() waits for the last byte; at the end it raises what has come") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        e.feed("abcdef");
        CHECK(come_to(on, e.c.reader.readexactly(4)) == "'abcd'");
        CHECK(come_to(on, e.c.reader.readexactly(0)) == "''");
        const reading waits = on.loop.create_task(lasti::as_coroutine(e.c.reader.readexactly(5)));
        CHECK(after_rounds(on, waits) == "waits");
        e.feed("gh");
        CHECK(after_rounds(on, waits) == "waits");
        e.feed("ijk");
        CHECK(after_rounds(on, waits) == "'efghi'");
        const reading fails = on.loop.create_task(lasti::as_coroutine(e.c.reader.readexactly(5)));
        e.feed_eof();
        CHECK(after_rounds(on, fails) == "incomplete_read_error: 2 bytes read on a total of 5 expected bytes");
        const lasti::error why = fails.exception();
        CHECK(why.as<lasti::incomplete_read_error>()->partial() == "jk");
        CHECK(why.as<lasti::incomplete_read_error>()->expected() == 5);
        CHECK(come_to(on, e.c.reader.read()) == "''");
        CHECK_THROWS_AS((void)e.c.reader.readexactly(-1), lasti::value_error);
    });
}

TEST_CASE("readline() gives lines as they are complete; the last one may have no end") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        e.feed("one\ntwo\nthr");
        CHECK(come_to(on, e.c.reader.readline()) == "'one\n'");
        CHECK(come_to(on, e.c.reader.readline()) == "'two\n'");
        const reading waits = on.loop.create_task(lasti::as_coroutine(e.c.reader.readline()));
        CHECK(after_rounds(on, waits) == "waits");
        e.feed("e");
        CHECK(after_rounds(on, waits) == "waits");
        e.feed("e\n\nlast");
        CHECK(after_rounds(on, waits) == "'three\n'");
        CHECK(come_to(on, e.c.reader.readline()) == "'\n'");
        e.feed_eof();
        CHECK(come_to(on, e.c.reader.readline()) == "'last'");
        CHECK(come_to(on, e.c.reader.readline()) == "''");
    });
}

TEST_CASE("ASYNC_FOR over a reader gives its lines, and ends with them "
          "(test_asyncio/test_pep492.py: StreamReaderTests.test_readline)") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        const trace note;
        const lasti::task<> t = on.loop.create_task(notes_lines(e.c.reader, note));
        e.feed("a\nb\n");
        for (int i = 0; i < 4; ++i) on.loop.poll();
        CHECK(note.take() == "[a] [b]");
        e.feed("c");
        e.feed_eof();
        on.loop.run_until_complete(t);
        CHECK(note.take() == "[c] end");
    });
}

TEST_CASE("ST2: readuntil() finds a separator also where it comes in parts, and the first of several") {
    // Needs exceptions: what is used wrongly throws.
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        e.feed("headers\r\n\r");
        const reading waits = on.loop.create_task(lasti::as_coroutine(e.c.reader.readuntil("\r\n\r\n")));
        CHECK(after_rounds(on, waits) == "waits");
        e.feed("\nbody");
        CHECK(after_rounds(on, waits) == "'headers\r\n\r\n'");
        e.feed("--AB-A");
        const std::vector<std::string> either = {"AB", "-A"};
        CHECK(come_to(on, e.c.reader.readuntil(either)) == "'body--A'");
        CHECK(come_to(on, e.c.reader.readuntil(either)) == "'B-A'");
        e.feed("rest");
        e.feed_eof();
        const reading fails = on.loop.create_task(lasti::as_coroutine(e.c.reader.readuntil(either)));
        CHECK(after_rounds(on, fails) == "incomplete_read_error: 4 bytes read on a total of undefined expected bytes");
        CHECK(fails.exception().as<lasti::incomplete_read_error>()->partial() == "rest");
        CHECK(come_to(on, e.c.reader.readuntil("")) == "value_error: Separator should be at least one-byte string");
        CHECK(come_to(on, e.c.reader.readuntil(std::vector<std::string>())) ==
              "value_error: Separator should contain at least one element");
    });
}

TEST_CASE("ST2: readuntil() beyond the limit is a limit_overrun_error, and all that has come stays") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on, 10);
        CHECK(e.c.reader.limit() == 10);
        e.feed("0123456789abc");
        const reading none = on.loop.create_task(lasti::as_coroutine(e.c.reader.readuntil("xy")));
        CHECK(after_rounds(on, none) == "limit_overrun_error: Separator is not found, and chunk exceed the limit");
        CHECK(none.exception().as<lasti::limit_overrun_error>()->consumed() == 12);
        CHECK(come_to(on, e.c.reader.readexactly(13)) == "'0123456789abc'");
        e.feed("0123456789abcxy");
        const reading late = on.loop.create_task(lasti::as_coroutine(e.c.reader.readuntil("xy")));
        CHECK(after_rounds(on, late) == "limit_overrun_error: Separator is found, but chunk is longer than limit");
        CHECK(late.exception().as<lasti::limit_overrun_error>()->consumed() == 13);
        CHECK(come_to(on, e.c.reader.readexactly(15)) == "'0123456789abcxy'");
    });
}

TEST_CASE("ST2: readline() beyond the limit is a value_error: a complete line is dropped, or else all that has come") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on, 5);
        e.feed("123456789\nnext\n");
        CHECK(come_to(on, e.c.reader.readline()) == "value_error: Separator is found, but chunk is longer than limit");
        CHECK(come_to(on, e.c.reader.readline()) == "'next\n'");
        e.feed("123456789");
        CHECK(come_to(on, e.c.reader.readline()) == "value_error: Separator is not found, and chunk exceed the limit");
        e.feed("ok\n");
        CHECK(come_to(on, e.c.reader.readline()) == "'ok\n'");
        e.feed("12345\n"); // as long as it may be
        CHECK(come_to(on, e.c.reader.readline()) == "'12345\n'");
    });
}

TEST_CASE("ST2: one task at a time may wait for what comes; what is there already, anybody may take") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        e.feed("ab");
        const reading first = on.loop.create_task(lasti::as_coroutine(e.c.reader.readline()));
        CHECK(after_rounds(on, first) == "waits");
        CHECK(come_to(on, e.c.reader.readline()) ==
              "runtime_error: readline() called while another coroutine is already waiting for incoming data");
        CHECK(come_to(on, e.c.reader.readexactly(5)) ==
              "runtime_error: readexactly() called while another coroutine is already waiting for incoming data");
        CHECK(come_to(on, e.c.reader.read(1)) == "'a'");
        e.feed("c\n");
        CHECK(after_rounds(on, first) == "'bc\n'");
        const reading cancelled = on.loop.create_task(lasti::as_coroutine(e.c.reader.readline()));
        on.loop.poll();
        cancelled.cancel();
        CHECK(after_rounds(on, cancelled) == "cancelled");
        e.feed("d\n");
        CHECK(come_to(on, e.c.reader.readline()) == "'d\n'");
    });
}

TEST_CASE("who waits for a separator finds it, whatever another task asks for or takes meanwhile") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        const auto waits = [&] {
            e.feed("ab\r\n\r");
            const reading made = on.loop.create_task(lasti::as_coroutine(e.c.reader.readuntil("\r\n\r\n")));
            CHECK(after_rounds(on, made) == "waits");
            return made;
        };
        const reading first = waits();
        CHECK(contains(come_to(on, e.c.reader.readuntil("X")), "already waiting"));
        e.feed("\n");
        CHECK(after_rounds(on, first) == "'ab\r\n\r\n'");
        const reading second = waits();
        CHECK(come_to(on, e.c.reader.readline()) == "'ab\r\n'");
        e.feed("\n\r\n");
        CHECK(after_rounds(on, second) == "'\r\n\r\n'");
        const reading third = waits();
        CHECK(come_to(on, e.c.reader.readexactly(4)) == "'ab\r\n'");
        e.feed("\n\r\n");
        CHECK(after_rounds(on, third) == "'\r\n\r\n'");
        const reading fourth = waits();
        CHECK(come_to(on, e.c.reader.read(4)) == "'ab\r\n'");
        e.feed("\n\r\n");
        CHECK(after_rounds(on, fourth) == "'\r\n\r\n'");
    });
}

TEST_CASE("W15: a reader that is cancelled in the round in which something comes has lost nothing, and its successor gets it") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        const reading first = on.loop.create_task(lasti::as_coroutine(e.c.reader.readexactly(4)));
        CHECK(after_rounds(on, first) == "waits");
        e.feed("ab");
        CHECK(after_rounds(on, first) == "waits");
        e.feed("cd");
        first.cancel();
        CHECK(after_rounds(on, first) == "cancelled");
        CHECK(come_to(on, e.c.reader.readexactly(4)) == "'abcd'");
    });
}

TEST_CASE("when the connection breaks, every read raises why, now and later" * doctest::skip(!resets_are_told)) {
    on_each_selector([](selector_loop& on) {
        const far_end e(on, 64 * 1024, tcp_pair());
        const reading waits = on.loop.create_task(lasti::as_coroutine(e.c.reader.readline()));
        CHECK(after_rounds(on, waits) == "waits");
        CHECK_FALSE(e.c.reader.exception());
        reset(e.there);
        CHECK(starts_with(after_rounds(on, waits), "connection_reset_error: "));
        CHECK(e.c.reader.exception().is<lasti::connection_reset_error>());
        CHECK(starts_with(come_to(on, e.c.reader.read(1)), "connection_reset_error: "));
        CHECK(starts_with(come_to(on, e.c.writer.drain()), "connection_reset_error: "));
        CHECK(starts_with(come_to(on, e.c.writer.wait_closed()), "connection_reset_error: "));
        CHECK(e.c.writer.fileno() == -1);
    });
}

TEST_CASE("ST1: nothing is received but when somebody reads, so that a fast sender has to wait") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on, 64 * 1024, tcp_pair());
        const std::size_t sent = fill(e.there);
        CHECK(come_to(on, e.c.reader.read(1)) != "waits");
        for (int i = 0; i < 20; ++i) on.loop.poll();
        CHECK(fill(e.there) <= 1024 * 1024 + 2 * 65536); // no more than one read has made room for, and the system's grain
        std::size_t received = 1;
        while (received < sent) {
            const reading next = on.loop.create_task(lasti::as_coroutine(e.c.reader.read(100000)));
            received += on.loop.run_until_complete(next).size();
        }
        CHECK(received >= sent);
    });
}

TEST_CASE("a peer that sends without end does not keep others from their turns") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        struct reads_on {
            far_end e;
            int* times;
            std::string text;
            COROUTINE_BODY(void) {
                BEGIN;
                for (;;) {
                    fill(e.there);
                    AWAIT_SET(text, e.c.reader.read(65536));
                    ++*times;
                }
                END;
            }
        };
        int times = 0;
        const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(reads_on{e, &times, ""}));
        int rounds = 0;
        struct counts_rounds {
            int* rounds;
            COROUTINE_BODY(void) {
                BEGIN;
                for (; *rounds < 5; ++*rounds) AWAIT(lasti::sleep(0));
                END;
            }
        };
        on.loop.run_until_complete(lasti::coroutine<>(counts_rounds{&rounds}));
        CHECK(times > 16);
        CHECK_FALSE(t.done());
        t.cancel();
        on.loop.run();
    });
}

TEST_CASE("a limit of 0, and a socket that is no stream, are value_errors; one socket is one stream's") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = lasti::socketpair();
        CHECK_THROWS_AS(lasti::connection_of(on.loop, ends.first, 0), lasti::value_error);
        CHECK_THROWS_AS(lasti::connection_of(on.loop, lasti::socket(AF_INET, SOCK_DGRAM)), lasti::value_error);
        const lasti::connection c = lasti::connection_of(on.loop, ends.first);
        CHECK_THROWS_AS(lasti::connection_of(on.loop, ends.first), lasti::runtime_error);
        CHECK_THROWS_AS(on.loop.sock_recv(ends.first, 10), lasti::runtime_error);
        CHECK_THROWS_AS((void)lasti::stream_reader().read(1), lasti::type_error);
        CHECK_THROWS_AS(lasti::stream_writer().write("a"), lasti::type_error);
    });
}

TEST_SUITE_END();
