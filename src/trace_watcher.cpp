// Observers come and go; frames and the loop are heard.
#include "trace_watcher.hpp"

#include <algorithm>

#include <lasti/coroutine.hpp>
#include <lasti/detail/text_of.hpp>
#include <lasti/detail/task_state.hpp>

#include "trace_words.hpp"

namespace lasti {

namespace trace {

observer::~observer() { detach(); }

void observer::attach() {
    if (attached_) detail::throw_out(runtime_error("attach: this observer is attached already"));
    detail::thread_watcher::attach(*this);
}

void observer::detach() noexcept {
    if (attached_) detail::thread_watcher::detach(*this);
}

}  // namespace trace

namespace detail {

void thread_watcher::attach(trace::observer& who) {
    if (!this_threads_watcher()) {
        this_threads_watcher() = new thread_watcher;
        watched_threads().fetch_add(1);
    }
    here()->observers_.push_back(&who);
    who.attached_ = true;
    if (loop_core* const core = running_loop()) {
        core->is_observed = true;
        here()->run_begins(*core);
        here()->known_ready_ = core->ready.size();
        here()->in_round_ = true;
    }
}

void thread_watcher::detach(trace::observer& who) noexcept {
    thread_watcher* const watcher = here();
    who.attached_ = false;
    if (!watcher) return;
    std::vector<trace::observer*>& all = watcher->observers_;
    all.erase(std::remove(all.begin(), all.end(), &who), all.end());
    if (!all.empty()) return;
    if (loop_core* const core = running_loop()) core->is_observed = false;
    this_threads_watcher() = nullptr;
    watched_threads().fetch_sub(1);
    delete watcher;
}

// ---- telling ------------------------------------------------------------------------------------

// What observers run, and what prints a value, is not observed.
template <class Event>
void thread_watcher::tell(Event const& event) noexcept {
    if (telling_) return;
    telling_ = true;
    tell_scheduled();
    event();
    telling_ = false;
}

#define LASTI_TELL(...)                                                                            \
    do {                                                                                           \
        for (trace::observer* const o : observers_) o->__VA_ARGS__;                                \
    } while (false)

void thread_watcher::tell_scheduled() {
    loop_core* const core = running_loop();
    if (!core || core != loop_.get()) return;
    while (known_ready_ < core->ready.size()) {
        runnable& who = core->ready[known_ready_++];
        const trace::actor of = actor_of(who), by = cause_of(who);
        LASTI_TELL(scheduled(of, by));
    }
}

// What is told of may have been let go of while it ran, so it is not freed by the handle here.
namespace {
class kept_alive {
public:
    explicit kept_alive(frame& f) noexcept : frame_(f) { ++frame_.references; }
    kept_alive(kept_alive const&) = delete;
    kept_alive& operator=(kept_alive const&) = delete;
    ~kept_alive() { --frame_.references; }

private:
    frame& frame_;
};

// Of a struct form it is the name of a type.
std::string plain_name(std::string name) {
    name.erase(std::min(name.find('<'), name.size()));
    const std::size_t scope = name.rfind("::");
    return scope == std::string::npos ? name : name.substr(scope + 2);
}

std::string text_shown(frame& f, void (*value)(frame&, value_writer&)) {
    streaming_writer out;
    const error problem = outcome_of([&] { value(f, out); });
    return problem ? "<" + problem.type_name() + ">" : trace::shortened(out.text);
}

// Not asked of a handle, which would count as retrieving it.
error failure_of(task_state const& task) {
    if (task.state == future_state::status::cancelled) return error::make(cancelled_error());
    return task.state == future_state::status::failed ? task.exception : error();
}
}  // namespace

thread_watcher::known const* thread_watcher::find(frame const& f) const noexcept {
    const auto found = frames_.find(&f);
    return found == frames_.end() ? nullptr : &found->second;
}

trace::subject thread_watcher::subject_of(frame& f) {
    known const* const found = find(f);
    return trace::subject{frame_info(&f), found ? found->name : plain_name(f.gi_code->name),
                          found ? found->number : 0};
}

// ---- frames -------------------------------------------------------------------------------------

void thread_watcher::created(frame& f, frame_shows const& how) noexcept {
    if (telling_) return;
    std::string name = plain_name(f.gi_code->name);
    const unsigned nth = ++made_of_name_[name];
    if (nth > 1) name += '#' + std::to_string(nth);
    const unsigned number = ++frames_made_;
    frames_[&f] = known{number, std::move(name), &how};
    living_[number] = &f;
    const kept_alive held(f);
    tell([&] { LASTI_TELL(created(subject_of(f))); });
}

void thread_watcher::gone(frame& f) noexcept {
    const auto found = frames_.find(&f);
    if (found == frames_.end()) return;
    living_.erase(found->second.number);
    frames_.erase(found);
}

void thread_watcher::entering(frame& f) noexcept {
    const bool is_new = again_ != &f;
    again_ = nullptr;
    known const* const of = find(f);
    if (!is_new || !of) return;
    const kept_alive held(f);
    tell([&] {
        const std::string value = text_shown(f, of->shows->sent);
        LASTI_TELL(resumed(subject_of(f), value));
    });
}

void thread_watcher::left(frame& f, step why) noexcept {
    if (why == step::again) again_ = &f;
    known const* const left = find(f);
    if (why == step::again || why == step::refused || !left) return;
    const kept_alive held(f);
    tell([&] {
        const trace::subject of = subject_of(f);
        switch (why) {
        case step::delegated:
        case step::thrown_in: {
            const kept_alive child_held(*f.gi_yieldfrom);
            LASTI_TELL(delegated(of, subject_of(*f.gi_yieldfrom)));
            break;
        }
        case step::raised:
            LASTI_TELL(raised(of, f.in_flight));
            break;
        case step::returned: {
            const std::string result = text_shown(f, left->shows->result);
            LASTI_TELL(returned(of, result));
            break;
        }
        case step::yielded:
            if (*f.kind() == 'g') {
                const std::string item = text_shown(f, left->shows->yielded);
                LASTI_TELL(yielded(of, item));
            } else if (request const* const asks =
                           static_cast<awaiting_frame&>(f).waits_for.get()) {
                const std::string words = asks->describe();
                LASTI_TELL(asked(of, words));
            }
            break;
        default: {
            const std::string item = text_shown(f, left->shows->yielded);
            LASTI_TELL(yielded(of, item));
        }
        }
    });
}

void thread_watcher::thrown_in(frame& f, error const& thrown) noexcept {
    if (!find(f)) return;
    const kept_alive held(f);
    tell([&] { LASTI_TELL(thrown_in(subject_of(f), thrown)); });
}

void thread_watcher::ended(frame& f) noexcept {
    if (!find(f)) return;
    const kept_alive held(f);
    tell([&] { LASTI_TELL(ended(subject_of(f))); });
}

// ---- the loop -----------------------------------------------------------------------------------

trace::actor thread_watcher::actor_of(runnable& who) {
    if (task_state* const task = who.as_turn_of_task())
        return trace::actor{trace::actor::task, task->name(), any_task(task)};
    if (!who.is_callback) return trace::actor{trace::actor::timer, "a timer", any_task()};
    future_state* const gets_on = static_cast<callback_state&>(who).on_behalf_of;
    task_state* const task = gets_on ? gets_on->as_task() : nullptr;
    return trace::actor{trace::actor::callback,
                        task ? "a callback for " + task->name() : std::string("a callback"),
                        any_task()};
}

trace::actor thread_watcher::by_whom() const {
    if (!turns_.empty()) return turns_.back();
    return in_round_ ? trace::actor{trace::actor::outside, "outside", any_task()}
                     : trace::actor{trace::actor::program, "the program", any_task()};
}

trace::actor thread_watcher::cause_of(runnable& who) {
    const auto slept = sleeping_.find(&who);
    const bool due = slept != sleeping_.end() && slept->second <= now();
    if (slept != sleeping_.end()) sleeping_.erase(slept);
    if (turns_.empty() && due) return trace::actor{trace::actor::clock, "the clock", any_task()};
    if (turns_.empty() && who.as_turn_of_task() &&
        who.as_turn_of_task()->root->f_lasti == frame::created)
        return trace::actor{trace::actor::program, "the program", any_task()};
    return by_whom();
}

loop_clock::time_point thread_watcher::now() noexcept {
    if (loop_ && (loop_->face || loop_->is_running)) now_ = loop_->clock->now();
    return now_;
}

void thread_watcher::run_begins(loop_core& core) noexcept {
    if (loop_.get() != &core) {
        loop_ = counted<loop_core>(&core);
        sleeping_.clear();
        known_ready_ = 0;
    }
    in_round_ = false;
    for (std::size_t i = 0; i < core.sleeping.size(); ++i)
        if (!sleeping_.count(&core.sleeping[i]))
            asleep(core.sleeping[i], core.sleeping.deadline(i));
}

void thread_watcher::task_created(task_state& made) noexcept {
    if (!loop_) loop_ = counted<loop_core>(made.loop);
    tell([&] { LASTI_TELL(task_created(actor_of(made), subject_of(*made.root), by_whom())); });
}

void thread_watcher::cancel_asked(task_state& of) noexcept {
    tell([&] { LASTI_TELL(cancel_asked(actor_of(of), by_whom())); });
}

void thread_watcher::asleep(runnable& who, loop_clock::time_point deadline) noexcept {
    sleeping_[&who] = deadline;
    tell([&] { LASTI_TELL(asleep(actor_of(who), delay(deadline).in_seconds())); });
}

void thread_watcher::turn_begins(runnable& who) noexcept {
    if (known_ready_ > 0) --known_ready_;
    const trace::actor of = actor_of(who);
    tell([&] { LASTI_TELL(turn_begins(of)); });
    turns_.push_back(of);
}

void thread_watcher::eager_turn_begins(task_state& who) noexcept {
    const trace::actor of = actor_of(who);
    tell([&] { LASTI_TELL(turn_begins(of)); });
    turns_.push_back(of);
}

void thread_watcher::turn_ends(runnable& who) noexcept {
    if (turns_.empty()) return;  // it was attached in this turn
    const trace::actor of = turns_.back();
    tell([&] {
        task_state* const task = who.as_turn_of_task();
        request const* const asks = task ? task->waiting_for() : nullptr;
        const std::string words = asks ? asks->describe() : std::string();
        LASTI_TELL(turn_ends(of, words));
        if (!task || !task->done()) return;
        const error failure = failure_of(*task);
        LASTI_TELL(task_ended(of, failure));
    });
    turns_.pop_back();
}

void thread_watcher::task_destroyed(task_state& ended) noexcept {
    tell([&] { LASTI_TELL(task_ended(actor_of(ended), failure_of(ended))); });
}

void thread_watcher::loop_waits(loop_clock::time_point deadline) noexcept {
    in_round_ = true;
    tell([&] {
        const bool for_ever = deadline == loop_clock::time_point::max();
        LASTI_TELL(
            loop_waits(delay(now()).in_seconds(), for_ever ? -1.0 : delay(deadline).in_seconds()));
    });
}

void thread_watcher::round_begins() noexcept {
    tell([&] {
        in_round_ = true;
        LASTI_TELL(round_begins(delay(now()).in_seconds(), loop_->ready.size()));
    });
}

#undef LASTI_TELL

}  // namespace detail
}  // namespace lasti
