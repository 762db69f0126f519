// concurrent_state: a result on its way between threads: what concurrent_future refers to. Any
// thread may use it.
#ifndef LASTI_DETAIL_CONCURRENT_STATE_HPP_INCLUDED
#define LASTI_DETAIL_CONCURRENT_STATE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <lasti/clock.hpp>
#include <lasti/detail/slot.hpp>
#include <lasti/export.hpp>

namespace lasti {

class event_loop;

namespace detail {

class task_state;

/// How long to wait for a thread, which takes real time: not for ever. Throws value_error for NaN.
LASTI_API delay::nanoseconds real_time(delay time, const char* function);

class LASTI_API concurrent_state : public std::enable_shared_from_this<concurrent_state> {
public:
    enum class status : unsigned char { pending, running, finished, failed, cancelled };

    concurrent_state();
    concurrent_state(concurrent_state const&) = delete;
    concurrent_state& operator=(concurrent_state const&) = delete;

    status now() const;
    bool done() const { return now() >= status::finished; }
    /// By who waits for it. False: it was done, or its call runs already.
    bool cancel();
    /// By who was to set it. False: it was done already.
    bool become_cancelled();
    /// Its call begins. False: it was cancelled before.
    bool begin();
    /// False: it was done already.
    bool fail(std::exception_ptr problem);
    /// Calls it on the thread that completes it, or at once if it is done.
    void when_done(std::function<void()> callback);
    /// Blocks. Throws runtime_error on the thread of the loop that is to set it: that would wait
    /// for ever.
    void wait() const;
    bool wait_for(delay time) const;
    /// What it failed with, or a cancelled_error; null for a result. Throws invalid_state_error if
    /// it is not done.
    std::exception_ptr problem() const;

    // Set before another thread sees it; empty and null where no loop is to set it.
    std::function<void()> on_cancel;
    event_loop const* fulfilled_by = nullptr;
    // Only the loop's thread looks: its task, while that is not done.
    task_state* task = nullptr;

protected:
    ~concurrent_state();
    /// Under the lock, which it takes over.
    void finish(std::unique_lock<std::mutex> locked, status how);

    mutable std::mutex mutex_;
    status status_ = status::pending;

private:
    bool is_done() const noexcept { return status_ >= status::finished; }
    void refuse_to_wait_for_itself() const;
    static void call_back(std::function<void()> const& callback);

    mutable std::condition_variable changed_;
    std::exception_ptr problem_;
    std::vector<std::function<void()>> callbacks_;
};

template <class T>
class concurrent_value final : public concurrent_state {
public:
    /// False: it was done already.
    template <class... V>
    bool set(V&&... value) {
        std::unique_lock<std::mutex> locked(mutex_);
        if (status_ >= status::finished) return false;
        result.set(std::forward<V>(value)...);
        finish(std::move(locked), status::finished);
        return true;
    }

    slot<T> result;  // written before it is done, and then no more
};

}  // namespace detail
}  // namespace lasti

#endif
