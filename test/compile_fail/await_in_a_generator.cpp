// expect: AWAIT stands in a generator: only a COROUTINE or an ASYNC_GENERATOR can await
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

#ifdef GOOD
lasti::coroutine<> waits() {
    return COROUTINE(void) {
#else
lasti::generator<int> waits() {
    return GENERATOR(int) {
#endif
        BEGIN;
        AWAIT(lasti::sleep(1));
        END;
    };
}
