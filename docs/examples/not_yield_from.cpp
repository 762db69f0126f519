// Tutorial 4: a loop that yields is no YIELD_FROM: what is sent does not arrive.
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [echoes]
lasti::generator<int, int> echo() {
    int sent = 0;
    return GENERATOR(int, int) {
        BEGIN;
        for (;;) YIELD_SET(sent, sent);
        END;
    };
}

lasti::generator<int, int> by_loop() {
    int x = 0;
    return GENERATOR(int, int) {
        BEGIN;
        FOR(x, echo())
            YIELD(x);
        END_FOR
        END;
    };
}

lasti::generator<int, int> by_yield_from() {
    return GENERATOR(int, int) { BEGIN; YIELD_FROM(echo()); END; };
}

int main() {
    lasti::generator<int, int> a = by_loop(), b = by_yield_from();
    lasti::next(a);
    lasti::next(b);
    std::cout << a.send(7) << ' ' << b.send(7) << '\n';
}
// [/echoes]
