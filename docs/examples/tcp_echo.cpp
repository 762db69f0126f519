// A TCP echo server and its clients, by the sock_* functions.
//
// Without an argument both run in one program. With a port it serves that, until Ctrl-C:
//     sh docs/examples/run tcp_echo 7000
//     nc 127.0.0.1 7000
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [server]
typedef std::pair<lasti::socket, lasti::socket_address> connection;

lasti::coroutine<void> echo(lasti::socket client) {
    std::string text;
    return COROUTINE(void) {
        BEGIN;
        for (;;) {
            AWAIT_SET(text, lasti::sock_recv(client, 1024));
            if (text.empty()) break;                    // the other side has closed
            AWAIT(lasti::sock_sendall(client, text));
        }
        END;
    };                                                  // the last handle closes the socket
}

lasti::coroutine<void> serve(lasti::socket listener) {
    connection client;
    return COROUTINE(void) {
        BEGIN;
        for (;;) {
            AWAIT_SET(client, lasti::sock_accept(listener));
            lasti::create_task(echo(std::move(client.first)));
        }
        END;
    };
}
// [/server]

// [client]
lasti::coroutine<std::string> ask(lasti::socket_address where, std::string text) {
    lasti::socket s(where.family());
    std::string answer, part;
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT(lasti::sock_connect(s, where));
        AWAIT(lasti::sock_sendall(s, text));
        s.shutdown(SHUT_WR);
        do {
            AWAIT_SET(part, lasti::sock_recv(s, 1024));
            answer += part;
        } while (!part.empty());
        RETURN(answer);
        END;
    };
}
// [/client]

// [main]
lasti::coroutine<void> main_task(std::uint16_t port, bool asks) {
    lasti::socket listener(AF_INET);
    lasti::socket_address where("127.0.0.1", port);
    lasti::task<void> server;
    std::vector<std::string> answers;
    return COROUTINE(void) {
        BEGIN;
        listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
        listener.bind(where);
        listener.listen();
        server = lasti::create_task(serve(listener));
        if (!asks) AWAIT(server);
        where = listener.getsockname();
        AWAIT_SET(answers, lasti::gather(std::vector<lasti::coroutine<std::string>>{
                               ask(where, "one"), ask(where, "two"), ask(where, "three")}));
        for (std::string const& answer : answers) std::cout << answer << '\n';
        END;                                            // run() cancels the server
    };
}

int main(int argc, char** argv) try {
    const int port = argc > 1 ? std::atoi(argv[1]) : 0;
    lasti::run(main_task(static_cast<std::uint16_t>(port), argc < 2));
} catch (lasti::keyboard_interrupt const&) {
}
// [/main]
