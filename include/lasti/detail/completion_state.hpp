// completion_state: what the handles of one as_completed() share: the futures that are not done,
// and those that are, in the order in which they became so.
#ifndef LASTI_DETAIL_COMPLETION_STATE_HPP_INCLUDED
#define LASTI_DETAIL_COMPLETION_STATE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include <lasti/clock.hpp>
#include <lasti/detail/counted.hpp>
#include <lasti/detail/is_copyable.hpp>
#include <lasti/detail/request.hpp>
#include <lasti/detail/wait_list.hpp>
#include <lasti/detail/watch.hpp>
#include <lasti/exceptions.hpp>
#include <lasti/task.hpp>

namespace lasti {
namespace detail {

/// One allocation with all its lists. The callback that it is itself is that of the time limit.
class LASTI_API completion_state final : public callback_state, private watcher {
public:
    static counted<completion_state> make(loop_core& loop, std::size_t capacity);

    /// Throws value_error if it belongs to another loop. One that was added before counts once.
    void add(future_state& child);
    /// The task that was made of a coroutine which was given before, or null.
    future_state* task_of(frame const& coroutine) const noexcept;
    /// No more are added.
    void all_added() noexcept;
    /// From now on the time runs. Throws value_error for NaN.
    void limit(delay time);

    /// A promise to give the next one. False: as many have been given as there are futures.
    bool hand_out() noexcept;
    /// Somebody begins to wait for what was promised. False: all that were promised have been
    /// waited for.
    bool redeem() noexcept;

    bool nothing_done() const noexcept { return taken_ == finished_; }
    /// Moves the next one, of which there is one, to `current`.
    void take_next() noexcept;
    std::string describe() const { return "as_completed of " + watches_.describe(); }

    wait_list askers;  // while nothing is done
    counted<future_state>
        current;  // between being taken and being given to who asked; null: the time was over

private:
    completion_state(loop_core& owner, std::size_t capacity) noexcept;
    ~completion_state() override {}
    void child_done(watch& which) override;
    wait_list const* awaiting() const noexcept override { return &askers; }
    void call() override;
    void last_handle_gone() noexcept override;
    void put(future_state* done) noexcept;

    watch_list watches_;
    future_state** const done_;  // room for as many as there are watches; null: the time was over
    std::size_t finished_ = 0;   // of these, how many there are
    std::size_t taken_ = 0;      // … and how many were taken
    std::size_t handed_out_ = 0;
    std::size_t redeemed_ = 0;
};

inline counted<completion_state> const& not_empty(counted<completion_state> const& state) {
    if (LASTI_UNLIKELY(!state))
        throw_out(type_error("this item or iteration of as_completed() is empty: "
                             "default-constructed or moved from"));
    return state;
}

class LASTI_API completion_request_base : public request {
public:
    static constexpr bool never_fails = false;

    ~completion_request_base() override {
        if (node_.who) back_out();
    }
    bool ready() noexcept { return !state_ || take_if_done(); }
    /// Of one that is ready: why who asked gets nothing.
    virtual error problem() const = 0;
    std::string describe() const override { return state_ ? state_->describe() : std::string(); }
    void arm(task_state& task) override;
    bool cancel(task_state& task, std::string const& message) override;
    void disarm(task_state&) noexcept override { back_out(); }
    bool go_on(task_state& task, error& thrown) override;

protected:
    explicit completion_request_base(counted<completion_state> state) noexcept
        : state_(std::move(state)) {}
    /// What take_if_done() or go_on() took.
    counted<future_state> taken();
    static error too_late();
    static error asked_again();

    waiter node_;
    counted<completion_state> state_;  // null: there is nothing to wait for

private:
    bool take_if_done() noexcept;
    wait_state leave() noexcept;
    void back_out() noexcept;
};

/// Awaiting an item of the plain iteration: the result of the next one that is done.
template <class R>
class next_result_request final : public completion_request_base {
public:
    template <class Item>
    next_result_request(Item const& item, awaiting_frame const&)
        : completion_request_base(not_empty(item.state)->redeem() ? item.state : nullptr) {}
    error problem() const override {
        if (!state_) return asked_again();
        return state_->current ? state_->current->outcome() : too_late();
    }
    R take() {
        const counted<future_state> done = taken();
        return take_from(*static_cast<slot<R>*>(done->result_slot()), is_copyable<R>());
    }

private:
    template <class T>
    static T take_from(slot<T>& result, std::true_type) {
        return result.get();
    }
    template <class T>
    static T take_from(slot<T>& result, std::false_type) {
        return result.take();
    }
    static void take_from(slot<void>&, std::false_type) {}
};

/// Awaiting anext(): the next one that is done, itself.
template <class Handle>
class next_done_request final : public completion_request_base {
public:
    template <class Next>
    next_done_request(Next const& next, awaiting_frame const&)
        : completion_request_base(not_empty(next.state)->hand_out() ? next.state : nullptr) {
        if (state_) state_->redeem();
    }
    error problem() const override {
        if (!state_) return error::make(stop_async_iteration());
        return state_->current ? error() : too_late();
    }
    Handle take() { return handle_of(*taken(), static_cast<Handle*>(nullptr)); }

private:
    template <class R>
    static task<R> handle_of(future_state& f, task<R>*) {
        return task<R>(f.as_task());
    }
    static any_task handle_of(future_state& f, any_task*) { return any_task(f.as_task()); }
    template <class H>
    static H handle_of(future_state& f, H*) {
        return H(&f);
    }
};

static_assert(sizeof(next_result_request<int>) <= request_slot::room_size,
              "waiting for the next one allocates nothing");

}  // namespace detail
}  // namespace lasti

#endif
