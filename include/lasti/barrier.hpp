// barrier: tasks wait for each other, until so many are there. asyncio.Barrier.
//
//     lasti::barrier b(3);
//     AWAIT_SET(i, b.wait());          // the first comes on when the third is there; i: 0, 1, 2 as
//     they came
//
// Then the next three may. Copies of the handle name the same barrier. Not thread-safe: it serves
// the tasks of one loop.
#ifndef LASTI_BARRIER_HPP_INCLUDED
#define LASTI_BARRIER_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <string>
#include <utility>

#include <lasti/detail/barrier_state.hpp>

namespace lasti {

class LASTI_API barrier {
public:
    /// For so many tasks. The name is for reports. Throws value_error for less than one.
    explicit barrier(int parties, std::string name = std::string());

    /// False only for a handle that was moved from.
    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(barrier const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(barrier const& other) const noexcept { return state_ != other.state_; }

    /// To be awaited: waits until all are there, having waited for those of the last round to be
    /// gone. Gives how many came before, from 0. Raises broken_barrier_error if the barrier is
    /// aborted, or reset meanwhile. One that is cancelled is not counted any more; the others wait
    /// on.
    detail::barrier_wait wait() const { return detail::barrier_wait{shared_state()}; }
    /// To be awaited: who waits gets a broken_barrier_error, and the barrier can be used again.
    detail::barrier_order reset() const {
        return detail::barrier_order{shared_state(), &detail::barrier_state::reset};
    }
    /// To be awaited: who waits, or comes later, gets a broken_barrier_error, until a reset().
    detail::barrier_order abort() const {
        return detail::barrier_order{shared_state(), &detail::barrier_state::abort};
    }

    int parties() const { return get().parties; }
    /// How many are there and wait for the rest.
    int n_waiting() const {
        return get().state == detail::barrier_state::status::filling ? get().count : 0;
    }
    /// abort() was called.
    bool broken() const { return get().state == detail::barrier_state::status::broken; }
    /// In words: "barrier 'start' [filling, waiters:2/3]"; or draining, resetting, broken.
    std::string describe() const { return get().describe(); }

    /// @name ASYNC_WITH: waits where it is entered
    /// @{
    detail::barrier_wait aenter() const { return wait(); }
    void aexit(error const&) const noexcept {}
    /// @}

    detail::counted<detail::barrier_state> const& shared_state() const {
        get();
        return state_;
    }

private:
    detail::barrier_state& get() const { return detail::state_of(state_, "barrier"); }

    detail::counted<detail::barrier_state> state_;
};

}  // namespace lasti

#endif
