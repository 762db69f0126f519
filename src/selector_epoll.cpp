// epoll: Linux.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include "selectors.hpp"

#if !defined(__linux__)

std::unique_ptr<lasti::selector> lasti::detail::make_epoll_selector() { return nullptr; }

#else

#include <atomic>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <lasti/os_error.hpp>

namespace lasti {
namespace detail {

namespace {

#if defined(SYS_epoll_pwait2)
// Where it is missing, old kernels and some sandboxes, all later calls need not try.
std::atomic<bool> knows_nanoseconds(true);

// By its number: the C library may be older than the kernel.
int wait_nanoseconds(int epoll, epoll_event* events, int room, std::int64_t time) noexcept {
    struct {
        std::int64_t seconds, nanoseconds;
    } const limit = {time / 1000000000, time % 1000000000};
    return static_cast<int>(
        ::syscall(SYS_epoll_pwait2, epoll, events, room, &limit, nullptr, std::size_t(0)));
}
#endif

int wait_for(int epoll, epoll_event* events, int room, selector::nanoseconds const* time) noexcept {
    if (!time) return ::epoll_wait(epoll, events, room, -1);
#if defined(SYS_epoll_pwait2)
    if (time->count() > 0 && knows_nanoseconds.load(std::memory_order_relaxed)) {
        const int n = wait_nanoseconds(epoll, events, room, time->count());
        if (n >= 0 || (errno != ENOSYS && errno != EPERM)) return n;
        knows_nanoseconds = false;
    }
#endif
    return ::epoll_wait(epoll, events, room, rounded_up_to_milliseconds(*time));
}

class epoll_selector final : public selector {
public:
    explicit epoll_selector(int epoll) noexcept : epoll_(epoll) {}
    ~epoll_selector() override { ::close(epoll_); }

    const char* name() const noexcept override { return "epoll"; }
    int watch(int fd, std::uint32_t key, unsigned before, unsigned now) override;
    int select(nanoseconds const* time, found* results, std::size_t room) noexcept override;
    int fileno() const noexcept override { return epoll_; }
    std::unique_ptr<selector> anew() const override { return make_epoll_selector(); }

private:
    enum : std::size_t { most_at_once = 256 };

    int epoll_;
    epoll_event events_[most_at_once];
};

std::uint32_t mask_of(unsigned what) noexcept {
    std::uint32_t mask = 0;
    if (what & selector::reading) mask |= EPOLLIN;
    if (what & selector::writing) mask |= EPOLLOUT;
    return mask;
}

int epoll_selector::watch(int fd, std::uint32_t key, unsigned before, unsigned now) {
    epoll_event e = {};
    e.events = mask_of(now);
    e.data.u64 = std::uint64_t(key) << 32 | static_cast<std::uint32_t>(fd);
    const int what = now == 0 ? EPOLL_CTL_DEL : before == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (::epoll_ctl(epoll_, what, fd, &e) == 0) return 0;
    // The number was closed, and perhaps used again, by somebody who did not say so.
    if (what == EPOLL_CTL_MOD && errno == ENOENT && ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &e) == 0)
        return 0;
    if (what == EPOLL_CTL_ADD && errno == EEXIST && ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &e) == 0)
        return 0;
    return errno;
}

int epoll_selector::select(nanoseconds const* time, found* results, std::size_t room) noexcept {
    const int most = static_cast<int>(room < most_at_once ? room : most_at_once);
    const int n = wait_for(epoll_, events_, most, time);
    for (int i = 0; i < n; ++i) {
        const std::uint32_t told = events_[i].events;
        found& f = results[i];
        f.fd = static_cast<int>(events_[i].data.u64 & 0xffffffffu);
        f.key = static_cast<std::uint32_t>(events_[i].data.u64 >> 32);
        f.ready = (told & ~std::uint32_t(EPOLLOUT) ? reading : 0u) |
                  (told & ~std::uint32_t(EPOLLIN) ? writing : 0u);
    }
    return n;
}

}  // namespace

std::unique_ptr<selector> make_epoll_selector() {
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) throw_os_error(errno, "event_loop: epoll_create1");
    return std::unique_ptr<selector>(new epoll_selector(epoll));
}

}  // namespace detail
}  // namespace lasti

#endif

#endif
