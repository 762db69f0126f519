// frame_watcher: who is told what the frames of a thread do. A frame that is watched says so by a
// flag, which stands where it would take a detour anyway; others have nothing to look at.
#ifndef LASTI_DETAIL_FRAME_WATCHER_HPP_INCLUDED
#define LASTI_DETAIL_FRAME_WATCHER_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <atomic>

namespace lasti {

class error;
class frame;
enum class step : unsigned char;

namespace detail {

class value_writer;

/// Writes the values of a frame down, by what it has.
struct frame_shows {
    void (*sent)(frame& of, value_writer& out);
    void (*yielded)(frame& of, value_writer& out);
    void (*result)(frame& of, value_writer& out);
};

/// No call may throw, or keep the frame.
class frame_watcher {
public:
    virtual void created(frame& f, frame_shows const& how) noexcept = 0;
    /// Its body is about to go on.
    virtual void entering(frame& f) noexcept = 0;
    virtual void left(frame& f, step why) noexcept = 0;
    /// `thrown` arrives where it stands; empty: a plain GeneratorExit.
    virtual void thrown_in(frame& f, error const& thrown) noexcept = 0;
    /// It has ended. Its locals are still there.
    virtual void ended(frame& f) noexcept = 0;
    virtual void gone(frame& f) noexcept = 0;

protected:
    ~frame_watcher() {}
};

/// How many threads have a watcher. Who makes a frame looks at this first.
LASTI_VISIBLE inline std::atomic<int>& watched_threads() noexcept {
    static std::atomic<int> count(0);
    return count;
}
inline bool is_anybody_watching() noexcept {
    return !LASTI_FREESTANDING && watched_threads().load(std::memory_order_relaxed) != 0;
}

LASTI_VISIBLE inline frame_watcher*& this_threads_watcher() noexcept {
    static LASTI_THREAD_LOCAL frame_watcher* watcher = nullptr;
    return watcher;
}

/// Null: nobody observes this thread.
inline frame_watcher* watcher_here() noexcept {
    return LASTI_LIKELY(!is_anybody_watching()) ? nullptr : this_threads_watcher();
}

}  // namespace detail
}  // namespace lasti

#endif
