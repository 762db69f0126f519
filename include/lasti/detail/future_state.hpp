// future_state: what handles of a future share: pending, then once a result, an exception, or
// cancelled.
//
// Tasks are futures too (task_state). Who waits stands in one list, tasks and callbacks in the
// order they came; completing it makes them ready in that order and calls nobody (asyncio:
// callbacks go through call_soon).
#ifndef LASTI_DETAIL_FUTURE_STATE_HPP_INCLUDED
#define LASTI_DETAIL_FUTURE_STATE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <functional>
#include <string>
#include <utility>

#include <lasti/clock.hpp>
#include <lasti/detail/is_copyable.hpp>
#include <lasti/detail/list_link.hpp>
#include <lasti/detail/request.hpp>
#include <lasti/detail/runnable.hpp>
#include <lasti/detail/slot.hpp>
#include <lasti/error.hpp>

namespace lasti {
namespace detail {

/// A node of the list of waiters: in a frame (a task that awaits) or in a callback.
struct waiter : list_link {
    runnable* who = nullptr;  // what becomes ready
};

class gathering;
class handle_state;
class wait_list;

class LASTI_API future_state : public runnable {
public:
    enum class status : unsigned char { pending, finished, failed, cancelled };

    explicit future_state(loop_core& owner) noexcept;

    bool done() const noexcept { return state != status::pending; }
    /// Puts a waiter at the end of the list.
    void add_waiter(waiter& node) noexcept;
    /// The one way out of pending. Every waiter becomes ready.
    void complete(status how) noexcept;
    void fail(error what) noexcept;
    /// asyncio's Future.cancel() and Task.cancel(). False: it was done.
    virtual bool cancel(std::string const& message);
    /// The slot<T> of the result.
    virtual void* result_slot() noexcept = 0;
    /// In words, within a sentence: "a future", "task 'fetch'".
    virtual std::string describe() const;
    /// The state, too.
    std::string repr() const;
    virtual task_state* as_task() noexcept { return nullptr; }
    virtual gathering* as_gathering() noexcept { return nullptr; }

    /// What waiting for it ends with: empty for a result, the exception, or a cancelled_error (the
    /// one that ended a task for the first who asks, another for everybody else). Counts as
    /// retrieved.
    error outcome();
    /// Reports its exception, if nobody has seen it yet, as "unhandled exception during …" or
    /// "never retrieved".
    void report_unretrieved(const char* occasion = nullptr) noexcept;
    /// Throws runtime_error if it is a task, invalid_state_error if it is done.
    void check_settable(const char* operation);

    void run() override {}
    void discard() noexcept override {}

    status state = status::pending;
    bool retrieved = false;  // somebody has seen the exception
    // Of a task or a gathering: cancel_inward() has been here on its way.
    bool being_cancelled = false;
    bool is_marked = false;  // for who looks for repetitions in a list; nobody leaves it set
    // Its exception, of which the shields around it, cancelled, could not tell.
    bool shield_reported = false;
    error exception;    // of a failed one; while a task is pending: what its next step is to raise
    list_link waiters;  // head of the circular list
    std::string* message = nullptr;  // of the cancellation; owned

protected:
    ~future_state() override;
    /// Nobody is left who could complete it: the waiters get an error instead of waiting for ever.
    void abandon() noexcept;
    /// When the last handle has gone: reports what nobody has seen. True: it must not be freed.
    bool is_kept_by_report() noexcept;
    void last_handle_gone() noexcept override;
};

/// Cancels a task or a gathering: it goes to what they wait for, and on to what that waits for.
/// False: none of it could be cancelled any more.
LASTI_API bool cancel_inward(future_state& first, std::string const& message);

/// What waits in a future's list and is no task: called through the loop when the future is done.
class LASTI_API callback_state : public runnable {
public:
    explicit callback_state(loop_core& owner) noexcept : runnable(owner, true) { node.who = this; }

    /// call() when `future` is done, never at once.
    void call_when_done(future_state& future) noexcept;
    /// call() in the next round; nothing if the loop is closed.
    void make_ready() noexcept;
    /// call() when the loop's time is `when`.
    void call_at(loop_clock::time_point when);
    /// Takes it out of the future's list or the heap. False: it was in neither, and may be on its
    /// way.
    bool stop_waiting() noexcept;

    void run() final;
    void discard() noexcept override;

    waiter node;                      // in the list of the future it waits for
    counted<future_state> completed;  // that future, once it is done: it lives until the call
    // The task or future that gets on by this call, where it is known.
    future_state* on_behalf_of = nullptr;

    virtual handle_state* as_handle() noexcept { return nullptr; }
    /// Where the tasks stand that get on by this call, or one of them, if that is a list.
    virtual wait_list const* askers() const noexcept { return nullptr; }

protected:
    ~callback_state() override {}
    virtual void call() = 0;
};

/// The task or future that waits by this node of a list of waiters; null: nobody but a callback.
inline future_state* who_waits(waiter const& node) noexcept {
    return node.who->is_callback ? static_cast<callback_state*>(node.who)->on_behalf_of
                                 : static_cast<future_state*>(node.who);
}

template <class T>
class future_value : public future_state {
public:
    using future_state::future_state;
    void* result_slot() noexcept override { return &result; }

    slot<T> result;
};

/// AWAIT on a future or a task.
class LASTI_API future_request_base : public request {
public:
    static constexpr bool never_fails = false;

    explicit future_request_base(future_state& awaited) noexcept;
    ~future_request_base() override;

    bool ready() const noexcept { return future_->done(); }
    /// Of one that is ready: what the awaiter gets instead of a result.
    error problem() { return future_->outcome(); }
    kind what() const noexcept override { return kind::future; }
    std::string describe() const override { return future_->describe(); }
    void arm(task_state& task) override;
    bool cancel(task_state& task, std::string const& message) override;
    void disarm(task_state&) noexcept override { node_.unlink(); }
    future_state* awaited_future() const noexcept override { return future_; }

protected:
    // Throws what the awaiter is to get if the future has no result.
    void check_result() const;

    waiter node_;
    future_state* future_;
};

template <class T>
class future_request final : public future_request_base {
public:
    template <class Future, class Frame>
    future_request(Future const& awaited, Frame&) : future_request_base(*awaited.shared_state()) {}
    T take() {
        check_result();
        return take_from(*static_cast<slot<T>*>(future_->result_slot()), is_copyable<T>());
    }

private:
    static T take_from(slot<T>& result, std::true_type) { return result.get(); }
    static T take_from(slot<T>& result, std::false_type) { return result.take(); }
};

template <>
class future_request<void> final : public future_request_base {
public:
    template <class Future, class Frame>
    future_request(Future const& awaited, Frame&) : future_request_base(*awaited.shared_state()) {}
    void take() { check_result(); }
};

static_assert(sizeof(future_request<int>) <= request_slot::room_size,
              "awaiting a future allocates nothing");

}  // namespace detail
}  // namespace lasti

#endif
