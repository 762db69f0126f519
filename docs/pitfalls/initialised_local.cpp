// g++: crosses initialization of 'int i'
// clang++: jump bypasses variable initialization
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifndef GOOD
// [bad]
lasti::generator<int> numbers() {
    return GENERATOR(int) {
        BEGIN;
        for (int i = 0; i < 3; ++i) YIELD(i);
        END;
    };
}
// [/bad]
#else
// [good]
lasti::generator<int> numbers() {
    int i = 0;                          // declared before the body: part of the frame
    return GENERATOR(int) {
        BEGIN;
        for (i = 0; i < 3; ++i) YIELD(i);
        END;
    };
}
// [/good]
#endif
