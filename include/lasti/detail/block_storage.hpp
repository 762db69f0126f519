// The memory of block stacks, taken and freed in one place: a library and who uses it may have been
// told different things of the pool.
#ifndef LASTI_DETAIL_BLOCK_STORAGE_HPP_INCLUDED
#define LASTI_DETAIL_BLOCK_STORAGE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <new>
#include <utility>

#include <lasti/detail/block_stack.hpp>

namespace lasti {
namespace detail {

LASTI_DRIVER void block_stack::grow() {
    static_assert(sizeof(storage) % alignof(block) == 0, "the blocks follow their header");
    const int capacity = blocks_ ? 2 * blocks_->capacity : 2;
    storage* const wider = static_cast<storage*>(allocate_for_frame(storage::size_for(capacity)));
    wider->size = 0;
    wider->capacity = capacity;
    for (int i = 0; i < size(); ++i, ++wider->size)
        ::new (static_cast<void*>(wider->items() + i)) block(std::move(blocks_->items()[i]));
    free_all();
    blocks_ = wider;
}

LASTI_DRIVER void block_stack::free_all() noexcept {
    storage* const gone = blocks_;
    if (!gone) return;
    clear();
    blocks_ = nullptr;
    release_of_frame(gone, storage::size_for(gone->capacity));
}

LASTI_DRIVER void block_stack::copy(block_stack const& of, relocation const& locals) {
    for (int i = 0; i < of.size(); ++i) {
        block const& old = of[i];
        block& b = push();
        b.handler = old.handler;
        b.at = old.at;
        b.how = old.how;
        b.line = old.line;
        b.exception = old.exception;
        if (old.held) b.held.reset(old.held->copy(locals));
    }
}

}  // namespace detail
}  // namespace lasti

#endif
