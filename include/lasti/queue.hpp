// queue<T>: items go from the tasks that put them to those that get them. asyncio.Queue, and its
// two kin: priority_queue<T>, the smallest first, and lifo_queue<T>, the last first.
//
//     lasti::queue<int> q(10);         // at most 10 items; without a number: any number
//     AWAIT(q.put(1));                 // waits while it is full
//     AWAIT_SET(x, q.get());           // waits while it is empty
//     q.task_done();                   // for AWAIT(q.join())
//
// T may be movable only. Copies of the handle name the same queue, and one of a priority_queue or
// lifo_queue is a queue<T>, too. Not thread-safe: it serves the tasks of one loop.
#ifndef LASTI_QUEUE_HPP_INCLUDED
#define LASTI_QUEUE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <functional>  // std::less
#include <string>
#include <utility>

#include <lasti/detail/queue_state.hpp>

namespace lasti {

template <class T>
class queue {
public:
    typedef T value_type;

    /// Takes up to `maxsize` items; any number if that is not positive. The name is for reports.
    explicit queue(std::ptrdiff_t maxsize = 0, std::string name = std::string())
        : state_(new detail::queue_of<T, detail::item_ring<T>>(maxsize, std::move(name))) {}

    /// False only for a handle that was moved from.
    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(queue const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(queue const& other) const noexcept { return state_ != other.state_; }

    /// To be awaited, once: waits until there is room and puts the item. Raises queue_shut_down.
    /// Who waits keeps the item in its frame; one larger than two pointers is allocated meanwhile.
    detail::queue_put<T> put(T item) const {
        return detail::queue_put<T>{shared_state(), std::move(item)};
    }
    /// Throws queue_full if there is no room, queue_shut_down; the item is destroyed then.
    void put_nowait(T item) const {
        state& s = get_state();
        if (s.is_shut_down || s.full()) s.refuse("put_nowait");
        s.put(std::move(item));
    }
    /// To be awaited: waits for an item and gives it. Raises queue_shut_down, once what was in it
    /// is gone.
    detail::queue_get<T> get() const { return detail::queue_get<T>{shared_state()}; }
    /// Throws queue_empty if there is none, queue_shut_down if there will be none.
    T get_nowait() const {
        state& s = get_state();
        if (s.empty()) s.refuse("get_nowait");
        return s.get();
    }

    std::size_t qsize() const { return get_state().size; }
    bool empty() const { return get_state().empty(); }
    bool full() const { return get_state().full(); }
    /// What the constructor was given.
    std::ptrdiff_t maxsize() const { return get_state().maxsize; }

    /// The work on one item that was got is done. Throws value_error when there were not so many.
    void task_done() const { get_state().task_done(); }
    /// To be awaited: waits until every item that was put is told to be done.
    detail::queue_join join() const {
        return detail::queue_join{detail::counted<detail::queue_core>(&get_state())};
    }

    /// From now on put() raises queue_shut_down, also where a task waits in it; get() does so when
    /// it is empty. `immediate`: it drops the items, which count as done.
    void shutdown(bool immediate = false) const { get_state().shut_down(immediate); }

    /// In words: "queue 'jobs' [3 of 10, putters:2, unfinished:3]".
    std::string describe() const { return get_state().describe(); }

    detail::counted<detail::queue_state<T>> const& shared_state() const {
        get_state();
        return state_;
    }

protected:
    typedef detail::counted<detail::queue_state<T>> shared;

    explicit queue(shared made) noexcept : state_(std::move(made)) {}

private:
    typedef detail::queue_state<T> state;

    state& get_state() const { return detail::state_of(state_, "queue"); }

    shared state_;
};

/// get() gives the smallest item, as `Compare` has it. Equal ones come in any order (that of
/// Python's heapq).
template <class T, class Compare = std::less<T>>
class priority_queue : public queue<T> {
public:
    explicit priority_queue(std::ptrdiff_t maxsize = 0, std::string name = std::string(),
                            Compare compare = Compare())
        : queue<T>(typename queue<T>::shared(new detail::queue_of<T, items>(
              maxsize, std::move(name), items(std::move(compare))))) {}

private:
    typedef detail::item_heap<T, Compare> items;
};

/// get() gives the item that was put last.
template <class T>
class lifo_queue : public queue<T> {
public:
    explicit lifo_queue(std::ptrdiff_t maxsize = 0, std::string name = std::string())
        : queue<T>(typename queue<T>::shared(
              new detail::queue_of<T, detail::item_stack<T>>(maxsize, std::move(name)))) {}
};

}  // namespace lasti

#endif
