// Where frames tell what they do: observed_frame, which new_frame() makes on a thread that somebody
// observes (trace.hpp). Any other frame has no code for it, and is not asked while it runs.
#ifndef LASTI_DETAIL_WATCHING_HPP_INCLUDED
#define LASTI_DETAIL_WATCHING_HPP_INCLUDED

#include <atomic>
#include <type_traits>
#include <utility>

#include <lasti/detail/body_frame.hpp>
#include <lasti/detail/value_text.hpp>

namespace lasti {
namespace detail {

/// Who is told. No call may throw, or keep the frame.
class frame_watcher {
public:
    /// Writes a value of the frame down.
    typedef void (*shows)(frame& of, value_writer& out);

    virtual void created(frame& f) noexcept = 0;
    /// Its body is about to go on; `sent` shows what was sent.
    virtual void entering(frame& f, shows sent) noexcept = 0;
    /// … has stopped; `value` shows what it yielded or returned.
    virtual void left(frame& f, step why, shows value) noexcept = 0;
    /// `thrown` arrives where it stands; empty: a plain GeneratorExit.
    virtual void thrown_in(frame& f, error const& thrown) noexcept = 0;
    /// It has ended. Its locals are still there.
    virtual void ended(frame& f) noexcept = 0;
    virtual void gone(frame& f) noexcept = 0;

protected:
    ~frame_watcher() {}
};

/// How many threads have a watcher. Plain frames cost this one look, where they are made.
LASTI_VISIBLE inline std::atomic<int>& watched_threads() noexcept {
    static std::atomic<int> count(0);
    return count;
}

LASTI_VISIBLE inline frame_watcher*& this_threads_watcher() noexcept {
    static thread_local frame_watcher* watcher = nullptr;
    return watcher;
}

/// Null: nobody observes this thread.
inline frame_watcher* watcher_here() noexcept {
    return LASTI_LIKELY(watched_threads().load(std::memory_order_relaxed) == 0)
               ? nullptr
               : this_threads_watcher();
}

// ---- what goes in and out of a frame, by what it has
// ---------------------------------------------

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
struct frame_values {
    static void sent(frame& f, value_writer& out) { show_sent(static_cast<Frame&>(f), out, 0); }
    static void yielded(frame& f, value_writer& out) {
        show_yielded(static_cast<Frame&>(f), out, 0);
    }
    static void result(frame& f, value_writer& out) { show_result(static_cast<Frame&>(f), out, 0); }
};

// ---- the frame ----------------------------------------------------------------------------------

template <class Frame, class Body>
class observed_frame final : public body_frame<Frame, Body> {
public:
    template <class B>
    observed_frame(code const* where, B&& body)
        : body_frame<Frame, Body>(where, std::forward<B>(body)) {
        if (frame_watcher* const watcher = watcher_here()) watcher->created(*this);
    }
    ~observed_frame() override {
        if (frame_watcher* const watcher = watcher_here()) watcher->gone(*this);
    }

    // Cold, so that the body is not inlined here: it would be so nowhere else then.
    LASTI_COLD step run() override {
        frame_watcher* watcher = watcher_here();
        if (watcher) watcher->entering(*this, &frame_values<Frame>::sent);
        const step why = body_frame<Frame, Body>::run();
        watcher = watcher_here();
        if (watcher)
            watcher->left(*this, why,
                          why == step::returned ? &frame_values<Frame>::result
                                                : &frame_values<Frame>::yielded);
        return why;
    }
    step inject(error thrown) override {
        if (frame_watcher* const watcher = watcher_here()) watcher->thrown_in(*this, thrown);
        return body_frame<Frame, Body>::inject(std::move(thrown));
    }

private:
    void destroy_locals() noexcept override {
        frame_watcher* const watcher = this->locals_gone ? nullptr : watcher_here();
        if (watcher) watcher->ended(*this);
        body_frame<Frame, Body>::destroy_locals();
    }
};

template <class Frame, class Body>
LASTI_NOINLINE LASTI_COLD Frame* new_observed_frame(code const* where, Body&& body) {
    typedef typename std::decay<Body>::type decayed;
    return new observed_frame<Frame, decayed>(where, std::forward<Body>(body));
}

/// A frame for `body`, on the heap.
template <class Frame, class Body>
Frame* new_frame(code const* where, Body&& body) {
    if (LASTI_UNLIKELY(watched_threads().load(std::memory_order_relaxed) != 0))
        return new_observed_frame<Frame>(where, std::forward<Body>(body));
    return new body_frame<Frame, typename std::decay<Body>::type>(where, std::forward<Body>(body));
}

}  // namespace detail
}  // namespace lasti

#endif
