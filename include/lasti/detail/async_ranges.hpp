// The bodies of to_async_generator(): of what is iterated, and of what ASYNC_FOR iterates. See
// <lasti/ranges.hpp>.
#ifndef LASTI_DETAIL_ASYNC_RANGES_HPP_INCLUDED
#define LASTI_DETAIL_ASYNC_RANGES_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <type_traits>
#include <utility>

#include <lasti/async_generator.hpp>
#include <lasti/detail/item_source.hpp>

namespace lasti {
namespace detail {

/// What a thing is iterated for: its items; what they give when they are awaited; what ASYNC_FOR
/// gives; or it is what is wanted already.
enum class iterated { items, awaitables, asynchronously, as_it_is };

template <class R, class = void>
struct how_iterated
    : std::integral_constant<iterated, awaiting<value_of<R>>::is_possible ? iterated::awaitables
                                                                          : iterated::items> {};
template <class R>
struct how_iterated<R, typename std::enable_if<
                           is_async_iterable<typename std::remove_reference<R>::type>::value>::type>
    : std::integral_constant<iterated, iterated::asynchronously> {};
template <class Body>
struct how_iterated<
    Body, typename std::enable_if<std::is_base_of<
              async_generating, frame_of_body<typename std::decay<Body>::type>>::value>::type>
    : std::integral_constant<iterated, iterated::as_it_is> {};

template <class R, iterated = how_iterated<R>::value>
struct async_source {
    // While somebody waits, what an item refers to may change.
    typedef
        typename std::conditional<is_copyable<value_of<R>>::value, value_of<R>, item_of<R>>::type
            item;
    struct body {
        item_source<R> from;

        LASTI_ASYNC_GENERATOR_BODY(item) {
            LASTI_BEGIN;
            while (from.next()) LASTI_YIELD(from.take());
            LASTI_END;
        }
    };
    static body make(R&& range) { return body{item_source<R>(std::forward<R>(range))}; }
};

template <class R>
struct async_source<R, iterated::awaitables> {
    typedef typename awaiting<value_of<R>>::result result;
    static_assert(!std::is_void<result>::value,
                  "to_async_generator: awaiting an item gives nothing that could be yielded");
    struct body {
        item_source<R> from;
        kept<result> got;

        LASTI_ASYNC_GENERATOR_BODY(result) {
            LASTI_BEGIN;
            while (from.next()) {
                LASTI_AWAIT_SET(got, from.take());
                LASTI_YIELD(got.value.take());
            }
            LASTI_END;
        }
    };
    static body make(R&& range) { return body{item_source<R>(std::forward<R>(range)), {}}; }
};

template <class A>
struct async_source<A, iterated::asynchronously> {
    typedef typename awaiting<typename std::decay<
        decltype(iterator_in(std::declval<typename std::remove_reference<A>::type&>(), 0)
                     .anext())>::type>::result result;
    struct body {
        A source;
        kept<result> got;

        LASTI_ASYNC_GENERATOR_BODY(result) {
            LASTI_BEGIN;
            LASTI_ASYNC_FOR(got, source)
                { LASTI_YIELD(got.value.take()); }
            LASTI_END_ASYNC_FOR
            LASTI_END;
        }
    };
    static body make(A&& source) { return body{std::forward<A>(source), {}}; }
};

// The struct form, not made into an async generator yet.
template <class Body>
struct async_source<Body, iterated::as_it_is> {
    typedef typename std::decay<Body>::type body;
    static body make(Body&& from) { return std::forward<Body>(from); }
};

template <class R>
auto make_async(R&& range)
    -> async_generator<typename frame_of_body<typename async_source<R>::body>::yield_type> {
    return async_source<R>::make(std::forward<R>(range));
}
/// A handle is kept, whether it has a name or not.
template <class Y>
async_generator<Y> make_async(async_generator<Y> const& generator) {
    return generator;
}
template <class Y>
async_generator<Y> make_async(async_generator<Y>& generator) {
    return generator;
}
template <class Y>
async_generator<Y> make_async(async_generator<Y>&& generator) {
    return std::move(generator);
}

}  // namespace detail
}  // namespace lasti

#endif
