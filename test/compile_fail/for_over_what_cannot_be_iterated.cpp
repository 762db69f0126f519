// expect: FOR: this cannot be iterated
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<int> numbers() {
    int n = 0;
    return GENERATOR(int) {
        BEGIN;
#ifdef GOOD
        FOR(n, std::vector<int>(3)) {
#else
        FOR(n, 3) {
#endif
            YIELD(n);
        } END_FOR
        END;
    };
}
