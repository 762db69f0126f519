// gather(): how the ends of its children become its own.
#include <lasti/gather.hpp>

#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/task_state.hpp>

namespace lasti {
namespace detail {

event_loop& face_of(loop_core& loop) {
    if (!loop.face) throw_out(runtime_error("Event loop is closed"));
    return *loop.face;
}

gathering::gathering(future_state& outer, std::size_t capacity, bool keeps_exceptions)
    : watcher(outer), outer_(outer), watches_(capacity), keeps_exceptions_(keeps_exceptions) {}

void gathering::add(future_state& child) noexcept {
    const bool was_done = child.done();
    watch& added = watches_.add(*this, child, &outer_);
    ++left_;
    if (!was_done) added.begin();
}

void gathering::begin() {
    if (left_ == 0) return finish();
    // Those that were done when they were added have no callback on its way.
    for (std::size_t i = 0; i < size(); ++i)
        if (!watches_[i].has_begun()) count(child(i));
}

void gathering::give_up() noexcept { outer_.future_state::cancel(std::string()); }

void gathering::count(future_state& child) {
    --left_;
    if (outer_.done()) {
        child.retrieved = true;  // there is nobody left to be told
        return;
    }
    if (!keeps_exceptions_ && child.state != future_state::status::finished) {
        // A child that was cancelled by itself is one that failed: gather() was not cancelled.
        outer_.fail(child.outcome());
        return;
    }
    if (left_ == 0) finish();
}

void gathering::finish() {
    error problem;
    if (cancel_requested) {
        future_state& last = child(size() - 1);
        problem = last.state == future_state::status::cancelled
                      ? last.outcome()
                      : error::make(cancelled_error(last.message ? *last.message : std::string()));
        for (watch& w : watches_) w.child().retrieved = true;
    } else {
        problem = outcome_of([this] { collect(); });
    }
    for (watch& w : watches_) w.drop_child();
    if (problem) outer_.fail(std::move(problem));
}

}  // namespace detail
}  // namespace lasti
