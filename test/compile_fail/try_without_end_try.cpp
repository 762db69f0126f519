// expect: expected
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<int> one() {
    return GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
        } EXCEPT_ANY {
        }
#ifdef GOOD
        END_TRY
#endif
        END;
    };
}
