// Tutorial 1: two generators of one function share its code; each has an integer of its own.
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/inspect.hpp>
#include <lasti/keywords.hpp>

// [two_meals]
lasti::generator<char> letters() {
    return GENERATOR(char) {
        BEGIN;
        YIELD('a');
        YIELD('b');
        YIELD('c');
        END;
    };
}

int main() {
    lasti::generator<char> one = letters(), two = letters();
    for (int i = 0; i < 2; ++i) lasti::next(one);
    lasti::next(two);
    std::cout << one.gi_frame().f_lasti() << ' ' << two.gi_frame().f_lasti() << '\n';
    lasti::inspect::dis(one);
}
// [/two_meals]
