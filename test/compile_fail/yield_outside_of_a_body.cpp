// expect: 'self' was not declared|use of undeclared identifier 'self'
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifdef GOOD
lasti::generator<int> one() {
    return GENERATOR(int) {
        BEGIN;
        YIELD(1);
        END;
    };
}
#else
int one() {
    YIELD(1);
    return 0;
}
#endif
