// expect: ASYNC_FOR stands in a generator: only a COROUTINE or an ASYNC_GENERATOR can await
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

#ifdef GOOD
lasti::async_generator<int> yields(lasti::async_generator<int> inner) {
    int x = 0;
    return ASYNC_GENERATOR(int) {
#else
lasti::generator<int> yields(lasti::async_generator<int> inner) {
    int x = 0;
    return GENERATOR(int) {
#endif
        BEGIN;
        ASYNC_FOR(x, inner) YIELD(x); END_ASYNC_FOR
        END;
    };
}
