// app.cpp with all of lasti in one header.
#include <iostream>

#define LASTI_IMPLEMENTATION  // in one source of a program
#define LASTI_KEYWORDS        // the statements without LASTI_ in front
#include "lasti_single.hpp"

lasti::generator<int> countdown(int n) {
    return GENERATOR(int) {
        BEGIN;
        for (; n > 0; --n) YIELD(n);
        END;
    };
}

lasti::coroutine<void> count() {
    lasti::generator<int> numbers = countdown(3);
    return COROUTINE(void) {
        BEGIN;
        while (numbers.resume()) {
            std::cout << numbers.value() << std::endl;
            AWAIT(lasti::sleep(0.1));
        }
        END;
    };
}

int main() { lasti::run(count()); }
