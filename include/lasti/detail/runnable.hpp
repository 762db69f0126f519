// runnable: what the loop keeps in its deque and its heap: a task to step, or a callback to call.
#ifndef LASTI_DETAIL_RUNNABLE_HPP_INCLUDED
#define LASTI_DETAIL_RUNNABLE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstdint>
#include <memory>
#include <string>

#include <lasti/detail/call_site.hpp>
#include <lasti/export.hpp>

namespace lasti {
namespace detail {

class loop_core;
class task_state;

class LASTI_API runnable {
public:
    explicit runnable(loop_core& owner, bool callback = false) noexcept;
    runnable(runnable const&) = delete;
    runnable& operator=(runnable const&) = delete;

    /// Its turn has come. Exceptions of the user's code end inside.
    virtual void run() = 0;
    /// The deque or the heap it stood in goes away without running it.
    virtual void discard() noexcept = 0;

    /// Null: it is none.
    virtual task_state* as_turn_of_task() noexcept { return nullptr; }

    void retain() noexcept { ++references; }
    void release() noexcept {
        if (--references <= awaited_by) last_handle_gone();
    }

    /// In debug mode: where it was made, and by which task.
    LASTI_COLD void note_creation(call_site where);
    /// "file.cpp:12 by task 'main' at …"; only where note_creation() was called.
    std::string creation_place() const;

    static constexpr std::uint32_t not_sleeping = ~std::uint32_t();
    bool is_asleep() const noexcept { return heap_index != not_sleeping; }

    loop_core* const loop;         // kept alive, though perhaps closed
    std::uint32_t references = 0;  // handles, and what else keeps it
    std::uint32_t awaited_by = 0;  // those of the references that only wait for it (futures)
    std::uint32_t heap_index = not_sleeping;  // its place in the sleeping heap
    std::unique_ptr<creation> created;        // null: nobody noted it
    bool const is_callback;                   // a callback_state; else a future, perhaps a task
    bool has_weak_handles = false;

protected:
    virtual ~runnable();

private:
    /// Nobody but waiters refers to it any more: ends it, and frees it if not even they do.
    virtual void last_handle_gone() noexcept = 0;
};

}  // namespace detail
}  // namespace lasti

#endif
