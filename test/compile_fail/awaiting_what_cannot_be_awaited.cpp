// expect: AWAIT: this cannot be awaited
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<> waits() {
    return COROUTINE(void) {
        BEGIN;
#ifdef GOOD
        AWAIT(lasti::sleep(1));
#else
        AWAIT(1);
#endif
        END;
    };
}
