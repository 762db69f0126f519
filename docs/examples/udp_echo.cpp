// A UDP echo server and its client, on loopback.
#include <iostream>
#include <string>
#include <utility>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [server]
lasti::coroutine<void> serve(lasti::datagram_endpoint server) {
    lasti::datagram d;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(d, server)                            // until it is closed
            server.sendto(d.first, d.second);           // at once, or when there is room
            AWAIT(server.drain());                      // waits if there is much to send
        END_ASYNC_FOR
        END;
    };
}
// [/server]

// [client]
lasti::coroutine<std::string> ask(lasti::socket_address where, std::string text) {
    lasti::datagram_options options;
    lasti::datagram_endpoint client;
    lasti::datagram answer;
    options.remote = where;
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT_SET(client, lasti::open_datagram_endpoint(options));
        client.sendto(text);
        ASYNC_WITH(lasti::timeout(5))                   // a datagram may be lost
            AWAIT_SET(answer, client.recvfrom());
        END_ASYNC_WITH
        RETURN(answer.first);
        END;
    };
}
// [/client]

// [main]
lasti::coroutine<void> main_task() {
    lasti::datagram_options options;
    lasti::datagram_endpoint server;
    lasti::task<void> serving;
    std::string answer;
    options.local = {"127.0.0.1", 0};
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(server, lasti::open_datagram_endpoint(options));
        serving = lasti::create_task(serve(server));
        AWAIT_SET(answer, ask(server.sockname(), "is anybody there?"));
        std::cout << answer << '\n';
        server.close();
        AWAIT(serving);
        END;
    };
}

int main() { lasti::run(main_task()); }
// [/main]
