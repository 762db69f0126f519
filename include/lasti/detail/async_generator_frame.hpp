// async_generator_frame<Y, S>: the `self` of an async generator's body. It awaits as a coroutine's
// does, and yields as a generator's, but to the frame that awaits it.
#ifndef LASTI_DETAIL_ASYNC_GENERATOR_FRAME_HPP_INCLUDED
#define LASTI_DETAIL_ASYNC_GENERATOR_FRAME_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/detail/async_generating.hpp>
#include <lasti/detail/generator_frame.hpp>

namespace lasti {

template <class Y, class S = void>
class async_generator_frame : public detail::channel<Y, S, detail::async_generating> {
public:
    typedef Y yield_type;
    typedef S send_type;

    step set_result() noexcept { return step::returned; }
    template <class T>
    step set_result(T&&) {
        static_assert(sizeof(T) == 0,
                      "RETURN(value) stands in an async generator, which returns nothing");
        return step::returned;
    }
    step fall_off() noexcept { return step::returned; }
    template <class T, class A>
    void yield_from(T, A&&) {
        static_assert(
            sizeof(A) == 0,
            "YIELD_FROM stands in an async generator: use ASYNC_FOR, and YIELD each item");
    }

protected:
    using detail::channel<Y, S, detail::async_generating>::channel;
};

}  // namespace lasti

#endif
