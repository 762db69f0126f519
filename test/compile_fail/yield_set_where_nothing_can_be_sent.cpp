// expect: YIELD_SET: nothing can be sent into this generator: its S is void
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifdef GOOD
lasti::generator<int, int> squares() {
    int x = 0;
    return GENERATOR(int, int) {
#else
lasti::generator<int> squares() {
    int x = 0;
    return GENERATOR(int) {
#endif
        BEGIN;
        for (;;) YIELD_SET(x, x * x);
        END;
    };
}
