// The round of the event loop, and what happens at its end: nothing waits for ever in silence.
#include <lasti/detail/loop_core.hpp>

#include <lasti/detail/traveller.hpp>
#include <lasti/exception_context.hpp>
#include <lasti/exceptions.hpp>
#include <lasti/threads.hpp>
#include <lasti/task.hpp>

#include "inbox.hpp"
#include "trace_watcher.hpp"
#if LASTI_HAS_IO
#include "descriptors.hpp"
#else
#include "without_io.hpp"
#endif
#if LASTI_HAS_POSIX_IO
#include "signals.hpp"
#else
#include "without_signals.hpp"
#endif

namespace lasti {
namespace detail {

namespace {

// Long waits are cut, so that no clock arithmetic can overflow (asyncio's cap is a day, too).
const std::chrono::hours longest_wait(24);
// So many sleepers are woken together, no more often than that: each by itself would cost a system
// call. Fewer are woken to the nanosecond.
const std::size_t crowd = 64;
const std::chrono::milliseconds wake_up_gap(1);

}  // namespace

error outcome_of(std::function<void()> const& call) {
#if LASTI_HAS_EXCEPTIONS
    try {
        call();
    } catch (...) {
        error thrown = error::current();
        if (!thrown) throw;  // pthread_exit or pthread_cancel
        return thrown;
    }
#else
    call();
#endif
    return error();
}

loop_core::loop_core(loop_clock* given_clock, std::unique_ptr<selector> selects)
    : clock(given_clock), own_clock(given_clock ? nullptr : new steady_clock),
      outside(std::make_shared<inbox>()), given_selector_(std::move(selects)) {
    if (!clock) clock = own_clock.get();
    debug = debug_is_asked_for();
    async_generators.next = async_generators.previous = &async_generators;
}

loop_core::~loop_core() {
    for (traveller* t : outside->desert()) delete t;
}

// ---- one round ----------------------------------------------------------------------------------

void loop_core::run_once(bool may_wait) {
    if (LASTI_UNLIKELY(watched != 0 || looks_outside)) round_outside(may_wait);
    else if (may_wait && ready.empty() && !stopping) wait();
    take_from_outside();
    wake_sleepers();
    run_ready();
}

// What is ready outside goes before the sleepers, and after what other threads have put in by now:
// asyncio has that in its deque already.
void loop_core::round_outside(bool may_wait) {
    take_from_outside();
    if (may_wait && ready.empty() && !stopping) wait();
    else descriptors_->look();
}

bool loop_core::sleep(delay::nanoseconds const* time, bool expecting) {
    if (watched == 0) return outside->sleep(time, expecting);
    return descriptors_->sleep(time, false);
}

void loop_core::wait() {
    const bool expecting = has_outside();
    if (sleeping.empty()) {
        if (LASTI_UNLIKELY(is_observed))
            thread_watcher::here()->loop_waits(loop_clock::time_point::max());
        if (expecting || watched != 0 || handled_signals != 0) sleep(nullptr, expecting);
        return;
    }
    loop_clock::time_point deadline = sleeping.earliest();
    if (LASTI_UNLIKELY(is_observed)) thread_watcher::here()->loop_waits(deadline);
    // Virtual time goes on only when nobody outside can still do something at this time.
    if (!expecting) {
        if (watched != 0 && !own_clock && descriptors_->look()) return;
        if (clock->jump_to(deadline)) return;
    }
    const loop_clock::time_point now = clock->now();
    if (deadline <= now) return;
    if (sleeping.size() >= crowd) deadline = std::max(deadline, last_wake_up_ + wake_up_gap);
    const loop_clock::time_point remaining = deadline - now;
    const bool whole = remaining < longest_wait;
    const loop_clock::time_point longest(whole ? remaining : longest_wait);
    if (sleep(&longest, expecting) && whole) clock->jump_to(deadline);
}

void loop_core::take_from_outside() {
    if (LASTI_LIKELY(!outside->has_news())) return;
    if (outside->take_interrupt() && on_interrupt) on_interrupt();
    if (outside->take_signals() && signals) signals->deliver();
    take_callbacks();
}

void loop_core::take_callbacks() {
    if (LASTI_LIKELY(!outside->has_news())) return;
    for (inbox::callback& callback : outside->take()) {
        const counted<handle_state> made(
            new handle_state(*this, std::move(callback.call), std::move(callback.context)));
        made->created = std::move(callback.created);
        made->make_ready();
    }
}

void loop_core::wake_sleepers() {
    if (sleeping.empty()) return;
    const loop_clock::time_point now = clock->now();
    while (!sleeping.empty() && sleeping.earliest() <= now) {
        last_wake_up_ = now;
        ready.push(sleeping.pop());
    }
}

// Exactly as many as are ready now: what they make ready has to let the sleepers and the outside
// come first.
void loop_core::run_ready() {
    if (LASTI_UNLIKELY(is_observed)) return run_ready_observed();
    if (LASTI_UNLIKELY(debug)) return run_ready_watched();
    ready.begin_round();
    while (runnable* const next = ready.next_in_round()) next->run();
}

void loop_core::run_ready_observed() {
    thread_watcher::here()->round_begins();
    ready.begin_round();
    while (runnable* const whose_turn = ready.next_in_round()) {
        const counted<runnable> next(whose_turn);  // it may end, and is then told of
        if (is_observed) thread_watcher::here()->turn_begins(*next);
        if (debug) run_watched(*next);
        else next->run();
        if (is_observed) thread_watcher::here()->turn_ends(*next);
    }
}

// ---- running ------------------------------------------------------------------------------------

bool loop_core::run_until(std::function<bool()> const& is_over, bool for_ever, error* deadlock) {
    bool hang_reported = false;
    while (!is_over()) {
        if (nothing_can_happen() && !stopping) {
            if (deadlock) {
                *deadlock = error::make(deadlock_error(describe_deadlock()));
                return false;
            }
            if (!for_ever) throw_out(deadlock_error(describe_deadlock()));
            if (!hang_reported && task_count > 0) report_hang();
            hang_reported = true;
            if (nothing_can_happen() && !stopping)
                outside->sleep(nullptr, false);  // the handler may have changed that
        }
        run_once(true);
        if (stopping) return false;
    }
    return true;
}

std::string loop_core::describe_deadlock() const {
    const std::string picture = describe_tasks();
    return "deadlock: nothing is left that could wake what still waits:\n" +
           (picture.empty() ? std::string("a future that nobody sets\n") : picture);
}

void loop_core::report_hang() noexcept {
    exception_context context;
    context.message = "run_forever: nothing is left that could wake these tasks; waiting for "
                      "callbacks from other threads";
    context.await_chain = describe_tasks();
    report(context);
}

bool loop_core::cancel_tasks(bool daemons_only, const char* occasion, error& deadlock) {
    std::vector<counted<task_state>> ending;
    for (task_state* t = first_task; t; t = t->next_task)
        if (t->is_daemon || !daemons_only) ending.push_back(counted<task_state>(t));
    for (counted<task_state> const& t : ending) {
        // Cancelled before its first step it would not close anything (asyncio throws the
        // cancellation in there).
        const bool must_begin = t->is_closing && t->root->f_lasti == frame::created;
        if (!must_begin) t->cancel(std::string());
    }
    const bool all_done = run_until([this] { return task_count == 0; }, false, &deadlock);
    if (deadlock) return false;
    for (counted<task_state> const& t : ending) t->report_unretrieved(occasion);
    return all_done;
}

void loop_core::close() noexcept {
    if (closed) return;
    closed = heeds_news = true;
    while (!ready.empty()) ready.pop().discard();
    while (!sleeping.empty()) sleeping.pop().discard();
    while (first_task) first_task->destroy_pending();
    callback_count = 0;
    watched = descriptor_callbacks = 0;
    looks_outside = false;
    descriptors_ = nullptr;
    signals = nullptr;
    end_travels();
}

void loop_core::end() noexcept {
    close();
    // It may keep what it was told, and with that tasks, which keep this loop.
    const exception_handler dropped = std::move(handler);
    handler = nullptr;
}

bool loop_core::has_outside() const { return outside->is_expecting(); }

// ---- times and reports --------------------------------------------------------------------------

void loop_core::sleep_until(loop_clock::time_point deadline, runnable& who) {
    if (LASTI_UNLIKELY(heeds_news)) tell_of_news();
    sleeping.push(deadline, who);
    if (LASTI_UNLIKELY(is_observed)) thread_watcher::here()->asleep(who, deadline);
}

// Something was scheduled from outside of the loop's turn: that is told once until the next one.
void loop_core::make_ready_heeding(runnable& who) {
    if (closed) return;
    tell_of_news();
    ready.push(who);
}

void loop_core::tell_of_news() noexcept {
    if (closed) return;
    heeds_news = false;
    outside->ring();
}

loop_clock::time_point loop_core::later_by(delay::nanoseconds time) const noexcept {
    const loop_clock::time_point now = clock->now();
    return time > loop_clock::time_point::max() - now ? loop_clock::time_point::max() : now + time;
}

#if LASTI_HAS_IO
descriptors& loop_core::watched_descriptors() {
    if (!descriptors_) descriptors_.reset(new descriptors(*this, std::move(given_selector_)));
    return *descriptors_;
}
#endif

void loop_core::check_open() const {
    if (closed) throw_out(runtime_error("Event loop is closed"));
}

std::string loop_core::describe_tasks() const { return picture_of(*this); }

}  // namespace detail
}  // namespace lasti
