// add_reader() and its kin, and the loop that waits for descriptors; on each selector.
#include <lasti/event_loop.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lasti/exceptions.hpp>
#include <lasti/os_error.hpp>

#include "support/descriptors.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

struct on_each {
    template <class F>
    explicit on_each(F test) {
        for (std::string const& name : all_selectors()) {
            CAPTURE(name);
            const int open = open_descriptors();
            {
                selector_loop on(name);
                test(on, name);
            }
            CHECK(open_descriptors() == open);
        }
    }
};

lasti::coroutine<> sleeps(double time, trace note, std::string what) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(time)); note(what); END; };
}

bool is_readable(int fd) {
    pollfd p = {fd, POLLIN, 0};
    return ::poll(&p, 1, 0) == 1;
}

} // namespace

TEST_SUITE_BEGIN("descriptors");

TEST_CASE("L14: a reader is called in each round in which there is something to read") {
    on_each([](selector_loop& on, std::string const&) {
        const test_pipe p;
        const trace note;
        on.loop.add_reader(p.reads, [=] { note("ready"); });
        on.loop.poll();
        CHECK(note.take() == "");
        p.put("x");
        on.loop.poll();
        on.loop.poll();
        CHECK(note.take() == "ready ready"); // nobody has read
        CHECK(p.get() == "x");
        on.loop.poll();
        CHECK(note.take() == "");
        CHECK(on.loop.remove_reader(p.reads));
    });
}

TEST_CASE("L14: one callback for each descriptor and direction; another takes its place; remove tells whether there was one") {
    on_each([](selector_loop& on, std::string const&) {
        const test_pipe p;
        const trace note;
        CHECK_FALSE(on.loop.remove_reader(p.reads));
        on.loop.add_reader(p.reads, [=] { note("first"); });
        on.loop.add_reader(p.reads, [=] { note("second"); });
        p.put("x");
        on.loop.poll();
        CHECK(note.take() == "second");
        CHECK_FALSE(on.loop.remove_writer(p.reads));
        CHECK(on.loop.remove_reader(p.reads));
        CHECK_FALSE(on.loop.remove_reader(p.reads));
        on.loop.poll();
        CHECK(note.take() == "");
    });
}

TEST_CASE("a reader and a writer of one descriptor") {
    on_each([](selector_loop& on, std::string const&) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
        const trace note;
        on.loop.add_writer(ends[0], [=] { note("w"); });
        on.loop.add_reader(ends[0], [=] { note("r"); });
        on.loop.poll();
        CHECK(note.take() == "w");
        CHECK(::write(ends[1], "x", 1) == 1);
        on.loop.poll();
        CHECK(note.take() == "r w");
        CHECK(on.loop.remove_writer(ends[0]));
        on.loop.poll();
        CHECK(note.take() == "r");
        CHECK(on.loop.remove_reader(ends[0]));
        ::close(ends[0]);
        ::close(ends[1]);
    });
}

TEST_CASE("a callback that is removed by another in the same round is not called") {
    on_each([](selector_loop& on, std::string const&) {
        const test_pipe a, b;
        const trace note;
        lasti::event_loop* const loop = &on.loop;
        const int fd_a = a.reads, fd_b = b.reads;
        on.loop.add_reader(fd_a, [=] { note("a"); loop->remove_reader(fd_b); });
        on.loop.add_reader(fd_b, [=] { note("b"); loop->remove_reader(fd_a); });
        a.put("x");
        b.put("x");
        on.loop.poll();
        on.loop.poll();
        const std::string called = note.take();
        CHECK((called == "a a" || called == "b b"));
        CHECK(on.loop.remove_reader(fd_a) != on.loop.remove_reader(fd_b));
    });
}

TEST_CASE("a callback removes itself, and lives until it returns") {
    on_each([](selector_loop& on, std::string const&) {
        const test_pipe p;
        const trace note;
        const int fd = p.reads;
        lasti::event_loop* const loop = &on.loop;
        const local keep = noting(note, "gone");
        std::weak_ptr<void> alive = keep;
        on.loop.add_reader(fd, [=] {
            (void)keep;
            loop->remove_reader(fd);
            note("still here");
        });
        p.put("x");
        on.loop.run(); // and not for ever: nothing is left
        CHECK(note.take() == "still here");
    });
}

TEST_CASE("what a callback throws is reported, and it is called again") {
    on_each([](selector_loop& on, std::string const&) {
        const test_pipe p;
        on.loop.add_reader(p.reads, [] { throw std::runtime_error("oops"); });
        p.put("x");
        on.loop.poll();
        on.loop.poll();
        CHECK(on.reported.messages() == "Exception in callback\nException in callback\n");
        on.loop.remove_reader(p.reads);
    });
}

TEST_CASE("run() goes on while a callback waits; it is woken by what comes from another thread's writing") {
    on_each([](selector_loop& on, std::string const&) {
        test_pipe p;
        const trace note;
        lasti::event_loop* const loop = &on.loop;
        on.loop.add_reader(p.reads, [&] {
            note(p.get());
            loop->remove_reader(p.reads);
        });
        std::thread writer([&] { p.put("from a thread"); });
        on.loop.run();
        writer.join();
        CHECK(note.take() == "from a thread");
    });
}

TEST_CASE("the end of the other side makes a reader ready") {
    on_each([](selector_loop& on, std::string const&) {
        test_pipe p;
        const trace note;
        on.loop.add_reader(p.reads, [&] { note("end:" + p.get()); });
        p.close_writing_end();
        on.loop.poll();
        CHECK(note.take() == "end:");
        on.loop.remove_reader(p.reads);
    });
}

TEST_CASE("L2: a callback that schedules itself starves neither descriptors nor sleepers") {
    on_each([](selector_loop& on, std::string const&) {
        const test_pipe p;
        const trace note;
        lasti::event_loop* const loop = &on.loop;
        std::function<void()> again;
        bool seen = false;
        again = [&] { if (!seen) loop->call_soon(again); };
        on.loop.call_soon(again);
        on.loop.add_reader(p.reads, [&] {
            seen = true;
            note("ready");
            loop->remove_reader(p.reads);
        });
        p.put("x");
        on.loop.run();
        CHECK(note.take() == "ready");
    });
}

TEST_CASE("L1: in one round descriptors come before sleepers, and behind what other threads put in before") {
    on_each([](selector_loop& on, std::string const&) {
        const test_pipe p;
        const trace note;
        lasti::event_loop* const loop = &on.loop;
        const int fd = p.reads;
        on.loop.create_task(sleeps(1, note, "slept"));
        on.loop.poll();
        on.clock.advance(1);
        on.loop.add_reader(fd, [=] { note("read"); loop->remove_reader(fd); });
        on.loop.call_soon_threadsafe([=] { note("called"); });
        p.put("x");
        on.loop.poll();
        CHECK(note.take() == "called read slept");
    });
}

TEST_CASE("virtual time stands still while a descriptor is ready") {
    on_each([](selector_loop& on, std::string const&) {
        const test_pipe p;
        const trace note;
        lasti::event_loop* const loop = &on.loop;
        p.put("abc");
        int n = 0;
        on.loop.add_reader(p.reads, [&] {
            char c;
            CHECK(::read(p.reads, &c, 1) == 1);
            note(std::string(1, c) + std::to_string(static_cast<int>(loop->time())));
            if (++n == 4) loop->remove_reader(p.reads);
        });
        on.loop.create_task(sleeps(1, note, "slept"));
        on.loop.call_later(2, [&] { p.put("d"); });
        on.loop.run();
        CHECK(note.take() == "a0 b0 c0 slept d2");
    });
}

TEST_CASE("a descriptor that is watched is something that can still happen: no deadlock_error") {
    on_each([](selector_loop& on, std::string const&) {
        const test_pipe p;
        const lasti::future<int> f = on.loop.create_future<int>();
        struct waits {
            static lasti::coroutine<int> for_it(lasti::future<int> awaited) {
                int x = 0;
                return COROUTINE(int) { BEGIN; AWAIT_SET(x, awaited); RETURN(x); END; };
            }
        };
        lasti::event_loop* const loop = &on.loop;
        const int fd = p.reads;
        on.loop.add_reader(fd, [=] {
            loop->remove_reader(fd);
            f.set_result(3);
        });
        std::thread writer([&] { p.put("x"); });
        CHECK(on.loop.run_until_complete(waits::for_it(f)) == 3);
        writer.join();
        CHECK_THROWS_AS(on.loop.run_until_complete(waits::for_it(on.loop.create_future<int>())), lasti::runtime_error);
    });
}

TEST_CASE("a regular file is a permission_error, a closed or negative descriptor another error; nothing stays behind") {
    on_each([](selector_loop& on, std::string const&) {
        std::FILE* const file = std::tmpfile();
        REQUIRE(file != nullptr);
        CHECK_THROWS_AS(on.loop.add_reader(::fileno(file), [] {}), lasti::permission_error);
        std::fclose(file);
        CHECK_THROWS_AS(on.loop.add_writer(1000, [] {}), lasti::os_error);
        CHECK_THROWS_AS(on.loop.add_reader(-1, [] {}), lasti::value_error);
        CHECK_THROWS_AS(on.loop.add_reader(0, nullptr), lasti::type_error);
        on.loop.run(); // nothing is left
    });
}

TEST_CASE("on a closed loop add_reader throws, and remove_reader says no; closing drops the callbacks") {
    on_each([](selector_loop& on, std::string const&) {
        const test_pipe p;
        const trace note;
        {
            const local keep = noting(note, "dropped");
            on.loop.add_reader(p.reads, [keep] {});
        }
        on.loop.close();
        CHECK(note.take() == "dropped");
        CHECK_THROWS_AS(on.loop.add_reader(p.reads, [] {}), lasti::runtime_error);
        CHECK_FALSE(on.loop.remove_reader(p.reads));
        CHECK_FALSE(on.loop.remove_writer(p.reads));
    });
}

TEST_CASE("a number that was removed, closed and used again is watched anew") {
    on_each([](selector_loop& on, std::string const&) {
        const trace note;
        for (int i = 0; i < 3; ++i) {
            const test_pipe p;
            on.loop.add_reader(p.reads, [&] { note(p.get()); });
            p.put(std::to_string(i));
            on.loop.poll();
            on.loop.remove_reader(p.reads);
        }
        CHECK(note.take() == "0 1 2");
    });
}

TEST_CASE("a callback runs in the context that it was added in") {
    on_each([](selector_loop& on, std::string const&) {
        const test_pipe p;
        const trace note;
        static const lasti::context_var<int> number("number");
        lasti::copy_context().run([&] {
            number.set(4);
            on.loop.add_reader(p.reads, [=] { note(number.get()); });
        });
        p.put("x");
        on.loop.poll();
        CHECK(note.take() == "4");
        on.loop.remove_reader(p.reads);
    });
}

TEST_CASE("a signal that interrupts the wait changes nothing") {
    on_each([](selector_loop& on, std::string const&) {
        struct sigaction mine = {}, before;
        mine.sa_handler = [](int) {};
        REQUIRE(::sigaction(SIGUSR1, &mine, &before) == 0);
        const test_pipe p;
        const trace note;
        lasti::event_loop* const loop = &on.loop;
        on.loop.add_reader(p.reads, [&] { note(p.get()); loop->remove_reader(p.reads); });
        const pthread_t self = ::pthread_self();
        std::thread disturber([&] {
            for (int i = 0; i < 50; ++i) {
                ::pthread_kill(self, SIGUSR1);
                std::this_thread::yield();
            }
            p.put("x");
        });
        on.loop.run();
        disturber.join();
        CHECK(note.take() == "x");
        ::sigaction(SIGUSR1, &before, nullptr);
    });
}

// ---- in another loop ------------------------------------------------------------------------------------------

TEST_CASE("fd() is readable when poll() has something to do") {
    const std::string best = all_selectors().front();
    selector_loop on(best);
    const test_pipe p;
    const trace note;
    on.loop.add_reader(p.reads, [&] { note(p.get()); });
    const int fd = on.loop.fd();
    CHECK(on.loop.fd() == fd);
    CHECK_FALSE(is_readable(fd));
    p.put("x");
    CHECK(is_readable(fd));
    on.loop.poll();
    CHECK(note.take() == "x");
    CHECK_FALSE(is_readable(fd));
    on.loop.remove_reader(p.reads);
}

TEST_CASE("fd() is readable after call_soon_threadsafe(), without any other descriptor") {
    selector_loop on(all_selectors().front());
    const trace note;
    const int fd = on.loop.fd();
    on.loop.call_soon_threadsafe([=] { note("called"); });
    CHECK(is_readable(fd));
    on.loop.poll();
    CHECK(note.take() == "called");
    CHECK_FALSE(is_readable(fd));
    std::thread other([&] { on.loop.call_soon_threadsafe([=] { note("from a thread"); }); });
    other.join();
    CHECK(is_readable(fd));
    on.loop.poll();
    CHECK(note.take() == "from a thread");
    CHECK_FALSE(is_readable(fd));
}

TEST_CASE("fd() shows what was put in before it was asked for") {
    selector_loop on(all_selectors().front());
    on.loop.call_soon_threadsafe([] {});
    CHECK(is_readable(on.loop.fd()));
    on.loop.poll();
    CHECK_FALSE(is_readable(on.loop.fd()));
}

TEST_CASE("fd() is readable when something was scheduled from outside of its turn: once until the next one") {
    selector_loop on(all_selectors().front());
    const trace note;
    on.loop.call_soon([=] { note("before fd()"); });
    const int fd = on.loop.fd();
    const auto told = [&] {
        const bool was = is_readable(fd);
        on.loop.poll();
        return was && !is_readable(fd);
    };
    CHECK(told());
    CHECK(note.take() == "before fd()");

    on.loop.call_soon([=] { note("called"); });
    on.loop.call_soon([=] { note("again"); });
    CHECK(told());
    CHECK(note.take() == "called again");

    const lasti::future<void> f = on.loop.create_future<>();
    struct waiting {
        lasti::future<void> f;
        COROUTINE_BODY(void) { BEGIN; AWAIT(f); END; }
    };
    const lasti::task<void> waits = on.loop.create_task(lasti::coroutine<>(waiting{f}));
    CHECK(told());
    CHECK_FALSE(told());
    f.set_result();
    CHECK(told());
    while (on.loop.poll()) {}
    CHECK(waits.done());

    const lasti::handle later = on.loop.call_later(1, [=] { note("later"); });
    CHECK(told());
    double when = 0;
    CHECK(on.loop.next_deadline(when));
    CHECK(when == 1);
    on.clock.advance(1);
    CHECK_FALSE(is_readable(fd));
    on.loop.poll();
    CHECK(note.take() == "later");

    // What the loop itself schedules in its turn, nobody has to be told of but by poll().
    on.loop.call_soon([&] { on.loop.call_soon([=] { note("next"); }); });
    CHECK(is_readable(fd));
    CHECK(on.loop.poll());
    CHECK_FALSE(is_readable(fd));
    CHECK_FALSE(on.loop.poll());
    CHECK(note.take() == "next");
    on.loop.close();
}

TEST_CASE("the poll selector has no descriptor: fd() is a runtime_error") {
    selector_loop on("poll");
    CHECK_THROWS_AS(on.loop.fd(), lasti::runtime_error);
}

// ---- fork() --------------------------------------------------------------------------------------------------

TEST_CASE("a child has the loop for itself: neither takes or changes what the other watches") {
    on_each([](selector_loop& on, std::string const&) {
        const test_pipe p, answer;
        std::string seen;
        on.loop.add_reader(p.reads, [&] { seen += p.get(); });
        on.loop.poll();
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            p.put("x");
            on.loop.poll();
            on.loop.remove_reader(p.reads);  // for the child alone
            on.loop.call_soon_threadsafe([&] { seen += "!"; });
            on.loop.poll();
            on.loop.close();
            ::_exit(seen == "x!" ? 0 : 1);
        }
        int status = -1;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
        p.put("y");
        on.loop.poll();
        CHECK(seen == "y");
        CHECK(on.loop.remove_reader(p.reads));
    });
}

TEST_SUITE_END();
