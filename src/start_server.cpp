// Starting a server, and serving until it is cancelled.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include <lasti/detail/loop_core.hpp>
#include <lasti/dns.hpp>
#include <lasti/gather.hpp>
#include <lasti/os_error.hpp>
#include <lasti/server.hpp>

#include "socket_names.hpp"

namespace lasti {
namespace detail {

namespace {

counted<server_state> make_server(client_connected answer, std::vector<lasti::socket> sockets,
                                  server_options const& options) {
    const counted<server_state> made(
        new server_state(running_core(), std::move(answer), options.limit, options.backlog));
    if (options.tls && !options.tls.is_server())
        throw_out(value_error("start_server: tls is of a client, made by tls_context::client()"));
    made->sockets = std::move(sockets);
    made->tls = options.tls;
    made->tls_handshake_timeout = options.tls_handshake_timeout;
    made->tls_shutdown_timeout = options.tls_shutdown_timeout;
    return made;
}

// One that cannot start is nobody's.
error start_or_close(server_state& made, server_options const& options) {
    const error problem = options.start_serving ? made.start() : error();
    if (problem) made.close();
    return problem;
}

// No socket: this machine has no such addresses.
error bind_to(address_info const& where, server_options const& options, lasti::socket& bound) {
    lasti::socket made;
    if (open_socket(made, where.family, where.type, where.protocol)) return error();
    error refused;
    if (options.reuse_address) refused = set_option(made, SOL_SOCKET, SO_REUSEADDR);
    if (!refused && options.reuse_port) refused = share_name(made);
    // Each of the two families has a socket of its own.
    if (!refused && where.family == AF_INET6) refused = set_option(made, IPPROTO_IPV6, IPV6_V6ONLY);
    if (refused) return refused;
    if (os::bind(made.fileno(), where.address.data(), where.address.size()) == 0) bound = made;
    else if (errno != EADDRNOTAVAIL)
        return make_os_error(errno, "error while attempting to bind on address " +
                                        where.address.describe());
    return error();
}

/// The body of start_server().
struct starting {
    client_connected answer;
    std::vector<std::string> hosts;
    std::uint16_t port;
    server_options options;
    std::vector<std::vector<address_info>> found;
    std::vector<lasti::socket> sockets;
    counted<server_state> made;

    std::vector<coroutine<std::vector<address_info>>> look_ups() const {
        lookup_options about;
        about.family = options.family;
        about.type = SOCK_STREAM;
        about.flags = AI_PASSIVE;
        std::vector<coroutine<std::vector<address_info>>> made;
        for (std::string const& host : hosts) made.push_back(getaddrinfo(host, port, about));
        return made;
    }
    error bind() {
        std::vector<socket_address> places;
        std::string tried;
        for (std::vector<address_info> const& of_host : found)
            for (address_info const& where : of_host) {
                if (std::find(places.begin(), places.end(), where.address) != places.end())
                    continue;
                places.push_back(where.address);
                tried += (tried.empty() ? "" : ", ") + where.address.describe();
                lasti::socket bound;
                const error problem = bind_to(where, options, bound);
                if (problem) return problem;
                if (bound) sockets.push_back(bound);
            }
        if (!sockets.empty()) return error();
        return make_os_error(EADDRNOTAVAIL, "could not bind on any address out of " + tried);
    }
    error start() {
        made = make_server(std::move(answer), std::move(sockets), options);
        return start_or_close(*made, options);
    }

    LASTI_COROUTINE_BODY(lasti::server) {
        LASTI_BEGIN;
        LASTI_AWAIT_SET(found, gather(look_ups()));
        if (error problem = bind()) LASTI_RAISE(std::move(problem));
        if (error problem = start()) LASTI_RAISE(std::move(problem));
        LASTI_RETURN(lasti::server(made));
        LASTI_END;
    }
};

/// … of one whose socket is there.
struct starting_with {
    client_connected answer;
    lasti::socket bound;
    server_options options;
    counted<server_state> made;

    error start() {
        if (bound.type() != SOCK_STREAM)
            throw_out(
                value_error("start_server: a stream socket was expected, got " + bound.describe()));
        made = make_server(std::move(answer), std::vector<lasti::socket>(1, bound), options);
        if (bound.family() == AF_UNIX && options.cleanup_socket)
            made->owns_file(bound.getsockname().path());
        return start_or_close(*made, options);
    }

    LASTI_COROUTINE_BODY(lasti::server) {
        LASTI_BEGIN;
        if (error problem = start()) LASTI_RAISE(std::move(problem));
        LASTI_RETURN(lasti::server(made));
        LASTI_END;
    }
};

/// … at a path.
error bind_to_path(std::string const& path, lasti::socket& bound) {
    remove_stale_socket(path);
    const error refused = open_socket(bound, AF_UNIX, SOCK_STREAM);
    if (refused) return refused;
    const socket_address where(path);
    if (os::bind(bound.fileno(), where.data(), where.size()) == 0) return error();
    return make_os_error(errno, errno == EADDRINUSE
                                    ? "Address " + where.describe() + " is already in use"
                                    : "bind " + where.describe());
}

struct starting_at_path {
    client_connected answer;
    std::string path;
    server_options options;
    lasti::socket bound;
    lasti::server made;

    LASTI_COROUTINE_BODY(lasti::server) {
        LASTI_BEGIN;
        if (error problem = bind_to_path(path, bound)) LASTI_RAISE(std::move(problem));
        LASTI_AWAIT_SET(made, coroutine<lasti::server>(
                                  starting_with{std::move(answer), std::move(bound), options, {}}));
        LASTI_RETURN(made);
        LASTI_END;
    }
};

/// The body of serve_forever().
struct serving {
    counted<server_state> server;

    error begin() const {
        if (server->forever)
            return error::make(
                runtime_error("serve_forever: somebody else serves this server already"));
        if (server->is_closed)
            return error::make(runtime_error("serve_forever: the server is closed"));
        const error problem = server->start();
        if (!problem) server->forever = get_running_loop().create_future<>();
        return problem;
    }

    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        if (error problem = begin()) LASTI_RAISE(std::move(problem));
        LASTI_TRY
            LASTI_AWAIT(server->forever);
            LASTI_EXCEPT(cancelled_error)
            LASTI_TRY
                server->close();
                LASTI_AWAIT(server_wait_call{server});
                LASTI_FINALLY
                server->forever = future<>();
            LASTI_END_TRY
            LASTI_RERAISE;
        LASTI_END_TRY
        LASTI_END;
    }
};

}  // namespace
}  // namespace detail

coroutine<void> server::serve_forever() const { return detail::serving{shared_state()}; }

coroutine<server> start_server(client_connected answer, std::vector<std::string> hosts,
                               std::uint16_t port, server_options const& options) {
    return detail::starting{std::move(answer), std::move(hosts), port, options, {}, {}, {}};
}

coroutine<server> start_server(client_connected answer, std::string host, std::uint16_t port,
                               server_options const& options) {
    return start_server(std::move(answer), std::vector<std::string>(1, std::move(host)), port,
                        options);
}

coroutine<server> start_server(client_connected answer, socket const& bound,
                               server_options const& options) {
    return detail::starting_with{std::move(answer), bound, options, {}};
}

coroutine<server> start_unix_server(client_connected answer, std::string path,
                                    server_options const& options) {
    return detail::starting_at_path{std::move(answer), std::move(path), options, {}, {}};
}

}  // namespace lasti

#endif
