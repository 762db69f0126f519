// What POSIX's calls for sockets and pipes have in common here: they are begun again after a
// signal, they raise no SIGPIPE, and their outcome is one number.
#ifndef LASTI_SRC_POSIX_CALLS_HPP_INCLUDED
#define LASTI_SRC_POSIX_CALLS_HPP_INCLUDED

#include <cerrno>
#include <cstddef>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "call_outcome.hpp"

namespace lasti {
namespace detail {

#if defined(MSG_NOSIGNAL)
const int no_signal = MSG_NOSIGNAL;
#else
const int no_signal = 0;  // SO_NOSIGPIPE is set
#endif

namespace os {

using ::bind;
using ::close;
using ::connect;
using ::freeaddrinfo;
using ::gai_strerror;
using ::getaddrinfo;
using ::getnameinfo;
using ::getpeername;
using ::getsockname;
using ::getsockopt;
using ::listen;
using ::poll;
using ::pread;
using ::recv;
using ::recvfrom;
using ::select;
using ::send;
using ::sendto;
using ::setsockopt;
using ::shutdown;
using ::socketpair;

/// What is a number here is something else in Windows' pollfd and fd_set.
typedef int socket_number;

/// Windows' may say nothing of a connection that failed.
inline bool poll_tells_failures() noexcept { return true; }

}  // namespace os

/// Of a socket that is sent to by calls without MSG_NOSIGNAL.
inline void raise_no_sigpipe(int fd) noexcept {
#if defined(SO_NOSIGPIPE)
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#else
    (void)fd;
#endif
}

/// A descriptor that is to be a socket's does not block, is closed on exec(), and raises no
/// SIGPIPE. False: errno.
inline bool prepare_socket(int fd) noexcept {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
        ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        return false;
    raise_no_sigpipe(fd);
    return true;
}

// Where the system can, at once: another thread may fork() and exec() between two calls.
#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)
const int prepared_flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
#else
const int prepared_flags = 0;
#endif

/// socket(), and so prepared. -1: errno.
inline int make_socket(int family, int type, int protocol) noexcept {
    const int fd = ::socket(family, type | prepared_flags, protocol);
    if (fd < 0 || (prepared_flags != 0 && no_signal != 0) || prepare_socket(fd)) return fd;
    const int problem = errno;
    ::close(fd);
    errno = problem;
    return -1;
}

/// accept(), and the same of the new socket.
inline int accept_socket(int listening, sockaddr* from, socklen_t& from_size) noexcept {
    const socklen_t room = from_size;
    const ssize_t fd = uninterrupted([&]() -> ssize_t {
        from_size = room;
#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)
        return ::accept4(listening, from, &from_size, prepared_flags);
#else
        return ::accept(listening, from, &from_size);
#endif
    });
    const int accepted = static_cast<int>(fd);
    if (accepted < 0) return accepted;
#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)
    raise_no_sigpipe(accepted);
#else
    prepare_socket(accepted);
#endif
    return accepted;
}

/// Of what it was before prepare_socket().
inline void let_block(int fd) noexcept { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK); }

/// For the calls that have no MSG_NOSIGNAL: what they raise on this thread is taken back. errno
/// stays.
class no_sigpipe {
public:
    no_sigpipe() noexcept {
        sigset_t pending;
        ::sigemptyset(&pipe_);
        ::sigaddset(&pipe_, SIGPIPE);
        ::sigpending(&pending);
        was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
        errno = 0;
    }
    no_sigpipe(no_sigpipe const&) = delete;
    no_sigpipe& operator=(no_sigpipe const&) = delete;
    ~no_sigpipe() {
        const int problem = errno;
        if (!was_pending_ && (problem == EPIPE || did_a_part_)) take_back();
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        errno = problem;
    }

    /// What the call gave of so many bytes: sendfile(), and a write() that blocks, may have done a
    /// part, and raised it for the rest.
    ssize_t gave(ssize_t n, std::size_t asked) noexcept {
        did_a_part_ = n >= 0 && static_cast<std::size_t>(n) < asked;
        return n;
    }

private:
    void take_back() noexcept {
#if defined(__APPLE__)  // has no sigtimedwait()
        int which = 0;
        sigset_t pending;
        ::sigpending(&pending);
        if (::sigismember(&pending, SIGPIPE) == 1) ::sigwait(&pipe_, &which);
#else
        const timespec at_once = {0, 0};
        ::sigtimedwait(&pipe_, nullptr, &at_once);
#endif
    }

    sigset_t pipe_, before_;
    bool was_pending_;
    bool did_a_part_ = false;
};

// ---- streams: of sockets, or of what is_pipe ----------------------------------------------------

inline ssize_t read_stream(int fd, bool is_pipe, char* room, std::size_t size) noexcept {
    return uninterrupted(
        [&] { return is_pipe ? ::read(fd, room, size) : ::recv(fd, room, size, 0); });
}

inline ssize_t write_stream(int fd, bool is_pipe, const char* data, std::size_t size) noexcept {
    return uninterrupted([&]() -> ssize_t {
        if (!is_pipe) return ::send(fd, data, size, no_signal);
        const no_sigpipe here;
        return ::write(fd, data, size);
    });
}

inline ssize_t write_parts(int fd, bool is_pipe, iovec* parts, std::size_t count) noexcept {
    msghdr message = msghdr();
    message.msg_iov = parts;
    message.msg_iovlen = count;
    return uninterrupted([&]() -> ssize_t {
        if (!is_pipe) return ::sendmsg(fd, &message, no_signal);
        const no_sigpipe here;
        return ::writev(fd, parts, static_cast<int>(count));
    });
}

// ---- selectors ----------------------------------------------------------------------------------

/// Whether it can be watched, as every system's best selector has it: EPERM for a file or folder,
/// an errno for what is no descriptor; 0: yes.
inline int check_kind(int fd) noexcept {
    struct stat about;
    if (::fstat(fd, &about) != 0) return errno;
    return S_ISREG(about.st_mode) || S_ISDIR(about.st_mode) ? EPERM : 0;
}

/// Whether select() can have it in that set.
inline bool fits(int fd, fd_set const&) noexcept { return fd < FD_SETSIZE; }

// ---- the files of Unix sockets ------------------------------------------------------------------

inline bool is_socket_file(const char* path) noexcept {
    struct stat about;
    return ::stat(path, &about) == 0 && S_ISSOCK(about.st_mode);
}

}  // namespace detail
}  // namespace lasti

#endif
