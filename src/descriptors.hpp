// descriptors: what an event loop knows of each descriptor that somebody watches, and the selector
// that tells which are ready.
//
// A descriptor has two directions. In each, tasks wait in a line: the first is woken when it is
// ready, tries its system call, and passes the turn on; and a callback of add_reader() or
// add_writer() may stand there.
//
// The selector tells of what is ready as long as it is, so that nothing can be missed. A socket
// stays there when nobody waits any more: mostly somebody waits again before it becomes ready, and
// so no operation has to tell the selector anything. Only when it is told of what nobody waits for,
// it is taken out.
#ifndef LASTI_SRC_DESCRIPTORS_HPP_INCLUDED
#define LASTI_SRC_DESCRIPTORS_HPP_INCLUDED

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <lasti/detail/handle.hpp>
#include <lasti/detail/wait_list.hpp>
#include <lasti/selector.hpp>

#include "inbox.hpp"

namespace lasti {
namespace detail {

class descriptors;
class inbox;

class descriptor {
public:
    struct direction {
        wait_list waiters;  // who was woken stands there until its turn
        counted<handle_state> callback;
        // Since it was told to be ready, no system call has found that it is not.
        bool is_ready = false;
    };

    descriptor(descriptors& table, int number, std::uint32_t name) noexcept
        : home(table), fd(number), key(name) {}

    direction& of(bool writing) noexcept { return directions[writing]; }
    /// The bits of selector::watch().
    unsigned wanted() const noexcept;
    bool has_callback() const noexcept { return directions[0].callback || directions[1].callback; }

    descriptors& home;
    int const fd;
    std::uint32_t const key;       // another one for each use of a number
    direction directions[2];       // reading, writing
    unsigned watched_for = 0;      // what the selector was told
    descriptor** owner = nullptr;  // a socket's pointer to this, which it clears at its end
    // The last read got less than it asked for, and nothing was told since: the next need not try.
    bool is_drained = false;
};

class descriptors {
public:
    /// `given`: null, or what the loop was told to use.
    descriptors(loop_core& loop, std::unique_ptr<selector> given);
    descriptors(descriptors const&) = delete;
    descriptors& operator=(descriptors const&) = delete;
    /// What is still there has no owner any more.
    ~descriptors();

    bool are_of(loop_core const& loop) const noexcept { return &loop_ == &loop; }
    /// Made if it is not there.
    descriptor& at(int fd);
    descriptor* find(int fd) const noexcept;

    // ---- tasks ----

    /// The task waits in that direction from now on, behind the others; an errno if that is not
    /// possible.
    int enter(descriptor& d, bool writing, waiter& node, task_state& task);
    /// It does not any more. The next may have its turn.
    void leave(descriptor& d, bool writing, waiter& node) noexcept;
    /// All who wait in that direction try again in their turn.
    void rouse(descriptor& d, bool writing) noexcept;
    /// The descriptor is closed: who waits gets `why`, and the callbacks are dropped.
    void close(descriptor& d, error const& why) noexcept;

    // ---- callbacks ----

    /// In place of the one that was there; null: nothing. `replaced` tells whether there was one.
    /// An os_error, where the selector refuses.
    error set_callback(int fd, bool writing, counted<handle_state> callback,
                       bool* replaced = nullptr);

    // ---- the loop ----

    /// Blocks until something is ready or the inbox has news; see inbox::wait_for(). True: the time
    /// has passed.
    bool sleep(selector::nanoseconds const* time, bool expecting);
    /// What is ready now; false: nothing.
    bool look();
    /// From now on others wait for the loop, in the descriptor that this returns; -1: there is
    /// none.
    int serve_outside();

private:
    enum : std::size_t { most_at_once = 256 };

    void count(counted<handle_state> const& callback, int change) noexcept;
    void drop_unwanted(descriptor& d) noexcept;
    int adapt(descriptor& d, unsigned now);
    void forget(descriptor& d) noexcept;
    void tell(int n);
    void wake(descriptor& d, bool writing) noexcept;
    void watch_bell();
    bool has_forked() const noexcept { return fork_ != fork_count(); }
    void follow_fork();
    void fail(const char* what) const;

    loop_core& loop_;
    inbox& inbox_;
    std::unique_ptr<selector> selector_;
    std::vector<std::unique_ptr<descriptor>> table_;  // by number
    std::uint32_t last_key_ = 0;
    unsigned fork_;  // in which process: see follow_fork()
    selector::found found_[most_at_once];
    bool rang_ = false;
};

}  // namespace detail
}  // namespace lasti

#endif
