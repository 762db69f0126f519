// kqueue: BSD and macOS. Written against their manual; never run but on a stub.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include "selectors.hpp"

#if !defined(__APPLE__) && !defined(__FreeBSD__) && !defined(__NetBSD__) &&                        \
    !defined(__OpenBSD__) && !defined(__DragonFly__) && !defined(LASTI_KQUEUE_STUB)

std::unique_ptr<lasti::selector> lasti::detail::make_kqueue_selector() { return nullptr; }

#else

#include <cerrno>

#include <fcntl.h>
#include <sys/types.h>
#if defined(LASTI_KQUEUE_STUB)
#include LASTI_KQUEUE_STUB
#else
#include <sys/event.h>
#endif
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <lasti/os_error.hpp>

namespace lasti {
namespace detail {

namespace {

class kqueue_selector final : public selector {
public:
    explicit kqueue_selector(int queue) noexcept : queue_(queue) {}
    ~kqueue_selector() override { ::close(queue_); }

    const char* name() const noexcept override { return "kqueue"; }
    int watch(int fd, std::uint32_t key, unsigned before, unsigned now) override;
    int select(nanoseconds const* time, found* results, std::size_t room) noexcept override;
    int fileno() const noexcept override { return queue_; }
    std::unique_ptr<selector> anew() const override { return make_kqueue_selector(); }

private:
    enum : std::size_t { most_at_once = 256 };

    int change(int fd, std::uint32_t key, unsigned before, unsigned now, unsigned direction);

    int queue_;
    struct kevent events_[most_at_once];
};

// A direction is a filter of its own.
int kqueue_selector::change(int fd, std::uint32_t key, unsigned before, unsigned now,
                            unsigned direction) {
    const bool is = (now & direction) != 0;
    if (is == ((before & direction) != 0)) return 0;
    struct kevent e;
    const short filter = direction == reading ? EVFILT_READ : EVFILT_WRITE;
    const unsigned short how = static_cast<unsigned short>(is ? EV_ADD | EV_ENABLE : EV_DELETE);
    EV_SET(&e, static_cast<uintptr_t>(fd), filter, how, 0, 0,
           reinterpret_cast<void*>(static_cast<std::uintptr_t>(key)));
    const struct timespec at_once = {0, 0};
    if (::kevent(queue_, &e, 1, nullptr, 0, &at_once) == 0) return 0;
    return is ? errno : 0;  // what is gone already need not go
}

int kqueue_selector::watch(int fd, std::uint32_t key, unsigned before, unsigned now) {
    if (const int refused = change(fd, key, before, now, reading)) return refused;
    const int refused = change(fd, key, before, now, writing);
    if (refused) change(fd, key, now, before, reading);
    return refused;
}

int kqueue_selector::select(nanoseconds const* time, found* results, std::size_t room) noexcept {
    const int most = static_cast<int>(room < most_at_once ? room : most_at_once);
    struct timespec limit;
    if (time) {
        limit.tv_sec = static_cast<time_t>(time->count() / 1000000000);
        limit.tv_nsec = static_cast<long>(time->count() % 1000000000);
    }
    const int n = ::kevent(queue_, nullptr, 0, events_, most, time ? &limit : nullptr);
    for (int i = 0; i < n; ++i) {
        struct kevent const& e = events_[i];
        found& f = results[i];
        f.fd = static_cast<int>(e.ident);
        f.key = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(e.udata));
        f.ready = e.filter == EVFILT_READ ? reading : writing;
    }
    return n;
}

}  // namespace

std::unique_ptr<selector> make_kqueue_selector() {
    const int queue = ::kqueue();
    if (queue < 0) throw_os_error(errno, "event_loop: kqueue");
    ::fcntl(queue, F_SETFD, FD_CLOEXEC);
    return std::unique_ptr<selector>(new kqueue_selector(queue));
}

}  // namespace detail
}  // namespace lasti

#endif

#endif
