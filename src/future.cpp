// Futures: how one ends, and who is told.
#include <lasti/future.hpp>

#include <lasti/detail/weakly_held.hpp>
#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/task_state.hpp>
#include <lasti/exception_context.hpp>

namespace lasti {

namespace detail {

runnable::runnable(loop_core& owner, bool callback) noexcept : loop(&owner), is_callback(callback) {
    loop->retain();
}

runnable::~runnable() { loop->release(); }

// ---- future_state -------------------------------------------------------------------------------

future_state::future_state(loop_core& owner) noexcept : runnable(owner) {
    waiters.next = waiters.previous = &waiters;
}

future_state::~future_state() { delete message; }

void future_state::add_waiter(waiter& node) noexcept { waiters.push_back(node); }

void future_state::complete(status how) noexcept {
    state = how;
    while (waiters.next != &waiters) {
        waiter& first = static_cast<waiter&>(*waiters.next);
        first.unlink();
        if (first.who->is_callback) {
            callback_state& callback = static_cast<callback_state&>(*first.who);
            callback.completed = counted<future_state>(this);
            callback.make_ready();
            callback.release();
        } else {
            task_state& task = static_cast<task_state&>(*first.who);
            // Who waits has not retrieved the exception before the step in which it is raised.
            task.wake(how == status::finished ? error()
                      : how == status::failed ? exception
                                              : outcome());
        }
    }
}

void future_state::fail(error what) noexcept {
    if (what.is<stop_iteration>()) {
        error converted = error::make(runtime_error(
            "StopIteration interacts badly with coroutines and cannot be raised into a future"));
        converted.set_cause(what);
        what = std::move(converted);
    }
    exception = std::move(what);
    complete(status::failed);
}

bool future_state::cancel(std::string const& text) {
    if (done()) {
        retrieved = true;  // who cancels it does not ask how it ended
        return false;
    }
    if (!text.empty()) message = new std::string(text);
    complete(status::cancelled);
    return true;
}

std::string future_state::describe() const { return "a future"; }

error future_state::outcome() {
    const bool is_first = !retrieved;
    retrieved = true;
    if (state != status::cancelled) return exception;
    if (!exception) exception = error::make(cancelled_error(message ? *message : std::string()));
    // Who raises it gives it a context, so that no two may have the same.
    return is_first ? exception
                    : error::make(cancelled_error(exception.as<cancelled_error>()->message()));
}

std::string future_state::repr() const {
    task_state* const task = const_cast<future_state*>(this)->as_task();
    std::string text = task ? "<Task " : "<Future ";
    switch (state) {
    case status::pending:
        text += task && (task->must_cancel || task->cancelling > 0) ? "cancelling" : "pending";
        break;
    case status::cancelled:
        text += "cancelled";
        break;
    default:
        text += "finished";
    }
    if (task) text += " name='" + task->name() + "' " + task->root->place();
    if (state == status::failed)
        text += " exception=" + exception.type_name() + "('" + exception.what() + "')";
    request const* const waited_for = task ? task->waiting_for() : nullptr;
    if (waited_for) text += " wait_for=<" + waited_for->describe() + '>';
    std::size_t callbacks = 0;
    for (list_link const* w = waiters.next; w != &waiters; w = w->next) ++callbacks;
    if (callbacks > 0) text += " cb=" + std::to_string(callbacks);
    return text + '>';
}

void future_state::check_settable(const char* operation) {
    if (as_task())
        throw_out(runtime_error("Task does not support " + std::string(operation) +
                                " operation: " + describe()));
    if (done())
        throw_out(invalid_state_error(std::string(operation) + ": invalid state: " + describe() +
                                      " is done already"));
}

void future_state::abandon() noexcept {
    fail(error::make(runtime_error(
        "the future was destroyed while somebody waited for it: nobody is left who could set it")));
    retrieved = true;        // by those who waited
    shield_reported = true;  // a shield that only looks on had nobody waiting behind it
}

void future_state::report_unretrieved(const char* occasion) noexcept {
    if (state != status::failed || retrieved) return;
    retrieved = true;
    exception_context context =
        about(*this, occasion ? std::string("unhandled exception during ") + occasion
                              : std::string(as_task() ? "Task" : "Future") +
                                    " exception was never retrieved");
    context.exception = exception;
    loop->report(context);
}

// The handler that is told may keep a handle: then it lives on.
bool future_state::is_kept_by_report() noexcept {
    if (state != status::failed || retrieved) return false;
    ++references;
    report_unretrieved();
    return --references != 0;
}

void future_state::last_handle_gone() noexcept {
    forget_weak_handles(static_cast<runnable&>(*this));
    if (!done() && waiters.next != &waiters) {
        ++references;  // completing it makes and drops references of its own
        abandon();
        --references;
    }
    if (references != 0 || is_kept_by_report()) return;
    delete this;
}

// ---- future_request -----------------------------------------------------------------------------

future_request_base::future_request_base(future_state& awaited) noexcept : future_(&awaited) {
    future_->retain();
}

future_request_base::~future_request_base() {
    if (node_.who) --future_->awaited_by;
    node_.unlink();
    future_->release();
}

void future_request_base::arm(task_state& task) {
    if (future_->loop != task.loop)
        return task.wake(error::make(runtime_error(task.place() + " awaits " + future_->describe() +
                                                   ", which is attached to a different loop")));
    if (future_ == &task)
        return task.wake(
            error::make(runtime_error("Task cannot await on itself: " + task.place())));
    node_.who = &task;
    future_->add_waiter(node_);
    // From here on this reference only waits. It may have been the last that did not.
    ++future_->awaited_by;
    future_->retain();
    future_->release();
}

bool future_request_base::cancel(task_state&, std::string const& text) {
    return future_->cancel(text);
}

void future_request_base::check_result() const {
    if (!future_->done())
        throw_out(runtime_error("await wasn't used with future: " + future_->describe() +
                                " was not done when its awaiter went on"));
    const error problem = future_->outcome();
    if (problem) problem.rethrow();
}

// ---- callbacks ----------------------------------------------------------------------------------

void callback_state::call_when_done(future_state& future) noexcept {
    if (future.done()) {
        completed = counted<future_state>(&future);
        make_ready();
    } else {
        retain();
        future.add_waiter(node);
    }
}

void callback_state::make_ready() noexcept {
    if (loop->closed) return;
    retain();
    ++loop->callback_count;
    loop->make_ready(*this);
}

void callback_state::call_at(loop_clock::time_point when) {
    loop->sleep_until(when, *this);
    retain();
    ++loop->callback_count;
}

bool callback_state::stop_waiting() noexcept {
    if (node.is_linked()) {
        node.unlink();
    } else if (is_asleep()) {
        loop->sleeping.remove(*this);
        --loop->callback_count;
    } else {
        return false;
    }
    release();
    return true;
}

void callback_state::run() {
    --loop->callback_count;
    call();
    completed = nullptr;
    release();
}

void callback_state::discard() noexcept {
    completed = nullptr;
    release();
}

handle_state::handle_state(loop_core& owner, std::function<void()> what,
                           counted<context_state> given_context)
    : callback_state(owner), callback(std::move(what)), runs_in(std::move(given_context)),
      when(loop_clock::time_point::zero()) {}

handle_state::~handle_state() {}

void handle_state::call() {
    // Out of the handle first: while it runs, cancelling it must not destroy it.
    std::function<void()> wanted;
    wanted.swap(callback);
    if (!wanted) return;
    loop->current_callback = this;
    const error problem = outcome_of(wanted);
    loop->current_callback = nullptr;
    if (is_repeated && !cancelled) callback.swap(wanted);
    if (!problem) return;
    exception_context failure("Exception in callback");
    failure.exception = problem;
    failure.handle = handle(counted<handle_state>(this));
    failure.subject = "a callback";
    loop->report(failure);
}

void handle_state::discard() noexcept {
    callback = nullptr;
    callback_state::discard();
}

void handle_state::cancel() noexcept {
    cancelled = true;
    std::function<void()> dropped;
    dropped.swap(callback);
    stop_waiting();
}

void handle_state::last_handle_gone() noexcept {
    if (references == 0) delete this;
}

counted<handle_state> call_when_done(future_state& future, std::function<void()> callback,
                                     counted<context_state> runs_in) {
    future.loop->check_open();
    counted<handle_state> made(
        new handle_state(*future.loop, std::move(callback), std::move(runs_in)));
    made->call_when_done(future);
    return made;
}

}  // namespace detail

void any_future::is_empty() {
    detail::throw_out(
        type_error("this future or task handle is empty: default-constructed or moved from"));
}

void any_future::is_pending(const char* so_what) const {
    detail::throw_out(invalid_state_error(std::string(so_what) + ": " + state_->describe()));
}

}  // namespace lasti
