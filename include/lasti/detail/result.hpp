// returns<R, Base>: the end of a body: RETURN, falling off END, and who gets the value.
#ifndef LASTI_DETAIL_RESULT_HPP_INCLUDED
#define LASTI_DETAIL_RESULT_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <type_traits>
#include <utility>

#include <lasti/detail/is_copyable.hpp>
#include <lasti/detail/slot.hpp>
#include <lasti/frame.hpp>

namespace lasti {
namespace detail {

template <class R, class Base>
class returns : public Base {
public:
    step set_result(R const& value) {
        result.set(value);
        return have_result();
    }
    step set_result(R&& value) {
        result.set(std::move(value));
        return have_result();
    }
    template <class T = R>
    step set_result() {
        static_assert(sizeof(T) == 0,
                      "RETURN(): this body returns a value: write RETURN(value); what reaches END "
                      "returns a default one");
        return step::returned;
    }
    /// END.
    step fall_off() { return default_result(std::is_default_constructible<R>()); }

    // Thrown into a generator that has ended, a StopIteration comes straight back, and its value is
    // the result for who delegates to it.
    step inject(error thrown) override {
        if (this->is_over() && thrown) {
            if (auto const* const stop = thrown.template as<stop_iteration_value<R>>())
                return adopt(*stop, is_copyable<R>());
        }
        return Base::inject(std::move(thrown));
    }

    /// The result: a copy, or the thing itself where it can only be moved.
    R get_result() { return copy_or_move(is_copyable<R>()); }

    static constexpr bool has_plain_values =
        Base::has_plain_values && std::is_trivially_destructible<slot<R>>::value;

    slot<R> result;

protected:
    using Base::Base;

private:
    step have_result() noexcept {
        this->result_is = result_state::fresh;
        return step::returned;
    }
    step default_result(std::true_type) { return set_result(R()); }
    step default_result(std::false_type) {
        return this->raise(type_error(
            detail::wording(
                "the body ended without RETURN(value), and its result type has no default: ") +
            this->place()));
    }
    step adopt(stop_iteration_value<R> const& stop, std::true_type) {
        return set_result(R(stop.value()));
    }
    step adopt(stop_iteration_value<R> const&, std::false_type) { return step::refused; }
    R copy_or_move(std::true_type) { return result.get(); }
    R copy_or_move(std::false_type) { return result.take(); }
};

template <class R, class Base>
class returns<R&, Base> : public Base {
public:
    step set_result(R& value) noexcept {
        result.set(value);
        this->result_is = result_state::fresh;
        return step::returned;
    }
    step set_result(R const&& a_temporary_would_dangle) = delete;
    template <class T = R>
    step set_result() {
        static_assert(std::is_void<T>::value,
                      "RETURN(): this body returns a reference: write RETURN(object)");
        return step::returned;
    }
    step fall_off() {
        return this->raise(type_error(
            detail::wording(
                "the body ended without RETURN(value), and its result is a reference: ") +
            this->place()));
    }
    R& get_result() { return result.get(); }

    slot<R&> result;

protected:
    using Base::Base;
};

template <class Base>
class returns<void, Base> : public Base {
public:
    step set_result() noexcept { return fall_off(); }
    template <class T>
    step set_result(T&&) {
        static_assert(sizeof(T) == 0,
                      "RETURN(value): this body returns nothing: its result type is void");
        return step::returned;
    }
    step fall_off() noexcept {
        this->result_is = result_state::fresh;
        return step::returned;
    }
    void get_result() noexcept {}

    slot<void> result;

protected:
    using Base::Base;
};

/// Hands the result of `Child` to the statement that waits for it: YIELD_FROM_SET(x, …),
/// AWAIT_SET(x, …).
template <class Child, class X, class R = typename Child::return_type>
struct deliver_result {
    static void to(frame& child, void* target) {
        X& x = *static_cast<X*>(target);
        if (child.result_is == result_state::fresh) x = static_cast<Child&>(child).get_result();
        else none(x, std::is_default_constructible<X>());
    }
    // Python's None: the child had ended before it was delegated to, or never returns anything.
    static void none(X& x, std::true_type) { x = X(); }
    static void none(X&, std::false_type) {}
};
template <class Child, class X>
struct deliver_result<Child, X, void> {
    static void to(frame&, void* target) {
        deliver_result<Child, X, int>::none(*static_cast<X*>(target),
                                            std::is_default_constructible<X>());
    }
};

/// StopIteration, with what the generator returned.
template <class R, class Frame>
[[noreturn]] void throw_stop_iteration(Frame& f, R*) {
    throw_out(stop_iteration_value<R>(f.get_result()));
}
template <class Frame>
[[noreturn]] void throw_stop_iteration(Frame&, void*) {
    throw_out(stop_iteration());
}

}  // namespace detail
}  // namespace lasti

#endif
