// Streams at both ends of a connection, and what a task gets of one.
#pragma once

#include <string>

#include <lasti/awaitable.hpp>
#include <lasti/streams.hpp>
#include <lasti/task.hpp>

#include "sockets.hpp"
#include "trace.hpp"

/// One end is a connection of the loop; what the other side does, the test does by hand.
struct far_end {
    lasti::connection c;
    lasti::socket there;

    explicit far_end(selector_loop& on, std::size_t limit = 64 * 1024) : far_end(on, limit, lasti::socketpair()) {}
    far_end(selector_loop& on, std::size_t limit, socket_pair const& ends)
        : c(lasti::connection_of(on.loop, ends.first, limit)), there(ends.second) {}

    void feed(std::string const& text) const { put(there, text); }
    void feed_eof() const { there.shutdown(SHUT_WR); }
};

inline std::string shown(std::string const& text) { return '\'' + text + '\''; }
inline std::string shown(std::size_t n) { return std::to_string(n); }

inline std::string outcome(lasti::task<std::string> const& t) { return shown(t.result()); }
inline std::string outcome(lasti::task<std::size_t> const& t) { return shown(t.result()); }
inline std::string outcome(lasti::any_task const&) { return "done"; }

/// What the task has come to: "'text'", "3", "done", "waits", or "name: message" of what it raised.
template <class R>
std::string state_of(lasti::task<R> const& t) {
    if (!t.done()) return "waits";
    if (t.cancelled()) return "cancelled";
    if (lasti::error const e = t.exception()) {
        const std::string name = e.type_name();
        return name.substr(name.rfind(':') + 1) + ": " + e.what();
    }
    return outcome(t);
}

/// … after as many rounds as anything on loopback takes.
template <class R>
std::string after_rounds(selector_loop& on, lasti::task<R> const& t, int rounds = 12) {
    for (int i = 0; i < rounds; ++i) on.loop.poll();
    return state_of(t);
}
template <class A>
std::string come_to(selector_loop& on, A const& a) {
    return after_rounds(on, on.loop.create_task(lasti::as_coroutine(a)));
}
