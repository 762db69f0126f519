// The bell of POSIX, and that of a loop without I/O. For Windows': see bell_windows.cpp.
#include "bell.hpp"

#if LASTI_HAS_POSIX_IO

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <lasti/error.hpp>

#include "selectors.hpp"

namespace lasti {
namespace detail {

namespace {

// What wakes a loop, and what its selector watches, in the child is the parent's.
std::atomic<unsigned> forks(0);

void count_forks() {
    static std::once_flag once;
    std::call_once(once, [] { ::pthread_atfork(nullptr, nullptr, [] { ++forks; }); });
}

}  // namespace

unsigned fork_count() noexcept { return forks; }

bell::bell() {
    count_forks();
    open();
}

bell::~bell() {
    for (int end : ends_) ::close(end);
}

void bell::open() {
    if (::pipe(ends_) != 0)
        throw_out(std::system_error(errno, std::generic_category(), "event_loop: pipe"));
    for (int end : ends_) {
        ::fcntl(end, F_SETFL, ::fcntl(end, F_GETFL) | O_NONBLOCK);
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    }
    opened_in_ = fork_count();
}

bool bell::has_forked() const noexcept { return opened_in_ != fork_count(); }

void bell::renew() {
    for (int end : ends_) ::close(end);
    open();
}

bell::wakened bell::wait(std::chrono::nanoseconds const* time) {
    pollfd reading = {ends_[0], POLLIN, 0};
    const int n = poll_for(&reading, 1, time);
    return n > 0 ? wakened::by_ring : n == 0 ? wakened::by_time : wakened::by_signal;
}

// A pipe that is full has rung already. Of a child's own business the parent is not told.
void bell::ring() noexcept {
    if (has_forked()) return;
    const char one = 1;
    const ssize_t written = ::write(ends_[1], &one, 1);
    (void)written;
}

void bell::silence() noexcept {
    char rings[64];
    while (::read(ends_[0], rings, sizeof rings) == static_cast<ssize_t>(sizeof rings)) {
    }
}

}  // namespace detail
}  // namespace lasti

#elif !LASTI_HAS_IO

namespace lasti {
namespace detail {

bell::~bell() {}

bell::wakened bell::wait(std::chrono::nanoseconds const* time) {
    std::unique_lock<std::mutex> locked(mutex_);
    const auto rung = [this] { return has_rung_; };
    if (time) return changed_.wait_for(locked, *time, rung) ? wakened::by_ring : wakened::by_time;
    changed_.wait(locked, rung);
    return wakened::by_ring;
}

void bell::ring() noexcept {
    const std::lock_guard<std::mutex> locked(mutex_);
    has_rung_ = true;
    changed_.notify_one();
}

void bell::silence() noexcept {
    const std::lock_guard<std::mutex> locked(mutex_);
    has_rung_ = false;
}

}  // namespace detail
}  // namespace lasti

#endif
