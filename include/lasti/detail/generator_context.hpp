// The context managers that are made from generators, and the bodies behind them.
#ifndef LASTI_DETAIL_GENERATOR_CONTEXT_HPP_INCLUDED
#define LASTI_DETAIL_GENERATOR_CONTEXT_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <type_traits>
#include <utility>

#include <lasti/async_generator.hpp>
#include <lasti/generator.hpp>

namespace lasti {
namespace detail {

/// A generator that was thrown `raised` let `out` out: whether that is the same, perhaps converted
/// on the way (PEP 479).
inline bool is_the_same(error const& out, error const& raised) {
    if (out == raised) return true;
    return out.cause() == raised && out.is<runtime_error>() &&
           (raised.is<stop_iteration>() || raised.is<stop_async_iteration>());
}

/// The body of aenter().
template <class Y, class S>
struct entering_generator {
    async_generator<Y, S> generator;
    kept<Y> item;
    explicit entering_generator(async_generator<Y, S> const& of) : generator(of) {}

    LASTI_COROUTINE_BODY(Y) {
        LASTI_BEGIN;
        LASTI_TRY
            LASTI_AWAIT_SET(item, generator.anext());
            LASTI_EXCEPT(stop_async_iteration)
            return didnt_yield(self);
        LASTI_END_TRY
        return item.give_to(self);
        LASTI_END;
    }
    // As `raise … from None`: without the StopAsyncIteration.
    step didnt_yield(frame& self) const {
        self.in_flight = error::make(
            runtime_error("generator didn't yield: " + generator.shared_frame()->place()));
        return step::raised;
    }
};

/// The body of aexit().
template <class Y, class S>
struct leaving_generator {
    async_generator<Y, S> generator;
    error raised;
    leaving_generator(async_generator<Y, S> const& of, error const& with)
        : generator(of), raised(with) {}

    LASTI_COROUTINE_BODY(bool) {
        LASTI_BEGIN;
        LASTI_TRY
            if (raised) LASTI_AWAIT(generator.athrow(raised));
            else LASTI_AWAIT(generator.anext());
            LASTI_EXCEPT(stop_async_iteration)
            LASTI_RETURN(raised && self.handled() != raised);
            LASTI_EXCEPT_ANY
            if (raised && is_the_same(self.handled(), raised)) LASTI_RETURN(false);
            LASTI_RERAISE;
        LASTI_END_TRY
        LASTI_TRY
            LASTI_RAISE(runtime_error(
                (raised ? "generator didn't stop after athrow(): " : "generator didn't stop: ") +
                generator.shared_frame()->place()));
            LASTI_FINALLY
            LASTI_AWAIT(generator.aclose());
        LASTI_END_TRY
        LASTI_END;
    }
};

}  // namespace detail

/// What context_manager() returns, for WITH.
template <class Y, class S, class R>
class generator_context_manager {
public:
    explicit generator_context_manager(generator<Y, S, R> g) : generator_(std::move(g)) {}

    /// Runs the generator to its yield. Throws runtime_error "generator didn't yield" if it ends
    /// instead.
    Y enter() const {
        if (!generator_.resume())
            detail::throw_out(
                runtime_error("generator didn't yield: " + generator_.shared_frame()->place()));
        return value(std::is_void<Y>());
    }
    /// Lets it go on, with `raised` raised at the yield. What is to go on in place of that.
    error exit(error const& raised) const {
        frame& f = *generator_.shared_frame();
        if (f.executing()) return f.already_executing();
        if (f.is_over()) return raised;
        const step why = raised ? f.throw_in(raised) : f.resume();
        error out = std::move(f.in_flight);
        if (why == step::yielded) {
            out = error::make(runtime_error(
                (raised ? "generator didn't stop after throw(): " : "generator didn't stop: ") +
                f.place()));
            if (f.close() == step::raised && f.in_flight &&
                !f.in_flight.template is<generator_exit>()) {
                f.in_flight.set_context(out);
                out = std::move(f.in_flight);
            }
            return out;
        }
        if (why != step::raised) return error();
        return raised && detail::is_the_same(out, raised) ? raised : out;
    }

private:
    void value(std::true_type) const noexcept {}
    Y value(std::false_type) const { return std::forward<Y>(generator_.value()); }

    generator<Y, S, R> generator_;
};

/// What async_context_manager() returns, for ASYNC_WITH.
template <class Y, class S>
class async_generator_context_manager {
public:
    explicit async_generator_context_manager(async_generator<Y, S> ag) : generator_(std::move(ag)) {
        generator_.shared_frame()->is_context_manager = true;
    }

    /// Awaited, runs the generator to its yield. Raises runtime_error "generator didn't yield" if
    /// it ends instead.
    coroutine<Y> aenter() const { return detail::entering_generator<Y, S>(generator_); }
    /// Awaited, lets it go on, with `raised` raised at the yield; gives true if it swallowed that.
    coroutine<bool> aexit(error const& raised) const {
        return detail::leaving_generator<Y, S>(generator_, raised);
    }

private:
    async_generator<Y, S> generator_;
};

}  // namespace lasti

#endif
