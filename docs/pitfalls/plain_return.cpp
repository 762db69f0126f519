// g++: return-statement with no value, in function returning 'lasti::step'
// clang++: should return a value
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifndef GOOD
// [bad]
lasti::generator<int> numbers(bool none) {
    return GENERATOR(int) {
        BEGIN;
        if (none) return;
        YIELD(1);
        END;
    };
}
// [/bad]
#else
// [good]
lasti::generator<int> numbers(bool none) {
    return GENERATOR(int) {
        BEGIN;
        if (none) RETURN();
        YIELD(1);
        END;
    };
}
// [/good]
#endif
