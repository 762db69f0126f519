// Streams and servers on a system that fails at random. Clients say what they want to hear, in several ways, slowly,
// too much of it, or go away in the middle; whatever happens, everybody is woken, what arrives is what was sent, and
// nothing is left. LASTI_SEEDS in the environment: how many programs, instead of 300 and 60.
#include <lasti/streams.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/faulty_calls.hpp"
#include "support/fuzzing.hpp"
#include "support/streams.hpp"
#include "support/temporary.hpp"
#include "support/tls.hpp"

#include <lasti/keywords.hpp>

#if defined(__linux__)

namespace {

const std::size_t most_asked = 3000000;

std::string pattern(std::size_t n) {
    std::string text(n, ' ');
    for (std::size_t i = 0; i < n; ++i) text[i] = static_cast<char>('a' + i % 26);
    return text;
}

/// The same, as far as anybody asks, in a file; a multiple of the alphabet from its start.
int pattern_file() {
    static const temporary_file file(pattern(26 + most_asked));
    static const int fd = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
    return fd;
}
std::size_t at_start() { return 26; }

/// "SIZE MANNER\n" is answered with so many bytes, in that manner; until the end.
struct answers {
    lasti::stream_reader reader;
    lasti::stream_writer writer;
    std::string line, text;
    std::size_t at = 0;
    answers(lasti::stream_reader r, lasti::stream_writer w) : reader(r), writer(w) {}
    COROUTINE_BODY(void) {
        BEGIN;
        ASYNC_FOR(line, reader)
            text = pattern(static_cast<std::size_t>(std::atol(line.c_str())));
            if (line.find("all") != std::string::npos) {
                AWAIT(writer.send_all(text));
            } else if (line.find("lines") != std::string::npos) {
                writer.writelines({text.substr(0, text.size() / 3), "", text.substr(text.size() / 3)});
                AWAIT(writer.drain());
            } else if (line.find("bits") != std::string::npos) {
                for (at = 0; at < text.size(); at += 1000) {
                    writer.write(text.substr(at, 1000));
                    AWAIT(writer.drain());
                }
            } else if (line.find("file") != std::string::npos) {
                AWAIT(writer.sendfile(pattern_file(), at_start(), text.size()));
            } else {
                writer.write(text); // and does not care
            }
        END_ASYNC_FOR
        if (reader.limit() % 2) {
            writer.close();
            AWAIT(writer.wait_closed());
        }
        END;
    }
};

/// How one client fared.
struct course {
    bool failed = false, wrong = false, ended = false;
};

struct client {
    std::uint16_t port;
    lasti::connection_options options;
    course* how;
    dice random;
    std::size_t asked = 0, left = 0;
    lasti::connection c;
    std::string part;
    client(std::uint16_t where, lasti::connection_options const& how_to, course* result, std::uint32_t seed)
        : port(where), options(how_to), how(result), random{seed}, left(random.below(5)) {}

    std::string wish() {
        static const char* const manners[] = {"all", "lines", "bits", "file", "plain"};
        asked = random.below(6) == 0 ? random.below(most_asked) : random.below(5000);
        return std::to_string(asked) + ' ' + manners[random.below(5)] + '\n';
    }

    COROUTINE_BODY(void) {
        BEGIN;
        TRY {
            AWAIT_SET(c, lasti::open_connection("127.0.0.1", port, options));
            while (left > 0) {
                --left;
                AWAIT(c.writer.send_all(wish()));
                if (random.below(3) == 0) AWAIT(lasti::sleep(random.below(3)));
                if (random.below(15) == 0) c.writer.abort();
                if (random.below(2)) {
                    AWAIT_SET(part, c.reader.readexactly(asked));
                    if (part != pattern(asked)) how->wrong = true;
                } else {
                    while (asked > 0) {
                        AWAIT_SET(part, c.reader.read(asked));
                        if (part.empty()) RAISE(std::runtime_error("the end"));
                        asked -= part.size();
                    }
                }
            }
            if (c.writer.can_write_eof() && random.below(2)) {
                c.writer.write_eof();
                AWAIT_SET(part, c.reader.read());
                if (!part.empty()) how->wrong = true;
            }
            c.writer.close();
            AWAIT(c.writer.wait_closed());
            how->ended = true;
        }
        EXCEPT_ANY {
            how->failed = true;
            RERAISE;
        }
        END_TRY
        END;
    }
};

/// Runs until the clients are done; then closes the server in one of the ways there are.
struct program {
    lasti::server server;
    std::vector<lasti::any_task> clients;
    std::uint32_t way;
    std::size_t i;
    COROUTINE_BODY(void) {
        BEGIN;
        for (i = 0; i < clients.size(); ++i) {
            TRY
                AWAIT(clients[i]);
            EXCEPT_ANY
            END_TRY
        }
        server.close();
        if (way == 1) server.close_clients();
        if (way == 2) server.abort_clients();
        AWAIT(server.wait_closed());
        END;
    }
};

void run_program(std::uint32_t seed, std::string const& selector, bool is_encrypted) {
    dice random{seed};
    selector_loop on(selector);
    on.loop.set_exception_handler([](lasti::exception_context const&) {}); // of the answers whose client is gone
    faulty.begin(seed);
    faulty.resets = random.below(2) == 0;
    faulty.is_short = random.below(4) == 0;
    const bool cancels = random.below(2) == 0;
    lasti::server_options options;
    options.limit = 1000 + random.below(100);
    lasti::connection_options calling;
    if (is_encrypted) {
        options.tls = serving_tls();
        calling = calling_by(calling_tls());
    }
    const lasti::server server = on.loop.run_until_complete(lasti::start_server(
        [](lasti::stream_reader r, lasti::stream_writer w) { return lasti::coroutine<>(answers(r, w)); }, "127.0.0.1", 0, options));
    const std::uint16_t port = server.sockets().front().getsockname().port();
    std::vector<course> courses(1 + random.below(6));
    std::vector<lasti::any_task> clients;
    for (course& c : courses) {
        clients.push_back(on.loop.create_task(lasti::coroutine<>(client(port, calling, &c, random.below(1u << 30)))));
        if (cancels && random.below(3) == 0)
            on.loop.create_task(lasti::coroutine<>(canceller{clients.back(), random.below(4) / 2.0}));
    }
    faulty.on = true;
    // A hang is a test that runs out of time, a task that nobody wakes a deadlock_error.
    on.loop.run_until_complete(lasti::coroutine<>(program{server, clients, random.below(3), 0}));
    on.loop.run();
    faulty.on = false;
    for (course const& c : courses) {
        CHECK_FALSE(c.wrong);
        CHECK(c.failed != c.ended);
    }
    CHECK(on.loop.task_count() == 0);
    CHECK(server.client_count() == 0);
}

void run_programs(bool is_encrypted, std::uint32_t usual) {
    pattern_file(); // stays open
    for_each_seed(usual, [is_encrypted](std::uint32_t seed, std::string const& selector) {
        run_program(scattered(seed), selector, is_encrypted);
    });
}

} // namespace

TEST_SUITE_BEGIN("fuzz streams");

TEST_CASE("streams on a system that fails at random: everybody is woken, what arrives was sent, nothing leaks") {
    run_programs(false, 300);
}

TEST_CASE("TL1: … and encrypted ones") {
    if (lasti::tls_context::is_available()) run_programs(true, 60);
}

TEST_SUITE_END();

#endif
