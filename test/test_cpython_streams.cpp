// CPython's test_streams.py: the reader. What feeds a StreamReader there is sent from the other end of a socket pair
// here, so that it is in the buffer only once somebody has read.
#include <lasti/stream_reader.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/streams.hpp"

#include <lasti/keywords.hpp>

namespace {

const std::string DATA = "line1\nline2\nline3\n";

struct fed : selector_loop, far_end {
    explicit fed(std::size_t limit = 64 * 1024) : selector_loop(all_selectors().front()), far_end(*this, limit, tcp_pair()) {}
    fed(std::string const& text, std::size_t limit = 64 * 1024) : fed(limit) { feed(text); }

    template <class A>
    std::string gives(A const& a) { return come_to(*this, a); }
    /// What it has come to once these are fed, one a time.
    template <class A>
    std::string gives(A const& a, std::vector<std::string> const& chunks, bool and_eof = false) {
        const lasti::task<std::string> t = loop.create_task(lasti::as_coroutine(a));
        loop.poll();
        for (std::string const& chunk : chunks) {
            feed(chunk);
            loop.poll();
        }
        if (and_eof) feed_eof();
        return after_rounds(*this, t);
    }
    lasti::stream_reader const& stream() const { return c.reader; }
    std::string buffer() const { return std::string(stream().shared_state()->in.data(), stream().shared_state()->in.size()); }
    void broken() {
        reset(there);
        while (!stream().exception()) gives(stream().readexactly(100000));
    }
};

const char* const separator = "AAA";
const char* const overrun = "limit_overrun_error: Separator is not found, and chunk exceed the limit";
const char* const too_long = "limit_overrun_error: Separator is found, but chunk is longer than limit";

} // namespace

TEST_SUITE_BEGIN("test_streams.py: StreamTests");

TEST_CASE("nothing that is fed gives nothing (test_asyncio/test_streams.py: StreamTests.test_feed_empty_data)") {
    fed f("");
    CHECK(f.gives(f.stream().read(1)) == "waits");
    CHECK(f.buffer() == "");
}

TEST_CASE("what is fed is in the buffer (test_asyncio/test_streams.py: StreamTests.test_feed_nonempty_data)") {
    fed f(DATA);
    CHECK(f.gives(f.stream().readexactly(100)) == "waits");
    CHECK(f.buffer() == DATA);
}

TEST_CASE("read(0) takes nothing (test_asyncio/test_streams.py: StreamTests.test_read_zero)") {
    fed f(DATA);
    CHECK(f.gives(f.stream().read(0)) == "''");
    CHECK(f.gives(f.stream().read(30)) == shown(DATA));
}

TEST_CASE("read(n) waits for something (test_asyncio/test_streams.py: StreamTests.test_read)") {
    fed f;
    CHECK(f.gives(f.stream().read(30), {DATA}) == shown(DATA));
    CHECK(f.buffer() == "");
}

TEST_CASE("read(n) takes no more than n (test_asyncio/test_streams.py: StreamTests.test_read_line_breaks)") {
    fed f("line1line2");
    CHECK(f.gives(f.stream().read(5)) == "'line1'");
    CHECK(f.buffer() == "line2");
}

TEST_CASE("read(n) gives nothing at the end (test_asyncio/test_streams.py: StreamTests.test_read_eof)") {
    fed f;
    CHECK(f.gives(f.stream().read(1024), {}, true) == "''");
    CHECK(f.buffer() == "");
}

TEST_CASE("read(-1) reads up to the end (test_asyncio/test_streams.py: StreamTests.test_read_until_eof)") {
    fed f;
    CHECK(f.gives(f.stream().read(-1), {"chunk1\n", "chunk2"}, true) == "'chunk1\nchunk2'");
    CHECK(f.buffer() == "");
}

TEST_CASE("an exception is raised also where something is left (test_asyncio/test_streams.py: StreamTests.test_read_exception)"
          * doctest::skip(!resets_are_told)) {
    fed f("line\n");
    CHECK(f.gives(f.stream().read(2)) == "'li'");
    f.broken();
    CHECK(starts_with(f.gives(f.stream().read(2)), "connection_reset_error: "));
}

TEST_CASE("a limit of 0 is refused (test_asyncio/test_streams.py: StreamTests.test_invalid_limit)") {
    CHECK_THROWS_WITH_AS(fed(0), "Limit cannot be <= 0", lasti::value_error);
}

TEST_CASE("the limit does not hold for read() (test_asyncio/test_streams.py: StreamTests.test_read_limit)") {
    fed f("chunk", 3);
    CHECK(f.gives(f.stream().read(5)) == "'chunk'");
    CHECK(f.buffer() == "");
}

TEST_CASE("readline() puts a line together (test_asyncio/test_streams.py: StreamTests.test_readline)") {
    fed f("chunk1 ");
    CHECK(f.gives(f.stream().readline(), {"chunk2 ", "chunk3 ", "\n chunk4"}) == "'chunk1 chunk2 chunk3 \n'");
    CHECK(f.buffer() == " chunk4");
}

TEST_CASE("a line above the limit that is there already (test_asyncio/test_streams.py: StreamTests.test_readline_limit_with_existing_data)") {
    fed f("line1\nline2\n", 3);
    CHECK(starts_with(f.gives(f.stream().readline()), "value_error: "));
    CHECK(f.buffer() == "line2\n");
    fed g("line1li", 3);
    CHECK(starts_with(g.gives(g.stream().readline()), "value_error: "));
    CHECK(g.buffer() == "");
}

TEST_CASE("at_eof() once all was read (test_asyncio/test_streams.py: StreamTests.test_at_eof)") {
    fed f;
    CHECK_FALSE(f.stream().at_eof());
    f.feed("some data\n");
    CHECK_FALSE(f.stream().at_eof());
    f.gives(f.stream().readline());
    CHECK_FALSE(f.stream().at_eof());
    f.feed("some data\n");
    f.feed_eof();
    f.gives(f.stream().readline());
    f.gives(f.stream().read(1)); // nothing is received but when somebody reads: so it sees the end
    CHECK(f.stream().at_eof());
}

TEST_CASE("a line above the limit that comes later (test_asyncio/test_streams.py: StreamTests.test_readline_limit)") {
    fed f(7);
    CHECK(starts_with(f.gives(f.stream().readline(), {"chunk1chunk2chunk3\n"}, true), "value_error: "));
    CHECK(f.buffer() == "");
    fed g(7);
    CHECK(starts_with(g.gives(g.stream().readline(), {"chunk1chunk2\nchunk3\n"}, true), "value_error: "));
    CHECK(g.buffer() == "chunk3\n");
    fed h("1234567\n", 7);
    CHECK(h.gives(h.stream().readline()) == "'1234567\n'");
    CHECK(h.buffer() == "");
    h.feed("12345678\n");
    CHECK(starts_with(h.gives(h.stream().readline()), "value_error: "));
    CHECK(h.buffer() == "");
    h.feed("12345678");
    CHECK(starts_with(h.gives(h.stream().readline()), "value_error: "));
    CHECK(h.buffer() == "");
}

TEST_CASE("a line that is there (test_asyncio/test_streams.py: StreamTests.test_readline_nolimit_nowait)") {
    fed f(DATA);
    CHECK(f.gives(f.stream().readline()) == "'line1\n'");
    CHECK(f.buffer() == "line2\nline3\n");
}

TEST_CASE("the last line has no end (test_asyncio/test_streams.py: StreamTests.test_readline_eof)") {
    fed f("some data");
    f.feed_eof();
    CHECK(f.gives(f.stream().readline()) == "'some data'");
}

TEST_CASE("no line at the end (test_asyncio/test_streams.py: StreamTests.test_readline_empty_eof)") {
    fed f;
    f.feed_eof();
    CHECK(f.gives(f.stream().readline()) == "''");
}

TEST_CASE("read() after readline() (test_asyncio/test_streams.py: StreamTests.test_readline_read_byte_count)") {
    fed f(DATA);
    f.gives(f.stream().readline());
    CHECK(f.gives(f.stream().read(7)) == "'line2\nl'");
    CHECK(f.buffer() == "ine3\n");
}

TEST_CASE("readline() raises the exception (test_asyncio/test_streams.py: StreamTests.test_readline_exception)"
          * doctest::skip(!resets_are_told)) {
    fed f("line\n");
    CHECK(f.gives(f.stream().readline()) == "'line\n'");
    f.broken();
    CHECK(starts_with(f.gives(f.stream().readline()), "connection_reset_error: "));
    CHECK(f.buffer() == "");
}

TEST_CASE("separators that are none (test_asyncio/test_streams.py: StreamTests.test_readuntil_separator)") {
    // Needs exceptions: what is used wrongly throws.
    fed f;
    CHECK(starts_with(f.gives(f.stream().readuntil("")), "value_error: Separator should be"));
    CHECK(starts_with(f.gives(f.stream().readuntil(std::vector<std::string>{""})), "value_error: Separator should be"));
    CHECK(starts_with(f.gives(f.stream().readuntil(std::vector<std::string>{})), "value_error: Separator should contain"));
}

TEST_CASE("readuntil() one after another (test_asyncio/test_streams.py: StreamTests.test_readuntil_multi_chunks)") {
    fed f;
    for (int i = 0; i < 2; ++i) {
        CHECK(f.gives(f.stream().readuntil(separator), {"lineAAA"}) == "'lineAAA'");
        CHECK(f.buffer() == "");
    }
    CHECK(f.gives(f.stream().readuntil(separator), {"lineAAAxxx"}) == "'lineAAA'");
    CHECK(f.buffer() == "xxx");
}

TEST_CASE("a separator that comes in parts (test_asyncio/test_streams.py: StreamTests.test_readuntil_multi_chunks_1)") {
    fed f;
    CHECK(f.gives(f.stream().readuntil("aaa"), {"QWEaa", "XYaa", "a"}) == "'QWEaaXYaaa'");
    CHECK(f.gives(f.stream().readuntil("aaa"), {"QWEaa", "XYa", "aa"}) == "'QWEaaXYaaa'");
    CHECK(f.gives(f.stream().readuntil("aaa"), {"aaa"}) == "'aaa'");
    CHECK(f.gives(f.stream().readuntil("aaa"), {"Xaaa"}) == "'Xaaa'");
    CHECK(f.gives(f.stream().readuntil("aaa"), {"XXX", "a", "a", "a"}) == "'XXXaaa'");
    CHECK(f.buffer() == "");
}

TEST_CASE("the end before the separator (test_asyncio/test_streams.py: StreamTests.test_readuntil_eof)") {
    fed f("some dataAA");
    f.feed_eof();
    const lasti::task<std::string> t = f.loop.create_task(lasti::as_coroutine(f.stream().readuntil(separator)));
    CHECK(contains(after_rounds(f, t), "undefined expected bytes"));
    CHECK(t.exception().as<lasti::incomplete_read_error>()->partial() == "some dataAA");
    CHECK(t.exception().as<lasti::incomplete_read_error>()->expected() == 0);
    CHECK(f.buffer() == "");
}

TEST_CASE("a separator beyond the limit (test_asyncio/test_streams.py: StreamTests.test_readuntil_limit_found_sep)") {
    fed f("some dataAA", 3);
    CHECK(f.gives(f.stream().readuntil(separator)) == overrun);
    CHECK(f.buffer() == "some dataAA");
    fed g("some dataAAA", 3);
    CHECK(g.gives(g.stream().readuntil(separator)) == too_long);
    CHECK(g.buffer() == "some dataAAA");
}

TEST_CASE("several separators (test_asyncio/test_streams.py: StreamTests.test_readuntil_multi_separator)") {
    fed f("line 1\nline 2\r");
    const std::vector<std::string> ends = {"\r", "\n"}, words = {"DEF", "BCDE"};
    CHECK(f.gives(f.stream().readuntil(ends)) == "'line 1\n'");
    CHECK(f.gives(f.stream().readuntil(ends)) == "'line 2\r'");
    f.feed("ABCDEFG");
    CHECK(f.gives(f.stream().readuntil(words)) == "'ABCDE'");
    CHECK(f.buffer() == "FG");
}

TEST_CASE("several separators and a limit (test_asyncio/test_streams.py: StreamTests.test_readuntil_multi_separator_limit)") {
    fed f("some dataA", 3);
    CHECK(f.gives(f.stream().readuntil(std::vector<std::string>{"A", "ome dataA"})) == too_long);
    CHECK(f.buffer() == "some dataA");
}

TEST_CASE("a separator longer than the text (test_asyncio/test_streams.py: StreamTests.test_readuntil_multi_separator_negative_offset)") {
    fed f("data");
    CHECK(f.gives(f.stream().readuntil(std::vector<std::string>{"A", "long sep"}), {"Z", "Aaaa"}) == "'dataZA'");
    CHECK(f.buffer() == "aaa");
}

TEST_CASE("readexactly() of nothing, or less (test_asyncio/test_streams.py: StreamTests.test_readexactly_zero_or_less)") {
    fed f(DATA);
    CHECK(f.gives(f.stream().readexactly(0)) == "''");
    CHECK_THROWS_WITH_AS((void)f.stream().readexactly(-1), "readexactly size can not be less than zero", lasti::value_error);
    CHECK(f.gives(f.stream().read(100)) == shown(DATA));
}

TEST_CASE("readexactly() waits for all (test_asyncio/test_streams.py: StreamTests.test_readexactly)") {
    fed f;
    CHECK(f.gives(f.stream().readexactly(2 * DATA.size()), {DATA, DATA + DATA}) == shown(DATA + DATA));
    CHECK(f.buffer() == DATA);
}

TEST_CASE("the limit does not hold for readexactly() (test_asyncio/test_streams.py: StreamTests.test_readexactly_limit)") {
    fed f("chunk", 3);
    CHECK(f.gives(f.stream().readexactly(5)) == "'chunk'");
    CHECK(f.buffer() == "");
}

TEST_CASE("readexactly() and the end (test_asyncio/test_streams.py: StreamTests.test_readexactly_eof)") {
    fed f(DATA);
    f.feed_eof();
    const lasti::task<std::string> t = f.loop.create_task(lasti::as_coroutine(f.stream().readexactly(2 * DATA.size())));
    CHECK(after_rounds(f, t) == "incomplete_read_error: 18 bytes read on a total of 36 expected bytes");
    CHECK(t.exception().as<lasti::incomplete_read_error>()->partial() == DATA);
    CHECK(t.exception().as<lasti::incomplete_read_error>()->expected() == 36);
    CHECK(f.buffer() == "");
}

TEST_CASE("readexactly() raises the exception (test_asyncio/test_streams.py: StreamTests.test_readexactly_exception)"
          * doctest::skip(!resets_are_told)) {
    fed f("line\n");
    CHECK(f.gives(f.stream().readexactly(2)) == "'li'");
    f.broken();
    CHECK(starts_with(f.gives(f.stream().readexactly(2)), "connection_reset_error: "));
}

TEST_CASE("exception() tells of it (test_asyncio/test_streams.py: StreamTests.test_exception)"
          * doctest::skip(!resets_are_told)) {
    fed f;
    CHECK_FALSE(f.stream().exception());
    f.broken();
    CHECK(f.stream().exception().is<lasti::connection_reset_error>());
}

TEST_CASE("who waits gets the exception (test_asyncio/test_streams.py: StreamTests.test_exception_waiter)"
          * doctest::skip(!resets_are_told)) {
    fed f;
    const lasti::task<std::string> t = f.loop.create_task(lasti::as_coroutine(f.stream().readline()));
    f.loop.poll();
    reset(f.there);
    CHECK(starts_with(after_rounds(f, t), "connection_reset_error: "));
}

TEST_CASE("an exception after who waited was cancelled (test_asyncio/test_streams.py: StreamTests.test_exception_cancel)") {
    fed f;
    const lasti::task<std::string> t = f.loop.create_task(lasti::as_coroutine(f.stream().readline()));
    f.loop.poll();
    t.cancel();
    f.loop.poll();
    reset(f.there);
    f.loop.poll();
    CHECK(t.cancelled());
    CHECK_FALSE(f.stream().shared_state()->has_reader);
}

TEST_CASE("a reader is of the loop that runs (test_asyncio/test_streams.py: StreamTests.test_streamreader_constructor_use_running_loop)") {
    selector_loop on(all_selectors().front());
    const socket_pair ends = lasti::socketpair();
    CHECK_THROWS_WITH_AS(lasti::connection_of(ends.first), "no running event loop", lasti::runtime_error);
    struct in_a_task {
        lasti::socket s;
        COROUTINE_BODY(lasti::stream_reader) { BEGIN; RETURN(lasti::connection_of(s).reader); END; }
    };
    const lasti::stream_reader r = on.loop.run_until_complete(lasti::coroutine<lasti::stream_reader>(in_a_task{ends.first}));
    CHECK(r.shared_state()->loop == &on.loop.core());
}

TEST_CASE("describe() tells where it stands (test_asyncio/test_streams.py: StreamTests.test___repr__)") {
    fed f;
    CHECK(starts_with(f.stream().describe(), "stream of socket "));
    f.broken();
    CHECK(starts_with(f.stream().describe(), "closed stream"));
}

TEST_SUITE_END();
