// expect: RETURN\(value\): this body returns nothing: its result type is void
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

#ifdef GOOD
lasti::coroutine<int> returns() {
    return COROUTINE(int) {
#else
lasti::coroutine<> returns() {
    return COROUTINE(void) {
#endif
        BEGIN;
        RETURN(2);
        END;
    };
}
