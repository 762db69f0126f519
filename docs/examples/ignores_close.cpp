// Tutorial 3, the exercise: what becomes of a generator that yields in answer to close().
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/inspect.hpp>
#include <lasti/keywords.hpp>

// [ignores]
lasti::generator<int> stubborn() {
    return GENERATOR(int) {
        BEGIN;
        TRY
            YIELD(1);
        FINALLY
            YIELD(2);
        END_TRY
        END;
    };
}

int main() {
    lasti::generator<int> g = stubborn();
    lasti::next(g);
    try {
        g.close();
    } catch (lasti::runtime_error const&) {
        std::cout << "refused\n";
    }
    std::cout << lasti::inspect::getgeneratorstate(g) << '\n';
    g.close();
    std::cout << lasti::inspect::getgeneratorstate(g) << '\n';
}
// [/ignores]
