// A year of sleep on the virtual clock: over at once, in the same order as in real time.
#include <chrono>
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [year]
lasti::coroutine<void> calendar(lasti::virtual_clock& of) {
    lasti::virtual_clock* const clock = &of;
    int day = 1;
    return COROUTINE(void) {
        BEGIN;
        for (; day <= 365; ++day) AWAIT(lasti::sleep(std::chrono::hours(24)));
        std::cout << "slept " << lasti::delay(clock->now()).in_seconds() / 86400 << " days\n";
        clock->advance(3600);                   // as code that computes for an hour would
        END;
    };
}

int main() {
    lasti::virtual_clock clock;
    lasti::run(calendar(clock), clock);
    std::cout << "in all " << lasti::delay(clock.now()).in_seconds() / 3600 << " hours\n";
}
// [/year]
