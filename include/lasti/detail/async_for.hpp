// What ASYNC_FOR keeps while control is inside it: what it iterates, whose anext() is awaited each
// round.
#ifndef LASTI_DETAIL_ASYNC_FOR_HPP_INCLUDED
#define LASTI_DETAIL_ASYNC_FOR_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <memory>
#include <type_traits>
#include <utility>

#include <lasti/coroutine.hpp>
#include <lasti/detail/block_stack.hpp>

namespace lasti {
namespace detail {

/// An operand of the block stack whose items are awaited.
class async_iteration : public operand {
public:
    /// Begins to await the next item. What AWAIT's begin tells: true, return awaiting() and come
    /// back.
    virtual bool begin_next(awaiting_frame& self, void* target) = 0;
    statement kind() const noexcept override { return statement::async_for; }
};

/// What aiter() gives, or the thing itself if it has none.
template <class A>
auto iterator_in(A& source, int) -> decltype(source.aiter()) {
    return source.aiter();
}
template <class A>
A& iterator_in(A& source, long) {
    return source;
}

template <class A, class = void>
struct is_async_iterable : std::false_type {};
template <class A>
struct is_async_iterable<
    A, typename make_void<decltype(iterator_in(std::declval<A&>(), 0).anext())>::type>
    : std::true_type {};

/// ASYNC_FOR over anything with an anext() to await. `A` is a reference for an lvalue, which must
/// outlive the loop.
template <class X, class A>
class async_for_any final : public async_iteration {
public:
    explicit async_for_any(A&& source)
        : source_(std::forward<A>(source)), iterator_(iterator_in(source_, 0)) {}

    bool begin_next(awaiting_frame& self, void* target) override {
        return self.await(static_cast<X*>(target), iterator_.anext());
    }

private:
    A source_;
    decltype(iterator_in(std::declval<typename std::remove_reference<A>::type&>(), 0)) iterator_;
};

/// How ASYNC_FOR iterates an `A`.
template <class X, class A, class Decayed = typename std::decay<A>::type, class = void>
struct async_for {
    static async_iteration* over(A&& source) {
        static_assert(is_async_iterable<typename std::remove_reference<A>::type>::value,
                      "ASYNC_FOR: this cannot be iterated: it has no anext(), nor an aiter() that "
                      "returns what has one");
        return new async_for_any<X, A>(std::forward<A>(source));
    }
};

template <class X, class A>
void awaiting_frame::begin_async_for(int handler, X&, A&& source) {
    push_for(async_for<X, A>::over(std::forward<A>(source)));
    block& b = blocks.top();
    b.handler = handler;
    b.at = phase::done;
}

inline bool awaiting_frame::await_next(void* target) {
    block& b = blocks.top();
    b.at = phase::awaiting_next;
    return static_cast<async_iteration&>(*b.held).begin_next(*this, target);
}

// False: there was none.
inline bool awaiting_frame::end_next(void* target) {
    block& b = blocks.top();
    b.at = phase::done;  // from here on a StopAsyncIteration is the user's
    if (b.how != leave::break_) {
        end_await(target);
        return true;
    }
    if (gi_yieldfrom) drop_child();
    return false;
}

}  // namespace detail
}  // namespace lasti

#endif
