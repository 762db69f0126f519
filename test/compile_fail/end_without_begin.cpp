// expect: lasti_at|expected
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<int> one() {
    return GENERATOR(int) {
#ifdef GOOD
        BEGIN;
#endif
        END;
    };
}
