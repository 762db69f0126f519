// Sockets on a system that fails at random: calls that are interrupted, that would block though they would not, that
// do a part, that are reset. Whatever happens, everybody is woken, what is received is what was sent, and nothing is
// left. LASTI_SEEDS in the environment: how many programs, instead of 500.
#include <lasti/socket.hpp>

#include <doctest/doctest.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/faulty_calls.hpp"
#include "support/fuzzing.hpp"
#include "support/sockets.hpp"

#include <lasti/keywords.hpp>

#if defined(__linux__)

namespace {

/// One connection, and how it went.
struct course {
    std::string sent, received;
    bool ended = false;   // the receiver has seen the end
    bool failed = false;  // somebody was cancelled, or got an error
};

struct sender {
    lasti::socket s;
    course* how;
    dice random;
    std::size_t left;
    std::string part;
    COROUTINE_BODY(void) {
        BEGIN;
        TRY {
            while (left > 0) {
                part.assign(1 + random.below(random.below(5) == 0 ? 300000 : 2000), static_cast<char>('a' + random.below(26)));
                how->sent += part;
                if (random.below(2)) AWAIT(lasti::sock_sendall(s, part));
                else AWAIT(lasti::sock_sendall(s, part.data(), part.size()));
                if (random.below(4) == 0) AWAIT(lasti::sleep(random.below(3)));
                --left;
            }
        }
        EXCEPT_ANY {
            how->failed = true;
            RERAISE;
        }
        FINALLY { s.close(); }
        END_TRY
        END;
    }
};

struct receiver {
    lasti::socket s;
    course* how;
    dice random;
    std::string part;
    COROUTINE_BODY(void) {
        BEGIN;
        TRY {
            do {
                AWAIT_SET(part, lasti::sock_recv(s, 1 + random.below(5000)));
                how->received += part;
                if (random.below(8) == 0) AWAIT(lasti::sleep(random.below(2)));
            } while (!part.empty());
            how->ended = true;
        }
        EXCEPT_ANY {
            how->failed = true;
            RERAISE;
        }
        FINALLY { s.close(); }
        END_TRY
        END;
    }
};

void run_program(std::uint32_t seed, std::string const& selector) {
    dice random{scattered(seed)};
    selector_loop on(selector);
    std::vector<course> courses(1 + random.below(4));
    std::vector<lasti::any_task> tasks;
    faulty.begin(scattered(seed));
    faulty.resets = random.below(2) == 0;
    const bool cancels = random.below(2) == 0;
    for (course& c : courses) {
        const socket_pair ends = random.below(2) ? tcp_pair() : lasti::socketpair();
        tasks.push_back(on.loop.create_task(lasti::coroutine<>(sender{ends.first, &c, {random.below(1u << 30)}, random.below(6), ""})));
        tasks.push_back(on.loop.create_task(lasti::coroutine<>(receiver{ends.second, &c, {random.below(1u << 30)}, ""})));
        if (cancels && random.below(3) == 0)
            on.loop.create_task(lasti::coroutine<>(canceller{tasks[random.below(static_cast<std::uint32_t>(tasks.size()))], random.below(4) / 2.0}));
    }
    faulty.on = true;
    on.loop.run(); // a hang is a test that runs out of time, a task that nobody wakes a deadlock_error
    faulty.on = false;
    for (course const& c : courses) {
        CHECK(c.sent.compare(0, c.received.size(), c.received) == 0);
        if (!cancels && !faulty.resets) CHECK_FALSE(c.failed);
        if (!c.failed && c.ended) CHECK(c.received.size() == c.sent.size());
        CHECK((c.failed || c.ended || cancels));
    }
    for (lasti::any_task const& t : tasks)
        if (!t.cancelled()) t.exception(); // seen
    CHECK(on.loop.task_count() == 0);
}

} // namespace

TEST_SUITE_BEGIN("fuzz sockets");

TEST_CASE("sockets on a system that fails at random: everybody is woken, nothing is lost, nothing leaks") {
    for_each_seed(500, run_program);
}

TEST_SUITE_END();

#endif
