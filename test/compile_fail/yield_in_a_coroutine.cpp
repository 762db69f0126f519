// expect: YIELD stands in a coroutine
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

#ifdef GOOD
lasti::generator<int> yields() {
    return GENERATOR(int) {
#else
lasti::coroutine<int> yields() {
    return COROUTINE(int) {
#endif
        BEGIN;
        YIELD(1);
        END;
    };
}
