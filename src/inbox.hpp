// inbox: the one part of a loop that other threads touch: callbacks they put in, and the loop's sleep they end.
#ifndef LASTI_SRC_INBOX_HPP_INCLUDED
#define LASTI_SRC_INBOX_HPP_INCLUDED

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include <lasti/detail/context_state.hpp>

namespace lasti {
namespace detail {

class inbox {
public:
    struct callback {
        std::function<void()> call;
        counted<context_state> context;
    };
    typedef std::vector<callback> callbacks;

    /// False: the loop is closed, and the callback was not taken.
    bool put(callback put_in) {
        const std::lock_guard<std::mutex> locked(mutex_);
        if (closed_) return false;
        callbacks_.push_back(std::move(put_in));
        waiting_.store(callbacks_.size());
        changed_.notify_one();
        return true;
    }
    callbacks take() {
        callbacks taken;
        if (waiting_.load() == 0) return taken;
        const std::lock_guard<std::mutex> locked(mutex_);
        taken.swap(callbacks_);
        waiting_.store(0);
        return taken;
    }
    /// Somebody may put something in later, or something lies here.
    bool is_expecting() const noexcept { return sources_.load() > 0 || has_callbacks(); }
    bool has_callbacks() const noexcept { return waiting_.load() > 0; }
    void add_source(int change) {
        const std::lock_guard<std::mutex> locked(mutex_);
        sources_ += change;
        changed_.notify_one();
    }
    /// Blocks until something is put in, or the time has passed, or no source is left though the caller was
    /// `expecting` one: it may have gone since is_expecting() was asked.
    void wait_for(std::chrono::nanoseconds time, bool expecting) {
        std::unique_lock<std::mutex> locked(mutex_);
        changed_.wait_for(locked, time, [&] { return !callbacks_.empty() || (expecting && sources_ == 0); });
    }
    void wait(bool expecting) {
        std::unique_lock<std::mutex> locked(mutex_);
        changed_.wait(locked, [&] { return !callbacks_.empty() || (expecting && sources_ == 0); });
    }
    /// What was not taken is destroyed on this thread.
    void close() {
        callbacks dropped;
        const std::lock_guard<std::mutex> locked(mutex_);
        closed_ = true;
        dropped.swap(callbacks_);
        waiting_.store(0);
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    callbacks callbacks_;
    // Written under the lock, read without it: the loop asks in every round.
    std::atomic<std::size_t> waiting_{0};
    std::atomic<int> sources_{0};
    bool closed_ = false;
};

} // namespace detail
} // namespace lasti

#endif
