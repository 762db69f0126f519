// select: wherever there are sockets. Its sets have FD_SETSIZE places, on POSIX for the descriptors
// of the lowest numbers, and a call costs as much as are watched.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <limits>

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
        os::socket_number fd;
    };

    void take_out(int fd) noexcept;

    watched_list<watched> watched_;
    fd_set reading_, writing_;  // what is watched for that
};

int select_selector::watch(int fd, std::uint32_t key, unsigned, unsigned now) {
    if (fd < 0) return EBADF;
    if (now == 0) {
        if (watched_.leave(fd)) take_out(fd);
        return 0;
    }
    if (((now & reading) && !fits(fd, reading_)) || ((now & writing) && !fits(fd, writing_)))
        return EMFILE;
    int refused = 0;
    watched* const entered = watched_.enter(fd, key, refused);
    if (!entered) return refused;
    entered->fd = static_cast<os::socket_number>(fd);
    take_out(fd);
    if (now & reading) FD_SET(entered->fd, &reading_);
    if (now & writing) FD_SET(entered->fd, &writing_);
    return 0;
}

void select_selector::take_out(int fd) noexcept {
    FD_CLR(static_cast<os::socket_number>(fd), &reading_);
    FD_CLR(static_cast<os::socket_number>(fd), &writing_);
}

// Microseconds, rounded up: who wakes early would spin. No more than an int of milliseconds.
timeval in_microseconds(selector::nanoseconds time) noexcept {
    const std::int64_t longest = std::int64_t(std::numeric_limits<int>::max()) * 1000;
    const std::int64_t exact = time.count() / 1000 + (time.count() % 1000 > 0 ? 1 : 0);
    const std::int64_t whole = exact < longest ? exact : longest;
    timeval limit;
    limit.tv_sec = static_cast<decltype(limit.tv_sec)>(whole / 1000000);
    limit.tv_usec = static_cast<decltype(limit.tv_usec)>(whole % 1000000);
    return limit;
}

int select_selector::select(nanoseconds const* time, found* results, std::size_t room) noexcept {
    fd_set reads = reading_, writes = writing_;
    timeval limit;
    if (time) limit = in_microseconds(*time);
    const int ready = os::select(FD_SETSIZE, &reads, &writes, nullptr, time ? &limit : nullptr);
    if (ready == 0) return 0;
    if (ready > 0)
        return watched_.tell(watched_.size(), results, room, [&](watched const& w) {
            return (FD_ISSET(w.fd, &reads) ? reading : 0u) |
                   (FD_ISSET(w.fd, &writes) ? writing : 0u);
        });
    if (errno != EBADF && errno != ENOTSOCK) return ready;
    // Some were closed by somebody who did not say so. Whoever waits for them may see it.
    return watched_.tell(watched_.size(), results, room, [](watched const& w) {
        return check_kind(static_cast<int>(w.fd)) != 0 ? reading | writing : 0u;
    });
}

}  // namespace

std::unique_ptr<selector> make_select_selector() {
    return std::unique_ptr<selector>(new select_selector);
}

}  // namespace detail
}  // namespace lasti

#endif
