// queue_state: what the handles of a queue share: the items, and who waits for one, for room, or
// for the end.
//
// What does not depend on the type of the items is in queue_core and compiled once.
#ifndef LASTI_DETAIL_QUEUE_STATE_HPP_INCLUDED
#define LASTI_DETAIL_QUEUE_STATE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>
#include <utility>

#include <lasti/detail/item_store.hpp>
#include <lasti/detail/wait_list.hpp>

namespace lasti {
namespace detail {

class LASTI_API queue_core : public waitable {
public:
    queue_core(std::ptrdiff_t most, std::string given_name) noexcept
        : waitable(std::move(given_name)), maxsize(most) {}

    bool empty() const noexcept { return size == 0; }
    bool full() const noexcept { return maxsize > 0 && size >= static_cast<std::size_t>(maxsize); }
    void task_done();
    void shut_down(bool immediate);
    /// What a get() or put() is told then.
    error shut_down_error(const char* operation) const;
    [[noreturn]] void refuse(const char* operation) const;
    const char* kind() const noexcept override { return "queue"; }
    std::string describe() const;

    std::ptrdiff_t const maxsize;  // none if not positive
    std::size_t size = 0;
    std::size_t unfinished = 0;  // items that were put and not told to be done
    bool is_shut_down = false;
    wait_list getters;  // while it is empty
    wait_list putters;  // while it is full
    wait_list joiners;  // while anything is unfinished

private:
    virtual void clear_items() noexcept = 0;
    void fail_waiters(error const& what) noexcept override;
};

/// What a task was woken for, and then could not take: the next one is woken.
struct pass_on {
    queue_core* queue;  // null: it was taken
    wait_list queue_core::*waiters;
    bool (queue_core::*nothing_there)() const noexcept;

    ~pass_on() {
        if (queue && !(queue->*nothing_there)()) (queue->*waiters).wake_first();
    }
};

template <class T>
class queue_state : public queue_core {
public:
    using queue_core::queue_core;

    /// There is room, and it is not shut down.
    void put(T&& item) {
        pass_on unless_kept = {this, &queue_core::putters,
                               &queue_core::full};  // a comparison may throw
        put_item(std::move(item));
        unless_kept.queue = nullptr;
        ++size;
        ++unfinished;
        getters.wake_first();
    }
    /// It is not empty.
    T get() {
        pass_on unless_taken = {this, &queue_core::getters, &queue_core::empty};
        T item(get_item());
        unless_taken.queue = nullptr;
        --size;
        putters.wake_first();
        return item;
    }

private:
    virtual void put_item(T&& item) = 0;
    virtual T get_item() = 0;
};

/// `Items` is a ring, a stack or a heap.
template <class T, class Items>
class queue_of final : public queue_state<T> {
public:
    queue_of(std::ptrdiff_t most, std::string given_name, Items&& none = Items())
        : queue_state<T>(most, std::move(given_name)), items_(std::move(none)) {}

private:
    void put_item(T&& item) override { items_.put(std::move(item)); }
    T get_item() override { return items_.get(); }
    void clear_items() noexcept override { items_.clear(); }

    Items items_;
};

// ---- get ----------------------------------------------------------------------------------------

// A getter is woken because an item has come, not with that item: by its turn somebody may have
// taken it, and then it waits again, behind the others. So the item stays in the queue up to
// take(). The same for putters and room.

class LASTI_API get_request_base : public wait_request {
public:
    ~get_request_base() override {
        if (is_armed()) back_out();
    }
    bool ready() noexcept {
        return !queue().empty() || queue().is_shut_down || queue().is_foreign();
    }
    error problem() const;
    std::string describe() const override { return "queue.get: " + queue().describe(); }
    void arm(task_state& task) override;
    void disarm(task_state&) noexcept override { back_out(); }
    bool go_on(task_state& task, error& thrown) override;

protected:
    explicit get_request_base(queue_core& owner) noexcept : wait_request(owner) {}
    queue_core& queue() const noexcept { return static_cast<queue_core&>(*owner_); }

private:
    void back_out() noexcept;
};

template <class T>
class get_request final : public get_request_base {
public:
    template <class Get>
    get_request(Get const& asked, awaiting_frame&) : get_request_base(*asked.state) {}
    T take() {
        if (LASTI_UNLIKELY(queue().empty())) not_awaited();
        return static_cast<queue_state<T>&>(queue()).get();
    }
};

static_assert(sizeof(get_request<int>) <= request_slot::room_size,
              "waiting for an item allocates nothing");

/// What get() returns.
template <class T>
struct LASTI_TO_BE_AWAITED queue_get {
    typedef get_request<T> request_type;

    template <class X>
    bool await_at_once(awaiting_frame&, X* target) const {
        if (state->empty()) return false;
        give(target);
        return true;
    }

    counted<queue_state<T>> state;

private:
    void give(void*) const { state->get(); }
    template <class X>
    void give(X* target) const {
        *target = state->get();
    }
};

// ---- put ----------------------------------------------------------------------------------------

class LASTI_API put_request_base : public wait_request {
public:
    ~put_request_base() override {
        if (is_armed()) back_out();
    }
    bool ready() noexcept {
        return !queue().full() || queue().is_shut_down || queue().is_foreign();
    }
    error problem() const;
    std::string describe() const override { return "queue.put: " + queue().describe(); }
    void arm(task_state& task) override;
    void disarm(task_state&) noexcept override { back_out(); }
    bool go_on(task_state& task, error& thrown) override;

protected:
    explicit put_request_base(queue_core& owner) noexcept : wait_request(owner) {}
    queue_core& queue() const noexcept { return static_cast<queue_core&>(*owner_); }
    void check_room() const {
        if (LASTI_UNLIKELY(queue().full())) not_awaited();
    }

private:
    void back_out() noexcept;
};

/// It keeps the item while it waits. One larger than two pointers makes it too large for its place
/// in the frame.
template <class T>
class put_request final : public put_request_base {
public:
    template <class Put>
    put_request(Put&& asked, awaiting_frame&)
        : put_request_base(*asked.state), item_(std::move(asked.item)) {}
    void take() {
        check_room();
        static_cast<queue_state<T>&>(queue()).put(std::move(item_));
    }

private:
    T item_;
};

static_assert(sizeof(put_request<void* [2]>) <= request_slot::room_size,
              "waiting for room allocates nothing");

/// What put() returns. It is awaited once: the item goes out of it.
template <class T>
struct LASTI_TO_BE_AWAITED queue_put {
    typedef put_request<T> request_type;

    bool await_at_once(awaiting_frame&, void*) {
        if (state->full() || state->is_shut_down) return false;
        state->put(std::move(item));
        return true;
    }

    counted<queue_state<T>> state;
    T item;
};

// ---- join ---------------------------------------------------------------------------------------

/// As of an event that is set while nothing is unfinished.
class LASTI_API join_request final : public wait_request {
public:
    template <class Join>
    join_request(Join const& asked, awaiting_frame&) : wait_request(*asked.state) {}
    ~join_request() override {
        if (is_armed()) leave();
    }
    bool ready() noexcept { return queue().unfinished == 0 || queue().is_foreign(); }
    error problem() const { return queue().unfinished == 0 ? error() : queue().foreign(); }
    void take() const {
        if (LASTI_UNLIKELY(!is_armed() && queue().unfinished != 0)) not_awaited();
    }
    std::string describe() const override;
    void arm(task_state& task) override { enter(queue().joiners, task); }
    void disarm(task_state&) noexcept override { leave(); }

private:
    queue_core& queue() const noexcept { return static_cast<queue_core&>(*owner_); }
};

/// What join() returns.
struct LASTI_TO_BE_AWAITED queue_join {
    typedef join_request request_type;
    counted<queue_core> state;
};

}  // namespace detail
}  // namespace lasti

#endif
