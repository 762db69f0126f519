// graph: where each task stands, and who awaits whom. asyncio's call graphs (3.14).
//
//     lasti::print_call_graph();       // in a coroutine: how it came here, and who waits for that
//     lasti::print_call_graph(f);      // of any future or task
//     lasti::print_call_graph(loop);   // every task of a loop: from a handler, or in a debugger
//
// While a program runs nothing is noted for this: a graph is read off the lists in which whoever
// waits stands anyway. Chains of any length are followed without recursion, and circles are told.
#ifndef LASTI_GRAPH_HPP_INCLUDED
#define LASTI_GRAPH_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <iostream>  // print_call_graph() writes to std::cout, unless told otherwise
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <lasti/detail/frame_info.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/future.hpp>

namespace lasti {

/// As a limit of the frames that are shown of each task: none (Python's None).
constexpr int all_frames = std::numeric_limits<int>::max();

/// A frame in a call stack. asyncio.FrameCallGraphEntry.
struct frame_call_graph_entry {
    frame_info frame;
};

namespace detail {
struct call_graph;
}  // namespace detail

/// A future or task, where it stands, and who awaits it. asyncio.FutureCallGraph.
///
/// A handle of what was captured; it keeps the futures and tasks in it alive. What comes in several
/// places (a task that awaits two others) is shared, not copied. Frames are looked at, not copied:
/// those of a task that has gone on tell where it stands now.
class LASTI_API future_call_graph {
public:
    /// Falsy, Python's None: there was no task. Every use is a type_error.
    future_call_graph() noexcept {}

    explicit operator bool() const noexcept { return static_cast<bool>(graph_); }
    any_future const& future() const;
    /// The same as a task; empty if it is none.
    any_task task() const;
    /// The frames of a task, from the innermost to the outermost. Empty for one that is done, and
    /// for a future that is no task.
    std::vector<frame_call_graph_entry> const& call_stack() const;
    /// The tasks that await it, in the order in which they began to. What gather(), shield(),
    /// wait(), as_completed(), a task_group or a race waits for is awaited by the task behind that.
    std::vector<future_call_graph> awaited_by() const;
    /// It stands here for the second time on the way: tasks await each other in a circle. Its
    /// awaited_by() is empty, so whoever follows that comes to an end.
    bool closes_cycle() const noexcept { return closes_cycle_; }

    /// For capture_call_graph().
    future_call_graph(std::shared_ptr<detail::call_graph const> graph, std::size_t node,
                      bool closes_cycle) noexcept
        : graph_(std::move(graph)), node_(node), closes_cycle_(closes_cycle) {}

private:
    detail::call_graph const& get() const;

    std::shared_ptr<detail::call_graph const> graph_;
    std::size_t node_ = 0;
    bool closes_cycle_ = false;
};

/// The call graph of the task that runs. Falsy where a loop runs, but no task (in a callback).
///
/// `depth`: at which of its frames to begin, 1 being the coroutine that runs; `limit`: how many
/// frames of each task to keep at most, the outermost ones; of a negative limit, the innermost
/// ones. Throws runtime_error where no loop runs. asyncio.capture_call_graph().
LASTI_API future_call_graph capture_call_graph(int depth = 1, int limit = all_frames);
/// Of any future or task. `depth` counts only if it is the task that runs.
LASTI_API future_call_graph capture_call_graph(any_future const& future, int depth = 1,
                                               int limit = all_frames);

/// The same in words: a tree from the task to those who await it. Empty where no task runs.
/// asyncio.format_call_graph().
LASTI_API std::string format_call_graph(int depth = 1, int limit = all_frames);
LASTI_API std::string format_call_graph(any_future const& future, int depth = 1,
                                        int limit = all_frames);
/// Every task of a loop that is not done: first those that wait for no other task, each with those
/// who await it; each task is written out once. What deadlock_error says, with addresses.
LASTI_API std::string format_call_graph(event_loop const& loop, int limit = all_frames);

/// Writes that, and a newline. asyncio.print_call_graph().
LASTI_API void print_call_graph(std::ostream& out = std::cout, int depth = 1,
                                int limit = all_frames);
LASTI_API void print_call_graph(any_future const& future, std::ostream& out = std::cout,
                                int depth = 1, int limit = all_frames);
LASTI_API void print_call_graph(event_loop const& loop, std::ostream& out, int limit = all_frames);
/// To std::cout. No default argument, which a debugger would not know:
/// `call lasti::print_call_graph(loop)`.
LASTI_API void print_call_graph(event_loop const& loop);

}  // namespace lasti

#endif
