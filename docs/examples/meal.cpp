// Tutorial 1: a generator is an object and one integer.
#include <iostream>
#include <string>

#include <lasti/generator.hpp>
#include <lasti/inspect.hpp>
#include <lasti/keywords.hpp>

// [meal]
lasti::generator<std::string> meal() {
    return GENERATOR(std::string) {
        BEGIN;
        std::cout << "(cooking)\n";
        YIELD("soup");
        std::cout << "(cooking again)\n";
        YIELD("cake");
        std::cout << "(washing up)\n";
        END;
    };
}

int main() {
    lasti::generator<std::string> g = meal();
    std::cout << "made: " << lasti::inspect::getgeneratorstate(g) << '\n';
    std::cout << lasti::next(g) << '\n';
    std::cout << lasti::inspect::getgeneratorstate(g) << '\n';
    std::cout << lasti::next(g) << '\n';
    std::cout << lasti::next(g, "nothing left") << '\n';
    std::cout << lasti::inspect::getgeneratorstate(g) << '\n';
}
// [/meal]
