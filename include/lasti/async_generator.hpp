// async_generator<Y, S>: yields Ys and is sent Ss, and may await in between. Python's async
// generator (PEP 525).
//
//     lasti::async_generator<int> ticker(int n) {
//         int i = 0;
//         return ASYNC_GENERATOR(int) {
//             BEGIN;
//             for (; i < n; ++i) { YIELD(i); AWAIT(lasti::sleep(1)); }
//             END;
//         };
//     }
//     ASYNC_FOR(i, ticker(3)) std::cout << i; END_ASYNC_FOR      // in a coroutine
//
// It is iterated by coroutines and other async generators, one operation at a time. A handle is a
// counted pointer; a copy is another name for the same generator. When the last one goes, the loop
// that it was first iterated in closes it. Not thread-safe.
#ifndef LASTI_ASYNC_GENERATOR_HPP_INCLUDED
#define LASTI_ASYNC_GENERATOR_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <type_traits>
#include <utility>

#include <lasti/detail/async_for.hpp>
#include <lasti/detail/async_operations.hpp>
#include <lasti/detail/body_frame.hpp>
#include <lasti/detail/frame_info.hpp>
#include <lasti/macros.hpp>

namespace lasti {

template <class Y, class S = void>
class async_generator {
public:
    typedef async_generator_frame<Y, S> frame_type;
    typedef Y yield_type;
    typedef S send_type;

    /// Empty: falsy, and every use is a type_error.
    async_generator() noexcept {}
    /// Makes an async generator of a struct with an ASYNC_GENERATOR_BODY(Y, S). One allocation;
    /// runs none of its code.
    template <class Body, class Decayed = typename std::decay<Body>::type,
              class = typename std::enable_if<
                  std::is_same<detail::frame_of_body<Decayed>, frame_type>::value>::type>
    async_generator(Body&& body)
        : frame_(detail::new_frame<frame_type>(detail::code_of_struct<Decayed>(),
                                               std::forward<Body>(body))) {}
    explicit async_generator(frame_type* frame) : frame_(frame) {}

    explicit operator bool() const noexcept { return static_cast<bool>(frame_); }
    /// Whether both name the same generator.
    bool operator==(async_generator const& other) const noexcept { return frame_ == other.frame_; }
    bool operator!=(async_generator const& other) const noexcept { return frame_ != other.frame_; }

    // ---- operations: each returns an object to be awaited, once ----

    /// Python's __aiter__().
    async_generator aiter() const { return *this; }
    /// Python's __anext__(). Awaited, it runs the body to its next yield and gives what that
    /// yields; at the end it raises stop_async_iteration. Raises runtime_error, and disturbs
    /// nobody, if another operation is under way. What the body awaits, the awaiting task waits
    /// for. Allocates nothing.
    anext_operation<Y, S> anext() const { return anext_operation<Y, S>(get()); }
    /// The same, with `value` as the value of the YIELD_SET where it stands; type_error if it was
    /// not started. Not there where S is void.
    template <class T = S>
    asend_operation<Y, S>
    asend(typename std::enable_if<!std::is_void<T>::value, T>::type value) const {
        return asend_operation<Y, S>(get(), std::forward<T>(value));
    }
    /// The same, with `exception` (any object, an error, or a std::exception_ptr) raised where it
    /// stands. One that was not started ends with it; one that had ended raises nothing, and the
    /// result is Y().
    template <class E>
    athrow_operation<Y, S> athrow(E&& exception) const {
        error thrown = error::make(std::forward<E>(exception));
        if (!thrown)
            detail::throw_out(
                type_error("exceptions must be exceptions, not an empty error: " + get().place()));
        return athrow_operation<Y, S>(get(), std::move(thrown));
    }
    /// Python's aclose(): raises generator_exit where it stands; clauses that then run may await,
    /// but not yield: a runtime_error "async generator ignored GeneratorExit" is raised. Lets
    /// through what else the body raises. One that was not started ends without running; one that
    /// has ended is left alone.
    aclose_operation aclose() const { return aclose_operation(get()); }

    // ---- looking inside ----

    code const& ag_code() const { return *get().gi_code; }
    /// Falsy once it has ended.
    frame_info ag_frame() const { return get().is_over() ? frame_info() : frame_info(&get()); }
    /// Whether an operation is under way, running or suspended in an AWAIT.
    bool ag_running() const { return get().is_in_use(); }
    bool ag_suspended() const { return get().is_suspended(); }
    /// The coroutine or async generator that it awaits; falsy while it runs, and where it waits for
    /// something else.
    frame_info ag_await() const {
        return ag_suspended() ? frame_info(get().gi_yieldfrom.get()) : frame_info();
    }

    /// The frame, shared with this handle. For tools.
    detail::counted<frame_type> const& shared_frame() const {
        get();
        return frame_;
    }

private:
    frame_type& get() const {
        if (LASTI_UNLIKELY(!frame_))
            detail::throw_out(type_error(
                "this async generator handle is empty: default-constructed or moved from"));
        return *frame_;
    }

    detail::counted<frame_type> frame_;
};

/// Python's aiter(): what ASYNC_FOR iterates.
template <class A>
auto aiter(A&& source) -> decltype(source.aiter()) {
    return source.aiter();
}
/// Python's anext(): what is to be awaited for the next item of an async generator, or of anything
/// with an anext().
template <class A>
auto anext(A&& iterator) -> decltype(iterator.anext()) {
    return iterator.anext();
}
/// The same, but at the end the result is `fallback`.
template <class Y, class S>
anext_or_operation<Y, S> anext(async_generator<Y, S> const& generator,
                               typename std::enable_if<true, Y>::type fallback) {
    return anext_or_operation<Y, S>(*generator.shared_frame(), std::forward<Y>(fallback));
}

namespace detail {

template <class A>
struct is_async_generator : std::false_type {};
template <class Y, class S>
struct is_async_generator<async_generator<Y, S>> : std::true_type {};

/// The body of an anext() with a default, for an iterator of any other type.
template <class A, class Item>
struct anext_or {
    A next;
    Item value;
    anext_or(A awaited, Item fallback) : next(std::move(awaited)), value(std::move(fallback)) {}
    LASTI_COROUTINE_BODY(Item) {
        LASTI_BEGIN;
        LASTI_TRY
            LASTI_AWAIT_SET(value, next);
            LASTI_EXCEPT(stop_async_iteration)
        LASTI_END_TRY
        LASTI_RETURN(std::move(value));
        LASTI_END;
    }
};

}  // namespace detail

/// The same for anything else with an anext(), which is called here; what that throws is thrown.
template <class I, class V,
          class A = typename std::decay<decltype(std::declval<I&>().anext())>::type,
          class Item = typename detail::awaiting<A>::result>
typename std::enable_if<!detail::is_async_generator<typename std::decay<I>::type>::value,
                        coroutine<Item>>::type
anext(I&& iterator, V fallback) {
    return detail::anext_or<A, Item>(iterator.anext(), Item(std::move(fallback)));
}

namespace detail {

/// What ASYNC_GENERATOR(…) assigns its lambda to.
template <class Y, class S = void>
struct async_generator_maker {
    code const* where;
    template <class Body>
    async_generator<Y, S> operator=(Body&& body) const {
        return async_generator<Y, S>(
            new_frame<async_generator_frame<Y, S>>(where, std::forward<Body>(body)));
    }
};

/// ASYNC_FOR over an async generator: linked to its frame as it is, whose end makes no exception.
template <class X, class Y, class S>
class async_for_generator final : public async_iteration {
public:
    explicit async_for_generator(async_generator<Y, S> const& source)
        : frame_(source.shared_frame()) {}

    bool begin_next(awaiting_frame& self, void*) override {
        return self.await_step(async_generating::begin(
            counted<async_generating>(frame_.get()), self, async_operation::next,
            take_produced<async_generator_frame<Y, S>, X>::value()));
    }

private:
    counted<async_generator_frame<Y, S>> frame_;
};

template <class X, class A, class Y, class S>
struct async_for<X, A, async_generator<Y, S>, void> {
    static async_iteration* over(async_generator<Y, S> const& source) {
        return new async_for_generator<X, Y, S>(source);
    }
};

// The struct form, not made into an async generator yet.
template <class X, class A, class Body>
struct async_for<
    X, A, Body,
    typename std::enable_if<std::is_base_of<async_generating, frame_of_body<Body>>::value>::type> {
    typedef frame_of_body<Body> frame_type;
    static async_iteration* over(A&& body) {
        typedef async_generator<typename frame_type::yield_type, typename frame_type::send_type>
            generator;
        return async_for<X, generator>::over(generator(std::forward<A>(body)));
    }
};

}  // namespace detail
}  // namespace lasti

#endif
