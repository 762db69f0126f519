// staggered_race: several ways to the same end, each with a head start over the next.
// asyncio.staggered.
//
//     typedef std::function<lasti::coroutine<connection>()> way;
//     AWAIT_SET(raced, lasti::staggered_race<connection>({way(by_ipv6), way(by_ipv4)}, 0.25));
//     if (raced.has_winner()) use(raced.winner_result());
//
// Happy Eyeballs (RFC 8305) is such a race between the addresses of a host.
#ifndef LASTI_STAGGERED_HPP_INCLUDED
#define LASTI_STAGGERED_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <lasti/exception_group.hpp>
#include <lasti/timeouts.hpp>

namespace lasti {

namespace detail {
template <class R>
class staggered_state;
}

/// How a race ended. asyncio's tuple (winner_result, winner_index, exceptions).
template <class R = void>
class staggered_result {
public:
    /// Nobody won, nobody started.
    staggered_result() noexcept {}

    /// False: all have failed.
    bool has_winner() const { return winner_ && winner_.done(); }
    /// What the winner returned (moved out if it can only be moved). Throws invalid_state_error if
    /// nobody won.
    R winner_result() const {
        if (!has_winner()) detail::throw_out(invalid_state_error("nobody won the race"));
        return winner_.result();
    }
    /// Which of the functions won, from 0. Throws invalid_state_error if nobody did.
    std::size_t winner_index() const {
        if (!has_winner()) detail::throw_out(invalid_state_error("nobody won the race"));
        return index_;
    }
    /// What each that was started has raised, in their order; empty for the winner.
    std::vector<error> const& exceptions() const noexcept { return exceptions_; }

private:
    friend class detail::staggered_state<R>;

    future<R> winner_;
    std::size_t index_ = 0;
    std::vector<error> exceptions_;
};

namespace detail {

/// What the tasks of one race share.
template <class R>
class staggered_state : public std::enable_shared_from_this<staggered_state<R>> {
public:
    typedef std::function<coroutine<R>()> function;

    staggered_state(std::vector<function> functions, bool limited, delay head_start)
        : is_limited(limited), time(head_start), functions_(std::move(functions)) {}

    /// A task that starts the next function, when `previous` has failed or had its head start.
    void start_next(future<> previous);

    bool has_next() const noexcept { return result.exceptions_.size() < functions_.size(); }
    std::size_t take_next() {
        result.exceptions_.push_back(error());
        return result.exceptions_.size() - 1;
    }
    coroutine<R> call(std::size_t index) const { return functions_[index](); }
    void lost(std::size_t index, error exception) {
        result.exceptions_[index] = std::move(exception);
    }
    void won(std::size_t index, kept<R>& value) {
        result.index_ = index;
        result.winner_ = get_running_loop().template create_future<R>();
        set(result.winner_, value);
        const any_task winner = current_task();
        for (any_task const& t : running)
            if (t != winner) t.cancel();
    }

    const bool is_limited;
    const delay time;
    any_task parent;                // who awaits the race; empty: it is driven by hand
    std::vector<any_task> running;  // in the order of their creation
    future<> all_done;              // set when none of them is left, if somebody waits for that
    std::vector<error> unhandled;
    staggered_result<R> result;

private:
    static void set(future<void> const& winner, kept<void>&) { winner.set_result(); }
    template <class T>
    static void set(future<T> const& winner, kept<T>& value) {
        winner.set_result(value.value.take());
    }
    void ended(any_future const& t) {
        running.erase(std::find(running.begin(), running.end(), t));
        if (all_done && !all_done.done() && running.empty()) all_done.set_result();
        if (t.cancelled()) return;
        const error exception = t.exception();
        if (exception) unhandled.push_back(exception);
    }

    std::vector<function> functions_;
};

/// One that takes part: waits for its turn, has the next one wait for his, and runs its function.
template <class R>
struct staggered_runner {
    std::shared_ptr<staggered_state<R>> race;
    future<>
        noted;  // set when the race has this task in its list, which an eager task must wait for
    future<> previous;  // set when the one before has failed; empty: this is the first
    future<> failed;
    std::size_t index;
    kept<R> value;

    staggered_runner(std::shared_ptr<staggered_state<R>> in, future<> is_noted, future<> before)
        : race(std::move(in)), noted(std::move(is_noted)), previous(std::move(before)), index(0) {}

    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        LASTI_AWAIT(noted);
        if (previous) {
            LASTI_TRY
                // As a coroutine, so that a head start of nothing takes as many rounds as
                // asyncio's.
                if (race->is_limited) LASTI_AWAIT(wait_for(as_coroutine(previous), race->time));
                else LASTI_AWAIT(previous);
                LASTI_EXCEPT(timeout_error)
            LASTI_END_TRY
        }
        if (!race->has_next()) LASTI_RETURN();
        failed = get_running_loop().template create_future<>();
        race->start_next(failed);
        index = race->take_next();
        LASTI_TRY
            LASTI_AWAIT_SET(value, race->call(index));
            LASTI_EXCEPT_ANY
            race->lost(index, self.handled());
            if (!failed.done()) failed.set_result();  // done: who waited for it lost patience
            LASTI_RETURN();
        LASTI_END_TRY
        if (race->result.has_winner())
            LASTI_RAISE(
                runtime_error("staggered_race: a second one returned, though it was cancelled"));
        race->won(index, value);
        LASTI_END;
    }
};

template <class R>
void staggered_state<R>::start_next(future<> previous) {
    const future<> noted = get_running_loop().template create_future<>();
    const std::shared_ptr<staggered_state> self = this->shared_from_this();
    const any_task next =
        create_task(coroutine<>(staggered_runner<R>(self, noted, std::move(previous))));
    running.push_back(next);
    const handle told = next.add_done_callback([self](any_future t) { self->ended(t); });
    if (parent) told.shared_state()->on_behalf_of = parent.shared_state().get();
    noted.set_result();
}

template <class R>
struct staggered_body {
    std::shared_ptr<staggered_state<R>> race;
    error cancellation;
    cancelled_error const* cancelled = nullptr;

    explicit staggered_body(std::shared_ptr<staggered_state<R>> of) : race(std::move(of)) {}

    LASTI_COROUTINE_BODY(staggered_result<R>) {
        LASTI_BEGIN;
        if (race->is_limited && race->time.is_nan())
            LASTI_RAISE(value_error("staggered_race: the delay is NaN"));
        race->parent = current_task();
        race->start_next(future<>());
        while (!race->running.empty()) {
            race->all_done = get_running_loop().template create_future<>();
            LASTI_TRY
                LASTI_AWAIT(race->all_done);
                LASTI_EXCEPT_AS(cancelled, cancelled_error)
                cancellation = self.handled();
                for (any_task const& t : race->running) t.cancel(cancelled->message());
            LASTI_END_TRY
            race->all_done = future<>();
        }
        if (!race->unhandled.empty())
            LASTI_RAISE(exception_group("staggered race failed", race->unhandled));
        if (cancellation) LASTI_RAISE(cancellation);
        LASTI_RETURN(race->result);
        LASTI_END;
    }
};

}  // namespace detail

/// Runs the coroutines that the functions return, each in a task of its own, until one returns:
/// that one wins, and the others are cancelled and waited for. The first starts at once; each of
/// the others when the one before it has raised, or `head_start` (seconds or any duration) later.
/// asyncio.staggered.staggered_race().
///
/// Their exceptions are in the result. Who is cancelled must raise: to return instead is a
/// runtime_error, in an exception_group. Cancelling the race cancels all that run, and raises the
/// cancelled_error when they have ended. Raises value_error for NaN.
template <class R>
coroutine<staggered_result<R>> staggered_race(std::vector<std::function<coroutine<R>()>> functions,
                                              delay head_start) {
    return detail::staggered_body<R>(
        std::make_shared<detail::staggered_state<R>>(std::move(functions), true, head_start));
}
/// The same, one after the other: each starts when the one before it has raised.
template <class R>
coroutine<staggered_result<R>> staggered_race(std::vector<std::function<coroutine<R>()>> functions,
                                              forever_tag) {
    return detail::staggered_body<R>(
        std::make_shared<detail::staggered_state<R>>(std::move(functions), false, 0));
}

}  // namespace lasti

#endif
