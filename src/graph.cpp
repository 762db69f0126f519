// Call graphs: who awaits whom, read off the lists of those who wait.
#include <lasti/graph.hpp>

#include <algorithm>
#include <cstdint>
#include <unordered_set>

#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/wait_list.hpp>

#include "call_graph.hpp"

namespace lasti {
namespace detail {

namespace {

/// The tasks that wait for `of`, each once, in the order in which they came. A gather() or a shield
/// that waits for it stands for those who wait for that one.
std::vector<task_state*> awaiters_of(future_state& of) {
    struct position {
        future_state* in;
        list_link* next;
    };
    std::vector<task_state*> found;
    std::unordered_set<future_state*> seen;
    const auto note = [&](task_state& task) {
        if (!task.done() && seen.insert(&task).second) found.push_back(&task);
    };
    std::vector<position> way = {{&of, of.waiters.next}};
    while (!way.empty()) {
        position& here = way.back();
        if (here.next == &here.in->waiters) {
            way.pop_back();
            continue;
        }
        waiter& node = static_cast<waiter&>(*here.next);
        here.next = here.next->next;
        if (node.who->is_callback)
            if (wait_list const* const askers = static_cast<callback_state*>(node.who)->askers())
                for (waiter const* w = askers->after(nullptr); w; w = askers->after(w))
                    note(wait_list::task_of(*w));
        future_state* const who = who_waits(node);
        if (!who) continue;
        if (task_state* const task = who->as_task()) note(*task);
        else if (!who->done() && seen.insert(who).second)
            way.push_back(position{who, who->waiters.next});
    }
    return found;
}

// From the innermost to the outermost.
std::vector<frame_call_graph_entry> frames_of(task_state& task, frames_wanted const& wanted) {
    std::vector<frame_call_graph_entry> frames;
    if (task.done() || wanted.limit == 0) return frames;
    for (frame* f = task.root.get(); f; f = f->gi_yieldfrom.get())
        frames.push_back(frame_call_graph_entry{frame_info(f)});
    if (&task == wanted.running && wanted.depth > 1)
        frames.resize(frames.size() - std::min(frames.size(), std::size_t(wanted.depth - 1)));
    const std::size_t most = static_cast<std::size_t>(
        wanted.limit > 0 ? std::int64_t(wanted.limit) : -std::int64_t(wanted.limit));
    if (frames.size() > most) {
        if (wanted.limit > 0) frames.resize(most);
        else frames.erase(frames.begin(), frames.end() - static_cast<std::ptrdiff_t>(most));
    }
    std::reverse(frames.begin(), frames.end());
    return frames;
}

}  // namespace

std::size_t call_graph::find(future_state& who) {
    const auto at = places_.find(&who);
    if (at != places_.end()) return at->second;
    places_[&who] = nodes.size();
    nodes.push_back(node(who));
    return nodes.size() - 1;
}

void call_graph::expand(std::size_t which, frames_wanted const& wanted) {
    if (nodes[which].state != progress::found) return;
    nodes[which].state = progress::expanded;
    future_state& who = *nodes[which].future.shared_state();
    if (task_state* const task = who.as_task()) nodes[which].call_stack = frames_of(*task, wanted);
    for (task_state* const awaiter : awaiters_of(who)) {
        const edge found = {find(*awaiter), false};
        nodes[which].awaited_by.push_back(found);
    }
}

// Depth first. An edge to a node that is still open leads back to where the way came from.
void call_graph::explore(std::size_t root, frames_wanted const& wanted) {
    struct stop {
        std::size_t at;
        std::size_t next;
    };
    std::vector<stop> way;
    const auto enter = [&](std::size_t which) {
        expand(which, wanted);
        nodes[which].state = progress::open;
        way.push_back(stop{which, 0});
    };
    enter(root);
    while (!way.empty()) {
        stop& here = way.back();
        node& n = nodes[here.at];
        if (here.next == n.awaited_by.size()) {
            n.state = progress::finished;
            way.pop_back();
            continue;
        }
        edge& e = n.awaited_by[here.next++];
        const progress state = nodes[e.to].state;
        if (state == progress::open) e.closes_cycle = true;
        else if (state != progress::finished) enter(e.to);
    }
}

void call_graph::capture(future_state& of, frames_wanted const& wanted) {
    roots.push_back(find(of));
    explore(roots.back(), wanted);
}

void call_graph::capture(loop_core const& loop, frames_wanted const& wanted) {
    for (task_state* t = loop.first_task; t; t = t->next_task) find(*t);
    const std::size_t tasks = nodes.size();
    std::vector<bool> awaits_a_task(tasks);
    for (std::size_t i = 0; i < tasks; ++i) {
        expand(i, wanted);
        for (edge const& e : nodes[i].awaited_by) awaits_a_task[e.to] = true;
    }
    for (const bool in_circles : {false, true})
        for (std::size_t i = 0; i < tasks; ++i) {
            if (nodes[i].state == progress::finished || awaits_a_task[i] != in_circles) continue;
            roots.push_back(i);
            explore(i, wanted);
        }
}

std::string picture_of(loop_core const& loop) {
    call_graph graph;
    graph.capture(loop, frames_wanted{nullptr, 1, all_frames});
    return graph.draw(false);
}

namespace {

std::shared_ptr<call_graph const> captured(any_future const& future, int depth, int limit) {
    loop_core const* const here = running_loop();
    const std::shared_ptr<call_graph> graph = std::make_shared<call_graph>();
    graph->capture(*future.shared_state(),
                   frames_wanted{here ? here->current_task : nullptr, depth, limit});
    return graph;
}

// Empty: a loop runs, but no task.
any_task task_that_runs(const char* function) {
    loop_core const* const here = running_loop();
    if (!here)
        throw_out(runtime_error(std::string(function) +
                                "() is called outside of a running event loop and no future to "
                                "introspect was provided"));
    return here->current_task ? any_task(here->current_task) : any_task();
}

std::string without_last_newline(std::string text) {
    if (!text.empty()) text.pop_back();
    return text;
}

std::string in_words(any_future const& future, int depth, int limit) {
    return future ? without_last_newline(captured(future, depth, limit)->draw(true))
                  : std::string();
}

}  // namespace

}  // namespace detail

detail::call_graph const& future_call_graph::get() const {
    if (LASTI_UNLIKELY(!graph_))
        detail::throw_out(type_error("this call graph is empty: there was no task"));
    return *graph_;
}

any_future const& future_call_graph::future() const { return get().nodes[node_].future; }

any_task future_call_graph::task() const {
    detail::task_state* const state = future().shared_state()->as_task();
    return state ? any_task(state) : any_task();
}

std::vector<frame_call_graph_entry> const& future_call_graph::call_stack() const {
    return get().nodes[node_].call_stack;
}

std::vector<future_call_graph> future_call_graph::awaited_by() const {
    std::vector<future_call_graph> all;
    detail::call_graph const& graph = get();
    if (closes_cycle_) return all;
    for (detail::call_graph::edge const& e : graph.nodes[node_].awaited_by)
        all.push_back(future_call_graph(graph_, e.to, e.closes_cycle));
    return all;
}

future_call_graph capture_call_graph(int depth, int limit) {
    const any_task running = detail::task_that_runs("capture_call_graph");
    return running ? capture_call_graph(running, depth, limit) : future_call_graph();
}

future_call_graph capture_call_graph(any_future const& future, int depth, int limit) {
    return future_call_graph(detail::captured(future, depth, limit), 0, false);
}

std::string format_call_graph(int depth, int limit) {
    return detail::in_words(detail::task_that_runs("format_call_graph"), depth, limit);
}

std::string format_call_graph(any_future const& future, int depth, int limit) {
    future.shared_state();  // throws if it is empty
    return detail::in_words(future, depth, limit);
}

std::string format_call_graph(event_loop const& loop, int limit) {
    detail::call_graph graph;
    graph.capture(loop.core(), detail::frames_wanted{nullptr, 1, limit});
    return detail::without_last_newline(graph.draw(true));
}

void print_call_graph(std::ostream& out, int depth, int limit) {
    out << detail::in_words(detail::task_that_runs("print_call_graph"), depth, limit) << std::endl;
}

void print_call_graph(any_future const& future, std::ostream& out, int depth, int limit) {
    out << format_call_graph(future, depth, limit) << std::endl;
}

void print_call_graph(event_loop const& loop, std::ostream& out, int limit) {
    out << format_call_graph(loop, limit) << std::endl;
}

void print_call_graph(event_loop const& loop) { print_call_graph(loop, std::cout); }

}  // namespace lasti
