// Servers: who is accepted, and when it is over.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/server.hpp>

#include <cerrno>
#include <utility>

#include <lasti/detail/loop_core.hpp>
#include <lasti/exception_context.hpp>
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

error server_state::start() {
    if (is_closed) return error::make(runtime_error("start_serving: the server is closed"));
    if (is_serving) return error();
    error problem;
    for (lasti::socket const& s : sockets) {
        if (os::listen(s.fileno(), backlog_) == 0) problem = listen_to(s);
        else problem = make_os_error(errno, "listen");
        if (problem) break;
    }
    is_serving = !problem;
    // All or none: who tries again would not hear of those that failed.
    for (lasti::socket const& s : sockets)
        if (problem) s.shared_state()->call_no_more(false);
    return problem;
}

error server_state::listen_to(lasti::socket const& s) {
    const counted<server_state> hold(this);
    return s.shared_state()->call_when_ready(*loop, false, [hold, s] { hold->accept_from(s); });
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
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            tell(s, "socket.accept() failed", make_os_error(errno, "accept"));
        return false;
    }
}

void server_state::tell(lasti::socket const& s, const char* what, error problem) const {
    exception_context context(what);
    context.exception = std::move(problem);
    context.subject = s.describe();
    loop->report(context);
}

// The socket stays ready meanwhile, and nothing can be done about it.
void server_state::take_break(lasti::socket const& s, int problem) {
    tell(s, "socket.accept() out of system resource", make_os_error(problem, "accept"));
    if (!is_serving) return;  // who was told has closed it
    s.shared_state()->call_no_more(false);
    const counted<server_state> hold(this);
    break_ends_ = loop->face->call_later(1, [hold, s] {
        if (!hold->is_serving) return;
        error problem = hold->listen_to(s);
        if (problem) hold->tell(s, "socket.accept() is not tried any more", std::move(problem));
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

}  // namespace detail
}  // namespace lasti

#endif
