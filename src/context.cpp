// Contexts: their maps, and which one is current.
#include <lasti/context.hpp>

#include <algorithm>
#include <utility>

#include <lasti/detail/handle.hpp>
#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/task_state.hpp>

namespace lasti {
namespace detail {

namespace {

// Outside of loops.
#if defined(__MINGW32__)
// It frees what is thread_local before its destructors have run. This one stays.
counted<context_state>& of_this_thread() {
    thread_local counted<context_state>* made = nullptr;
    if (!made) made = new counted<context_state>;
    return *made;
}
#else
counted<context_state>& of_this_thread() {
    thread_local counted<context_state> context;
    return context;
}
#endif
thread_local entered_context* innermost = nullptr;

std::uint64_t next_number() noexcept {
    static std::atomic<std::uint64_t> last(0);
    return ++last;
}

}  // namespace

context_key::context_key(std::string given_name)
    : name(std::move(given_name)), number(next_number()) {}

// ---- the map ------------------------------------------------------------------------------------

context_value context_state::find(context_key const& key) const {
    if (!map_) return context_value();
    for (entry const& e : *map_)
        if (e.key.get() == &key) return e.value;
    return context_value();
}

void context_state::assign(context_key_pointer const& key, context_value value) {
    const std::shared_ptr<entries> changed =
        map_ ? std::make_shared<entries>(*map_) : std::make_shared<entries>();
    const auto at = std::lower_bound(
        changed->begin(), changed->end(), key->number,
        [](entry const& e, std::uint64_t number) { return e.key->number < number; });
    const bool there = at != changed->end() && at->key == key;
    if (there && value) at->value = std::move(value);
    else if (there) changed->erase(at);
    else if (value) changed->insert(at, entry{key, std::move(value)});
    // Out first: the values that die here may ask for this context.
    std::shared_ptr<entries const> old(changed->empty() ? nullptr : changed);
    map_.swap(old);
}

counted<context_state> context_state::copy() const {
    if (!map_) return counted<context_state>();
    const counted<context_state> made(new context_state);
    made->map_ = map_;
    return made;
}

std::vector<context_key_pointer> context_state::keys() const {
    std::vector<context_key_pointer> found;
    if (map_)
        for (entry const& e : *map_) found.push_back(e.key);
    return found;
}

// ---- the current context ------------------------------------------------------------------------

counted<context_state>& current_context() noexcept {
    if (LASTI_UNLIKELY(innermost && innermost->slot_)) return *innermost->slot_;
    loop_core* const loop = running_loop();
    if (!loop) return of_this_thread();
    if (loop->current_task) return loop->current_task->runs_in;
    return loop->current_callback ? loop->current_callback->runs_in : of_this_thread();
}

entered_context::entered_context(counted<context_state>& slot) noexcept
    : slot_(&slot), outer_(innermost) {
    innermost = this;
}

entered_context::entered_context() noexcept : slot_(nullptr), outer_(innermost) {
    innermost = this;
}

entered_context::~entered_context() { innermost = outer_; }

}  // namespace detail

// ---- context ------------------------------------------------------------------------------------

context::entry::entry(detail::context_state& state) : state_(&state), entered_(state_) {
    // A task enters no context: it is current because the task runs.
    const detail::loop_core* const loop = detail::running_loop();
    const bool of_the_task =
        loop && ((loop->current_task && loop->current_task->runs_in == state_) ||
                 (loop->current_callback && loop->current_callback->runs_in == state_));
    if (state.entered || of_the_task)
        detail::throw_out(runtime_error("cannot enter context: it is already entered"));
    state.entered = true;
}

context::entry::~entry() { state_->entered = false; }

context context::copy() const {
    detail::counted<detail::context_state> copied = get().copy();
    return copied ? context(std::move(copied)) : make();
}

std::vector<std::string> context::names() const {
    std::vector<std::string> found;
    for (detail::context_key_pointer const& key : get().keys()) found.push_back(key->name);
    return found;
}

context copy_context() {
    detail::counted<detail::context_state> copied = detail::copied_context();
    return copied ? context(std::move(copied)) : context::make();
}

}  // namespace lasti
