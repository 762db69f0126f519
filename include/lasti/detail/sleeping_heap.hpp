// The heap of the loop: who sleeps, earliest deadline first, equal deadlines in the order they were
// set.
//
// A heap of four children a node: half as deep as one of two, and the children lie in neighbouring
// cache lines. Each entry's owner knows its place, so that a cancelled sleep leaves at once in
// O(log n).
#ifndef LASTI_DETAIL_SLEEPING_HEAP_HPP_INCLUDED
#define LASTI_DETAIL_SLEEPING_HEAP_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <cstdint>
#include <vector>

#include <lasti/clock.hpp>
#include <lasti/detail/runnable.hpp>

namespace lasti {
namespace detail {

class sleeping_heap {
public:
    typedef loop_clock::time_point time_point;

    bool empty() const noexcept { return entries_.empty(); }
    std::size_t size() const noexcept { return entries_.size(); }
    time_point earliest() const noexcept { return entries_.front().deadline; }

    /// By its place in the heap: that of its children is 4 * index + 1 and the next three.
    runnable& operator[](std::size_t index) const noexcept { return *entries_[index].who; }
    time_point deadline(std::size_t index) const noexcept { return entries_[index].deadline; }

    void push(time_point deadline, runnable& who) {
        entries_.push_back(entry{deadline, ++sequence_, &who});
        sift_up(entries_.size() - 1);
    }
    runnable& pop() noexcept {
        runnable& first = *entries_.front().who;
        remove(first);
        return first;
    }
    void remove(runnable& who) noexcept {
        const std::size_t hole = who.heap_index;
        who.heap_index = runnable::not_sleeping;
        const entry last = entries_.back();
        entries_.pop_back();
        if (hole == entries_.size()) return;
        entries_[hole] = last;
        if (hole > 0 && last < entries_[parent(hole)]) sift_up(hole);
        else sift_down(hole);
    }

private:
    struct entry {
        time_point deadline;
        std::uint64_t sequence;
        runnable* who;
        bool operator<(entry const& other) const noexcept {
            return deadline < other.deadline ||
                   (deadline == other.deadline && sequence < other.sequence);
        }
    };

    static std::size_t parent(std::size_t i) noexcept { return (i - 1) / 4; }
    void place(std::size_t i, entry const& e) noexcept {
        entries_[i] = e;
        e.who->heap_index = static_cast<std::uint32_t>(i);
    }
    void sift_up(std::size_t i) noexcept {
        const entry rising = entries_[i];
        for (; i > 0 && rising < entries_[parent(i)]; i = parent(i)) place(i, entries_[parent(i)]);
        place(i, rising);
    }
    void sift_down(std::size_t i) noexcept {
        const entry sinking = entries_[i];
        for (;;) {
            const std::size_t first = 4 * i + 1;
            if (first >= entries_.size()) break;
            std::size_t least = first;
            for (std::size_t child = first + 1; child < first + 4 && child < entries_.size();
                 ++child)
                if (entries_[child] < entries_[least]) least = child;
            if (!(entries_[least] < sinking)) break;
            place(i, entries_[least]);
            i = least;
        }
        place(i, sinking);
    }

    std::vector<entry> entries_;
    std::uint64_t sequence_ = 0;
};

}  // namespace detail
}  // namespace lasti

#endif
