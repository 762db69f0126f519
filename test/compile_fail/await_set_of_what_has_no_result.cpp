// expect: AWAIT_SET: what stands here has no result: use AWAIT
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<> waits(lasti::future<int> f) {
    int x = 0;
    return COROUTINE(void) {
        BEGIN;
#ifdef GOOD
        AWAIT_SET(x, f);
#else
        AWAIT_SET(x, lasti::sleep(1));
#endif
        (void)x;
        END;
    };
}
