// task<R>: a coroutine that the loop runs. asyncio.Task.
//
//     lasti::task<int> t = loop.create_task(answer());
//     loop.run();
//     std::cout << t.result();
//
// The loop owns its tasks until they are done: dropping the handle drops nothing.
#ifndef LASTI_TASK_HPP_INCLUDED
#define LASTI_TASK_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <functional>
#include <iostream>  // print_stack() writes to std::cerr, unless told otherwise
#include <string>
#include <utility>
#include <vector>

#include <lasti/coroutine.hpp>
#include <lasti/detail/task_state.hpp>
#include <lasti/future.hpp>

namespace lasti {

namespace detail {

LASTI_API std::vector<frame_info> stack_of(task_state const& task, std::size_t limit);
LASTI_API void print_stack_of(task_state const& task, std::size_t limit, std::ostream& out);

/// What can be done with a task whatever its result is: the part that any_task and task<R> share.
template <class Handle>
class task_operations {
public:
    /// The name given to create_task(), or "Task-1", "Task-2", … in each loop.
    std::string get_name() const { return state().name(); }
    void set_name(std::string name) const { state().set_name(std::move(name)); }
    /// cancel() raises cancelled_error where the task stands, in the next round; the task may catch
    /// it, clean up with awaits, and even go on. One that has not started never runs. This tells
    /// how many requests to cancel are open (asyncio's Task.cancelling()).
    int cancelling() const { return state().cancelling; }
    /// Takes one request back; the last one also drops a cancellation that was not raised yet.
    int uncancel() const { return state().uncancel(); }
    /// The context it runs in, not a copy.
    context get_context() const {
        detail::counted<detail::context_state>& of_task = state().runs_in;
        if (!of_task) of_task = context::make().shared_state();
        return context(of_task);
    }
    /// The coroutine's frame.
    frame_info cr_frame() const { return frame_info(state().root.get()); }
    /// Where it stands: the frames from the outermost coroutine to the one that waits, `limit` of
    /// the innermost at most. Of a task that failed only the outermost, at the line that the
    /// exception came through; of one that ended otherwise none.
    std::vector<frame_info> get_stack(std::size_t limit = std::size_t(-1)) const {
        return stack_of(state(), limit);
    }
    /// The same in words, as Python prints a traceback.
    void print_stack(std::ostream& out = std::cerr, std::size_t limit = std::size_t(-1)) const {
        print_stack_of(state(), limit, out);
    }

private:
    task_state& state() const {
        return *static_cast<Handle const&>(*this).shared_state()->as_task();
    }
};

}  // namespace detail

/// A task, whatever its result is.
class any_task : public any_future, public detail::task_operations<any_task> {
public:
    any_task() noexcept {}
    explicit any_task(detail::task_state* state) noexcept : any_future(state) {}
};

template <class R = void>
class task : public future<R>, public detail::task_operations<task<R>> {
public:
    task() noexcept {}
    explicit task(detail::task_state* state) noexcept : future<R>(state) {}

    /// The coroutine that it runs.
    coroutine<R> get_coro() const {
        return coroutine<R>(
            static_cast<coroutine_frame<R>*>(this->shared_state()->as_task()->root.get()));
    }
    /// As future<R>'s, but the callback may take the task.
    handle add_done_callback(std::function<void(task)> callback,
                             context const& runs_in = context()) const {
        // By its address, as any_future does.
        detail::task_state* const state = this->get().as_task();
        return detail::call_when_done(
            *state, [state, callback] { callback(task(state)); }, detail::context_or_copy(runs_in));
    }
    operator any_task() const {
        return *this ? any_task(this->shared_state()->as_task()) : any_task();
    }

    // A task ends with its coroutine; nobody else sets how (asyncio raises RuntimeError).
    template <class T>
    void set_result(T&&) const = delete;
    void set_result() const = delete;
    template <class E>
    void set_exception(E&&) const = delete;
};

}  // namespace lasti

namespace std {

/// Tasks are keys by identity, as all futures are.
template <>
struct hash<lasti::any_task> : hash<lasti::any_future> {};
template <class R>
struct hash<lasti::task<R>> : hash<lasti::any_future> {};

}  // namespace std

#endif
