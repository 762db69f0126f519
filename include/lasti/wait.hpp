// wait(): waits until some or all of many are done, and says which. asyncio.wait().
//
//     lasti::wait_result<lasti::task<int>> r;   // a local of the frame
//     AWAIT_SET(r, lasti::wait(tasks, 2.5, lasti::return_when::first_completed));
//     for (lasti::task<int> const& t : r.done) …
#ifndef LASTI_WAIT_HPP_INCLUDED
#define LASTI_WAIT_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/detail/futures_wait.hpp>
#include <lasti/event_loop.hpp>

namespace lasti {

/// What wait() returns, for AWAIT.
template <class Handle>
struct LASTI_TO_BE_AWAITED waiting {
    static_assert(std::is_base_of<any_future, Handle>::value,
                  "wait(): passing coroutines is forbidden: make tasks of them with create_task()");
    typedef detail::futures_wait_request<Handle> request_type;

    std::vector<Handle> futures;
    detail::wait_options options;
};

/// Waits until `until` holds of these futures or tasks, which one may be among them several times.
/// Gives a wait_result: those that are done when the task goes on, and those that are not; both in
/// the order given. Cancels nothing, and raises no exception of theirs. Awaiting it raises
/// value_error if there are none, or if one belongs to a different loop. Cancelling the wait leaves
/// them running.
template <class Handle>
waiting<Handle> wait(std::vector<Handle> futures, return_when until = return_when::all_completed) {
    return waiting<Handle>{std::move(futures), detail::wait_options{until, false, 0}};
}
/// For `timeout` at most: seconds or any duration; zero or less is the next round. Awaiting it
/// raises value_error for NaN, and never a timeout_error.
template <class Handle>
waiting<Handle> wait(std::vector<Handle> futures, delay timeout,
                     return_when until = return_when::all_completed) {
    return waiting<Handle>{std::move(futures), detail::wait_options{until, true, timeout}};
}
/// wait({task, future, …}): of different types.
inline waiting<any_future> wait(std::vector<any_future> futures,
                                return_when until = return_when::all_completed) {
    return waiting<any_future>{std::move(futures), detail::wait_options{until, false, 0}};
}
inline waiting<any_future> wait(std::vector<any_future> futures, delay timeout,
                                return_when until = return_when::all_completed) {
    return waiting<any_future>{std::move(futures), detail::wait_options{until, true, timeout}};
}

}  // namespace lasti

#endif
