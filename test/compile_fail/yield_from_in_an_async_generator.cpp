// expect: YIELD_FROM stands in an async generator: use ASYNC_FOR
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::async_generator<int> yields(lasti::async_generator<int> inner) {
    int x = 0;
    return ASYNC_GENERATOR(int) {
        BEGIN;
#ifdef GOOD
        ASYNC_FOR(x, inner) YIELD(x); END_ASYNC_FOR
#else
        static_cast<void>(x);
        YIELD_FROM(inner);
#endif
        END;
    };
}
