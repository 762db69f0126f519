// bad prints: first, closed, after the loop
// good prints: first, after the loop, second, closed,
#include <iostream>
#include <string>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<std::string> lines() {
    return GENERATOR(std::string) {
        BEGIN;
        TRY
            YIELD("first");
            YIELD("second");
        FINALLY
            std::cout << "closed, ";
        END_TRY
        END;
    };
}

#ifndef GOOD
// [bad]
void print() {
    for (std::string const& line : lines()) {
        std::cout << line << ", ";
        break;                          // the only handle was the loop's: the generator is closed
    }
    std::cout << "after the loop ";
}
// [/bad]
#else
// [good]
void print() {
    lasti::generator<std::string> rest = lines();
    for (std::string const& line : rest) {
        std::cout << line << ", ";
        break;
    }
    std::cout << "after the loop, " << lasti::next(rest) << ", ";
}
// [/good]
#endif

int main() { print(); }
