// expect: YIELD_FROM stands in a coroutine: use AWAIT
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<int> answers() { return COROUTINE(int) { BEGIN; RETURN(42); END; }; }

lasti::coroutine<int> delegates() {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
#ifdef GOOD
        AWAIT_SET(x, answers());
#else
        YIELD_FROM_SET(x, answers());
#endif
        RETURN(x);
        END;
    };
}
