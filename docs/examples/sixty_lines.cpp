// Tutorial 6: the two counters, on a loop of our own; --virtual: on a clock that jumps.
#include "sixty_lines.hpp"

#include <lasti/keywords.hpp>

// [counters]
coroutine count_down(int n) {
    return GENERATOR(double) {
        BEGIN;
        for (; n > 0; --n) {
            std::cout << "count_down " << n << std::endl;
            YIELD(1);
        }
        END;
    };
}

coroutine count_up(int n) {
    int i = 0;
    return GENERATOR(double) {
        BEGIN;
        for (; i < n; ++i) {
            std::cout << "count_up " << i << std::endl;
            YIELD(3);
        }
        END;
    };
}

int main(int argc, char** argv) {
    little_clock clock(argc, argv);
    event_loop loop(clock);
    loop.add(count_down(5));
    loop.add(count_up(5));
    loop.run();
    std::cout << "took " << static_cast<int>(clock.now() + 0.5) << " seconds\n";
}
// [/counters]
