#include <lasti/selector.hpp>

#include <doctest/doctest.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lasti/event_loop.hpp>
#include <lasti/exceptions.hpp>
#include <lasti/os_error.hpp>

#include "support/descriptors.hpp"
#include "support/trace.hpp"

namespace {

typedef lasti::selector selector;

const selector::nanoseconds at_once(0);

/// "3r 4rw": which are ready for what.
std::string look(selector& s) {
    selector::found found[16];
    const int n = s.select(&at_once, found, 16);
    std::string text;
    for (int i = 0; i < n; ++i)
        text += (i ? " " : "") + std::to_string(found[i].key) + (found[i].ready & selector::reading ? "r" : "") +
                (found[i].ready & selector::writing ? "w" : "");
    return text;
}

struct on_each {
    template <class F>
    explicit on_each(F test) {
        for (std::string const& name : all_selectors()) {
            CAPTURE(name);
            const int open = open_descriptors();
            {
                const std::unique_ptr<selector> s = lasti::make_selector(name);
                CHECK(s->name() == name);
                test(*s);
            }
            CHECK(open_descriptors() == open);
        }
    }
};

struct manual_clock : lasti::loop_clock {
    time_point time = time_point::zero();
    time_point now() const override { return time; }
};

/// Nothing is ever ready: it waits by setting the clock on, and counts how often.
class counting_selector : public selector {
public:
    counting_selector(manual_clock& clock, int& waits) : clock_(clock), waits_(waits) {}
    const char* name() const noexcept override { return "counting"; }
    int watch(int, std::uint32_t, unsigned, unsigned) override { return 0; }
    int select(nanoseconds const* time, found*, std::size_t) noexcept override {
        if (!time || *time <= at_once) return 0;
        ++waits_;
        clock_.time += *time;
        return 0;
    }
    std::unique_ptr<selector> anew() const override {
        return std::unique_ptr<selector>(new counting_selector(clock_, waits_));
    }

private:
    manual_clock& clock_;
    int& waits_;
};

/// How often a loop waits while so many callbacks come, one every 10 microseconds; by how much one is late at most.
struct waits_for {
    int waits = 0;
    lasti::delay::nanoseconds latest = at_once;
    bool none_early = true;

    explicit waits_for(int callbacks) {
        manual_clock clock;
        lasti::event_loop loop(clock, std::unique_ptr<selector>(new counting_selector(clock, waits)));
        const test_pipe pipe;
        loop.add_reader(pipe.reads, [] {});
        for (int i = 1; i <= callbacks; ++i) {
            const std::chrono::microseconds due(10 * i);
            loop.call_later(due, [this, &clock, &loop, due, i, callbacks] {
                const lasti::delay::nanoseconds late = clock.now() - due;
                none_early = none_early && late >= at_once;
                if (late > latest) latest = late;
                if (i == callbacks) loop.stop();
            });
        }
        loop.run_forever();
        loop.remove_reader(pipe.reads);
    }
};

/// As many descriptors as the system allows, and fewer again.
struct room_for_descriptors {
    rlimit before;

    room_for_descriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before);
        const rlimit most = {before.rlim_max, before.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &most);
    }
    ~room_for_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before); }
};

struct environment {
    explicit environment(const char* value) { ::setenv("LASTI_SELECTOR", value, 1); }
    ~environment() { ::unsetenv("LASTI_SELECTOR"); }
};

} // namespace

TEST_SUITE_BEGIN("selector");

TEST_CASE("make_selector: by its name, by the environment, or the best there is") {
    const std::string asked = std::getenv("LASTI_SELECTOR") ? std::getenv("LASTI_SELECTOR") : "";
    ::unsetenv("LASTI_SELECTOR");
    CHECK(lasti::make_selector()->name() == all_selectors().front());
    {
        const environment e("poll");
        CHECK(lasti::make_selector()->name() == std::string("poll"));
        CHECK(lasti::make_selector(all_selectors().front())->name() == all_selectors().front());
    }
    {
        const environment e("abacus");
        CHECK_THROWS_WITH_AS(lasti::make_selector(),
                             "make_selector: there is no 'abacus' here; the names are epoll (Linux), kqueue (BSD, "
                             "macOS), poll, select",
                             lasti::value_error);
    }
    if (!asked.empty()) ::setenv("LASTI_SELECTOR", asked.c_str(), 1);
}

TEST_CASE("what is ready is told as long as it is") {
    on_each([](selector& s) {
        const test_pipe p;
        REQUIRE(s.watch(p.reads, 7, 0, selector::reading) == 0);
        CHECK(look(s) == "");
        p.put("x");
        CHECK(look(s) == "7r");
        CHECK(look(s) == "7r");
        CHECK(p.get() == "x");
        CHECK(look(s) == "");
    });
}

TEST_CASE("reading and writing of one descriptor are watched apart") {
    on_each([](selector& s) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
        REQUIRE(s.watch(ends[0], 1, 0, selector::reading) == 0);
        CHECK(look(s) == "");
        REQUIRE(s.watch(ends[0], 1, selector::reading, selector::reading | selector::writing) == 0);
        CHECK(look(s) == "1w");
        CHECK(::write(ends[1], "x", 1) == 1);
        CHECK(look(s) == "1rw");
        REQUIRE(s.watch(ends[0], 1, selector::reading | selector::writing, selector::reading) == 0);
        CHECK(look(s) == "1r");
        REQUIRE(s.watch(ends[0], 1, selector::reading, 0) == 0);
        CHECK(look(s) == "");
        ::close(ends[0]);
        ::close(ends[1]);
    });
}

TEST_CASE("the end of the other side is told to readers and to writers") {
    on_each([](selector& s) {
        test_pipe p;
        REQUIRE(s.watch(p.reads, 1, 0, selector::reading) == 0);
        p.close_writing_end();
        CHECK(starts_with(look(s), "1r"));
        CHECK(starts_with(look(s), "1r"));
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        REQUIRE(s.watch(ends[1], 2, 0, selector::writing) == 0);
        ::close(ends[0]);
        CHECK(contains(look(s), "2"));
        CHECK(s.watch(ends[1], 2, selector::writing, 0) == 0);
        ::close(ends[1]);
    });
}

TEST_CASE("a regular file is refused with EPERM: it is always ready; a closed descriptor with EBADF") {
    on_each([](selector& s) {
        std::FILE* const file = std::tmpfile();
        REQUIRE(file != nullptr);
        CHECK(s.watch(::fileno(file), 1, 0, selector::reading) == EPERM);
        std::fclose(file);
        CHECK(s.watch(1000, 1, 0, selector::reading) == EBADF);
        CHECK(s.watch(-1, 1, 0, selector::reading) == EBADF);
    });
}

TEST_CASE("the number of a descriptor that was closed in silence can be watched again") {
    on_each([](selector& s) {
        int first[2], second[2];
        REQUIRE(::pipe(first) == 0);
        REQUIRE(s.watch(first[0], 1, 0, selector::reading) == 0);
        REQUIRE(::pipe(second) == 0);
        REQUIRE(::dup2(second[0], first[0]) == first[0]);
        CHECK(s.watch(first[0], 2, selector::reading, selector::reading) == 0); // epoll has forgotten it
        CHECK(::write(second[1], "x", 1) == 1);
        CHECK(look(s) == "2r");
        for (int fd : {first[0], first[1], second[0], second[1]}) ::close(fd);
    });
}

TEST_CASE("who has less room than is ready gets the others the next time") {
    for (const char* name : {"poll", "select"}) {
        CAPTURE(name);
        const std::unique_ptr<selector> s = lasti::make_selector(name);
        test_pipe pipes[3];
        for (unsigned i = 0; i < 3; ++i) {
            REQUIRE(s->watch(pipes[i].reads, i + 1, 0, selector::reading) == 0);
            pipes[i].put("x");
        }
        selector::found one;
        unsigned seen = 0;
        for (int i = 0; i < 3; ++i) {
            REQUIRE(s->select(&at_once, &one, 1) == 1);
            seen |= 1u << one.key;
        }
        CHECK(seen == 14u);
    }
}

TEST_CASE("select: a descriptor that does not fit into its sets is refused with EMFILE, and the others go on") {
    const room_for_descriptors many;
    const test_pipe p;
    const int beyond = ::fcntl(p.reads, F_DUPFD, FD_SETSIZE);
    REQUIRE(beyond >= FD_SETSIZE);
    const std::unique_ptr<selector> s = lasti::make_selector("select");
    REQUIRE(s->watch(p.reads, 1, 0, selector::reading) == 0);
    CHECK(s->watch(beyond, 2, 0, selector::reading) == EMFILE);
    p.put("x");
    CHECK(look(*s) == "1r");

    lasti::event_loop loop(lasti::make_selector("select"));
    CHECK_THROWS_WITH_AS(loop.add_reader(beyond, [] {}),
                         doctest::Contains(("descriptor " + std::to_string(beyond) + ": Too many open files").c_str()),
                         lasti::os_error);
    ::close(beyond);
}

TEST_CASE("select: a descriptor that was closed in silence is told as ready: whoever waits for it sees why") {
    const std::unique_ptr<selector> s = lasti::make_selector("select");
    const test_pipe p;
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    REQUIRE(s->watch(p.reads, 1, 0, selector::reading) == 0);
    REQUIRE(s->watch(ends[0], 2, 0, selector::reading) == 0);
    for (int end : ends) ::close(end);
    CHECK(look(*s) == "2rw");
    CHECK(s->watch(ends[0], 2, selector::reading, 0) == 0);
    CHECK(look(*s) == "");
}

TEST_CASE("a wait is never shorter than asked: a fraction of a millisecond is rounded up") {
    on_each([](selector& s) {
        selector::found found;
        for (int i = 0; i < 20; ++i) {
            const selector::nanoseconds time(300000 + i * 7777);
            const auto began = std::chrono::steady_clock::now();
            CHECK(s.select(&time, &found, 1) == 0);
            CHECK(std::chrono::steady_clock::now() - began >= time);
        }
    });
}

TEST_CASE("another one of its kind watches nothing") {
    on_each([](selector& s) {
        const test_pipe p;
        p.put("x");
        REQUIRE(s.watch(p.reads, 1, 0, selector::reading) == 0);
        const std::unique_ptr<selector> other = s.anew();
        CHECK(other->name() == std::string(s.name()));
        CHECK(look(*other) == "");
        CHECK(look(s) == "1r");
    });
}


TEST_CASE("a crowd of sleepers is woken once in a millisecond, a few are woken each at its time") {
    const waits_for few(10);
    CHECK(few.none_early);
    CHECK(few.waits == 10);
    CHECK(few.latest == at_once);

    const waits_for many(2000);  // in 20 ms
    CHECK(many.none_early);
    CHECK(many.waits >= 20);
    CHECK(many.waits < 20 + 64 + 2);  // the last 64 are no crowd any more
    CHECK(many.latest < std::chrono::milliseconds(1));
}
TEST_SUITE_END();
