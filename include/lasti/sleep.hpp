// sleep(): lets the other tasks run for a while. asyncio.sleep().
//
//     AWAIT(lasti::sleep(1));                               // seconds
//     AWAIT(lasti::sleep(std::chrono::milliseconds(20)));
//     AWAIT(lasti::sleep(0));                               // one round of the loop
//     AWAIT_SET(x, lasti::sleep(1, 42));                    // gives 42
#ifndef LASTI_SLEEP_HPP_INCLUDED
#define LASTI_SLEEP_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <string>
#include <type_traits>
#include <utility>

#include <lasti/clock.hpp>
#include <lasti/coroutine.hpp>
#include <lasti/detail/request.hpp>

namespace lasti {

namespace detail {

/// The request of a sleep: the task goes into the loop's heap, or, for a sleep of nothing, behind
/// the deque.
class LASTI_API sleep_request : public request {
public:
    static constexpr bool never_fails = true;

    template <class Sleep>
    sleep_request(Sleep const& asked, awaiting_frame const& by) : time_(asked.time), by_(&by) {}
    ~sleep_request() override {
        if (sleeper_) disarm(*sleeper_);
    }

    /// Never, but where it cannot wait. NaN is negative, too.
    bool ready() const noexcept { return LASTI_UNLIKELY(time_.is_negative()); }
    LASTI_COLD error problem() const;
    void take() const noexcept {}
    kind what() const noexcept override { return time_.is_zero() ? kind::pass : kind::sleep; }
    delay how_long() const noexcept override { return time_; }
    std::string describe() const override;
    void arm(task_state& task) override;
    bool cancel(task_state& task, std::string const& message) override;
    void disarm(task_state& task) noexcept override;

private:
    delay time_;
    awaiting_frame const* by_;
    task_state* sleeper_ = nullptr;  // while it is in the heap
};

/// … of a sleep that gives something.
template <class T>
class sleep_result_request final : public sleep_request {
public:
    template <class Sleep>
    sleep_result_request(Sleep&& asked, awaiting_frame const& by)
        : sleep_request(asked, by), result_(std::forward<Sleep>(asked).result) {}
    T take() { return std::move(result_); }

private:
    T result_;
};

}  // namespace detail

/// What sleep() returns, for AWAIT.
struct LASTI_TO_BE_AWAITED sleep_for {
    typedef detail::sleep_request request_type;
    bool only_gives_way() const noexcept { return time.is_zero(); }
    delay time;
};

/// Suspends the awaiting task for `time`: seconds, or any duration. Zero gives way for one round.
/// Awaiting a negative or NaN time raises value_error there (asyncio takes a negative one for
/// zero).
inline sleep_for sleep(delay time) noexcept { return sleep_for{time}; }

/// What sleep() with a result returns, for AWAIT_SET.
template <class T>
struct LASTI_TO_BE_AWAITED sleep_for_result {
    typedef detail::sleep_result_request<T> request_type;
    delay time;
    T result;
};

/// The same; awaiting it gives `result`.
template <class T>
sleep_for_result<typename std::decay<T>::type> sleep(delay time, T&& result) {
    return sleep_for_result<typename std::decay<T>::type>{time, std::forward<T>(result)};
}

}  // namespace lasti

#endif
