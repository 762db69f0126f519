// An event: those who wait for it, and one who comes when it has happened.
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [gate]
lasti::coroutine<void> visitor(lasti::event gate, std::string name, double arrives) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(arrives));
        std::cout << name << (gate.is_set() ? " comes\n" : " waits\n");
        AWAIT(gate.wait());
        std::cout << name << " is in\n";
        END;
    };
}
// [/gate]

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    const lasti::event gate("gate");
    loop.create_task(visitor(gate, "ann", 0.1));
    loop.create_task(visitor(gate, "bob", 0.2));
    loop.create_task(visitor(gate, "late", 0.4));
    loop.call_later(0.3, [=] {
        std::cout << "open\n";
        gate.set();
    });
    loop.run();
}
