// semaphore: so many tasks at a time. asyncio.Semaphore, asyncio.BoundedSemaphore.
//
//     lasti::semaphore connections(10);
//     ASYNC_WITH(connections)          // or: AWAIT(connections.acquire()); …
//     connections.release();
//         AWAIT(fetch(page));
//     END_ASYNC_WITH
//
// Who waits is served in the order they came, and nobody gets in between. Copies of the handle name
// the same semaphore. Not thread-safe: it serves the tasks of one loop.
#ifndef LASTI_SEMAPHORE_HPP_INCLUDED
#define LASTI_SEMAPHORE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>
#include <utility>

#include <lasti/detail/wait_list.hpp>

namespace lasti {

namespace detail {

class LASTI_API semaphore_state final : public waitable {
public:
    semaphore_state(std::ptrdiff_t initial, bool bounded, std::string given_name);

    /// Somebody may come in, and nobody is ahead.
    bool is_free() const noexcept { return value > 0 && waiters.empty() && woken == 0; }
    void give_back();
    /// Who is woken has his unit from then on. False: nobody waits.
    bool wake_up_next() noexcept;
    void wake_up_all_there_is_for() noexcept {
        while (value > 0 && wake_up_next()) {
        }
    }
    const char* kind() const noexcept override { return "semaphore"; }
    std::string describe() const;

    std::ptrdiff_t value;
    std::ptrdiff_t const bound;  // what release() must not exceed; negative: none
    std::size_t woken = 0;       // who have a unit and whose turn has not come yet
    wait_list waiters;

private:
    void fail_waiters(error const& what) noexcept override { waiters.fail_all(what); }
};

class LASTI_API semaphore_request final : public wait_request {
public:
    template <class Acquire>
    semaphore_request(Acquire const& asked, awaiting_frame&) : wait_request(*asked.state) {}
    ~semaphore_request() override {
        if (is_armed()) back_out();
    }

    bool ready() noexcept;
    error problem() const { return owner_ ? owner_->foreign() : error(); }
    bool take() const {
        if (LASTI_UNLIKELY(owner_)) not_awaited();
        return true;
    }
    std::string describe() const override {
        return owner_ ? state().describe() : std::string("a semaphore");
    }
    void arm(task_state& task) override;
    void disarm(task_state&) noexcept override { back_out(); }
    bool go_on(task_state& task, error& thrown) override;

private:
    semaphore_state& state() const noexcept { return static_cast<semaphore_state&>(*owner_); }
    void back_out() noexcept;
    wait_state step_out() noexcept;
};

static_assert(sizeof(semaphore_request) <= request_slot::room_size,
              "waiting for a semaphore allocates nothing");

/// What acquire() returns.
struct LASTI_TO_BE_AWAITED semaphore_acquire {
    typedef semaphore_request request_type;

    template <class X>
    bool await_at_once(awaiting_frame&, X* target) const {
        if (LASTI_UNLIKELY(!state->is_free())) return false;
        --state->value;
        answer_true(target);
        return true;
    }

    counted<semaphore_state> state;
};

}  // namespace detail

class LASTI_API semaphore {
public:
    /// `value` tasks may come in. The name is for reports. Throws value_error for a negative value.
    explicit semaphore(std::ptrdiff_t value = 1, std::string name = std::string());

    /// False only for a handle that was moved from.
    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(semaphore const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(semaphore const& other) const noexcept { return state_ != other.state_; }

    /// acquire() would have to wait: none is left, or others are ahead.
    bool locked() const { return !get().is_free(); }
    /// How many are left. Units that were given to woken waiters do not count.
    std::ptrdiff_t value() const { return get().value; }
    /// To be awaited: waits until one is left and everybody who came before had one, and takes it.
    /// Gives true.
    detail::semaphore_acquire acquire() const { return detail::semaphore_acquire{shared_state()}; }
    /// Gives one back; the first who waits has it next. It need not be one that was acquired,
    /// unless the semaphore is bounded.
    void release() const { get().give_back(); }
    /// In words: "semaphore 'connections' [unlocked, value:3]".
    std::string describe() const { return get().describe(); }

    /// @name ASYNC_WITH
    /// @{
    detail::semaphore_acquire aenter() const { return acquire(); }
    void aexit(error const&) const { release(); }
    /// @}

    detail::counted<detail::semaphore_state> const& shared_state() const {
        get();
        return state_;
    }

protected:
    explicit semaphore(detail::counted<detail::semaphore_state> made) noexcept
        : state_(std::move(made)) {}

private:
    detail::semaphore_state& get() const { return detail::state_of(state_, "semaphore"); }

    detail::counted<detail::semaphore_state> state_;
};

/// One whose release() throws value_error where more would be given back than there were in the
/// beginning.
class LASTI_API bounded_semaphore : public semaphore {
public:
    explicit bounded_semaphore(std::ptrdiff_t value = 1, std::string name = std::string());
};

}  // namespace lasti

#endif
