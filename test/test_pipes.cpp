// Pipes, terminals, devices and the program's own input and output as streams. On each selector.
#include <lasti/pipes.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>

#include <lasti/lasti.hpp>

#include "support/streams.hpp"
#include "support/temporary.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

/// A descriptor that the test has given away.
int given(int& fd) {
    const int gone = fd;
    fd = -1;
    return gone;
}

/// Both ends, of which the test gives one away.
struct blocking_pipe {
    int reads, writes;

    blocking_pipe() {
        int ends[2];
        if (::pipe(ends) != 0) throw std::runtime_error("pipe");
        reads = ends[0];
        writes = ends[1];
    }
    blocking_pipe(blocking_pipe const&) = delete;
    ~blocking_pipe() {
        if (reads >= 0) ::close(reads);
        if (writes >= 0) ::close(writes);
    }
    void close_reading_end() { ::close(given(reads)); }
    void close_writing_end() { ::close(given(writes)); }
    void put(std::string const& text) const { (void)!::write(writes, text.data(), text.size()); }
    std::string get() const { return read_from(reads); }
    static std::string read_from(int fd) {
        char room[100];
        const ssize_t n = ::read(fd, room, sizeof room);
        return n < 0 ? "nothing" : std::string(room, static_cast<std::size_t>(n));
    }
};

bool is_blocking(int fd) { return !(::fcntl(fd, F_GETFL) & O_NONBLOCK); }
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

/// `fd` is `other` while this lives.
struct in_place_of {
    int const fd, kept;

    in_place_of(int which, int other) : fd(which), kept(::dup(which)) { ::dup2(other, fd); }
    in_place_of(in_place_of const&) = delete;
    ~in_place_of() {
        ::dup2(kept, fd);
        ::close(kept);
    }
};

/// A terminal that changes nothing and echoes nothing, and the side where the keyboard is.
struct terminal_pair {
    int keyboard, terminal;

    explicit terminal_pair(tcflag_t kept = 0) : keyboard(::posix_openpt(O_RDWR | O_NOCTTY)) {
        REQUIRE(keyboard >= 0);
        REQUIRE(::grantpt(keyboard) == 0);
        REQUIRE(::unlockpt(keyboard) == 0);
        terminal = ::open(::ptsname(keyboard), O_RDWR | O_NOCTTY);
        REQUIRE(terminal >= 0);
        termios how;
        ::tcgetattr(terminal, &how);
        ::cfmakeraw(&how);
        how.c_lflag |= kept;
        ::tcsetattr(terminal, TCSANOW, &how);
    }
    terminal_pair(terminal_pair const&) = delete;
    ~terminal_pair() {
        if (keyboard >= 0) ::close(keyboard);
        if (terminal >= 0) ::close(terminal);
    }
    std::string read_from_keyboard(std::size_t n) const {
        std::string all; // the system takes its time
        while (all.size() < n) all += blocking_pipe::read_from(keyboard);
        return all;
    }
};

std::string much() { return std::string(20000000, 'x'); }

} // namespace

TEST_SUITE_BEGIN("pipes");

TEST_CASE("PI1: a reading end gives what comes, and then the end; its last handle closes it") {
    on_each_selector([](selector_loop& on) {
        blocking_pipe p;
        const int fd = p.reads;
        lasti::stream_reader reader = lasti::connect_read_pipe(on.loop, given(p.reads));
        CHECK_FALSE(is_blocking(fd));
        CHECK(reader.describe() == "stream of pipe " + std::to_string(fd));
        const lasti::task<std::string> first = start(on, reader.read(100));
        CHECK(after_rounds(on, first) == "waits");
        CHECK(contains(on.loop.describe_tasks(), "read of pipe"));
        p.put("one\ntwo\nth");
        CHECK(after_rounds(on, first) == "'one\ntwo\nth'");
        p.put("ree");
        p.close_writing_end();
        CHECK(come_to(on, reader.readline()) == "'ree'");
        CHECK(come_to(on, reader.readline()) == "''");
        CHECK(reader.at_eof());
        CHECK(is_open(fd));
        reader = lasti::stream_reader();
        CHECK_FALSE(is_open(fd));
    });
}

TEST_CASE("PI1: a writing end writes, and has who writes too fast wait; close() sends the rest") {
    on_each_selector([](selector_loop& on) {
        blocking_pipe p;
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, given(p.writes));
        ::fcntl(p.reads, F_SETFL, O_NONBLOCK);
        CHECK(writer.describe() == "stream of pipe " + std::to_string(writer.fileno()));
        writer.write("hello");
        writer.writelines({" there", ", you"});
        CHECK(p.get() == "hello there, you");
        const lasti::task<void> sends = start(on, writer.send_all(std::string(300000, 'x')));
        CHECK(after_rounds(on, sends) == "waits");
        writer.close();
        std::size_t sum = 0;
        char room[50000];
        for (int i = 0; i < 1000; ++i) {
            const ssize_t n = ::read(p.reads, room, sizeof room);
            if (n == 0) break;
            if (n > 0) sum += static_cast<std::size_t>(n);
            on.loop.poll();
        }
        CHECK(sum == 300000);
        CHECK(p.get() == "");
        CHECK(after_rounds(on, sends) == "done");
        CHECK(come_to(on, writer.wait_closed()) == "done");
    });
}

TEST_CASE("PI1: write_eof() of a pipe closes it; what is written then is dropped") {
    on_each_selector([](selector_loop& on) {
        blocking_pipe p;
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, given(p.writes));
        writer.write("x");
        writer.write_eof();
        writer.write("y");
        CHECK(p.get() == "x");
        CHECK(p.get() == "");
        CHECK(come_to(on, writer.wait_closed()) == "done");
    });
}

TEST_CASE("PI1: what is neither pipe nor socket nor device is refused, and still the caller's") {
    on_each_selector([](selector_loop& on) {
        const temporary_file file("text");
        const int fds[] = {::open(file.path.c_str(), O_RDWR), ::open("/tmp", O_RDONLY), ::socket(AF_INET, SOCK_DGRAM, 0)};
        for (const int fd : fds) {
            CHECK_THROWS_AS(lasti::connect_read_pipe(on.loop, fd), lasti::value_error);
            CHECK_THROWS_AS(lasti::connect_write_pipe(on.loop, fd), lasti::value_error);
            CHECK(is_blocking(fd));
            ::close(fd);
        }
        CHECK_THROWS_WITH_AS(lasti::connect_read_pipe(on.loop, 999), "connect_read_pipe: descriptor 999: Bad file descriptor",
                             lasti::os_error);
        CHECK_THROWS_AS(lasti::connect_write_pipe(on.loop, -1), lasti::os_error);
        blocking_pipe p;
        CHECK_THROWS_AS(lasti::connect_read_pipe(on.loop, p.reads, 0), lasti::value_error);
        CHECK_THROWS_AS(lasti::connect_read_pipe(p.reads), lasti::runtime_error); // no running loop
        CHECK(is_blocking(p.reads));
    });
}

TEST_CASE("PI1: a writing end is closed as soon as nobody reads, though nothing is written") {
    on_each_selector([](selector_loop& on) {
        blocking_pipe p;
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, given(p.writes));
        const lasti::task<void> waits = start(on, writer.wait_closed());
        writer.write("read by nobody");
        CHECK(after_rounds(on, waits) == "waits");
        p.close_reading_end();
        CHECK(after_rounds(on, waits) == "done");
        CHECK(writer.is_closing());
        writer.write("x");
        CHECK(starts_with(come_to(on, writer.drain()), "connection_reset_error: Connection lost"));
    });
}

TEST_CASE("PI1: if something is still to be sent then, that is a broken pipe, for all who wait") {
    on_each_selector([](selector_loop& on) {
        blocking_pipe p;
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, given(p.writes));
        writer.write(much());
        const lasti::task<void> drains = start(on, writer.drain());
        const lasti::task<void> sends = start(on, writer.send_all("x"));
        const lasti::task<void> closes = start(on, writer.wait_closed());
        CHECK(after_rounds(on, drains) == "waits");
        p.close_reading_end();
        CHECK(after_rounds(on, drains) == "broken_pipe_error: write: Broken pipe");
        CHECK(after_rounds(on, sends) == "broken_pipe_error: write: Broken pipe");
        CHECK(after_rounds(on, closes) == "broken_pipe_error: write: Broken pipe");
        CHECK(writer.get_write_buffer_size() == 0);
    });
}

TEST_CASE("PI1: nobody reads already: no SIGPIPE, though the program has not ignored it") {
    struct sigaction before, action = {};
    action.sa_handler = SIG_DFL;
    ::sigaction(SIGPIPE, &action, &before);
    on_each_selector([](selector_loop& on) {
        blocking_pipe p;
        p.close_reading_end();
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, given(p.writes));
        CHECK(come_to(on, writer.send_all("x")) == "broken_pipe_error: write: Broken pipe");
    });
    ::sigaction(SIGPIPE, &before, nullptr);
}

TEST_CASE("PI1: a FIFO that is open for both goes on, whatever stands in it") {
    on_each_selector([](selector_loop& on) {
        const std::string path = temporary_path();
        REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
        const int fd = ::open(path.c_str(), O_RDWR);
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, fd);
        writer.write("to myself");
        some_rounds(on);
        CHECK_FALSE(writer.is_closing());
        CHECK(blocking_pipe::read_from(fd) == "to myself");
        ::unlink(path.c_str());
    });
}

TEST_CASE("PI1: the ends of a socket pair will do") {
    on_each_selector([](selector_loop& on) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, ends[0]);
        lasti::stream_reader reader = lasti::connect_read_pipe(on.loop, ends[1]);
        writer.write("hello");
        CHECK(come_to(on, reader.read(100)) == "'hello'");
        CHECK(contains(writer.describe(), "stream of socket "));
        some_rounds(on);
        CHECK_FALSE(writer.is_closing());
        reader = lasti::stream_reader();
        some_rounds(on);
        CHECK(writer.is_closing());
    });
}

TEST_CASE("PI1: a socket whose other side has sent something is not closed for that") {
    on_each_selector([](selector_loop& on) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, ends[0]);
        (void)!::write(ends[1], "x", 1);
        some_rounds(on);
        CHECK_FALSE(writer.is_closing());
        writer.write("still here");
        CHECK(blocking_pipe::read_from(ends[1]) == "still here");
        ::close(ends[1]);
    });
}

TEST_CASE("PI1: devices: /dev/null takes all, /dev/zero never ends but lets others have their turns, /dev/full is full") {
    on_each_selector([](selector_loop& on) {
        const lasti::stream_writer null = lasti::connect_write_pipe(on.loop, ::open("/dev/null", O_WRONLY));
        CHECK(come_to(on, null.send_all(much())) == "done");
        const lasti::stream_reader zero = lasti::connect_read_pipe(on.loop, ::open("/dev/zero", O_RDONLY));
        const lasti::task<std::string> reads = start(on, zero.readexactly(4000000));
        int turns = 0;
        for (int i = 0; i < 100 && !reads.done(); ++i, ++turns) on.loop.poll();
        REQUIRE(reads.done());
        CHECK(reads.result().size() == 4000000);
        CHECK(turns > 2);
        const lasti::stream_writer full = lasti::connect_write_pipe(on.loop, ::open("/dev/full", O_WRONLY));
        full.write("x");
        CHECK(come_to(on, full.drain()) == "os_error: write: No space left on device");
    });
}

TEST_CASE("PI1: a terminal: what is typed comes as lines, and its hanging up is told") {
    on_each_selector([](selector_loop& on) {
        terminal_pair t(ICANON);
        const int keyboard = t.keyboard, other = ::dup(t.terminal);
        const lasti::stream_reader reader = lasti::connect_read_pipe(on.loop, given(t.terminal));
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, other);
        const lasti::task<std::string> line = start(on, reader.readline());
        (void)!::write(keyboard, "ls", 2);
        CHECK(after_rounds(on, line) == "waits");
        (void)!::write(keyboard, "\n", 1);
        CHECK(on.loop.run_until_complete(line) == "ls\n"); // the system takes its time
        writer.write("a file\n");
        CHECK(t.read_from_keyboard(7) == "a file\n");
        const lasti::task<std::string> waits = start(on, reader.readline());
        CHECK(after_rounds(on, waits) == "waits");
        ::close(given(t.keyboard));
        CHECK(on.loop.run_until_complete(waits) == "");
        writer.write("x");
        CHECK(come_to(on, writer.drain()) == "os_error: write: Input/output error");
    });
}

TEST_CASE("who reads a pipe and is cancelled loses nothing: before, while and after something comes") {
    on_each_selector([](selector_loop& on) {
        blocking_pipe p;
        const lasti::stream_reader reader = lasti::connect_read_pipe(on.loop, given(p.reads));
        lasti::task<std::string> t = start(on, reader.readline());
        t.cancel();
        CHECK(after_rounds(on, t) == "cancelled");
        t = start(on, reader.readline());
        some_rounds(on);
        t.cancel();
        p.put("li");
        CHECK(after_rounds(on, t) == "cancelled");
        t = start(on, reader.readline());
        some_rounds(on);
        p.put("ne\n");
        t.cancel();
        CHECK(after_rounds(on, t) == "cancelled");
        CHECK(come_to(on, reader.readline()) == "'line\n'");
    });
}

TEST_CASE("a writing end that idles keeps run() from nothing; who waits for its reader is not stuck") {
    on_each_selector([](selector_loop& on) {
        blocking_pipe p;
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, given(p.writes));
        on.loop.run();
        const lasti::task<void> waits = start(on, writer.wait_closed());
        const lasti::handle closes = on.loop.call_later(5, [&] { p.close_reading_end(); });
        on.loop.run();
        CHECK(state_of(waits) == "done");
    });
}

TEST_CASE("a loop that is closed under pipes frees them, and who waits") {
    const int open = open_descriptors();
    {
        blocking_pipe in, out;
        lasti::stream_reader reader;
        lasti::stream_writer writer;
        {
            selector_loop on("poll");
            reader = lasti::connect_read_pipe(on.loop, given(in.reads));
            writer = lasti::connect_write_pipe(on.loop, given(out.writes));
            writer.write(much());
            start(on, reader.read());
            start(on, writer.drain());
            on.loop.poll();
        }
        writer.write("more");
    }
    CHECK(open_descriptors() == open);
}

// ---- CPython's tests ----------------------------------------------------------------------------

TEST_CASE("what comes through a pipe, and its end (test_asyncio/test_events.py: EventLoopTestsMixin.test_read_pipe)") {
    on_each_selector([](selector_loop& on) {
        blocking_pipe p;
        const lasti::stream_reader reader = lasti::connect_read_pipe(on.loop, given(p.reads));
        const lasti::task<std::string> all = start(on, reader.readexactly(5));
        p.put("1");
        CHECK(after_rounds(on, all) == "waits");
        p.put("2345");
        CHECK(on.loop.run_until_complete(all) == "12345");
        CHECK_FALSE(reader.at_eof());
        p.close_writing_end();
        CHECK(on.loop.run_until_complete(reader.read()) == "");
        CHECK(reader.at_eof());
    });
}

TEST_CASE("what is written comes through a pipe (test_asyncio/test_events.py: EventLoopTestsMixin.test_write_pipe)") {
    on_each_selector([](selector_loop& on) {
        blocking_pipe p;
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, given(p.writes));
        writer.write("1");
        CHECK(p.get() == "1");
        writer.write("2345");
        CHECK(p.get() == "2345");
        some_rounds(on);
        CHECK_FALSE(writer.is_closing());
        p.close_reading_end();
        CHECK(writer.get_extra_info("fileno") != "");
        writer.close();
        on.loop.run_until_complete(writer.wait_closed());
        CHECK(writer.is_closing());
    });
}

TEST_CASE("a socket that nobody reads (test_asyncio/test_events.py: EventLoopTestsMixin.test_write_pipe_disconnect_on_close)") {
    on_each_selector([](selector_loop& on) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, ends[1]);
        writer.write("1");
        CHECK(blocking_pipe::read_from(ends[0]) == "1");
        ::close(ends[0]);
        on.loop.run_until_complete(writer.wait_closed());
        CHECK(writer.is_closing());
    });
}

TEST_CASE("a terminal is read from its keyboard's side (test_asyncio/test_events.py: EventLoopTestsMixin.test_read_pty_output)") {
    on_each_selector([](selector_loop& on) {
        terminal_pair t;
        lasti::stream_reader reader = lasti::connect_read_pipe(on.loop, given(t.keyboard));
        (void)!::write(t.terminal, "1", 1);
        CHECK(on.loop.run_until_complete(reader.readexactly(1)) == "1");
        (void)!::write(t.terminal, "2345", 4);
        CHECK(on.loop.run_until_complete(reader.readexactly(4)) == "2345");
        ::close(given(t.terminal));
        CHECK_THROWS_WITH_AS(on.loop.run_until_complete(reader.read(1)), "read: Input/output error", lasti::os_error);
    });
}

TEST_CASE("a terminal is written to (test_asyncio/test_events.py: EventLoopTestsMixin.test_write_pty)") {
    on_each_selector([](selector_loop& on) {
        terminal_pair t;
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, given(t.terminal));
        writer.write("1");
        CHECK(t.read_from_keyboard(1) == "1");
        writer.write("2345");
        CHECK(t.read_from_keyboard(4) == "2345");
        CHECK_FALSE(writer.is_closing());
        ::close(given(t.keyboard));
        writer.close();
        on.loop.run_until_complete(writer.wait_closed());
    });
}

TEST_CASE("a terminal in both directions (test_asyncio/test_events.py: EventLoopTestsMixin.test_bidirectional_pty)") {
    on_each_selector([](selector_loop& on) {
        terminal_pair t;
        const int other = ::dup(t.terminal);
        const lasti::stream_reader reader = lasti::connect_read_pipe(on.loop, given(t.terminal));
        const lasti::stream_writer writer = lasti::connect_write_pipe(on.loop, other);
        writer.write("1");
        CHECK(t.read_from_keyboard(1) == "1");
        (void)!::write(t.keyboard, "a", 1);
        CHECK(on.loop.run_until_complete(reader.readexactly(1)) == "a");
        writer.write("2345");
        CHECK(t.read_from_keyboard(4) == "2345");
        (void)!::write(t.keyboard, "bcde", 4);
        CHECK(on.loop.run_until_complete(reader.readexactly(4)) == "bcde");
    });
}

// ---- stdin and stdout ---------------------------------------------------------------------------

TEST_CASE("open_stdin() of a pipe: reads it, and leaves it as it was for the others that have it") {
    on_each_selector([](selector_loop& on) {
        blocking_pipe p;
        const in_place_of zero(0, p.reads);
        p.put("line\n");
        lasti::stream_reader reader;
        on.loop.call_soon([&] { reader = lasti::open_stdin(); });
        some_rounds(on, 2);
        CHECK(come_to(on, reader.readline()) == "'line\n'");
#if defined(__linux__)
        CHECK(is_blocking(0));
#endif
        reader = lasti::stream_reader();
        CHECK(is_open(0));
        CHECK(is_blocking(0));
        p.put("more");
        CHECK(blocking_pipe::read_from(0) == "more");
    });
}

TEST_CASE("open_stdin() of a socket, which cannot be opened anew: it is blocking again afterwards") {
    on_each_selector([](selector_loop& on) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
        {
            const in_place_of zero(0, ends[0]);
            lasti::stream_reader reader;
            on.loop.call_soon([&] { reader = lasti::open_stdin(); });
            some_rounds(on, 2);
            CHECK_FALSE(is_blocking(0));
            const lasti::task<std::string> reads = start(on, reader.readline());
            (void)!::write(ends[1], "hello\n", 6);
            CHECK(after_rounds(on, reads) == "'hello\n'");
            reader = lasti::stream_reader();
            CHECK(is_blocking(0));
        }
        ::close(ends[0]);
        ::close(ends[1]);
    });
}

TEST_CASE("open_stdin() of a file reads it from where it stands, to its end") {
    on_each_selector([](selector_loop& on) {
        std::string text = "first\n";
        text += std::string(3000000, 'x') + '\n';
        const temporary_file file(text);
        const int fd = ::open(file.path.c_str(), O_RDONLY);
        ::lseek(fd, 6, SEEK_SET);
        {
            const in_place_of zero(0, fd);
            lasti::stream_reader reader;
            on.loop.call_soon([&] { reader = lasti::open_stdin(); });
            some_rounds(on, 2);
            const lasti::task<std::string> all = start(on, reader.read());
            CHECK(after_rounds(on, all, 100) != "waits");
            CHECK(all.result().size() == 3000001);
            CHECK(come_to(on, reader.read(1)) == "''");
        }
        ::close(fd);
    });
}

TEST_CASE("open_stdout() of a pipe and of a file; a directory is refused, a closed descriptor an os_error") {
    on_each_selector([](selector_loop& on) {
        blocking_pipe p;
        const temporary_file file("text ");
        const int fd = ::open(file.path.c_str(), O_WRONLY | O_APPEND), folder = ::open("/tmp", O_RDONLY);
        const auto write_by = [&on](lasti::stream_writer (*open)(), std::string const& text) {
            std::string problem;
            on.loop.call_soon([&] {
                try {
                    open().write(text);
                } catch (std::exception const& e) { problem = e.what(); }
            });
            some_rounds(on, 2);
            return problem;
        };
        {
            const in_place_of two(2, p.writes);
            CHECK(write_by(lasti::open_stderr, "to a pipe") == "");
            CHECK(is_blocking(2));
            CHECK(p.get() == "to a pipe");
        }
        std::string in_file, refused, closed;
        {
            const in_place_of one(1, fd);
            in_file = write_by(lasti::open_stdout, "and more");
        }
        {
            const in_place_of one(1, folder);
            refused = write_by(lasti::open_stdout, "x");
            ::close(1);
            closed = write_by(lasti::open_stdout, "x");
        }
        CHECK(in_file == "");
        CHECK(file.text() == "text and more");
        CHECK(contains(refused, "open_stdout: descriptor 1 is no pipe"));
        CHECK(contains(closed, "open_stdout: descriptor 1: Bad file descriptor"));
        ::close(fd);
        ::close(folder);
    });
}

TEST_SUITE_END();
