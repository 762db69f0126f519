// futures_wait: a task that stands in wait(), with its watches on the futures it waits for.
#ifndef LASTI_DETAIL_FUTURES_WAIT_HPP_INCLUDED
#define LASTI_DETAIL_FUTURES_WAIT_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <algorithm>  // stable_partition() would allocate; remove_if() does not
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <lasti/clock.hpp>
#include <lasti/detail/counted.hpp>
#include <lasti/detail/request.hpp>
#include <lasti/detail/watch.hpp>
#include <lasti/future.hpp>

namespace lasti {

/// What wait() waits for.
enum class return_when : unsigned char {
    all_completed,    ///< All are done.
    first_completed,  ///< One is done.
    first_exception   ///< One has failed (being cancelled does not count), or all are done.
};

/// What wait() found when it went on; each in the order in which the futures were given.
template <class Handle>
struct wait_result {
    std::vector<Handle> done;
    std::vector<Handle> pending;
};

namespace detail {

class awaiting_frame;

struct wait_options {
    return_when until;
    bool is_limited;
    delay time;  // if it is
};

/// What the task has in the futures' lists. One allocation; it outlives the wait where callbacks
/// are on their way. The callback that it is itself is that of the time limit.
class LASTI_API futures_wait final : public callback_state, private watcher {
public:
    static counted<futures_wait> make(loop_core& loop, std::size_t how_many,
                                      wait_options const& options);

    void add(future_state& child) noexcept { watches_.add(*this, child, nullptr); }
    /// Throws value_error if a future belongs to a different loop.
    void check_loops(awaiting_frame const& by) const;
    void begin(task_state& waiting);
    /// The task's Task.cancel(). False: it has been woken already.
    bool cancel(std::string const& message);
    void end() noexcept;
    std::string describe() const;

private:
    futures_wait(loop_core& owner, wait_options const& options) noexcept;
    ~futures_wait() override {}
    void child_done(watch& which) override;
    void call() override { wake(error()); }
    void last_handle_gone() noexcept override;
    void wake(error thrown) noexcept;

    task_state* waiting_ = nullptr;  // null once it was woken
    wait_options const options_;
    std::size_t left_ = 0;
    watch_list watches_;
};

class LASTI_API futures_wait_request_base : public request {
public:
    static constexpr bool never_fails = true;

    ~futures_wait_request_base() override { end_wait(); }
    bool ready() const noexcept { return false; }
    error problem() const noexcept { return error(); }
    std::string describe() const override { return state_->describe(); }
    void arm(task_state& task) override { state_->begin(task); }
    bool cancel(task_state&, std::string const& message) override {
        return state_->cancel(message);
    }
    void disarm(task_state&) noexcept override { state_->end(); }

protected:
    futures_wait_request_base(std::size_t how_many, wait_options const& options,
                              awaiting_frame const& by);
    void end_wait() noexcept {
        if (state_) state_->end();
    }

    counted<futures_wait> state_;
};

template <class Handle>
class futures_wait_request final : public futures_wait_request_base {
public:
    template <class Waiting>
    futures_wait_request(Waiting&& asked, awaiting_frame const& by)
        : futures_wait_request_base(asked.futures.size(), asked.options, by),
          futures_(std::forward<Waiting>(asked).futures) {
        for (any_future const& f : futures_)
            f.shared_state();  // throws if it is empty, before one is marked
        const auto is_repeated = [](any_future const& f) {
            future_state& state = *f.shared_state();
            const bool before = state.is_marked;
            state.is_marked = true;
            return before;
        };
        futures_.erase(std::remove_if(futures_.begin(), futures_.end(), is_repeated),
                       futures_.end());
        for (any_future const& f : futures_) {
            f.shared_state()->is_marked = false;
            state_->add(*f.shared_state());
        }
        state_->check_loops(by);
    }
    // Before the handles go: while it waits they are counted as those of somebody who waits.
    ~futures_wait_request() override { end_wait(); }
    wait_result<Handle> take() {
        wait_result<Handle> found;
        std::size_t done = 0;
        for (Handle& f : futures_) {
            if (!f.done()) found.pending.push_back(std::move(f));
            else if (&futures_[done++] != &f) futures_[done - 1] = std::move(f);
        }
        futures_.erase(futures_.begin() + static_cast<std::ptrdiff_t>(done), futures_.end());
        found.done.swap(futures_);
        return found;
    }

private:
    std::vector<Handle> futures_;
};

static_assert(sizeof(futures_wait_request<any_future>) <= request_slot::room_size,
              "the request of wait() lies in the frame");

}  // namespace detail
}  // namespace lasti

#endif
