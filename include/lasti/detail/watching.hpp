// How a new frame comes to be watched, and how the values that go in and out of it are written
// down.
#ifndef LASTI_DETAIL_WATCHING_HPP_INCLUDED
#define LASTI_DETAIL_WATCHING_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/detail/frame_watcher.hpp>
#if !LASTI_FREESTANDING
#include <lasti/detail/value_text.hpp>
#endif
#include <lasti/frame.hpp>

namespace lasti {
namespace detail {

#if LASTI_FREESTANDING
template <class Frame>
struct shows_of {
    static const frame_shows how;
};
template <class Frame>
const frame_shows shows_of<Frame>::how = {};
#else
template <class Frame>
auto show_sent(Frame& f, value_writer& out, int) -> decltype(f.incoming, void()) {
    if (f.has_incoming) show(out, f.incoming);
}
template <class Frame>
void show_sent(Frame&, value_writer&, long) {}
template <class Frame>
auto show_yielded(Frame& f, value_writer& out, int) -> decltype(f.yielded, void()) {
    show(out, f.yielded);
}
template <class Frame>
void show_yielded(Frame&, value_writer&, long) {}
template <class Frame>
auto show_result(Frame& f, value_writer& out, int) -> decltype(f.result, void()) {
    if (f.result_is == result_state::fresh) show(out, f.result);
}
template <class Frame>
void show_result(Frame&, value_writer&, long) {}

template <class Frame>
struct shows_of {
    static void sent(frame& f, value_writer& out) { show_sent(static_cast<Frame&>(f), out, 0); }
    static void yielded(frame& f, value_writer& out) {
        show_yielded(static_cast<Frame&>(f), out, 0);
    }
    static void result(frame& f, value_writer& out) { show_result(static_cast<Frame&>(f), out, 0); }
    static const frame_shows how;
};
template <class Frame>
const frame_shows shows_of<Frame>::how = {&sent, &yielded, &result};
#endif

LASTI_NOINLINE LASTI_COLD inline void begin_watching(frame& made, frame_shows const& how) {
    frame_watcher* const watcher = watcher_here();
    if (!watcher) return;
    made.watched = made.has_detour = true;
    watcher->created(made, how);
}

}  // namespace detail
}  // namespace lasti

#endif
