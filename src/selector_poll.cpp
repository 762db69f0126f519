// poll: any POSIX system, and Windows. A call costs as much as descriptors are watched.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include "watched_list.hpp"

namespace lasti {
namespace detail {

namespace {

class poll_selector final : public selector {
public:
    const char* name() const noexcept override { return "poll"; }
    int watch(int fd, std::uint32_t key, unsigned before, unsigned now) override;
    int select(nanoseconds const* time, found* results, std::size_t room) noexcept override;
    std::unique_ptr<selector> anew() const override { return make_poll_selector(); }

private:
    watched_list<pollfd> watched_;
};

int poll_selector::watch(int fd, std::uint32_t key, unsigned, unsigned now) {
    if (fd < 0) return EBADF;
    if (now == 0) {
        watched_.leave(fd);
        return 0;
    }
    int refused = 0;
    pollfd* const entered = watched_.enter(fd, key, refused);
    if (!entered) return refused;
    entered->fd = static_cast<os::socket_number>(fd);
    entered->events =
        static_cast<short>((now & reading ? POLLIN : 0) | (now & writing ? POLLOUT : 0));
    entered->revents = 0;
    return 0;
}

int poll_selector::select(nanoseconds const* time, found* results, std::size_t room) noexcept {
    const int ready = poll_for(watched_.data(), watched_.size(), time);
    if (ready <= 0) return ready;
    return watched_.tell(static_cast<std::size_t>(ready), results, room, [](pollfd const& watched) {
        const short told = watched.revents;
        return (told & ~POLLOUT ? reading : 0u) | (told & ~POLLIN ? writing : 0u);
    });
}

}  // namespace

int poll_for(pollfd* watched, std::size_t count, selector::nanoseconds const* time) noexcept {
#if defined(__linux__)
    if (!time) return ::ppoll(watched, static_cast<nfds_t>(count), nullptr, nullptr);
    timespec limit;
    limit.tv_sec = static_cast<time_t>(time->count() / 1000000000);
    limit.tv_nsec = static_cast<long>(time->count() % 1000000000);
    return ::ppoll(watched, static_cast<nfds_t>(count), &limit, nullptr);
#else
    return os::poll(watched, count, time ? rounded_up_to_milliseconds(*time) : -1);
#endif
}

std::unique_ptr<selector> make_poll_selector() {
    return std::unique_ptr<selector>(new poll_selector);
}

}  // namespace detail
}  // namespace lasti

#endif
