// context_state: what a context refers to: a counted map from variables to values, replaced as a
// whole by each set().
//
// Copying a context copies one pointer, and a context in which nothing is set is a null pointer, so
// that programs without context variables pay nothing for them. Nothing is done when tasks are
// switched, either: the current context is that of the task or callback that the running loop has
// in hand (current_context()).
//
// Counts are atomic here, unlike those of other handles: to_thread() takes a copy of a context to
// another thread, and the map in it is shared with the original.
#ifndef LASTI_DETAIL_CONTEXT_STATE_HPP_INCLUDED
#define LASTI_DETAIL_CONTEXT_STATE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <lasti/detail/counted.hpp>
#include <lasti/export.hpp>

namespace lasti {
namespace detail {

/// What makes two context_vars the same variable: the address of this.
struct LASTI_API context_key {
    explicit context_key(std::string given_name);
    context_key(context_key const&) = delete;
    context_key& operator=(context_key const&) = delete;

    std::string const name;
    std::uint64_t const number;  // in the order in which the variables were made
};

typedef std::shared_ptr<context_key const> context_key_pointer;
typedef std::shared_ptr<void const> context_value;

class LASTI_API context_state {
public:
    context_state() noexcept : references_(0) {}
    context_state(context_state const&) = delete;
    context_state& operator=(context_state const&) = delete;

    void retain() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
    void release() noexcept {
        if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }

    /// The variable's value; null if it has none here.
    context_value find(context_key const& key) const;
    /// Gives it a value; null takes it away.
    void assign(context_key_pointer const& key, context_value value);
    std::size_t size() const noexcept { return map_ ? map_->size() : 0; }
    /// A context of its own with the same values; null if there are none.
    counted<context_state> copy() const;
    /// The variables that have a value here, in the order in which they were made.
    std::vector<context_key_pointer> keys() const;

    bool entered = false;  // a context::run() of it is on some thread's stack

private:
    struct entry {
        context_key_pointer key;
        context_value value;
    };
    typedef std::vector<entry> entries;  // by number

    ~context_state() {}

    std::atomic<unsigned> references_;
    std::shared_ptr<entries const> map_;  // never changed, only replaced; null: nothing is set
};

/// Where the current context is kept; null while nothing was set in it. It is that of the innermost
/// context::run(); else of the task or the callback that the loop on this thread runs; else the
/// thread's own.
LASTI_API counted<context_state>& current_context() noexcept;
/// A copy of the current context: what a task or a callback begins with.
inline counted<context_state> copied_context() {
    counted<context_state> const& current = current_context();
    return LASTI_LIKELY(!current) ? counted<context_state>() : current->copy();
}

/// Makes a context the current one of this thread, until the end of the scope.
class LASTI_API entered_context {
public:
    /// `slot` may be null, and gets what is set meanwhile. It must outlive this object.
    explicit entered_context(counted<context_state>& slot) noexcept;
    entered_context(entered_context const&) = delete;
    entered_context& operator=(entered_context const&) = delete;
    ~entered_context();

protected:
    friend counted<context_state>& current_context() noexcept;

    counted<context_state>* const slot_;  // null: what the loop and the thread say
    entered_context* const outer_;

    entered_context() noexcept;
};

/// The loop begins to run on this thread, or steps a task inside another's step: what
/// context::run() made current outside does not count in there.
class LASTI_API no_entered_context : private entered_context {
public:
    no_entered_context() noexcept {}
};

}  // namespace detail
}  // namespace lasti

#endif
