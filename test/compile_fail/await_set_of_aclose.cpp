// expect: AWAIT_SET: aclose\(\) has no result: use AWAIT
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<> closes(lasti::async_generator<int> g) {
    int x = 0;
    return COROUTINE(void) {
        BEGIN;
#ifdef GOOD
        static_cast<void>(x);
        AWAIT(g.aclose());
#else
        AWAIT_SET(x, g.aclose());
#endif
        END;
    };
}
