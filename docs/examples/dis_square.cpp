// dis(g): the body, the labels of its switch, and an arrow where it stands.
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/inspect.hpp>
#include <lasti/keywords.hpp>

// [dis]
lasti::generator<int, int> square() {
    int x = 0;
    return GENERATOR(int, int) {
        BEGIN;
        YIELD_SET(x, 0);
        for (;;) YIELD_SET(x, x * x);
        END;
    };
}

int main() {
    lasti::generator<int, int> g = square();
    lasti::inspect::disco(g.gi_code(), g.gi_frame().f_lasti());
    lasti::next(g);
    lasti::inspect::disco(g.gi_code(), g.gi_frame().f_lasti());
    g.send(3);
    lasti::inspect::dis(g);
    g.close();
    lasti::inspect::dis(g);
}
// [/dis]
