// as_completed(): the results of many in the order in which they come. asyncio.as_completed().
//
//     FOR(next, lasti::as_completed(std::vector<lasti::coroutine<int>>{slow(), fast()}))
//         AWAIT_SET(x, next);                  // an item is no particular one: awaiting it gives
//         the next result
//     END_FOR
//
//     ASYNC_FOR(t, lasti::as_completed(tasks))  // the very tasks, as they are done
//         std::cout << t.get_name();
//     END_ASYNC_FOR
#ifndef LASTI_AS_COMPLETED_HPP_INCLUDED
#define LASTI_AS_COMPLETED_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/awaitable.hpp>
#include <lasti/detail/completion_state.hpp>
#include <lasti/event_loop.hpp>

namespace lasti {

/// An item of the plain iteration. To be awaited, once: gives the result, or raises the exception,
/// of the next of the futures that is done; timeout_error if the time was over first.
template <class R>
struct LASTI_TO_BE_AWAITED next_result {
    typedef detail::next_result_request<R> request_type;
    detail::counted<detail::completion_state> state;
};

/// What anext() returns. To be awaited: gives the next of the futures that is done; raises
/// stop_async_iteration after the last, timeout_error if the time was over first.
template <class Handle>
struct LASTI_TO_BE_AWAITED next_done {
    typedef detail::next_done_request<Handle> request_type;
    detail::counted<detail::completion_state> state;
};

/// What as_completed() returns: each future comes once, by a plain iteration or by an asynchronous
/// one; one that was left early can be gone on with. Copies name the same iteration.
template <class Handle>
class completions {
public:
    typedef next_result<await_result<Handle>> value_type;

    /// Empty: every use is a type_error.
    completions() noexcept {}
    explicit completions(detail::counted<detail::completion_state> state) noexcept
        : state_(std::move(state)) {}

    /// The next item; throws stop_iteration if there are no more. Python's next().
    value_type next() const {
        if (!get()->hand_out()) detail::throw_out(stop_iteration());
        return value_type{state_};
    }

    class iterator {
    public:
        typedef std::input_iterator_tag iterator_category;
        typedef completions::value_type value_type;
        typedef std::ptrdiff_t difference_type;
        typedef value_type const* pointer;
        typedef value_type reference;

        iterator() noexcept {}
        explicit iterator(detail::counted<detail::completion_state> const& state) noexcept
            : state_(state) {
            ++*this;
        }
        value_type operator*() const { return value_type{state_}; }
        iterator& operator++() noexcept {
            if (!state_->hand_out()) state_ = nullptr;
            return *this;
        }
        void operator++(int) noexcept { ++*this; }
        bool operator==(iterator const& other) const noexcept { return state_ == other.state_; }
        bool operator!=(iterator const& other) const noexcept { return state_ != other.state_; }

    private:
        detail::counted<detail::completion_state> state_;  // null: the end
    };
    iterator begin() const { return iterator(get()); }
    iterator end() const noexcept { return iterator(); }

    completions aiter() const noexcept { return *this; }
    next_done<Handle> anext() const { return next_done<Handle>{get()}; }

private:
    detail::counted<detail::completion_state> const& get() const {
        return detail::not_empty(state_);
    }

    detail::counted<detail::completion_state> state_;
};

namespace detail {

/// The handle by which each `A` comes back: itself, or the task that is made of it.
template <class A, bool = std::is_base_of<any_future, A>::value>
struct completed_handle {
    typedef A type;
};
template <class A>
struct completed_handle<A, false> {
    static_assert(
        is_awaitable<A>::value,
        "as_completed: these cannot be awaited: they are no coroutines, tasks or futures");
    typedef task<await_result<A>> type;
};

inline void add_to(completion_state& state, any_future const& given) {
    state.add(*given.shared_state());
}
template <class R>
void add_to(completion_state& state, coroutine<R> const& given) {
    if (!state.task_of(*given.shared_frame())) state.add(*create_task(given).shared_state());
}
template <class A>
typename std::enable_if<!std::is_base_of<any_future, A>::value>::type
add_to(completion_state& state, A const& given) {
    state.add(*create_task(as_coroutine(given)).shared_state());
}

template <class A>
counted<completion_state> begin_completing(std::vector<A> const& awaitables) {
    const counted<completion_state> state =
        completion_state::make(running_core(), awaitables.size());
    struct finally {
        completion_state& state;
        ~finally() { state.all_added(); }
    } const at_exit = {*state};
    for (A const& a : awaitables) add_to(*state, a);
    return state;
}

}  // namespace detail

/// Runs them side by side; see `completions` for what can be done with the result. What is no
/// future becomes a task of the running loop; the same future or coroutine given twice comes once.
/// Cancels nothing. Throws runtime_error where no loop runs, value_error for a future of another
/// loop.
template <class A>
completions<typename detail::completed_handle<A>::type>
as_completed(std::vector<A> const& awaitables) {
    return completions<typename detail::completed_handle<A>::type>(
        detail::begin_completing(awaitables));
}
/// When `timeout` (seconds or any duration) has passed, each item that is left raises
/// timeout_error; what it would have waited for runs on. Throws value_error for NaN.
template <class A>
completions<typename detail::completed_handle<A>::type>
as_completed(std::vector<A> const& awaitables, delay timeout) {
    const detail::counted<detail::completion_state> state = detail::begin_completing(awaitables);
    state->limit(timeout);
    return completions<typename detail::completed_handle<A>::type>(state);
}

}  // namespace lasti

#endif
