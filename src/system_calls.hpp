// What the system's calls for sockets and pipes have in common here: they are begun again after a
// signal, they raise no SIGPIPE, and their outcome is one number.
#ifndef LASTI_SRC_SYSTEM_CALLS_HPP_INCLUDED
#define LASTI_SRC_SYSTEM_CALLS_HPP_INCLUDED

#include <cerrno>
#include <cstddef>

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/types.h>

namespace lasti {
namespace detail {

#if defined(MSG_NOSIGNAL)
const int no_signal = MSG_NOSIGNAL;
#else
const int no_signal = 0;  // SO_NOSIGPIPE is set
#endif

/// Of a call that gave `n`: 0, -1 if it would block, or an errno.
inline int call_outcome(ssize_t n) noexcept {
    if (n >= 0) return 0;
    return errno == EAGAIN || errno == EWOULDBLOCK ? -1 : errno;
}

template <class Call>
ssize_t uninterrupted(Call call) noexcept {
    for (;;) {
        const ssize_t n = call();
        if (n >= 0 || errno != EINTR) return n;
    }
}

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

/// accept(): the new socket does not block, is closed on exec(), and raises no SIGPIPE. -1: errno.
inline int accept_socket(int listening, sockaddr* from, socklen_t& from_size) noexcept {
    const socklen_t room = from_size;
    const ssize_t fd = uninterrupted([&]() -> ssize_t {
        from_size = room;
#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)
        return ::accept4(listening, from, &from_size, SOCK_NONBLOCK | SOCK_CLOEXEC);
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

}  // namespace detail
}  // namespace lasti

#endif
