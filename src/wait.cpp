// wait(): when the task that stands in it goes on.
#include <lasti/wait.hpp>

#include <new>

#include <lasti/detail/loop_core.hpp>

namespace lasti {
namespace detail {

futures_wait_request_base::futures_wait_request_base(std::size_t how_many,
                                                     wait_options const& options,
                                                     awaiting_frame const& by) {
    if (how_many == 0) throw_out(value_error("Set of Tasks/Futures is empty: " + by.place()));
    if (options.is_limited && options.time.is_nan())
        throw_out(value_error("wait: the timeout is NaN: " + by.place()));
    state_ = futures_wait::make(running_core(), how_many, options);
}

counted<futures_wait> futures_wait::make(loop_core& loop, std::size_t how_many,
                                         wait_options const& options) {
    void* const room = ::operator new(sizeof(futures_wait) + how_many * sizeof(watch));
    return counted<futures_wait>(::new (room) futures_wait(loop, options));
}

static_assert(sizeof(futures_wait) % alignof(watch) == 0, "the watches lie behind it");

futures_wait::futures_wait(loop_core& owner, wait_options const& options) noexcept
    : callback_state(owner), watcher(static_cast<runnable&>(*this)), options_(options),
      watches_(static_cast<void*>(this + 1)) {}

void futures_wait::last_handle_gone() noexcept {
    if (references != 0) return;
    void* const room = this;
    this->~futures_wait();
    ::operator delete(room);
}

void futures_wait::check_loops(awaiting_frame const& by) const {
    for (watch const& w : watches_)
        if (w.child().loop != loop)
            throw_out(value_error("wait: " + w.child().describe() +
                                  " is attached to a different loop: " + by.place()));
}

void futures_wait::begin(task_state& waiting) {
    waiting_ = &waiting;
    on_behalf_of = &waiting;
    left_ = watches_.size();
    if (options_.is_limited) call_at(loop->later_by(options_.time.count()));
    for (watch& w : watches_) {
        w.on_behalf_of = &waiting;
        w.begin();
    }
    if (options_.is_limited) return;
    // The handles that the request has only wait. They may have been the last that did not.
    for (watch& w : watches_) {
        future_state& child = w.child();
        ++child.awaited_by;
        child.retain();
        child.release();
    }
}

void futures_wait::child_done(watch& which) {
    future_state& child = which.child();
    --left_;
    bool enough = left_ == 0 || options_.until == return_when::first_completed;
    if (!enough && options_.until == return_when::first_exception &&
        child.state == future_state::status::failed) {
        child.retrieved = true;
        enough = true;
    }
    if (!enough) return;
    stop_waiting();
    wake(error());
}

void futures_wait::wake(error thrown) noexcept {
    task_state* const woken = waiting_;
    waiting_ = nullptr;
    if (woken) woken->wake(std::move(thrown));
}

bool futures_wait::cancel(std::string const& message) {
    if (!waiting_) return false;
    wake(error::make(cancelled_error(message)));
    return true;
}

void futures_wait::end() noexcept {
    const counted<futures_wait> held(this);
    waiting_ = nullptr;
    stop_waiting();
    for (watch& w : watches_) {
        if (!w.has_child()) continue;
        w.end();
        if (w.has_begun() && !options_.is_limited) --w.child().awaited_by;
        w.drop_child();
    }
}

std::string futures_wait::describe() const { return "wait for " + watches_.describe(); }

}  // namespace detail
}  // namespace lasti
