// loop_core: the inside of an event loop: the deque, the heap, the tasks, and the round that moves
// between them.
//
// It is counted, and whatever belongs to a loop (futures, tasks, handles) refers to it: they may
// outlive the event_loop, which closes it.
#ifndef LASTI_DETAIL_LOOP_CORE_HPP_INCLUDED
#define LASTI_DETAIL_LOOP_CORE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <lasti/clock.hpp>
#include <lasti/detail/counted.hpp>
#include <lasti/detail/list_link.hpp>
#include <lasti/detail/ready_queue.hpp>
#include <lasti/detail/sleeping_heap.hpp>
#include <lasti/error.hpp>

namespace lasti {

class event_loop;
class executor;
class selector;

struct exception_context;

namespace detail {

class descriptors;
class future_state;
class handle_state;
class inbox;
class signal_table;
class task_state;
class traveller;

class LASTI_API loop_core {
public:
    explicit loop_core(loop_clock* given_clock, std::unique_ptr<selector> selects = nullptr);
    loop_core(loop_core const&) = delete;
    loop_core& operator=(loop_core const&) = delete;

    void retain() noexcept { ++references; }
    void release() noexcept {
        if (--references == 0) delete this;
    }

    // ---- what awaitables and handles call ----

    /// Its turn comes in the next round.
    void make_ready(runnable& who) {
        if (LASTI_LIKELY(!heeds_news)) ready.push(who);
        else make_ready_heeding(who);
    }
    void put_to_sleep(delay::nanoseconds time, runnable& who) { sleep_until(later_by(time), who); }
    void sleep_until(loop_clock::time_point deadline, runnable& who);
    /// What other threads have put in so far goes into the deque, before what is scheduled now.
    void take_callbacks();
    /// Who waits for this loop is told that something was scheduled.
    void tell_of_news() noexcept;
    /// Now and so much; the end of time if that is too far.
    loop_clock::time_point later_by(delay::nanoseconds time) const noexcept;
    void report(exception_context const& context) noexcept;

    // ---- running ----

    /// One round: wait, take from outside, wake sleepers, run what was ready.
    void run_once(bool may_wait);
    /// Rounds until `is_over`; false: stop() was called. Throws deadlock_error when nothing can
    /// happen any more, unless `for_ever`; where there is a `deadlock`, it becomes that (and
    /// false).
    bool run_until(std::function<bool()> const& is_over, bool for_ever, error* deadlock = nullptr);
    /// Cancels the tasks that are not done (`daemons_only`: of those) and runs until all are. What
    /// goes wrong in them is reported as "unhandled exception during" the occasion. False: stop()
    /// was called, or there is a `deadlock`.
    bool cancel_tasks(bool daemons_only, const char* occasion, error& deadlock);
    void close() noexcept;
    /// Closes it for good: the event_loop is gone.
    void end() noexcept;

    bool nothing_left() const noexcept {
        return task_count == daemon_count && callback_count == 0 && descriptor_callbacks == 0 &&
               !has_outside();
    }
    bool nothing_can_happen() const {
        return ready.empty() && sleeping.empty() && watched == 0 && handled_signals == 0 &&
               !has_outside();
    }
    bool has_outside() const;
    std::string describe_tasks() const;
    void check_open() const;
    /// Made when the first is watched. Throws os_error.
    descriptors& watched_descriptors();
    /// In debug mode: throws runtime_error on another thread than that on which the loop runs.
    void check_thread() const {
        if (LASTI_UNLIKELY(debug)) refuse_other_thread();
    }

    unsigned references = 0;
    event_loop* face = nullptr;  // null once that is gone
    loop_clock* clock;
    std::unique_ptr<loop_clock> own_clock;
    ready_queue ready;
    sleeping_heap sleeping;
    task_state* first_task = nullptr;  // tasks that are not done, in the order they were made
    task_state* last_task = nullptr;
    task_state* current_task = nullptr;
    handle_state* current_callback = nullptr;
    std::size_t task_count = 0;      // of that list
    std::size_t daemon_count = 0;    // of those, daemons
    std::size_t callback_count = 0;  // callbacks in the deque and the heap
    std::uint32_t tasks_made = 0;
    list_link async_generators;  // async_generating: those first iterated here; not owned
    // Callbacks in the deque that will make a task of an aclose().
    std::size_t closings_to_come = 0;
    bool asyncgens_were_shut_down = false;
    bool is_running = false;
    bool is_observed = false;  // by an observer of the thread on which it runs: see trace.hpp
    bool eager_tasks = false;  // tasks run their first step where they are made
    bool stopping = false;
    bool closed = false;
    bool orphaned = false;           // the event_loop went while it ran
    std::shared_ptr<inbox> outside;  // what other threads put in
    // Tasks and callbacks that wait for a descriptor; and of those, the callbacks.
    std::size_t watched = 0;
    std::size_t descriptor_callbacks = 0;
    std::size_t handled_signals = 0;
    std::unique_ptr<signal_table> signals;  // null: it has handled none yet
    bool looks_outside = false;             // in every round: somebody else waits for this loop
    bool heeds_news = false;                // who does so is to be told; or it is closed
    traveller* first_traveller = nullptr;   // what other threads have in hand
    std::shared_ptr<executor> default_executor;  // null: not made yet
    // How long close() waits for calls in threads.
    delay::nanoseconds thread_join_time = std::chrono::seconds(300);
    bool executor_was_shut_down = false;
    std::function<void(exception_context const&)> handler;  // empty: prints
    std::atomic<void const*> running_thread{nullptr};  // this_thread() of that on which it runs
    std::atomic<bool> debug{false};  // call_soon_threadsafe() reads it on any thread
    delay::nanoseconds slow_callback_duration = std::chrono::milliseconds(100);
    std::function<void()> on_interrupt;  // called by the loop after inbox::interrupt()

private:
    ~loop_core();

    LASTI_COLD void make_ready_heeding(runnable& who);
    void wait();
    void round_outside(bool may_wait);
    bool sleep(delay::nanoseconds const* time, bool expecting);
    void take_from_outside();
    void wake_sleepers();
    void run_ready();
    LASTI_COLD void run_ready_watched();
    LASTI_COLD void run_ready_observed();
    LASTI_COLD void run_watched(runnable& next);
    LASTI_COLD void refuse_other_thread() const;
    void tell(exception_context const& context) noexcept;
    void end_travels() noexcept;
    void report_hang() noexcept;
    std::string describe_deadlock() const;

    loop_clock::time_point last_wake_up_ = loop_clock::time_point::min();  // of a sleeper
    std::unique_ptr<selector> given_selector_;                             // until it is needed
    std::unique_ptr<descriptors> descriptors_;  // null: none was watched yet
};

/// The loop that runs on this thread; throws runtime_error("no running event loop") if none does.
LASTI_API loop_core& running_core();
/// The loop that runs on this thread, or null.
LASTI_API loop_core* running_loop() noexcept;
/// A different address on each thread.
void const* this_thread() noexcept;
/// The environment variable LASTI_DEBUG.
bool debug_is_asked_for() noexcept;
/// "at 'count_down' (counters.cpp:12)", and so on down the chain of awaits; a line each.
LASTI_API std::string describe_chain(task_state const& task);
/// Every task that is not done, who awaits it, and where they stand: the loop's call graph.
LASTI_API std::string picture_of(loop_core const& loop);
/// Calls it; what it throws. Lets a thread's forced unwinding through.
LASTI_API error outcome_of(std::function<void()> const& call);

}  // namespace detail
}  // namespace lasti

#endif
