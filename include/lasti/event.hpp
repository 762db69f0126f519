// event: tasks wait until somebody says that something has happened. asyncio.Event.
//
//     lasti::event ready;
//     AWAIT(ready.wait());             // goes straight on once it is set
//     ready.set();                     // elsewhere: all who wait run in the next round
//
// Copies of the handle name the same event. Not thread-safe: it serves the tasks of one loop.
#ifndef LASTI_EVENT_HPP_INCLUDED
#define LASTI_EVENT_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <string>
#include <utility>

#include <lasti/detail/wait_list.hpp>

namespace lasti {

namespace detail {

class LASTI_API event_state final : public waitable {
public:
    explicit event_state(std::string given_name) noexcept : waitable(std::move(given_name)) {}
    void set() noexcept {
        if (is_set) return;
        is_set = true;
        waiters.wake_all();
    }
    const char* kind() const noexcept override { return "event"; }

    bool is_set = false;
    wait_list waiters;

private:
    void fail_waiters(error const& what) noexcept override { waiters.fail_all(what); }
};

/// Woken is woken: whether it is still set in its turn does not matter, so that nobody asks.
class LASTI_API event_request final : public wait_request {
public:
    template <class Wait>
    event_request(Wait const& asked, awaiting_frame&) : wait_request(*asked.state) {}
    ~event_request() override {
        if (is_armed()) leave();
    }

    bool ready() noexcept { return state().is_set || owner_->is_foreign(); }
    error problem() const { return state().is_set ? error() : owner_->foreign(); }
    bool take() const {
        if (LASTI_UNLIKELY(!is_armed() && !state().is_set)) not_awaited();
        return true;
    }
    void arm(task_state& task) override { enter(state().waiters, task); }
    void disarm(task_state&) noexcept override { leave(); }

private:
    event_state& state() const noexcept { return static_cast<event_state&>(*owner_); }
};

static_assert(sizeof(event_request) <= request_slot::room_size,
              "waiting for an event allocates nothing");

/// What wait() returns.
struct LASTI_TO_BE_AWAITED event_wait {
    typedef event_request request_type;

    template <class X>
    bool await_at_once(awaiting_frame&, X* target) const {
        if (!state->is_set) return false;
        answer_true(target);
        return true;
    }

    counted<event_state> state;
};

}  // namespace detail

class LASTI_API event {
public:
    /// Not set. The name is for reports.
    explicit event(std::string name = std::string());

    /// False only for a handle that was moved from.
    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(event const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(event const& other) const noexcept { return state_ != other.state_; }

    bool is_set() const { return get().is_set; }
    /// All who wait now will run in the next round, even if clear() follows at once.
    void set() const { get().set(); }
    void clear() const { get().is_set = false; }
    /// To be awaited: waits until it is set. Gives true.
    detail::event_wait wait() const { return detail::event_wait{shared_state()}; }
    /// In words: "event 'ready' [unset, waiters:2]".
    std::string describe() const;

    detail::counted<detail::event_state> const& shared_state() const {
        get();
        return state_;
    }

private:
    detail::event_state& get() const { return detail::state_of(state_, "event"); }

    detail::counted<detail::event_state> state_;
};

}  // namespace lasti

#endif
