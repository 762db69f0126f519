// condition_state, and how one waits on it: let go of the lock, be notified, have the lock again.
#ifndef LASTI_DETAIL_CONDITION_STATE_HPP_INCLUDED
#define LASTI_DETAIL_CONDITION_STATE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include <lasti/lock.hpp>

namespace lasti {
namespace detail {

class LASTI_API condition_state final : public waitable {
public:
    condition_state(counted<lock_state> with, std::string given_name) noexcept
        : waitable(std::move(given_name)), lock(std::move(with)) {}

    /// Wakes up to so many of those who were not notified yet.
    void notify(std::size_t n) noexcept {
        while (n-- > 0 && waiters.wake_first()) {
        }
    }
    /// Throws runtime_error if the lock is not held.
    void require_lock(const char* operation) const;
    /// "cannot wait on un-acquired lock"
    error not_locked(const char* operation) const;
    const char* kind() const noexcept override { return "condition"; }
    std::string describe() const;

    counted<lock_state> const lock;
    wait_list waiters;  // who was not notified yet

private:
    ~condition_state() override;
    void fail_waiters(error const& what) noexcept override;

    // What it knows of the lock is for those only who wait to have it again.
    bool only_awaited_ = false;
};

/// A request that waits on a condition, perhaps repeatedly. Its owner may be what the condition is
/// a part of.
class LASTI_API condition_waiter : public wait_request {
public:
    bool cancel(task_state& task, std::string const& message) override;
    bool is_shielded(task_state const& task) const noexcept override {
        return task.wait_stage == for_lock;
    }

protected:
    enum stage : unsigned char { for_notify, for_lock };
    enum class waited : unsigned char { on, over, over_without_lock };

    using wait_request::wait_request;

    /// Lets go of the lock, and waits to be notified.
    void begin_wait(condition_state& c, task_state& task);
    /// Its task's turn has come, with `thrown`: on: it waits to have the lock again, and to be told
    /// once more. Else `thrown` is what the wait ends with; it stands nowhere, but is still armed.
    waited go_on_waiting(condition_state& c, task_state& task, error& thrown);
    /// Waits for the lock, behind the others.
    void wait_for_lock(lock_state& l, task_state& task);
    /// The frame goes while it waits: what it was given goes to the next. True: it has the lock, as
    /// whoever raises in a wait has.
    bool back_out_of_wait(condition_state& c) noexcept;

    error pending_;  // what it ends with, while it waits for the lock
};

class LASTI_API condition_request : public condition_waiter {
public:
    template <class Wait>
    condition_request(Wait const& asked, awaiting_frame&) : condition_waiter(*asked.state) {}
    ~condition_request() override {
        if (is_armed()) back_out_of_wait(state());
    }

    bool ready() noexcept { return !state().lock->locked || owner_->is_foreign(); }
    error problem() const;
    bool take() const {
        if (LASTI_UNLIKELY(owner_)) not_awaited();
        return true;
    }
    std::string describe() const override {
        return owner_ ? state().describe() : std::string("a condition");
    }
    void arm(task_state& task) override;
    void disarm(task_state&) noexcept override { back_out_of_wait(state()); }
    bool go_on(task_state& task, error& thrown) override;

protected:
    condition_state& state() const noexcept { return static_cast<condition_state&>(*owner_); }
};

/// What wait() returns.
struct LASTI_TO_BE_AWAITED condition_wait {
    typedef condition_request request_type;
    counted<condition_state> state;
};

/// What a predicate has answered. Where that is a bool it need not be kept: it was true.
template <class R>
struct kept_answer {
    bool keep(R answer) {
        value.set(std::move(answer));
        return static_cast<bool>(value.get());
    }
    R give() { return value.take(); }
    slot<R> value;
};
template <>
struct kept_answer<bool> {
    bool keep(bool answer) const noexcept { return answer; }
    bool give() const noexcept { return true; }
};

template <class Predicate>
using answer_of = typename std::decay<decltype(std::declval<Predicate&>()())>::type;

/// Keeps the predicate while it waits. One larger than a pointer makes it too large for its place
/// in the frame.
template <class Predicate>
class condition_request_for final : public condition_request,
                                    private kept_answer<answer_of<Predicate>> {
    typedef kept_answer<answer_of<Predicate>> answer;

public:
    template <class WaitFor>
    condition_request_for(WaitFor&& asked, awaiting_frame& by)
        : condition_request(asked, by), predicate_(std::forward<WaitFor>(asked).predicate) {}

    bool ready() {
        if (!this->keep(predicate_())) return condition_request::ready();
        forget_owner();
        return true;
    }
    error problem() const { return owner_ ? condition_request::problem() : error(); }
    answer_of<Predicate> take() {
        if (LASTI_UNLIKELY(owner_)) not_awaited();
        return this->give();
    }
    bool go_on(task_state& task, error& thrown) override {
        const waited how = go_on_waiting(state(), task, thrown);
        if (how == waited::on) return false;
        if (!thrown && !holds(thrown)) {
            if (state().lock->locked) {
                begin_wait(state(), task);
                return false;
            }
            thrown = state().not_locked("wait");
        }
        leave();
        forget_owner();
        return true;
    }

private:
    // What the predicate throws, wait_for() raises.
    bool holds(error& thrown) {
#if LASTI_HAS_EXCEPTIONS
        try {
            return this->keep(predicate_());
        } catch (...) {
            thrown = error::current();
            if (!thrown) throw;  // pthread_exit or pthread_cancel
            return true;
        }
#else
        (void)thrown;
        return this->keep(predicate_());
#endif
    }

    Predicate predicate_;
};

static_assert(sizeof(condition_request_for<bool (*)()>) <= request_slot::room_size,
              "waiting for a condition allocates nothing");

/// What wait_for() returns.
template <class Predicate>
struct condition_wait_for {
    typedef condition_request_for<Predicate> request_type;
    counted<condition_state> state;
    Predicate predicate;
};

}  // namespace detail
}  // namespace lasti

#endif
