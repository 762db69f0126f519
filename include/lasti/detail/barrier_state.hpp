// barrier_state: what the handles of a barrier share, and the way of a task through it.
#ifndef LASTI_DETAIL_BARRIER_STATE_HPP_INCLUDED
#define LASTI_DETAIL_BARRIER_STATE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <string>
#include <utility>

#include <lasti/detail/condition_state.hpp>

namespace lasti {
namespace detail {

/// As in asyncio a barrier is a condition with a count, so that all happens in the rounds in which
/// it does there.
class LASTI_API barrier_state final : public waitable {
public:
    enum class status : unsigned char { filling, draining, resetting, broken };

    barrier_state(int how_many, std::string given_name);

    lock_state& lock() const noexcept { return *changed->lock; }
    bool is_closed() const noexcept {
        return state == status::draining || state == status::resetting;
    }
    void reset() noexcept;
    void abort() noexcept;
    /// One of those who were counted goes. The last one opens the barrier for the next round.
    void leave_one() noexcept;
    const char* kind() const noexcept override { return "barrier"; }
    std::string describe() const;

    int const parties;
    int count = 0;  // who are in it: waiting, or on their way out
    status state = status::filling;
    counted<condition_state> const changed;

private:
    void fail_waiters(error const& what) noexcept override;
};

class LASTI_API barrier_request final : public condition_waiter {
public:
    template <class Wait>
    barrier_request(Wait const& asked, awaiting_frame&) : condition_waiter(*asked.state) {}
    ~barrier_request() override {
        if (is_armed()) back_out();
        else if (owner_ && where_ != place::at_the_door)
            go_out(true);  // it came in, and nobody made it wait
    }

    bool ready();
    error problem() const { return pending_; }
    int take() const {
        if (LASTI_UNLIKELY(owner_)) not_awaited();
        return index_;
    }
    std::string describe() const override {
        return owner_ ? state().describe() : std::string("a barrier");
    }
    void arm(task_state& task) override;
    void disarm(task_state&) noexcept override { back_out(); }
    bool go_on(task_state& task, error& thrown) override;
    bool is_shielded(task_state const& task) const noexcept override {
        return where_ != place::at_the_door && condition_waiter::is_shielded(task);
    }

private:
    enum class place : unsigned char {
        at_the_door,  // waits for the lock
        outside,      // waits until those of the last round are gone
        inside        // is counted, and waits for the others
    };

    barrier_state& state() const noexcept { return static_cast<barrier_state&>(*owner_); }
    bool pass(error& thrown);
    void go_out(bool has_lock) noexcept;
    void back_out() noexcept;

    int index_ = 0;
    place where_ = place::at_the_door;
};

static_assert(sizeof(barrier_request) <= request_slot::room_size,
              "waiting at a barrier allocates nothing");

/// What wait() returns.
struct LASTI_TO_BE_AWAITED barrier_wait {
    typedef barrier_request request_type;
    counted<barrier_state> state;
};

/// reset() and abort(): they need the lock for a moment.
class LASTI_API barrier_order_request final : public wait_request {
public:
    typedef void (barrier_state::*order)();

    template <class Order>
    barrier_order_request(Order const& asked, awaiting_frame&)
        : wait_request(*asked.state), do_(asked.what) {}
    ~barrier_order_request() override {
        if (is_armed()) back_out();
    }

    bool ready() noexcept;
    error problem() const { return owner_ ? owner_->foreign() : error(); }
    void take() const {
        if (LASTI_UNLIKELY(owner_)) not_awaited();
    }
    void arm(task_state& task) override;
    bool cancel(task_state& task, std::string const& message) override {
        return give_up(task, message);
    }
    void disarm(task_state&) noexcept override { back_out(); }
    bool go_on(task_state& task, error& thrown) override;

private:
    barrier_state& state() const noexcept { return static_cast<barrier_state&>(*owner_); }
    void carry_out() noexcept;
    void back_out() noexcept;

    order do_;
};

static_assert(sizeof(barrier_order_request) <= request_slot::room_size,
              "resetting a barrier allocates nothing");

/// What reset() and abort() return.
struct barrier_order {
    typedef barrier_order_request request_type;
    counted<barrier_state> state;
    barrier_order_request::order what;
};

}  // namespace detail
}  // namespace lasti

#endif
