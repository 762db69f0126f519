// Counts every operator new of the program that includes it, which is to be one source. Not with
// Clang's ThreadSanitizer, which has an operator new of its own: there the count stays 0.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

#include <lasti/frame_memory.hpp>

namespace {

volatile long allocations = 0; // volatile: compilers think that operator new touches no variables

} // namespace

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LASTI_TEST_CANNOT_COUNT
#endif
#endif
#ifdef LASTI_TEST_CANNOT_COUNT
const bool counts_allocations = false;
#else
const bool counts_allocations = true;
#endif

#ifndef LASTI_TEST_CANNOT_COUNT
// Not inline: GCC would see malloc() meet delete, or new meet free().
__attribute__((noinline)) void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    allocations = allocations + 1;
    return std::malloc(size ? size : 1);
}
__attribute__((noinline)) void* operator new(std::size_t size) {
    if (void* const memory = operator new(size, std::nothrow)) return memory;
#if LASTI_HAS_EXCEPTIONS
    throw std::bad_alloc();
#else
    std::abort();
#endif
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new[](std::size_t size, std::nothrow_t const&) noexcept { return operator new(size, std::nothrow); }
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { operator delete(memory); }
#if defined(__cpp_sized_deallocation) || __cplusplus >= 201402L
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { operator delete(memory); }
#endif
#endif

namespace {

// Blocks that frames use again would not be seen.
const bool counts_frames = [] {
    lasti::set_frame_memory({[](std::size_t size) { return operator new(size); },
                             [](void* memory, std::size_t) { operator delete(memory); }});
    return true;
}();

// How many allocations `code` makes.
template <class Code>
long counting(Code code) {
    const long before = allocations;
    code();
    return allocations - before;
}

} // namespace
