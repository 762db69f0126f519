// Who is told what goes wrong, and what debug mode looks at.
#include <lasti/exception_context.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/task_state.hpp>

namespace lasti {
namespace detail {

// ---- reports ------------------------------------------------------------------------------------

namespace {

void print_report(exception_context const& context) noexcept {
    std::fprintf(stderr, "lasti: %s\n", context.message.c_str());
    if (!context.subject.empty()) std::fprintf(stderr, "  %s\n", context.subject.c_str());
    if (!context.created.empty())
        std::fprintf(stderr, "  created at %s\n", context.created.c_str());
    for (error e = context.exception; e; e = e.cause() ? e.cause() : e.context())
        std::fprintf(stderr, "  %s%s: %s\n", e == context.exception ? "" : "after ",
                     e.type_name().c_str(), e.what().c_str());
    if (!context.await_chain.empty()) std::fputs(context.await_chain.c_str(), stderr);
}

// Null: whichever is current.
counted<context_state>* context_of(exception_context const& report) {
    if (report.task) return &report.task.shared_state()->as_task()->runs_in;
    return report.handle ? &report.handle.shared_state()->runs_in : nullptr;
}

runnable* concerned(exception_context const& report) {
    if (report.future) return report.future.shared_state().get();
    return report.handle ? report.handle.shared_state().get() : nullptr;
}

}  // namespace

exception_context about(future_state& concerned, std::string message) {
    exception_context context(std::move(message));
    context.future = any_future(&concerned);
    context.subject = concerned.describe();
    if (task_state* const task = concerned.as_task()) {
        context.task = any_task(task);
        context.await_chain = describe_chain(*task);
    }
    return context;
}

void loop_core::report(exception_context const& context) noexcept {
    runnable const* const who = concerned(context);
    if (!who || !who->created) return tell(context);
    exception_context complete(context);
    complete.created = who->creation_place();
    tell(complete);
}

void loop_core::tell(exception_context const& context) noexcept {
    if (!handler) return print_report(context);
    const exception_handler call = handler;  // it may put another in its place
    exception_context second;
    second.exception = outcome_of([&] {
        counted<context_state>* const slot = context_of(context);
        if (!slot) return call(context);
        const entered_context here(*slot);
        call(context);
    });
    if (!second.exception) return;
    second.message = "Unhandled error in exception handler, called for: " + context.message;
    print_report(second);
}

// ---- debug mode ---------------------------------------------------------------------------------

bool debug_is_asked_for() noexcept {
    const char* const value = std::getenv("LASTI_DEBUG");
    return value && *value && std::strcmp(value, "0") != 0;
}

std::unique_ptr<creation> creation_at(call_site where) {
    loop_core const* const here = running_loop();
    task_state const* const by = here ? here->current_task : nullptr;
    return std::unique_ptr<creation>(new creation{where, by ? by->place() : std::string()});
}

void runnable::note_creation(call_site where) { created = creation_at(where); }

std::string runnable::creation_place() const {
    std::ostringstream text;
    if (created->where.file) text << created->where.file << ':' << created->where.line;
    else text << "an unknown place";
    if (!created->by.empty()) text << " by " << created->by;
    return text.str();
}

void loop_core::refuse_other_thread() const {
    void const* const runs_on = running_thread.load();
    if (!runs_on || runs_on == this_thread()) return;
    throw_out(runtime_error(
        "Non-thread-safe operation invoked on an event loop other than the current one"));
}

namespace {

/// One turn of a task or callback, of which debug mode wants to know how long it takes.
class watched_turn {
public:
    watched_turn(loop_core& loop, runnable& who)
        : loop_(loop), who_(&who), began_(loop.clock->now()) {
        task_ = who.as_turn_of_task();
        if (!task_) return;
        frame const& at = task_->stands_at();
        code_ = at.gi_code;
        line_ = at.f_lineno ? at.f_lineno : at.gi_code->first_line;
    }

    void end() {
        const loop_clock::time_point took = loop_.clock->now() - began_;
        if (took < loop_.slow_callback_duration) return;
        exception_context context;
        std::ostringstream text;
        text << "Executing ";
        if (task_) {
            context = about(*task_, std::string());
            text << task_->describe() << " from '" << code_->name << "' (" << code_->file << ':'
                 << line_ << ')';
        } else {
            handle_state* const callback =
                who_->is_callback ? static_cast<callback_state&>(*who_).as_handle() : nullptr;
            if (callback) context.handle = handle(counted<handle_state>(callback));
            context.subject = "a callback";
            text << context.subject;
        }
        context.duration = delay(took).in_seconds();
        text << " took " << context.duration << " seconds";
        context.message = text.str();
        loop_.report(context);
    }

private:
    loop_core& loop_;
    counted<runnable> const who_;  // it may end, and then be reported
    loop_clock::time_point const began_;
    task_state* task_ = nullptr;
    code const* code_ = nullptr;
    int line_ = 0;
};

}  // namespace

void loop_core::run_watched(runnable& next) {
    watched_turn turn(*this, next);
    next.run();
    turn.end();
}

void loop_core::run_ready_watched() {
    ready.begin_round();
    while (runnable* const next = ready.next_in_round()) run_watched(*next);
}

}  // namespace detail
}  // namespace lasti
