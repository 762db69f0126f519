// expect: ASYNC_FOR: this cannot be iterated: it has no anext\(\)
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

#ifdef GOOD
typedef lasti::async_generator<int> source;
#else
typedef lasti::generator<int> source;
#endif

lasti::coroutine<> takes(source inner) {
    int x = 0;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(x, inner) {} END_ASYNC_FOR
        END;
    };
}
