// condition: waits for a change in what a lock protects. asyncio.Condition.
//
//     lasti::condition c;
//     ASYNC_WITH(c)                                        // its lock
//         AWAIT(c.wait_for([=] { return !items->empty(); }));
//         …                                                // elsewhere, in an ASYNC_WITH(c):
//         c.notify()
//     END_ASYNC_WITH
//
// Waiting lets go of the lock and has it again at its end, also where that is an exception. A wait
// may end without a reason: look again, or use wait_for(). Copies of the handle name the same
// condition. Not thread-safe.
#ifndef LASTI_CONDITION_HPP_INCLUDED
#define LASTI_CONDITION_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include <lasti/detail/condition_state.hpp>
#include <lasti/lock.hpp>

namespace lasti {

class LASTI_API condition {
public:
    /// With a lock of its own. The name is for reports.
    explicit condition(std::string name = std::string());
    /// With that lock, which others may use, too.
    explicit condition(lock const& with, std::string name = std::string());

    /// False only for a handle that was moved from.
    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(condition const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(condition const& other) const noexcept { return state_ != other.state_; }

    /// @name Its lock
    /// @{
    bool locked() const { return get().lock->locked; }
    detail::lock_acquire acquire() const { return detail::lock_acquire{get().lock}; }
    void release() const { get().lock->unlock(); }
    /// @}

    /// To be awaited, with the lock held: lets go of it, waits for a notify(), waits to have the
    /// lock again. Gives true. Raises runtime_error if the lock is not held. A task that is
    /// cancelled in it has the lock again, too, before it gets its cancelled_error (the last one,
    /// if there were several), and passes on its notify().
    detail::condition_wait wait() const { return detail::condition_wait{shared_state()}; }
    /// To be awaited, with the lock held: wait() until `predicate()` is true; gives its answer. It
    /// is first asked at once, and then always with the lock held; what it throws is raised.
    /// Waiting allocates nothing if it captures no more than a pointer.
    template <class Predicate>
    detail::condition_wait_for<typename std::decay<Predicate>::type>
    wait_for(Predicate&& predicate) const {
        return detail::condition_wait_for<typename std::decay<Predicate>::type>{
            shared_state(), std::forward<Predicate>(predicate)};
    }
    /// Wakes up to `n` tasks, those who came first. They go on when they have the lock, which
    /// notify() does not release. Throws runtime_error if the lock is not held.
    void notify(std::size_t n = 1) const;
    void notify_all() const;
    /// In words: "condition 'changed' [locked, waiters:2]".
    std::string describe() const { return get().describe(); }

    /// @name ASYNC_WITH
    /// @{
    detail::lock_acquire aenter() const { return acquire(); }
    void aexit(error const&) const { release(); }
    /// @}

    detail::counted<detail::condition_state> const& shared_state() const {
        get();
        return state_;
    }

private:
    detail::condition_state& get() const { return detail::state_of(state_, "condition"); }

    detail::counted<detail::condition_state> state_;
};

}  // namespace lasti

#endif
