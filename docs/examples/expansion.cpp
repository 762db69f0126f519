// The two bodies whose expansion docs/internals.md prints.
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

struct squares {
    int x;
// [send]
GENERATOR_BODY(int, int) {
    BEGIN;
    YIELD_SET(x, 0);
    for (;;) YIELD_SET(x, x * x);
    END;
}
// [/send]
};

struct tidy {
// [try]
GENERATOR_BODY(int) {
    BEGIN;
    TRY
        YIELD(1);
    FINALLY
        std::cout << "tidy\n";
    END_TRY
    END;
}
// [/try]
};

int main() {
    lasti::generator<int, int> g = squares{0};
    std::cout << lasti::next(g) << '\n';
    std::cout << g.send(9) << '\n';
    for (int i : lasti::iterate(tidy())) std::cout << i << '\n';
}
