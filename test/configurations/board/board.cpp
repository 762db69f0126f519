// The start of a program on a Cortex-M, and board.hpp.
#include "board.hpp"

#include <cstddef>
#include <cstdlib>

extern "C" {
extern unsigned data_in_flash, data_begin, data_end, bss_begin, bss_end, stack_end;
typedef void (*constructor)();
extern constructor constructors_begin, constructors_end;
void reset();
void fault();
void tick();
void abort();
int __aeabi_atexit(void*, void (*)(void*), void*);
}

// There is no heap: the program cannot be linked if anything asks for one but these, and ends here.
void* operator new(std::size_t) { std::abort(); }
void operator delete(void*) noexcept { std::abort(); }
void operator delete(void*, std::size_t) noexcept { std::abort(); }

namespace {

volatile std::uint32_t ticks;

const unsigned cycles_of_a_millisecond = 25000;
volatile std::uint32_t* const systick = reinterpret_cast<volatile std::uint32_t*>(0xE000E010);

int semihosting(int operation, void const* argument) {
    register int r0 asm("r0") = operation;
    register void const* r1 asm("r1") = argument;
    asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

} // namespace

extern "C" {

void reset() {
    unsigned const* from = &data_in_flash;
    for (unsigned* to = &data_begin; to != &data_end;) *to++ = *from++;
    for (unsigned* to = &bss_begin; to != &bss_end;) *to++ = 0;
    for (constructor* each = &constructors_begin; each != &constructors_end; ++each) (*each)();
    board::stop(program() == 0);
}
void fault() {
    board::print("fault\n");
    board::stop(false);
}
void tick() { ticks = ticks + 1; }
// Statics are never destroyed.
void* __dso_handle = nullptr;
int __aeabi_atexit(void*, void (*)(void*), void*) { return 0; }
void abort() {
    board::print("abort\n");
    board::stop(false);
}

__attribute__((section(".vectors"), used)) void (*const vectors[16])() = {
    reinterpret_cast<void (*)()>(&stack_end), reset, fault, fault, fault, fault, fault, fault, fault,
    fault, fault, fault, fault, fault, fault, tick};

}

namespace board {

void print(const char* text) { semihosting(4, text); }

void print(long number) {
    char digits[12];
    char* at = digits + sizeof digits - 1;
    *at = '\0';
    const bool negative = number < 0;
    unsigned long rest = negative ? 0ul - static_cast<unsigned long>(number) : static_cast<unsigned long>(number);
    do *--at = static_cast<char>('0' + rest % 10);
    while (rest /= 10);
    if (negative) *--at = '-';
    print(at);
}

void stop(bool well) {
    semihosting(0x18, reinterpret_cast<void const*>(well ? 0x20026 : 0x20024));
    for (;;) {}
}

lasti::delay::nanoseconds clock::now() const {
    if (systick[0] == 0) {
        systick[1] = cycles_of_a_millisecond - 1;
        systick[0] = 7;
    }
    return lasti::delay::nanoseconds(ticks * 1000000ll);
}

bool clock::jump_to(lasti::delay::nanoseconds deadline) {
    if (now() < deadline) asm volatile("wfi");
    return true;
}

} // namespace board
