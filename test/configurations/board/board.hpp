// What a board's own library has: a way to print and to stop (semihosting: the debugger, or qemu,
// does it), and a clock that counts milliseconds.
#pragma once

#include <cstdint>

#include <lasti/delay.hpp>

/// The program; 0: it went well.
int program();

namespace board {

void print(const char* text);
void print(long number);
[[noreturn]] void stop(bool well);

/// SysTick's. jump_to() waits for the next interrupt, which need not be the last before the deadline.
struct clock {
    lasti::delay::nanoseconds now() const;
    bool jump_to(lasti::delay::nanoseconds deadline);
};

} // namespace board
