// The article's program (SEMANTICS.md, section 5): two counters side by side, and the trace it must leave.
#pragma once

#include <string>
#include <vector>

#include <lasti/event_loop.hpp>
#include <lasti/keywords.hpp>

namespace article {

struct event {
    double time;
    std::string what;
    bool operator==(event const& other) const { return time == other.time && what == other.what; }
};
typedef std::vector<event> events;

/// Twelve rows, of which the last is three events.
inline events golden() {
    return {{0, "Down 5"}, {0, "Up 0"}, {1, "Down 4"}, {2, "Down 3"}, {3, "Up 1"}, {3, "Down 2"}, {4, "Down 1"},
            {5, "Down done"}, {6, "Up 2"}, {9, "Up 3"}, {12, "Up 4"}, {15, "Up done"}, {15, "main done"}, {15, "run returned"}};
}

/// Notes what happens and when, in seconds from its construction.
struct recorder {
    lasti::event_loop* loop;
    events* seen;
    double start;
    recorder(lasti::event_loop& on, events& into) : loop(&on), seen(&into), start(on.time()) {}
    void operator()(std::string const& what) const { seen->push_back(event{loop->time() - start, what}); }
};

inline lasti::coroutine<> count_down(int n, recorder note) {
    return COROUTINE(void) {
        BEGIN;
        for (; n > 0; --n) {
            note("Down " + std::to_string(n));
            AWAIT(lasti::sleep(1));
        }
        note("Down done");
        END;
    };
}

inline lasti::coroutine<> count_up(int n, recorder note) {
    int i = 0;
    return COROUTINE(void) {
        BEGIN;
        for (; i < n; ++i) {
            note("Up " + std::to_string(i));
            AWAIT(lasti::sleep(3));
        }
        note("Up done");
        END;
    };
}

inline lasti::coroutine<> main(lasti::event_loop* loop, recorder note) {
    lasti::task<> down, up;
    return COROUTINE(void) {
        BEGIN;
        down = loop->create_task(count_down(5, note));
        up = loop->create_task(count_up(5, note));
        AWAIT(down);
        AWAIT(up);
        note("main done");
        END;
    };
}

inline events run_on(lasti::event_loop& loop) {
    events seen;
    const recorder note(loop, seen);
    loop.run_until_complete(main(&loop, note));
    note("run returned");
    return seen;
}

inline std::string text(events const& seen) {
    std::string lines;
    for (event const& e : seen) lines += std::to_string(e.time) + ' ' + e.what + '\n';
    return lines;
}

} // namespace article

#include <lasti/no_keywords.hpp>
