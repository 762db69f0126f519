// socket: a socket of the system that never blocks, and what tasks await on it. Python's
// socket.socket and the sock_* methods of asyncio's loop.
//
//     lasti::socket s(AF_INET, SOCK_STREAM);
//     AWAIT(lasti::sock_connect(s, lasti::socket_address("127.0.0.1", 8080)));
//     AWAIT(lasti::sock_sendall(s, "hello"));
//     AWAIT_SET(answer, lasti::sock_recv(s, 1024));     // empty: the other side has closed
//
// Each operation tries its system call at once, and waits only where that would block. Copies of
// the handle name the same socket; the last one closes it. Not thread-safe.
#ifndef LASTI_SOCKET_HPP_INCLUDED
#define LASTI_SOCKET_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>
#include <utility>

#include <lasti/detail/counted.hpp>
#include <lasti/detail/sock_request.hpp>
#include <lasti/detail/socket_state.hpp>
#include <lasti/detail/system_sockets.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/os_error.hpp>
#include <lasti/socket_address.hpp>

namespace lasti {

class socket;

namespace detail {
class server_state;
/// What the constructor throws is returned.
error open_socket(socket& made, int family, int type, int protocol = 0);
}  // namespace detail

class LASTI_API socket {
public:
    /// No socket: falsy, and every use is a type_error.
    socket() noexcept {}
    /// A new one: it does not block, it is closed on exec(), and it raises no SIGPIPE. Throws
    /// os_error.
    explicit socket(int family, int type = SOCK_STREAM, int protocol = 0);
    /// Takes over a descriptor, which is made non-blocking. Throws os_error, and leaves it alone,
    /// if it is no socket. Python's socket.socket(fileno=fd).
    static socket adopt(int fd);

    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(socket const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(socket const& other) const noexcept { return state_ != other.state_; }

    /// -1 once closed.
    int fileno() const { return get().fd; }
    int family() const { return get().family; }
    int type() const { return get().type; }
    bool is_closed() const { return fileno() < 0; }
    /// Tasks that wait for it get an os_error, EBADF. Again: nothing.
    void close() const { get().close(); }
    /// Gives the descriptor away, open and non-blocking: the socket is closed from now on. Tasks
    /// that wait get that error.
    int detach() const { return get().detach(); }

    // ---- what does not wait; each throws os_error ----

    void bind(socket_address const& where) const;
    void listen(int backlog = 128) const;
    /// SHUT_RD, SHUT_WR, SHUT_RDWR.
    void shutdown(int how) const;
    socket_address getsockname() const;
    socket_address getpeername() const;
    void setsockopt(int level, int option, int value) const;
    int getsockopt(int level, int option) const;

    /// In words: "socket 7, ('127.0.0.1', 80) to ('127.0.0.1', 41234)".
    std::string describe() const;

    detail::counted<detail::socket_state> const& shared_state() const {
        get();
        return state_;
    }
    // Of sock_*: throws runtime_error if it belongs to a stream.
    detail::counted<detail::socket_state> const& state_to_use() const {
        if (LASTI_UNLIKELY(get().is_of_stream)) refuse_use();
        return state_;
    }

private:
    [[noreturn]] void refuse_use() const;
    explicit socket(detail::counted<detail::socket_state> made) noexcept
        : state_(std::move(made)) {}
    detail::socket_state& get() const;

    detail::counted<detail::socket_state> state_;

    friend class detail::accept_request;
    friend class detail::server_state;
    friend error detail::open_socket(socket& made, int family, int type, int protocol);
};

/// Two that are connected with each other, as Python's: without arguments of AF_UNIX; on Windows,
/// which has none, of AF_INET. Throws os_error.
LASTI_API std::pair<socket, socket> socketpair(int family = detail::family_of_pairs,
                                               int type = SOCK_STREAM, int protocol = 0);

// ---- what tasks await ---------------------------------------------------------------------------

inline detail::sock_recv_call event_loop::sock_recv(socket const& s, std::size_t n) {
    return detail::sock_recv_call{{core_.get(), s.state_to_use()}, n};
}
inline detail::sock_recv_into_call event_loop::sock_recv_into(socket const& s, void* buffer,
                                                              std::size_t size) {
    return detail::sock_recv_into_call{{core_.get(), s.state_to_use()}, buffer, size};
}
inline detail::sock_sendall_call event_loop::sock_sendall(socket const& s, std::string data) {
    return detail::sock_sendall_call{{core_.get(), s.state_to_use()}, std::move(data)};
}
inline detail::sock_sendall_from_call event_loop::sock_sendall(socket const& s, const void* data,
                                                               std::size_t size) {
    return detail::sock_sendall_from_call{{core_.get(), s.state_to_use()}, data, size};
}
inline detail::sock_connect_call event_loop::sock_connect(socket const& s,
                                                          socket_address const& address) {
    return detail::sock_connect_call{{core_.get(), s.state_to_use()}, address};
}
inline detail::sock_accept_call event_loop::sock_accept(socket const& s) {
    return detail::sock_accept_call{{core_.get(), s.state_to_use()}};
}
inline detail::sock_recvfrom_call event_loop::sock_recvfrom(socket const& s, std::size_t n) {
    return detail::sock_recvfrom_call{{core_.get(), s.state_to_use()}, n};
}
inline detail::sock_recvfrom_into_call event_loop::sock_recvfrom_into(socket const& s, void* buffer,
                                                                      std::size_t size) {
    return detail::sock_recvfrom_into_call{{core_.get(), s.state_to_use()}, buffer, size};
}
inline detail::sock_sendto_call event_loop::sock_sendto(socket const& s, std::string data,
                                                        socket_address const& address) {
    return detail::sock_sendto_call{{core_.get(), s.state_to_use()}, std::move(data), address};
}
inline detail::sock_sendfile_call event_loop::sock_sendfile(socket const& s, int file,
                                                            std::size_t offset, std::size_t count) {
    return detail::sock_sendfile_call{{core_.get(), s.state_to_use()}, file, offset, count};
}

/// @name The same, of the loop that runs on this thread
/// @{
inline detail::sock_recv_call sock_recv(socket const& s, std::size_t n) {
    return get_running_loop().sock_recv(s, n);
}
inline detail::sock_recv_into_call sock_recv_into(socket const& s, void* buffer, std::size_t size) {
    return get_running_loop().sock_recv_into(s, buffer, size);
}
inline detail::sock_recvfrom_call sock_recvfrom(socket const& s, std::size_t n) {
    return get_running_loop().sock_recvfrom(s, n);
}
inline detail::sock_recvfrom_into_call sock_recvfrom_into(socket const& s, void* buffer,
                                                          std::size_t size) {
    return get_running_loop().sock_recvfrom_into(s, buffer, size);
}
inline detail::sock_sendall_call sock_sendall(socket const& s, std::string data) {
    return get_running_loop().sock_sendall(s, std::move(data));
}
inline detail::sock_sendall_from_call sock_sendall(socket const& s, const void* data,
                                                   std::size_t size) {
    return get_running_loop().sock_sendall(s, data, size);
}
inline detail::sock_sendto_call sock_sendto(socket const& s, std::string data,
                                            socket_address const& address) {
    return get_running_loop().sock_sendto(s, std::move(data), address);
}
inline detail::sock_sendfile_call sock_sendfile(socket const& s, int file, std::size_t offset = 0,
                                                std::size_t count = ~std::size_t()) {
    return get_running_loop().sock_sendfile(s, file, offset, count);
}
inline detail::sock_connect_call sock_connect(socket const& s, socket_address const& address) {
    return get_running_loop().sock_connect(s, address);
}
inline detail::sock_accept_call sock_accept(socket const& s) {
    return get_running_loop().sock_accept(s);
}
/// @}

}  // namespace lasti

#endif
