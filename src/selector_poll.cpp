// poll: any POSIX system. A call costs as much as descriptors are watched.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include "selectors.hpp"

#include <cerrno>
#include <vector>

#include <poll.h>
#include <sys/stat.h>

#include <lasti/detail/config.hpp>

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
    enum : std::size_t { nowhere = ~std::size_t() };

    int poll(nanoseconds const* time) noexcept;
    int put(int fd, std::uint32_t key, short events);
    void drop(int fd) noexcept;

    struct place {
        std::size_t at = nowhere;   // in watched_
        std::uint32_t checked = 0;  // the key with which it was found to be of a good kind
    };

    std::vector<pollfd> watched_;
    std::vector<std::uint32_t> keys_;  // of those
    std::vector<place> places_;        // by descriptor
    std::size_t first_ = 0;            // whom to look at first, so that nobody always comes last
};

// What every system's best selector refuses is refused here, too.
int check_kind(int fd) noexcept {
    struct stat about;
    if (::fstat(fd, &about) != 0) return errno;
    return S_ISREG(about.st_mode) || S_ISDIR(about.st_mode) ? EPERM : 0;
}

int poll_selector::watch(int fd, std::uint32_t key, unsigned, unsigned now) {
    if (fd < 0) return EBADF;
    if (now == 0) {
        drop(fd);
        return 0;
    }
    return put(fd, key,
               static_cast<short>((now & reading ? POLLIN : 0) | (now & writing ? POLLOUT : 0)));
}

int poll_selector::put(int fd, std::uint32_t key, short events) {
    const std::size_t number = static_cast<std::size_t>(fd);
    if (number >= places_.size()) places_.resize(number + 1);
    place& p = places_[number];
    if (p.at == nowhere) {
        const int refused = p.checked == key && key != 0 ? 0 : check_kind(fd);
        if (refused) return refused;
        p.checked = key;
        p.at = watched_.size();
        watched_.push_back(pollfd());
        keys_.push_back(0);
    }
    watched_[p.at].fd = fd;
    watched_[p.at].events = events;
    watched_[p.at].revents = 0;
    keys_[p.at] = key;
    return 0;
}

void poll_selector::drop(int fd) noexcept {
    const std::size_t number = static_cast<std::size_t>(fd);
    const std::size_t at = number < places_.size() ? places_[number].at : nowhere;
    if (at == nowhere) return;
    places_[static_cast<std::size_t>(watched_.back().fd)].at = at;
    places_[number].at = nowhere;
    watched_[at] = watched_.back();
    keys_[at] = keys_.back();
    watched_.pop_back();
    keys_.pop_back();
}

int poll_selector::poll(nanoseconds const* time) noexcept {
    const nfds_t n = static_cast<nfds_t>(watched_.size());
#if defined(__linux__)
    if (!time) return ::ppoll(watched_.data(), n, nullptr, nullptr);
    timespec limit;
    limit.tv_sec = static_cast<time_t>(time->count() / 1000000000);
    limit.tv_nsec = static_cast<long>(time->count() % 1000000000);
    return ::ppoll(watched_.data(), n, &limit, nullptr);
#else
    return ::poll(watched_.data(), n, time ? rounded_up_to_milliseconds(*time) : -1);
#endif
}

int poll_selector::select(nanoseconds const* time, found* results, std::size_t room) noexcept {
    const int ready = poll(time);
    if (ready <= 0) return ready;
    std::size_t left = static_cast<std::size_t>(ready);
    std::size_t n = 0;
    const std::size_t size = watched_.size();
    std::size_t at = first_ < size ? first_ : 0;
    for (std::size_t looked = 0; looked < size && left > 0 && n < room; ++looked) {
        const short told = watched_[at].revents;
        if (told != 0) {
            found& f = results[n++];
            f.fd = watched_[at].fd;
            f.key = keys_[at];
            f.ready = (told & ~POLLOUT ? reading : 0u) | (told & ~POLLIN ? writing : 0u);
            --left;
        }
        at = at + 1 < size ? at + 1 : 0;
    }
    first_ = at;
    return static_cast<int>(n);
}

}  // namespace

std::unique_ptr<selector> make_poll_selector() {
    return std::unique_ptr<selector>(new poll_selector);
}

}  // namespace detail
}  // namespace lasti

#endif
