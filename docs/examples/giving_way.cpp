// sleep(0) gives way for one round of the loop; durations say how long in any unit.
#include <chrono>
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [steps]
lasti::coroutine<void> steps(std::string name) {
    int i = 0;
    return COROUTINE(void) {
        BEGIN;
        for (; i < 3; ++i) {
            std::cout << name << i << ' ';
            AWAIT(lasti::sleep(0));
        }
        AWAIT(lasti::sleep(std::chrono::milliseconds(1500)));
        std::cout << name << "3 ";
        END;
    };
}
// [/steps]

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    loop.create_task(steps("a"));
    loop.create_task(steps("b"));
    loop.run();
    std::cout << "after " << loop.time() << " s\n";
}
