// Context managers for WITH and ASYNC_WITH: made from generators, closing things, in stacks.
// Python's contextlib.
//
//     lasti::async_generator<connection> connected(std::string host) {
//         connection c;
//         return ASYNC_GENERATOR(connection) {
//             BEGIN;
//             AWAIT_SET(c, open(host));
//             TRY { YIELD(c); } FINALLY { AWAIT(c.close()); } END_TRY
//             END;
//         };
//     }
//     ASYNC_WITH_SET(c, lasti::async_context_manager(connected("example.org"))) … END_ASYNC_WITH
#ifndef LASTI_CONTEXTLIB_HPP_INCLUDED
#define LASTI_CONTEXTLIB_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <memory>
#include <type_traits>
#include <utility>

#include <lasti/detail/exit_stack.hpp>
#include <lasti/detail/generator_context.hpp>

namespace lasti {

/// A context manager that runs a generator up to its one yield, whose value is what WITH_SET
/// assigns, and the rest of it where the statement is left; an exception is raised at that yield.
/// Python's @contextmanager.
template <class Y, class S, class R>
generator_context_manager<Y, S, R> context_manager(generator<Y, S, R> g) {
    return generator_context_manager<Y, S, R>(std::move(g));
}
/// The same for ASYNC_WITH. Python's @asynccontextmanager.
template <class Y, class S>
async_generator_context_manager<Y, S> async_context_manager(async_generator<Y, S> ag) {
    return async_generator_context_manager<Y, S>(std::move(ag));
}

/// What closing() returns. `T` is a reference for an lvalue.
template <class T>
class closing_manager {
public:
    explicit closing_manager(T&& thing) : thing_(std::forward<T>(thing)) {}
    typename std::remove_reference<T>::type& enter() { return thing_; }
    void exit(error const&) { thing_.close(); }

private:
    T thing_;
};
/// Calls `thing.close()` where the statement is left. An lvalue must outlive that.
template <class T>
closing_manager<T> closing(T&& thing) {
    return closing_manager<T>(std::forward<T>(thing));
}

/// What aclosing() returns. `T` is a reference for an lvalue.
template <class T>
class aclosing_manager {
public:
    explicit aclosing_manager(T&& thing) : thing_(std::forward<T>(thing)) {}
    typename std::remove_reference<T>::type& aenter() { return thing_; }
    auto aexit(error const&)
        -> decltype(std::declval<typename std::remove_reference<T>::type&>().aclose()) {
        return thing_.aclose();
    }

private:
    T thing_;
};
/// Awaits `thing.aclose()` where the statement is left: for async generators in loops that may
/// break off. An lvalue must outlive that.
template <class T>
aclosing_manager<T> aclosing(T&& thing) {
    return aclosing_manager<T>(std::forward<T>(thing));
}

/// What nullcontext() returns.
template <class T>
class null_context {
public:
    explicit null_context(T enter_result) : result_(std::move(enter_result)) {}
    T enter() const { return result_; }
    void exit(error const&) const noexcept {}
    T aenter() const { return result_; }
    void aexit(error const&) const noexcept {}

private:
    T result_;
};
template <>
class null_context<void> {
public:
    void enter() const noexcept {}
    void exit(error const&) const noexcept {}
    void aenter() const noexcept {}
    void aexit(error const&) const noexcept {}
};
/// A context manager that does nothing, for where none is needed. Entering it gives `enter_result`.
template <class T>
null_context<T> nullcontext(T enter_result) {
    return null_context<T>(std::move(enter_result));
}
inline null_context<void> nullcontext() { return null_context<void>(); }

/// What the two stacks have in common. A handle: copies name the same stack.
class exit_stack_base {
public:
    /// Enters `manager` and gives what its enter() returns; the stack will leave it. An lvalue must
    /// live until then. Where enter() throws there is nothing to leave.
    template <class M, class R = decltype(detail::enter(std::declval<M&>(), 0))>
    R enter_context(M&& manager) const {
        std::unique_ptr<detail::exit_entry<M>> entry(
            new detail::exit_entry<M>(std::forward<M>(manager)));
        return enter_and_push<R>(std::move(entry), std::is_void<R>());
    }
    /// The stack will leave `manager`, which is not entered here. Or a function that is called as
    /// its exit() would be: with the exception, which it can swallow by returning true.
    template <class M>
    typename std::enable_if<detail::has_exit<M>::value>::type push(M&& manager) const {
        state_->push(std::unique_ptr<detail::async_operand>(
            new detail::exit_entry<M>(std::forward<M>(manager))));
    }
    template <class F>
    typename std::enable_if<!detail::has_exit<F>::value>::type push(F function) const {
        typedef detail::exits_by<F> manager;
        state_->push(std::unique_ptr<detail::async_operand>(
            new detail::exit_entry<manager>(manager{std::move(function)})));
    }
    /// `function` will be called, with nothing. It cannot swallow exceptions.
    template <class F>
    void callback(F function) const {
        state_->push(std::unique_ptr<detail::async_operand>(
            new detail::callback_entry<F>(std::move(function))));
    }

protected:
    exit_stack_base() : state_(new detail::exit_stack_state) {}

    void take_all_of(exit_stack_base const& other) const noexcept {
        state_->entries.swap(other.state_->entries);
    }

    detail::counted<detail::exit_stack_state> state_;

private:
    template <class R, class E>
    void enter_and_push(std::unique_ptr<E> entry, std::true_type) const {
        detail::enter(entry->manager, 0);
        state_->push(std::move(entry));
    }
    template <class R, class E>
    R enter_and_push(std::unique_ptr<E> entry, std::false_type) const {
        R result = entry->manager.enter();
        state_->push(std::move(entry));
        return std::forward<R>(result);
    }
};

/// Any number of context managers and callbacks, left in the opposite order where the stack is
/// left, as if their statements were nested. For WITH; a stack that is destroyed leaves nothing.
class exit_stack : public exit_stack_base {
public:
    /// A new stack, to which everything in this one moves.
    exit_stack pop_all() const {
        exit_stack moved;
        moved.take_all_of(*this);
        return moved;
    }
    /// Leaves everything now. Throws what that raises.
    void close() const {
        const error problem = exit(error());
        if (problem) problem.rethrow();
    }

    exit_stack enter() const { return *this; }
    error exit(error const& raised) const { return detail::leave_all(state_, raised); }
};

/// The same for ASYNC_WITH; it takes both kinds of context managers.
class async_exit_stack : public exit_stack_base {
public:
    /// Awaited, enters `manager`, for which the same holds as in enter_context(), and gives what
    /// its aenter() gives.
    template <class M>
    coroutine<detail::entered_async<M>> enter_async_context(M&& manager) const {
        return detail::entering_stack<M>(state_, std::forward<M>(manager));
    }
    /// The stack will leave `manager`, which is not entered here. Or a function that is called as
    /// its aexit() would be.
    template <class M>
    typename std::enable_if<detail::has_aexit<M>::value>::type push_async_exit(M&& manager) const {
        state_->push(std::unique_ptr<detail::async_operand>(
            new detail::async_manager<M>(0, std::forward<M>(manager))));
    }
    template <class F>
    typename std::enable_if<!detail::has_aexit<F>::value>::type push_async_exit(F function) const {
        typedef detail::exits_by<F> manager;
        state_->push(std::unique_ptr<detail::async_operand>(
            new detail::async_manager<manager>(0, manager{std::move(function)})));
    }
    /// `function` will be called, with nothing, and what it returns awaited. It cannot swallow
    /// exceptions.
    template <class F>
    void push_async_callback(F function) const {
        state_->push(std::unique_ptr<detail::async_operand>(
            new detail::async_callback_entry<F>(std::move(function))));
    }

    /// A new stack, to which everything in this one moves.
    async_exit_stack pop_all() const {
        async_exit_stack moved;
        moved.take_all_of(*this);
        return moved;
    }
    /// Awaited, leaves everything now, and raises what that raises.
    coroutine<void> aclose() const { return detail::closing_stack(state_); }

    async_exit_stack aenter() const { return *this; }
    coroutine<bool> aexit(error const& raised) const {
        return detail::leaving_stack(state_, raised);
    }
};

}  // namespace lasti

#endif
