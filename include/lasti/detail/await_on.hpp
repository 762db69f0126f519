// How AWAIT waits for what stands in it: a coroutine becomes a child, most other things a request
// in the frame.
#ifndef LASTI_DETAIL_AWAIT_ON_HPP_INCLUDED
#define LASTI_DETAIL_AWAIT_ON_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>  // std::nullptr_t
#include <type_traits>
#include <utility>

#include <lasti/coroutine.hpp>

namespace lasti {
namespace detail {

/// Whether AWAIT takes an `A`, and what that gives.
template <class A, class = void>
struct awaiting {
    static constexpr bool is_possible = false;
};
template <class A>
struct awaiting<A, typename make_void<typename A::request_type>::type> {
    static constexpr bool is_possible = true;
    typedef decltype(std::declval<typename A::request_type&>().take()) result;
};
template <class A>
struct awaiting<A, typename make_void<typename A::awaited_type>::type> {
    static constexpr bool is_possible = true;
    typedef typename A::awaited_type result;
};
template <class R>
struct awaiting<coroutine<R>, void> {
    static constexpr bool is_possible = true;
    typedef R result;
};

/// How as_coroutine() makes a coroutine of an `A`.
template <class A, class = void>
struct coroutine_of;

/// How AWAIT waits for an `Operand`. X: what the result is assigned to; void: nothing.
template <class Operand, class X, class = void>
struct await_on {
    template <class A>
    static bool begin(awaiting_frame&, A&&, X*) {
        static_assert(sizeof(A) == 0,
                      "AWAIT: this cannot be awaited: it is no coroutine, task, future or sleep");
        return false;
    }
};

/// Anything with a `request_type` that can be made from it.
template <class Operand, class X>
struct await_on<Operand, X, typename make_void<typename Operand::request_type>::type> {
    typedef typename Operand::request_type request_type;

    template <class A>
    LASTI_ALWAYS_INLINE static bool begin(awaiting_frame& self, A&& operand, X* target) {
        if (at_once(self, operand, target, 0)) {
            self.deliver = nullptr;
            return false;
        }
        if (only_gives_way(operand, 0)) {
            self.waits_for.refer_to(giving_way.value);
            self.deliver = nullptr;
            self.pending_ = step::yielded;
            return true;
        }
        return ask(self, std::forward<A>(operand));
    }

private:
    typedef void (*deliver_function)(frame&, void*);

    template <class A>
    static bool ask(awaiting_frame& self, A&& operand) {
        request_type& asked =
            self.waits_for.template emplace<request_type>(std::forward<A>(operand), self);
        self.deliver = deliver_to(static_cast<X*>(nullptr));
        if (!asked.ready()) {
            self.pending_ = step::yielded;
            return true;
        }
        const error problem = asked.problem();
        if (!problem) return false;
        self.waits_for.clear();
        return self.await_failure(problem);
    }

    // An operand may know of a way without any request where there is nothing to wait for: a lock
    // that is free.
    template <class A>
    static auto at_once(awaiting_frame& self, A& operand, X* target, int)
        -> decltype(operand.await_at_once(self, target)) {
        return operand.await_at_once(self, target);
    }
    template <class A>
    static bool at_once(awaiting_frame&, A&, X*, long) noexcept {
        return false;
    }

    template <class A>
    static auto only_gives_way(A const& operand, int) -> decltype(operand.only_gives_way()) {
        return operand.only_gives_way();
    }
    template <class A>
    static bool only_gives_way(A const&, long) noexcept {
        return false;
    }

    // What an unwanted result can still do is to throw.
    static deliver_function deliver_to(void*) {
        return request_type::never_fails ? nullptr : &await_on::drop;
    }
    template <class T>
    static deliver_function deliver_to(T*) {
        return &await_on::assign<T>;
    }

    static request_type& asked(frame& f) {
        return static_cast<request_type&>(*static_cast<awaiting_frame&>(f).waits_for.get());
    }
    static void drop(frame& f, void*) { asked(f).take(); }
    template <class T>
    static void assign(frame& f, void* target) {
        static_assert(!std::is_void<decltype(asked(f).take())>::value,
                      "AWAIT_SET: what stands here has no result: use AWAIT");
        give(asked(f), *static_cast<T*>(target), 0);
    }
    // A request may know how to fill what the target has room for already.
    template <class Request, class T>
    static auto give(Request& from, T& target, int) -> decltype(from.take_into(target)) {
        from.take_into(target);
    }
    template <class Request, class T>
    static void give(Request& from, T& target, long) {
        target = from.take();
    }
};

/// What knows itself how it is awaited: it has an `awaited_type` and a begin_await().
template <class Operand, class X>
struct await_on<Operand, X, typename make_void<typename Operand::awaited_type>::type> {
    static bool begin(awaiting_frame& self, Operand const& operand, X* target) {
        return self.await_step(operand.begin_await(self, target));
    }
};

template <class R, class X>
struct await_on<coroutine<R>, X, void> {
    static bool begin(awaiting_frame& self, coroutine<R> const& operand, X*) {
        coroutine_frame<R>& child = *operand.shared_frame();
        if (child.f_lasti == frame::created && !child.owned) {
            child.owned = true;
            self.delegate_to(counted<frame>(&child), deliver_to(static_cast<X*>(nullptr)));
            self.pending_ = step::delegated;
        } else {
            self.pending_ = self.raise(
                runtime_error((child.is_over() ? "cannot reuse already awaited coroutine: "
                                               : "coroutine is being awaited already: ") +
                              child.place() + " in " + self.place()));
        }
        return true;
    }

private:
    typedef void (*deliver_function)(frame&, void*);
    static deliver_function deliver_to(void*) { return nullptr; }
    template <class T>
    static deliver_function deliver_to(T*) {
        return &deliver_result<coroutine_frame<R>, T>::to;
    }
};

/// What a body of this library keeps of an AWAIT until it returns it, though it may be void.
template <class R>
struct kept {
    kept() noexcept : value(zeroed()) {}
    kept(kept const&) noexcept : kept() {}  // bodies are copied before they start
    kept& operator=(kept const&) noexcept { return *this; }
    template <class V, class = typename std::enable_if<
                           !std::is_same<typename std::decay<V>::type, kept>::value>::type>
    kept& operator=(V&& result) {
        value.set(std::forward<V>(result));
        return *this;
    }
    template <class Frame>
    step give_to(Frame& self) {
        return self.set_result(value.take());
    }
    slot<R> value;
};
template <>
struct kept<void> {
    template <class Frame>
    step give_to(Frame& self) const {
        return self.set_result();
    }
};

template <class X, class A>
bool awaiting_frame::await(X* target, A&& awaitable) {
    return await_on<typename std::decay<A>::type, X>::begin(*this, std::forward<A>(awaitable),
                                                            target);
}
template <class A>
bool awaiting_frame::await(kept<void>*, A&& awaitable) {
    return await(nullptr, std::forward<A>(awaitable));
}
template <class A>
bool awaiting_frame::await(std::nullptr_t, A&& awaitable) {
    return await_on<typename std::decay<A>::type, void>::begin(*this, std::forward<A>(awaitable),
                                                               nullptr);
}

}  // namespace detail
}  // namespace lasti

#endif
