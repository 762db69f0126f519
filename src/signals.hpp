// Signals, between the handler that the system calls, on any thread at any time, and the loop.
#ifndef LASTI_SRC_SIGNALS_HPP_INCLUDED
#define LASTI_SRC_SIGNALS_HPP_INCLUDED

#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include <lasti/detail/handle.hpp>
#include <lasti/signals.hpp>

#include "inbox.hpp"

namespace lasti {
namespace detail {

/// Only that one has a say in what signals do, as in Python.
bool is_first_thread() noexcept;

/// Whom a handler tells. The inbox may go, while on another thread the handler is about to touch
/// it: who takes it away waits for that.
class signal_target {
public:
    void set(inbox* told) noexcept {
        told_ = told;
        while (inside_ != 0) std::this_thread::yield();
    }
    /// Of the handler: calls `tell(inbox)`; false: there is none.
    template <class F>
    bool with_inbox(F tell) noexcept {
        ++inside_;
        inbox* const told = told_;
        if (told) tell(*told);
        --inside_;
        return told != nullptr;
    }
    /// In the child of a fork() there is no other thread.
    void forget_other_threads() noexcept { inside_ = 0; }

private:
    std::atomic<inbox*> told_{nullptr};
    std::atomic<int> inside_{0};
};

/// Which signals a loop handles.
class signal_table {
public:
    explicit signal_table(loop_core& loop) noexcept : loop_(loop) {}
    signal_table(signal_table const&) = delete;
    signal_table& operator=(signal_table const&) = delete;
    /// All get the system's default again.
    ~signal_table();

    void set_callback(int signal, counted<handle_state> callback);
    bool remove_callback(int signal);
    void add(signal_receiver_state& receiver, int signal);
    void remove(signal_receiver_state& receiver) noexcept;
    /// What has come since it was last called: the callbacks stand in the deque, and the receivers
    /// have it.
    void deliver();

private:
    struct entry {
        counted<handle_state> callback;
        std::vector<signal_receiver_state*> receivers;
        bool is_unused() const noexcept { return !callback && receivers.empty(); }
    };
    typedef std::map<int, entry> entries;

    entries::iterator begin_to_handle(int signal);
    void drop_unused(entries::iterator which) noexcept;

    loop_core& loop_;
    entries entries_;
};

}  // namespace detail
}  // namespace lasti

#endif
