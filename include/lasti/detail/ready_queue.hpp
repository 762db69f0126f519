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
    std::size_t size() const noexcept { return turns_left() + added_.size(); }

    /// From the one whose turn is next.
    runnable& operator[](std::size_t index) const noexcept {
        return index < turns_left() ? *next_[index] : *added_.entries[index - turns_left()];
    }
    void push(runnable& entry) {
        if (LASTI_UNLIKELY(added_.end == added_.room_end)) added_.grow();
        *added_.end++ = &entry;
    }

    /// What is pushed from now on has its turn in the next round.
    void begin_round() {
        if (LASTI_UNLIKELY(turns_left() != 0)) return begin_round_with_rest();
        std::swap(turns_, added_);
        added_.end = added_.entries.get();
        next_ = turns_.entries.get();
    }
    /// Whose turn is next in this round; null: nobody's.
    runnable* next_in_round() noexcept {
        if (next_ == turns_.end) return nullptr;
        return *next_++;
    }
    runnable& pop() {
        if (turns_left() == 0) begin_round();
        return *next_in_round();
    }

private:
    struct list {
        std::unique_ptr<runnable*[]> entries;
        runnable** end = nullptr;
        runnable** room_end = nullptr;

        std::size_t size() const noexcept { return static_cast<std::size_t>(end - entries.get()); }
        LASTI_NOINLINE void grow() {
            const std::size_t used = size(), room = used ? 2 * used : 64;
            std::unique_ptr<runnable*[]> wider(new runnable*[room]);
            end = std::copy(entries.get(), end, wider.get());
            entries = std::move(wider);
            room_end = entries.get() + room;
        }
    };

    std::size_t turns_left() const noexcept { return static_cast<std::size_t>(turns_.end - next_); }
    // A round was left by a thread's end.
    LASTI_COLD LASTI_NOINLINE void begin_round_with_rest() {
        list rest_and_added;
        for (std::size_t i = 0; i < size(); ++i) {
            if (rest_and_added.end == rest_and_added.room_end) rest_and_added.grow();
            *rest_and_added.end++ = &(*this)[i];
        }
        turns_ = std::move(rest_and_added);
        next_ = turns_.entries.get();
        added_.end = added_.entries.get();
    }

    list turns_;
    runnable** next_ = nullptr;  // of turns_
    list added_;
};

}  // namespace detail
}  // namespace lasti

#endif
