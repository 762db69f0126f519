// frame_memory: where the memory of frames comes from, and how to give them another.
//
// Python: an object allocator, with free lists (frames had one of their own, `zombie frames`). All
// that a frame needs while it runs comes from here: the frame itself, its block stack, what FOR and
// WITH keep, the boxes of exceptions.
//
//     static lasti::static_memory<4096> memory;         // no heap
//     lasti::set_frame_memory(memory.functions());      // before the first frame
//
// By default it is the heap, behind lists of freed blocks: see detail/frame_pool.hpp.
#ifndef LASTI_FRAME_MEMORY_HPP_INCLUDED
#define LASTI_FRAME_MEMORY_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>

#include <lasti/detail/frame_pool.hpp>
#include <lasti/error.hpp>
#include <lasti/exceptions.hpp>

namespace lasti {

/// From now on frames get their memory from there, on all threads; both functions must be
/// thread-safe if frames are made on several. Blocks are to be aligned as operator new aligns them.
/// Throws runtime_error once memory has been given out: that is freed by what made it.
inline void set_frame_memory(frame_memory const& from) {
    detail::chosen_memory& chosen = detail::frame_memory_chosen();
    if (chosen.is_settled.load())
        detail::throw_out(
            runtime_error("set_frame_memory: frames have got memory already; call it before the "
                          "first is made"));
    chosen.functions = from;
}

/// Memory for frames within itself. Freed blocks are used again for blocks of their size, and for
/// no others. Not thread-safe. It must outlive all frames, so it is best a static variable.
template <std::size_t Bytes>
class static_memory {
public:
    static_memory() noexcept {}
    static_memory(static_memory const&) = delete;
    static_memory& operator=(static_memory const&) = delete;

    /// For set_frame_memory(). They are those of the one of this size that was asked last.
    frame_memory functions() noexcept {
        in_use() = this;
        return frame_memory{&allocate, &release};
    }
    /// Bytes that were given out at most, so far.
    std::size_t high_water() const noexcept { return used_; }
    /// Bytes that were never given out.
    std::size_t left() const noexcept { return Bytes - used_; }

private:
    enum : std::size_t { grain = alignof(std::max_align_t), classes = 32 };
    struct free_block {
        free_block* next;
    };

    static static_memory*& in_use() noexcept {
        static static_memory* here = nullptr;
        return here;
    }
    static void* allocate(std::size_t size) noexcept { return in_use()->take(size); }
    static void release(void* block, std::size_t size) noexcept { in_use()->put(block, size); }
    static std::size_t class_of(std::size_t size) noexcept { return (size + grain - 1) / grain; }

    void* take(std::size_t size) noexcept {
        const std::size_t wanted = class_of(size);
        if (wanted < classes && free_[wanted]) {
            free_block* const block = free_[wanted];
            free_[wanted] = block->next;
            return block;
        }
        if (wanted * grain > left()) return nullptr;
        void* const block = bytes_ + used_;
        used_ += wanted * grain;
        return block;
    }
    // Blocks larger than the lists know are not used again.
    void put(void* block, std::size_t size) noexcept {
        const std::size_t is = class_of(size);
        if (is >= classes) return;
        free_block* const freed = static_cast<free_block*>(block);
        freed->next = free_[is];
        free_[is] = freed;
    }

    alignas(std::max_align_t) unsigned char bytes_[Bytes];
    std::size_t used_ = 0;
    free_block* free_[classes] = {};
};

}  // namespace lasti

#endif
