// g++: not within a switch statement
// clang++: 'case' statement not in switch statement
#include <algorithm>
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifndef GOOD
// [bad]
lasti::generator<int> positive(std::vector<int> numbers) {
    return GENERATOR(int) {
        BEGIN;
        std::for_each(numbers.begin(), numbers.end(), [&](int n) {
            if (n > 0) YIELD(n);
        });
        END;
    };
}
// [/bad]
#else
// [good]
lasti::generator<int> positive(std::vector<int> numbers) {
    int n = 0;
    return GENERATOR(int) {
        BEGIN;
        FOR(n, numbers)
            if (n > 0) YIELD(n);
        END_FOR
        END;
    };
}
// [/good]
#endif
