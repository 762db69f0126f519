// What can be awaited, as types: await_result, is_awaitable, and ensure_future().
//
// AWAIT takes a coroutine, and whatever has a nested `request_type` (detail/request.hpp): tasks,
// futures, sleeps, and what locks and queues return.
#ifndef LASTI_AWAITABLE_HPP_INCLUDED
#define LASTI_AWAITABLE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <type_traits>
#include <utility>

#include <lasti/event_loop.hpp>

namespace lasti {

/// Whether AWAIT takes it.
template <class A>
struct is_awaitable
    : std::integral_constant<bool, detail::awaiting<typename std::decay<A>::type>::is_possible> {};

/// What awaiting it gives.
template <class A>
using await_result = typename detail::awaiting<typename std::decay<A>::type>::result;

namespace detail {

/// The body that awaits anything.
template <class A, class R>
struct await_it {
    A awaited;
    kept<R> result;
    explicit await_it(A what) : awaited(std::move(what)) {}
    LASTI_COROUTINE_BODY(R) {
        LASTI_BEGIN;
        LASTI_AWAIT_SET(result, awaited);
        return result.give_to(self);
        LASTI_END;
    }
};

template <class A, class>
struct coroutine_of {
    static coroutine<await_result<A>> make(A awaited) {
        return await_it<A, await_result<A>>(std::move(awaited));
    }
};

}  // namespace detail

/// Anything awaitable as a coroutine: so that it can become a task.
template <class R>
coroutine<R> as_coroutine(coroutine<R> c) {
    return c;
}
template <class A, class = typename std::enable_if<is_awaitable<A>::value>::type>
coroutine<await_result<A>> as_coroutine(A awaited) {
    return detail::coroutine_of<A>::make(std::move(awaited));
}

/// The future to watch for the end of something: a future or task itself; anything else becomes a
/// task of the running loop. asyncio.ensure_future().
template <class T>
future<T> ensure_future(future<T> const& f) {
    return f;
}
template <class R>
task<R> ensure_future(task<R> const& t) {
    return t;
}
inline any_future ensure_future(any_future const& f) { return f; }
inline any_task ensure_future(any_task const& t) { return t; }
template <class A>
typename std::enable_if<!std::is_base_of<any_future, A>::value, task<await_result<A>>>::type
ensure_future(A awaited) {
    return create_task(as_coroutine(std::move(awaited)));
}

/// … with the loop that is to be that of the future. Throws value_error if it is another's.
template <class F>
typename std::enable_if<std::is_base_of<any_future, F>::value, F>::type
ensure_future(F const& f, event_loop& loop) {
    if (&f.get_loop() != &loop)
        detail::throw_out(value_error(
            "The future belongs to a different loop than the one specified as the loop argument"));
    return f;
}
template <class A>
typename std::enable_if<!std::is_base_of<any_future, A>::value, task<await_result<A>>>::type
ensure_future(A awaited, event_loop& loop) {
    return loop.create_task(as_coroutine(std::move(awaited)));
}

template <class A, class R, class>
R event_loop::run_until_complete(A awaited, call_site where) {
    return run_until_complete(as_coroutine(std::move(awaited)), where);
}

}  // namespace lasti

#endif
