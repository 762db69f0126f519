// wait_list: who waits for a lock, an event, a queue, in the order they came. One type under all of
// them.
//
// A waiter is a node in the frame that awaits, so that waiting allocates nothing. It waits; then it
// is woken or cancelled, once; then its task's turn comes, and its request finishes (go_on) or
// waits again. What was given to a waiter that does not take it (it was cancelled, or its frame
// destroyed, between the two) its request gives to the next. That is the whole of what a primitive
// has to get right.
#ifndef LASTI_DETAIL_WAIT_LIST_HPP_INCLUDED
#define LASTI_DETAIL_WAIT_LIST_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <lasti/coroutine.hpp>
#include <lasti/detail/future_state.hpp>
#include <lasti/detail/task_state.hpp>

namespace lasti {
namespace detail {

class LASTI_API wait_list {
public:
    wait_list() noexcept { head_.next = head_.previous = &head_; }
    wait_list(wait_list const&) = delete;
    wait_list& operator=(wait_list const&) = delete;

    bool empty() const noexcept { return head_.next == &head_; }
    std::size_t size() const noexcept;
    waiter& front() const noexcept { return static_cast<waiter&>(*head_.next); }
    /// The one behind `node`; of null, the first. Null at the end.
    waiter const* after(waiter const* node) const noexcept {
        const list_link* const next = node ? node->next : head_.next;
        return next == &head_ ? nullptr : static_cast<waiter const*>(next);
    }
    /// Whether all in it are on their way out, cancelled. Ends at the first that is not.
    bool all_cancelled() const noexcept;

    /// The task waits here from now on, behind the others.
    void add(waiter& node, task_state& task) noexcept {
        node.who = &task;
        head_.push_back(node);
        task.wait = wait_state::waiting;
    }
    /// Wakes the first, which leaves the list. False: nobody waits.
    bool wake_first() noexcept {
        if (empty()) return false;
        waiter& first = front();
        first.unlink();
        wake(first);
        return true;
    }
    void wake_all() noexcept {
        while (wake_first()) {
        }
    }
    template <class F>
    void for_each(F what) const noexcept {
        for (list_link* at = head_.next; at != &head_; at = at->next)
            what(static_cast<waiter&>(*at));
    }
    /// Those that still wait leave the list and get the exception.
    void fail_all(error const& what) noexcept;

    static task_state& task_of(waiter const& node) noexcept {
        return static_cast<task_state&>(*node.who);
    }
    /// Its task's turn comes in the next round. It stays where it stands.
    static void wake(waiter& node) noexcept {
        task_state& task = task_of(node);
        task.wait = wait_state::woken;
        task.wake();
    }

private:
    list_link head_;
};

/// What the handles of one lock, event, … share: a count, the loop that it serves, who waits.
class LASTI_API waitable {
public:
    explicit waitable(std::string given_name) noexcept : name(std::move(given_name)) {}
    waitable(waitable const&) = delete;
    waitable& operator=(waitable const&) = delete;

    void retain() noexcept { ++references; }
    void release() noexcept {
        if (LASTI_UNLIKELY(--references <= awaited_by)) last_handle_gone();
    }

    /// For who has to wait: it serves one loop, the first that somebody waits on. True: that is not
    /// the one that runs here.
    bool is_foreign() noexcept;
    /// What to say then.
    error foreign() const;
    /// "lock", "queue".
    virtual const char* kind() const noexcept = 0;
    /// "lock 'db'", or "a lock" of one without a name.
    std::string title() const;

    std::uint32_t references = 0;  // handles, and requests
    std::uint32_t awaited_by = 0;  // those of the references that only wait for it
    loop_core* loop = nullptr;     // which it serves; kept alive
    std::string name;              // for reports

protected:
    virtual ~waitable();

private:
    virtual void fail_waiters(error const& what) noexcept = 0;
    void last_handle_gone() noexcept;
};

/// The request of who waits for one.
class LASTI_API wait_request : public request {
public:
    static constexpr bool never_fails = false;

    ~wait_request() override {
        if (owner_) owner_->release();
    }
    std::string describe() const override { return owner_ ? owner_->title() : std::string(); }
    bool cancel(task_state& task, std::string const& message) override;

protected:
    explicit wait_request(waitable& owner) noexcept : owner_(&owner) { owner.retain(); }

    /// Of arm(): the task stands in `list` from now on.
    void enter(wait_list& list, task_state& task) noexcept;
    /// It waits no more: its turn has come, or its frame goes. How it had fared.
    wait_state leave() noexcept;
    bool is_armed() const noexcept { return node_.who != nullptr; }
    /// Cancels it if it still waits; it stays in the list until its turn.
    static bool give_up(task_state& task, std::string const& message);
    /// It does not need its owner any more.
    void forget_owner() noexcept {
        waitable* const owner = owner_;
        owner_ = nullptr;
        owner->release();
    }
    /// It was suspended, and somebody goes on with it by hand who did not wait.
    [[noreturn]] void not_awaited() const;

    waiter node_;
    waitable* owner_;  // null: it has what it asked for
};

/// What AWAIT_SET assigns for what Python answers with True, and AWAIT drops.
inline void answer_true(void*) noexcept {}
template <class X>
void answer_true(X* target) {
    *target = true;
}

/// The state behind a handle.
template <class State>
State& state_of(counted<State> const& state, const char* type) {
    if (LASTI_UNLIKELY(!state))
        throw_out(type_error(std::string("this ") + type +
                             " handle is empty: default-constructed or moved from"));
    return *state;
}

}  // namespace detail
}  // namespace lasti

#endif
