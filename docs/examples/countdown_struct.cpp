// The explicit form: a struct whose members are the frame's locals. By value, and behind a handle.
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [countdown]
struct countdown {
    int n;                              // a local of the frame

    GENERATOR_BODY(int) {
        BEGIN;
        for (; n > 0; --n) YIELD(n);
        END;
    }
};
// [/countdown]

int main() {
    // [by_value]
    for (int i : lasti::iterate(countdown{3})) std::cout << i << ' ';
    std::cout << "lift-off\n";
    // [/by_value]

    // [by_handle]
    lasti::generator<int> g = countdown{2};
    while (g.resume()) std::cout << g.value() << ' ';
    std::cout << "done: " << g.done() << '\n';
    // [/by_handle]
}
