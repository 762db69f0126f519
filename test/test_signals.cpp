// Signals: handlers, receivers, and Ctrl-C beside them; on each selector, whatever the loop waits in.
#include <lasti/signals.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

#include <poll.h>
#include <sys/wait.h>

#include <lasti/lasti.hpp>

#include "support/gate.hpp"
#include "support/sockets.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

/// What a signal does now: the system's default, as it was before the test.
bool is_default(int signal) {
    struct sigaction now;
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_DFL;
}

/// Sends it to the process from another thread, once that is told to.
struct sender {
    std::atomic<bool> asleep{false};
    std::thread thread;
    explicit sender(int signal)
        : thread([this, signal] {
              while (!asleep) std::this_thread::yield();
              ::kill(::getpid(), signal);
          }) {}
    ~sender() {
        asleep = true;
        thread.join();
    }
};

lasti::coroutine<> notes_all(lasti::signal_receiver signals, trace note, std::string name) {
    int n = 0;
    return COROUTINE(void) {
        BEGIN;
        for (;;) {
            AWAIT_SET(n, signals.wait());
            note(name + std::to_string(n));
        }
        END;
    };
}

/// Says that it sleeps, and does until somebody cancels it.
lasti::coroutine<int> waits_for(lasti::signal_receiver signals, std::atomic<bool>* asleep) {
    int n = 0;
    return COROUTINE(int) {
        BEGIN;
        *asleep = true;
        AWAIT_SET(n, signals.wait());
        RETURN(n);
        END;
    };
}

/// A descriptor that is watched, so that the loop waits in its selector.
struct watched_pipe {
    test_pipe pipe;
    lasti::event_loop& loop;
    explicit watched_pipe(lasti::event_loop& on) : loop(on) {
        on.add_reader(pipe.reads, [] {});
    }
    ~watched_pipe() { loop.remove_reader(pipe.reads); }
};

std::string numbers(std::initializer_list<int> all, std::string name = std::string()) {
    std::string text;
    for (const int n : all) text += (text.empty() ? "" : " ") + name + std::to_string(n);
    return text;
}

} // namespace

TEST_SUITE_BEGIN("signals");

TEST_CASE("SI1: a handler is a callback of the loop, not of the moment; each signal calls it, in the order they came") {
    on_each_selector([](selector_loop& on) {
        const trace note;
        on.loop.add_signal_handler(SIGUSR1, [note] { note("1"); });
        on.loop.add_signal_handler(SIGUSR2, [note] { note("2"); });
        std::raise(SIGUSR2);
        std::raise(SIGUSR1);
        std::raise(SIGUSR1);
        CHECK(note.take() == "");
        on.loop.poll();
        CHECK(note.take() == "2 1 1");
        on.loop.poll();
        CHECK(note.take() == "");
        CHECK(on.loop.remove_signal_handler(SIGUSR1));
        CHECK_FALSE(on.loop.remove_signal_handler(SIGUSR1));
        CHECK(is_default(SIGUSR1));
        CHECK_FALSE(is_default(SIGUSR2));
        on.loop.close();
        CHECK(is_default(SIGUSR2));
        CHECK_FALSE(on.loop.remove_signal_handler(SIGUSR2));
    });
}

TEST_CASE("SI1: a second handler takes the place of the first; it sees the context it was added in") {
    on_each_selector([](selector_loop& on) {
        static lasti::context_var<int> number("number", 0);
        const trace note;
        on.loop.add_signal_handler(SIGUSR1, [note] { note("first"); });
        const auto token = number.set(7);
        on.loop.add_signal_handler(SIGUSR1, [note] { note("second " + std::to_string(number.get())); });
        number.reset(token);
        std::raise(SIGUSR1);
        on.loop.poll();
        CHECK(note.take() == "second 7");
    });
}

TEST_CASE("SI1: what cannot be handled: SIGKILL, SIGSTOP, no signal, no callback, a closed loop, another thread") {
    virtual_loop on;
    const auto nothing = [] {};
    for (const int never : {SIGKILL, SIGSTOP})
        CHECK_THROWS_WITH_AS(on.loop.add_signal_handler(never, nothing), ("sig " + std::to_string(never) + " cannot be caught").c_str(),
                             lasti::runtime_error);
    for (const int none : {0, -1, NSIG, NSIG + 1, 1000000}) {
        CHECK_THROWS_AS(on.loop.add_signal_handler(none, nothing), lasti::value_error);
        CHECK_THROWS_AS(on.loop.remove_signal_handler(none), lasti::value_error);
        CHECK_THROWS_AS(lasti::signal_receiver(on.loop, {SIGUSR1, none}), lasti::value_error);
    }
    CHECK_THROWS_AS(on.loop.add_signal_handler(SIGUSR1, nullptr), lasti::type_error);
    CHECK_THROWS_AS(lasti::signal_receiver(on.loop, {SIGUSR1, SIGKILL}), lasti::runtime_error);
    CHECK(is_default(SIGUSR1));
    CHECK_THROWS_AS(lasti::signal_receiver({SIGUSR1}), lasti::runtime_error); // no loop runs
    CHECK_THROWS_AS((void)lasti::signal_receiver().wait(), lasti::type_error);
    {
        const worker other([&nothing] {
            lasti::event_loop loop;
            CHECK_THROWS_WITH_AS(loop.add_signal_handler(SIGUSR1, nothing),
                                 "signals are handled only in the main thread of the program", lasti::runtime_error);
            CHECK_FALSE(loop.remove_signal_handler(SIGUSR1));
        });
    }
    lasti::event_loop second;
    second.add_signal_handler(SIGUSR1, nothing);
    CHECK_THROWS_AS(on.loop.add_signal_handler(SIGUSR1, nothing), lasti::runtime_error);
    second.close();
    on.loop.add_signal_handler(SIGUSR1, nothing);
    on.loop.close();
    CHECK_THROWS_AS(on.loop.add_signal_handler(SIGUSR1, nothing), lasti::runtime_error);
    CHECK_THROWS_AS(lasti::signal_receiver(on.loop, {SIGUSR1}), lasti::runtime_error);
    CHECK(is_default(SIGUSR1));
}

TEST_CASE("SI1: a signal interrupts no system call for good, as by siginterrupt()") {
    virtual_loop on;
    on.loop.add_signal_handler(SIGUSR1, [] {});
    struct sigaction now;
    ::sigaction(SIGUSR1, nullptr, &now);
    CHECK((now.sa_flags & SA_RESTART) != 0);
}

TEST_CASE("SI1: a signal wakes a loop that sleeps, with a descriptor and without; a task that waits steps in that round") {
    on_each_selector([](selector_loop& on) {
        for (const bool in_selector : {false, true}) {
            std::unique_ptr<watched_pipe> watched;
            if (in_selector) watched.reset(new watched_pipe(on.loop));
            sender sends(SIGUSR1);
            const lasti::signal_receiver signals(on.loop, {SIGUSR1, SIGUSR2});
            CHECK(on.loop.run_until_complete(waits_for(signals, &sends.asleep)) == SIGUSR1);
        }
        CHECK(is_default(SIGUSR1));

        const trace note;
        {
            const lasti::signal_receiver signals(on.loop, {SIGUSR1});
            const lasti::task<> t = on.loop.create_task(notes_all(signals, note, ""), lasti::daemon);
            on.loop.poll();
            std::raise(SIGUSR1);
            on.loop.poll();
            CHECK(note.take() == numbers({SIGUSR1}));
            t.cancel();
            on.loop.run();
        }
        CHECK(is_default(SIGUSR1));
    });
}

TEST_CASE("SI1: the default action of a signal cannot come between two waits; several receivers and a handler each get it") {
    on_each_selector([](selector_loop& on) {
        const trace note;
        {
            const lasti::signal_receiver one(on.loop, {SIGUSR1, SIGUSR2}), other(on.loop, {SIGUSR2, SIGUSR2});
            std::raise(SIGUSR1);
            std::raise(SIGUSR2);
            std::raise(SIGUSR1);
            on.loop.add_signal_handler(SIGUSR2, [note] { note("handler"); });
            const lasti::task<> first = on.loop.create_task(notes_all(one, note, "one"));
            const lasti::task<> second = on.loop.create_task(notes_all(other, note, "other"));
            on.loop.poll();
            CHECK(note.take() == numbers({SIGUSR1, SIGUSR1, SIGUSR2}, "one") + " " + numbers({SIGUSR2}, "other") + " handler");
            first.cancel();
            second.cancel();
            on.loop.run();
            CHECK(on.loop.remove_signal_handler(SIGUSR2));
            CHECK_FALSE(is_default(SIGUSR2)); // the receivers are still there
        }
        CHECK(is_default(SIGUSR1));
        CHECK(is_default(SIGUSR2));
    });
}

TEST_CASE("SI1: cancelled before, at and after the signal: it is lost only to who has got it") {
    on_each_selector([](selector_loop& on) {
        std::atomic<bool> asleep(false);
        const lasti::signal_receiver signals(on.loop, {SIGUSR1});
        const lasti::task<int> before = on.loop.create_task(waits_for(signals, &asleep));
        on.loop.poll();
        before.cancel();
        std::raise(SIGUSR1);
        on.loop.poll();
        CHECK(before.cancelled());
        const lasti::task<int> next = on.loop.create_task(waits_for(signals, &asleep));
        on.loop.poll();
        CHECK(next.result() == SIGUSR1);

        const lasti::task<int> at = on.loop.create_task(waits_for(signals, &asleep));
        on.loop.poll();
        on.loop.add_signal_handler(SIGUSR2, [at] { at.cancel(); });
        std::raise(SIGUSR2);
        std::raise(SIGUSR1); // has woken it when the handler's turn comes
        on.loop.poll();
        on.loop.poll();
        CHECK(at.cancelled());
        const lasti::task<int> after = on.loop.create_task(waits_for(signals, &asleep));
        on.loop.poll();
        CHECK(after.result() == SIGUSR1);
        CHECK_FALSE(after.cancel());
    });
}

TEST_CASE("SI1: a watched signal can happen: who waits for one is no deadlock; who waits for another thing sleeps on") {
    on_each_selector([](selector_loop& on) {
        sender sends(SIGUSR1);
        const lasti::future<> never = on.loop.create_future<>();
        on.loop.add_signal_handler(SIGUSR1, [never] { never.set_result(); });
        on.loop.call_soon([&] { sends.asleep = true; });
        on.loop.run_until_complete(never);
        on.loop.remove_signal_handler(SIGUSR1);
        CHECK_THROWS_AS(on.loop.run_until_complete(on.loop.create_future<>()), lasti::deadlock_error);
    });
}

TEST_CASE("SI1: what a handler throws goes to the exception handler; the next signal calls it again") {
    on_each_selector([](selector_loop& on) {
        on.loop.add_signal_handler(SIGUSR1, [] { throw lasti::value_error("on purpose"); });
        for (std::size_t i = 1; i <= 2; ++i) {
            std::raise(SIGUSR1);
            on.loop.poll();
            CHECK(on.reported.count() == i);
        }
        CHECK(on.reported[0].exception.is<lasti::value_error>());
        on.reported.forget();
    });
}

TEST_CASE("SI1: a handler that removes itself, or is removed by another one of the round, is called once more at most") {
    on_each_selector([](selector_loop& on) {
        const trace note;
        on.loop.add_signal_handler(SIGUSR1, [&on, note] {
            note("1");
            on.loop.remove_signal_handler(SIGUSR1);
            on.loop.remove_signal_handler(SIGUSR2);
        });
        on.loop.add_signal_handler(SIGUSR2, [note] { note("2"); });
        std::raise(SIGUSR1);
        std::raise(SIGUSR2);
        on.loop.poll();
        CHECK(note.take() == "1 2"); // as in asyncio: it was due already
        CHECK(is_default(SIGUSR1));
        CHECK(is_default(SIGUSR2));
    });
}

TEST_CASE("SI1: a handler does not keep run() going, nor virtual time from passing") {
    on_each_selector([](selector_loop& on) {
        const trace note;
        on.loop.add_signal_handler(SIGUSR1, [] {});
        on.loop.call_later(3600, [note] { note("later"); });
        on.loop.run();
        CHECK(note.take() == "later");
    });
}

TEST_CASE("SI1: who waits when the receiver goes, or the loop is closed, is told") {
    on_each_selector([](selector_loop& on) {
        struct body {
            lasti::detail::queue_get<int> waits;
            int n;
            COROUTINE_BODY(void) { BEGIN; AWAIT_SET(n, waits); END; }
        };
        lasti::signal_receiver signals(on.loop, {SIGUSR1});
        const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(body{signals.wait(), 0}));
        on.loop.poll();
        signals = lasti::signal_receiver();
        CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::queue_shut_down);
        CHECK(is_default(SIGUSR1));

        const lasti::signal_receiver outlives(on.loop, {SIGUSR1});
        on.loop.close();
        CHECK(is_default(SIGUSR1));
        lasti::event_loop other;
        CHECK_THROWS_AS(other.run_until_complete(lasti::coroutine<>(body{outlives.wait(), 0})), lasti::queue_shut_down);
    });
}

TEST_CASE("SI1: wait_signal() from now on; ASYNC_FOR over a receiver") {
    on_each_selector([](selector_loop& on) {
        const trace note;
        struct bodies {
            static lasti::coroutine<int> waits() {
                int n = 0;
                return COROUTINE(int) { BEGIN; AWAIT_SET(n, lasti::wait_signal({SIGUSR1, SIGUSR2})); RETURN(n); END; };
            }
            static lasti::coroutine<> iterates(trace note) {
                lasti::signal_receiver signals;
                int n = 0;
                return COROUTINE(void) {
                    BEGIN;
                    signals = lasti::signal_receiver({SIGUSR1, SIGUSR2});
                    ASYNC_FOR(n, signals)
                        note(std::to_string(n));
                        if (n == SIGUSR2) break;
                    END_ASYNC_FOR
                    END;
                };
            }
        };
        const lasti::task<int> t = on.loop.create_task(bodies::waits());
        on.loop.poll();
        std::raise(SIGUSR2);
        CHECK(on.loop.run_until_complete(t) == SIGUSR2);
        CHECK(is_default(SIGUSR2));
        const lasti::task<> loops = on.loop.create_task(bodies::iterates(note));
        on.loop.poll();
        std::raise(SIGUSR1);
        std::raise(SIGUSR2);
        on.loop.run_until_complete(loops);
        CHECK(note.take() == numbers({SIGUSR1, SIGUSR2}));
        CHECK(is_default(SIGUSR1));
    });
}

TEST_CASE("SI1: a handler that runs on another thread while the loop is closed touches nothing that is gone") {
    void (*handler)(int) = nullptr;
    {
        lasti::event_loop loop;
        loop.add_signal_handler(SIGUSR1, [] {});
        struct sigaction now;
        ::sigaction(SIGUSR1, nullptr, &now);
        handler = now.sa_handler;
    }
    std::atomic<bool> enough(false);
    const worker other([&] {
        while (!enough) handler(SIGUSR1); // as the system would call it
    });
    for (int i = 0; i < 3000; ++i) {
        lasti::event_loop loop;
        loop.add_signal_handler(SIGUSR1, [] {});
        loop.poll();
    }
    enough = true;
}

TEST_CASE("SI1: a child of fork() keeps its signals to itself, and its loop gets them") {
    on_each_selector([](selector_loop& on) {
        const trace note;
        on.loop.add_signal_handler(SIGUSR1, [note] { note("handled"); });
        const watched_pipe watched(on.loop);
        int served = -1; // readable when the loop has to wake
        try {
            served = on.loop.fd();
        } catch (lasti::runtime_error const&) {
        }
        on.loop.poll();
        const pid_t child = ::fork();
        if (child == 0) {
            std::raise(SIGUSR1);
            on.loop.poll();
            const bool first = note.take() == "handled";
            std::raise(SIGUSR1);
            on.loop.poll();
            ::_exit(first && note.take() == "handled" ? 0 : 1);
        }
        int status = -1;
        ::waitpid(child, &status, 0);
        CHECK(status == 0);
        pollfd bell = {served, POLLIN, 0};
        if (served >= 0) CHECK(::poll(&bell, 1, 0) == 0);
        on.loop.poll();
        CHECK(note.take() == "");
        std::raise(SIGUSR1);
        if (served >= 0) CHECK(::poll(&bell, 1, 0) == 1);
        on.loop.poll();
        CHECK(note.take() == "handled");
    });
}

// ---- Ctrl-C -------------------------------------------------------------------------------------

namespace {

/// doctest has a handler of its own, beside which run() installs none.
struct sigint_is_default {
    void (*const before)(int);
    sigint_is_default() : before(std::signal(SIGINT, SIG_DFL)) {}
    ~sigint_is_default() { std::signal(SIGINT, before); }
};

/// run() makes a loop with that selector.
struct default_selector {
    explicit default_selector(std::string const& name) { ::setenv("LASTI_SELECTOR", name.c_str(), 1); }
    ~default_selector() { ::unsetenv("LASTI_SELECTOR"); }
};

/// Receives a SIGUSR1, and then waits for a socket until it is interrupted.
lasti::coroutine<> receives_and_waits(trace note, std::atomic<bool>* asleep) {
    const socket_pair ends = tcp_pair();
    lasti::signal_receiver signals;
    int n = 0;
    std::string text;
    return COROUTINE(void) {
        BEGIN;
        signals = lasti::signal_receiver({SIGUSR1});
        std::raise(SIGUSR1);
        AWAIT_SET(n, signals.wait());
        note(n == SIGUSR1 ? "received" : "?");
        TRY
            *asleep = true;
            AWAIT_SET(text, lasti::sock_recv(ends.first, 10));
        FINALLY
            note("cleans up");
            std::raise(SIGUSR1);
            AWAIT_SET(n, signals.wait());
            note(n == SIGUSR1 ? "received" : "?");
        END_TRY
        END;
    };
}

} // namespace

TEST_CASE("R4, SI1: Ctrl-C wakes run() on each selector; signals that are received beside it come through") {
    const sigint_is_default mark;
    for (std::string const& name : all_selectors()) {
        const default_selector selects(name);
        const trace note;
        sender sends(SIGINT);
        CHECK_THROWS_AS(lasti::run(receives_and_waits(note, &sends.asleep)), lasti::keyboard_interrupt);
        CHECK(note.take() == "received cleans up received");
        CHECK(is_default(SIGUSR1));
        CHECK(is_default(SIGINT));
    }
}

TEST_CASE("R4, SI1: a second Ctrl-C ends the process at once, on each selector") {
    const sigint_is_default mark;
    for (std::string const& name : all_selectors()) {
        const default_selector selects(name);
        const pid_t child = ::fork();
        if (child == 0) {
            struct stubborn {
                lasti::socket s;
                std::string text;
                COROUTINE_BODY(void) {
                    BEGIN;
                    TRY
                        std::raise(SIGINT);
                        AWAIT_SET(text, lasti::sock_recv(s, 10));
                    EXCEPT(lasti::cancelled_error)
                        std::raise(SIGINT);
                    END_TRY
                    END;
                }
            };
            lasti::run(lasti::coroutine<>(stubborn{tcp_pair().first, std::string()}));
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status));
        CHECK(WTERMSIG(status) == SIGINT);
    }
}

TEST_CASE("R4, SI1: who handles SIGINT himself gets it instead of run(); when he does no more, the default does") {
    const sigint_is_default mark;
    struct body {
        trace note;
        int n;
        COROUTINE_BODY(void) {
            BEGIN;
            lasti::get_running_loop().add_signal_handler(SIGINT, [this] { note("handler"); });
            std::raise(SIGINT);
            AWAIT(lasti::sleep(0));
            AWAIT(lasti::sleep(0));
            note(lasti::get_running_loop().remove_signal_handler(SIGINT) ? "removed" : "?");
            note(is_default(SIGINT) ? "default" : "?");
            END;
        }
    };
    const trace note;
    lasti::run(lasti::coroutine<>(body{note, 0}));
    CHECK(note.take() == "handler removed default");
    CHECK(is_default(SIGINT));
}

// ---- CPython's ----------------------------------------------------------------------------------

TEST_CASE("SI1: a signal calls the handler (test_asyncio/test_events.py: EventLoopTestsMixin.test_add_signal_handler)") {
    on_each_selector([](selector_loop& on) {
        int caught = 0;
        CHECK_THROWS_AS(on.loop.add_signal_handler(SIGKILL, [] {}), lasti::runtime_error);
        CHECK_THROWS_AS(on.loop.add_signal_handler(NSIG + 1, [] {}), lasti::value_error);
        CHECK_THROWS_AS(on.loop.remove_signal_handler(NSIG + 1), lasti::value_error);
        on.loop.add_signal_handler(SIGHUP, [&] { ++caught; });
        std::raise(SIGHUP);
        on.loop.poll();
        CHECK(caught == 1);
        CHECK(on.loop.remove_signal_handler(SIGHUP));
        CHECK(is_default(SIGHUP));
        CHECK_FALSE(on.loop.remove_signal_handler(SIGHUP));
    });
}

TEST_CASE("SI1: one that comes while the loop selects "
          "(test_asyncio/test_events.py: EventLoopTestsMixin.test_signal_handling_while_selecting)") {
    on_each_selector([](selector_loop& on) {
        const watched_pipe watched(on.loop);
        int caught = 0;
        on.loop.add_signal_handler(SIGUSR1, [&] {
            ++caught;
            on.loop.stop();
        });
        sender sends(SIGUSR1);
        on.loop.call_soon([&] { sends.asleep = true; });
        on.loop.run_forever();
        CHECK(caught == 1);
    });
}

TEST_CASE("SI1: what the handler has captured "
          "(test_asyncio/test_events.py: EventLoopTestsMixin.test_signal_handling_args)") {
    on_each_selector([](selector_loop& on) {
        const std::string given = "42";
        std::string got;
        on.loop.add_signal_handler(SIGUSR1, [given, &got] { got = given; });
        std::raise(SIGUSR1);
        on.loop.poll();
        CHECK(got == "42");
    });
}

TEST_CASE("SI1: bad numbers (test_asyncio/test_unix_events.py: SelectorEventLoopSignalTests.test_check_signal)") {
    virtual_loop on;
    CHECK_THROWS_WITH_AS(on.loop.add_signal_handler(NSIG + 1, [] {}), ("invalid signal number " + std::to_string(NSIG + 1)).c_str(),
                         lasti::value_error);
}

TEST_CASE("SI1: not on the main thread "
          "(test_asyncio/test_unix_events.py: SelectorEventLoopSignalTests.test_add_signal_handler_setup_error)") {
    const worker other([] {
        lasti::event_loop loop;
        CHECK_THROWS_AS(loop.add_signal_handler(SIGINT, [] {}), lasti::runtime_error);
    });
}

TEST_CASE("SI1: a signal that cannot be caught leaves no handler behind "
          "(test_asyncio/test_unix_events.py: SelectorEventLoopSignalTests.test_add_signal_handler_install_error3)") {
    virtual_loop on;
    CHECK_THROWS_WITH_AS(on.loop.add_signal_handler(SIGSTOP, [] {}), ("sig " + std::to_string(SIGSTOP) + " cannot be caught").c_str(),
                         lasti::runtime_error);
    CHECK_FALSE(on.loop.remove_signal_handler(SIGSTOP));
}

TEST_CASE("SI1: nor one that is added beside others "
          "(test_asyncio/test_unix_events.py: SelectorEventLoopSignalTests.test_add_signal_handler_install_error2)") {
    virtual_loop on;
    int caught = 0;
    on.loop.add_signal_handler(SIGHUP, [&] { ++caught; });
    CHECK_THROWS_AS(on.loop.add_signal_handler(SIGSTOP, [] {}), lasti::runtime_error);
    std::raise(SIGHUP);
    on.loop.poll();
    CHECK(caught == 1);
}

TEST_CASE("SI1: removed, the default is back "
          "(test_asyncio/test_unix_events.py: SelectorEventLoopSignalTests.test_remove_signal_handler)") {
    virtual_loop on;
    on.loop.add_signal_handler(SIGHUP, [] {});
    CHECK(on.loop.remove_signal_handler(SIGHUP));
    CHECK(is_default(SIGHUP));
}

TEST_CASE("SI1: removed beside others, which stay "
          "(test_asyncio/test_unix_events.py: SelectorEventLoopSignalTests.test_remove_signal_handler_2)") {
    const sigint_is_default mark;
    virtual_loop on;
    int caught = 0;
    on.loop.add_signal_handler(SIGINT, [] {});
    on.loop.add_signal_handler(SIGHUP, [&] { ++caught; });
    CHECK(on.loop.remove_signal_handler(SIGINT));
    CHECK(is_default(SIGINT));
    std::raise(SIGHUP);
    on.loop.poll();
    CHECK(caught == 1);
}

TEST_CASE("SI1: close() removes them all (test_asyncio/test_unix_events.py: SelectorEventLoopSignalTests.test_close)") {
    virtual_loop on;
    on.loop.add_signal_handler(SIGHUP, [] {});
    on.loop.add_signal_handler(SIGCHLD, [] {});
    on.loop.close();
    CHECK(is_default(SIGHUP));
    CHECK(is_default(SIGCHLD));
}

TEST_CASE("SI1: a signal to the child is none to the parent "
          "(test_asyncio/test_unix_events.py: TestFork.test_fork_signal_handling)") {
    on_each_selector([](selector_loop& on) {
        bool parent_handled = false;
        on.loop.add_signal_handler(SIGTERM, [&] { parent_handled = true; });
        const test_pipe started;
        const pid_t child = ::fork();
        if (child == 0) {
            std::signal(SIGTERM, [](int) { ::_exit(3); });
            started.put("x");
            for (;;) ::pause();
        }
        pollfd there = {started.reads, POLLIN, 0};
        ::poll(&there, 1, -1);
        ::kill(child, SIGTERM);
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WEXITSTATUS(status) == 3);
        on.loop.poll();
        on.loop.run_until_complete(lasti::coroutine<>([] {
            return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(0.1)); END; };
        }()));
        CHECK_FALSE(parent_handled);
    });
}

TEST_SUITE_END();
