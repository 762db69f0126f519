// The loop sleeps in poll() on a pipe, since that is what a signal's handler can end, too.
#include "inbox.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <lasti/error.hpp>

namespace lasti {
namespace detail {

namespace {

// ppoll() counts nanoseconds; poll() milliseconds, rounded up so that no sleeper wakes early and
// spins.
int poll_for(pollfd& what, std::chrono::nanoseconds const* time) {
#if defined(__linux__)
    if (!time) return ::ppoll(&what, 1, nullptr, nullptr);
    timespec t;
    t.tv_sec = static_cast<time_t>(time->count() / 1000000000);
    t.tv_nsec = static_cast<long>(time->count() % 1000000000);
    return ::ppoll(&what, 1, &t, nullptr);
#else
    if (!time) return ::poll(&what, 1, -1);
    const std::int64_t longest = std::numeric_limits<int>::max();
    const std::int64_t milliseconds = (time->count() + 999999) / 1000000;
    return ::poll(&what, 1, static_cast<int>(milliseconds < longest ? milliseconds : longest));
#endif
}

// What wakes a loop, and what its selector watches, in the child is the parent's.
std::atomic<unsigned> forks(0);

void count_forks() {
    static std::once_flag once;
    std::call_once(once, [] { ::pthread_atfork(nullptr, nullptr, [] { ++forks; }); });
}

}  // namespace

unsigned fork_count() noexcept { return forks; }

inbox::inbox() {
    count_forks();
    open_bell();
}

void inbox::open_bell() {
    if (::pipe(bell_) != 0)
        throw_out(std::system_error(errno, std::generic_category(), "event_loop: pipe"));
    for (int end : bell_) {
        ::fcntl(end, F_SETFL, ::fcntl(end, F_GETFL) | O_NONBLOCK);
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    }
    opened_in_ = fork_count();
}

inbox::~inbox() {
    for (int end : bell_) ::close(end);
}

bool inbox::put(callback put_in) {
    const std::lock_guard<std::mutex> locked(mutex_);
    if (closed_) return false;
    append(std::move(put_in));
    return true;
}

void inbox::append(callback put_in) {
    callbacks_.push_back(std::move(put_in));
    ++news_;
    if (asleep_ || always_rings_) ring();
}

inbox::callbacks inbox::take() {
    callbacks taken;
    if (!has_news()) return taken;
    const std::lock_guard<std::mutex> locked(mutex_);
    taken.swap(callbacks_);
    news_ -= taken.size();
    return taken;
}

void inbox::add_source(int change) {
    const std::lock_guard<std::mutex> locked(mutex_);
    sources_ += change;
    if (asleep_ && change < 0) ring();
}

void inbox::mark(std::atomic<bool>& what) noexcept {
    const int error_of_the_interrupted = errno;
    if (!what.exchange(true)) ++news_;
    ring();
    errno = error_of_the_interrupted;
}

bool inbox::take_mark(std::atomic<bool>& what) noexcept {
    if (!what.exchange(false)) return false;
    --news_;
    return true;
}

bool inbox::begin_sleep(bool expecting) {
    renew_bell();
    const std::lock_guard<std::mutex> locked(mutex_);
    if (has_news() || (expecting && sources_ == 0)) return false;
    asleep_ = true;
    return true;
}

void inbox::end_sleep(bool rang) {
    const std::lock_guard<std::mutex> locked(mutex_);
    asleep_ = false;
    if (rang) silence();
}

bool inbox::sleep(std::chrono::nanoseconds const* time, bool expecting) {
    if (!begin_sleep(expecting)) return false;
    pollfd bell = {bell_[0], POLLIN, 0};
    const int n = poll_for(bell, time);
    end_sleep(n > 0);
    return n == 0 && !has_news();
}

void inbox::silence() noexcept {
    char rings[64];
    while (::read(bell_[0], rings, sizeof rings) > 0) {
    }
}

void inbox::always_ring() {
    const std::lock_guard<std::mutex> locked(mutex_);
    always_rings_ = true;
    if (has_news()) ring();
}

void inbox::renew_bell() {
    if (LASTI_LIKELY(opened_in_ == fork_count())) return;
    const std::lock_guard<std::mutex> locked(mutex_);
    for (int end : bell_) ::close(end);
    open_bell();
}

// A pipe that is full has rung already. Of a child's own business the parent is not told.
void inbox::ring() noexcept {
    if (opened_in_ != fork_count()) return;
    const char one = 1;
    const ssize_t written = ::write(bell_[1], &one, 1);
    (void)written;
}

std::vector<traveller*> inbox::close(std::vector<traveller*> const& travellers) {
    std::vector<traveller*> home;
    callbacks dropped;
    const std::lock_guard<std::mutex> locked(mutex_);
    closed_ = true;
    dropped.swap(callbacks_);
    news_ -= dropped.size();
    for (traveller* t : travellers)
        if (t->is_home) home.push_back(t);
    return home;
}

// ---- travellers ---------------------------------------------------------------------------------

void inbox::bring_home(traveller& t) noexcept {
    bool dies = false;
    {
        const std::lock_guard<std::mutex> locked(mutex_);
        t.is_home = true;
        if (!closed_) append({[&t] { t.settle(); }, nullptr, nullptr});
        else if (t.may_die_anywhere) dies = true;
        else if (deserted_) keep_for_ever(std::shared_ptr<void>(&t, [](void*) {}));
        else returned_.push_back(&t);
        came_home_.notify_one();
    }
    if (dies) delete &t;
}

bool inbox::wait_until_home(std::vector<traveller*> const& who, std::chrono::nanoseconds time) {
    std::unique_lock<std::mutex> locked(mutex_);
    return came_home_.wait_for(locked, time, [&] {
        return std::all_of(who.begin(), who.end(), [](traveller const* t) { return t->is_home; });
    });
}

std::vector<traveller*> inbox::take_returned() {
    const std::lock_guard<std::mutex> locked(mutex_);
    return std::move(returned_);
}

std::vector<traveller*> inbox::desert() {
    const std::lock_guard<std::mutex> locked(mutex_);
    deserted_ = true;
    return std::move(returned_);
}

void keep_for_ever(std::shared_ptr<void> what) {
    static std::mutex mutex;
    static std::vector<std::shared_ptr<void>>* const kept = new std::vector<std::shared_ptr<void>>;
    const std::lock_guard<std::mutex> locked(mutex);
    kept->push_back(std::move(what));
}

}  // namespace detail
}  // namespace lasti
