// Windows' calls for sockets, made to look like POSIX's: see posix_calls.hpp. A descriptor is the
// number of a SOCKET, as in Python; WSAGetLastError() becomes errno.
#ifndef LASTI_SRC_WINDOWS_CALLS_HPP_INCLUDED
#define LASTI_SRC_WINDOWS_CALLS_HPP_INCLUDED

#include <cstddef>

#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <lasti/detail/system_sockets.hpp>
#include <afunix.h>

#include "call_outcome.hpp"

/// For writing of several parts at once.
struct iovec {
    void* iov_base;
    std::size_t iov_len;
};

namespace lasti {
namespace detail {

const int no_signal = 0;
const int prepared_flags = 0;

namespace os {

typedef SOCKET socket_number;

int bind(int fd, sockaddr const* where, socklen_t size) noexcept;
int close(int fd) noexcept;
/// EINPROGRESS where it goes on.
int connect(int fd, sockaddr const* to, socklen_t size) noexcept;
int getpeername(int fd, sockaddr* name, socklen_t* size) noexcept;
int getsockname(int fd, sockaddr* name, socklen_t* size) noexcept;
/// Of SO_ERROR: an errno.
int getsockopt(int fd, int level, int option, void* value, socklen_t* size) noexcept;
int listen(int fd, int backlog) noexcept;
/// EINTR is never told. A datagram that is too long is cut.
ssize_t recv(int fd, void* room, std::size_t size, int flags) noexcept;
ssize_t recvfrom(int fd, void* room, std::size_t size, int flags, sockaddr* from,
                 socklen_t* from_size) noexcept;
ssize_t send(int fd, const void* data, std::size_t size, int flags) noexcept;
ssize_t sendto(int fd, const void* data, std::size_t size, int flags, sockaddr const* to,
               socklen_t to_size) noexcept;
int setsockopt(int fd, int level, int option, const void* value, socklen_t size) noexcept;
int shutdown(int fd, int how) noexcept;
/// Two ends of a TCP connection on loopback: of AF_INET and SOCK_STREAM alone.
int socketpair(int family, int type, int protocol, int* ends) noexcept;

/// As every system's, these know a connection that failed as one that is writable. `n` is ignored
/// by select(); poll() takes milliseconds, -1 is without limit. Neither needs anything to watch.
int select(int n, fd_set* reads, fd_set* writes, fd_set*, timeval* limit) noexcept;
int poll(pollfd* watched, std::size_t n, int milliseconds) noexcept;
/// False: this Windows, older than 10 version 2004, says nothing of a connection that failed.
bool poll_tells_failures() noexcept;

int getaddrinfo(const char* host, const char* service, addrinfo const* hints,
                addrinfo** found) noexcept;
int getnameinfo(sockaddr const* address, socklen_t size, char* host, socklen_t host_size,
                char* service, socklen_t service_size, int flags) noexcept;
const char* gai_strerror(int code) noexcept;
using ::freeaddrinfo;

/// Of a descriptor of the C library, which has a place of its own afterwards.
ssize_t pread(int file, void* room, std::size_t size, off_t at) noexcept;

}  // namespace os

/// A descriptor that is to be a socket's does not block, and child processes do not inherit it.
bool prepare_socket(int fd) noexcept;
/// Both give a socket that is so prepared; -1: errno. There are no Unix sockets.
int make_socket(int family, int type, int protocol) noexcept;
int accept_socket(int listening, sockaddr* from, socklen_t& from_size) noexcept;
void let_block(int fd) noexcept;

// There are no pipes.
inline ssize_t read_stream(int fd, bool, char* room, std::size_t size) noexcept {
    return os::recv(fd, room, size, 0);
}
inline ssize_t write_stream(int fd, bool, const char* data, std::size_t size) noexcept {
    return os::send(fd, data, size, no_signal);
}
ssize_t write_parts(int fd, bool, iovec* parts, std::size_t count) noexcept;

/// ENOTSOCK for what is no socket.
int check_kind(int fd) noexcept;
/// It is an array.
bool fits(int fd, fd_set const& set) noexcept;
inline bool is_socket_file(const char*) noexcept { return false; }

/// What an error of Winsock is as an errno.
int errno_of(int code) noexcept;

}  // namespace detail
}  // namespace lasti

#endif
