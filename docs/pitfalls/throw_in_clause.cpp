// bad dies: terminate called without an active exception
// good prints: E
#include <iostream>
#include <stdexcept>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifndef GOOD
// [bad]
lasti::generator<int> careful() {
    return GENERATOR(int) {
        BEGIN;
        TRY
            throw std::runtime_error("E");
        EXCEPT(std::runtime_error)
            throw;                      // there is no C++ handler here
        END_TRY
        END;
    };
}
// [/bad]
#else
// [good]
lasti::generator<int> careful() {
    return GENERATOR(int) {
        BEGIN;
        TRY
            throw std::runtime_error("E");
        EXCEPT(std::runtime_error)
            RERAISE;
        END_TRY
        END;
    };
}
// [/good]
#endif

int main() {
    try {
        lasti::next(careful());
    } catch (std::runtime_error const& e) {
        std::cout << e.what() << '\n';
    }
}
