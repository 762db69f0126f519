// A coroutine driven by hand: it yields requests, as a generator yields values. No event loop.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [drive]
lasti::coroutine<int> nap(int seconds) {
    return COROUTINE(int) {
        BEGIN;
        AWAIT(lasti::sleep(seconds));
        RETURN(seconds);
        END;
    };
}

lasti::coroutine<int> night() {
    int slept = 0, more = 0;
    return COROUTINE(int) {
        BEGIN;
        AWAIT_SET(slept, nap(3));
        AWAIT_SET(more, nap(4));
        RETURN(slept + more);
        END;
    };
}

int main() {
    lasti::coroutine<int> c = night();
    try {
        for (;;) {
            lasti::request const& asked = c.send();     // runs it to its next request
            std::cout << c.cr_await().f_code().name << " asks: " << asked.describe() << '\n';
        }
    } catch (lasti::stop_iteration_value<int> const& stop) {
        std::cout << "night returned " << stop.value() << '\n';
    }
}
// [/drive]
