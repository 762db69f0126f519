// A barrier: three walkers, and nobody begins a stage before all have arrived.
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [walk]
lasti::coroutine<void> walk(lasti::barrier together, std::string name, double pace) {
    int stage = 1, place = 0;
    return COROUTINE(void) {
        BEGIN;
        for (; stage <= 2; ++stage) {
            AWAIT(lasti::sleep(pace));
            AWAIT_SET(place, together.wait());
            std::cout << name << " was number " << place << " at the end of stage " << stage << '\n';
        }
        END;
    };
}
// [/walk]

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    const lasti::barrier together(3, "stage");
    loop.create_task(walk(together, "ann", 0.3));
    loop.create_task(walk(together, "bob", 0.1));
    loop.create_task(walk(together, "cat", 0.2));
    loop.run();
}
