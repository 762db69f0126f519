// Tasks: how the loop steps a coroutine, and what it makes of why that stopped.
#include <lasti/task.hpp>

#include <lasti/detail/weakly_held.hpp>
#include <lasti/detail/loop_core.hpp>
#include <lasti/exception_context.hpp>

#include "trace_watcher.hpp"

namespace lasti {
namespace detail {

task_state::task_state(loop_core& owner, counted<frame> coroutine, task_options const& options)
    : future_state(owner), root(std::move(coroutine)), runs_in(context_or_copy(options.context)),
      given_name(options.name.empty() ? nullptr : new std::string(options.name)),
      number(++owner.tasks_made), is_daemon(options.is_daemon),
      is_eager(options.when == start::eagerly ||
               (options.when == start::as_the_loop_says && owner.eager_tasks)) {
    retain();  // the loop's, until it is done
    previous_task = owner.last_task;
    (previous_task ? previous_task->next_task : owner.first_task) = this;
    owner.last_task = this;
    ++owner.task_count;
    if (is_daemon) ++owner.daemon_count;
}

void task_state::start() {
    thread_watcher* const watcher = thread_watcher::here();
    if (LASTI_UNLIKELY(watcher != nullptr)) watcher->task_created(*this);
    // Only inside a running loop, as asyncio has it: elsewhere nobody could be told what goes
    // wrong.
    if (!is_eager || !loop->is_running) return loop->make_ready(*this);
    task_state* const creator = loop->current_task;
    const no_entered_context in_its_own;
    if (creator) {  // what the creator handles is seen inside, as in any other call
        frame* at = creator->root.get();
        while (at->gi_yieldfrom) at = at->gi_yieldfrom.get();
        root->resumed_for = at;
    }
    if (LASTI_UNLIKELY(watcher != nullptr)) watcher->eager_turn_begins(*this);
    run();
    if (LASTI_UNLIKELY(watcher != nullptr)) watcher->turn_ends(*this);
    root->resumed_for = nullptr;
    loop->current_task = creator;
}

task_state::~task_state() { delete given_name; }

std::string task_state::name() const {
    return given_name ? *given_name : "Task-" + std::to_string(number);
}

void task_state::set_name(std::string name) {
    if (given_name) *given_name = std::move(name);
    else given_name = new std::string(std::move(name));
}

int task_state::uncancel() noexcept {
    if (cancelling > 0 && --cancelling == 0) must_cancel = false;
    return cancelling;
}

std::string task_state::place() const {
    const frame* leaf = root.get();
    while (leaf->gi_yieldfrom) leaf = leaf->gi_yieldfrom.get();
    return describe() + " at " + leaf->place();
}

static LASTI_NOINLINE frame& found_leaf(frame& root) noexcept {
    error busy;
    return *root.innermost(busy);
}

inline awaiting_frame& task_state::standing() const noexcept {
    frame& f = *root;
    frame& leaf = !f.gi_yieldfrom ? f : f.leaf ? *f.leaf : found_leaf(f);
    return static_cast<awaiting_frame&>(leaf);
}

frame const& task_state::stands_at() const noexcept { return standing(); }

request* task_state::waiting_for() const noexcept {
    return done() || root->executing() ? nullptr : standing().waits_for.get();
}

void task_state::wake() noexcept { loop->make_ready(*this); }

void task_state::wake(error thrown) noexcept {
    exception = std::move(thrown);
    loop->make_ready(*this);
}

void task_state::run() {
    loop->current_task = this;
    if (LASTI_UNLIKELY(must_cancel || asks_request || exception)) return step_aside();
    stepped(root->resume());
}

LASTI_ALWAYS_INLINE void task_state::stepped(step why) {
    loop_core& on = *loop;
    on.current_task = nullptr;
    if (LASTI_UNLIKELY(why != step::yielded)) return finish_step(why);
    request& asked = *standing().waits_for.get();
    if (&asked == &giving_way.value) {
        if (LASTI_UNLIKELY(is_scope_cancelled)) must_cancel = true;  // as cancel_new_wait() would
        return on.make_ready(*this);
    }
    asked.arm(*this);
    if (LASTI_UNLIKELY(must_cancel || is_scope_cancelled)) cancel_new_wait(asked);
}

void task_state::cancel_new_wait(request& asked) {
    if (must_cancel) must_cancel = !asked.cancel(*this, message ? *message : std::string());
    else if (asked.what() == request::kind::pass)
        must_cancel = true;  // it waits for nothing but its turn
    else cancel_wait(asked);
}

// For a scope: the task's own count of requests stays, and one that has been woken keeps what it
// gets.
void task_state::cancel_wait(request& asked) {
    if (asked.is_shielded(*this)) return;
    being_cancelled = true;
    asked.cancel(*this, std::string());
    being_cancelled = false;
}

// A step that begins with an exception, or whose request has a say: the task may wait on.
void task_state::step_aside() {
    error thrown = std::move(exception);
    request* const waited_for = standing().waits_for.get();
    future_state* const awaited = thrown && waited_for ? waited_for->awaited_future() : nullptr;
    if (awaited && awaited->state == status::failed) awaited->retrieved = true;
    if (must_cancel && !thrown.is<cancelled_error>())
        thrown = error::make(cancelled_error(message ? *message : std::string()));
    must_cancel = false;
    const bool is_thrown = static_cast<bool>(thrown);
    if (asks_request) {
        asks_request = false;
        if (waited_for && !waited_for->go_on(*this, thrown)) {
            loop->current_task = nullptr;
            if (LASTI_UNLIKELY(must_cancel || is_scope_cancelled)) cancel_new_wait(*waited_for);
            return;
        }
    }
    stepped(!thrown     ? root->resume()
            : is_thrown ? root->throw_in(std::move(thrown))
                        : root->raise_in(std::move(thrown)));
}

void task_state::finish_step(step why) {
    if (why == step::returned && !must_cancel) {
        complete(status::finished);
    } else if (why == step::returned) {
        complete(status::cancelled);
    } else {
        exception = std::move(root->in_flight);
        if (!exception) exception = error::make(generator_exit());
        if (exception.is<cancelled_error>()) complete(status::cancelled);
        else fail(exception);
    }
    leave_loop();
}

void task_state::leave_loop() noexcept {
    (previous_task ? previous_task->next_task : loop->first_task) = next_task;
    (next_task ? next_task->previous_task : loop->last_task) = previous_task;
    --loop->task_count;
    if (is_daemon) --loop->daemon_count;
    release();
}

bool task_state::cancel(std::string const& text) { return cancel_inward(*this, text); }

void task_state::cancel_next_step(std::string const& text) {
    must_cancel = true;
    delete message;
    message = text.empty() ? nullptr : new std::string(text);
}

void task_state::destroy_pending() noexcept {
    if (!is_inner) loop->report(about(*this, "Task was destroyed but it is pending!"));
    root->close_and_report();
    root->abandon();
    // What it asks for, having ignored its end, may hold this task.
    static_cast<awaiting_frame&>(*root).waits_for.clear();
    complete(status::cancelled);
    if (thread_watcher* const watcher = thread_watcher::here()) watcher->task_destroyed(*this);
    leave_loop();
}

void task_state::last_handle_gone() noexcept {
    forget_weak_handles(static_cast<runnable&>(*this));
    // The loop keeps every task that is not done, so this one is.
    if (references != 0 || is_kept_by_report()) return;
    const counted<frame> memory(std::move(root));
    this->~task_state();
}

std::vector<frame_info> stack_of(task_state const& task, std::size_t limit) {
    std::vector<frame_info> frames;
    if (limit == 0) return frames;
    if (task.done()) {
        if (task.state == future_state::status::failed)
            frames.push_back(frame_info(task.root.get()));
        return frames;
    }
    std::size_t depth = 0;
    for (const frame* f = task.root.get(); f; f = f->gi_yieldfrom.get()) ++depth;
    frame* f = task.root.get();
    for (; depth > limit; --depth) f = f->gi_yieldfrom.get();
    for (; f; f = f->gi_yieldfrom.get()) frames.push_back(frame_info(f));
    return frames;
}

void print_stack_of(task_state const& task, std::size_t limit, std::ostream& out) {
    const std::vector<frame_info> frames = stack_of(task, limit);
    const bool failed = task.state == future_state::status::failed;
    if (frames.empty()) out << "No stack for " << task.describe() << '\n';
    else
        out << (failed ? "Traceback for " : "Stack for ") << task.describe()
            << " (most recent call last):\n";
    for (frame_info const& f : frames)
        out << "  File \"" << f.f_code().file << "\", line " << f.f_lineno() << ", in "
            << f.f_code().name << '\n';
    if (failed) out << task.exception.type_name() << ": " << task.exception.what() << '\n';
}

std::string describe_chain(task_state const& task) {
    std::string text;
    for (const frame* f = task.root.get(); f; f = f->gi_yieldfrom.get())
        text += "    " + std::string(f == task.root.get() ? "at " : "awaits ") + f->place() + '\n';
    const request* const waited_for = task.waiting_for();
    if (waited_for) text += "    waits for " + waited_for->describe() + '\n';
    return text;
}

}  // namespace detail
}  // namespace lasti
