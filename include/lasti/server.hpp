// start_server(): answers who connects by TCP, or by a Unix socket. asyncio.start_server(),
// start_unix_server(), Server.
//
//     lasti::coroutine<void> answer(lasti::stream_reader reader, lasti::stream_writer writer);
//
//     AWAIT_SET(server, lasti::start_server(answer, "127.0.0.1", 8080));
//     AWAIT(server.serve_forever());
//
// Each connection has a task of its own.
#ifndef LASTI_SERVER_HPP_INCLUDED
#define LASTI_SERVER_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <lasti/coroutine.hpp>
#include <lasti/detail/server_state.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/socket.hpp>
#include <lasti/stream_reader.hpp>
#include <lasti/stream_writer.hpp>
#include <lasti/tls.hpp>

namespace lasti {

struct server_options {
    /// How long a line can be that is read: bytes.
    std::size_t limit = detail::stream_state::default_limit;
    /// How many connections the system keeps until they are accepted.
    int backlog = 100;
    /// AF_INET or AF_INET6; 0: both.
    int family = 0;
    /// A port can be bound again at once after the last server. Windows allows that anyway, and
    /// would give the port to a second server, too: there it is false unless told.
    bool reuse_address = LASTI_HAS_POSIX_IO;
    /// Several servers, in several processes, share a port.
    bool reuse_port = false;
    /// Of a Unix socket: its file goes when the server is closed.
    bool cleanup_socket = true;
    /// Else start_serving() is to be called.
    bool start_serving = true;
    /// tls_context::server(…) for encrypted connections; none: bytes go as they are. Who fails to
    /// shake hands is closed, which is reported only in debug mode.
    tls_context tls;
    /// How long the handshake may take; how long until the other side has closed, too, once this
    /// one has. Seconds or any duration, more than 0.
    delay tls_handshake_timeout = 60;
    delay tls_shutdown_timeout = 30;
};

class LASTI_API server {
public:
    /// Empty: falsy, and every use is a type_error.
    server() noexcept {}
    explicit server(detail::counted<detail::server_state> state) noexcept
        : state_(std::move(state)) {}

    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(server const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(server const& other) const noexcept { return state_ != other.state_; }

    /// The sockets that listen; none once it is closed.
    std::vector<socket> const& sockets() const { return get().sockets; }
    bool is_serving() const { return get().is_serving; }
    /// Begins to accept; again: nothing. Throws runtime_error once it is closed, os_error.
    void start_serving() const {
        const error problem = get().start();
        if (problem) problem.rethrow();
    }
    /// start_serving(), and accepts until the awaiting task is cancelled, which closes the server
    /// and waits for its connections. Raises runtime_error where somebody else does, or it is
    /// closed.
    coroutine<void> serve_forever() const;
    /// Listens no more. Connections go on.
    void close() const { get().close(); }
    /// Closes all connections that it has accepted.
    void close_clients() const { get().end_clients(false); }
    /// … and drops what they have not sent.
    void abort_clients() const { get().end_clients(true); }
    /// To be awaited: until it is closed, and all its connections are.
    detail::server_wait_call wait_closed() const {
        return detail::server_wait_call{shared_state()};
    }
    /// Connections that it has accepted and that are open.
    std::size_t client_count() const { return get().client_count; }

    /// Of ASYNC_WITH: at the end it is closed, and all its connections are waited for.
    server aenter() const { return *this; }
    detail::server_wait_call aexit(error const&) const {
        close();
        return wait_closed();
    }

    detail::counted<detail::server_state> const& shared_state() const {
        get();
        return state_;
    }

private:
    detail::server_state& get() const { return detail::state_of(state_, "server"); }

    detail::counted<detail::server_state> state_;
};

/// What answers a connection, in a task of its own. What it raises is reported, and the connection
/// closed.
typedef std::function<coroutine<void>(stream_reader, stream_writer)> client_connected;

/// Listens at all addresses of `host`: a name or a literal address; empty: all of this machine.
/// Port 0: one that is free (see sockets()). Raises os_error; what getaddrinfo() raises if the name
/// is not found.
LASTI_API coroutine<server> start_server(client_connected answer, std::string host,
                                         std::uint16_t port,
                                         server_options const& options = server_options());
/// At the addresses of all these hosts.
LASTI_API coroutine<server> start_server(client_connected answer, std::vector<std::string> hosts,
                                         std::uint16_t port,
                                         server_options const& options = server_options());
/// With a socket that is bound, and belongs to the server from now on.
LASTI_API coroutine<server> start_server(client_connected answer, socket const& bound,
                                         server_options const& options = server_options());
/// At a path of the file system, or an abstract name that begins with '\0'. A socket that an
/// earlier server has left there is removed; closing removes it if it is still this one's.
LASTI_API coroutine<server> start_unix_server(client_connected answer, std::string path,
                                              server_options const& options = server_options());

}  // namespace lasti

#endif
