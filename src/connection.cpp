// Connecting: which address is tried when, and what is told if none answers.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/connection.hpp>

#include <cerrno>
#include <functional>
#include <utility>
#include <vector>

#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/stream_filter.hpp>
#include <lasti/dns.hpp>
#include <lasti/exception_group.hpp>
#include <lasti/staggered.hpp>

#include "socket_names.hpp"

namespace lasti {
namespace detail {
namespace {

/// Connects to one address.
struct trying {
    address_info where;
    connection_options options;
    lasti::socket made;

    error bind() {
        const error refused = open_socket(made, where.family, where.type, where.protocol);
        socket_address const& from = options.local_address;
        if (refused || from.family() == AF_UNSPEC) return refused;
        if (from.family() != where.family)
            return make_os_error(EAFNOSUPPORT, "no matching local address: " + from.describe());
        if (os::bind(made.fileno(), from.data(), from.size()) != 0)
            return make_os_error(errno,
                                 "error while attempting to bind on address " + from.describe());
        return error();
    }

    LASTI_COROUTINE_BODY(lasti::socket) {
        LASTI_BEGIN;
        if (error problem = bind()) LASTI_RAISE(std::move(problem));
        LASTI_AWAIT(sock_connect(made, where.address));
        LASTI_RETURN(made);
        LASTI_END;
    }
};

/// The families take turns, beginning with that of the first.
std::vector<address_info> interleaved(std::vector<address_info> const& found) {
    std::vector<address_info> one, other, mixed;
    for (address_info const& each : found)
        (each.family == found.front().family ? one : other).push_back(each);
    for (std::size_t i = 0; i < one.size() || i < other.size(); ++i) {
        if (i < one.size()) mixed.push_back(one[i]);
        if (i < other.size()) mixed.push_back(other[i]);
    }
    return mixed;
}

/// Whom the certificate of the other side must be for.
std::string const& name_to_verify(connection_options const& options, std::string const& host) {
    return options.server_hostname.empty() ? host : options.server_hostname;
}

// What cannot be is told before anybody is called.
error check(connection_options const& options, std::string const& host) {
    if (!options.tls) {
        if (options.server_hostname.empty()) return error();
        return error::make(value_error("server_hostname is only meaningful with tls"));
    }
    if (options.tls.is_server())
        return error::make(
            value_error("open_connection: tls is of a server, made by tls_context::server()"));
    error problem;
    options.tls.make_filter(name_to_verify(options, host), host, problem);
    return problem;
}

coroutine<void> encrypted(connection const& opened, connection_options const& options,
                          std::string const& host) {
    return opened.writer.start_tls(options.tls, name_to_verify(options, host),
                                   options.tls_handshake_timeout, options.tls_shutdown_timeout);
}

/// The body of open_connection().
struct opening {
    std::string host;
    std::uint16_t port;
    connection_options options;
    std::vector<address_info> found;
    staggered_result<lasti::socket> raced;
    lasti::socket made;
    connection opened;

    typedef std::function<coroutine<lasti::socket>()> way;

    error refusal() const {
        if (options.limit == 0)
            return error::make(value_error("open_connection: Limit cannot be <= 0"));
        return check(options, host);
    }
    lookup_options about() const {
        lookup_options asked;
        asked.family = options.family;
        asked.type = SOCK_STREAM;
        return asked;
    }
    coroutine<lasti::socket> to(address_info const& where) const {
        return trying{where, options, lasti::socket()};
    }
    coroutine<staggered_result<lasti::socket>> race() const {
        std::vector<way> ways;
        for (address_info const& where : interleaved(found)) {
            const trying body = {where, options, lasti::socket()};
            ways.push_back([body] { return coroutine<lasti::socket>(body); });
        }
        const delay start = options.happy_eyeballs_delay;
        if (start.count() == delay::nanoseconds::max())
            return staggered_race<lasti::socket>(std::move(ways), forever);
        return staggered_race<lasti::socket>(std::move(ways), start);
    }
    error failure() const {
        std::vector<error> const& all = raced.exceptions();
        if (options.all_errors) return error::make(exception_group("open_connection failed", all));
        std::string text;
        bool differ = false;
        for (error const& each : all) {
            differ = differ || each.what() != all.front().what();
            text += (text.empty() ? "" : ", ") + each.what();
        }
        if (!differ) return all.front();
        return error::make(os_error(ECONNREFUSED, "Multiple exceptions: " + text));
    }

    LASTI_COROUTINE_BODY(connection) {
        LASTI_BEGIN;
        if (error problem = refusal()) LASTI_RAISE(std::move(problem));
        LASTI_AWAIT_SET(found, getaddrinfo(host, port, about()));
        if (found.empty())
            LASTI_RAISE(make_os_error(EADDRNOTAVAIL, "getaddrinfo() returned empty list"));
        if (found.size() == 1 && !options.all_errors) {
            LASTI_AWAIT_SET(made, to(found.front()));
        } else {
            LASTI_AWAIT_SET(raced, race());
            if (!raced.has_winner()) LASTI_RAISE(failure());
            made = raced.winner_result();
        }
        opened = connection_of(made, options.limit);
        if (options.tls) LASTI_AWAIT(encrypted(opened, options, host));
        LASTI_RETURN(opened);
        LASTI_END;
    }
};

/// … of open_unix_connection().
struct opening_path {
    std::string path;
    connection_options options;
    lasti::socket made;
    connection opened;

    LASTI_COROUTINE_BODY(connection) {
        LASTI_BEGIN;
        if (error problem = check(options, std::string())) LASTI_RAISE(std::move(problem));
        if (error problem = open_socket(made, AF_UNIX, SOCK_STREAM))
            LASTI_RAISE(std::move(problem));
        LASTI_AWAIT(sock_connect(made, socket_address(path)));
        opened = connection_of(made, options.limit);
        if (options.tls) LASTI_AWAIT(encrypted(opened, options, std::string()));
        LASTI_RETURN(opened);
        LASTI_END;
    }
};

}  // namespace
}  // namespace detail

coroutine<connection> open_connection(std::string host, std::uint16_t port,
                                      connection_options const& options) {
    return detail::opening{std::move(host), port, options, {}, {}, {}, {}};
}

coroutine<connection> open_unix_connection(std::string path, connection_options const& options) {
    return detail::opening_path{std::move(path), options, socket(), connection()};
}

namespace {

connection made_of(detail::loop_core& loop, socket const& connected, std::size_t limit) {
    detail::counted<detail::socket_state> const& state = connected.shared_state();
    if (connected.type() != SOCK_STREAM)
        detail::throw_out(value_error("connection_of: a stream socket was expected, got " +
                                      connected.describe()));
    if (state->is_of_stream)
        detail::throw_out(runtime_error("connection_of: " + connected.describe() +
                                        " belongs to a stream already"));
    socket_address peer;  // none: it has gone already
    detail::get_name(connected.fileno(), &detail::os::getpeername, peer);
    const detail::counted<detail::stream_state> made(
        new detail::stream_state(loop, state, limit, peer));
    return connection{stream_reader(made), stream_writer(made)};
}

}  // namespace

connection connection_of(socket const& connected, std::size_t limit) {
    return made_of(detail::running_core(), connected, limit);
}

connection connection_of(event_loop& loop, socket const& connected, std::size_t limit) {
    loop.core().check_open();
    return made_of(loop.core(), connected, limit);
}

}  // namespace lasti

#endif
