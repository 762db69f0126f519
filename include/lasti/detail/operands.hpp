// What FOR and WITH keep while control is inside them, each behind one small virtual class.
#ifndef LASTI_DETAIL_OPERANDS_HPP_INCLUDED
#define LASTI_DETAIL_OPERANDS_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <memory>
#include <type_traits>
#include <utility>

#include <lasti/detail/block_stack.hpp>
#include <lasti/detail/iterated_range.hpp>

namespace lasti {
namespace detail {

/// FOR over anything that range-for takes.
template <class X, class R>
class for_range final : public operand {
public:
    explicit for_range(R&& range) : at_(std::forward<R>(range)) {}

    bool next(void* target, error& problem) override {
        if (!(LASTI_HAS_EXCEPTIONS ? at_.next() : at_.next(problem))) return false;
        *static_cast<X*>(target) = at_.item();
        return true;
    }
    statement kind() const noexcept override { return statement::for_; }
    operand* copy(relocation const& locals) override {
        std::unique_ptr<for_range> made(new for_range(iterated_range<R>::copy(at_, locals)));
        made->at_.settle(at_, locals);
        return made.release();
    }

private:
    iterated_range<R> at_;
};

template <class X, class R>
operand* make_for(X&, R&& range) {
    static_assert(
        is_range<typename std::remove_reference<R>::type>::value,
        "FOR: this cannot be iterated: it has no begin(); what has anext() is for ASYNC_FOR");
    return new for_range<X, R>(std::forward<R>(range));
}

/// Whether WITH takes it: it has an exit(). An enter() is not needed.
template <class M, class = void>
struct is_context_manager : std::false_type {};
template <class M>
struct is_context_manager<
    M, typename make_void<decltype(std::declval<M&>().exit(std::declval<error const&>()))>::type>
    : std::true_type {};

template <class M>
auto enter(M& manager, int) -> decltype(manager.enter()) {
    return manager.enter();
}
template <class M>
void enter(M&, long) {}

// exit() may answer with true to swallow the exception, with what is to go on in its place, or with
// nothing.
inline error after_exit(error const& raised, bool swallows) { return swallows ? error() : raised; }
inline error after_exit(error const&, error instead) { return instead; }

template <class M>
auto exit(M& manager, error const& raised, int) ->
    typename std::enable_if<!std::is_void<decltype(manager.exit(raised))>::value, error>::type {
    return after_exit(raised, manager.exit(raised));
}
template <class M>
error exit(M& manager, error const& raised, long) {
    manager.exit(raised);
    return raised;
}

/// WITH: a context manager, whose exit() runs however the statement is left. `M` is a reference for
/// an lvalue.
template <class M>
class with_manager final : public operand {
    static_assert(
        is_context_manager<typename std::remove_reference<M>::type>::value,
        "WITH: this is no context manager: it has no exit(error) (what has aexit() is for "
        "ASYNC_WITH)");

public:
    explicit with_manager(M&& manager) : manager_(std::forward<M>(manager)) {}
    error exit(error const& raised) override { return detail::exit(manager_, raised, 0); }
    statement kind() const noexcept override { return statement::with; }

    void enter() { detail::enter(manager_, 0); }
    template <class X>
    void enter(X* target) {
        *target = manager_.enter();
    }

private:
    M manager_;
};

// enter() runs before anything is pushed: where it throws there is nothing to leave.
template <class M>
operand* make_with(M&& manager) {
    std::unique_ptr<with_manager<M>> held(new with_manager<M>(std::forward<M>(manager)));
    held->enter();
    return held.release();
}
template <class X, class M>
operand* make_with_set(X& target, M&& manager) {
    std::unique_ptr<with_manager<M>> held(new with_manager<M>(std::forward<M>(manager)));
    held->enter(&target);
    return held.release();
}

}  // namespace detail
}  // namespace lasti

#endif
