// Signals: what the system sends to a process (SIGTERM, SIGHUP …), as tasks wait for it.
// loop.add_signal_handler() is a member of event_loop; this is what fits tasks.
//
//     AWAIT_SET(n, lasti::wait_signal({SIGTERM, SIGINT}));   // one, from now on
//
//     lasti::signal_receiver signals(loop, {SIGHUP, SIGTERM});
//     ASYNC_FOR(n, signals) …                                // each; none is lost between two
//
// While somebody waits for a signal it does nothing else; afterwards the system does its default.
#ifndef LASTI_SIGNALS_HPP_INCLUDED
#define LASTI_SIGNALS_HPP_INCLUDED

#include <lasti/detail/needs_posix_io.hpp>
LASTI_SYSTEM_HEADER

#include <vector>

#include <signal.h>

#include <lasti/coroutine.hpp>
#include <lasti/detail/counted.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/queue.hpp>

namespace lasti {

namespace detail {

class signal_table;

/// What the handles of one receiver share.
class LASTI_API signal_receiver_state {
public:
    signal_receiver_state() {}
    signal_receiver_state(signal_receiver_state const&) = delete;
    signal_receiver_state& operator=(signal_receiver_state const&) = delete;

    void retain() noexcept { ++references; }
    void release() noexcept {
        if (--references == 0) delete this;
    }

    queue<int> received{0, "signals"};  // until somebody asks
    signal_table* table = nullptr;      // null: the loop is closed
    unsigned references = 0;

private:
    ~signal_receiver_state();
};

}  // namespace detail

/// Receives signals, from its making on until its last handle goes: then the system does its
/// default again, and what was not asked for is dropped. Copies of the handle name the same
/// receiver. Each of several receivers of a signal gets it, and so does a handler.
class LASTI_API signal_receiver {
public:
    /// None: falsy, and every use is a type_error.
    signal_receiver() noexcept {}
    /// Of the loop that runs. Throws as event_loop::add_signal_handler() does.
    explicit signal_receiver(std::vector<int> const& signals);
    signal_receiver(event_loop& loop, std::vector<int> const& signals);

    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(signal_receiver const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(signal_receiver const& other) const noexcept { return state_ != other.state_; }

    /// To be awaited: waits for the next signal and gives its number; of several, in the order in
    /// which they came. Raises queue_shut_down if the loop is closed, or the receiver goes.
    detail::queue_get<int> wait() const { return get().received.get(); }
    /// The same, for ASYNC_FOR, which goes on for ever.
    detail::queue_get<int> anext() const { return wait(); }

private:
    detail::signal_receiver_state& get() const;

    detail::counted<detail::signal_receiver_state> state_;
};

/// Waits for the first of these signals that comes after this call, and gives its number. Throws as
/// the receiver's constructor does.
LASTI_API coroutine<int> wait_signal(std::vector<int> const& signals);

}  // namespace lasti

#endif
