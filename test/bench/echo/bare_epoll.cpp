// The floor: an echo server of epoll, read() and write(), with no library.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int, char** argv) {
    const int listening = ::socket(AF_INET, SOCK_STREAM, 0), on = 1;
    ::setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in where = sockaddr_in();
    where.sin_family = AF_INET;
    where.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listening, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) return std::perror("bind"), 1;
    ::listen(listening, 128);
    const int selector = ::epoll_create1(0);
    epoll_event wanted = epoll_event();
    wanted.events = EPOLLIN;
    wanted.data.fd = listening;
    ::epoll_ctl(selector, EPOLL_CTL_ADD, listening, &wanted);
    static char room[65536];
    for (;;) {
        epoll_event ready[256];
        const int n = ::epoll_wait(selector, ready, 256, -1);
        for (int i = 0; i < n; ++i) {
            const int fd = ready[i].data.fd;
            if (fd == listening) {
                wanted.data.fd = ::accept4(listening, nullptr, nullptr, SOCK_NONBLOCK);
                ::setsockopt(wanted.data.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                ::epoll_ctl(selector, EPOLL_CTL_ADD, wanted.data.fd, &wanted);
                continue;
            }
            const ssize_t got = ::read(fd, room, sizeof room);
            if (got <= 0 || ::write(fd, room, static_cast<std::size_t>(got)) != got) ::close(fd);
        }
    }
}
