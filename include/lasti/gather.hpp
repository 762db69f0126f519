// gather(): waits for many at once and gives all their results. asyncio.gather().
//
//     std::tuple<int, std::string> both;                 // a local of the frame
//     AWAIT_SET(both, lasti::gather(answer(), name()));  // coroutines, tasks, futures, whatever
//     can be awaited
//
//     std::vector<int> all;
//     AWAIT_SET(all, lasti::gather(std::vector<lasti::coroutine<int>>{answer(), answer()}));
#ifndef LASTI_GATHER_HPP_INCLUDED
#define LASTI_GATHER_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/awaitable.hpp>
#include <lasti/detail/gathering.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/outcome.hpp>

namespace lasti {

/// gather(return_exceptions, …): exceptions are results like others.
struct return_exceptions_tag {};
constexpr return_exceptions_tag return_exceptions = return_exceptions_tag();

namespace detail {

/// The loop of what is given first: a future's own, or the one that runs.
inline loop_core& loop_of(any_future const& first, std::true_type) {
    return *first.shared_state()->loop;
}
template <class A>
loop_core& loop_of(A const&, std::false_type) {
    return running_core();
}
inline loop_core& loop_of_first() { return running_core(); }
template <class First, class... More>
loop_core& loop_of_first(First const& first, More const&...) {
    return loop_of(first, std::is_base_of<any_future, First>());
}

LASTI_API event_loop& face_of(loop_core& loop);

/// Builds one gather(): an argument that cannot become a future ends it silently.
template <class Results>
class gather_builder {
public:
    typedef typename Results::type result_type;

    gather_builder(loop_core& loop, std::size_t capacity, bool keeps_exceptions)
        : loop_(loop), state_(new gather_state<Results>(loop, capacity, keeps_exceptions)) {}
    ~gather_builder() {
        if (!complete_) state_->give_up();
    }

    void add(any_future const& given) {
        future_state& child = *given.shared_state();
        check_loop(loop_, child);
        state_->add(child);
    }
    template <class R>
    void add(coroutine<R> const& given) {
        frame const& root = *given.shared_frame();
        if (future_state* const same =
                static_cast<awaiting_frame const&>(root).owned ? state_->task_of(root) : nullptr)
            state_->add(*same);
        else add_task_of(given);
    }
    template <class A, class = typename A::request_type>
    typename std::enable_if<!std::is_base_of<any_future, A>::value>::type add(A const& given) {
        add_task_of(as_coroutine(given));
    }
    future<result_type> get() {
        complete_ = true;
        state_->begin();
        return future<result_type>(state_.get());
    }

private:
    template <class R>
    void add_task_of(coroutine<R> const& given) {
        const task<R> made = face_of(loop_).create_task(given);
        made.shared_state()->as_task()->is_inner = true;
        state_->add(*made.shared_state());
    }

    loop_core& loop_;
    counted<gather_state<Results>> state_;
    bool complete_ = false;
};

template <class... A>
struct all_awaitable : std::true_type {};
template <class A, class... More>
struct all_awaitable<A, More...>
    : std::integral_constant<bool, is_awaitable<A>::value && all_awaitable<More...>::value> {};

template <template <class> class Item, class... A>
future<typename gathered_tuple<Item, await_result<A>...>::type> gather_each(bool keeps_exceptions,
                                                                            A const&... given) {
    gather_builder<gathered_tuple<Item, await_result<A>...>> builder(
        loop_of_first(given...), sizeof...(A), keeps_exceptions);
    const int in_order[] = {0, (builder.add(given), 0)...};
    (void)in_order;
    return builder.get();
}

template <class Results, class A>
future<typename Results::type> gather_all(bool keeps_exceptions, std::vector<A> const& given) {
    gather_builder<Results> builder(given.empty() ? running_core() : loop_of_first(given.front()),
                                    given.size(), keeps_exceptions);
    for (A const& a : given) builder.add(a);
    return builder.get();
}

template <class R>
struct results_of_many {
    typedef gathered_vector<gathered, R> type;
};
template <>
struct results_of_many<void> {
    typedef gathered_nothing type;
};

}  // namespace detail

/// A future of all their results, in the order of the arguments, as a tuple; `lasti::none` stands
/// for what gives nothing, std::reference_wrapper for a reference. What is no future becomes a
/// task. The same future or coroutine given twice runs once. Of a result that can only be moved,
/// the first of these gets it.
///
/// The first exception goes out at once; the others run on, and nobody hears of their exceptions. A
/// child that is cancelled counts as one that raises cancelled_error. Cancelling the gather cancels
/// every child.
///
/// Throws value_error for futures of different loops; runtime_error where a loop is needed and none
/// runs.
template <class... A, class = typename std::enable_if<detail::all_awaitable<A...>::value>::type>
future<std::tuple<typename detail::gathered<await_result<A>>::type...>>
gather(A const&... awaitables) {
    return detail::gather_each<detail::gathered>(false, awaitables...);
}
/// The same of any number of one type: the result is a vector, or nothing where they give nothing.
template <class A, class Results = typename detail::results_of_many<await_result<A>>::type>
future<typename Results::type> gather(std::vector<A> const& awaitables) {
    return detail::gather_all<Results>(false, awaitables);
}

/// With exceptions as results: each is an outcome, a value or an exception. A cancelled gather
/// waits for all its children, and then is cancelled.
template <class... A, class = typename std::enable_if<detail::all_awaitable<A...>::value>::type>
future<std::tuple<typename detail::gathered_outcome<await_result<A>>::type...>>
gather(return_exceptions_tag, A const&... awaitables) {
    return detail::gather_each<detail::gathered_outcome>(true, awaitables...);
}
template <class A>
future<std::vector<typename detail::gathered_outcome<await_result<A>>::type>>
gather(return_exceptions_tag, std::vector<A> const& awaitables) {
    return detail::gather_all<detail::gathered_vector<detail::gathered_outcome, await_result<A>>>(
        true, awaitables);
}

}  // namespace lasti

#endif
