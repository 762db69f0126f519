// expect: lasti_base|case label .*not within a switch|'case' statement not in switch
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<int> one() {
    return GENERATOR(int) {
#ifdef GOOD
        BEGIN;
        YIELD(1);
#else
        YIELD(1);
        BEGIN;
#endif
        END;
    };
}
