// bad prints: 1
// good prints: 0
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<int> numbers() {
    int n = 0;
    return GENERATOR(int) {
        BEGIN;
        for (;;) YIELD(n++);
        END;
    };
}

int main() {
#ifndef GOOD
// [bad]
    lasti::generator<int> a = numbers();
    lasti::generator<int> b = a;        // another name for the same generator
// [/bad]
#else
// [good]
    lasti::generator<int> a = numbers();
    lasti::generator<int> b = numbers();
// [/good]
#endif
    lasti::next(a);
    std::cout << lasti::next(b) << '\n';
}
