// inbox: the one part of a loop that others touch: callbacks that other threads put in, a signal,
// and the loop's sleep, which both end.
#ifndef LASTI_SRC_INBOX_HPP_INCLUDED
#define LASTI_SRC_INBOX_HPP_INCLUDED

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include <lasti/detail/call_site.hpp>
#include <lasti/detail/context_state.hpp>
#include <lasti/detail/traveller.hpp>

#include "bell.hpp"

namespace lasti {
namespace detail {

class inbox {
public:
    struct callback {
        std::function<void()> call;
        counted<context_state> context;
        std::unique_ptr<creation> created;  // null: nobody noted it
    };
    typedef std::vector<callback> callbacks;

    /// Throws std::system_error if there is no file descriptor left.
    inbox() {}
    inbox(inbox const&) = delete;
    inbox& operator=(inbox const&) = delete;

    /// False: the loop is closed, and the callback was not taken.
    bool put(callback put_in);
    callbacks take();

    /// Somebody may put something in later, or something lies here.
    bool is_expecting() const noexcept { return sources_.load() > 0 || has_news(); }
    bool has_news() const noexcept { return news_.load() > 0; }
    void add_source(int change);

    /// From a signal's handler: sets a mark and ends the loop's sleep.
    void interrupt() noexcept { mark(interrupted_); }
    /// Whether that was called since the last time this was.
    bool take_interrupt() noexcept { return take_mark(interrupted_); }
    /// The same, of signals that the loop handles.
    void signal() noexcept { mark(signalled_); }
    bool take_signals() noexcept { return take_mark(signalled_); }

    /// Blocks until there is news, or the time has passed, or no source is left though the caller
    /// was `expecting` one: it may have gone since is_expecting() was asked. A signal may end it,
    /// too. True: the time has passed.
    bool sleep(std::chrono::nanoseconds const* time, bool expecting);

    // ---- who waits for more than the inbox: see descriptors ----

#if LASTI_HAS_IO
    /// Readable when the loop has to wake. A loop that sleeps elsewhere watches it.
    int bell_fd() const noexcept { return bell_.fd(); }
    /// After a fork(): see bell.
    void renew_bell();
#endif
    /// The loop is going to sleep. False: it must not; see sleep().
    bool begin_sleep(bool expecting);
    void end_sleep(bool rang);
    void silence() noexcept { bell_.silence(); }
    void ring() noexcept { bell_.ring(); }
    /// From now on it rings for all news: others wait for this loop, in their own ways.
    void always_ring();

    /// What was not taken is destroyed on this thread. Which of those travellers are home.
    std::vector<traveller*> close(std::vector<traveller*> const& travellers);

    // ---- travellers ----

    /// A callback of the loop brings it in. It may be gone when this returns. Any thread.
    void bring_home(traveller& t) noexcept;
    /// Once closed. False: the time has passed before all were home.
    bool wait_until_home(std::vector<traveller*> const& who, std::chrono::nanoseconds time);
    /// Those that came home after close().
    std::vector<traveller*> take_returned();
    /// Nobody will take those that come now.
    std::vector<traveller*> desert();

private:
    void mark(std::atomic<bool>& what) noexcept;
    bool take_mark(std::atomic<bool>& what) noexcept;
    // Under the lock. True: ring(), once the lock is given back: who wakes would wait for it.
    bool append(callback put_in);
    bool has_to_ring() noexcept;

    std::mutex mutex_;
    callbacks callbacks_;
    // Written under the lock (but for the signal's), read without it: the loop asks in every round.
    std::atomic<std::size_t> news_{0};  // callbacks and interrupts
    std::atomic<int> sources_{0};
    std::atomic<bool> interrupted_{false};
    std::atomic<bool> signalled_{false};
    bool asleep_ = false;  // the loop may wait for the bell, and nobody has promised to ring
    bool always_rings_ = false;
    bool closed_ = false;
    bool deserted_ = false;
    std::vector<traveller*> returned_;   // after close()
    std::condition_variable came_home_;  // likewise
    bell bell_;
};

/// For what no thread is left that may destroy it. It stays reachable, so that leak checkers keep
/// quiet.
void keep_for_ever(std::shared_ptr<void> what);

}  // namespace detail
}  // namespace lasti

#endif
