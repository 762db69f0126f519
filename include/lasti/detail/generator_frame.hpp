// generator_frame<Y, S, R>: a frame, plus what flows through its yields and what it returns.
//
// This is the `self` of a generator's body: what YIELD, YIELD_SET, YIELD_FROM and RETURN call
// stands here.
#ifndef LASTI_DETAIL_GENERATOR_FRAME_HPP_INCLUDED
#define LASTI_DETAIL_GENERATOR_FRAME_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <type_traits>
#include <utility>

#include <lasti/detail/result.hpp>
#include <lasti/detail/slot.hpp>
#include <lasti/frame.hpp>

namespace lasti {

template <class Y, class S, class R>
class generator;

namespace detail {

/// Ends the argument list of YIELD_SET's value, which may be missing.
struct tail {};

/// What goes out of a yield. Frames that delegate to each other have the same Y and S, so that the
/// outermost can read and write the innermost directly.
template <class Y, class Base = frame>
class yields : public Base {
public:
    void yield(Y const& value) {
        this->check_scopes();
        yielded.set(value);
    }
    void yield(Y&& value) {
        this->check_scopes();
        yielded.set(std::move(value));
    }
    void yield_tail(Y const& value, tail) { yield(value); }
    void yield_tail(Y&& value, tail) { yield(std::move(value)); }

    static constexpr bool has_plain_values =
        Base::has_plain_values && std::is_trivially_destructible<slot<Y>>::value;

    slot<Y> yielded;

protected:
    using Base::Base;
};

template <class Y, class Base>
class yields<Y&, Base> : public Base {
public:
    void yield(Y& value) {
        this->check_scopes();
        yielded.set(value);
    }
    void yield_tail(Y& value, tail) { yield(value); }
    // It would be gone when the consumer looks at it.
    void yield(Y const&& a_temporary_would_dangle) = delete;
    void yield_tail(Y const&& a_temporary_would_dangle, tail) = delete;

    slot<Y&> yielded;

protected:
    using Base::Base;
};

template <class Base>
class yields<void, Base> : public Base {
public:
    void yield() { this->check_scopes(); }
    void yield_tail(tail) { yield(); }

    slot<void> yielded;

protected:
    using Base::Base;
};

/// What comes in: send() puts it there, and the statement that was suspended takes it or throws it
/// away.
template <class Y, class S, class Base = frame>
class channel : public yields<Y, Base> {
public:
    template <class X>
    void take_sent(X& target) {
        sent_ = has_incoming;
        if (!has_incoming) {
            target = S();
            return;
        }
        has_incoming = false;
        target = incoming.take();
        incoming.clear();
    }
    void discard_sent() noexcept {
        sent_ = has_incoming;
        if (!has_incoming) return;
        has_incoming = false;
        incoming.clear();
    }
    /// False if the resume was next(), where Python's yield expression is None.
    bool was_sent() const noexcept { return sent_; }
    void copy_sent(channel const& of) noexcept { sent_ = of.sent_; }

    static constexpr bool has_plain_values =
        yields<Y, Base>::has_plain_values && std::is_trivially_destructible<slot<S>>::value;

    slot<S> incoming;
    bool has_incoming = false;

protected:
    using yields<Y, Base>::yields;

private:
    bool sent_ = false;
};

template <class Y, class Base>
class channel<Y, void, Base> : public yields<Y, Base> {
public:
    template <class X>
    void take_sent(X&) {
        static_assert(sizeof(X) == 0,
                      "YIELD_SET: nothing can be sent into this generator: its S is void");
    }
    void discard_sent() noexcept {}
    void copy_sent(channel const&) noexcept {}
    static constexpr bool has_incoming = false;

protected:
    using yields<Y, Base>::yields;
};

}  // namespace detail

template <class Y, class S = void, class R = void>
class generator_frame : public detail::returns<R, detail::channel<Y, S>> {
public:
    typedef Y yield_type;
    typedef S send_type;
    typedef R return_type;

    template <class X, class Operand>
    void yield_from(X* target, Operand&& operand);
    template <class Operand>
    void yield_from(std::nullptr_t, Operand&& operand);

    template <class T, class A>
    bool await(T, A&&) {
        static_assert(
            sizeof(A) == 0,
            "AWAIT stands in a generator: only a COROUTINE or an ASYNC_GENERATOR can await");
        return false;
    }
    template <class X, class A>
    void begin_async_for(int, X&, A&&) {
        static_assert(
            sizeof(A) == 0,
            "ASYNC_FOR stands in a generator: only a COROUTINE or an ASYNC_GENERATOR can await");
    }
    bool await_next(void*) noexcept { return false; }
    bool end_next(void*) noexcept { return false; }
    template <class T, class M>
    bool begin_async_with(T, M&&) {
        static_assert(
            sizeof(M) == 0,
            "ASYNC_WITH stands in a generator: only a COROUTINE or an ASYNC_GENERATOR can await");
        return false;
    }
    bool entered_async_with(int, void*) noexcept { return false; }
    bool begin_async_exit() noexcept { return false; }
    void end_async_exit() noexcept {}
    step awaiting() noexcept { return step::refused; }
    void end_await(void*) noexcept {}

    static constexpr bool can_copy = true;
    /// Makes a copy of this out of a new frame that has copies of the locals already.
    detail::counted<frame> copy_to(generator_frame* made, const void* from, const void* to,
                                   std::size_t size, detail::relocation& locals) {
        detail::counted<frame> hold(made);
        locals = detail::relocation{this, static_cast<const char*>(from),
                                    static_cast<const char*>(to), size};
        if (!detail::copy_slot(made->yielded, this->yielded, locals) ||
            !detail::copy_slot(made->result, this->result, locals))
            locals.refuse("what it yielded or returned can only be moved");
        made->copy_sent(*this);
        made->copy_position(*this, locals);
        return hold;
    }

protected:
    using detail::returns<R, detail::channel<Y, S>>::returns;
};

}  // namespace lasti

#endif
