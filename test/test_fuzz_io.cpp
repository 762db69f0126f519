// Datagrams, pipes, files and processes on a system that fails at random. Whatever happens, everybody is woken, what
// arrives is what was sent, what is read is what was written, and nothing is left: no descriptor, no child, no task.
// LASTI_SEEDS in the environment: how many programs of each kind, instead of 300 (of processes: 20).
#include <lasti/files.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/children.hpp"
#include "support/datagrams.hpp"
#include "support/faulty_calls.hpp"
#include "support/fuzzing.hpp"
#include "support/temporary.hpp"

#include <lasti/keywords.hpp>

#if defined(__linux__)

namespace {

std::string text_of(dice& random, std::size_t most) {
    std::string text(random.below(static_cast<std::uint32_t>(most)), ' ');
    for (char& c : text) c = static_cast<char>(random.below(20) == 0 ? '\n' : 'a' + random.below(26));
    return text;
}

/// Runs one program after the other, on each selector; each on a loop of its own.
template <class Program>
void run_programs(Program program, std::uint32_t usual) {
    for_each_seed(usual, [&program](std::uint32_t seed, std::string const& selector) {
        dice random{scattered(seed)};
        selector_loop on(selector);
        faulty.begin(seed * 2246822519u);
        on.loop.set_exception_handler([](lasti::exception_context const&) {});
        program(on, random);
        faulty.on = false;
        CHECK(on.loop.task_count() == 0);
    });
}

/// Until nobody has anything to do: a hang is a test that runs out of time, a task that nobody wakes a deadlock_error.
void run_faulty(selector_loop& on) {
    faulty.on = true;
    on.loop.run();
    faulty.on = false;
}

// ---- datagrams ----

struct received {
    std::vector<std::string> all;
    int errors = 0;
    bool ended = false;
};

struct sends_datagrams {
    lasti::datagram_endpoint from, to;
    int left, number;
    dice random;
    COROUTINE_BODY(void) {
        BEGIN;
        TRY
            while (left-- > 0) {
                from.sendto(std::to_string(number++) + ' ' + std::string(random.below(2000), 'x'));
                AWAIT(from.drain());
                if (random.below(4) == 0) AWAIT(lasti::sleep(random.below(3)));
            }
        FINALLY
            TRY // it may be cancelled here, too
                from.close();
                AWAIT(from.wait_closed());
                AWAIT(lasti::sleep(100)); // what is under way arrives
            FINALLY
                to.close();
            END_TRY
        END_TRY
        END;
    }
};

struct takes_datagrams {
    lasti::datagram_endpoint at;
    received* what;
    lasti::datagram d;
    COROUTINE_BODY(void) {
        BEGIN;
        while (!at.is_closing()) {
            TRY
                AWAIT_SET(d, at.recvfrom());
                what->all.push_back(d.first);
            EXCEPT(lasti::os_error)
                ++what->errors;
            END_TRY
        }
        AWAIT(at.wait_closed());
        what->ended = true;
        END;
    }
};

void datagram_program(selector_loop& on, dice& random) {
    faulty.resets = random.below(3) == 0;
    const lasti::socket_address place = random.below(2) ? any_port : all_places().back();
    const lasti::datagram_endpoint to = opened(on, between(place));
    const lasti::datagram_endpoint from = opened(on, between(lasti::socket_address(), to.sockname()));
    if (place.family() == AF_UNIX) ::unlink(place.path().c_str());
    from.set_write_buffer_limits(random.below(5000));
    received what;
    const int n = static_cast<int>(random.below(30));
    const auto sends = on.loop.create_task(lasti::coroutine<>(sends_datagrams{from, to, n, 0, {random.below(1u << 30)}}));
    on.loop.create_task(lasti::coroutine<>(takes_datagrams{to, &what, {}}));
    const bool cancels = random.below(4) == 0;
    if (cancels) on.loop.create_task(lasti::coroutine<>(canceller{sends, random.below(8) / 2.0}));
    run_faulty(on);
    CHECK(what.ended);
    int before = -1;
    for (std::string const& each : what.all) { // none twice, none before another that was sent before
        CAPTURE(each);
        CHECK(std::atoi(each.c_str()) > before);
        before = std::atoi(each.c_str());
        CHECK(each.find_first_not_of('x', each.find(' ') + 1) == std::string::npos);
    }
    if (!cancels && !faulty.resets) CHECK(what.all.size() == static_cast<std::size_t>(n));
}

// ---- pipes ----

struct course {
    std::string sent, received;
    bool sender_failed = false, receiver_failed = false, ended = false;
};

struct pipe_writer {
    lasti::stream_writer to;
    course* how;
    dice random;
    int left;
    std::string part;
    COROUTINE_BODY(void) {
        BEGIN;
        TRY
            while (left-- > 0) {
                part = text_of(random, random.below(4) == 0 ? 200000 : 2000);
                how->sent += part;
                if (random.below(2)) {
                    AWAIT(to.send_all(part));
                } else {
                    to.writelines({part.substr(0, part.size() / 2), part.substr(part.size() / 2)});
                    AWAIT(to.drain());
                }
            }
            to.close();
            AWAIT(to.wait_closed());
        EXCEPT_ANY
            how->sender_failed = true;
            to.abort();
            RERAISE;
        END_TRY
        END;
    }
};

struct pipe_reader {
    lasti::stream_reader from;
    course* how;
    dice random;
    std::string part;
    COROUTINE_BODY(void) {
        BEGIN;
        TRY
            do {
                if (random.below(2)) AWAIT_SET(part, from.read(1 + random.below(5000)));
                else AWAIT_SET(part, from.readline());
                how->received += part;
                if (random.below(40) == 0) AWAIT(lasti::sleep(1));
            } while (!part.empty());
            how->ended = true;
        EXCEPT_ANY
            how->receiver_failed = true;
            from.close();
            RERAISE;
        END_TRY
        from.close();
        END;
    }
};

void pipe_program(selector_loop& on, dice& random) {
    faulty.resets = random.below(3) == 0;
    course how;
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    std::vector<lasti::any_task> tasks;
    const bool cancels = random.below(3) == 0;
    {
        const std::size_t limit = 1 << 20; // of a line
        tasks.push_back(on.loop.create_task(lasti::coroutine<>(
            pipe_writer{lasti::connect_write_pipe(on.loop, ends[1]), &how, {random.below(1u << 30)}, static_cast<int>(random.below(8)), ""})));
        tasks.push_back(on.loop.create_task(lasti::coroutine<>(
            pipe_reader{lasti::connect_read_pipe(on.loop, ends[0], limit), &how, {random.below(1u << 30)}, ""})));
    }
    if (cancels) on.loop.create_task(lasti::coroutine<>(canceller{tasks[random.below(2)], random.below(4) / 2.0}));
    run_faulty(on);
    CHECK((how.sent.compare(0, how.received.size(), how.received) == 0));
    if (!how.sender_failed && !how.receiver_failed) CHECK(how.received.size() == how.sent.size());
    if (!cancels && !faulty.resets) CHECK(how.ended);
    CHECK((how.ended || how.receiver_failed || cancels));
    for (lasti::any_task const& t : tasks)
        if (!t.cancelled()) t.exception(); // seen
}

// ---- files ----

/// What is done to a file is done to a string, too, and must come to the same.
struct file_user {
    std::string path;
    dice random;
    int left;
    bool* wrong;
    int* failures;
    std::string all, got;
    std::size_t at = 0;
    std::uint64_t number = 0;
    lasti::file f;
    file_user(std::string where, std::uint32_t seed, bool* says, int* counts)
        : path(std::move(where)), random{seed}, left(static_cast<int>(random.below(25))), wrong(says), failures(counts) {}

    std::string const& to_write() {
        got = text_of(random, random.below(5) == 0 ? 200000 : 300);
        return got;
    }
    std::string expected(std::size_t n) const { return at < all.size() ? all.substr(at, n) : std::string(); }
    std::string expected_line() const {
        const std::string rest = expected(std::string::npos);
        const std::size_t end = rest.find('\n');
        return end == std::string::npos ? rest : rest.substr(0, end + 1);
    }
    void check(std::string const& want) {
        if (got != want) *wrong = true;
        at += got.size();
    }
    void was_written() {
        if (number != got.size()) *wrong = true;
        if (at > all.size()) all.resize(at, '\0');
        all.replace(at, got.size(), got);
        at += got.size();
    }

    COROUTINE_BODY(void) {
        BEGIN;
        TRY
            AWAIT_SET(f, lasti::open_file(path, "w+"));
            while (left-- > 0) {
                switch (number = random.below(7)) { // no AWAIT in a switch
                default: break;
                }
                if (number == 0) {
                    AWAIT_SET(got, f.read());
                    check(expected(std::string::npos));
                } else if (number == 1) {
                    number = random.below(5000);
                    AWAIT_SET(got, f.read(static_cast<std::int64_t>(number)));
                    check(expected(static_cast<std::size_t>(number)));
                } else if (number == 2) {
                    AWAIT_SET(got, f.readline());
                    check(expected_line());
                } else if (number == 3) {
                    at = random.below(static_cast<std::uint32_t>(all.size() + 1));
                    AWAIT(f.seek(static_cast<std::int64_t>(at)));
                } else if (number == 4) {
                    AWAIT(f.fsync());
                    AWAIT_SET(number, f.tell());
                    if (number != at) *wrong = true;
                } else {
                    AWAIT_SET(number, f.write(to_write()));
                    was_written();
                }
            }
            AWAIT(f.close());
        EXCEPT(lasti::os_error)
            ++*failures;
            TRY
                AWAIT(f.close());
            EXCEPT_ANY
            END_TRY
        END_TRY
        END;
    }
};

void file_program(selector_loop& on, dice& random) {
    faulty.is_full = random.below(2) == 0;
    faulty.is_short = random.below(4) == 0;
    const temporary_file file;
    bool wrong = false;
    int failures = 0;
    const auto uses = on.loop.create_task(lasti::coroutine<>(file_user(file.path, random.below(1u << 30), &wrong, &failures)));
    const bool cancels = random.below(4) == 0;
    if (cancels) on.loop.create_task(lasti::coroutine<>(canceller{uses, random.below(3) / 2.0}));
    run_faulty(on);
    CHECK_FALSE(wrong);
    if (!faulty.is_full && !faulty.is_short) CHECK(failures == 0);
    CHECK((uses.cancelled() || !uses.exception() || faulty.is_short)); // there was no file to close
}

// ---- processes ----

struct asks_cat {
    std::string text;
    bool* wrong;
    lasti::process p;
    std::pair<std::string, std::string> said;
    COROUTINE_BODY(void) {
        BEGIN;
        TRY
            AWAIT_SET(p, lasti::create_subprocess_exec("cat", {}, with_pipes()));
            AWAIT_SET(said, p.communicate(text));
            if (*p.returncode() == 0 && said.first != text) *wrong = true;
        EXCEPT(lasti::os_error)
            if (p) {
                TRY
                    p.kill();
                EXCEPT(lasti::process_lookup_error)
                END_TRY
                AWAIT(p.wait());
            }
        END_TRY
        END;
    }
};

void process_program(selector_loop& on, dice& random) {
    faulty.is_short = random.below(3) == 0;
    lasti::detail::watches_by_pidfd = random.below(2) == 0;
    bool wrong = false;
    std::vector<lasti::any_task> tasks;
    for (std::uint32_t left = 1 + random.below(3); left > 0; --left)
        tasks.push_back(on.loop.create_task(lasti::coroutine<>(asks_cat{text_of(random, 300000), &wrong, {}, {}})));
    if (random.below(4) == 0) on.loop.create_task(lasti::coroutine<>(canceller{tasks[0], 0}));
    run_faulty(on);
    CHECK_FALSE(wrong);
    for (lasti::any_task const& t : tasks) CHECK((t.cancelled() || !t.exception()));
    tasks.clear();
    for (int i = 0; i < 50 && !no_children(); ++i) on.loop.run();
    lasti::detail::watches_by_pidfd = true;
}

} // namespace

TEST_SUITE_BEGIN("fuzz io");

TEST_CASE("DG1: datagrams on a system that fails at random: none is doubled, none is lost but to errors that are told") {
    run_programs(datagram_program, 300);
}

TEST_CASE("PI1: pipes: what arrives was written, and both ends come to an end") { run_programs(pipe_program, 300); }

TEST_CASE("files: what is read was written, and what fails is raised") {
    // Needs exceptions: what is used wrongly throws.
    run_programs(file_program, 300);
}

TEST_CASE("SP1: processes: what cat is told it says, and none is left behind") {
    run_programs(process_program, 20);
    CHECK(no_children());
}

TEST_SUITE_END();

#endif
