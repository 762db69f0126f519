// TLS between two ends that somebody in the middle disturbs at random: bytes are changed, left out, doubled, or the
// connection is cut. Whatever happens, both ends come to an end, what is read was written, and nothing is left.
// LASTI_SEEDS in the environment: how many connections, instead of 150.
#include <lasti/tls.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include <lasti/lasti.hpp>

#include "support/fuzzing.hpp"
#include "support/tls.hpp"

#include <lasti/keywords.hpp>

namespace {

std::string message(std::size_t n) {
    std::string text;
    while (text.size() < n) text += "message " + std::to_string(text.size()) + ' ';
    return text;
}

/// Shakes hands, sends all, closes, and says what it has read until the end.
struct speaker {
    lasti::connection c;
    lasti::tls_context context;
    std::size_t size;
    std::string* heard;
    std::string part;
    COROUTINE_BODY(void) {
        BEGIN;
        AWAIT(c.writer.start_tls(context, context.is_server() ? "" : "localhost"));
        AWAIT(c.writer.send_all(message(size)));
        for (;;) {
            AWAIT_SET(part, c.reader.read(5000));
            if (part.empty()) break;
            *heard += part;
            if (heard->size() >= message(size).size()) break;
        }
        c.writer.close();
        AWAIT(c.writer.wait_closed());
        END;
    }
};

/// Hands on what there is, and now and then does some damage. False: there was nothing, or it has cut the connection.
bool hand_on(lasti::socket const& from, lasti::socket const& to, dice& random, std::uint32_t damage) {
    char room[20000];
    const ssize_t n = ::recv(from.fileno(), room, 1 + random.below(sizeof room), 0);
    if (n <= 0) return false;
    std::string bytes(room, static_cast<std::size_t>(n));
    if (damage != 0 && random.below(damage) == 0) {
        const std::size_t at = random.below(static_cast<std::uint32_t>(bytes.size()));
        switch (random.below(5)) {
        case 0: bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8))); break;
        case 1: bytes.erase(at, 1 + random.below(50)); break;
        case 2: bytes.insert(at, bytes.substr(0, 1 + random.below(500))); break;
        case 3: bytes.insert(at, std::string(1 + random.below(100), static_cast<char>(random.below(256)))); break;
        default: to.shutdown(SHUT_WR); return false;
        }
    }
    put(to, bytes);
    return true;
}

void run_one(std::uint32_t seed, std::string const& selector, int& undisturbed) {
    dice random{seed};
    selector_loop on(selector);
    const lasti::tls_context calls = calling_tls(), serves = serving_tls();
    if (random.below(3) == 0) calls.set_maximum_version(lasti::tls_version::tls1_2);
    const socket_pair client = lasti::socketpair(), server = lasti::socketpair();
    const std::size_t size = random.below(2) ? random.below(50000) : random.below(100);
    const std::uint32_t damage = random.below(4) == 0 ? 0 : 3 + random.below(10);
    std::string heard[2];
    const lasti::task<void> ends[2] = {
        on.loop.create_task(lasti::coroutine<>(speaker{lasti::connection_of(on.loop, client.first), calls, size, &heard[0], ""})),
        on.loop.create_task(lasti::coroutine<>(speaker{lasti::connection_of(on.loop, server.first), serves, size, &heard[1], ""}))};
    for (int quiet = 0; quiet < 8; ++quiet) {
        const bool one = hand_on(client.second, server.second, random, damage);
        const bool other = hand_on(server.second, client.second, random, damage);
        if (one || other) quiet = 0;
        on.loop.poll();
    }
    // Who still waits for what was left out is told that no more comes.
    client.second.close();
    server.second.close();
    for (lasti::task<void> const& end : ends) {
        const std::string told = after_rounds(on, end, 40);
        CAPTURE(told);
        CHECK(told != "waits");
        if (damage == 0) CHECK((told == "done" || contains(told, "onnection")));
    }
    for (std::string const& text : heard) CHECK((message(size).compare(0, text.size(), text) == 0));
    undisturbed += damage == 0 && heard[0] == message(size) && heard[1] == message(size);
    CHECK(on.loop.task_count() == 0);
}

} // namespace

TEST_SUITE_BEGIN("fuzz tls");

TEST_CASE("TL1: whatever is done to what passes between them, both ends come to an end, and nobody reads what was not written") {
    int undisturbed = 0;
    const std::uint32_t seeds = for_each_seed(150, [&](std::uint32_t seed, std::string const& selector) {
        run_one(scattered(seed), selector, undisturbed);
    });
    CHECK(undisturbed > static_cast<int>(seeds) / 4); // where nobody disturbs, all of it arrives
}

TEST_SUITE_END();
