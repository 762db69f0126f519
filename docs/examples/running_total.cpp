// Tutorial 2: send.
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [total]
lasti::generator<int, int> running_total() {
    int total = 0, value = 0;
    return GENERATOR(int, int) {
        BEGIN;
        for (;;) {
            YIELD_SET(value, total);
            std::cout << "(got " << value << ")\n";
            total += value;
        }
        END;
    };
}

int main() {
    lasti::generator<int, int> g = running_total();
    try {
        g.send(5);
    } catch (lasti::type_error const&) {
        std::cout << "nobody listens yet\n";
    }
    std::cout << lasti::next(g) << '\n';
    std::cout << g.send(5) << '\n';
    std::cout << g.send(7) << '\n';
}
// [/total]
