// The pool of frames: freed blocks wait, by their size, for the next frame that is as large.
//
// A walk of a tree by YIELD_FROM makes and drops a frame for each node, always of the same size. So
// each thread keeps what it has freed, up to a bound. Every block is one of operator new's: it may
// be freed on another thread than it was made on, and by code that was compiled without the pool.
//
// A block that is used after it was freed, or never freed, is seen by nobody while it is in a list.
// So there is no pool under sanitizers, nor with -DLASTI_FRAME_POOL=0, which is for valgrind.
#ifndef LASTI_DETAIL_FRAME_POOL_HPP_INCLUDED
#define LASTI_DETAIL_FRAME_POOL_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <atomic>
#include <cstddef>
#include <cstdio>  // last words where exceptions are switched off
#include <cstdlib>
#include <new>

namespace lasti {

/// What set_frame_memory() takes.
struct frame_memory {
    /// Null if there is none left: std::bad_alloc, or with -fno-exceptions the end of the program.
    void* (*allocate)(std::size_t size);
    /// `size` is what allocate() was asked for.
    void (*release)(void* block, std::size_t size);
};

namespace detail {

/// What was set; `allocate` is null: nothing.
struct chosen_memory {
    frame_memory functions;
    std::atomic<bool> is_settled;  // memory was given out: too late to choose
};

LASTI_VISIBLE inline chosen_memory& frame_memory_chosen() noexcept {
    static chosen_memory chosen = {{nullptr, nullptr}, {false}};
    return chosen;
}

[[noreturn]] LASTI_COLD LASTI_NOINLINE inline void no_memory() {
#if LASTI_HAS_EXCEPTIONS
    throw std::bad_alloc();
#else
#if !LASTI_FREESTANDING
    std::fputs("lasti: no memory is left for a frame\n", stderr);
#endif
    std::abort();
#endif
}

#if LASTI_FRAME_POOL
/// The freed blocks of a thread. Those of class c have room for 16 c + 8 bytes, as much as glibc
/// gives anyway.
struct frame_pool {
    enum : std::size_t { grain = 16, slack = 8, classes = 64, bytes_of_class = 64 * 1024 };
    struct block {
        block* next;
    };

    static std::size_t class_of(std::size_t size) noexcept {
        return (size + grain - slack - 1) / grain;
    }

    block* freed[classes];
    unsigned room[classes];  // how many more of them it takes; all of it 0: not begun
    bool is_open;
};

// One per thread, also where a shared liblasti and the program have this header compiled in. Plain
// data: what frees it at the end of the thread is made when the first block comes.
LASTI_VISIBLE inline frame_pool& this_threads_pool() noexcept {
    static thread_local frame_pool pool = {};
    return pool;
}

struct frame_pool_end {
    ~frame_pool_end() {
        frame_pool& pool = this_threads_pool();
        for (std::size_t c = 0; c < frame_pool::classes; ++c) {
            pool.room[c] = 0;  // what comes now goes to the heap
            while (frame_pool::block* const block = pool.freed[c]) {
                pool.freed[c] = block->next;
                ::operator delete(block);
            }
        }
    }
};

// A list is full, or this is the thread's first block.
LASTI_COLD LASTI_NOINLINE inline void return_to_heap(frame_pool& pool, void* block) noexcept {
    if (!pool.is_open) {
        static thread_local frame_pool_end at_end_of_thread;
        (void)at_end_of_thread;
        pool.is_open = true;
        for (std::size_t c = 1; c < frame_pool::classes; ++c)
            pool.room[c] = static_cast<unsigned>(frame_pool::bytes_of_class /
                                                 (c * frame_pool::grain + frame_pool::slack));
    }
    ::operator delete(block);
}
#endif

LASTI_COLD LASTI_NOINLINE inline void* allocate_elsewhere(std::size_t size) {
    chosen_memory& chosen = frame_memory_chosen();
    if (!chosen.is_settled.load(std::memory_order_relaxed)) chosen.is_settled = true;
#if LASTI_FREESTANDING
    void* const block = chosen.functions.allocate ? chosen.functions.allocate(size) : nullptr;
#else
    void* const block =
        chosen.functions.allocate ? chosen.functions.allocate(size) : ::operator new(size);
#endif
    if (!block) no_memory();
    return block;
}

/// Memory for a frame, or for what it needs while it runs.
inline void* allocate_for_frame(std::size_t size) {
#if LASTI_FRAME_POOL
    const std::size_t c = frame_pool::class_of(size);
    if (LASTI_UNLIKELY(c >= frame_pool::classes)) return allocate_elsewhere(size);
    frame_pool& pool = this_threads_pool();
    frame_pool::block* const block = pool.freed[c];
    if (LASTI_UNLIKELY(!block))
        return allocate_elsewhere(frame_memory_chosen().functions.allocate
                                      ? size
                                      : c * frame_pool::grain + frame_pool::slack);
    pool.freed[c] = block->next;
    ++pool.room[c];
    return block;
#else
    return allocate_elsewhere(size);
#endif
}

inline void release_of_frame(void* block, std::size_t size) noexcept {
    if (LASTI_UNLIKELY(frame_memory_chosen().functions.release != nullptr))
        return frame_memory_chosen().functions.release(block, size);
#if LASTI_FRAME_POOL
    const std::size_t c = frame_pool::class_of(size);
    frame_pool& pool = this_threads_pool();
    if (LASTI_LIKELY(c < frame_pool::classes && pool.room[c] != 0)) {
        frame_pool::block* const freed = static_cast<frame_pool::block*>(block);
        freed->next = pool.freed[c];
        pool.freed[c] = freed;
        --pool.room[c];
        return;
    }
    if (c < frame_pool::classes) return return_to_heap(pool, block);
#else
    (void)size;
#endif
#if !LASTI_FREESTANDING
    ::operator delete(block);
#endif
}

/// The base of what gets its memory there.
struct in_frame_memory {
    static void* operator new(std::size_t size) { return allocate_for_frame(size); }
    static void operator delete(void* block, std::size_t size) noexcept {
        release_of_frame(block, size);
    }
#if defined(__cpp_aligned_new)
    // Of types that are aligned more strictly than the heap: those are no matter for the pool.
    static void* operator new(std::size_t size, std::align_val_t alignment) {
        return ::operator new(size, alignment);
    }
    static void operator delete(void* block, std::size_t, std::align_val_t alignment) noexcept {
        ::operator delete(block, alignment);
    }
#endif
};

}  // namespace detail
}  // namespace lasti

#endif
