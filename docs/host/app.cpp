// A first program with lasti: a generator counts, a coroutine takes its time over each number.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

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
