// select: wherever there are sockets. It knows no descriptors but those below FD_SETSIZE, and a
// call costs as much as are watched.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <cerrno>

#include <fcntl.h>
#include <sys/select.h>

#include "watched_list.hpp"

namespace lasti {
namespace detail {

namespace {

class select_selector final : public selector {
public:
    select_selector() noexcept {
        FD_ZERO(&reading_);
        FD_ZERO(&writing_);
    }

    const char* name() const noexcept override { return "select"; }
    int watch(int fd, std::uint32_t key, unsigned before, unsigned now) override;
    int select(nanoseconds const* time, found* results, std::size_t room) noexcept override;
    std::unique_ptr<selector> anew() const override { return make_select_selector(); }

private:
    struct watched {
        int fd;
    };

    watched_list<watched> watched_;
    fd_set reading_, writing_;  // what is watched for that
};

int select_selector::watch(int fd, std::uint32_t key, unsigned, unsigned now) {
    if (fd < 0) return EBADF;
    if (fd >= FD_SETSIZE) return EMFILE;
    FD_CLR(fd, &reading_);
    FD_CLR(fd, &writing_);
    if (now == 0) {
        watched_.leave(fd);
        return 0;
    }
    int refused = 0;
    watched* const entered = watched_.enter(fd, key, refused);
    if (!entered) return refused;
    entered->fd = fd;
    if (now & reading) FD_SET(fd, &reading_);
    if (now & writing) FD_SET(fd, &writing_);
    return 0;
}

// Microseconds, rounded up: who wakes early would spin.
timeval in_microseconds(selector::nanoseconds time) noexcept {
    const std::int64_t whole = (time.count() + 999) / 1000;
    timeval limit;
    limit.tv_sec = static_cast<time_t>(whole / 1000000);
    limit.tv_usec = static_cast<suseconds_t>(whole % 1000000);
    return limit;
}

int select_selector::select(nanoseconds const* time, found* results, std::size_t room) noexcept {
    fd_set reads = reading_, writes = writing_;
    timeval limit;
    if (time) limit = in_microseconds(*time);
    const int ready = ::select(FD_SETSIZE, &reads, &writes, nullptr, time ? &limit : nullptr);
    if (ready == 0) return 0;
    if (ready > 0)
        return watched_.tell(watched_.size(), results, room, [&](watched const& w) {
            return (FD_ISSET(w.fd, &reads) ? reading : 0u) |
                   (FD_ISSET(w.fd, &writes) ? writing : 0u);
        });
    if (errno != EBADF) return ready;
    // Some were closed by somebody who did not say so. Whoever waits for them may see it.
    return watched_.tell(watched_.size(), results, room, [](watched const& w) {
        return ::fcntl(w.fd, F_GETFD) < 0 ? reading | writing : 0u;
    });
}

}  // namespace

std::unique_ptr<selector> make_select_selector() {
    return std::unique_ptr<selector>(new select_selector);
}

}  // namespace detail
}  // namespace lasti

#endif
