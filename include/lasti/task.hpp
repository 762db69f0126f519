// task<R>: a coroutine that the loop runs. asyncio.Task.
//
//     lasti::task<int> t = loop.create_task(answer());
//     loop.run();
//     std::cout << t.result();
//
// The loop owns its tasks until they are done: dropping the handle drops nothing.
#ifndef LASTI_TASK_HPP_INCLUDED
#define LASTI_TASK_HPP_INCLUDED

#include <string>

#include <lasti/coroutine.hpp>
#include <lasti/detail/task_state.hpp>
#include <lasti/future.hpp>

namespace lasti {

template <class R = void>
class task : public future<R> {
public:
    task() noexcept {}
    explicit task(detail::task_state* state) noexcept : future<R>(state) {}

    /// The name given to create_task(), or "Task-1", "Task-2", … in each loop.
    std::string get_name() const { return state().name(); }
    /// cancel() raises cancelled_error where the task stands, in the next round; the task may catch it, clean up
    /// with awaits, and even go on. One that has not started never runs. This tells how many requests to cancel
    /// are open (asyncio's Task.cancelling()).
    int cancelling() const { return state().cancelling; }
    /// Takes one request back; the last one also drops a cancellation that was not raised yet.
    int uncancel() const {
        detail::task_state& t = state();
        if (t.cancelling > 0 && --t.cancelling == 0) t.must_cancel = false;
        return t.cancelling;
    }
    /// The coroutine's frame.
    frame_info cr_frame() const { return frame_info(state().root.get()); }

    // A task ends with its coroutine; nobody else sets how (asyncio raises RuntimeError).
    template <class T>
    void set_result(T&&) const = delete;
    void set_result() const = delete;
    template <class E>
    void set_exception(E&&) const = delete;

private:
    detail::task_state& state() const { return *this->get().as_task(); }
};

} // namespace lasti

#endif
