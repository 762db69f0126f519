// The deque of the loop: what runs next, in the order it became ready. A ring that grows; no allocation per entry.
#ifndef LASTI_DETAIL_READY_QUEUE_HPP_INCLUDED
#define LASTI_DETAIL_READY_QUEUE_HPP_INCLUDED

#include <cstddef>
#include <vector>

#include <lasti/detail/runnable.hpp>

namespace lasti {
namespace detail {

class ready_queue {
public:
    bool empty() const noexcept { return size_ == 0; }
    std::size_t size() const noexcept { return size_; }

    void push(runnable& entry) {
        if (size_ == ring_.size()) grow();
        ring_[(first_ + size_++) & (ring_.size() - 1)] = &entry;
    }
    runnable& pop() noexcept {
        runnable& entry = *ring_[first_];
        first_ = (first_ + 1) & (ring_.size() - 1);
        --size_;
        return entry;
    }

private:
    void grow() {
        std::vector<runnable*> wider(ring_.empty() ? 64 : 2 * ring_.size());
        for (std::size_t i = 0; i < size_; ++i) wider[i] = ring_[(first_ + i) & (ring_.size() - 1)];
        ring_.swap(wider);
        first_ = 0;
    }

    std::vector<runnable*> ring_;  // its size is a power of two, or zero
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

} // namespace detail
} // namespace lasti

#endif
