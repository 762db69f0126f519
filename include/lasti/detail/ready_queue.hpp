// The deque of the loop: what runs next, in the order it became ready. A ring that grows; no
// allocation per entry.
#ifndef LASTI_DETAIL_READY_QUEUE_HPP_INCLUDED
#define LASTI_DETAIL_READY_QUEUE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <memory>

#include <lasti/detail/runnable.hpp>

namespace lasti {
namespace detail {

class ready_queue {
public:
    bool empty() const noexcept { return size_ == 0; }
    std::size_t size() const noexcept { return size_; }

    /// From the one whose turn is next.
    runnable& operator[](std::size_t index) const noexcept {
        return *ring_[(first_ + index) & (capacity_ - 1)];
    }
    void push(runnable& entry) {
        if (LASTI_UNLIKELY(size_ == capacity_)) grow();
        ring_[(first_ + size_++) & (capacity_ - 1)] = &entry;
    }
    runnable& pop() noexcept {
        runnable& entry = *ring_[first_];
        first_ = (first_ + 1) & (capacity_ - 1);
        --size_;
        return entry;
    }

private:
    LASTI_NOINLINE void grow() {
        const std::size_t wider = capacity_ ? 2 * capacity_ : 64;
        std::unique_ptr<runnable*[]> ring(new runnable*[wider]);
        for (std::size_t i = 0; i < size_; ++i) ring[i] = ring_[(first_ + i) & (capacity_ - 1)];
        ring_ = std::move(ring);
        capacity_ = wider;
        first_ = 0;
    }

    std::unique_ptr<runnable*[]> ring_;
    std::size_t capacity_ = 0;  // a power of two, or zero
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace lasti

#endif
