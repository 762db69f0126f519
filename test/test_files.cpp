// Files: modes, what reading and writing give, their order, and what a cancellation leaves. On each selector.
#include <lasti/files.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <sys/stat.h>

#include <lasti/lasti.hpp>

#include "support/gate.hpp"
#include "support/streams.hpp"
#include "support/temporary.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::file open(selector_loop& on, std::string const& path, std::string const& mode = "r") {
    return on.loop.run_until_complete(lasti::open_file(path, mode));
}

template <class R>
R done(selector_loop& on, lasti::coroutine<R> c) {
    return on.loop.run_until_complete(std::move(c));
}

/// "name: message" of what it raises.
template <class R>
std::string failure(selector_loop& on, lasti::coroutine<R> c) {
    const lasti::task<R> t = on.loop.create_task(std::move(c));
    on.loop.run();
    return state_of(t);
}

lasti::coroutine<std::vector<std::string>> lines_of(std::string path) {
    lasti::file f;
    std::vector<std::string> lines;
    std::string line;
    return COROUTINE(std::vector<std::string>) {
        BEGIN;
        AWAIT_SET(f, lasti::open_file(path));
        ASYNC_WITH(f)
            ASYNC_FOR(line, f)
                lines.push_back(line);
            END_ASYNC_FOR
        END_ASYNC_WITH
        RETURN(lines);
        END;
    };
}

/// Keeps all threads of the loop's executor, but for one, from work: there is only one.
struct one_thread {
    std::shared_ptr<lasti::thread_pool_executor> pool = std::make_shared<lasti::thread_pool_executor>(1);
    explicit one_thread(selector_loop& on) { on.loop.set_default_executor(pool); }
};

} // namespace

TEST_SUITE_BEGIN("files");

TEST_CASE("reading: some, a line, all, nothing more") {
    on_each_selector([](selector_loop& on) {
        const temporary_file there("one\ntwo\nthree");
        const lasti::file f = open(on, there.path);
        CHECK(f.name() == there.path);
        CHECK(f.mode() == "r");
        CHECK(f.fileno() >= 0);
        CHECK(done(on, f.read(2)) == "on");
        CHECK(done(on, f.tell()) == 2);
        CHECK(done(on, f.readline()) == "e\n");
        CHECK(done(on, f.read(0)) == "");
        CHECK(done(on, f.readline()) == "two\n");
        CHECK(done(on, f.readline()) == "three");
        CHECK(done(on, f.readline()) == "");
        CHECK(done(on, f.read()) == "");
        CHECK(done(on, f.seek(4)) == 4);
        CHECK(done(on, f.read()) == "two\nthree");
        CHECK(done(on, f.read(100)) == "");
        there.append("!\n");
        CHECK(done(on, f.read(100)) == "!\n"); // the end is no end for ever
    });
}

TEST_CASE("much: megabytes in one read, lines of every length, and the end of the program's memory is not near") {
    on_each_selector([](selector_loop& on) {
        std::string text;
        for (std::size_t i = 0; text.size() < 3000000; i = i * 3 + 1) text += std::string(i % 200000, 'x') + '\n';
        const temporary_file there(text);
        CHECK((done(on, open(on, there.path).read()) == text));
        const lasti::file f = open(on, there.path, "rb");
        CHECK((done(on, f.read(1500000)) == text.substr(0, 1500000)));
        std::string rest;
        for (std::string const& line : on.loop.run_until_complete(lines_of(there.path))) rest += line;
        CHECK((rest == text));
    });
}

TEST_CASE("lines need a thread once for 64 KiB") {
    on_each_selector([](selector_loop& on) {
        std::string text;
        for (int i = 0; i < 1000; ++i) text += "line\n";
        const temporary_file there(text);
        const lasti::file f = open(on, there.path);
        CHECK(done(on, f.readline()) == "line\n");
        int lines = 1;
        for (; lines < 1000; ++lines) {
            const lasti::task<std::string> t = start(on, f.readline());
            on.loop.poll();
            if (!t.done()) break;
        }
        CHECK(lines == 1000);
    });
}

TEST_CASE("modes: w begins anew, a goes on, x makes, + does both; what they forbid is a value_error") {
    on_each_selector([](selector_loop& on) {
        const temporary_file there("old");
        lasti::file f = open(on, there.path, "w");
        CHECK(done(on, f.write("new text")) == 8);
        CHECK(there.text() == "new text");
        CHECK(failure(on, f.read()) == "value_error: '" + there.path + "' is not open for reading");
        f = open(on, there.path, "ab");
        CHECK(done(on, f.tell()) == 8);
        done(on, f.seek(0));
        CHECK(done(on, f.write(", more")) == 6);
        CHECK(there.text() == "new text, more");
        f = open(on, there.path, "r+");
        CHECK(done(on, f.read(4)) == "new ");
        CHECK(done(on, f.write("TEXT")) == 4);
        CHECK(done(on, f.read()) == ", more");
        CHECK(there.text() == "new TEXT, more");
        CHECK(done(on, f.truncate(3)) == 3);
        CHECK(there.text() == "new");
        done(on, f.seek(1));
        CHECK(done(on, f.truncate()) == 1);
        CHECK(there.text() == "n");
        CHECK(done(on, f.seek(0, SEEK_END)) == 1);
        CHECK(failure(on, f.seek(-5)) == "os_error: seek " + there.path + ": Invalid argument");
        done(on, f.flush());
        done(on, f.fsync());
        f = open(on, there.path);
        CHECK(failure(on, f.write("x")) == "value_error: '" + there.path + "' is not open for writing");
        CHECK(failure(on, f.truncate(0)) == "value_error: '" + there.path + "' is not open for writing");
        CHECK(failure(on, lasti::open_file(there.path, "x")) == "file_exists_error: " + there.path + ": File exists");
        ::unlink(there.path.c_str());
        done(on, open(on, there.path, "x+").write("made"));
        CHECK(there.text() == "made");
        done(on, open(on, there.path, "w+t").write("again"));
        CHECK(there.text() == "again");
        for (const char* mode : {"", "b", "rw", "r++", "rbt", "q", "+"})
            CHECK_THROWS_AS(lasti::open_file(there.path, mode), lasti::value_error);
    });
}

TEST_CASE("what the system refuses is raised with the path: no file, a folder, no right, a full disk") {
    on_each_selector([](selector_loop& on) {
        CHECK(failure(on, lasti::open_file("/no/such/file")) == "file_not_found_error: /no/such/file: No such file or directory");
        CHECK(failure(on, lasti::open_file("/tmp")) == "is_a_directory_error: /tmp: Is a directory");
        CHECK(failure(on, lasti::open_file("/tmp", "w")) == "is_a_directory_error: /tmp: Is a directory");
        CHECK(failure(on, lasti::open_file("/dev/null/x")) == "not_a_directory_error: /dev/null/x: Not a directory");
        const lasti::file full = open(on, "/dev/full", "w");
        CHECK(failure(on, full.write("x")) == "os_error: write /dev/full: No space left on device");
        CHECK(failure(on, full.write("x")) == "os_error: write /dev/full: No space left on device");
        done(on, full.close());
    });
}

TEST_CASE("closing: again is nothing, what follows a value_error; so does ASYNC_WITH; the last handle closes, too") {
    on_each_selector([](selector_loop& on) {
        const temporary_file there("text");
        lasti::file f = open(on, there.path);
        CHECK_FALSE(f.closed());
        done(on, f.close());
        CHECK(f.closed());
        CHECK(f.fileno() == -1);
        done(on, f.close());
        const std::string told = "value_error: I/O operation on closed file '" + there.path + "'";
        CHECK(failure(on, f.read()) == told);
        CHECK(failure(on, f.write("x")) == told);
        CHECK(failure(on, f.seek(0)) == told);
        CHECK(failure(on, f.flush()) == told);
        f = open(on, there.path);
        const int fd = f.fileno();
        CHECK(::fcntl(fd, F_GETFD) == FD_CLOEXEC);
        f = lasti::file();
        CHECK(::fcntl(fd, F_GETFD) == -1);
        CHECK(on.loop.run_until_complete(lines_of(there.path)) == std::vector<std::string>{"text"});
        CHECK_THROWS_AS(f.read(), lasti::type_error);
        CHECK_THROWS_AS(f.closed(), lasti::type_error);
    });
}

TEST_CASE("operations of one file are done in the order in which they were awaited") {
    on_each_selector([](selector_loop& on) {
        const temporary_file there;
        const lasti::file f = open(on, there.path, "w+");
        for (int i = 0; i < 50; ++i) start(on, f.write(std::to_string(i) + ' '));
        const lasti::task<std::uint64_t> back = start(on, f.seek(0));
        const lasti::task<std::string> all = start(on, f.read());
        const lasti::task<void> closes = start(on, f.close());
        const lasti::task<std::string> late = start(on, f.read());
        on.loop.run();
        CHECK(starts_with(all.result(), "0 1 2 3 4 5 6 7 8 9 10 "));
        CHECK(closes.done());
        CHECK(starts_with(state_of(late), "value_error: I/O operation on closed file"));
    });
}

// ---- cancelling ---------------------------------------------------------------------------------

TEST_CASE("a read that is cancelled before, while and after a thread is at work loses nothing") {
    on_each_selector([](selector_loop& on) {
        const temporary_file there("one\ntwo\n");
        const one_thread only(on);
        const lasti::file f = open(on, there.path);
        lasti::task<std::string> t = start(on, f.readline());
        t.cancel();
        on.loop.run();
        CHECK(t.cancelled());
        gate g;
        only.pool->execute([&g] { g.wait(); });
        t = start(on, f.readline());
        for (int i = 0; i < 3; ++i) on.loop.poll();
        t.cancel();
        for (int i = 0; i < 3; ++i) on.loop.poll();
        CHECK(t.cancelled()); // at once
        const lasti::task<std::string> next = start(on, f.readline());
        for (int i = 0; i < 3; ++i) on.loop.poll();
        CHECK_FALSE(next.done());
        g.open();
        CHECK(on.loop.run_until_complete(next) == "one\n");
        CHECK(done(on, f.readline()) == "two\n");
    });
}

TEST_CASE("a write that is cancelled while a thread has it is written, before what follows") {
    on_each_selector([](selector_loop& on) {
        const temporary_file there;
        const one_thread only(on);
        const lasti::file f = open(on, there.path, "w");
        gate g;
        only.pool->execute([&g] { g.wait(); });
        const lasti::task<std::uint64_t> first = start(on, f.write("first "));
        const lasti::task<std::uint64_t> second = start(on, f.write("second "));
        const lasti::task<std::uint64_t> third = start(on, f.write("third"));
        for (int i = 0; i < 3; ++i) on.loop.poll();
        first.cancel();
        second.cancel(); // no thread has that yet
        for (int i = 0; i < 3; ++i) on.loop.poll();
        CHECK(first.cancelled());
        CHECK(second.cancelled());
        g.open();
        CHECK(on.loop.run_until_complete(third) == 5);
        CHECK(there.text() == "first third");
    });
}

TEST_CASE("what fails after a cancellation is raised by the next operation, or reported if there is none") {
    on_each_selector([](selector_loop& on) {
        const one_thread only(on);
        for (const bool drops : {false, true}) {
            lasti::file f = open(on, "/dev/full", "w");
            gate g;
            only.pool->execute([&g] { g.wait(); });
            lasti::task<std::uint64_t> t = start(on, f.write("x"));
            for (int i = 0; i < 3; ++i) on.loop.poll();
            t.cancel();
            for (int i = 0; i < 3; ++i) on.loop.poll();
            CHECK(t.cancelled());
            if (drops) f = lasti::file();
            g.open();
            if (drops) {
                t = lasti::task<std::uint64_t>();
                while (on.reported.count() == 0) on.loop.poll();
                CHECK(on.reported.messages() == "a file was dropped, and an operation that was cancelled failed\n");
                CHECK(on.reported[0].exception.what() == "write /dev/full: No space left on device");
                on.reported.forget();
            } else {
                CHECK(failure(on, f.close()) == "os_error: write /dev/full: No space left on device");
                CHECK(f.closed());
            }
        }
    });
}

TEST_CASE("open_file() that is cancelled closes what it opens") {
    on_each_selector([](selector_loop& on) {
        const temporary_file there("text");
        const one_thread only(on);
        gate g;
        only.pool->execute([&g] { g.wait(); });
        const lasti::task<lasti::file> t = start(on, lasti::open_file(there.path));
        for (int i = 0; i < 3; ++i) on.loop.poll();
        t.cancel();
        g.open();
        on.loop.run();
        CHECK(t.cancelled());
        CHECK(done(on, open(on, there.path).read()) == "text");
    });
}

TEST_CASE("a loop that is closed while threads are at work waits for them, and frees the file") {
    const int before = open_descriptors();
    {
        const temporary_file there("text");
        lasti::file f;
        {
            selector_loop on("poll");
            f = open(on, there.path, "r+");
            start(on, f.read());
            start(on, f.write("more"));
            for (int i = 0; i < 3; ++i) on.loop.poll();
        }
        CHECK(f.fileno() >= 0);
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("without an executor it is a runtime_error, and the file is closed by its last handle all the same") {
    // Needs exceptions: what is used wrongly throws.
    on_each_selector([](selector_loop& on) {
        const temporary_file there("text");
        lasti::file f = open(on, there.path);
        on.loop.run_until_complete(on.loop.shutdown_default_executor());
        CHECK(failure(on, f.read()) == "runtime_error: Executor shutdown has been called");
        CHECK(failure(on, f.close()) == "runtime_error: Executor shutdown has been called");
        CHECK(failure(on, lasti::open_file(there.path)) == "runtime_error: Executor shutdown has been called");
    });
}

TEST_CASE("a FIFO: nobody reads is a broken pipe, and no SIGPIPE; tell() has no answer") {
    on_each_selector([](selector_loop& on) {
        const std::string path = temporary_path();
        REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
        const int reads = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
        const lasti::file f = open(on, path, "w");
        CHECK(done(on, f.write("x")) == 1);
        CHECK(failure(on, f.tell()) == "os_error: seek " + path + ": Illegal seek");
        ::close(reads);
        CHECK(failure(on, f.write("x")) == "broken_pipe_error: write " + path + ": Broken pipe");
        ::unlink(path.c_str());
    });
}

TEST_SUITE_END();
