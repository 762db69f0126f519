// open_connection(): calls a server by TCP, or by a Unix socket. asyncio.open_connection(),
// open_unix_connection().
//
//     AWAIT_SET(server, lasti::open_connection("localhost", 8080));
//     AWAIT(server.writer.send_all("hello\n"));
//     AWAIT_SET(answer, server.reader.readline());
#ifndef LASTI_CONNECTION_HPP_INCLUDED
#define LASTI_CONNECTION_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <cstdint>
#include <string>

#include <lasti/coroutine.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/socket.hpp>
#include <lasti/stream_reader.hpp>
#include <lasti/stream_writer.hpp>
#include <lasti/tls.hpp>

namespace lasti {

/// Both directions of one.
struct connection {
    stream_reader reader;
    stream_writer writer;
};

struct connection_options {
    /// How long a line can be that is read: bytes.
    std::size_t limit = detail::stream_state::default_limit;
    /// AF_INET or AF_INET6; 0: both.
    int family = 0;
    /// An own address to connect from; none: the system chooses.
    socket_address local_address;
    /// How much of a start each address has before the next one is tried beside it (RFC 8305,
    /// "happy eyeballs"): seconds or any duration. Infinite: the next one is tried when it failed.
    delay happy_eyeballs_delay = 0.25;
    /// Raise all errors in an exception_group, instead of one that names them.
    bool all_errors = false;
    /// tls_context::client() for an encrypted connection; none: bytes go as they are.
    tls_context tls;
    /// Whom the certificate of the other side must be for; empty: the host that is called.
    std::string server_hostname;
    /// How long until both know each other, then the connection is given up; how long until the
    /// other side has closed, too, once this one has. Seconds or any duration, more than 0.
    delay tls_handshake_timeout = 60;
    delay tls_shutdown_timeout = 30;
};

/// Connects to the first address of `host` (a name or a literal address) that answers, trying IPv6
/// and IPv4 in turn. Raises os_error if none does: connection_refused_error, timeout_error …; what
/// getaddrinfo() raises if the name is not found; value_error for a limit of 0. There is no time
/// limit but the system's own: see timeout(). With TLS it shakes hands, too, and raises what
/// stream_writer::start_tls() does.
LASTI_API coroutine<connection>
open_connection(std::string host, std::uint16_t port,
                connection_options const& options = connection_options());
/// Of a Unix socket: its path; one that begins with '\0' is an abstract name.
LASTI_API coroutine<connection>
open_unix_connection(std::string path, connection_options const& options = connection_options());
/// Of a socket that is connected, and belongs to the streams from now on. They are of the loop that
/// runs on this thread. Throws value_error if it is no stream socket or the limit is 0,
/// runtime_error if it belongs to a stream already.
LASTI_API connection connection_of(socket const& connected,
                                   std::size_t limit = detail::stream_state::default_limit);
/// Of that loop.
LASTI_API connection connection_of(event_loop& loop, socket const& connected,
                                   std::size_t limit = detail::stream_state::default_limit);

}  // namespace lasti

#endif
