// What others put into a loop, and its sleep until then.
#include "inbox.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace lasti {
namespace detail {

bool inbox::put(callback put_in) {
    bool rings;
    {
        const std::lock_guard<std::mutex> locked(mutex_);
        if (closed_) return false;
        rings = append(std::move(put_in));
    }
    if (rings) ring();
    return true;
}

bool inbox::append(callback put_in) {
    callbacks_.push_back(std::move(put_in));
    ++news_;
    return has_to_ring();
}

bool inbox::has_to_ring() noexcept {
    const bool rings = asleep_ || always_rings_;
    asleep_ = false;
    return rings;
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
    bool rings = false;
    {
        const std::lock_guard<std::mutex> locked(mutex_);
        sources_ += change;
        rings = change < 0 && has_to_ring();
    }
    if (rings) ring();
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
#if LASTI_HAS_IO
    renew_bell();
#endif
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
    const bell::wakened by = bell_.wait(time);
    end_sleep(by == bell::wakened::by_ring);
    return by == bell::wakened::by_time && !has_news();
}

void inbox::always_ring() {
    const std::lock_guard<std::mutex> locked(mutex_);
    always_rings_ = true;
    if (has_news()) ring();
}

#if LASTI_HAS_IO
void inbox::renew_bell() {
    if (LASTI_LIKELY(!bell_.has_forked())) return;
    const std::lock_guard<std::mutex> locked(mutex_);
    bell_.renew();
}
#endif

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
    bool dies = false, rings = false;
    {
        const std::lock_guard<std::mutex> locked(mutex_);
        t.is_home = true;
        if (!closed_) rings = append({[&t] { t.settle(); }, nullptr, nullptr});
        else if (t.may_die_anywhere) dies = true;
        else if (deserted_) keep_for_ever(std::shared_ptr<void>(&t, [](void*) {}));
        else returned_.push_back(&t);
        came_home_.notify_one();
    }
    if (rings) ring();
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
