// The states of a generator, and its locals by name.
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/inspect.hpp>
#include <lasti/keywords.hpp>

// [states]
struct countdown {
    int n, step;
    LOCALS(n, step)                     // what can be looked at by name

    GENERATOR_BODY(int) {
        BEGIN;
        while (n > 0) {
            YIELD(n);
            n -= step;
        }
        END;
    }
};

void show(lasti::generator<int> const& g) {
    std::cout << lasti::inspect::getgeneratorstate(g);
    for (lasti::inspect::local const& l : lasti::inspect::getgeneratorlocals(g))
        std::cout << "  " << l.name << " = " << l.value;
    std::cout << '\n';
}

int main() {
    lasti::generator<int> g = countdown{5, 2};
    show(g);
    for (int i : g) {
        std::cout << i << ":  ";
        show(g);
    }
    show(g);
}
// [/states]
