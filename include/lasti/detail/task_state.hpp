// task_state: the running of one coroutine by the loop. It sits in the coroutine's own frame
// (task_room).
#ifndef LASTI_DETAIL_TASK_STATE_HPP_INCLUDED
#define LASTI_DETAIL_TASK_STATE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstdint>
#include <string>
#include <type_traits>

#include <lasti/context.hpp>
#include <lasti/detail/future_state.hpp>
#include <lasti/frame.hpp>

namespace lasti {

/// When the first step of a task runs. asyncio's `eager_start` (3.14).
enum class start : unsigned char {
    as_the_loop_says,  ///< soon, unless event_loop::set_eager_tasks(true)
    soon,              ///< in the next round
    eagerly            ///< at once, inside create_task(), up to where it first has to wait
};

/// What create_task() can be told about a task.
struct task_options {
    std::string name;  ///< Empty: "Task-N".
    /// Run() does not wait for it, and cancels it when the others are done.
    bool is_daemon = false;
    start when = start::as_the_loop_says;
    lasti::context context;  ///< In which it runs; empty: a copy of the current one.
};

namespace detail {

class awaiting_frame;
class cancel_scope_state;

/// How a task fares that stands in a wait_list: once woken it can not be cancelled there any more,
/// and the other way round.
enum class wait_state : unsigned char { none, waiting, woken, cancelled };

class LASTI_API task_state : public future_state {
public:
    /// Takes the coroutine's outermost frame over, and becomes one of the loop's tasks. start() is
    /// next.
    task_state(loop_core& owner, counted<frame> coroutine, task_options const& options);

    /// Runs its first step at once if it is eager, or else in the next round.
    void start();

    void run() override;
    void discard() noexcept override {}
    bool cancel(std::string const& message) override;
    std::string describe() const override { return "task '" + name() + "'"; }
    task_state* as_task() noexcept override { return this; }
    task_state* as_turn_of_task() noexcept override { return this; }

    std::string name() const;
    void set_name(std::string name);
    /// Of cancel() where what it waits for could not be cancelled: its next step raises.
    void cancel_next_step(std::string const& message);
    int uncancel() noexcept;
    /// A cancel scope of this task was entered, left, cancelled or shielded.
    void scopes_changed();
    /// "task 'fetch' at 'read' (client.cpp:12)": where its innermost coroutine stands.
    std::string place() const;
    /// Its innermost frame, of one that is suspended.
    frame const& stands_at() const noexcept;
    /// What it waits for, or was woken from; null while it runs, before it started, and once it is
    /// done.
    request* waiting_for() const noexcept;
    /// Puts it into the loop's deque, to go on with what it waited for …
    void wake() noexcept;
    /// … or with `thrown` raised in it (if that is not empty).
    void wake(error thrown) noexcept;
    /// Ends it without running it: the loop goes away.
    void destroy_pending() noexcept;

    counted<frame> root;              // the coroutine's outermost frame, in which this object lives
    task_state* next_task = nullptr;  // the loop's tasks, in the order they were made
    task_state* previous_task = nullptr;
    counted<context_state> runs_in;  // null while nothing was set in it
    cancel_scope_state* innermost_scope = nullptr;
    std::string* given_name = nullptr;   // owned; null: "Task-number"
    std::uint32_t number;                // from 1, in each loop
    std::uint16_t cancelling = 0;        // how often cancel() was asked, less uncancel()
    std::uint16_t open_scopes = 0;       // timeouts, task groups and cancel scopes it is inside of
    bool must_cancel = false;            // raise cancelled_error at the next step
    bool asks_request = false;           // the next step asks the request first: request::go_on()
    bool is_scope_cancelled = false;     // every wait is to be cancelled: see cancel_scope
    wait_state wait = wait_state::none;  // in a wait_list, or on its way out of one
    unsigned char wait_stage = 0;        // of a request that waits several times: for what
    // A combinator made it: nobody has a handle, or can be blamed for its end.
    bool is_inner = false;
    bool is_closing = false;  // closes an async generator that was dropped
    bool is_daemon;           // does not keep run() going
    bool const is_eager;

protected:
    ~task_state() override;

private:
    /// The innermost coroutine, of a task that has just suspended.
    awaiting_frame& standing() const noexcept;
    LASTI_NOINLINE void step_aside();
    void stepped(step why);
    LASTI_NOINLINE LASTI_COLD void cancel_new_wait(request& asked);
    void cancel_wait(request& asked);
    LASTI_NOINLINE void finish_step(step why);
    void last_handle_gone() noexcept override;
    void leave_loop() noexcept;
};

/// The task of a coroutine<R>: the result is in the frame.
template <class Frame>
class typed_task final : public task_state {
public:
    using task_state::task_state;
    void* result_slot() noexcept override { return &static_cast<Frame&>(*root).result; }
};

/// Where the task of a coroutine goes. Nothing until create_task() makes one.
class task_room {
public:
    template <class Frame, class... A>
    task_state* make(A&&... arguments) {
        static_assert(sizeof(typed_task<Frame>) == sizeof(task_state),
                      "there is room for every task");
        return ::new (static_cast<void*>(&room_)) typed_task<Frame>(std::forward<A>(arguments)...);
    }

private:
    std::aligned_storage<sizeof(task_state), alignof(task_state)>::type room_;
};

}  // namespace detail
}  // namespace lasti

#endif
