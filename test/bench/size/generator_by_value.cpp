// The same by a frame that is held by value.
#include <cstdio>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

struct countdown {
    int n;

    GENERATOR_BODY(int) {
        BEGIN;
        for (; n > 0; --n) YIELD(n);
        END;
    }
};

int main() {
    for (int i : lasti::iterate(countdown{3})) std::printf("%d\n", i);
}
