// shield(): waits for something that must not be cancelled with who waits. asyncio.shield().
//
//     AWAIT_SET(x, lasti::shield(commit()));  // cancelled here, the awaiter goes; commit() runs on
//     to its end
#ifndef LASTI_SHIELD_HPP_INCLUDED
#define LASTI_SHIELD_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/awaitable.hpp>
#include <lasti/detail/shielding.hpp>

namespace lasti {

/// A future that ends as `awaitable` does: with its result, its exception, or cancelled if that is
/// cancelled. Cancelling this future leaves `awaitable` running; if that then fails, its exception
/// is reported to the loop's exception handler, once. What is no future becomes a task of the
/// running loop; what is done already is returned itself. A result that can only be moved is moved
/// here.
template <class A>
future<await_result<A>> shield(A const& awaitable) {
    const any_future inner = ensure_future(awaitable);
    detail::future_state& state = *inner.shared_state();
    if (inner.done()) return future<await_result<A>>(&state);
    detail::shield_state<await_result<A>>* const made =
        new detail::shield_state<await_result<A>>(*state.loop, state);
    const future<await_result<A>> outer(made);
    made->begin();
    return outer;
}

}  // namespace lasti

#endif
