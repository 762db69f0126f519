// Which ports of a host are open? Many are tried at once, each for a while.
//
// Without arguments it tries five of its own. Else host, first and last port; how many at once
// (100), and for how many seconds each (1). Scan only what is yours:
//     sh docs/examples/run port_scanner localhost 1 65535 500
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [is_open]
lasti::coroutine<bool> is_open(lasti::socket_address where, double seconds) {
    lasti::socket s(where.family());
    return COROUTINE(bool) {
        BEGIN;
        TRY
            AWAIT(lasti::wait_for(lasti::sock_connect(s, where), seconds));
            // The system may lend a socket the very port that it calls: then it reaches itself.
            RETURN(s.getsockname() != where);
        EXCEPT(lasti::timeout_error)                    // nobody answers
        EXCEPT(lasti::os_error)                         // refused, unreachable …
        END_TRY
        RETURN(false);
        END;
    };
}
// [/is_open]

// [scan]
struct scan {
    std::string address;
    double seconds;
    lasti::generator<std::uint16_t> ports;              // the workers share it: each takes the next
    std::size_t tried;
    std::vector<std::uint16_t> open;
};

lasti::coroutine<void> worker(std::shared_ptr<scan> s) {
    std::uint16_t port = 0;
    bool open = false;
    return COROUTINE(void) {
        BEGIN;
        while (s->ports.resume()) {
            port = s->ports.value();
            AWAIT_SET(open, is_open(lasti::socket_address(s->address, port), s->seconds));
            ++s->tried;
            if (open) s->open.push_back(port);
        }
        END;
    };
}

lasti::coroutine<void> show_progress(std::shared_ptr<scan> s) {
    return COROUTINE(void) {
        BEGIN;
        for (;;) {
            std::cerr << '\r' << s->tried << " tried, " << s->open.size() << " open " << std::flush;
            AWAIT(lasti::sleep(0.1));
        }
        END;
    };
}

lasti::coroutine<std::vector<std::uint16_t>> find_open(std::shared_ptr<scan> s, int at_once) {
    lasti::task_group workers;
    lasti::task<void> progress;
    return COROUTINE(std::vector<std::uint16_t>) {
        BEGIN;
        if (::isatty(STDERR_FILENO)) progress = lasti::create_task(show_progress(s));
        ASYNC_WITH(workers)
            for (int i = 0; i < at_once; ++i) workers.create_task(worker(s));
        END_ASYNC_WITH                                  // here it waits for all of them
        if (progress) {
            progress.cancel();
            std::cerr << "\r\x1b[K";                    // a clean line
        }
        std::sort(s->open.begin(), s->open.end());
        RETURN(s->open);
        END;
    };
}
// [/scan]

lasti::generator<std::uint16_t> from_to(std::uint16_t first, std::uint16_t last) {
    unsigned port = first;                              // wider, for the last may be the highest
    return GENERATOR(std::uint16_t) {
        BEGIN;
        for (; port <= last; ++port) YIELD(static_cast<std::uint16_t>(port));
        END;
    };
}

lasti::generator<std::uint16_t> all_of(std::vector<std::uint16_t> ports) {
    std::uint16_t port = 0;
    return GENERATOR(std::uint16_t) {
        BEGIN;
        FOR(port, ports) YIELD(port); END_FOR
        END;
    };
}

lasti::coroutine<void> scan_host(std::string host, std::uint16_t first, std::uint16_t last,
                                 int at_once, double seconds) {
    std::vector<lasti::address_info> found;
    std::vector<std::uint16_t> open;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(found, lasti::getaddrinfo(host, first));
        AWAIT_SET(open, find_open(std::make_shared<scan>(scan{found.front().address.host(), seconds,
                                                              from_to(first, last), 0, {}}),
                                  at_once));
        for (std::uint16_t port : open) std::cout << "port " << port << " is open\n";
        END;
    };
}

// Three that listen, and two that are taken by sockets that do not.
lasti::coroutine<void> show() {
    std::vector<lasti::socket> sockets;
    std::vector<std::uint16_t> ports, open, expected;
    return COROUTINE(void) {
        BEGIN;
        for (int i = 0; i < 5; ++i) {
            const lasti::socket s(AF_INET);
            s.bind(lasti::socket_address("127.0.0.1", 0));
            if (i < 3) s.listen();
            sockets.push_back(s);
            ports.push_back(s.getsockname().port());
        }
        AWAIT_SET(open, find_open(std::make_shared<scan>(
                                      scan{"127.0.0.1", 5, all_of(ports), 0, {}}), 2));
        expected.assign(ports.begin(), ports.begin() + 3);
        std::sort(expected.begin(), expected.end());
        std::cout << open.size() << " of " << ports.size() << " are open: "
                  << (open == expected ? "those that listen" : "others") << '\n';
        END;
    };
}

int main(int argc, char** argv) try {
    if (argc < 4) {
        lasti::run(show());
        return 0;
    }
    lasti::run(scan_host(argv[1], static_cast<std::uint16_t>(std::stoi(argv[2])),
                         static_cast<std::uint16_t>(std::stoi(argv[3])),
                         argc > 4 ? std::atoi(argv[4]) : 100, argc > 5 ? std::atof(argv[5]) : 1));
} catch (lasti::keyboard_interrupt const&) {
} catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 1;
}
