// static_frame<Body>: a frame in storage of the caller's, behind the same handles as any other.
//
// Python has nothing like it: its frames are on the heap.
//
//     struct countdown { int n; GENERATOR_BODY(int) { BEGIN; while (n > 0) { YIELD(n); --n; } END;
//     } }; static lasti::static_frame<countdown> frame(countdown{3}); for (int i : frame.handle())
//     …
//
// iterate() is faster, but has no handle that YIELD_FROM, FOR or a loop could take.
#ifndef LASTI_STATIC_FRAME_HPP_INCLUDED
#define LASTI_STATIC_FRAME_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstdlib>
#include <utility>

#include <lasti/generator.hpp>

namespace lasti {

template <class R>
class coroutine;
template <class R>
class coroutine_frame;

namespace detail {

template <class Frame>
struct handle_of_frame;
template <class Y, class S, class R>
struct handle_of_frame<generator_frame<Y, S, R>> {
    typedef generator<Y, S, R> type;
};
template <class R>
struct handle_of_frame<coroutine_frame<R>> {
    typedef coroutine<R> type;
};

}  // namespace detail

/// The generator or coroutine of a struct with a GENERATOR_BODY or a COROUTINE_BODY. It must
/// outlive all handles: where it goes first the program ends, and says so. Not of a coroutine that
/// becomes a task of an event_loop, which keeps it for as long as it needs.
template <class Body>
class static_frame {
public:
    typedef detail::frame_of_body<Body> frame_type;
    typedef typename detail::handle_of_frame<frame_type>::type handle_type;

    /// Runs none of its code.
    explicit static_frame(Body body) : frame_(detail::code_of_struct<Body>(), std::move(body)) {
        frame_.retain();  // its own: nobody frees it
    }
    static_frame(static_frame const&) = delete;
    static_frame& operator=(static_frame const&) = delete;
    /// Closes it, as the last handle of another frame does.
    ~static_frame() {
        if (frame_.references != 1) die();
        if (!frame_.is_over()) {
            frame_.close_and_report();
            frame_.abandon();
        }
    }

    /// A handle to it, one more each time.
    handle_type handle() noexcept { return handle_type(&frame_); }
    Body& body() noexcept { return frame_.body(); }

private:
    [[noreturn]] LASTI_COLD void die() const noexcept {
#if !LASTI_FREESTANDING
        std::fprintf(stderr, "lasti: a static_frame goes, but there are handles to it: %s\n",
                     frame_.place().c_str());
#endif
        std::abort();
    }

    detail::body_frame<frame_type, Body> frame_;
};

}  // namespace lasti

#endif
