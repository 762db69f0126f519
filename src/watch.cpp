// What the combinators wait with, and how chains of them end.
#include <lasti/detail/watch.hpp>

#include <new>

#include <lasti/detail/task_state.hpp>

namespace lasti {
namespace detail {

void check_loop(loop_core& loop, future_state& given) {
    if (given.loop != &loop)
        throw_out(
            value_error("The futures belong to different loops: the first one's is not that of " +
                        given.describe()));
}

watch::watch(watcher& told, future_state& child, future_state* for_whom) noexcept
    : callback_state(*child.loop), told_(told), child_(&child) {
    on_behalf_of = for_whom;
    child.retain();
    ++child.awaited_by;
}

watch::~watch() { drop_child(); }

void watch::begin() noexcept {
    has_begun_ = true;
    has_ended_ = false;
    retain();
    told_.self_.retain();
    call_when_done(*child_);
    release();
}

void watch::end() noexcept {
    has_ended_ = true;
    stop_waiting();
}

void watch::drop_child() noexcept {
    if (!child_) return;
    future_state& child = *child_;
    child_ = nullptr;
    --child.awaited_by;
    child.release();
}

void watch::call() {
    if (!has_ended_) told_.child_done(*this);
}

void watch::last_handle_gone() noexcept {
    if (references == 0) told_.self_.release();
}

// ---- watch_list ---------------------------------------------------------------------------------

watch_list::watch_list(std::size_t capacity)
    : first_(static_cast<watch*>(::operator new(capacity * sizeof(watch)))), owns_room_(true) {}

watch_list::watch_list(void* room) noexcept
    : first_(static_cast<watch*>(room)), owns_room_(false) {}

watch_list::~watch_list() {
    while (size_ > 0) first_[--size_].~watch();
    if (owns_room_) ::operator delete(first_);
}

watch& watch_list::add(watcher& told, future_state& child, future_state* for_whom) noexcept {
    return *::new (static_cast<void*>(first_ + size_++)) watch(told, child, for_whom);
}

future_state* watch_list::task_of(frame const& coroutine) const noexcept {
    for (watch const& w : *this) {
        task_state const* const task = w.child().as_task();
        if (task && task->root.get() == &coroutine) return &w.child();
    }
    return nullptr;
}

std::string watch_list::describe() const {
    static constexpr std::size_t enough = 4;
    std::string text;
    std::size_t pending = 0;
    for (watch const& w : *this) {
        if (!w.has_child() || w.child().done() || ++pending > enough) continue;
        // By its name alone: a chain of them may be of any length.
        text += (pending > 1 ? ", " : "") +
                (w.child().as_gathering() ? std::string("a gather") : w.child().describe());
    }
    if (pending > enough) text += " and " + std::to_string(pending - enough) + " more";
    return text;
}

// ---- chained_death ------------------------------------------------------------------------------

struct chained_death::queue {
    static constexpr int deepest = 40;
    int depth;
    chained_death* first;
};

void chained_death::die_in_turn(runnable& self) noexcept {
    static thread_local queue waiting = {0, nullptr};
    if (self_) return;  // it waits already
    if (waiting.depth >= queue::deepest) {
        self.retain();
        self_ = &self;
        next_ = waiting.first;
        waiting.first = this;
        return;
    }
    ++waiting.depth;
    die();
    --waiting.depth;
    if (waiting.depth > 0) return;
    while (chained_death* const next = waiting.first) {
        waiting.first = next->next_;
        runnable& reborn = *next->self_;
        next->self_ = nullptr;
        if (--reborn.references > reborn.awaited_by) continue;  // somebody has a handle again
        ++waiting.depth;
        next->die();
        --waiting.depth;
    }
}

}  // namespace detail
}  // namespace lasti
