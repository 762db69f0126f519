// expect: AWAIT_SET: this async generator yields nothing, its Y is void: use AWAIT
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

#ifdef GOOD
typedef int item;
#else
typedef void item;
#endif

lasti::coroutine<> takes(lasti::async_generator<item> g) {
    int x = 0;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(x, lasti::anext(g));
        END;
    };
}
