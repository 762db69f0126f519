// g++: crosses initialization of 'std::vector<int>::iterator __for_end '
// clang++: jump bypasses variable initialization
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifndef GOOD
// [bad]
lasti::generator<int> doubled(std::vector<int> numbers) {
    return GENERATOR(int) {
        BEGIN;
        for (int n : numbers) YIELD(2 * n);
        END;
    };
}
// [/bad]
#else
// [good]
lasti::generator<int> doubled(std::vector<int> numbers) {
    int n = 0;
    return GENERATOR(int) {
        BEGIN;
        FOR(n, numbers)
            YIELD(2 * n);
        END_FOR
        END;
    };
}
// [/good]
#endif
