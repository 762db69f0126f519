// request: what a coroutine yields to the event loop while it waits, as a generator yields a value
// to its caller.
//
// It lives in the frame that awaits (request_slot), so waiting allocates nothing, and it is at once
// the node by which the wait structure (heap, waiter list, selector) finds the task: its destructor
// takes it out again.
#ifndef LASTI_DETAIL_REQUEST_HPP_INCLUDED
#define LASTI_DETAIL_REQUEST_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include <lasti/clock.hpp>
#include <lasti/detail/frame_pool.hpp>
#include <lasti/error.hpp>

namespace lasti {

namespace detail {
class future_state;
class task_state;
}

/// What a suspended coroutine asks of whoever drives it.
class LASTI_API request : public detail::in_frame_memory {
public:
    enum class kind : unsigned char { pass, sleep, future, other };

    constexpr request() noexcept {}
    request(request const&) = delete;
    request& operator=(request const&) = delete;
    virtual ~request() {}

    virtual kind what() const noexcept { return kind::other; }
    /// How long it wants to sleep; zero for all but a sleep.
    virtual delay how_long() const noexcept { return delay(delay::nanoseconds::zero()); }
    /// In words, for reports: "sleep 1 s", "task 'fetch'".
    virtual std::string describe() const = 0;

    /// @name What the loop calls
    /// @{
    /// Puts the task where it will be woken from; where it cannot wait for this, wakes it with the
    /// error.
    virtual void arm(detail::task_state& task) = 0;
    /// Task.cancel() while it waits here. True: the task will be woken with a cancelled_error.
    virtual bool cancel(detail::task_state& task, std::string const& message) = 0;
    /// Takes the task out of where it waits, without waking it.
    virtual void disarm(detail::task_state& task) noexcept = 0;
    /// Its task's turn has come, with `thrown` to be raised (or empty). True: the coroutine goes on
    /// so. False: it waits on; the request has put the task elsewhere. Called only if arm() set
    /// task.asks_request.
    virtual bool go_on(detail::task_state& task, error& thrown);
    /// A cancelled scope lets it wait on: it puts in order what others rely on. (task::cancel() is
    /// told cancel().)
    virtual bool is_shielded(detail::task_state const& task) const noexcept;
    /// The task or future this one waits for, if it is one: cancelling goes on to that.
    virtual detail::future_state* awaited_future() const noexcept { return nullptr; }
    /// @}
};

inline bool request::go_on(detail::task_state&, error&) { return true; }
inline bool request::is_shielded(detail::task_state const&) const noexcept { return false; }

namespace detail {

/// The request of who only gives way for a round. There is one for all, since it knows nothing.
class pass_request final : public request {
public:
    constexpr pass_request() noexcept {}
    kind what() const noexcept override { return kind::pass; }
    std::string describe() const override;
    void arm(task_state& task) override;
    bool cancel(task_state&, std::string const&) override { return false; }
    void disarm(task_state&) noexcept override {}
};

/// It outlives all that is destroyed at the end of the program.
union lasting_pass_request {
    constexpr lasting_pass_request() noexcept : value() {}
    ~lasting_pass_request() {}
    pass_request value;
};
extern LASTI_API lasting_pass_request giving_way;

/// Room for the request of the one AWAIT in which a frame can stand. Small ones are kept in place.
class request_slot {
public:
    // Seven pointers; where those have 32 bits, a time is as long as two of them.
    enum : std::size_t { room_size = sizeof(void*) < 8 ? 40 : 7 * sizeof(void*) };

    request_slot() noexcept : request_(nullptr) {}
    request_slot(request_slot const&) = delete;
    request_slot& operator=(request_slot const&) = delete;
    ~request_slot() { clear(); }

    request* get() const noexcept { return request_; }

    template <class Request, class... A>
    Request& emplace(A&&... arguments) {
        clear();
        Request* const made = make<Request>(std::integral_constant<bool, fits<Request>()>(),
                                            std::forward<A>(arguments)...);
        request_ = made;
        return *made;
    }
    void refer_to(pass_request& shared) noexcept {
        clear();
        request_ = &shared;
    }
    void clear() noexcept {
        if (request_ && request_ != &giving_way.value) destroy();
        request_ = nullptr;
    }

private:
    LASTI_NOINLINE void destroy() noexcept {
        request* const gone = request_;
        request_ = nullptr;
        if (static_cast<void*>(gone) == static_cast<void*>(&room_)) gone->~request();
        else delete gone;
    }

    typedef std::aligned_storage<room_size, alignof(std::int64_t)>::type room;

    template <class Request>
    static constexpr bool fits() {
        return sizeof(Request) <= sizeof(room) && alignof(Request) <= alignof(room);
    }
    template <class Request, class... A>
    Request* make(std::true_type, A&&... arguments) {
        return ::new (static_cast<void*>(&room_)) Request(std::forward<A>(arguments)...);
    }
    template <class Request, class... A>
    Request* make(std::false_type, A&&... arguments) {
        return new Request(std::forward<A>(arguments)...);
    }

    request* request_;  // in the room, on the heap, or the one that gives way; null: none
    room room_;
};

}  // namespace detail
}  // namespace lasti

#endif
