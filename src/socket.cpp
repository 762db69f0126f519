// Sockets: making, closing, and what does not wait.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/socket.hpp>

#include <cerrno>

#include <lasti/detail/handle.hpp>
#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/stream_state.hpp>
#include <lasti/detail/wait_list.hpp>

#include "descriptors.hpp"
#include "socket_names.hpp"
#include "system_calls.hpp"

namespace lasti {
namespace detail {

void socket_state::leave_loop(const char* how) noexcept {
    if (watched)
        watched->home.close(*watched, make_os_error(EBADF, title() + " was " + how +
                                                               " while somebody waited for it"));
}

void socket_state::close() noexcept {
    if (fd < 0) return;
    leave_loop("closed");
    if (was_blocking) let_block(fd);
    os::close(fd);
    fd = -1;
    if (stream) stream->lose_socket();
}

int socket_state::detach() noexcept {
    if (fd >= 0) leave_loop("detached");
    const int given = fd;
    fd = -1;
    if (stream) stream->lose_socket();
    return given;
}

std::string socket_state::title() const {
    const std::string what = is_pipe() ? "pipe" : "socket";
    return fd < 0 ? "a closed " + what : what + ' ' + std::to_string(fd);
}

// A stream that gave less than it was asked for is empty, most likely: the next read need not ask
// it, but waits for the selector, which tells if that was wrong.
void socket_state::note_read(std::size_t n, std::size_t asked) noexcept {
    if (!watched || n == 0 || n >= asked || !is_stream()) return;
    watched->is_drained = true;
    watched->of(false).is_ready = false;
}

void socket_state::rouse_readers() noexcept {
    if (watched) watched->home.rouse(*watched, false);
}

error socket_state::call_when_ready(loop_core& loop, bool writing, std::function<void()> callback,
                                    callback_weight weight) {
    error problem = watch_in(loop);
    if (problem) return problem;
    error refused;
    problem = outcome_of([&] {
        const counted<handle_state> made(new handle_state(loop, std::move(callback)));
        made->is_repeated = true;
        made->is_background = weight == background;
        refused = watched->home.set_callback(fd, writing, made);
    });
    return problem ? problem : refused;
}

void socket_state::call_no_more(bool writing) noexcept {
    if (watched) watched->home.set_callback(fd, writing, nullptr);
}

error socket_state::watch_in(loop_core& loop) {
    if (LASTI_LIKELY(watched && watched->home.are_of(loop))) return error();
    if (watched && watched->wanted() != 0)
        return error::make(runtime_error(title() + " is bound to a different event loop"));
    return outcome_of([this, &loop] { begin_watch(loop.watched_descriptors()); });
}

void socket_state::begin_watch(descriptors& table) {
    if (watched) watched->home.close(*watched, error());
    descriptor* there = table.find(fd);
    if (there && there->owner) {  // of a socket whose number was closed behind its back
        table.close(*there, make_os_error(EBADF, "socket " + std::to_string(fd) +
                                                     " was closed, but not by close()"));
        there = nullptr;
    }
    watched = there ? there : &table.at(fd);
    watched->owner = &watched;
}

}  // namespace detail

namespace {

[[noreturn]] void fail(const char* what) { throw_os_error(errno, what); }

detail::counted<detail::socket_state> made_of(int fd, int family, int type) {
    return detail::counted<detail::socket_state>(new detail::socket_state(fd, family, type));
}

}  // namespace

error detail::open_socket(socket& made, int family, int type, int protocol) {
    const int fd = make_socket(family, type, protocol);
    if (fd < 0) return make_os_error(errno, "socket");
    made.state_ = made_of(fd, family, type & ~prepared_flags);
    return error();
}

socket::socket(int family, int type, int protocol) {
    const error problem = detail::open_socket(*this, family, type, protocol);
    if (problem) problem.rethrow();
}

socket socket::adopt(int fd) {
    int type = 0;
    socklen_t size = sizeof type;
    if (detail::os::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) fail("socket::adopt");
    socket_address name;
    if (!detail::get_name(fd, &detail::os::getsockname, name)) fail("socket::adopt");
    if (!detail::prepare_socket(fd)) fail("socket::adopt");
    return socket(made_of(fd, name.family(), type));
}

std::pair<socket, socket> socketpair(int family, int type, int protocol) {
    int ends[2];
    if (detail::os::socketpair(family, type | detail::prepared_flags, protocol, ends) != 0)
        fail("socketpair");
    const socket first = socket::adopt(ends[0]);
    return std::make_pair(first, socket::adopt(ends[1]));
}

detail::socket_state& socket::get() const { return detail::state_of(state_, "socket"); }

void socket::refuse_use() const {
    detail::throw_out(
        runtime_error(state_->title() + " is used by a stream: read and write by that"));
}

void socket::bind(socket_address const& where) const {
    if (detail::os::bind(fileno(), where.data(), where.size()) != 0)
        throw_os_error(errno, "bind " + where.describe());
}

void socket::listen(int backlog) const {
    if (detail::os::listen(fileno(), backlog) != 0) fail("listen");
}

void socket::shutdown(int how) const {
    if (detail::os::shutdown(fileno(), how) != 0) fail("shutdown");
}

namespace {

socket_address name_of(int fd, detail::name_call call, const char* what) {
    socket_address name;
    if (!detail::get_name(fd, call, name)) fail(what);
    return name;
}

}  // namespace

socket_address socket::getsockname() const {
    return name_of(fileno(), &detail::os::getsockname, "getsockname");
}

socket_address socket::getpeername() const {
    return name_of(fileno(), &detail::os::getpeername, "getpeername");
}

void socket::setsockopt(int level, int option, int value) const {
    if (detail::os::setsockopt(fileno(), level, option, &value, sizeof value) != 0)
        fail("setsockopt");
}

int socket::getsockopt(int level, int option) const {
    int value = 0;
    socklen_t size = sizeof value;
    if (detail::os::getsockopt(fileno(), level, option, &value, &size) != 0) fail("getsockopt");
    return value;
}

std::string socket::describe() const {
    if (!state_) return "no socket";
    std::string text = state_->title();
    if (is_closed()) return text;
    socket_address name;
    if (detail::get_name(fileno(), &detail::os::getsockname, name)) text += ", " + name.describe();
    if (detail::get_name(fileno(), &detail::os::getpeername, name))
        text += " to " + name.describe();
    return text;
}

}  // namespace lasti

#endif
