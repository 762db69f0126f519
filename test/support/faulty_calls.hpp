// A system that fails at random, in place of the C library's calls (Linux): they are interrupted, they would block
// though they would not, do a part, end connections, or find no descriptor. For one source file of a program.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>

#if defined(__linux__)

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

struct generator {
    std::uint32_t state;
    std::uint32_t below(std::uint32_t n) {
        state = state * 1664525u + 1013904223u;
        return (state >> 8) % n;
    }
};

struct faults {
    bool on = false;
    bool resets = false;  // errors that end a connection, too
    bool is_short = false;  // of descriptors, now and then
    generator random{1};

    // 0: none.
    int draw() {
        if (!on) return 0;
        switch (random.below(resets ? 40 : 12)) {
        case 0: return EINTR;
        case 1:
        case 2: return EAGAIN;
        case 30: return ECONNRESET;
        default: return 0;
        }
    }
    std::size_t cut(std::size_t n) { return on && n > 1 && random.below(3) == 0 ? 1 + random.below(static_cast<std::uint32_t>(n)) : n; }
} faulty;

long fail(int how) {
    errno = how;
    return -1;
}

} // namespace

// In place of the C library's.
extern "C" ssize_t recv(int fd, void* buffer, std::size_t n, int flags) {
    if (const int how = faulty.draw()) return fail(how);
    return ::syscall(SYS_recvfrom, fd, buffer, faulty.cut(n), flags, nullptr, nullptr);
}
extern "C" ssize_t send(int fd, const void* buffer, std::size_t n, int flags) {
    if (const int how = faulty.draw()) return fail(how);
    return ::syscall(SYS_sendto, fd, buffer, faulty.cut(n), flags, nullptr, 0);
}
// Of what it gathers, the first piece: a part is sent often enough so.
extern "C" ssize_t sendmsg(int fd, const msghdr* message, int flags) {
    if (const int how = faulty.draw()) return fail(how);
    if (!faulty.on || faulty.random.below(3) != 0) return ::syscall(SYS_sendmsg, fd, message, flags);
    msghdr first = *message;
    first.msg_iovlen = 1;
    return ::syscall(SYS_sendmsg, fd, &first, flags);
}
extern "C" int accept4(int fd, sockaddr* from, socklen_t* size, int flags) {
    static const int ways[] = {EINTR, EAGAIN, ECONNABORTED, EMFILE};
    if (faulty.on && faulty.random.below(6) == 0) {
        const std::uint32_t way = faulty.random.below(faulty.is_short ? 4 : 3);
        return static_cast<int>(fail(ways[way]));
    }
    return static_cast<int>(::syscall(SYS_accept4, fd, from, size, flags));
}

#endif
