// Tutorial 6, exercise: a coroutine that computes instead of waiting.
#include "sixty_lines.hpp"

#include <lasti/keywords.hpp>

// [starving]
coroutine tick(int n) {
    return GENERATOR(double) {
        BEGIN;
        for (; n > 0; --n) {
            std::cout << "tick\n";
            YIELD(1);
        }
        END;
    };
}

coroutine compute(little_clock* clock) {
    return GENERATOR(double) {
        BEGIN;
        YIELD(1.5);
        std::cout << "computing ...\n";
        clock->wait(5);                 // 5 seconds of work, without a yield
        std::cout << "... done at " << clock->now() << '\n';
        END;
    };
}

int main(int argc, char** argv) {
    little_clock clock(argc, argv);
    event_loop loop(clock);
    loop.add(tick(4));
    loop.add(compute(&clock));
    loop.run();
    std::cout << "the end: " << clock.now() << '\n';
}
// [/starving]
