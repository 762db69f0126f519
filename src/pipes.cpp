// Pipes: which descriptors can be streams, how they become non-blocking, and when nobody reads.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_POSIX_IO

#include <lasti/pipes.hpp>

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lasti/detail/loop_core.hpp>
#include <lasti/socket.hpp>

#include "pipes.hpp"
#include "socket_names.hpp"
#include "system_calls.hpp"

namespace lasti {
namespace detail {

namespace {

/// Whether it is certain that nobody will read what is written to it.
enum class other_side { reads, gone, not_known };

other_side look_at_other_side(socket_state const& end) noexcept {
    pollfd asked = {end.fd, POLLIN, 0};
    if (uninterrupted([&] { return ssize_t(::poll(&asked, 1, 0)); }) < 0) return other_side::reads;
    if (asked.revents & (POLLERR | POLLHUP | POLLNVAL)) return other_side::gone;
    if (!(asked.revents & POLLIN)) return other_side::reads;
    if (end.is_pipe()) return other_side::not_known;
    char byte;
    const ssize_t n = ::recv(end.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n > 0 ? other_side::not_known : n == 0 ? other_side::gone : other_side::reads;
}

void look_for_reader(stream_state& s) noexcept {
    switch (look_at_other_side(*s.socket)) {
    case other_side::reads:
        return;
    case other_side::not_known:  // what stands there to be read hides whether more will come
        return s.socket->call_no_more(false);
    case other_side::gone:
        if (s.out.empty()) s.abort();
        else s.fail(EPIPE, "write");
    }
}

}  // namespace

counted<stream_state> reading_end(loop_core& loop, counted<socket_state> const& end,
                                  std::size_t limit) {
    return counted<stream_state>(new stream_state(loop, end, limit, socket_address()));
}

counted<stream_state> writing_end(loop_core& loop, counted<socket_state> const& end,
                                  error& problem) {
    const counted<stream_state> made(
        new stream_state(loop, end, stream_state::default_limit, socket_address()));
    struct stat about;
    if (::fstat(end->fd, &about) != 0 || !(S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode)))
        return made;
    problem = end->call_when_ready(
        loop, false, [made] { look_for_reader(*made); }, background);
    return made;
}

namespace {

mode_t kind_of(int fd, const char* function) {
    struct stat about;
    if (::fstat(fd, &about) != 0)
        throw_os_error(errno, std::string(function) + ": descriptor " + std::to_string(fd));
    return about.st_mode;
}

bool can_be_pipe(mode_t kind) noexcept { return S_ISFIFO(kind) || S_ISSOCK(kind) || S_ISCHR(kind); }

[[noreturn]] void refuse(int fd, const char* function) {
    throw_out(value_error(std::string(function) + ": descriptor " + std::to_string(fd) +
                          " is no pipe, socket or character device"));
}

/// What it takes to use `fd` as one end; it is not touched if that throws.
struct end_to_be {
    int family = AF_UNSPEC;
    int type = 0;

    void look(int fd, mode_t kind, const char* function) {
        if (!S_ISSOCK(kind)) return;
        socklen_t size = sizeof type;
        socket_address name;
        if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
            !get_name(fd, &::getsockname, name))
            throw_os_error(errno, std::string(function) + ": socket " + std::to_string(fd));
        if (type != SOCK_STREAM) refuse(fd, function);
        family = name.family();
    }
    /// Owns `fd`.
    counted<socket_state> made_of(int fd) const {
        const counted<socket_state> made(new socket_state(fd, family, type));
        const int flags = ::fcntl(fd, F_GETFL);
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        if (!(flags & O_NONBLOCK) && ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0)
            made->was_blocking = true;
        return made;
    }
};

counted<socket_state> adopted(int fd, const char* function) {
    const mode_t kind = kind_of(fd, function);
    if (!can_be_pipe(kind)) refuse(fd, function);
    end_to_be end;
    end.look(fd, kind, function);
    return end.made_of(fd);
}

stream_reader read_pipe(loop_core& loop, int fd, std::size_t limit) {
    if (limit == 0) throw_out(value_error("connect_read_pipe: Limit cannot be <= 0"));
    return stream_reader(reading_end(loop, adopted(fd, "connect_read_pipe"), limit));
}

stream_writer writer_of(loop_core& loop, counted<socket_state> const& end) {
    error problem;
    const stream_writer made(writing_end(loop, end, problem));
    if (problem) problem.rethrow();
    return made;
}

stream_writer write_pipe(loop_core& loop, int fd) {
    return writer_of(loop, adopted(fd, "connect_write_pipe"));
}

// ---- stdin, stdout ------------------------------------------------------------------------------

// One whose flags nobody shares; -1: the system has none.
int opened_anew(int fd, mode_t kind, int access) noexcept {
#if defined(__linux__)
    if (S_ISSOCK(kind)) return -1;
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    return ::open(path.c_str(), access | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
#else
    (void)fd, (void)kind, (void)access;
    return -1;
#endif
}

counted<socket_state> own_end(int fd, int access, const char* function) {
    const mode_t kind = kind_of(fd, function);
    const bool is_file = S_ISREG(kind);
    if (!is_file && !can_be_pipe(kind)) refuse(fd, function);
    end_to_be end;
    end.look(fd, kind, function);
    int own = is_file ? -1 : opened_anew(fd, kind, access);
    if (own < 0) own = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);  // a file has its place in common
    if (own < 0) throw_os_error(errno, function);
    if (is_file) return counted<socket_state>(new socket_state(own, AF_UNSPEC, 0));
    return end.made_of(own);
}

}  // namespace
}  // namespace detail

stream_reader connect_read_pipe(int fd, std::size_t limit) {
    return detail::read_pipe(detail::running_core(), fd, limit);
}

stream_reader connect_read_pipe(event_loop& loop, int fd, std::size_t limit) {
    loop.core().check_open();
    return detail::read_pipe(loop.core(), fd, limit);
}

stream_writer connect_write_pipe(int fd) { return detail::write_pipe(detail::running_core(), fd); }

stream_writer connect_write_pipe(event_loop& loop, int fd) {
    loop.core().check_open();
    return detail::write_pipe(loop.core(), fd);
}

stream_reader open_stdin(std::size_t limit) {
    detail::loop_core& loop = detail::running_core();
    if (limit == 0) detail::throw_out(value_error("open_stdin: Limit cannot be <= 0"));
    return stream_reader(
        detail::reading_end(loop, detail::own_end(0, O_RDONLY, "open_stdin"), limit));
}

stream_writer open_stdout() {
    detail::loop_core& loop = detail::running_core();
    return detail::writer_of(loop, detail::own_end(1, O_WRONLY, "open_stdout"));
}

stream_writer open_stderr() {
    detail::loop_core& loop = detail::running_core();
    return detail::writer_of(loop, detail::own_end(2, O_WRONLY, "open_stderr"));
}

}  // namespace lasti

#endif
