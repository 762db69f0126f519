// lock: one task at a time. asyncio.Lock.
//
//     lasti::lock l;
//     ASYNC_WITH(l)                    // or: AWAIT(l.acquire()); … l.release();
//         AWAIT(write(file, line));
//     END_ASYNC_WITH
//
// Who waits is served in the order they came, and nobody gets in between. It is not re-entrant, and
// anyone may release it. Copies of the handle name the same lock. Not thread-safe: it serves the
// tasks of one loop.
#ifndef LASTI_LOCK_HPP_INCLUDED
#define LASTI_LOCK_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <string>
#include <utility>

#include <lasti/detail/wait_list.hpp>

namespace lasti {

namespace detail {

class LASTI_API lock_state final : public waitable {
public:
    explicit lock_state(std::string given_name) noexcept : waitable(std::move(given_name)) {}

    /// Free, and nobody is ahead. (Those who are cancelled do not count.)
    bool is_free() const noexcept {
        return !locked && (LASTI_LIKELY(waiters.empty()) || waiters.all_cancelled());
    }
    void take(frame const& by) noexcept {
        locked = true;
        holder = by.gi_code;
        holder_line = by.f_lineno;
    }
    void unlock();
    /// Whoever leaves the list without the lock: if it is free, the next one's turn comes. Only the
    /// first in the list is ever woken; one that is on its way out does this itself in its turn.
    void wake_up_first() noexcept {
        if (waiters.empty()) return;
        waiter& first = waiters.front();
        if (wait_list::task_of(first).wait == wait_state::waiting) wait_list::wake(first);
    }
    const char* kind() const noexcept override { return "lock"; }
    /// "lock 'db', held since 'worker' (worker.cpp:12)"
    std::string held() const;

    bool locked = false;
    int holder_line = 0;
    code const* holder = nullptr;  // who took it, and where; while it is locked
    wait_list waiters;             // also those who are woken or cancelled, until their turn

private:
    void fail_waiters(error const& what) noexcept override { waiters.fail_all(what); }
};

class LASTI_API lock_request final : public wait_request {
public:
    template <class Acquire>
    lock_request(Acquire const& asked, awaiting_frame& by) : wait_request(*asked.state), by_(&by) {}
    ~lock_request() override {
        if (is_armed()) back_out();
    }

    bool ready() noexcept;
    error problem() const { return owner_ ? owner_->foreign() : error(); }
    bool take() const {
        if (LASTI_UNLIKELY(owner_)) not_awaited();
        return true;
    }
    std::string describe() const override {
        return owner_ ? state().held() : std::string("a lock");
    }
    void arm(task_state& task) override;
    bool cancel(task_state& task, std::string const& message) override {
        return give_up(task, message);
    }
    void disarm(task_state&) noexcept override { back_out(); }
    bool go_on(task_state& task, error& thrown) override;

private:
    lock_state& state() const noexcept { return static_cast<lock_state&>(*owner_); }
    void back_out() noexcept;

    awaiting_frame* by_;
};

static_assert(sizeof(lock_request) <= request_slot::room_size,
              "waiting for a lock allocates nothing");

/// What acquire() returns.
struct LASTI_TO_BE_AWAITED lock_acquire {
    typedef lock_request request_type;

    template <class X>
    bool await_at_once(awaiting_frame& by, X* target) const {
        if (LASTI_UNLIKELY(!state->is_free())) return false;
        state->take(by);
        answer_true(target);
        return true;
    }

    counted<lock_state> state;
};

}  // namespace detail

class LASTI_API lock {
public:
    /// Unlocked. The name is for reports.
    explicit lock(std::string name = std::string());

    /// False only for a handle that was moved from.
    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(lock const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(lock const& other) const noexcept { return state_ != other.state_; }

    bool locked() const { return get().locked; }
    /// To be awaited: waits until it is unlocked and everybody who came before had it, and locks
    /// it. Gives true.
    detail::lock_acquire acquire() const { return detail::lock_acquire{shared_state()}; }
    /// Unlocks it; the first who waits has it next. Throws runtime_error if it is not locked.
    void release() const { get().unlock(); }
    /// In words: "lock 'db' [locked, waiters:2]".
    std::string describe() const;

    /// @name ASYNC_WITH
    /// @{
    detail::lock_acquire aenter() const { return acquire(); }
    void aexit(error const&) const { release(); }
    /// @}

    detail::counted<detail::lock_state> const& shared_state() const {
        get();
        return state_;
    }

private:
    detail::lock_state& get() const { return detail::state_of(state_, "lock"); }

    detail::counted<detail::lock_state> state_;
};

}  // namespace lasti

#endif
