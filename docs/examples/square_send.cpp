// A generator that is sent numbers and yields their squares: the article's send() example.
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [square]
lasti::generator<int, int> square() {   // yields int, is sent int
    int x = 0;
    return GENERATOR(int, int) {
        BEGIN;
        YIELD_SET(x, 0);                // x = yield 0
        for (;;) YIELD_SET(x, x * x);   // x = yield x ** 2
        END;
    };
}
// [/square]

int main() {
    // [use]
    lasti::generator<int, int> g = square();
    std::cout << lasti::next(g) << '\n';    // runs to the first yield
    std::cout << g.send(3) << '\n';
    std::cout << g.send(12) << '\n';
    g.close();
    std::cout << (g.done() ? "closed" : "open") << '\n';
    // [/use]
}
