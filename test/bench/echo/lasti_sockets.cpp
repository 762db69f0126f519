// An echo server by lasti's sock_recv_into and sock_sendall.
#include <cstdlib>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

namespace {

struct echo {
    lasti::socket client;
    std::size_t n;
    char room[4096];
    explicit echo(lasti::socket s) : client(std::move(s)), n(0) {}
    COROUTINE_BODY(void) {
        BEGIN;
        for (;;) {
            AWAIT_SET(n, lasti::sock_recv_into(client, room, sizeof room));
            if (n == 0) break;
            AWAIT(lasti::sock_sendall(client, room, n));
        }
        END;
    }
};

lasti::coroutine<void> serve(std::uint16_t port) {
    lasti::socket listener(AF_INET);
    std::pair<lasti::socket, lasti::socket_address> accepted;
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
    listener.bind(lasti::socket_address("127.0.0.1", port));
    listener.listen();
    return COROUTINE(void) {
        BEGIN;
        for (;;) {
            AWAIT_SET(accepted, lasti::sock_accept(listener));
            accepted.first.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
            lasti::create_task(lasti::coroutine<void>(echo(accepted.first)));
        }
        END;
    };
}

} // namespace

int main(int, char** argv) { lasti::run(serve(static_cast<std::uint16_t>(std::atoi(argv[1])))); }
