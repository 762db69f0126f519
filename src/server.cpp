// Servers: who is accepted, and when it is over.
#include <lasti/server.hpp>

#include <algorithm>
#include <cerrno>
#include <set>

#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lasti/connection.hpp>
#include <lasti/detail/loop_core.hpp>
#include <lasti/dns.hpp>
#include <lasti/exception_context.hpp>
#include <lasti/gather.hpp>
#include <lasti/os_error.hpp>

#include "system_calls.hpp"

namespace lasti {
namespace detail {

server_state::server_state(loop_core& serves, answer answers, std::size_t read_limit, int backlog)
    : waitable(std::string()), answers_(std::move(answers)), limit_(read_limit), backlog_(backlog) {
    if (!answers_) throw_out(type_error("start_server: there is nothing that answers"));
    if (read_limit == 0) throw_out(value_error("start_server: Limit cannot be <= 0"));
    clients_.next = clients_.previous = &clients_;
    loop = &serves;
    loop->retain();
}

server_state::~server_state() { close(); }

void server_state::start() {
    if (is_closed) throw_out(runtime_error("start_serving: the server is closed"));
    if (is_serving) return;
    is_serving = true;
    for (lasti::socket const& s : sockets) {
        s.listen(backlog_);
        listen_to(s);
    }
}

void server_state::listen_to(lasti::socket const& s) {
    const counted<server_state> hold(this);
    const error problem =
        s.shared_state()->call_when_ready(*loop, false, [hold, s] { hold->accept_from(s); });
    if (problem) problem.rethrow();
}

// Several at a time, but not so many that others have to wait for their turns.
void server_state::accept_from(lasti::socket const& s) {
    for (int i = 0; i <= backlog_ && is_serving; ++i)
        if (!accept_one(s)) return;
}

bool server_state::accept_one(lasti::socket const& s) {
    sockaddr_storage from;
    socklen_t size = sizeof from;
    sockaddr* const address = reinterpret_cast<sockaddr*>(&from);
    const int fd = accept_socket(s.fileno(), address, size);
    if (fd >= 0) {
        const counted<socket_state> accepted(new socket_state(fd, s.family(), s.type()));
        begin(accepted, socket_address(address, size));
        return true;
    }
    switch (errno) {
    case ECONNABORTED:
    case EPROTO:  // gone before it was accepted
        return true;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        take_break(s, errno);
        return false;
    default:
        if (errno != EAGAIN && errno != EWOULDBLOCK) throw_os_error(errno, "accept");
        return false;
    }
}

// The socket stays ready meanwhile, and nothing can be done about it.
void server_state::take_break(lasti::socket const& s, int problem) {
    exception_context context("socket.accept() out of system resource");
    context.exception = make_os_error(problem, "accept");
    context.subject = s.describe();
    loop->report(context);
    s.shared_state()->call_no_more(false);
    const counted<server_state> hold(this);
    break_ends_ = loop->face->call_later(1, [hold, s] {
        if (hold->is_serving) hold->listen_to(s);
    });
}

namespace {

void tell_end_of(any_future const& ended, counted<stream_state> const& client) {
    if (!ended.cancelled()) {
        const error problem = ended.exception();
        if (!problem) return;
        exception_context context("Unhandled exception in client_connected_cb");
        context.exception = problem;
        context.subject = client->describe();
        client->loop->report(context);
    }
    client->close();
}

}  // namespace

coroutine<void> server_state::answer_to(counted<stream_state> const& client) const {
    return answers_(stream_reader(client), stream_writer(client));
}

namespace {

/// Shakes hands first. Who fails in that is no concern of who answers.
struct answering_encrypted {
    counted<server_state> server;
    counted<stream_state> client;
    stream_writer writer;  // that it is not dropped before
    error failed;

    void tell() const {
        if (!client->loop->debug) return;
        exception_context context("Error on transport creation for incoming connection");
        context.exception = failed;
        context.subject = client->describe();
        client->loop->report(context);
    }

    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        LASTI_TRY
            LASTI_AWAIT(writer.start_tls(server->tls, std::string(), server->tls_handshake_timeout,
                                         server->tls_shutdown_timeout));
            LASTI_EXCEPT(cancelled_error)
            LASTI_RERAISE;
            LASTI_EXCEPT_ANY
            failed = self.handled();
        LASTI_END_TRY
        if (failed) tell();
        else LASTI_AWAIT(server->answer_to(client));
        LASTI_END;
    }
};

}  // namespace

void server_state::begin(counted<socket_state> const& accepted, socket_address const& from) {
    const counted<stream_state> client(new stream_state(*loop, accepted, limit_, from));
    enter(*client);
    const stream_writer writer(client);
    const counted<server_state> hold(this);
    const any_task answering = loop->face->create_task(
        tls ? coroutine<void>(answering_encrypted{hold, client, writer, error()})
            : answer_to(client));
    answering.add_done_callback([client](any_future const& t) { tell_end_of(t, client); });
}

void server_state::enter(stream_state& client) noexcept {
    client.server = counted<server_state>(this);
    client.of_server.client = &client;
    clients_.push_back(client.of_server);
    ++client_count;
}

void server_state::leave(stream_state& client) noexcept {
    const counted<server_state> hold(std::move(client.server));
    client.of_server.unlink();
    --client_count;
    if (is_over()) closers.wake_all();
}

void server_state::close() noexcept {
    if (is_closed) return;
    is_closed = true;
    is_serving = false;
    remove_file();
    for (lasti::socket const& s : sockets) s.close();
    sockets.clear();
    break_ends_.cancel();
    break_ends_ = handle();
    if (forever && !forever.done()) forever.cancel();
    if (is_over()) closers.wake_all();
}

void server_state::end_clients(bool drop) noexcept {
    std::vector<counted<stream_state>> ending;
    for (list_link* at = clients_.next; at != &clients_; at = at->next)
        ending.push_back(counted<stream_state>(static_cast<client_link&>(*at).client));
    for (counted<stream_state> const& client : ending) {
        if (drop) client->abort();
        else client->close();
    }
}

void server_state::owns_file(std::string const& path) {
    struct stat about;
    if (path.empty() || path[0] == '\0' || ::stat(path.c_str(), &about) != 0) return;
    file_ = path;
    device_ = about.st_dev;
    inode_ = about.st_ino;
}

void server_state::remove_file() noexcept {
    struct stat about;
    if (file_.empty() || ::stat(file_.c_str(), &about) != 0) return;
    if (about.st_dev == device_ && about.st_ino == inode_) ::unlink(file_.c_str());
}

std::string server_wait_request::describe() const {
    return "wait_closed of a server with " + std::to_string(state().client_count) + " connections";
}

// ---- starting one -------------------------------------------------------------------------------

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

lasti::server started(counted<server_state> const& made, server_options const& options) {
    if (options.start_serving) made->start();
    return lasti::server(made);
}

// None: this machine has no such addresses.
lasti::socket bound_to(address_info const& where, server_options const& options) {
    lasti::socket made;
    const error no_family =
        outcome_of([&] { made = lasti::socket(where.family, where.type, where.protocol); });
    if (no_family) return lasti::socket();
    if (options.reuse_address) made.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
    if (options.reuse_port) made.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1);
    // Each of the two families has a socket of its own.
    if (where.family == AF_INET6) made.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (::bind(made.fileno(), where.address.data(), where.address.size()) == 0) return made;
    if (errno == EADDRNOTAVAIL) return lasti::socket();
    throw_os_error(errno, "error while attempting to bind on address " + where.address.describe());
}

/// The body of start_server().
struct starting {
    client_connected answer;
    std::vector<std::string> hosts;
    std::uint16_t port;
    server_options options;
    std::vector<std::vector<address_info>> found;

    std::vector<coroutine<std::vector<address_info>>> look_ups() const {
        lookup_options about;
        about.family = options.family;
        about.type = SOCK_STREAM;
        about.flags = AI_PASSIVE;
        std::vector<coroutine<std::vector<address_info>>> made;
        for (std::string const& host : hosts) made.push_back(getaddrinfo(host, port, about));
        return made;
    }
    counted<server_state> bind() {
        std::vector<lasti::socket> sockets;
        std::vector<socket_address> places;
        std::string tried;
        for (std::vector<address_info> const& of_host : found)
            for (address_info const& where : of_host) {
                if (std::find(places.begin(), places.end(), where.address) != places.end())
                    continue;
                places.push_back(where.address);
                tried += (tried.empty() ? "" : ", ") + where.address.describe();
                const lasti::socket bound = bound_to(where, options);
                if (bound) sockets.push_back(bound);
            }
        if (sockets.empty())
            throw_os_error(EADDRNOTAVAIL, "could not bind on any address out of " + tried);
        return make_server(std::move(answer), std::move(sockets), options);
    }

    LASTI_COROUTINE_BODY(lasti::server) {
        LASTI_BEGIN;
        LASTI_AWAIT_SET(found, gather(look_ups()));
        LASTI_RETURN(started(bind(), options));
        LASTI_END;
    }
};

/// … of one whose socket is there.
struct starting_with {
    client_connected answer;
    lasti::socket bound;
    server_options options;

    counted<server_state> make() {
        if (bound.type() != SOCK_STREAM)
            throw_out(
                value_error("start_server: a stream socket was expected, got " + bound.describe()));
        const counted<server_state> made =
            make_server(std::move(answer), std::vector<lasti::socket>(1, bound), options);
        if (bound.family() == AF_UNIX && options.cleanup_socket)
            made->owns_file(bound.getsockname().path());
        return made;
    }

    LASTI_COROUTINE_BODY(lasti::server) {
        LASTI_BEGIN;
        LASTI_RETURN(started(make(), options));
        LASTI_END;
    }
};

/// … at a path.
lasti::socket bound_to_path(std::string const& path) {
    struct stat about;
    const bool is_file = !path.empty() && path[0] != '\0';
    if (is_file && ::stat(path.c_str(), &about) == 0 && S_ISSOCK(about.st_mode))
        ::unlink(path.c_str());
    const lasti::socket made(AF_UNIX);
    const socket_address where(path);
    if (::bind(made.fileno(), where.data(), where.size()) != 0)
        throw_os_error(errno, errno == EADDRINUSE
                                  ? "Address " + where.describe() + " is already in use"
                                  : "bind " + where.describe());
    return made;
}

struct starting_at_path {
    client_connected answer;
    std::string path;
    server_options options;
    lasti::server made;

    LASTI_COROUTINE_BODY(lasti::server) {
        LASTI_BEGIN;
        LASTI_AWAIT_SET(made, coroutine<lasti::server>(
                                  starting_with{std::move(answer), bound_to_path(path), options}));
        LASTI_RETURN(made);
        LASTI_END;
    }
};

/// The body of serve_forever().
struct serving {
    counted<server_state> server;

    void begin() const {
        if (server->forever)
            throw_out(runtime_error("serve_forever: somebody else serves this server already"));
        if (server->is_closed) throw_out(runtime_error("serve_forever: the server is closed"));
        server->start();
        server->forever = get_running_loop().create_future<>();
    }

    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        begin();
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
    return detail::starting{std::move(answer), std::move(hosts), port, options, {}};
}

coroutine<server> start_server(client_connected answer, std::string host, std::uint16_t port,
                               server_options const& options) {
    return start_server(std::move(answer), std::vector<std::string>(1, std::move(host)), port,
                        options);
}

coroutine<server> start_server(client_connected answer, socket const& bound,
                               server_options const& options) {
    return detail::starting_with{std::move(answer), bound, options};
}

coroutine<server> start_unix_server(client_connected answer, std::string path,
                                    server_options const& options) {
    return detail::starting_at_path{std::move(answer), std::move(path), options, server()};
}

}  // namespace lasti
