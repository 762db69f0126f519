// watch: one of the futures that gather(), wait(), as_completed() or shield() wait for.
//
// A watch is a done callback that lies in its owner's memory, so waiting for n futures takes one
// allocation. While it stands in the future's list or in the deque it keeps its owner; the owner's
// reference to the future only waits, so a future that nobody is left to set is abandoned, and the
// owner hears of it.
#ifndef LASTI_DETAIL_WATCH_HPP_INCLUDED
#define LASTI_DETAIL_WATCH_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>

#include <lasti/detail/future_state.hpp>
#include <lasti/frame.hpp>

namespace lasti {
namespace detail {

class watch;

/// Who is told that a future is done.
class LASTI_API watcher {
public:
    /// Through the loop, in the round after the one in which it was done.
    virtual void child_done(watch& which) = 0;
    /// The tasks that wait for one of the futures, if they stand in a list.
    virtual wait_list const* awaiting() const noexcept { return nullptr; }

protected:
    /// `self`: the same object, where it is counted.
    explicit watcher(runnable& self) noexcept : self_(self) {}
    ~watcher() {}

private:
    friend class watch;
    runnable& self_;
};

class LASTI_API watch final : public callback_state {
public:
    watch(watcher& told, future_state& child, future_state* for_whom) noexcept;
    ~watch() override;

    /// From now on the watcher is to hear of it.
    void begin() noexcept;
    bool has_begun() const noexcept { return has_begun_; }
    /// No more. Unlike a callback that is removed in asyncio, one on its way is not heard of
    /// either.
    void end() noexcept;
    future_state& child() const noexcept { return *child_; }
    bool has_child() const noexcept { return child_ != nullptr; }
    /// Lets go of the future; it is not to be asked for again.
    void drop_child() noexcept;
    wait_list const* askers() const noexcept override { return told_.awaiting(); }

private:
    void call() override;
    void last_handle_gone() noexcept override;

    watcher& told_;
    future_state* child_;
    bool has_begun_ = false;
    bool has_ended_ = false;
};

/// Throws value_error if `given` does not belong to this loop.
LASTI_API void check_loop(loop_core& loop, future_state& given);

/// A fixed number of them, which do not move.
class LASTI_API watch_list {
public:
    /// Allocates room for so many.
    explicit watch_list(std::size_t capacity);
    /// In room that somebody else frees.
    explicit watch_list(void* room) noexcept;
    watch_list(watch_list const&) = delete;
    watch_list& operator=(watch_list const&) = delete;
    ~watch_list();

    watch& add(watcher& told, future_state& child, future_state* for_whom) noexcept;
    std::size_t size() const noexcept { return size_; }
    watch& operator[](std::size_t i) const noexcept { return first_[i]; }
    watch* begin() const noexcept { return first_; }
    watch* end() const noexcept { return first_ + size_; }

    /// The task among them that was made of this coroutine, or null.
    future_state* task_of(frame const& coroutine) const noexcept;
    /// The futures that are not done, in words; a few of them.
    std::string describe() const;

private:
    watch* const first_;
    std::size_t size_ = 0;
    bool const owns_room_;
};

/// Futures that wait for futures form chains of any length. Who dies in another's death may have to
/// wait for its turn, rather than in nested destructors.
class LASTI_API chained_death {
protected:
    ~chained_death() {}
    /// die() now or when the outermost of these returns.
    void die_in_turn(runnable& self) noexcept;
    virtual void die() noexcept = 0;

private:
    struct queue;
    chained_death* next_ = nullptr;
    runnable* self_ = nullptr;  // while it waits
};

}  // namespace detail
}  // namespace lasti

#endif
