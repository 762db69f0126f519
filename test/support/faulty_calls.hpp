// A system that fails at random, in place of the C library's calls (Linux): they are interrupted, they would block
// though they would not, do a part, end connections, find no descriptor, no room on the disk, no process. For one
// source file of a program. The loop's own bell, a pipe through which single bytes go, is left alone.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdint>

#if defined(__linux__)

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

struct faults {
    bool on = false;
    bool resets = false;  // errors that end a connection, too
    bool is_short = false;  // of descriptors and processes, now and then
    bool is_full = false;  // the disk, and it cannot be read, now and then

    void begin(std::uint32_t seed) {
        state_ = seed;
        resets = is_short = is_full = false;
    }
    // Threads call, too.
    std::uint32_t below(std::uint32_t n) {
        std::uint32_t x = state_.fetch_add(0x9E3779B9u);
        x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
        x = (x ^ (x >> 13)) * 0xC2B2AE35u;
        return ((x ^ (x >> 16)) >> 8) % n;
    }

    // Of sockets; 0: none.
    int draw() {
        if (!on) return 0;
        switch (below(resets ? 40 : 12)) {
        case 0: return EINTR;
        case 1:
        case 2: return EAGAIN;
        case 30: return ECONNRESET;
        default: return 0;
        }
    }
    // Of anything else that is read and written; `disk`: how a regular file fails.
    int draw(int fd, std::size_t size, int disk) {
        if (!on || size == 1 || size == size_of_the_bell) return 0;
        struct stat about;
        if (::fstat(fd, &about) != 0) return 0;
        if (S_ISREG(about.st_mode)) return is_full && below(30) == 0 ? disk : below(8) == 0 ? EINTR : 0;
        if (!S_ISFIFO(about.st_mode) && !S_ISSOCK(about.st_mode)) return 0;
        return (::fcntl(fd, F_GETFL) & O_NONBLOCK) ? draw() : below(8) == 0 ? EINTR : 0;
    }
    // EINTR, or that there are no more of that.
    int draw_scarce(int how) {
        if (!on) return 0;
        return is_short && below(12) == 0 ? how : 0;
    }
    std::size_t cut(std::size_t n) { return on && n > 1 && n != size_of_the_bell && below(3) == 0 ? 1 + below(static_cast<std::uint32_t>(n)) : n; }

private:
    enum : std::size_t { size_of_the_bell = 64 };

    std::atomic<std::uint32_t> state_{1};
} faulty;

long fail(int how) {
    errno = how;
    return -1;
}

// Datagrams are whole.
bool is_stream(int fd) {
    int type = 0;
    socklen_t size = sizeof type;
    return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

} // namespace

// In place of the C library's. ---- sockets ----
extern "C" ssize_t recv(int fd, void* buffer, std::size_t n, int flags) {
    if (const int how = faulty.draw()) return fail(how);
    return ::syscall(SYS_recvfrom, fd, buffer, faulty.cut(n), flags, nullptr, nullptr);
}
extern "C" ssize_t send(int fd, const void* buffer, std::size_t n, int flags) {
    if (const int how = faulty.draw()) return fail(how);
    return ::syscall(SYS_sendto, fd, buffer, is_stream(fd) ? faulty.cut(n) : n, flags, nullptr, 0);
}
// Of what it gathers, the first piece: a part is sent often enough so.
extern "C" ssize_t sendmsg(int fd, const msghdr* message, int flags) {
    if (const int how = faulty.draw()) return fail(how);
    if (!faulty.on || faulty.below(3) != 0) return ::syscall(SYS_sendmsg, fd, message, flags);
    msghdr first = *message;
    first.msg_iovlen = 1;
    return ::syscall(SYS_sendmsg, fd, &first, flags);
}
extern "C" int accept4(int fd, sockaddr* from, socklen_t* size, int flags) {
    static const int ways[] = {EINTR, EAGAIN, ECONNABORTED, EMFILE};
    if (faulty.on && faulty.below(6) == 0) {
        const std::uint32_t way = faulty.below(faulty.is_short ? 4 : 3);
        return static_cast<int>(fail(ways[way]));
    }
    return static_cast<int>(::syscall(SYS_accept4, fd, from, size, flags));
}
extern "C" ssize_t sendfile(int to, int from, off_t* at, std::size_t n) {
    if (const int how = faulty.draw()) return fail(how);
    return ::syscall(SYS_sendfile, to, from, at, faulty.cut(n));
}
extern "C" ssize_t recvfrom(int fd, void* buffer, std::size_t n, int flags, sockaddr* from, socklen_t* size) {
    if (const int how = faulty.draw()) return fail(how == ECONNRESET ? ECONNREFUSED : how);
    return ::syscall(SYS_recvfrom, fd, buffer, n, flags, from, size);
}
extern "C" ssize_t sendto(int fd, const void* buffer, std::size_t n, int flags, const sockaddr* to, socklen_t size) {
    if (const int how = faulty.draw()) return fail(how == ECONNRESET ? EHOSTUNREACH : how);
    return ::syscall(SYS_sendto, fd, buffer, n, flags, to, size);
}

// ---- pipes and files ----
extern "C" ssize_t read(int fd, void* buffer, std::size_t n) {
    if (const int how = faulty.draw(fd, n, EIO)) return fail(how == ECONNRESET ? EIO : how);
    return ::syscall(SYS_read, fd, buffer, faulty.cut(n));
}
extern "C" ssize_t write(int fd, const void* buffer, std::size_t n) {
    if (const int how = faulty.draw(fd, n, ENOSPC)) return fail(how == ECONNRESET ? EPIPE : how);
    return ::syscall(SYS_write, fd, buffer, faulty.cut(n));
}
extern "C" ssize_t pread(int fd, void* buffer, std::size_t n, off_t at) {
    if (const int how = faulty.draw(fd, n, EIO)) return fail(how);
    return ::syscall(SYS_pread64, fd, buffer, faulty.cut(n), at);
}
extern "C" int fsync(int fd) {
    if (faulty.on && faulty.is_full && faulty.below(4) == 0) return static_cast<int>(fail(EIO));
    return static_cast<int>(::syscall(SYS_fsync, fd));
}
extern "C" int open(const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const unsigned mode = (flags & O_CREAT) ? va_arg(more, unsigned) : 0;
    va_end(more);
    if (const int how = faulty.draw_scarce(EMFILE)) return static_cast<int>(fail(how));
    if (faulty.on && faulty.below(8) == 0) return static_cast<int>(fail(EINTR));
    return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

// ---- processes ----
extern "C" int pipe2(int ends[2], int flags) noexcept {
    if (const int how = faulty.draw_scarce(EMFILE)) return static_cast<int>(fail(how));
    return static_cast<int>(::syscall(SYS_pipe2, ends, flags));
}
extern "C" pid_t waitpid(pid_t pid, int* status, int options) {
    if (faulty.on && faulty.below(4) == 0) return static_cast<pid_t>(fail(EINTR));
    return static_cast<pid_t>(::syscall(SYS_wait4, pid, status, options, nullptr));
}

#endif
