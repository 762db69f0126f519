// sock_sendfile: a file goes to a socket, by the system alone where it can.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <cerrno>
#include <string>

#if defined(__linux__)
#include <sys/sendfile.h>
#endif

#include <lasti/detail/sock_request.hpp>
#include <lasti/os_error.hpp>

#include "system_calls.hpp"

namespace lasti {
namespace detail {

struct sendfile_request::job {
    int file;
    off_t begin, at;
    std::size_t left;
    bool by_hand;  // the system cannot: read and send

    std::size_t sent() const noexcept { return static_cast<std::size_t>(at - begin); }
};

sendfile_request::job* sendfile_request::begin(int file, std::size_t offset, std::size_t count,
                                               socket_state const& to) {
    if (to.type != SOCK_STREAM)
        throw_out(value_error("sock_sendfile: only SOCK_STREAM type sockets are supported"));
    const error no_file = check_regular_file(file, "sock_sendfile");
    if (no_file) no_file.rethrow();
    const off_t from = static_cast<off_t>(offset);
    return new job{file, from, from, count, false};
}

error check_regular_file(int file, const char* doing) {
    struct stat about;
    if (::fstat(file, &about) != 0) return make_os_error(errno, std::string(doing) + ": the file");
    if (S_ISREG(about.st_mode)) return error();
    return error::make(value_error(std::string(doing) + ": descriptor " + std::to_string(file) +
                                   " is not a regular file"));
}

// The file stands at the end of what was sent, whatever it ends with.
sendfile_request::~sendfile_request() {
    if (job_->at != job_->begin) ::lseek(job_->file, job_->at, SEEK_SET);
    delete job_;
}

std::size_t sendfile_request::take() const {
    check_done();
    return job_->sent();
}

namespace {

const std::size_t most_of_a_file = 1 << 20;

#if defined(__linux__)
ssize_t send_file(int to, int file, off_t at, std::size_t size) noexcept {
    no_sigpipe here;  // it has no MSG_NOSIGNAL
    return here.gave(uninterrupted([&] { return ::sendfile(to, file, &at, size); }), size);
}
#endif

ssize_t read_and_send(int to, int file, off_t at, std::size_t size) noexcept {
    char room[16 * 1024];
    const ssize_t n = uninterrupted(
        [&] { return os::pread(file, room, size < sizeof room ? size : sizeof room, at); });
    if (n <= 0) return n;
    return uninterrupted(
        [&] { return os::send(to, room, static_cast<std::size_t>(n), no_signal); });
}

}  // namespace

int sendfile_request::attempt() noexcept {
    job& j = *job_;
    while (j.left > 0) {
        const std::size_t size = j.left < most_of_a_file ? j.left : most_of_a_file;
        ssize_t n = -1;
#if defined(__linux__)
        if (!j.by_hand) {
            n = send_file(state().fd, j.file, j.at, size);
            if (n < 0 && (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP))
                j.by_hand = true;
        }
#else
        j.by_hand = true;
#endif
        if (j.by_hand) n = read_and_send(state().fd, j.file, j.at, size);
        if (n < 0) return call_outcome(n);
        if (n == 0) break;  // the file has no more
        j.at += static_cast<off_t>(n);
        j.left -= static_cast<std::size_t>(n);
    }
    return done;
}

}  // namespace detail
}  // namespace lasti

#endif
