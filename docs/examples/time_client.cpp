// What time is it? Asks time servers by NTP (RFC 5905, as far as a client needs it), all at once,
// and says how far this machine's clock is off.
//
// Without arguments it asks two of its own, of which one loses what it is asked first and one says
// nothing. Else hosts, each with a port behind a colon if it is not 123:
//     sh docs/examples/run time_client pool.ntp.org
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [ntp]
const std::uint64_t seconds_to_1970 = 2208988800u;      // from 1900, where NTP's time begins

// Seconds since 1970 as the 64 bits that NTP has of it, and back.
std::string encoded(double time) {
    const double whole = std::floor(time);
    const std::uint64_t bits = ((static_cast<std::uint64_t>(whole) + seconds_to_1970) << 32) |
                               static_cast<std::uint64_t>((time - whole) * 4294967296.0);
    std::string text;
    for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(bits >> shift);
    return text;
}

double decoded(std::string const& text, std::size_t at) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) bits = bits << 8 | static_cast<unsigned char>(text[at + i]);
    return static_cast<double>(bits >> 32) - static_cast<double>(seconds_to_1970) +
           static_cast<double>(bits & 0xFFFFFFFF) / 4294967296.0;
}

double clock_time() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// 48 bytes: version 4, "I am a client", nothing, and when it was sent.
std::string question(double now) { return '\x23' + std::string(39, '\0') + encoded(now); }

// An answer to this question, and not to an older one or of anybody else.
bool answers(std::string const& text, double sent) {
    return text.size() >= 48 && (text[0] & 7) == 4 && text[1] != 0 &&
           text.compare(24, 8, encoded(sent)) == 0;
}
// [/ntp]

// [ask]
struct place {
    std::string host;
    std::uint16_t port;
};

struct measured {
    double offset, delay;                               // seconds: of our clock, of the way
};

// A datagram may be lost: so it is sent again, three times, each with its second.
lasti::coroutine<measured> ask(place where) {
    lasti::datagram_options options;
    lasti::datagram_endpoint server;
    lasti::datagram got;
    double sent = 0, back = 0;
    int tries = 0;
    options.remote = {where.host, where.port};
    return COROUTINE(measured) {
        BEGIN;
        AWAIT_SET(server, lasti::open_datagram_endpoint(options));
        for (; tries < 3; ++tries) {
            sent = clock_time();
            server.sendto(question(sent));
            TRY
                ASYNC_WITH(lasti::timeout(1))
                    do AWAIT_SET(got, server.recvfrom()); while (!answers(got.first, sent));
                END_ASYNC_WITH
                back = clock_time();
                RETURN(measured{(decoded(got.first, 32) - sent + decoded(got.first, 40) - back) / 2,
                                back - sent - (decoded(got.first, 40) - decoded(got.first, 32))});
            EXCEPT(lasti::timeout_error)
            END_TRY
        }
        RAISE(std::runtime_error("no answer"));
        END;
    };
}
// [/ask]

lasti::coroutine<bool> report(place where, bool tells_times) {
    measured m = {0, 0};
    std::exception const* e = nullptr;
    return COROUTINE(bool) {
        BEGIN;
        TRY
            AWAIT_SET(m, ask(where));
            if (tells_times)
                std::printf("%s:%d %+.6f s, the way %.6f s\n", where.host.c_str(), where.port,
                            m.offset, m.delay);
            else
                std::printf("one agrees to %d s\n", static_cast<int>(std::lround(m.offset)));
            RETURN(true);
        EXCEPT_AS(e, std::exception)
            if (tells_times) std::printf("%s:%d ", where.host.c_str(), where.port);
            else std::printf("one: ");
            std::printf("%s\n", e->what());
        END_TRY
        RETURN(false);
        END;
    };
}

lasti::coroutine<int> ask_all(std::vector<place> places, bool tells_times) {
    std::vector<lasti::coroutine<bool>> reports;
    std::vector<bool> good;
    int failures = 0;
    return COROUTINE(int) {
        BEGIN;
        for (place const& each : places) reports.push_back(report(each, tells_times));
        AWAIT_SET(good, lasti::gather(std::move(reports)));
        for (const bool each : good) failures += !each;
        RETURN(failures);
        END;
    };
}

// ---- servers to try it with ----

lasti::coroutine<void> serve(lasti::datagram_endpoint at, bool says_anything) {
    lasti::datagram d;
    int asked = 0;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(d, at)
            if (!says_anything || ++asked == 1) continue;
            at.sendto('\x24' + std::string(1, '\x01') + std::string(22, '\0') + d.first.substr(40) +
                          encoded(clock_time()) + encoded(clock_time()),
                      d.second);
        END_ASYNC_FOR
        END;
    };
}

lasti::coroutine<void> show() {
    lasti::datagram_options options;
    lasti::datagram_endpoint endpoint;
    std::vector<lasti::task<void>> servers;
    std::vector<place> places;
    int i = 0;
    options.local = {"127.0.0.1", 0};
    return COROUTINE(void) {
        BEGIN;
        for (; i < 2; ++i) {
            AWAIT_SET(endpoint, lasti::open_datagram_endpoint(options));
            servers.push_back(lasti::create_task(serve(endpoint, i == 0)));
            places.push_back(place{"127.0.0.1", endpoint.sockname().port()});
        }
        AWAIT(ask_all(places, false));
        for (lasti::task<void> const& each : servers) each.cancel();
        END;
    };
}

place place_of(std::string const& word) {
    const std::size_t colon = word.rfind(':');
    if (colon == std::string::npos || word.find(':') != colon) return place{word, 123};
    const int port = std::stoi(word.substr(colon + 1));
    return place{word.substr(0, colon), static_cast<std::uint16_t>(port)};
}

int main(int argc, char** argv) try {
    if (argc < 2) {
        lasti::run(show());
        return 0;
    }
    std::vector<place> places;
    for (int i = 1; i < argc; ++i) places.push_back(place_of(argv[i]));
    return lasti::run(ask_all(places, true)) == 0 ? 0 : 1;
} catch (lasti::keyboard_interrupt const&) {
    return 130;
} catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 1;
}
