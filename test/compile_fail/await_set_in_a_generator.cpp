// expect: AWAIT stands in a generator: only a COROUTINE or an ASYNC_GENERATOR can await
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

#ifdef GOOD
lasti::coroutine<> waits(lasti::future<int> f) {
    int x = 0;
    return COROUTINE(void) {
#else
lasti::generator<int> waits(lasti::future<int> f) {
    int x = 0;
    return GENERATOR(int) {
#endif
        BEGIN;
        AWAIT_SET(x, f);
        END;
    };
}
