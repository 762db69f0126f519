// Call graphs as short texts, to be compared.
#pragma once

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>

#include <lasti/graph.hpp>

/// "inner[read fetch] <- (main[main])": the name of a task (else "future"), its frames from the innermost, who
/// awaits it. "!" behind it: it closes a circle.
inline std::string told(lasti::future_call_graph const& g) {
    if (!g) return "none";
    std::string text = g.task() ? g.task().get_name() : std::string("future");
    text += '[';
    const char* between = "";
    for (lasti::frame_call_graph_entry const& e : g.call_stack()) {
        // Without the namespaces and the arguments of a template, which compilers spell in different ways.
        std::string name = e.frame.f_code().name;
        name.resize(std::min(name.size(), name.find('<')));
        text += between + name.substr(name.rfind(':') + 1);
        between = " ";
    }
    text += g.closes_cycle() ? "]!" : "]";
    between = " <- (";
    for (lasti::future_call_graph const& awaiter : g.awaited_by()) {
        text += between + told(awaiter);
        between = ", ";
    }
    return between[0] == ',' ? text + ')' : text;
}

/// Of a text of format_call_graph(), the names of the tasks, where they stand, and what is said behind them.
inline std::string titles(std::string const& text) {
    std::istringstream lines(text);
    std::string all;
    const std::string mark = "* Task(name='";
    for (std::string line; std::getline(lines, line);) {
        const std::size_t at = line.find(mark);
        if (at == std::string::npos) continue;
        const std::size_t from = at + mark.size(), to = line.find('\'', from);
        all += line.substr(0, at) + line.substr(from, to - from) + line.substr(line.find(')', to) + 1) + '\n';
    }
    return all;
}

/// "0x55d0c0ffee", as it tells futures and tasks apart.
inline std::string id_of(lasti::any_future const& f) {
    std::ostringstream text;
    text << "0x" << std::hex << reinterpret_cast<std::uintptr_t>(f.shared_state().get());
    return text.str();
}
