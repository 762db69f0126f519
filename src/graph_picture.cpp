// Call graphs in words, as asyncio's format_call_graph() writes them, and what it does not say:
// what a task waits for, and which tasks await each other in a circle.
#include <algorithm>
#include <cstdint>
#include <sstream>

#include <lasti/detail/loop_core.hpp>

#include "call_graph.hpp"

namespace lasti {
namespace detail {

namespace {

// Deeper levels are not indented any more but numbered: a chain may be of any length.
constexpr std::size_t deepest_indentation = 10;
// So many names of a circle are written.
constexpr std::size_t names_in_circle = 10;

std::string in_quotes(std::string const& text) { return '\'' + text + '\''; }

class drawing {
public:
    drawing(call_graph const& graph, bool with_ids)
        : graph_(graph), with_ids_(with_ids), parents_(graph.nodes.size(), nobody) {}

    std::string all() {
        for (const std::size_t root : graph_.roots) {
            todo_.push_back(item{{root, false}, root, 0});
            while (!todo_.empty()) {
                const item next = todo_.back();
                todo_.pop_back();
                draw(next);
            }
        }
        return text_;
    }

private:
    struct item {
        call_graph::edge edge;
        std::size_t awaited;  // whom it awaits; itself: nobody
        std::size_t level;
    };
    static constexpr std::size_t nobody = ~std::size_t();

    void line(item const& at, std::string const& text) {
        text_.append(4 * std::min(at.level, deepest_indentation), ' ');
        text_ += text + '\n';
    }
    future_state& who(std::size_t node) const { return *graph_.nodes[node].future.shared_state(); }

    std::string title(item const& at) const {
        future_state& who_it_is = who(at.edge.to);
        task_state const* const task = who_it_is.as_task();
        std::ostringstream text;
        text << (task ? "* Task(name=" + in_quotes(task->name()) : std::string("* Future("));
        if (with_ids_)
            text << (task ? ", " : "") << "id=0x" << std::hex
                 << reinterpret_cast<std::uintptr_t>(&who_it_is) << std::dec;
        text << ')';
        if (task && task->is_daemon) text << " (daemon)";
        if (at.level > deepest_indentation) text << " (level " << at.level << ')';
        return text.str();
    }

    void draw(item const& at) {
        const std::size_t node = at.edge.to;
        const bool again = parents_[node] != nobody;
        line(at, title(at) + (again && !at.edge.closes_cycle ? ": see above" : ""));
        if (at.edge.closes_cycle) line(at, "  + Cycle: " + circle(node, at.awaited));
        if (again) return;
        parents_[node] = at.awaited;
        future_state& future = who(node);
        if (future.created) line(at, "  + Created at: " + future.creation_place());
        draw_stack(at, graph_.nodes[node].call_stack);
        task_state const* const task = future.as_task();
        if (request const* const awaited = task ? task->waiting_for() : nullptr)
            line(at, "  + Waits for: " + awaited->describe());
        std::vector<call_graph::edge> const& awaiters = graph_.nodes[node].awaited_by;
        if (awaiters.empty()) return;
        line(at, "  + Awaited by:");
        for (std::size_t i = awaiters.size(); i > 0; --i)
            todo_.push_back(item{awaiters[i - 1], node, at.level + 1});
    }

    void draw_stack(item const& at, std::vector<frame_call_graph_entry> const& frames) {
        if (frames.empty()) return;
        line(at, "  + Call stack:");
        for (frame_call_graph_entry const& e : frames) {
            code const& where = e.frame.f_code();
            const bool yields = std::string(e.frame.kind()) == "async generator";
            line(at, "  |   File " + in_quotes(where.file) + ", line " +
                         std::to_string(e.frame.f_lineno()) +
                         (yields ? ", in async generator " : ", in async ") + where.name + "()");
        }
    }

    // `first` awaits `last`, which is awaited, further out, by the first.
    std::string circle(std::size_t first, std::size_t last) const {
        std::string text = name(first);
        std::size_t length = 1;
        for (std::size_t at = last; at != first; at = parents_[at], ++length)
            if (length < names_in_circle) text += " -> " + name(at);
        if (length > names_in_circle)
            text += " -> ... (" + std::to_string(length - names_in_circle) + " more)";
        return text + " -> " + name(first);
    }
    std::string name(std::size_t node) const {
        task_state const* const task = who(node).as_task();
        return task ? task->name() : std::string("a future");
    }

    call_graph const& graph_;
    bool const with_ids_;
    // Of each that is drawn, whom it awaits there; of a root, itself.
    std::vector<std::size_t> parents_;
    std::vector<item> todo_;
    std::string text_;
};

constexpr std::size_t drawing::nobody;

}  // namespace

std::string call_graph::draw(bool with_ids) const { return drawing(*this, with_ids).all(); }

}  // namespace detail
}  // namespace lasti
