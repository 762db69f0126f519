// Tutorial 2, the exercise: a counter that can be told where to go on.
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [jumps]
lasti::generator<int, int> counter() {
    int i = 0, sent = 0;
    return GENERATOR(int, int) {
        BEGIN;
        for (;;) {
            YIELD_SET(sent, i);
            if (self.was_sent()) i = sent;      // Python: if sent is not None
            else ++i;
        }
        END;
    };
}
// [/jumps]

int main() {
    lasti::generator<int, int> g = counter();
    std::cout << lasti::next(g) << '\n';
    std::cout << lasti::next(g) << '\n';
    std::cout << g.send(0) << '\n';
    std::cout << g.send(40) << '\n';
    std::cout << lasti::next(g) << '\n';
}
