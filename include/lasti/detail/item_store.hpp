// Where a queue keeps its items: a ring, a stack, a heap. None allocates once it is as large as it
// gets.
#ifndef LASTI_DETAIL_ITEM_STORE_HPP_INCLUDED
#define LASTI_DETAIL_ITEM_STORE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace lasti {
namespace detail {

/// First in, first out.
template <class T>
class item_ring {
public:
    item_ring() noexcept {}
    item_ring(item_ring&& other) noexcept { swap(other); }
    item_ring& operator=(item_ring const&) = delete;
    ~item_ring() {
        clear();
        if (slots_) memory().deallocate(slots_, capacity_);
    }

    void put(T&& item) {
        if (size_ == capacity_) grow();
        ::new (static_cast<void*>(slots_ + at(size_))) T(std::move(item));
        ++size_;
    }
    T get() {
        T item(std::move(slots_[first_]));
        drop_first();
        return item;
    }
    void clear() noexcept {
        while (size_ > 0) drop_first();
    }

private:
    typedef std::allocator<T> memory;

    std::size_t at(std::size_t i) const noexcept { return (first_ + i) & (capacity_ - 1); }
    void drop_first() noexcept {
        slots_[first_].~T();
        first_ = at(1);
        --size_;
    }
    void grow() {
        item_ring wider;
        wider.capacity_ = capacity_ ? 2 * capacity_ : 8;
        wider.slots_ = memory().allocate(wider.capacity_);
        for (; wider.size_ < size_; ++wider.size_)
            ::new (static_cast<void*>(wider.slots_ + wider.size_))
                T(std::move_if_noexcept(slots_[at(wider.size_)]));
        swap(wider);
    }
    void swap(item_ring& other) noexcept {
        std::swap(slots_, other.slots_);
        std::swap(capacity_, other.capacity_);
        std::swap(first_, other.first_);
        std::swap(size_, other.size_);
    }

    T* slots_ = nullptr;
    std::size_t capacity_ = 0;  // a power of two, or zero
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

/// Last in, first out.
template <class T>
class item_stack {
public:
    void put(T&& item) { items_.push_back(std::move(item)); }
    T get() {
        T item(std::move(items_.back()));
        items_.pop_back();
        return item;
    }
    void clear() noexcept { items_.clear(); }

private:
    std::vector<T> items_;
};

/// The smallest first; of equals the one that Python's heapq gives, whose heap this is. All
/// comparisons come before anything is moved: one that throws leaves the items as they were.
template <class T, class Compare>
class item_heap {
public:
    explicit item_heap(Compare compare) : less_(std::move(compare)) {}

    void put(T&& item) {
        std::size_t at = items_.size();
        while (at > 0 && less_(item, items_[parent(at)])) at = parent(at);
        const std::size_t place = at;
        items_.push_back(std::move(item));
        for (at = items_.size() - 1; at != place; at = parent(at))
            std::swap(items_[at], items_[parent(at)]);
    }
    T get() {
        // The hole goes down to a leaf, by the smaller child each time; from there the last item
        // looks for its place upward.
        const std::size_t end = items_.size() - 1;
        std::size_t place = 0;
        for (std::size_t child = 1; child < end; child = 2 * place + 1) {
            if (child + 1 < end && !less_(items_[child], items_[child + 1])) ++child;
            place = child;
        }
        while (place > 0 && less_(items_[end], items_[place])) place = parent(place);
        T item(std::move(items_[0]));
        if (end > 0) fill_hole(place);
        items_.pop_back();
        return item;
    }
    void clear() noexcept { items_.clear(); }

private:
    static std::size_t parent(std::size_t at) noexcept { return (at - 1) / 2; }
    // The last item comes to `place`, and those on the way to there move up by one.
    void fill_hole(std::size_t place) {
        T displaced(std::move(items_.back()));
        for (;; place = parent(place)) {
            std::swap(displaced, items_[place]);
            if (place == 0) break;
        }
    }

    std::vector<T> items_;
    Compare less_;
};

}  // namespace detail
}  // namespace lasti

#endif
