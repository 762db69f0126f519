// call_graph: what capture_call_graph() finds: each future or task once, and who awaits it.
#ifndef LASTI_SRC_CALL_GRAPH_HPP_INCLUDED
#define LASTI_SRC_CALL_GRAPH_HPP_INCLUDED

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include <lasti/detail/future_state.hpp>
#include <lasti/graph.hpp>

namespace lasti {
namespace detail {

/// Which frames of a task are to be kept.
struct frames_wanted {
    task_state const* running;  // of which `depth` counts
    int depth;
    int limit;
};

/// A list, so that neither its making nor its end needs more C++ stack for longer chains.
struct call_graph {
    struct edge {
        std::size_t to;
        bool closes_cycle;
    };
    /// How far the search has come with it.
    enum class progress : unsigned char { found, expanded, open, finished };
    struct node {
        explicit node(future_state& who) : future(&who) {}

        any_future future;
        std::vector<frame_call_graph_entry> call_stack;
        std::vector<edge> awaited_by;
        progress state = progress::found;
    };

    std::vector<node> nodes;
    std::vector<std::size_t> roots;  // from where all of them can be reached

    void capture(future_state& of, frames_wanted const& wanted);
    /// All tasks that are not done. The roots wait for no other task, or close a circle.
    void capture(loop_core const& loop, frames_wanted const& wanted);
    /// In words, a line each. `with_ids`: addresses, too, which are others in every run.
    std::string draw(bool with_ids) const;

private:
    std::size_t find(future_state& who);
    void expand(std::size_t which, frames_wanted const& wanted);
    void explore(std::size_t root, frames_wanted const& wanted);

    std::unordered_map<future_state const*, std::size_t> places_;
};

}  // namespace detail
}  // namespace lasti

#endif
