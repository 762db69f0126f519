// expect: YIELD_SET stands in a coroutine
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

#ifdef GOOD
lasti::generator<int, int> yields() {
    int x = 0;
    return GENERATOR(int, int) {
#else
lasti::coroutine<int> yields() {
    int x = 0;
    return COROUTINE(int) {
#endif
        BEGIN;
        YIELD_SET(x, 1);
        END;
    };
}
