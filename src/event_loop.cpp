// The public face of the event loop: what is allowed when, and the ways to run it.
#include <lasti/event_loop.hpp>

#include <mutex>
#include <utility>

#include "inbox.hpp"
#include "trace_watcher.hpp"
#if LASTI_HAS_IO
#include "descriptors.hpp"
#else
#include "without_io.hpp"
#endif

namespace lasti {

/// Locked while the callback runs, so that who has cancelled it knows that it does not run.
class detail::threadsafe_callback {
public:
    std::recursive_mutex mutex;
    bool cancelled = false;
};

namespace {

// The loop that runs on this thread. Loops cannot be nested, as in asyncio.
thread_local detail::loop_core* running_here = nullptr;

struct running_mark {
    detail::counted<detail::loop_core> const core;  // the event_loop may go while it runs
    detail::no_entered_context const tasks_have_their_own;

    explicit running_mark(detail::loop_core& loop) : core(&loop) {
        running_here = &loop;
        loop.running_thread = detail::this_thread();
        loop.is_running = true;
        loop.heeds_news = false;
        if (detail::thread_watcher* const watcher = detail::thread_watcher::here()) {
            loop.is_observed = true;
            watcher->run_begins(loop);
        }
    }
    ~running_mark() {
        running_here = nullptr;
        core->running_thread = nullptr;
        core->is_running = core->is_observed = false;
        core->heeds_news = core->looks_outside || core->closed;
        core->stopping = false;
        if (core->orphaned) core->end();
    }
};

}  // namespace

detail::loop_core* detail::running_loop() noexcept { return running_here; }

void const* detail::this_thread() noexcept { return &running_here; }

source_token::source_token(std::shared_ptr<detail::inbox> where) : inbox_(std::move(where)) {
    inbox_->add_source(1);
}

source_token::source_token(source_token&& other) noexcept : inbox_(std::move(other.inbox_)) {}

source_token& source_token::operator=(source_token other) noexcept {
    inbox_.swap(other.inbox_);
    return *this;
}

source_token::~source_token() {
    if (inbox_) inbox_->add_source(-1);
}

event_loop::event_loop() : core_(new detail::loop_core(nullptr)) { core_->face = this; }

event_loop::event_loop(loop_clock& clock) : core_(new detail::loop_core(&clock)) {
    core_->face = this;
}

#if LASTI_HAS_IO
event_loop::event_loop(std::unique_ptr<selector> selects)
    : core_(new detail::loop_core(nullptr, std::move(selects))) {
    core_->face = this;
}

event_loop::event_loop(loop_clock& clock, std::unique_ptr<selector> selects)
    : core_(new detail::loop_core(&clock, std::move(selects))) {
    core_->face = this;
}
#endif

event_loop::~event_loop() {
    core_->face = nullptr;
    if (core_->is_running)
        core_->orphaned = core_->stopping = true;  // by its own callback: it ends after this round
    else core_->end();
}

void event_loop::close() {
    if (core_->is_running) detail::throw_out(runtime_error("Cannot close a running event loop"));
    core_->close();
}

// ---- tasks and callbacks ------------------------------------------------------------------------

void event_loop::take_over(detail::awaiting_frame& coroutine) const {
    core_->check_open();
    core_->check_thread();
    if (coroutine.owned || coroutine.f_lasti != frame::created)
        detail::throw_out(
            runtime_error((coroutine.is_over() ? "cannot reuse already awaited coroutine: "
                                               : "coroutine is being awaited already: ") +
                          coroutine.place()));
    coroutine.owned = true;
    core_->take_callbacks();
}

std::vector<any_task> event_loop::all_tasks() const {
    std::vector<any_task> tasks;
    tasks.reserve(core_->task_count);
    for (detail::task_state* t = core_->first_task; t; t = t->next_task)
        tasks.push_back(any_task(t));
    return tasks;
}

event_loop& any_future::get_loop() const {
    event_loop* const face = get().loop->face;
    if (!face)
        detail::throw_out(
            runtime_error("get_loop: the event loop of " + get().describe() + " is gone"));
    return *face;
}

detail::loop_core& detail::running_core() {
    if (!running_here) throw_out(runtime_error("no running event loop"));
    return *running_here;
}

event_loop& get_running_loop() {
    event_loop* const face = detail::running_core().face;
    if (!face) detail::throw_out(runtime_error("no running event loop"));
    return *face;
}

any_task current_task() { return get_running_loop().current_task(); }

std::vector<any_task> all_tasks() { return get_running_loop().all_tasks(); }

namespace {

void check_not_nan(delay time, const char* function) {
    if (time.is_nan()) detail::throw_out(value_error(std::string(function) + ": the time is NaN"));
}

void check_callable(std::function<void()> const& callback, const char* function) {
    if (!callback) detail::throw_out(type_error(std::string(function) + ": the callback is empty"));
}

struct guarded_call {
    std::shared_ptr<detail::threadsafe_callback> state;
    std::function<void()> callback;

    void operator()() const {
        const std::lock_guard<std::recursive_mutex> locked(state->mutex);
        if (!state->cancelled) callback();
    }
};

handle sleeping_callback(detail::loop_core& core, loop_clock::time_point when,
                         std::function<void()> callback, context const& runs_in, call_site where) {
    const detail::counted<detail::handle_state> made(
        new detail::handle_state(core, std::move(callback), detail::context_or_copy(runs_in)));
    if (LASTI_UNLIKELY(core.debug)) made->note_creation(where);
    made->when = when;
    made->call_at(when);
    return handle(made);
}

}  // namespace

handle event_loop::call_soon(std::function<void()> callback, context const& runs_in,
                             call_site where) {
    core_->check_open();
    core_->check_thread();
    check_callable(callback, "call_soon");
    core_->take_callbacks();
    const detail::counted<detail::handle_state> made(
        new detail::handle_state(*core_, std::move(callback), detail::context_or_copy(runs_in)));
    if (LASTI_UNLIKELY(core_->debug)) made->note_creation(where);
    made->make_ready();
    return handle(made);
}

handle event_loop::call_later(delay time, std::function<void()> callback, context const& runs_in,
                              call_site where) {
    core_->check_open();
    core_->check_thread();
    check_not_nan(time, "call_later");
    check_callable(callback, "call_later");
    return sleeping_callback(*core_, core_->later_by(time.count()), std::move(callback), runs_in,
                             where);
}

handle event_loop::call_at(delay when, std::function<void()> callback, context const& runs_in,
                           call_site where) {
    core_->check_open();
    core_->check_thread();
    check_not_nan(when, "call_at");
    check_callable(callback, "call_at");
    return sleeping_callback(*core_, when.count(), std::move(callback), runs_in, where);
}

#if LASTI_HAS_IO
namespace {

void watch(detail::loop_core& core, int fd, bool writing, std::function<void()> callback,
           context const& runs_in, call_site where) {
    const char* const function = writing ? "add_writer" : "add_reader";
    core.check_open();
    core.check_thread();
    check_callable(callback, function);
    if (fd < 0)
        detail::throw_out(value_error(std::string(function) +
                                      ": Invalid file descriptor: " + std::to_string(fd)));
    const detail::counted<detail::handle_state> made(
        new detail::handle_state(core, std::move(callback), detail::context_or_copy(runs_in)));
    if (LASTI_UNLIKELY(core.debug)) made->note_creation(where);
    made->is_repeated = true;
    const error refused = core.watched_descriptors().set_callback(fd, writing, made);
    if (refused) refused.rethrow();
}

bool watch_no_more(detail::loop_core& core, int fd, bool writing) {
    core.check_thread();
    if (core.closed || core.descriptor_callbacks == 0) return false;
    bool was_watched = false;
    core.watched_descriptors().set_callback(fd, writing, nullptr, &was_watched);
    return was_watched;
}

}  // namespace

void event_loop::add_reader(int fd, std::function<void()> callback, context const& runs_in,
                            call_site where) {
    watch(*core_, fd, false, std::move(callback), runs_in, where);
}

void event_loop::add_writer(int fd, std::function<void()> callback, context const& runs_in,
                            call_site where) {
    watch(*core_, fd, true, std::move(callback), runs_in, where);
}

bool event_loop::remove_reader(int fd) { return watch_no_more(*core_, fd, false); }

bool event_loop::remove_writer(int fd) { return watch_no_more(*core_, fd, true); }

int event_loop::fd() {
    core_->check_open();
    const int served = core_->watched_descriptors().serve_outside();
    if (served < 0)
        detail::throw_out(runtime_error("fd: this selector has no descriptor; use one of "
                                        "make_selector(\"epoll\" or \"kqueue\")"));
    core_->looks_outside = true;
    if (!core_->is_running) {
        core_->heeds_news = true;
        if (!core_->ready.empty()) core_->tell_of_news();
    }
    return served;
}
#endif

threadsafe_handle event_loop::call_soon_threadsafe(std::function<void()> callback,
                                                   context const& runs_in, call_site where) {
    check_callable(callback, "call_soon_threadsafe");
    const std::shared_ptr<detail::threadsafe_callback> state =
        std::make_shared<detail::threadsafe_callback>();
    // The callback may end the loop before put() has returned.
    const std::shared_ptr<detail::inbox> to(core_->outside);
    if (!to->put({guarded_call{state, std::move(callback)}, detail::context_or_copy(runs_in),
                  core_->debug ? detail::creation_at(where) : nullptr}))
        detail::throw_out(runtime_error("Event loop is closed"));
    return threadsafe_handle(state);
}

void threadsafe_handle::cancel() const {
    if (!state_) return;
    const std::lock_guard<std::recursive_mutex> locked(state_->mutex);
    state_->cancelled = true;
}

bool threadsafe_handle::cancelled() const {
    if (!state_) return false;
    const std::lock_guard<std::recursive_mutex> locked(state_->mutex);
    return state_->cancelled;
}

void event_loop::set_slow_callback_duration(delay time) {
    check_not_nan(time, "set_slow_callback_duration");
    core_->slow_callback_duration = time.count();
}

source_token event_loop::outside_source() { return source_token(core_->outside); }

// ---- running ------------------------------------------------------------------------------------

void event_loop::check_can_run() const {
    core_->check_open();
    if (!core_->is_running && !running_here) return;
    const detail::task_state* const by = running_here ? running_here->current_task : nullptr;
    detail::throw_out(runtime_error(
        std::string(core_->is_running ? "This event loop is already running"
                                      : "Cannot run the event loop while another loop is running") +
        (by ? ": asked by " + by->place() : "")));
}

void event_loop::run() {
    error problem;
    run(problem);
    if (problem) problem.rethrow();
}

void event_loop::run(error& problem) {
    problem = error();
    check_can_run();
    const running_mark here(*core_);
    detail::loop_core& core = *here.core;
    if (core.run_until([&] { return core.nothing_left(); }, false, &problem))
        core.cancel_tasks(true, "the end of run(), in a daemon", problem);
}

void event_loop::shut_down() noexcept {
    const auto attempt = [this](const char* message, std::function<void(error&)> const& what) {
        exception_context context;
        error deadlock;
        context.exception = detail::outcome_of([&] { what(deadlock); });
        if (!context.exception) context.exception = std::move(deadlock);
        if (!context.exception) return;
        context.message = message;
        core_->report(context);
    };
    const auto has_generators = [this] {
        return core_->async_generators.next != &core_->async_generators;
    };
    if (core_->task_count > 0 || core_->closings_to_come > 0 || has_generators())
        attempt("tasks that were cancelled at the end of run() did not end", [&](error& deadlock) {
            check_can_run();
            const running_mark here(*core_);
            detail::loop_core& core = *here.core;
            // asyncio's loop goes round once more after its main task, and so makes tasks of the
            // closings that are due.
            if (core.closings_to_come != 0) core.run_once(false);
            core.cancel_tasks(false, "asyncio.run() shutdown", deadlock);
            if (deadlock) return;
            if (has_generators()) create_task(shutdown_asyncgens());
            core.run_until([&] { return core.task_count == 0 && core.closings_to_come == 0; },
                           false, &deadlock);
        });
    if (core_->default_executor)
        attempt("the default executor was not shut down at the end of run()",
                [this](error&) { run_until_complete(shutdown_default_executor()); });
}

void event_loop::run_until_done(detail::future_state& awaited) {
    check_can_run();
    if (awaited.loop != core_.get())
        detail::throw_out(value_error("run_until_complete: " + awaited.describe() +
                                      " is attached to a different loop"));
    const running_mark here(*core_);
    // In asyncio a callback ends it: what is ready when the future is done has one more turn.
    if (here.core->run_until([&] { return awaited.done(); }, false)) here.core->run_once(false);
    if (!awaited.done())
        detail::throw_out(runtime_error("Event loop stopped before Future completed."));
}

void event_loop::run_forever() {
    check_can_run();
    const running_mark here(*core_);
    here.core->run_until([] { return false; }, true);
}

bool event_loop::poll() {
    check_can_run();
    const running_mark here(*core_);
    here.core->run_once(false);
    return !here.core->ready.empty();
}

bool event_loop::next_deadline(double& when) const noexcept {
    if (core_->sleeping.empty()) return false;
    when = delay(core_->sleeping.earliest()).in_seconds();
    return true;
}

}  // namespace lasti
