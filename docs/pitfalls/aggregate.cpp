// g++: no matching function for call to 'count_to::count_to(<brace-enclosed initializer list>)'
// clang++: no matching constructor for initialization of 'count_to'
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifndef GOOD
// [bad]
struct count_to {
    int n;
    int i = 0;                          // in C++11 this makes it no aggregate

    GENERATOR_BODY(int) {
        BEGIN;
        for (; i < n; ++i) YIELD(i);
        END;
    }
};
// [/bad]
#else
// [good]
struct count_to {
    int n;
    int i = 0;

    explicit count_to(int to) : n(to) {}

    GENERATOR_BODY(int) {
        BEGIN;
        for (; i < n; ++i) YIELD(i);
        END;
    }
};
// [/good]
#endif

int main() {
    int sum = 0;
    for (int i : lasti::iterate(count_to{3})) sum += i;
    return sum == 3 ? 0 : 1;
}
