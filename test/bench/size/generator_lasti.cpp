// What one generator costs to compile: counts down.
#include <cstdio>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

static lasti::generator<int> countdown(int n) {
    return GENERATOR(int) {
        BEGIN;
        for (; n > 0; --n) YIELD(n);
        END;
    };
}

int main() {
    for (int i : countdown(3)) std::printf("%d\n", i);
}
