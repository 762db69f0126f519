// What goes to other threads and comes back: travellers, jobs, and results for threads that wait.
#include <lasti/threads.hpp>

#include <chrono>
#include <sstream>

#include <lasti/frame.hpp>
#include <lasti/detail/loop_core.hpp>
#include <lasti/timeouts.hpp>

#include "inbox.hpp"

namespace lasti {
namespace detail {

// ---- travellers ---------------------------------------------------------------------------------

traveller::traveller(loop_core& home) : home_(&home), inbox_(home.outside) {
    next = home.first_traveller;
    if (next) next->previous = this;
    home.first_traveller = this;
    inbox_->add_source(1);
}

traveller::~traveller() {}

void traveller::unlink() noexcept {
    if (!home_) return;
    (previous ? previous->next : home_->first_traveller) = next;
    if (next) next->previous = previous;
    home_ = nullptr;
}

void traveller::stop_expecting() noexcept {
    if (!expected_) return;
    expected_ = false;
    inbox_->add_source(-1);
}

void traveller::settle() {
    const std::unique_ptr<traveller> here(this);
    unlink();
    stop_expecting();
    arrive();
}

void traveller::go_home() noexcept {
    const std::shared_ptr<inbox> to(inbox_);  // which may have the last word on `this`
    to->bring_home(*this);
}

// ---- the end of a loop --------------------------------------------------------------------------

void loop_core::end_travels() noexcept {
    if (default_executor) default_executor->shut_down(true, [] {});
    std::vector<traveller*> all, at_work;
    while (traveller* const t = first_traveller) {
        if (t->loop_closes()) at_work.push_back(t);
        t->unlink();
        all.push_back(t);
    }
    const std::vector<traveller*> were_home = outside->close(all);
    const bool are_home = outside->wait_until_home(at_work, thread_join_time);
    for (traveller* t : were_home) delete t;
    for (traveller* t : outside->take_returned()) delete t;
    if (are_home) {
        default_executor = nullptr;
        return;
    }
    if (default_executor) keep_for_ever(std::move(default_executor));
    exception_context context;
    context.message = "the event loop was closed while calls in threads still ran: what they "
                      "captured will not be destroyed";
    report(context);
}

// ---- jobs ---------------------------------------------------------------------------------------

thread_job::thread_job(loop_core& home, counted<context_state> runs_in)
    : traveller(home), runs_in_(std::move(runs_in)),
      stop_(std::make_shared<std::atomic<bool>>(false)), status_(status::queued) {}

void thread_job::run() {
    status expected = status::queued;
    if (!status_.compare_exchange_strong(expected, status::running)) return;
    if (runs_in_) {
        const entered_context here(runs_in_);
        problem_ = outcome_of([this] { call(); });
    } else {
        problem_ = outcome_of([this] { call(); });
    }
    status_.store(status::finished);
}

bool thread_job::drop() noexcept {
    status expected = status::queued;
    if (!status_.compare_exchange_strong(expected, status::dropped))
        return expected == status::dropped;
    forget();
    runs_in_ = nullptr;
    return true;
}

void thread_job::cancel() noexcept {
    if (drop()) stop_expecting();
    else stop_->store(true);
}

void thread_job::arrive() {
    if (target->done()) return;
    switch (status_.load()) {
    case status::finished:
        if (problem_) target->fail(std::move(problem_));
        else deliver();
        break;
    case status::running:
        target->fail(
            error::make(runtime_error("the thread ended before the call that it was running")));
        break;
    default:  // the executor dropped it
        target->future_state::cancel(std::string());
    }
}

bool thread_job::loop_closes() noexcept {
    target = nullptr;
    stop_->store(true);
    may_die_anywhere = drop();
    return !may_die_anywhere;
}

executor& chosen_executor(loop_core& loop, executor* given) {
    if (given) return *given;
    if (loop.executor_was_shut_down) throw_out(runtime_error("Executor shutdown has been called"));
    if (!loop.default_executor) loop.default_executor = std::make_shared<thread_pool_executor>();
    return *loop.default_executor;
}

void begin_job(executor& where, std::shared_ptr<thread_job> ticket) {
    where.execute([ticket] { ticket->run(); });
}

// ---- results for threads that wait --------------------------------------------------------------

concurrent_state::concurrent_state() {}

concurrent_state::~concurrent_state() {}

concurrent_state::status concurrent_state::now() const {
    const std::lock_guard<std::mutex> locked(mutex_);
    return status_;
}

bool concurrent_state::begin() {
    const std::lock_guard<std::mutex> locked(mutex_);
    if (status_ != status::pending) return false;
    status_ = status::running;
    return true;
}

bool concurrent_state::cancel() {
    std::unique_lock<std::mutex> locked(mutex_);
    if (status_ != status::pending) return false;
    finish(std::move(locked), status::cancelled);
    if (on_cancel) on_cancel();
    return true;
}

bool concurrent_state::become_cancelled() {
    std::unique_lock<std::mutex> locked(mutex_);
    if (is_done()) return false;
    finish(std::move(locked), status::cancelled);
    return true;
}

bool concurrent_state::fail(std::exception_ptr problem) {
    std::unique_lock<std::mutex> locked(mutex_);
    if (is_done()) return false;
    problem_ = std::move(problem);
    finish(std::move(locked), status::failed);
    return true;
}

void concurrent_state::finish(std::unique_lock<std::mutex> locked, status how) {
    status_ = how;
    std::vector<std::function<void()>> callbacks;
    callbacks.swap(callbacks_);
    changed_.notify_all();
    locked.unlock();
    for (std::function<void()>& callback : callbacks) call_back(callback);
}

void concurrent_state::when_done(std::function<void()> callback) {
    {
        const std::lock_guard<std::mutex> locked(mutex_);
        if (!is_done()) return callbacks_.push_back(std::move(callback));
    }
    call_back(callback);
}

void concurrent_state::call_back(std::function<void()> const& callback) {
    static const code here = {"concurrent_future::add_done_callback", __FILE__, __LINE__};
    const error problem = outcome_of(callback);
    if (problem) report_unraisable(problem, here);
}

void concurrent_state::refuse_to_wait_for_itself() const {
    const loop_core* const here = running_loop();
    if (!here || !here->face || here->face != fulfilled_by) return;
    throw_out(runtime_error(
        "concurrent_future: the thread of the loop that is to set it would wait for itself" +
        (here->current_task ? ": " + here->current_task->place() : std::string())));
}

void concurrent_state::wait() const {
    std::unique_lock<std::mutex> locked(mutex_);
    if (!is_done()) refuse_to_wait_for_itself();
    changed_.wait(locked, [this] { return is_done(); });
}

bool concurrent_state::wait_for(delay time) const {
    std::unique_lock<std::mutex> locked(mutex_);
    if (!is_done()) refuse_to_wait_for_itself();
    return changed_.wait_for(locked, real_time(time, "concurrent_future::wait_for"),
                             [this] { return is_done(); });
}

std::exception_ptr concurrent_state::problem() const {
    const std::lock_guard<std::mutex> locked(mutex_);
    if (!is_done()) throw_out(invalid_state_error("the concurrent_future is not done"));
    if (status_ == status::cancelled) return error::make(cancelled_error()).pointer();
    return problem_;
}

std::function<void()> canceller(concurrent_state& promised, std::shared_ptr<inbox> loop) {
    concurrent_state* const state = &promised;  // which keeps what this returns
    return [state, loop] {
        const std::shared_ptr<concurrent_state> kept = state->shared_from_this();
        loop->put({[kept] {
                       if (kept->task) kept->task->cancel(std::string());
                   },
                   nullptr, nullptr});
    };
}

delay::nanoseconds real_time(delay time, const char* function) {
    if (time.is_nan()) throw_out(value_error(std::string(function) + ": the time is NaN"));
    // So that no clock arithmetic overflows.
    const delay::nanoseconds longest = std::chrono::hours(24 * 365);
    return time.is_negative()       ? delay::nanoseconds::zero()
           : time.count() < longest ? time.count()
                                    : longest;
}

}  // namespace detail

// ---- the default executor -----------------------------------------------------------------------

namespace {

/// Comes home when an executor has ended.
class executor_end final : public detail::traveller {
public:
    executor_end(detail::loop_core& home, future<> const& told) : traveller(home), told_(told) {}
    void arrive() override {
        if (!told_.done()) told_.set_result();
    }
    bool loop_closes() noexcept override {
        told_ = future<>();
        may_die_anywhere = true;
        return false;
    }

private:
    future<> told_;
};

struct shutting_down {
    detail::counted<detail::loop_core> core;
    delay time;
    future<> ended;

    shutting_down(detail::loop_core& loop, delay limit) : core(&loop), time(limit) {}

    void begin() {
        ended = future<>(new detail::future_value<void>(*core));
        executor_end& end = *new executor_end(*core, ended);
        const std::shared_ptr<executor_end> ticket = detail::traveller::ticket_of(end);
        core->default_executor->shut_down(false, [ticket] {});
    }
    void give_up() const {
        exception_context context;
        std::ostringstream text;
        text << "The executor did not finishing joining its threads within " << time.in_seconds()
             << " seconds.";
        context.message = text.str();
        core->report(context);
        core->thread_join_time = delay::nanoseconds::zero();  // close() is not to wait again
    }

    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        core->executor_was_shut_down = true;
        if (!core->default_executor) LASTI_RETURN();
        begin();
        LASTI_TRY
            LASTI_AWAIT(wait_for(ended, time));
            core->default_executor = nullptr;
            LASTI_EXCEPT(timeout_error)
            give_up();
        LASTI_END_TRY
        LASTI_END;
    }
};

}  // namespace

void event_loop::set_default_executor(std::shared_ptr<executor> given) {
    core_->check_open();
    if (!given) detail::throw_out(type_error("set_default_executor: there is no executor"));
    core_->default_executor = std::move(given);
}

coroutine<void> event_loop::shutdown_default_executor(delay time) {
    return shutting_down(*core_, time);
}

void event_loop::set_thread_join_time(delay time) {
    core_->thread_join_time = detail::real_time(time, "set_thread_join_time");
}

executor::~executor() {}

void executor::shut_down(bool, std::function<void()> when_ended) { when_ended(); }

}  // namespace lasti
