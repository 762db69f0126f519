// flags: -Wall -Werror
// clang++: variable 'i' is uninitialized when used here
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifndef GOOD
// [bad]
lasti::generator<int> numbers() {
    return GENERATOR(int) {
        BEGIN;
        int i;                          // on the C++ stack: every resume has a new one
        for (i = 0; i < 3; ++i) YIELD(i);
        END;
    };
}
// [/bad]
#else
// [good]
struct numbers {
    int i;

    GENERATOR_BODY(int) {
        BEGIN;
        for (i = 0; i < 3; ++i) YIELD(i);
        END;
    }
};
// [/good]
#endif
