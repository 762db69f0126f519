// The deque of the loop: what runs next, in the order it became ready. No allocation per entry.
//
// It is two lists: those whose turn is in this round, and those that became ready meanwhile. A
// round begins by exchanging them.
#ifndef LASTI_DETAIL_READY_QUEUE_HPP_INCLUDED
#define LASTI_DETAIL_READY_QUEUE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include <lasti/detail/runnable.hpp>

namespace lasti {
namespace detail {

class ready_queue {
public:
    bool empty() const noexcept { return size() == 0; }
    std::size_t size() const noexcept { return turns_.size() + added_.size(); }

    /// From the one whose turn is next.
    runnable& operator[](std::size_t index) const noexcept {
        const std::size_t turns = turns_.size();
        return index < turns ? *turns_.begin[index] : *added_.begin[index - turns];
    }
    void push(runnable& entry) {
        if (LASTI_UNLIKELY(added_.end == room_end_)) grow();
        *added_.end++ = &entry;
    }

    /// What is pushed from now on has its turn in the next round.
    void begin_round() {
        if (LASTI_UNLIKELY(turns_.size() != 0)) return begin_round_with_rest();
        runnable** const free_half = room_end_ == middle() ? middle() : room_.get();
        turns_ = added_;
        added_.begin = added_.end = free_half;
        room_end_ = free_half + half_;
    }
    /// Whose turn is next in this round; null: nobody's.
    runnable* next_in_round() noexcept {
        return turns_.begin == turns_.end ? nullptr : *turns_.begin++;
    }
    runnable& pop() {
        if (turns_.size() == 0) begin_round();
        return *next_in_round();
    }

private:
    struct list {
        runnable** begin;
        runnable** end;
        std::size_t size() const noexcept { return static_cast<std::size_t>(end - begin); }
    };

    runnable** middle() const noexcept { return room_.get() + half_; }

    LASTI_NOINLINE void grow() { move_to(half_ ? 2 * half_ : 64); }
    // A round was left by a thread's end: who was left over goes first.
    LASTI_COLD LASTI_NOINLINE void begin_round_with_rest() {
        move_to(size() > half_ ? 2 * half_ : half_);
        turns_.end = std::copy(added_.begin, added_.end, turns_.end);
        added_.end = added_.begin;
    }
    // To new room: the turns into its first half.
    void move_to(std::size_t half) {
        std::unique_ptr<runnable*[]> room(new runnable*[2 * half]);
        turns_ = {room.get(), std::copy(turns_.begin, turns_.end, room.get())};
        added_ = {room.get() + half, std::copy(added_.begin, added_.end, room.get() + half)};
        room_ = std::move(room);
        half_ = half;
        room_end_ = room_.get() + 2 * half;
    }

    std::unique_ptr<runnable*[]> room_;  // two halves, of which each list has one
    std::size_t half_ = 0;
    runnable** room_end_ = nullptr;  // of added_'s half
    list turns_ = {nullptr, nullptr};
    list added_ = {nullptr, nullptr};
};

}  // namespace detail
}  // namespace lasti

#endif
