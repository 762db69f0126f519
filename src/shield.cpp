// shield(): what passes through it, and what is left of it when the outer side is gone.
#include <lasti/shield.hpp>

#include <lasti/detail/loop_core.hpp>

namespace lasti {
namespace detail {

shielding::shielding(future_state& outer, future_state& inner) noexcept
    : watcher(outer), outer_(outer), inner_(*this, inner, &outer), cancelled_(*this) {}

void shielding::notice::begin() noexcept {
    retain();
    told_.outer_.retain();
    make_ready();
    release();
}

void shielding::notice::last_handle_gone() noexcept {
    if (references == 0) told_.outer_.release();
}

void shielding::outer_cancelled() noexcept { cancelled_.begin(); }

void shielding::watch_for_exceptions() noexcept {
    if (inner_.child().done()) return;
    inner_.end();
    only_reports_ = true;
    inner_.on_behalf_of = nullptr;
    inner_.begin();
}

void shielding::child_done(watch&) {
    future_state& inner = inner_.child();
    if (only_reports_) return report_exception(inner);
    if (outer_.done()) return;
    if (inner.state == future_state::status::finished) {
        error problem = outcome_of([&] { copy_result(inner); });
        if (problem) outer_.fail(std::move(problem));
    } else if (inner.state == future_state::status::failed) {
        outer_.fail(inner.outcome());
    } else {
        outer_.future_state::cancel(std::string());
    }
}

void shielding::report_exception(future_state& inner) const noexcept {
    if (inner.state != future_state::status::failed || inner.shield_reported) return;
    inner.shield_reported = true;
    const error problem = inner.outcome();
    exception_context context = about(inner, problem.type_name() + " exception in shielded future");
    context.exception = problem;
    inner.loop->report(context);
}

}  // namespace detail
}  // namespace lasti
