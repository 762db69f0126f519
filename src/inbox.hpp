// inbox: the one part of a loop that others touch: callbacks that other threads put in, a signal, and the loop's
// sleep, which both end.
#ifndef LASTI_SRC_INBOX_HPP_INCLUDED
#define LASTI_SRC_INBOX_HPP_INCLUDED

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
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

    /// Throws std::system_error if there is no file descriptor left.
    inbox();
    inbox(inbox const&) = delete;
    inbox& operator=(inbox const&) = delete;
    ~inbox();

    /// False: the loop is closed, and the callback was not taken.
    bool put(callback put_in);
    callbacks take();

    /// Somebody may put something in later, or something lies here.
    bool is_expecting() const noexcept { return sources_.load() > 0 || has_news(); }
    bool has_news() const noexcept { return news_.load() > 0; }
    void add_source(int change);

    /// From a signal's handler: sets a mark and ends the loop's sleep.
    void interrupt() noexcept;
    /// Whether that was called since the last time this was.
    bool take_interrupt() noexcept;

    /// Blocks until there is news, or the time has passed, or no source is left though the caller was `expecting`
    /// one: it may have gone since is_expecting() was asked. A signal may end it, too. True: the time has passed.
    bool wait_for(std::chrono::nanoseconds time, bool expecting) { return sleep(&time, expecting); }
    void wait(bool expecting) { sleep(nullptr, expecting); }

    /// What was not taken is destroyed on this thread.
    void close();

private:
    bool sleep(std::chrono::nanoseconds const* time, bool expecting);
    void ring() noexcept;

    std::mutex mutex_;
    callbacks callbacks_;
    // Written under the lock (but for the signal's), read without it: the loop asks in every round.
    std::atomic<std::size_t> news_{0};   // callbacks and interrupts
    std::atomic<int> sources_{0};
    std::atomic<bool> interrupted_{false};
    bool asleep_ = false;   // the loop may be in poll(): ring
    bool closed_ = false;
    int bell_[2];           // a pipe: reading end, writing end
};

} // namespace detail
} // namespace lasti

#endif
