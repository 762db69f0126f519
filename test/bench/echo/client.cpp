// The load for the echo servers: CONNECTIONS connections, each sends BYTES and waits until they have come back.
// Prints what was answered in SECONDS, after a second of warming up, and how much CPU time the server took for it; and
// all that was answered.
//
//     client PORT CONNECTIONS BYTES SECONDS PID-OF-THE-SERVER
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

typedef std::chrono::steady_clock clock_type;

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

/// Seconds that all threads of a process have run.
double cpu_of(std::string const& pid) {
    double sum = 0;
    const std::string folder = "/proc/" + pid + "/task/";
    DIR* const threads = ::opendir(folder.c_str());
    if (!threads) fail("no such server");
    while (const dirent* const each = ::readdir(threads)) {
        if (each->d_name[0] == '.') continue;
        double nanoseconds = 0;
        if (std::ifstream(folder + each->d_name + "/schedstat") >> nanoseconds) sum += nanoseconds * 1e-9;
    }
    ::closedir(threads);
    return sum;
}

struct connection {
    int fd;
    std::size_t received;
    clock_type::time_point sent_at;
};

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in where = sockaddr_in();
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) fail("connect");
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 6) return std::fputs("client PORT CONNECTIONS BYTES SECONDS PID\n", stderr), 2;
    const std::uint16_t port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    const std::string message(static_cast<std::size_t>(std::atoi(argv[3])), 'x');
    const std::chrono::duration<double> measured(std::atof(argv[4])), warming(1);
    const std::string server = argv[5];

    const int selector = ::epoll_create1(0);
    std::vector<connection> all(static_cast<std::size_t>(std::atoi(argv[2])));
    for (connection& c : all) {
        c = connection{connect_to(port), 0, clock_type::now()};
        epoll_event wanted = epoll_event();
        wanted.events = EPOLLIN;
        wanted.data.ptr = &c;
        ::epoll_ctl(selector, EPOLL_CTL_ADD, c.fd, &wanted);
        if (::write(c.fd, message.data(), message.size()) < 0) fail("write");
    }

    std::vector<double> latencies;
    std::vector<char> room(message.size());
    const clock_type::time_point begin = clock_type::now();
    clock_type::time_point now = begin, measuring_since = begin;
    double cpu = 0, all_answered = 0;
    bool measuring = false;
    while (!measuring || now - measuring_since < measured) {
        epoll_event ready[256];
        const int n = ::epoll_wait(selector, ready, 256, 2000);
        if (n == 0) return std::fputs("the server does not answer\n", stderr), 1;
        for (int i = 0; i < n; ++i) {
            connection& c = *static_cast<connection*>(ready[i].data.ptr);
            const ssize_t got = ::read(c.fd, room.data(), room.size() - c.received);
            if (got <= 0) fail("read");
            c.received += static_cast<std::size_t>(got);
            if (c.received < message.size()) continue;
            now = clock_type::now();
            ++all_answered;
            if (measuring) latencies.push_back(std::chrono::duration<double, std::micro>(now - c.sent_at).count());
            c.received = 0;
            c.sent_at = now;
            if (::write(c.fd, message.data(), message.size()) < 0) fail("write");
        }
        now = clock_type::now();
        if (!measuring && now - begin > warming) {
            measuring = true;
            measuring_since = now;
            cpu = cpu_of(server);
        }
    }
    cpu = cpu_of(server) - cpu;
    const double seconds = std::chrono::duration<double>(now - measuring_since).count();
    const double answered = static_cast<double>(latencies.size());
    std::sort(latencies.begin(), latencies.end());
    std::printf("requests=%.0f all=%.0f per_second=%.0f cpu_ns=%.0f busy=%.3f p50_us=%.0f p99_us=%.0f\n", answered, all_answered,
                answered / seconds, cpu * 1e9 / answered, cpu / seconds, latencies[latencies.size() / 2],
                latencies[latencies.size() * 99 / 100]);
}
