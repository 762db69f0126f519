// task_group: tasks that live and fail together. asyncio.TaskGroup.
//
//     lasti::task_group group;
//     ASYNC_WITH(group)
//         group.create_task(fetch(a));
//         group.create_task(fetch(b));
//     END_ASYNC_WITH                      // waits for both; if one fails, the other is cancelled
//
// What its tasks raise leaves the statement as one exception_group.
#ifndef LASTI_TASK_GROUP_HPP_INCLUDED
#define LASTI_TASK_GROUP_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <list>
#include <string>
#include <utility>
#include <vector>

#include <lasti/event_loop.hpp>
#include <lasti/exception_group.hpp>

namespace lasti {

namespace detail {

class LASTI_API task_group_state {
public:
    task_group_state() {}
    task_group_state(task_group_state const&) = delete;
    task_group_state& operator=(task_group_state const&) = delete;

    void retain() noexcept { ++references_; }
    void release() noexcept {
        if (--references_ == 0) destroy();
    }

    void enter();
    /// Throws if no task can be added now.
    event_loop& check_can_add() const;
    void add(any_task child);
    void begin_exit(error raised);
    /// The task that leaves the group waits here for the children.
    bool has_children() const noexcept { return !children_.empty(); }
    void wait(task_state* leaving) noexcept { leaving_ = leaving; }
    bool is_waiting() const noexcept { return leaving_ != nullptr; }
    /// Its wait was interrupted.
    void interrupted(error thrown);
    /// The children are done: what is to be raised in place of what was; empty: nothing else.
    error finish_exit();
    std::string describe() const;

private:
    ~task_group_state() {}
    void destroy() noexcept;
    void child_done(std::list<any_task>::iterator child);
    void abort();

    unsigned references_ = 0;
    bool entered_ = false;
    bool exiting_ = false;
    bool aborting_ = false;
    bool parent_cancel_requested_ = false;  // by this group, to end its own body
    counted<future_state> parent_;          // the task that entered it
    task_state* leaving_ = nullptr;         // the same, while it waits for the children
    std::list<any_task> children_;          // not done, in the order of their creation
    std::vector<error> errors_;
    error raised_;        // by the body
    error cancellation_;  // to go on when all are done
};

class LASTI_API task_group_exit_request final : public request {
public:
    static constexpr bool never_fails = true;  // it raises by go_on()

    template <class Exit>
    task_group_exit_request(Exit const& asked, awaiting_frame const&) : group_(asked.group) {}
    ~task_group_exit_request() override { group_->wait(nullptr); }

    bool ready() const noexcept { return !group_->has_children(); }
    error problem() { return group_->finish_exit(); }
    void take() const noexcept {}
    std::string describe() const override { return group_->describe(); }
    void arm(task_state& task) override;
    bool cancel(task_state& task, std::string const& message) override;
    void disarm(task_state&) noexcept override { group_->wait(nullptr); }
    bool go_on(task_state& task, error& thrown) override;

private:
    counted<task_group_state> group_;
};

struct task_group_exit {
    typedef task_group_exit_request request_type;
    counted<task_group_state> group;
};

}  // namespace detail

/// A handle: copies name the same group, which is entered once, in a task.
///
/// When a child raises (anything but a cancelled_error), the other children are cancelled, and the
/// body, if control is still in it. The statement ends when all children have, however long that
/// takes; then it raises an exception_group("unhandled errors in a TaskGroup") of the errors in the
/// order they came. A child that is cancelled by itself or by others is silent. An exception of the
/// body cancels the children and joins the group.
class task_group {
public:
    /// A new group.
    task_group() : state_(new detail::task_group_state) {}

    /// A task of the group, from the body or from its other tasks. Throws runtime_error before it
    /// is entered, after it is left, and while it shuts down; the coroutine is closed then.
    template <class R>
    task<R> create_task(coroutine<R> c, task_options const& options,
                        call_site where = call_site::here()) const {
        struct close_unless_taken {
            coroutine<R>& c;
            ~close_unless_taken() {
                if (c && !c.shared_frame()->owned) c.close();
            }
        } const at_exit = {c};
        const task<R> made = state_->check_can_add().create_task(c, options, where);
        state_->add(made);
        return made;
    }
    template <class R>
    task<R> create_task(coroutine<R> c, std::string name = std::string(),
                        call_site where = call_site::here()) const {
        task_options options;
        options.name = std::move(name);
        return create_task(std::move(c), options, where);
    }

    // The statement calls these.
    task_group aenter() const {
        state_->enter();
        return *this;
    }
    detail::task_group_exit aexit(error const& raised) const {
        state_->begin_exit(raised);
        return detail::task_group_exit{state_};
    }

private:
    detail::counted<detail::task_group_state> state_;
};

}  // namespace lasti

#endif
