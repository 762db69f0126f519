// The part of lasti that needs no operating system and no heap: generators, and a loop of a fixed
// size. For a microcontroller, with g++ or clang++ and -fno-exceptions -fno-rtti.
//
//     #include <lasti/freestanding.hpp>   // before any other header of lasti
//     #include <lasti/keywords.hpp>
//
// All of the program is compiled so, or with -DLASTI_FREESTANDING=1. The headers are the same ones;
// nothing is to be linked. docs/freestanding.md has the figures, and an example that runs in qemu.
#ifndef LASTI_FREESTANDING_HPP_INCLUDED
#define LASTI_FREESTANDING_HPP_INCLUDED

#if !defined(LASTI_FREESTANDING)
#define LASTI_FREESTANDING 1
#endif

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/fixed_loop.hpp>
#include <lasti/frame_memory.hpp>
#include <lasti/generator.hpp>
#include <lasti/static_frame.hpp>

#if !LASTI_FREESTANDING || LASTI_HAS_EXCEPTIONS
#error "lasti/freestanding.hpp comes before other headers of lasti, and needs -fno-exceptions"
#endif

#endif
