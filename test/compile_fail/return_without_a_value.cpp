// expect: RETURN\(\): this body returns a value: write RETURN\(value\)
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<int> gives_up() {
    return COROUTINE(int) {
        BEGIN;
#ifdef GOOD
        RETURN(0);
#else
        RETURN();
#endif
        END;
    };
}
