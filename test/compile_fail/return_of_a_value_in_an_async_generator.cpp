// expect: RETURN\(value\) stands in an async generator, which returns nothing
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::async_generator<int> yields() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
#ifdef GOOD
        RETURN();
#else
        RETURN(1);
#endif
        END;
    };
}
